//! Leftovers of clients that are gone, and servers that have forgotten.

mod support;

use std::collections::BTreeMap;

use kakehashi_client::{Event, NoticeCode};
use kakehashi_protocol::board::Board;
use kakehashi_protocol::document::Store;
use kakehashi_protocol::ids::{ActorId, DocumentId, LogId};
use kakehashi_protocol::op::Change;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::ClientFrame;
use support::*;

/// What client 0 keeps on its device when its tab is closed; the client is replaced by a new one that
/// never comes.
fn close_tab(world: &mut World) -> (ActorId, [u8; 16], Vec<Vec<u8>>) {
    world.pump();
    let peer = &mut world.peers[0];
    let (actor, key) = (peer.client.actor(), peer.client.key());
    let kept = std::mem::take(&mut peer.device).into_values().collect();
    if let Some(connection) = peer.connection.take() {
        world.server.readers.remove(&connection);
    }
    world.peers.remove(0);
    (actor, key, kept)
}

// SPEC ACT-3.
#[test]
fn leftovers_are_sent_unchanged_shown_meanwhile_and_let_go() {
    let (mut world, page) = World::with_page(2);
    world.go_offline(0);
    let stroke = world.stroke(0, page, 0, 5);
    let (actor, key, kept) = close_tab(&mut world);
    assert_eq!(kept.len(), 2);
    world.cut(0);
    world.peers[0].client.adopt(actor, key, &kept);
    world.peers[0].keys.insert(actor, key);
    for bytes in &kept {
        let first = Change::from_bytes(bytes).unwrap().first;
        world.peers[0].device.insert((actor, first), bytes.clone());
    }
    assert_eq!(world.peers[0].client.unsaved(), 2);
    assert_eq!(world.peers[0].client.ink(page, stroke).map(|ink| ink.points()), Some(5));
    // An edit that builds on a leftover is sent after it.
    world.set(0, page, stroke, Key::X, Value::Int(80));
    world.come_back();
    world.assert_in_step(page);
    assert_eq!(world.peers[0].client.record(page, stroke).unwrap().int(Key::X), 80);
    assert!(!world.peers[0].keys.contains_key(&actor), "the leftover was released");
    let claims =
        world.server.received.iter().flat_map(|(_, frames)| frames).filter(|frame| matches!(frame, ClientFrame::Claim { .. })).count();
    assert_eq!(claims, 1);
    let sent: Vec<&Vec<u8>> = world
        .server
        .received
        .iter()
        .flat_map(|(_, frames)| frames)
        .filter_map(|frame| if let ClientFrame::Change(bytes) = frame { Some(bytes) } else { None })
        .collect();
    assert!(kept.iter().all(|bytes| sent.contains(&bytes)));
}

#[test]
fn leftovers_that_were_accepted_before_the_tab_closed_are_not_written_twice() {
    let (mut world, page) = World::with_page(2);
    world.server.mute = true;
    let stroke = world.stroke(0, page, 0, 5);
    world.pass(50);
    let (actor, key, kept) = close_tab(&mut world);
    assert!(!kept.is_empty());
    world.server.mute = false;
    world.peers[0].client.adopt(actor, key, &kept);
    world.cut(0);
    world.come_back();
    assert_eq!(world.peers[0].client.ink(page, stroke).map(|ink| ink.points()), Some(5));
    assert_eq!(world.peers[0].client.digest(page), Some(world.server.digest(page)));
    assert_eq!(world.peers[0].client.unsaved(), 0);
}

// SPEC ACT-3: two page loads may send one change, with the clocks that each knows.
#[test]
fn what_another_page_load_sent_counts_as_it_was_sent() {
    for twin_first in [false, true] {
        let (mut world, page) = World::with_page(1);
        let shape = world.create(0, page, Kind::Rectangle);
        world.settle();
        world.go_offline(0);
        world.set(0, page, shape, Key::X, Value::Int(80));
        world.pump();
        let kept: Vec<Vec<u8>> = world.peers[0].device.values().cloned().collect();
        let (actor, key) = (world.peers[0].client.actor(), world.peers[0].client.key());
        let twin = world.add();
        world.peers[twin].client.adopt(actor, key, &kept);
        world.peers[twin].client.open(page);
        // Only the page load that wrote it corrects its clock, to one that is greater or less than the other's.
        world.server.ahead_ms = if twin_first { 60_000 } else { -60_000 };
        let now = world.now;
        if twin_first {
            world.up = true;
            world.peers[twin].client.connect(now);
            world.settle();
            world.come_back();
        } else {
            world.come_back();
            world.peers[twin].client.connect(now);
            world.pass(1_000);
        }
        let stamp = world.server.board.document(page).unwrap().record(shape).unwrap().stamp_of(Key::X.number());
        let written = Change::from_bytes(&kept[0]).unwrap().clock;
        assert_eq!(stamp.clock == written, twin_first, "the twin sends it as it was kept");
        world.peers[twin].device.clear();
        world.assert_in_step(page);
    }
}

