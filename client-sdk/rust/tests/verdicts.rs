//! Local edits are seen at once, and have a verdict once.

mod support;

use kakehashi_client::{EditError, Event, Status};
use kakehashi_protocol::rights::MEETING;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode};
use support::*;

#[test]
fn an_edit_is_seen_at_once_and_saved_when_its_echo_comes() {
    let (mut world, page) = World::with_page(2);
    assert_eq!(world.peers[0].client.status(), Status::Live);
    let stroke = world.stroke(0, page, 0, 5);
    assert_eq!(world.peers[0].client.ink(page, stroke).map(|ink| ink.points()), Some(5));
    assert!(world.peers[0].client.is_unsaved(page, stroke));
    assert_eq!(world.peers[0].client.unsaved(), 2);
    let told: Vec<Event> = std::iter::from_fn(|| world.peers[0].client.poll_event()).collect();
    assert!(told.contains(&Event::Unsaved(2)) && told.iter().any(|event| matches!(event, Event::Changed { .. })), "{told:?}");
    world.settle();
    assert!(!world.peers[0].client.is_unsaved(page, stroke));
    assert_eq!(world.peers[1].client.ink(page, stroke).map(|ink| ink.points()), Some(5));
    let changed =
        |event: &Event| matches!(event, Event::Changed { document, records, .. } if *document == page && records.contains(&stroke));
    assert!(world.peers[1].events.iter().any(changed));
    assert!(world.peers[0].events.contains(&Event::Unsaved(0)));
    world.assert_in_step(page);
    world.assert_in_step(COVER);
}

// SPEC VER-1.
#[test]
fn a_refusal_takes_the_edit_back_and_leaves_what_others_wrote() {
    let (mut world, page) = World::with_page(2);
    let shape = world.create(0, page, Kind::Rectangle);
    world.set(0, page, shape, Key::X, Value::Int(80));
    world.settle();
    let before = world.peers[0].client.digest(page);

    // The server's role is another than the client believes.
    world.server.role = Role::Viewer;
    let refused = world.stroke(0, page, 0, 3);
    world.set(0, page, shape, Key::X, Value::Int(160));
    assert_eq!(world.peers[0].client.record(page, shape).map(|r| r.int(Key::X)), Some(160));
    world.settle();
    assert_eq!(world.peers[0].client.record(page, shape).map(|r| r.int(Key::X)), Some(80));
    assert!(world.peers[0].client.record(page, refused).is_none());
    assert_eq!(world.peers[0].client.digest(page), before);
    let refusals: Vec<_> = world.peers[0].events.iter().filter(|event| matches!(event, Event::Refused { .. })).collect();
    assert_eq!(refusals.len(), 3, "the stroke, its ink, the rectangle: {refusals:?}");
    assert_eq!(refusals[0], &Event::Refused { reason: Reason::Rights, ops: 1 });

    // Counters of refused ops are used up, so writing goes on.
    world.server.role = Role::Member;
    world.set(0, page, shape, Key::X, Value::Int(240));
    world.settle();
    world.assert_in_step(page);
}

#[test]
fn what_the_server_would_refuse_is_refused_here_and_uses_no_counter() {
    let (mut world, page) = World::with_page(1);
    let shape = world.create(0, page, Kind::Rectangle);
    world.settle();
    let client = &mut world.peers[0].client;
    let next = client.next_id(0);
    let before = client.digest(page);
    let mut edit = client.draft();
    edit.set(client, page, shape, &[(Key::X, Some(Value::Int(8)))]).unwrap();
    edit.set(client, page, shape, &[(Key::Rotation, Some(Value::Int(99_999)))]).unwrap();
    assert!(matches!(client.commit(START, 0, 9, edit), Err(EditError::Value(_))));
    let mut edit = client.draft();
    edit.set(client, COVER, MEETING, &[(Key::Session, Some(Value::Int(1)))]).unwrap();
    assert_eq!(client.commit(START, 0, 9, edit), Err(EditError::Refused(Reason::Rights)));
    assert_eq!(client.edit(START, 0, 9, Vec::new()), Err(EditError::Empty));
    assert_eq!((client.next_id(0), client.digest(page), client.unsaved()), (next, before, 0));
}

// SPEC VER-2: resending after a broken connection is always right.
#[test]
fn what_was_sent_and_not_answered_is_sent_again_with_the_same_bytes() {
    let (mut world, page) = World::with_page(2);
    world.server.mute = true;
    let stroke = world.stroke(0, page, 0, 4);
    world.settle();
    assert_eq!(world.peers[0].client.unsaved(), 2, "it was accepted, but nobody said so");
    world.cut(0);
    world.cut(1);
    world.server.mute = false;
    let gesture = 900;
    world.ink(0, page, stroke, 0, gesture, 4);
    // The view must not flicker between the welcome and the tail.
    world.come_back();
    assert_eq!(world.peers[0].client.ink(page, stroke).map(|ink| ink.points()), Some(8));
    assert_eq!(world.peers[1].client.ink(page, stroke).map(|ink| ink.points()), Some(8));
    world.assert_in_step(page);
}

#[test]
fn an_edit_stays_in_view_between_its_verdict_and_its_echo() {
    let (mut world, page) = World::with_page(1);
    world.server.mute = true;
    let shape = world.create(0, page, Kind::Rectangle);
    world.settle();
    world.server.mute = false;
    world.cut(0);
    // The welcome says that it was accepted; the tail comes in later messages.
    let mut seen_all_along = true;
    for _ in 0..200 {
        world.now += 10;
        let now = world.now;
        world.peers[0].client.handle_timeout(now);
        world.pump();
        seen_all_along &= world.peers[0].client.record(page, shape).is_some();
    }
    assert!(seen_all_along);
    world.assert_in_step(page);
    assert_eq!(world.peers[0].client.kept_at(page).map(|(_, accepted)| accepted), Some(0), "it was read back");
}

#[test]
fn a_full_disk_is_waited_for() {
    let (mut world, page) = World::with_page(1);
    world.server.fails = Some(FailureCode::DiskFull);
    let shape = world.create(0, page, Kind::Note);
    world.settle();
    assert_eq!(world.peers[0].client.unsaved(), 1);
    let notices = world.peers[0].events.iter().filter(|event| matches!(event, Event::Notice { .. })).count();
    assert_eq!(notices, 1, "it does not try again at once");
    world.server.fails = None;
    world.pass(6_000);
    assert!(world.peers[0].client.record(page, shape).is_some());
    world.assert_in_step(page);
}

#[test]
fn changes_are_gathered_while_writing_and_sent_at_once_when_idle() {
    let (mut world, page) = World::with_page(1);
    world.pass(1_000);
    let before = world.peers[0].messages_sent;
    let stroke = world.stroke(0, page, 0, 2);
    world.pump();
    assert_eq!(world.peers[0].messages_sent, before + 1, "idle: at once");
    for _ in 0..100 {
        world.ink(0, page, stroke, 0, 7, 1);
        world.pass(1);
    }
    let sent = world.peers[0].messages_sent - before;
    assert!((6..=9).contains(&sent), "100 ms of edits every millisecond are some seven messages, not {sent}");
    world.settle();
    let most =
        world.server.received.iter().map(|(_, frames)| frames.iter().filter(|frame| matches!(frame, ClientFrame::Change(_))).count()).max();
    assert!(most > Some(10));
    world.assert_in_step(page);
}
