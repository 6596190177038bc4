//! Undo is a gesture of one hand.

mod support;

use kakehashi_client::{EditError, Reorder};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::verdict::Reason;
use support::*;

// SPEC UNDO-1, UNDO-2.
#[test]
fn a_hand_takes_back_its_own_and_nobody_elses() {
    let (mut world, page) = World::with_page(2);
    let left = world.stroke(0, page, 1, 4);
    let right = world.stroke(0, page, 2, 4);
    let theirs = world.create(1, page, Kind::Rectangle);
    world.settle();
    world.set(0, page, theirs, Key::X, Value::Int(8));
    world.set(0, page, theirs, Key::Y, Value::Int(8));
    world.settle();
    world.set(1, page, theirs, Key::Y, Value::Int(800));
    world.settle();

    let now = world.now;
    let client = &mut world.peers[0].client;
    assert!(client.can_undo(1) && client.can_undo(2) && !client.can_undo(3));
    assert_eq!(client.undo(now, 1), Ok(true));
    assert!(!client.record(page, left).unwrap().visible());
    assert!(client.record(page, right).unwrap().visible());
    // The move in Y is not ours any more and is passed over; the one in X is taken back.
    assert_eq!(client.undo(now, 0), Ok(true));
    assert_eq!((client.record(page, theirs).unwrap().int(Key::X), client.record(page, theirs).unwrap().int(Key::Y)), (0, 800));
    world.settle();
    world.assert_in_step(page);

    let now = world.now;
    let client = &mut world.peers[0].client;
    assert!(client.can_redo(1));
    assert_eq!(client.redo(now, 1), Ok(true));
    assert!(client.record(page, left).unwrap().visible());
    assert_eq!(client.redo(now, 0), Ok(true));
    assert_eq!(client.record(page, theirs).unwrap().int(Key::X), 8);
    assert_eq!(client.redo(now, 0), Ok(false));
    world.settle();
    world.assert_in_step(page);
}

#[test]
fn typing_is_taken_back_letter_for_letter_under_others_typing() {
    let (mut world, page) = World::with_page(2);
    let note = world.create(0, page, Kind::Note);
    world.type_text(0, page, note, 0, "海の");
    world.settle();
    world.type_text(1, page, note, 2, "向こう");
    world.type_text(0, page, note, 0, "島から");
    world.settle();
    let text = |world: &World, peer: usize| world.peers[peer].client.text(page, note).unwrap().to_string();
    assert_eq!(text(&world, 0), "島から海の向こう");
    let anchor = world.peers[1].client.anchor(page, note, 5);
    let now = world.now;
    assert_eq!(world.peers[0].client.undo(now, 0), Ok(true));
    world.settle();
    assert_eq!(text(&world, 1), "海の向こう");
    assert_eq!(world.peers[1].client.position(page, note, anchor), 2, "the caret moved with the letters");

    let now = world.now;
    let client = &mut world.peers[1].client;
    let mut edit = client.draft();
    edit.delete_text(client, page, note, 1, 2).unwrap();
    edit.insert_text(client, page, note, 1, "と").unwrap();
    client.commit(now, 0, 40, edit).unwrap();
    world.settle();
    assert_eq!(text(&world, 0), "海とこう");
    world.assert_in_step(page);
}

#[test]
fn what_may_not_be_undone_now_can_be_undone_later() {
    let (mut world, page) = World::with_page(2);
    let stroke = world.stroke(0, page, 0, 2);
    world.settle();
    world.server.role = Role::Host;
    world.cut(1);
    world.come_back();
    world.set(1, COVER, page.0, Key::Locked, Value::Bool(true));
    world.settle();
    let now = world.now;
    assert_eq!(world.peers[0].client.undo(now, 0), Err(EditError::Refused(Reason::Locked)));
    world.set(1, COVER, page.0, Key::Locked, Value::Bool(false));
    world.settle();
    let now = world.now;
    assert_eq!(world.peers[0].client.undo(now, 0), Ok(true));
    assert!(!world.peers[0].client.record(page, stroke).unwrap().visible());
    world.settle();
    world.assert_in_step(page);
}

#[test]
fn shapes_are_put_above_and_below_each_other() {
    let (mut world, page) = World::with_page(1);
    let shapes: Vec<_> = (0..4).map(|_| world.create(0, page, Kind::Ellipse)).collect();
    let order = |world: &World| {
        world.peers[0]
            .client
            .records(page)
            .iter()
            .map(|record| shapes.iter().position(|id| *id == record.id()).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&world), [0, 1, 2, 3]);
    for (shape, to, expected) in [
        (0, Reorder::Front, [1, 2, 3, 0]),
        (0, Reorder::Front, [1, 2, 3, 0]),
        (3, Reorder::Back, [3, 1, 2, 0]),
        (3, Reorder::Forward, [1, 3, 2, 0]),
        (0, Reorder::Backward, [1, 3, 0, 2]),
        (1, Reorder::Backward, [1, 3, 0, 2]),
    ] {
        let now = world.now;
        let client = &mut world.peers[0].client;
        let mut edit = client.draft();
        edit.reorder(client, page, shapes[shape], to).unwrap();
        if !edit.is_empty() {
            client.commit(now, 0, 1, edit).unwrap();
        }
        assert_eq!(order(&world), expected, "{shape} {to:?}");
    }
    world.settle();
    world.assert_in_step(page);
}