#[test]
fn damaged_leftovers_are_told_of_and_the_good_ones_used() {
    let (mut world, page) = World::with_page(2);
    world.go_offline(0);
    world.create(0, page, Kind::Note);
    world.create(0, page, Kind::Text);
    world.create(0, page, Kind::Text);
    let (actor, key, mut kept) = close_tab(&mut world);
    kept[1].truncate(5);
    world.cut(0);
    world.peers[0].client.adopt(actor, key, &kept);
    assert_eq!(world.peers[0].client.unsaved(), 1, "what follows after the damage has no place");
    world.come_back();
    assert!(world.peers[0].events.iter().any(|event| matches!(event, Event::Notice { code: NoticeCode::Storage, .. })));
    world.assert_in_step(page);
}

/// A server that has lost its last rows, as after restoring a backup.
fn restore(world: &mut World, board: Board, known: BTreeMap<ActorId, Known>) {
    world.server.board = board;
    world.server.known = known;
    world.server.log = LogId([2; 16]);
    world.server.rows.clear();
}

// SPEC ACT-4.
#[test]
fn after_a_restore_what_is_pending_is_written_under_a_new_name() {
    let (mut world, page) = World::with_page(2);
    let kept = world.create(0, page, Kind::Note);
    world.settle();
    let backup = (world.server.board.clone(), world.server.known.clone());
    let lost = world.create(0, page, Kind::Rectangle);
    let stroke = world.stroke(0, page, 0, 4);
    world.settle();
    let before = world.peers[0].client.actor();

    world.cut(1);
    world.go_offline(0);
    world.ink(0, page, stroke, 0, 90, 4);
    let pending = world.stroke(0, page, 3, 6);
    world.type_text(0, page, kept, 0, "のこる");
    let fresh_page = world.add_page(0);
    let on_it = world.stroke(0, fresh_page, 3, 2);
    restore(&mut world, backup.0, backup.1);
    world.come_back();

    let client = &world.peers[0].client;
    assert_ne!(client.actor(), before);
    assert!(world.peers[0].events.iter().any(|event| matches!(event, Event::Renewed { before: b, .. } if *b == before)));
    assert!(client.record(page, lost).is_none(), "what the server lost is lost");
    assert_eq!(client.ink(page, pending).map(|ink| ink.points()), Some(6), "found by its old name");
    assert_eq!(client.resolve(pending).actor, client.actor());
    assert_eq!(client.ink(page, stroke).map(|ink| ink.points()), Some(4), "the pen that was down goes on in a stroke of its own");
    assert_eq!(client.text(page, kept).unwrap().to_string(), "のこる");
    assert_eq!(client.ink(fresh_page, on_it).map(|ink| ink.points()), Some(2));
    assert!(!world.peers[0].keys.contains_key(&before));
    world.assert_in_step(page);
    world.assert_in_step(COVER);

    // The stroke under the pen and undo still work by what the app knows.
    world.ink(0, page, pending, 3, 91, 2);
    let now = world.now;
    assert_eq!(world.peers[0].client.undo(now, 3), Ok(true));
    assert_eq!(world.peers[0].client.undo(now, 3), Ok(true));
    world.settle();
    world.assert_in_step(page);
}

// SPEC ACT-4: found by seed 11609.
#[test]
fn a_page_that_comes_back_under_its_old_name_is_another_than_the_one_written_again() {
    let (mut world, _) = World::with_page(1);
    let backup = (world.server.board.clone(), world.server.known.clone());
    world.add_page(0);
    world.settle();
    world.go_offline(0);
    let page = world.add_page(0);
    world.pump();
    let kept = world.peers[0].device.values().map(|bytes| Change::from_bytes(bytes).unwrap()).collect::<Vec<_>>();
    world.stroke(0, page, 0, 2);
    restore(&mut world, backup.0, backup.1);
    world.come_back();
    let again = world.peers[0].client.resolve(page.0);
    assert_ne!(again, page.0);
    world.server.seq += 1;
    world.server.accept(&kept[0], &mut None);
    world.settle();
    world.peers[0].client.open(page);
    world.settle();
    world.assert_in_step(page);
    world.assert_in_step(DocumentId(again));
}

#[test]
fn after_a_restore_a_client_with_nothing_pending_still_can_write() {
    let (mut world, page) = World::with_page(1);
    let backup = (world.server.board.clone(), world.server.known.clone());
    world.create(0, page, Kind::Rectangle);
    world.settle();
    world.cut(0);
    restore(&mut world, backup.0, backup.1);
    world.come_back();
    assert_eq!(world.peers[0].client.records(page).len(), 0);
    world.create(0, page, Kind::Rectangle);
    world.settle();
    world.assert_in_step(page);
}

#[test]
fn leftovers_too_are_renewed_when_the_server_forgot_their_beginning() {
    let (mut world, page) = World::with_page(2);
    let backup = (world.server.board.clone(), world.server.known.clone());
    world.create(0, page, Kind::Rectangle);
    world.settle();
    world.go_offline(0);
    let stroke = world.stroke(0, page, 0, 5);
    let (actor, key, kept) = close_tab(&mut world);
    world.cut(0);
    world.peers[0].client.adopt(actor, key, &kept);
    restore(&mut world, backup.0, backup.1);
    world.come_back();
    assert_eq!(world.peers[0].client.ink(page, stroke).map(|ink| ink.points()), Some(5));
    assert_eq!(world.peers[0].client.records(page).len(), 1);
    world.assert_in_step(page);
}
