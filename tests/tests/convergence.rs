//! Five replicas that write on several documents at once, while links part, connections break, tabs are opened twice and
//! the link brings things again and out of order: in the end all are equal (SPEC MERGE-1 to MERGE-4, VER-2, UNDO-1, LINK-1).

mod suite;

use kakehashi_tests::sim::fault::{Fault, Of, faults};
use kakehashi_tests::sim::script::Profile;
use suite::Suite;

#[test]
fn replicas_come_together_whatever_the_network_does() {
    let suite = Suite { name: "convergence", profile: Profile::Convergence, seeds: 200, soak: 20_000 };
    suite.run().assert_all_fired(faults(&[Of::Network]).into_iter().chain([Fault::Behind]));
}
