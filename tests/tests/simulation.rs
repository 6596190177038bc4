//! Clients, rooms and two logs under one seed (SPEC LOG-2, LOG-3, LOG-5, LINK-1, LINK-2, VER-2, ACT-3, ACT-4 above all).
//! Prints seeds, ops and how often each fault fired; a fault that never fires fails the suite.

mod suite;

use kakehashi_tests::sim::fault::{Of, faults};
use kakehashi_tests::sim::script::{Profile, Script};
use kakehashi_tests::sim::world::run;
use suite::Suite;

#[test]
fn nothing_is_lost_and_everyone_is_equal() {
    let suite = Suite { name: "simulation", profile: Profile::Simulation, seeds: 200, soak: 20_000 };
    let covered = suite.run();
    covered.assert_all_fired(faults(&[Of::Servers, Of::Network, Of::Others]));
    assert!(covered.lost > 0, "no disk and no backup ever lost anything");
}

// Found by seed 8537.
#[test]
fn a_reader_on_a_dead_connection_is_waited_for() {
    let script = "8537 5; 5470347 3 Ink acde77f71126988; 6998000 1 Keep 738c09c8218e9bac; 7147704 ! Dead 3669193c7be0ca78; \
                  7196045 1 Stroke 36a12729b877d5d2";
    let report = script.parse().map(|script| run(&script));
    assert!(report.is_ok_and(|report| report.ops > 0));
}

#[test]
fn the_same_seed_is_the_same_run() {
    for seed in [3, 8, 17] {
        let script = Script::new(Profile::Simulation, seed, 5, 400);
        assert_eq!(run(&script), run(&script), "seed {seed}");
    }
}
