//! Pages that only their owner and those who lead see: their entries stand at a desk (SPEC ID-4, MEET-1, SEE-2).

mod support;

use kakehashi_client::{EditError, Event};
use kakehashi_protocol::ids::{DocumentId, OpId, RecordId};
use kakehashi_protocol::op::{Op, OpBody, Property};
use kakehashi_protocol::rights::{Role, Sight};
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::frame::{Own, ServerFrame};
use support::*;

/// The first peer as a member and the second as an assistant; a page of the first one's own, and its desk.
fn with_own_page() -> (World, DocumentId, DocumentId) {
    let mut world = World::new(2);
    // The support's server knows roles only; the core asks as a real one will.
    world.server.role = Role::Server;
    let [owner, leader] = [(0, Role::Member), (1, Role::Assistant)].map(|(peer, role)| take_part(&mut world, peer, role));
    let desk = DocumentId(owner);
    for (peer, own) in [(0, owner), (1, leader)] {
        let role = if peer == 0 { Role::Member } else { Role::Assistant };
        let connection = world.peers[peer].connection.expect("it is connected");
        world.server.send(connection, &ServerFrame::You(Own { participant: Some(own), role, waits: false }));
        world.settle();
        world.peers[peer].client.open_meeting();
    }
    world.peers[1].client.open(desk);
    world.settle();
    let page = add_at(&mut world, 0, desk);
    (world, desk, page)
}

fn take_part(world: &mut World, peer: usize, role: Role) -> RecordId {
    let properties = vec![Property { key: Key::Role.number(), value: Value::Int(role as i64).encode() }];
    let change = foreign(90 + peer as u64, 1, world.now, COVER, OpBody::Create { kind: Kind::Participant.number(), properties });
    world.server.seq += 1;
    world.server.accept(&change, &mut None);
    change.id(0)
}

fn add_at(world: &mut World, peer: usize, desk: DocumentId) -> DocumentId {
    let now = world.now;
    let client = &mut world.peers[peer].client;
    let mut edit = client.draft();
    let page = edit.add_page_at(client, desk, None).expect("there is room");
    let gesture = client.new_gesture();
    client.commit(now, 0, gesture, edit).expect("the owner may");
    assert!(client.open(page));
    page
}

fn listed(world: &World, peer: usize) -> Vec<(DocumentId, DocumentId)> {
    world.peers[peer].client.desk_pages().map(|(desk, page)| (desk, DocumentId(page.id()))).collect()
}

#[test]
fn a_page_of_ones_own_is_written_on_at_once_and_read_by_those_who_lead() {
    let (mut world, desk, page) = with_own_page();
    assert!(world.peers[0].client.is_ready(page), "there is nobody to wait for");
    world.stroke(0, page, 0, 9);
    world.settle();
    assert_eq!(world.server.board.desk(page.0), Some(desk.0));
    for peer in [0, 1] {
        assert_eq!(listed(&world, peer), [(desk, page)]);
        assert!(world.peers[peer].client.pages().is_empty(), "it is no page of everybody's");
        assert!(world.peers[peer].events.contains(&Event::Pages));
    }
    assert!(world.peers[1].client.open(page));
    world.settle();
    world.stroke(1, page, 0, 4);
    world.settle();
    world.assert_in_step(page);
    world.assert_in_step(desk);
}

#[test]
fn it_is_arranged_at_its_desk_and_taken_back_by_undo() {
    let (mut world, desk, first) = with_own_page();
    let second = add_at(&mut world, 0, desk);
    world.settle();
    let now = world.now;
    let client = &mut world.peers[0].client;
    let mut edit = client.draft();
    edit.move_page(client, second, None).unwrap();
    edit.set_page(client, first, &[(Key::Title, Some(Value::Text("下書き".into())))]).unwrap();
    let gesture = client.new_gesture();
    client.commit(now, 0, gesture, edit).unwrap();
    world.settle();
    assert_eq!(listed(&world, 1), [(desk, second), (desk, first)]);
    let title = |world: &World| world.peers[1].client.record(desk, first.0).and_then(|entry| entry.get(Key::Title));
    assert_eq!(title(&world), Some(Value::Text("下書き".into())));

    let client = &mut world.peers[0].client;
    let mut edit = client.draft();
    edit.remove_page(client, second).unwrap();
    assert_eq!(edit.add_page_at(client, COVER, Some(first)).err(), Some(EditError::Refused(Reason::Missing)), "it stands at a desk");
    let gesture = client.new_gesture();
    client.commit(now, 0, gesture, edit).unwrap();
    world.settle();
    assert_eq!(listed(&world, 1), [(desk, first)]);
    assert!(world.peers[0].client.undo(now, 0).unwrap());
    world.settle();
    assert_eq!(listed(&world, 1), [(desk, second), (desk, first)]);
    world.assert_in_step(desk);
}

