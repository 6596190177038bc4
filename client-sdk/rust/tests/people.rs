//! Who wrote something stays known: each actor's person in the cover.

mod support;

use kakehashi_client::{Author, Event};
use kakehashi_protocol::ids::{ActorId, DocumentId, LogId, OpId};
use kakehashi_protocol::op::{Change, OpBody};
use kakehashi_protocol::presence::{Place, Presence};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::{ClientFrame, Own, ServerFrame};
use support::*;

const BLUE: [u8; 4] = [0, 0, 255, 255];

fn name(world: &mut World, peer: usize, name: &str) {
    let presence = Presence { name: name.into(), color: BLUE, ..Presence::default() };
    world.peers[peer].client.set_presence(presence).expect("it is within the limits");
}

fn author(letters: &str) -> Option<Author> {
    Some(Author { name: letters.into(), color: BLUE })
}

fn persons(world: &World) -> Vec<ActorId> {
    let cover = world.server.board.document(DocumentId::COVER).expect("the cover");
    cover.records().filter(|record| record.kind() == Some(Kind::Person)).map(|record| record.id().actor).collect()
}

fn sent_changes(world: &World) -> Vec<Change> {
    let frames = world.server.received.iter().flat_map(|(_, frames)| frames);
    frames.filter_map(|frame| if let ClientFrame::Change(bytes) = frame { Change::from_bytes(bytes).ok() } else { None }).collect()
}

// SPEC WHO-1, WHO-2.
#[test]
fn a_name_goes_with_the_first_change_and_stays_when_its_actor_leaves() {
    let (mut world, page) = World::with_page(3);
    let (first, second) = (world.peers[0].client.actor(), world.peers[1].client.actor());
    assert_eq!(world.peers[0].client.author(second), None, "it never said");
    name(&mut world, 1, "海");
    assert_eq!(world.peers[1].client.author(second), author("海"), "oneself, before anything is written");
    world.pass(100);
    assert_eq!(persons(&world), [], "who only looks on leaves no trace");
    assert_eq!(world.peers[0].client.author(second), author("海"), "it is here");

    let changes = sent_changes(&world).len();
    world.peers[0].events.clear();
    let stroke = world.stroke(1, page, 0, 5);
    world.stroke(1, page, 0, 5);
    world.settle();
    assert_eq!(sent_changes(&world).len(), changes + 4, "none of its own");
    assert_eq!(persons(&world), [second]);
    assert!(world.peers[0].events.contains(&Event::People));
    assert!(!world.peers[0].events.contains(&Event::Pages), "the pages are as before");
    assert_eq!(world.peers[0].client.pages().len(), 1);
    assert!(world.peers[0].client.records(DocumentId::COVER).is_empty(), "it is no shape");
    world.assert_in_step(page);
    world.assert_in_step(DocumentId::COVER);

    // It leaves; what it wrote goes on bearing its name.
    world.cut(1);
    world.peers.remove(1);
    world.pass(100);
    world.cut(0);
    world.come_back();
    assert_eq!(world.peers[0].client.people().count(), 0);
    assert_eq!(world.peers[0].client.author(stroke.actor), author("海"));
    assert_eq!(world.peers[0].client.author(first), None);
}

// SPEC WHO-1.
#[test]
fn another_name_is_told_of_what_was_written_before() {
    let (mut world, page) = World::with_page(2);
    let actor = world.peers[0].client.actor();
    name(&mut world, 0, "海");
    world.create(0, page, Kind::Note);
    world.settle();
    let made = sent_changes(&world).len();
    // A pointer that moves is no change of the name.
    for x in 0..20 {
        let presence = Presence { name: "海".into(), color: BLUE, cursor: Some(Place { x, y: 0 }), ..Presence::default() };
        world.peers[0].client.set_presence(presence).unwrap();
        world.pass(40);
    }
    assert_eq!(sent_changes(&world).len(), made);
    name(&mut world, 0, "空");
    world.settle();
    assert_eq!(sent_changes(&world).len(), made + 1);
    assert_eq!(persons(&world), [actor]);
    let shown = |world: &World| {
        let record = world.peers[1].client.record(DocumentId::COVER, person(world, actor)).unwrap();
        record.get(Key::Name)
    };
    assert_eq!(shown(&world), Some(Value::Text("空".into())));
    // A viewer keeps the name it wrote under, and nothing is refused.
    world.server.role = Role::Viewer;
    world.cut(0);
    world.come_back();
    name(&mut world, 0, "山");
    world.settle();
    assert!(world.peers[0].events.iter().all(|event| !matches!(event, Event::Refused { .. })));
    assert_eq!(shown(&world), Some(Value::Text("空".into())));
}

fn person(world: &World, actor: ActorId) -> kakehashi_protocol::ids::RecordId {
    let cover = world.server.board.document(DocumentId::COVER).expect("the cover");
    cover.made_by(actor).find(|record| record.kind() == Some(Kind::Person)).map(Record::id).expect("a person")
}

