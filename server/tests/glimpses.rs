//! What somebody shows by the lane goes to those who read where it is, if the same ops would be taken there
//! (SPEC LANE-3).
#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

#[path = "../../protocol/tests/common/scenes.rs"]
#[allow(dead_code)]
mod scenes;
#[path = "common/stage.rs"]
mod stage;

use kakehashi_protocol::call::{Asked, Tell, Why};
use kakehashi_protocol::ids::DocumentId;
use kakehashi_protocol::lane::{Glimpse, Shown, WetPoint, WetStroke};
use kakehashi_protocol::presence::Place;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::{ServerFrame, read_message};
use kakehashi_server::room::core::{ConnectionId, Output};
use stage::{Stage, guest};

const COVER: DocumentId = DocumentId::COVER;

fn ink(document: DocumentId) -> Glimpse {
    let stroke = WetStroke { counter: 3, width: 16, ..WetStroke::default() };
    Glimpse { sequence: 1, document, strokes: vec![stroke.tell(&[WetPoint { x: 8, y: 8, pressure: 9, ms: 0 }])], ..Glimpse::default() }
}

fn pointer(document: DocumentId) -> Glimpse {
    Glimpse { sequence: 1, document, cursor: Some(Place { x: 1, y: 2 }), ..Glimpse::default() }
}

/// Shows it; gives who is shown it, and what.
fn show(stage: &mut Stage, connection: ConnectionId, glimpse: &Glimpse) -> Vec<(Vec<ConnectionId>, Vec<Shown>)> {
    stage.room.handle_glimpse(connection, &glimpse.to_bytes());
    let mut shown = Vec::new();
    while let Some(output) = stage.room.poll_output() {
        match output {
            Output::Glimpse { readers, message } => shown.push((readers.to_vec(), Shown::all(&message).unwrap())),
            other => panic!("{other:?}"),
        }
    }
    shown
}

#[test]
fn ink_is_shown_to_all_others_who_read_its_page() {
    let mut stage = Stage::new();
    let page = stage.page();
    let writer = stage.join(guest(1, Role::Member), &[COVER, page]);
    let reader = stage.join(guest(2, Role::Viewer), &[COVER, page]);
    let elsewhere = stage.join(guest(3, Role::Member), &[COVER]);
    let shown = show(&mut stage, writer, &ink(page));
    let actor = stage.peers[&writer].actor;
    assert_eq!(shown, [(vec![reader], vec![Shown { actor, glimpse: ink(page) }])]);
    stage.subscribe(elsewhere, page);
    assert_eq!(show(&mut stage, writer, &ink(page))[0].0, [reader, elsewhere]);
}

#[test]
fn whoever_may_not_write_shows_no_ink_and_points_all_the_same() {
    let mut stage = Stage::new();
    let page = stage.page();
    let viewer = stage.join(guest(1, Role::Viewer), &[COVER, page]);
    let reader = stage.join(guest(2, Role::Member), &[COVER, page]);
    assert_eq!(show(&mut stage, viewer, &ink(page)), []);
    assert_eq!(show(&mut stage, viewer, &pointer(page))[0].0, [reader]);
    // A document that is not there has no readers.
    assert_eq!(show(&mut stage, reader, &pointer(DocumentId(kakehashi_protocol::ids::OpId::new(9, 9)))), []);
}

#[test]
fn bytes_that_are_no_glimpse_are_named_to_their_sender_alone() {
    let mut stage = Stage::new();
    let page = stage.page();
    let writer = stage.join(guest(1, Role::Member), &[COVER, page]);
    stage.join(guest(2, Role::Member), &[COVER, page]);
    stage.room.handle_glimpse(writer, &[0xff; 20]);
    let Some(Output::Send { connection, message }) = stage.room.poll_output() else { panic!("nothing is said") };
    assert_eq!(connection, writer);
    let frames = read_message::<ServerFrame>(&message).unwrap();
    let [ServerFrame::Call(json)] = frames.as_slice() else { panic!("{frames:?}") };
    let tell: Tell = serde_json::from_str(json).unwrap();
    assert!(matches!(&tell, Tell::Refused { ask: Some(Asked::Glimpse), why: Why::Malformed, .. }), "{tell:?}");
    assert!(stage.room.poll_output().is_none());
}
