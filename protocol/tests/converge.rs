//! Whatever the order of arrival, replicas that have the same changes have the same state.

mod common;

use common::draft::Habits;
use common::world::{World, digests, steps};
use common::{Count, Dice, runner};
use kakehashi_protocol::board::Board;
use kakehashi_protocol::ids::{Cursor, LogId, Seq};
use kakehashi_protocol::op::OpBody;
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::snapshot::{read_snapshot, write_snapshot};

fn run(replicas: usize, steps: &[common::world::Step]) -> World {
    let mut world = World::new(replicas, Habits { purges: true, undoable: false });
    for step in steps {
        // Undo and redo are ops like others.
        if step.what >= 245 {
            world.undo(usize::from(step.who) % replicas, step.what % 2, step.dice % 3 == 0);
        } else {
            world.step(*step);
        }
    }
    world
}

// SPEC MERGE-1, MERGE-2, DIG-1, TXT-11.
#[test]
fn equal_digests_whatever_the_order() {
    static OPS: Count = Count::new();
    static DOCUMENTS: Count = Count::new();
    let mut runner = runner(1_000);
    let cases = runner.config().cases;
    let strategy = (2usize..=4, steps(120), proptest::num::u64::ANY);
    let result = runner.run(&strategy, |(replicas, steps, seed)| {
        let mut world = run(replicas, &steps);
        let mut dice = Dice(seed);
        world.deliver_all(&mut dice);
        let newcomer = world.newcomer(&mut dice);
        let expected = digests(&newcomer.board);
        for replica in &world.replicas {
            proptest::prop_assert_eq!(digests(&replica.board), expected.clone(), "replica {}", replica.actor);
            proptest::prop_assert_eq!(replica.board.clock(), newcomer.board.clock());
            for ((_, one), (_, other)) in replica.board.documents().zip(newcomer.board.documents()) {
                proptest::prop_assert_eq!(one, other, "states with equal digests are equal");
            }
        }
        OPS.add(world.ops());
        DOCUMENTS.add(expected.len());
        Ok(())
    });
    result.expect("replicas with the same changes are equal");
    println!("converge: {cases} runs of 2 to 4 replicas and a newcomer, {} ops, {} documents", OPS.get(), DOCUMENTS.get());
}

// SPEC MERGE-3: what is brought again changes nothing.
#[test]
fn what_comes_again_changes_nothing() {
    static OPS: Count = Count::new();
    let mut runner = runner(300);
    let result = runner.run(&(steps(60), proptest::num::u64::ANY), |(steps, seed)| {
        let mut world = run(3, &steps);
        let mut dice = Dice(seed);
        world.deliver_all(&mut dice);
        let before = digests(&world.replicas[0].board);
        for _ in 0..world.sent.len() {
            let again = dice.pick(&world.sent).expect("not empty").change.clone();
            world.replicas[0].take(&again);
            // Whoever did not look at the counters is told by the first creation.
            if matches!(again.ops[0].body, OpBody::Create { .. }) {
                let mut board = world.replicas[0].board.clone();
                proptest::prop_assert_eq!(board.merge(&again), Err((again.id(0), Reason::Duplicate)));
                proptest::prop_assert_eq!(digests(&board), before.clone());
            }
        }
        proptest::prop_assert_eq!(digests(&world.replicas[0].board), before);
        OPS.add(world.ops());
        Ok(())
    });
    result.expect("idempotent");
    println!("again: {} ops brought twice and more", OPS.get());
}

// SPEC SNAP-1: a snapshot and the changes after it give what all changes give.
#[test]
fn a_snapshot_and_the_tail_are_the_whole() {
    static SNAPSHOTS: Count = Count::new();
    let mut runner = runner(400);
    let result = runner.run(&(steps(80), proptest::num::u64::ANY), |(steps, seed)| {
        let mut world = run(3, &steps);
        let mut dice = Dice(seed);
        // Replica 1 is restored from snapshots of what it has, and goes on.
        let before = &world.replicas[1].board;
        let mut restored = Board::default();
        for (id, document) in before.documents() {
            let cursor = Cursor { log: LogId([3; 16]), seq: Seq(seed >> 9) };
            let bytes = write_snapshot(id, cursor, document);
            let snapshot = read_snapshot(&bytes).expect("what was written is read");
            proptest::prop_assert_eq!((snapshot.id, snapshot.cursor), (id, cursor));
            proptest::prop_assert_eq!(&snapshot.document, document);
            proptest::prop_assert_eq!(write_snapshot(id, cursor, &snapshot.document), bytes);
            restored.restore(id, snapshot.document, before.clock());
            SNAPSHOTS.add(1);
        }
        proptest::prop_assert_eq!(&restored, before);
        world.replicas[1].board = restored;
        world.deliver_all(&mut dice);
        proptest::prop_assert_eq!(digests(&world.replicas[1].board), digests(&world.replicas[0].board));
        Ok(())
    });
    result.expect("snapshot and tail");
    println!("snapshot and tail: {} snapshots", SNAPSHOTS.get());
}

// SPEC MERGE-2: a replica that lacks what a change builds on says so.
#[test]
fn a_hole_is_noticed() {
    static HOLES: Count = Count::new();
    let mut runner = runner(300);
    let result = runner.run(&steps(60), |steps| {
        let world = run(2, &steps);
        let mut board = Board::default();
        // Every other change of all is left out.
        for sent in world.sent.iter().skip(1).step_by(2) {
            match board.merge(&sent.change) {
                Ok(()) => {}
                Err((op, reason)) => {
                    let missing = matches!(reason, Reason::Missing | Reason::Offset);
                    proptest::prop_assert!(missing, "{op}: {reason}");
                    HOLES.add(1);
                    return Ok(());
                }
            }
        }
        Ok(())
    });
    result.expect("holes are noticed, nothing breaks");
    assert!(HOLES.get() > 0, "the runs had holes");
    println!("holes: {} noticed", HOLES.get());
}
