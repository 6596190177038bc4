//! Every constant of `protocol/src/limits.rs`, from both sides: what is just allowed is taken, and one more is not
//! (SPEC LIM-1). A constant without a test fails the suite.

mod bytes;
mod pictures;
mod rooms;
mod shared;
mod states;

use std::collections::BTreeSet;

/// The limit it tries, and the test.
type Trial = (&'static str, fn());

#[test]
fn every_limit_holds_on_both_sides() {
    let trials: Vec<Trial> = [bytes::TRIALS, states::TRIALS, rooms::TRIALS, pictures::TRIALS].concat();
    let source = include_str!("../../../protocol/src/limits.rs");
    let constants = source.lines().filter_map(|line| line.strip_prefix("pub const ")?.split(':').next());
    let constants: BTreeSet<&str> = constants.collect();
    let tried: BTreeSet<&str> = trials.iter().map(|(name, _)| *name).collect();
    assert_eq!(tried.len(), trials.len(), "each once");
    assert_eq!(tried, constants, "each limit has its test");
    for (name, trial) in &trials {
        assert!(std::panic::catch_unwind(trial).is_ok(), "{name} does not hold");
    }
    println!("covered: limits, {} constants on both sides", trials.len());
}
