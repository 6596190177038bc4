//! Clients, rooms and two logs under one seed (SPEC LOG-3, LOG-5, LINK-1, VER-2, ACT-3 above all). Prints seeds, ops and how
//! often each fault fired; a fault that never fires fails the suite.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kakehashi_tests::sim::person::{ACTS, Act};
use kakehashi_tests::sim::world::{FAULTS, Fault, run};

/// Seeds of one test run, and how long they may take.
fn budget() -> (u64, Duration) {
    let soak = std::env::var("KAKEHASHI_SOAK").is_ok_and(|soak| soak == "1");
    let seconds = std::env::var("KAKEHASHI_BUDGET_S").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    (if soak { 20_000 } else { 200 }, Duration::from_secs(seconds))
}

#[test]
fn nothing_is_lost_and_everyone_is_equal() {
    let (seeds, time) = budget();
    let started = Instant::now();
    let (mut ran, mut ops, mut refused) = (0, 0, 0);
    let mut faults: BTreeMap<Fault, u64> = BTreeMap::new();
    let mut acts: BTreeMap<Act, u64> = BTreeMap::new();
    for seed in 0..seeds {
        if started.elapsed() > time {
            break;
        }
        let report = std::panic::catch_unwind(|| run(seed, 5, 200)).unwrap_or_else(|_| panic!("seed {seed} fails"));
        ran += 1;
        ops += report.ops;
        refused += report.refused;
        for (fault, count) in report.faults {
            *faults.entry(fault).or_default() += count;
        }
        for (act, count) in report.acts {
            *acts.entry(act).or_default() += count;
        }
    }
    println!("covered: simulation, {ran} seeds, {ops} ops, {refused} refused, faults {faults:?}, acts {acts:?}");
    assert!(refused > 0, "nothing was ever refused");
    for fault in FAULTS {
        assert!(faults.get(&fault).is_some_and(|count| *count > 0), "{fault:?} never fired");
    }
    for act in ACTS {
        assert!(acts.get(&act).is_some_and(|count| *count > 0), "{act:?} was never done");
    }
}

#[test]
fn the_same_seed_is_the_same_run() {
    for seed in [3, 17] {
        assert_eq!(run(seed, 4, 120), run(seed, 4, 120));
    }
}