#[test]
fn it_is_made_and_written_on_while_the_server_is_away() {
    let (mut world, desk, _) = with_own_page();
    world.settle();
    world.go_offline(0);
    let page = add_at(&mut world, 0, desk);
    world.stroke(0, page, 0, 9);
    world.pass(6_000);
    assert_eq!(world.peers[0].client.records(page).len(), 1);
    world.come_back();
    assert!(world.peers[0].client.is_live(page));
    assert_eq!(world.peers[0].client.digest(page), Some(world.server.digest(page)));
    assert_eq!(listed(&world, 1).len(), 2);
}

#[test]
fn what_another_page_load_left_of_it_is_shown_again_and_sent() {
    let (mut world, desk, _) = with_own_page();
    world.settle();
    world.go_offline(0);
    let page = add_at(&mut world, 0, desk);
    world.stroke(0, page, 0, 9);
    world.pump();
    let actor = world.peers[0].client.actor();
    let left: Vec<Vec<u8>> = world.peers[0].device.values().cloned().collect();
    assert!(!left.is_empty());
    world.up = true;
    let again = world.join();
    let own = Own { participant: Some(desk.0), role: Role::Member, waits: false };
    let connection = world.peers[again].connection.expect("it is connected");
    world.server.send(connection, &ServerFrame::You(own));
    world.settle();
    let key = world.peers[0].keys[&actor];
    world.peers[again].client.open_meeting();
    world.peers[again].client.adopt(actor, key, &left);
    world.settle();
    assert_eq!(listed(&world, again).len(), 2);
    assert!(world.peers[again].client.open(page));
    world.settle();
    assert_eq!(world.peers[again].client.unsaved(), 0);
    assert_eq!(world.peers[again].client.digest(page), Some(world.server.digest(page)));
}

// SPEC SEE-1, KEEP-1.
#[test]
fn nothing_of_it_stays_on_a_device_nor_with_who_leads_no_more() {
    let (mut world, desk, page) = with_own_page();
    world.stroke(0, page, 0, 9);
    world.settle();
    assert!(world.peers[1].client.open(page));
    world.settle();
    for peer in [0, 1] {
        let client = &world.peers[peer].client;
        assert!(client.kept(COVER).is_some() && client.kept(page).is_none() && client.kept(desk).is_none());
    }
    let leader = world.peers[1].client.me().and_then(|own| own.participant).unwrap();
    let demoted = vec![Property { key: Key::Role.number(), value: Value::Int(Role::Member as i64).encode() }];
    let change = foreign(99, 1, world.now, COVER, OpBody::Set { record: leader, properties: demoted });
    world.server.seq += 1;
    world.server.accept(&change, &mut None);
    world.settle();
    let other = &world.peers[1];
    assert!(!other.client.is_ready(page) && !other.client.is_ready(desk) && !other.client.may_see(page));
    assert!(listed(&world, 1).is_empty());
    for document in [desk, page] {
        assert!(other.events.contains(&Event::Withdrawn(document)), "the app is told");
    }
    let now = world.now;
    let client = &mut world.peers[1].client;
    let gesture = client.new_gesture();
    let body = OpBody::Create { kind: Kind::Rectangle.number(), properties: vec![] };
    let refused = client.edit(now, 0, gesture, vec![Op { document: page, body }]);
    assert_eq!(refused.err(), Some(EditError::Refused(Reason::Missing)), "as if it were not there");
    assert_eq!(listed(&world, 0), [(desk, page)], "its owner has it as before");
}

#[test]
fn a_desk_that_is_not_there_takes_no_page() {
    let (world, ..) = with_own_page();
    let mut client = world.peers.into_iter().next().unwrap().client;
    let mut edit = client.draft();
    edit.add_page_at(&client, DocumentId(OpId::new(7, 7)), None).unwrap();
    let gesture = client.new_gesture();
    assert_eq!(client.commit(START, 0, gesture, edit).err(), Some(EditError::Refused(Reason::Missing)));
}
