//! Snapshots, tails, and documents that are opened, closed, and withdrawn.

mod support;

use kakehashi_client::{Event, FetchError};
use kakehashi_protocol::ids::{Cursor, DocumentId, LogId, OpId, Seq};
use kakehashi_protocol::op::OpBody;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::{ClientFrame, ServerFrame};
use kakehashi_protocol::wire::snapshot::write_snapshot;
use support::*;

// SPEC READ-1: a snapshot, and the parts after it.
#[test]
fn parts_that_come_while_a_snapshot_is_on_its_way_are_merged_after_it() {
    let (mut world, page) = World::with_page(1);
    let stroke = world.stroke(0, page, 0, 3);
    world.settle();
    let late = world.add();
    world.peers[late].client.connect(START);
    world.peers[late].snapshots_held = true;
    world.peers[late].client.open(page);
    world.settle();
    assert!(!world.peers[late].client.is_ready(page));
    assert_eq!(world.peers[late].snapshots, [COVER, page]);

    // Some rows are in the snapshot and come as parts too, some only as parts.
    world.ink(0, page, stroke, 0, 50, 3);
    world.settle();
    let snapshot = world.server.snapshot(page);
    let cover = world.server.snapshot(COVER);
    world.ink(0, page, stroke, 0, 51, 3);
    world.settle();
    let now = world.now;
    world.peers[late].client.handle_snapshot(now, COVER, Ok(&cover));
    world.peers[late].client.handle_snapshot(now, page, Ok(&snapshot));
    assert_eq!(world.peers[late].client.ink(page, stroke).map(|ink| ink.points()), Some(9));
    world.peers[late].snapshots.clear();
    world.settle();
    assert!(world.peers[late].events.contains(&Event::Changed { document: page, records: Vec::new(), all: true }));
    world.assert_in_step(page);
}

// SPEC LOG-2.
#[test]
fn a_snapshot_that_fails_or_is_of_another_log_is_fetched_again() {
    let (mut world, page) = World::with_page(1);
    let late = world.add();
    world.peers[late].snapshots_held = true;
    world.peers[late].client.connect(START);
    world.settle();
    let now = world.now;
    let wrong = [
        Err(FetchError),
        Ok(write_snapshot(COVER, Cursor { log: LogId([9; 16]), seq: Seq(99) }, world.server.board.document(COVER).unwrap())),
        Ok(write_snapshot(COVER, Cursor { log: world.server.log, seq: Seq(0) }, world.server.board.document(COVER).unwrap())),
        Ok(vec![1, 2, 3]),
        Ok(world.server.snapshot(page)),
    ];
    for (place, answer) in wrong.iter().enumerate() {
        assert_eq!(world.peers[late].snapshots.len(), 1, "asked for the time {place}");
        world.peers[late].snapshots.clear();
        let peer = &mut world.peers[late];
        peer.client.handle_snapshot(now, COVER, answer.as_deref().map_err(|error| *error));
        assert!(!peer.client.is_ready(COVER));
        world.pass(16_000);
    }
    world.peers[late].snapshots_held = false;
    world.settle();
    world.assert_in_step(COVER);
}

// SPEC READ-3.
#[test]
fn a_reader_that_is_behind_takes_a_new_snapshot_and_keeps_its_edits_in_view() {
    let (mut world, page) = World::with_page(2);
    let shape = world.create(0, page, Kind::Rectangle);
    world.settle();
    world.server.mute = true;
    world.set(0, page, shape, Key::X, Value::Int(8));
    world.set(1, page, shape, Key::Y, Value::Int(16));
    world.settle();
    world.server.mute = false;
    let connection = world.peers[0].connection.unwrap();
    world.server.readers.get_mut(&connection).unwrap().documents.remove(&page);
    world.server.send(connection, &ServerFrame::Behind(page));
    world.peers[0].snapshots_held = true;
    world.settle();
    assert_eq!(world.peers[0].client.record(page, shape).map(|record| record.int(Key::X)), Some(8));
    world.peers[0].snapshots_held = false;
    world.settle();
    assert_eq!(world.peers[0].client.record(page, shape).map(|record| record.int(Key::Y)), Some(16));
    world.cut(1);
    world.cut(0);
    world.come_back();
    world.assert_in_step(page);
}

