//! Random boards: several replicas that write, deliver to each other in any causally closed order,
//! and undo, as clients do. Nothing here merges or judges: that is the code under test.

#![allow(dead_code)] // Each test binary uses its part of it.

pub mod draft;
pub mod values;
pub mod world;

use std::sync::atomic::{AtomicU64, Ordering};

use proptest::test_runner::{Config, TestRunner};

/// How many cases a suite runs: few by default, 50 times as many with `KAKEHASHI_SOAK=1`.
pub fn cases(few: u32) -> u32 {
    if std::env::var_os("KAKEHASHI_SOAK").is_some_and(|set| set == "1") { few * 50 } else { few }
}

/// A runner of so many cases. Failing inputs are printed; they become named tests.
pub fn runner(few: u32) -> TestRunner {
    TestRunner::new(Config { cases: cases(few), failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() })
}

/// Counts what a suite covered.
#[derive(Default)]
pub struct Count(AtomicU64);

impl Count {
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }
    pub fn add(&self, more: usize) {
        self.0.fetch_add(more as u64, Ordering::Relaxed);
    }
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Small seeded numbers (SplitMix64), so that one number of a case stands for many choices.
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// 0 to before `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
    /// True once in so many times.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let place = self.below(from.len());
        from.get(place)
    }
}