// SPEC WHO-2.
#[test]
fn undo_takes_back_the_stroke_and_not_the_name() {
    let (mut world, page) = World::with_page(2);
    name(&mut world, 1, "海");
    let stroke = world.stroke(1, page, 4, 3);
    world.settle();
    let now = world.device_now(1);
    assert_eq!(world.peers[1].client.undo(now, 4), Ok(true));
    assert!(!world.peers[1].client.can_undo(4));
    world.settle();
    let cover = world.server.board.document(DocumentId::COVER).unwrap();
    assert!(cover.records().filter(|record| record.kind() == Some(Kind::Person)).all(Record::visible));
    assert!(!world.server.board.document(page).unwrap().records().any(|record| record.id() == stroke && record.visible()));
    assert_eq!(persons(&world).len(), 1);
    assert_eq!(world.peers[1].client.redo(now, 4), Ok(true));
    world.settle();
    world.assert_in_step(page);
}

// SPEC WHO-1, ACT-3.
#[test]
fn a_closed_tabs_name_is_sent_with_what_it_left() {
    let (mut world, page) = World::with_page(2);
    world.cut(1);
    world.go_offline(0);
    name(&mut world, 0, "海");
    let stroke = world.stroke(0, page, 0, 5);
    world.pump();
    let (actor, key) = (world.peers[0].client.actor(), world.peers[0].client.key());
    let kept: Vec<Vec<u8>> = std::mem::take(&mut world.peers[0].device).into_values().collect();
    world.peers.remove(0);
    world.peers[0].client.adopt(actor, key, &kept);
    assert_eq!(world.peers[0].client.author(stroke.actor), author("海"), "known before it is sent");
    world.come_back();
    assert_eq!(persons(&world), [actor]);
    world.assert_in_step(page);
}

// SPEC WHO-1, MAY-15: the server here knows of no participants, as where a device hands in what another participant wrote.
#[test]
fn what_a_participant_wrote_is_taken_from_another_too_only_the_name_is_not() {
    let (mut world, page) = World::with_page(2);
    let connection = world.peers[0].connection.expect("it is connected");
    let own = Own { participant: Some(OpId::new(7, 1)), role: Role::Member, waits: false };
    world.server.send(connection, &ServerFrame::You(own));
    world.settle();
    world.go_offline(0);
    name(&mut world, 0, "海");
    let stroke = world.stroke(0, page, 0, 5);
    world.come_back();
    assert!(world.server.board.document(page).unwrap().records().any(|record| record.id() == stroke && record.visible()));
    assert_eq!(persons(&world), []);
    assert!(world.peers[0].events.iter().all(|event| !matches!(event, Event::Refused { .. })), "nothing that was written is lost");
    world.assert_in_step(page);
    world.assert_in_step(DocumentId::COVER);
}

// SPEC WHO-1, ACT-4.
#[test]
fn after_a_restore_the_new_actor_has_the_name_too() {
    let (mut world, page) = World::with_page(2);
    name(&mut world, 0, "海");
    world.create(0, page, Kind::Note);
    world.settle();
    let backup = (world.server.board.clone(), world.server.known.clone());
    world.create(0, page, Kind::Rectangle);
    world.settle();
    world.cut(1);
    world.go_offline(0);
    // The name changes, which only the old actor could say of its own person.
    name(&mut world, 0, "空");
    name(&mut world, 0, "山");
    let pending = world.stroke(0, page, 3, 6);
    let before = world.peers[0].client.actor();
    world.server.board = backup.0;
    world.server.known = backup.1;
    world.server.log = LogId([2; 16]);
    world.server.rows.clear();
    world.come_back();
    let now = world.peers[0].client.actor();
    assert_ne!(now, before);
    assert!(world.peers[0].events.iter().all(|event| !matches!(event, Event::Refused { .. })));
    assert_eq!(persons(&world).len(), 2);
    world.assert_in_step(page);
    let stroke = world.peers[0].client.resolve(pending);
    assert_eq!(stroke.actor, now);
    assert_eq!(world.peers[1].client.author(now), author("山"));
    assert_eq!(world.peers[1].client.author(before), author("海"));
}

// SPEC WHO-2, LIM-1: a change that is full goes without the name, which comes with the next one.
#[test]
fn a_full_change_has_no_room_for_a_name() {
    let (mut world, page) = World::with_page(2);
    name(&mut world, 1, "海");
    let create = OpBody::Create { kind: Kind::Note.number(), properties: vec![] };
    let ops = vec![kakehashi_protocol::op::Op { document: page, body: create }; kakehashi_protocol::limits::CHANGE_OPS_MAX];
    let now = world.device_now(1);
    world.peers[1].client.edit(now, 0, 1, ops).unwrap();
    world.settle();
    assert_eq!(persons(&world), []);
    world.create(1, page, Kind::Note);
    world.settle();
    assert_eq!(persons(&world).len(), 1);
    world.assert_in_step(page);
}
