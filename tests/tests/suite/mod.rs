//! Runs the seeds of a profile. A seed that fails is shrunk, and printed as the text of a test to keep.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kakehashi_tests::sim::fault::Fault;
use kakehashi_tests::sim::person::{ACTS, Act};
use kakehashi_tests::sim::script::{Profile, Script};
use kakehashi_tests::sim::shrink::{fails, shrink};
use kakehashi_tests::sim::world::run;

/// What hands try in one run: half of it makes an op or more.
pub const TRIES: usize = 600;
const PEOPLE: usize = 5;

/// Seeds of a profile.
pub struct Suite {
    pub name: &'static str,
    pub profile: Profile,
    /// In a test run, as far as its time allows.
    pub seeds: u64,
    /// In a soak.
    pub soak: u64,
}

/// What all seeds together covered.
#[derive(Default)]
pub struct Covered {
    pub lost: u64,
    faults: BTreeMap<Fault, u64>,
}

impl Suite {
    pub fn run(&self) -> Covered {
        let soak = std::env::var("KAKEHASHI_SOAK").is_ok_and(|soak| soak == "1");
        let seconds = std::env::var("KAKEHASHI_BUDGET_S").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
        let (seeds, time) = (if soak { self.soak } else { self.seeds }, Duration::from_secs(seconds));
        // A soak can go on where another ended.
        let first = std::env::var("KAKEHASHI_FIRST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        let started = Instant::now();
        let (mut ran, mut ops, mut refused, mut least) = (0, 0, 0, u64::MAX);
        let mut covered = Covered::default();
        let mut acts: BTreeMap<Act, u64> = BTreeMap::new();
        for seed in first..first + seeds {
            if started.elapsed() > time {
                break;
            }
            let script = Script::new(self.profile, seed, PEOPLE, TRIES);
            let Ok(report) = std::panic::catch_unwind(|| run(&script)) else {
                // Hundreds of runs fail meanwhile, and none says anything new.
                let hook = std::panic::take_hook();
                std::panic::set_hook(Box::new(|_| {}));
                let short = shrink(&script, fails);
                std::panic::set_hook(hook);
                println!("seed {seed} fails; shortened:\n{short}");
                let _ = run(&short);
                panic!("seed {seed} fails, and what it was shortened to only in other company");
            };
            ran += 1;
            ops += report.ops;
            least = least.min(report.ops);
            refused += report.refused;
            covered.lost += report.lost;
            report.faults.into_iter().for_each(|(fault, count)| *covered.faults.entry(fault).or_default() += count);
            report.acts.into_iter().for_each(|(act, count)| *acts.entry(act).or_default() += count);
        }
        println!(
            "covered: {}, {ran} seeds, {ops} ops ({} a seed, {least} at least), {refused} refused, {} lost by disks and backups, faults {:?}, acts {acts:?}",
            self.name,
            ops / ran,
            covered.lost,
            covered.faults
        );
        assert!(refused > 0, "nothing was ever refused");
        for act in ACTS {
            assert!(acts.get(&act).is_some_and(|count| *count > 0), "{act:?} was never done");
        }
        covered
    }
}

impl Covered {
    pub fn assert_all_fired(&self, faults: impl IntoIterator<Item = Fault>) {
        for fault in faults {
            assert!(self.faults.get(&fault).is_some_and(|count| *count > 0), "{fault:?} never fired");
        }
    }
}