#[test]
fn several_documents_travel_over_one_connection() {
    let mut world = World::new(2);
    let pages: Vec<DocumentId> = (0..4).map(|_| world.add_page(0)).collect();
    world.settle();
    assert_eq!(world.peers[1].client.pages().iter().map(|page| DocumentId(page.id())).collect::<Vec<_>>(), pages);
    pages.iter().for_each(|page| assert!(world.peers[1].client.open(*page)));
    world.settle();
    for (place, page) in pages.iter().enumerate() {
        world.stroke(place % 2, *page, 0, place + 1);
    }
    world.settle();
    pages.iter().for_each(|page| world.assert_in_step(*page));
    assert_eq!(world.peers[1].connects, 1);

    // A page is moved by both; the order is the same for all.
    let now = world.now;
    for (peer, page, after) in [(0, pages[3], None), (1, pages[0], Some(pages[2]))] {
        let client = &mut world.peers[peer].client;
        let mut edit = client.draft();
        edit.move_page(client, page, after).unwrap();
        client.commit(now, 0, 77, edit).unwrap();
    }
    world.settle();
    let order = |world: &World, peer: usize| world.peers[peer].client.pages().iter().map(|page| DocumentId(page.id())).collect::<Vec<_>>();
    assert_eq!(order(&world, 0), [pages[3], pages[1], pages[2], pages[0]]);
    assert_eq!(order(&world, 0), order(&world, 1));
}

#[test]
fn a_page_made_without_a_connection_can_be_written_on_and_is_read_when_it_is_accepted() {
    let (mut world, _) = World::with_page(1);
    world.go_offline(0);
    let page = world.add_page(0);
    assert!(world.peers[0].client.is_ready(page));
    let stroke = world.stroke(0, page, 0, 6);
    let early: Vec<DocumentId> = world.server.received.iter().flat_map(|(_, frames)| frames).filter_map(subscribed).collect();
    assert!(!early.contains(&page));
    world.come_back();
    assert_eq!(world.peers[0].client.ink(page, stroke).map(|ink| ink.points()), Some(6));
    world.assert_in_step(page);
    let late = world.join();
    world.peers[late].client.open(page);
    world.settle();
    world.assert_in_step(page);
}

fn subscribed(frame: &ClientFrame) -> Option<DocumentId> {
    match frame {
        ClientFrame::Subscribe(subscription) => Some(subscription.document),
        _ => None,
    }
}

#[test]
fn a_page_whose_entry_is_refused_is_gone() {
    let (mut world, _) = World::with_page(1);
    world.server.role = kakehashi_protocol::rights::Role::Viewer;
    let page = world.add_page(0);
    world.stroke(0, page, 0, 2);
    world.settle();
    assert!(world.peers[0].events.contains(&Event::Withdrawn(page)));
    assert!(!world.peers[0].client.is_ready(page));
    assert_eq!(world.peers[0].client.unsaved(), 0);
    assert_eq!(world.peers[0].client.pages().len(), 1);
}

// SPEC LOG-7: what a backup did not hold may come back from another log.
#[test]
fn a_page_that_the_server_learns_of_while_the_cover_is_on_its_way_is_asked_for_again() {
    let mut world = World::new(2);
    let page = world.add_page(0);
    world.settle();
    world.peers[1].client.open(page);
    world.settle();
    let change = world.server.known[&world.peers[0].client.actor()].changes[0].clone();
    world.cut(0);
    world.cut(1);
    world.peers.remove(0);
    world.server = Server::new();
    world.server.log = LogId([2; 16]);
    world.peers[0].snapshots_held = true;
    world.pass(1_000);
    assert!(!world.peers[0].client.is_live(page));
    world.server.seq += 1;
    world.server.accept(&change, &mut None);
    world.pump();
    world.peers[0].snapshots_held = false;
    world.settle();
    assert!(world.peers[0].client.is_live(page));
    world.assert_in_step(page);
}

