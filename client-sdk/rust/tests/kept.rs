//! Documents that the device keeps: a board opens without its server, and goes on when it is back.

mod support;

use std::collections::BTreeMap;

use kakehashi_client::{Event, Status};
use kakehashi_protocol::document::Store;
use kakehashi_protocol::ids::{DocumentId, LogId};
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::ClientFrame;
use support::*;

/// What a driver has kept of a client's documents.
fn keep(world: &World, peer: usize, documents: &[DocumentId]) -> BTreeMap<DocumentId, Vec<u8>> {
    documents.iter().map(|document| (*document, world.peers[peer].client.kept(*document).expect("there is something to keep"))).collect()
}

/// A new page load on a device that keeps these.
fn open_again(world: &mut World, kept: BTreeMap<DocumentId, Vec<u8>>) -> usize {
    let peer = world.add();
    world.peers[peer].kept = kept;
    world.peers[peer].client.recall_documents();
    world.peers[peer].client.connect(world.now);
    world.pump();
    peer
}

fn subscriptions(world: &World, from: usize) -> Vec<(DocumentId, bool)> {
    let frames = world.server.received[from..].iter().flat_map(|(_, frames)| frames);
    frames
        .flat_map(|frame| match frame {
            ClientFrame::Hello(hello) => hello.subscriptions.clone(),
            ClientFrame::Subscribe(subscription) => vec![*subscription],
            _ => Vec::new(),
        })
        .map(|subscription| (subscription.document, subscription.cursor.is_some()))
        .collect()
}

// SPEC KEEP-1, READ-2.
#[test]
fn a_board_opens_without_its_server_and_is_caught_up_by_its_cursor() {
    let (mut world, page) = World::with_page(2);
    let stroke = world.stroke(0, page, 0, 5);
    world.settle();
    let kept = keep(&world, 0, &[COVER, page]);
    world.cut(1);
    world.go_offline(0);
    let peer = open_again(&mut world, kept);
    assert_eq!(world.peers[peer].client.pages().len(), 1);
    assert!(world.peers[peer].client.open(page));
    world.pump();
    assert!(world.peers[peer].client.is_ready(page));
    assert_eq!(world.peers[peer].client.ink(page, stroke).map(|ink| ink.points()), Some(5));
    world.pass(6_000);
    assert_eq!(world.peers[peer].client.status(), Status::Offline);
    // It is written on, and so does another meanwhile.
    world.set(peer, page, stroke, Key::X, Value::Int(80));
    let fresh = world.add_page(peer);
    let on_it = world.stroke(peer, fresh, 0, 3);
    world.set(0, page, stroke, Key::Y, Value::Int(16));
    let from = world.server.received.len();
    world.come_back();
    for page in [COVER, page] {
        world.assert_in_step(page);
    }
    let record = world.peers[0].client.record(page, stroke).unwrap();
    assert_eq!((record.int(Key::X), record.int(Key::Y)), (80, 16));
    assert!(world.server.board.document(fresh).unwrap().record(on_it).is_some());
    // Nothing travelled that was there already.
    let asked = subscriptions(&world, from);
    assert!(asked.contains(&(COVER, true)) && asked.contains(&(page, true)) && !asked.contains(&(page, false)), "{asked:?}");
}

// SPEC KEEP-2, LOG-2.
#[test]
fn what_is_damaged_or_of_another_log_is_fetched_anew() {
    let (mut world, page) = World::with_page(1);
    let stroke = world.stroke(0, page, 0, 5);
    world.settle();
    let kept = keep(&world, 0, &[COVER, page]);
    let whole = &kept[&page];
    for place in (0..whole.len()).step_by(7) {
        let mut damaged = kept.clone();
        damaged.get_mut(&page).unwrap()[place] ^= 0x10;
        let peer = open_again(&mut world, damaged);
        world.peers[peer].client.open(page);
        world.settle();
        assert_eq!(world.peers[peer].client.digest(page), Some(world.server.digest(page)), "byte {place}");
        assert!(!world.peers[peer].events.iter().any(|event| matches!(event, Event::Notice { .. })), "byte {place}");
        world.peers.pop();
    }
    for cut in [0, 1, 16, 17, whole.len() - 1] {
        let peer = open_again(&mut world, BTreeMap::from([(COVER, kept[&COVER].clone()), (page, whole[..cut].to_vec())]));
        world.up = false;
        world.cut(peer);
        world.peers[peer].client.open(page);
        world.pump();
        assert!(!world.peers[peer].client.is_ready(page), "{cut} bytes");
        world.up = true;
        world.peers.pop();
    }
    // Another document's bytes are none of this one.
    let mixed = BTreeMap::from([(COVER, kept[&COVER].clone()), (page, kept[&COVER].clone())]);
    let peer = open_again(&mut world, mixed);
    world.peers[peer].client.open(page);
    world.settle();
    assert_eq!(world.peers[peer].client.digest(page), Some(world.server.digest(page)));

    // The server was restored: what is kept is shown until the snapshot of its new log is here.
    world.server.log = LogId([7; 16]);
    world.server.rows.clear();
    world.server.forgetful = true;
    let peer = open_again(&mut world, kept);
    world.peers[peer].snapshots_held = true;
    world.peers[peer].client.open(page);
    world.pump();
    assert_eq!(world.peers[peer].client.ink(page, stroke).map(|ink| ink.points()), Some(5));
    world.peers[peer].snapshots_held = false;
    world.settle();
    assert!(world.peers[peer].client.is_live(page));
    assert_eq!(world.peers[peer].client.digest(page), Some(world.server.digest(page)));
}

