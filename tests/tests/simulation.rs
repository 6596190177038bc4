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

// Found by seed 14922: both hosts were about to come by the bare link when the faults were over, and nobody was left who
// could let those back in who had been removed.
#[test]
fn a_host_who_is_about_to_come_by_the_bare_link_comes_as_themselves_in_the_end() {
    let script = "14922 5; 1435579 3 Point 33630e53c0586020; 1969421 1 Keep bedfab352bee2b72; 1993028 4 Redo e086d9281f288acb; \
                  1993028 ! DeviceClock 4f705412fae0ba3; 2004184 2 Ink a97761ec57efe6a4; 2034152 0 Ink 1e88e059e0ed2c97; \
                  2509618 ! DamagedCheckpoint ea404757399db51d; 5378549 ! DamagedCheckpoint 9a0681042d730682; \
                  5438010 0 Meet c5f3860ad8a1b0d; 7568901 ! Demoted a5aebe2ac38f1fbb; 8288947 3 Newer 550d9b9ee441633a; \
                  8288947 ! Twin 40dfe9b509b6a742; 9283757 0 Meet af6cdd23a3a968f6; 9378554 ! Demoted a80955cbcedcb656";
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