// SPEC READ-2.
#[test]
fn a_closed_page_is_shown_again_without_a_connection_and_caught_up_by_its_cursor() {
    let (mut world, page) = World::with_page(2);
    let stroke = world.stroke(1, page, 0, 3);
    world.settle();
    world.peers[0].client.close(page);
    world.settle();
    let before = world.server.seq;
    world.ink(1, page, stroke, 0, 60, 3);
    world.settle();
    world.go_offline(0);
    assert!(world.peers[0].client.open(page));
    assert_eq!(world.peers[0].client.ink(page, stroke).map(|ink| ink.points()), Some(3));
    world.come_back();
    world.assert_in_step(page);
    let last = world.server.received.iter().rev().flat_map(|(_, frames)| frames).find_map(|frame| match frame {
        ClientFrame::Hello(hello) if hello.actor == world.peers[0].client.actor() => {
            hello.subscriptions.iter().find(|s| s.document == page).copied()
        }
        _ => None,
    });
    assert_eq!(last.and_then(|subscription| subscription.cursor).map(|cursor| cursor.seq), Some(Seq(before)), "a tail, not a snapshot");
}

// SPEC READ-1: the answers of both subscriptions come after the page was opened again.
#[test]
fn a_page_that_is_closed_and_opened_again_on_a_slow_link_misses_nothing() {
    for read_before in [false, true] {
        let (mut world, page) = World::with_page(1);
        let reader = world.join();
        if read_before {
            world.peers[reader].client.open(page);
            world.settle();
            world.peers[reader].client.close(page);
            world.settle();
        }
        let connection = world.peers[reader].connection.unwrap();
        for open in [true, false, true] {
            let now = world.now;
            let client = &mut world.peers[reader].client;
            if open {
                client.open(page);
            } else {
                client.close(page);
            }
            if let Some(message) = client.poll_transmit(now) {
                world.server.receive(now, connection, &message);
            }
            // What is written between the two stands in no part, and the server keeps too few rows to resume from.
            if !open {
                world.server.seq += 1;
                let note = OpBody::Create { kind: Kind::Note.number(), properties: Vec::new() };
                world.server.accept(&foreign(9, 1, now, page, note), &mut None);
                world.server.forgetful = true;
            }
        }
        world.settle();
        world.assert_in_step(page);
    }
}

#[test]
fn too_many_open_documents_are_refused() {
    let mut world = World::new(1);
    let opened = (0..100).filter(|n| world.peers[0].client.open(DocumentId(OpId::new(5, n + 1)))).count();
    assert_eq!(opened + 1, kakehashi_protocol::limits::SUBSCRIPTIONS_MAX);
}

// SPEC SEE-1: losing sight.
#[test]
fn a_withdrawn_document_is_deleted_and_what_was_not_sent_becomes_a_draft() {
    let (mut world, page) = World::with_page(1);
    world.server.mute = true;
    world.create(0, page, Kind::Text);
    let connection = world.peers[0].connection.unwrap();
    world.server.send(connection, &ServerFrame::Withdrawn(page));
    world.pump();
    assert!(!world.peers[0].client.is_ready(page));
    assert_eq!(world.peers[0].client.drafts()[&page].len(), 1);
    assert!(world.peers[0].events.contains(&Event::Withdrawn(page)));
}

#[test]
fn a_log_that_does_not_fit_is_read_anew() {
    let (mut world, page) = World::with_page(2);
    let stroke = world.stroke(1, page, 0, 3);
    world.settle();
    // A row goes missing on its way to client 0: its copy must not stay wrong.
    let connection = world.peers[0].connection.unwrap();
    world.ink(1, page, stroke, 0, 70, 2);
    let now = world.now;
    let message = world.peers[1].client.poll_transmit(now).expect("the append");
    let author = world.peers[1].connection.unwrap();
    world.server.receive(now, author, &message);
    world.server.readers.get_mut(&connection).unwrap().outbox.clear();
    world.settle();
    world.ink(1, page, stroke, 0, 71, 2);
    world.settle();
    world.assert_in_step(page);
}