// SPEC KEEP-1: what was accepted on a page that is no longer read has not been seen in the log.
#[test]
fn an_op_that_was_accepted_and_not_read_back_is_kept_with_its_page() {
    let (mut world, page) = World::with_page(2);
    let other = world.add_page(0);
    world.settle();
    let at = world.peers[0].client.kept_at(page).unwrap();
    let stroke = world.stroke(0, page, 0, 5);
    world.peers[0].client.close(page);
    world.settle();
    assert_eq!(world.peers[0].client.unsaved(), 0);
    assert_ne!(world.peers[0].client.kept_at(page), Some(at), "there is more to keep");
    let kept = keep(&world, 0, &[COVER, page, other]);
    world.cut(0);
    world.go_offline(1);
    let peer = open_again(&mut world, kept.clone());
    world.peers[peer].client.open(page);
    world.pump();
    assert_eq!(world.peers[peer].client.ink(page, stroke).map(|ink| ink.points()), Some(5));
    assert!(!world.peers[peer].client.is_unsaved(page, stroke));
    assert_eq!(world.peers[peer].client.kept(page).as_ref(), Some(&kept[&page]), "and is kept again the same");
    world.come_back();
    assert_eq!(world.peers[peer].client.digest(page), Some(world.server.digest(page)));
    assert_eq!(world.peers[peer].client.kept_at(page).unwrap().1, 0, "it was read back");
}

// SPEC KEEP-1, ACT-3.
#[test]
fn what_a_closed_tab_left_is_seen_in_what_the_device_kept() {
    let (mut world, page) = World::with_page(2);
    let note = world.create(0, page, Kind::Note);
    world.settle();
    let kept = keep(&world, 0, &[COVER, page]);
    world.cut(1);
    world.go_offline(0);
    world.type_text(0, page, note, 0, "島");
    let fresh = world.add_page(0);
    let on_it = world.stroke(0, fresh, 0, 3);
    world.pump();
    let (actor, key) = (world.peers[0].client.actor(), world.peers[0].client.key());
    let left: Vec<Vec<u8>> = std::mem::take(&mut world.peers[0].device).into_values().collect();
    world.peers.remove(0);

    for adopted_first in [false, true] {
        let peer = open_again(&mut world, kept.clone());
        if adopted_first {
            world.peers[peer].client.adopt(actor, key, &left);
        }
        // The page that only the closed tab knew may be asked for by its link, before it is known here.
        world.peers[peer].client.open(page);
        world.peers[peer].client.open(fresh);
        world.pump();
        if !adopted_first {
            world.peers[peer].client.adopt(actor, key, &left);
            world.pump();
        }
        let client = &world.peers[peer].client;
        assert_eq!(client.pages().len(), 2);
        assert_eq!(client.text(page, note).map(ToString::to_string).as_deref(), Some("島"));
        assert!(client.is_ready(fresh));
        assert_eq!(client.ink(fresh, on_it).map(|ink| ink.points()), Some(3));
        if !adopted_first {
            world.peers.pop();
        }
    }
    world.come_back();
    for document in [COVER, page] {
        world.assert_in_step(document);
    }
    let peer = world.peers.len() - 1;
    assert_eq!(world.peers[peer].client.digest(fresh), Some(world.server.digest(fresh)));
}

// SPEC KEEP-1: the device may have been told to forget what was accepted only after it was kept.
#[test]
fn a_leftover_that_is_in_the_kept_state_already_is_not_there_twice() {
    let (mut world, page) = World::with_page(2);
    world.server.mute = true;
    let stroke = world.stroke(0, page, 0, 5);
    world.settle();
    let (actor, key) = (world.peers[0].client.actor(), world.peers[0].client.key());
    let left: Vec<Vec<u8>> = world.peers[0].device.values().cloned().collect();
    assert!(!left.is_empty());
    world.server.mute = false;
    world.cut(0);
    world.come_back();
    let kept = keep(&world, 0, &[COVER, page]);
    world.cut(1);
    world.go_offline(0);
    world.peers.remove(0);
    let peer = open_again(&mut world, kept);
    world.peers[peer].client.open(page);
    world.pump();
    world.peers[peer].client.adopt(actor, key, &left);
    world.pump();
    assert_eq!(world.peers[peer].client.ink(page, stroke).map(|ink| ink.points()), Some(5));
    assert_eq!(world.peers[peer].client.records(page).len(), 1);
    world.come_back();
    world.assert_in_step(page);
}
