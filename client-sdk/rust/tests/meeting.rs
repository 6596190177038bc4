//! The meeting as a client has it: what its role lets it see and write (SPEC SEE-1, MEET-2 to MEET-5).

mod support;

use kakehashi_client::{EditError, Event};
use kakehashi_protocol::ids::{ActorId, DocumentId, LogId, OpId, RecordId};
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::people::TALK;
use kakehashi_protocol::presence::Presence;
use kakehashi_protocol::rights::{MEETING, Role};
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::frame::{ClientFrame, Own, ServerFrame};
use support::*;

const HOST: ActorId = ActorId(99);

/// Something the host writes elsewhere.
fn host_writes(world: &mut World, body: OpBody) -> RecordId {
    host_writes_in(world, COVER, body)
}

fn host_writes_in(world: &mut World, document: DocumentId, body: OpBody) -> RecordId {
    let known = world.server.known.entry(HOST).or_insert(Known { next: 1, ..Known::default() });
    let change = Change { actor: HOST, first: known.next, clock: world.now, hand: 0, gesture: 0, ops: vec![Op { document, body }] };
    known.next += 1;
    world.server.seq += 1;
    world.server.accept(&change, &mut None);
    world.settle();
    change.id(0)
}

fn sets(record: RecordId, settings: &[(Key, Value)]) -> OpBody {
    OpBody::Set { record, properties: properties(settings) }
}

fn properties(settings: &[(Key, Value)]) -> Vec<Property> {
    settings.iter().map(|(key, value)| Property { key: key.number(), value: value.encode() }).collect()
}

/// Makes the peer a participant of this role.
fn take_part(world: &mut World, peer: usize, role: Role) -> RecordId {
    let kind = Kind::Participant.number();
    let record = host_writes(world, OpBody::Create { kind, properties: properties(&[(Key::Role, Value::Int(role as i64))]) });
    you(world, peer, Own { participant: Some(record), role, waits: false });
    record
}

fn you(world: &mut World, peer: usize, own: Own) {
    let connection = world.peers[peer].connection.expect("it is connected");
    world.server.send(connection, &ServerFrame::You(own));
    world.settle();
}

// SPEC LOG-2, MEET-2: a cover of another log says nothing of who may see the cover.
#[test]
fn who_was_removed_after_the_backup_reads_the_board_again() {
    let (mut world, page) = World::with_page(1);
    let kind = Kind::Participant.number();
    let member = properties(&[(Key::Role, Value::Int(Role::Member as i64))]);
    let record = host_writes(&mut world, OpBody::Create { kind, properties: member });
    let backup = world.server.board.clone();
    host_writes(&mut world, sets(record, &[(Key::Deleted, Value::Bool(true))]));
    world.cut(0);
    world.server.board = backup;
    world.server.log = LogId([2; 16]);
    world.server.rows.clear();
    world.peers[0].snapshots_held = true;
    world.pass(1_000);
    you(&mut world, 0, Own { participant: Some(record), role: Role::Member, waits: false });
    world.peers[0].snapshots_held = false;
    world.settle();
    world.assert_in_step(COVER);
    world.assert_in_step(page);
}

#[test]
fn a_page_that_is_hidden_in_a_session_is_gone_here_and_read_anew_when_it_is_shown() {
    let (mut world, page) = World::with_page(2);
    world.stroke(0, page, 0, 9);
    world.settle();
    assert!(world.peers[1].client.is_live(page));
    host_writes(&mut world, sets(page.0, &[(Key::Hidden, Value::Bool(true))]));
    assert!(world.peers[1].client.is_ready(page), "without a session the board belongs to all");
    host_writes(&mut world, sets(MEETING, &[(Key::Session, Value::Int(1))]));
    assert!(!world.peers[1].client.is_ready(page) && !world.peers[1].client.may_see(page));
    assert!(world.peers[1].client.kept(page).is_none());
    assert!(world.peers[1].events.contains(&Event::Withdrawn(page)), "the device is told to forget it");
    host_writes(&mut world, sets(MEETING, &[(Key::Ended, Value::Int(1))]));
    assert!(world.peers[1].client.is_live(page), "who had it open has it again");
    assert_eq!(world.peers[1].client.digest(page), Some(world.server.digest(page)));
}

#[test]
fn hands_and_words_are_of_the_participant_and_no_undo_takes_them_back() {
    let (mut world, page) = World::with_page(2);
    let now = world.now;
    let client = &mut world.peers[1].client;
    client.set_presence(Presence { name: "海".into(), ..Presence::default() }).unwrap();
    assert_eq!(client.set_in_session(now, MEETING, Key::Timer, Some(5)), Err(EditError::Refused(Reason::Session)), "none is on");
    let own = take_part(&mut world, 1, Role::Viewer);
    host_writes(&mut world, sets(MEETING, &[(Key::Session, Value::Int(7))]));
    // The support's server knows roles only; the core asks as the server will.
    world.server.role = Role::Server;
    let now = world.now;
    let client = &mut world.peers[1].client;
    assert_eq!(client.set_in_session(now, own, Key::Hand, Some(5)), Ok(()));
    assert_eq!(client.in_session(own, Key::Hand), Some(5));
    assert_eq!(client.say(now, DocumentId(own), "先生".into()), Ok(()), "a question at the own desk");
    assert_eq!(client.say(now, TALK, "はい".into()).err(), Some(EditError::Refused(Reason::Rights)), "a viewer says nothing to all");
    assert!(!client.undo(now, 0).unwrap(), "there is nothing to undo");
    host_writes(&mut world, sets(own, &[(Key::Role, Value::Int(1))]));
    assert_eq!(world.peers[1].client.who_writes(), Some(Role::Member));
    world.peers[1].client.open_meeting();
    world.settle();
    let now = world.now;
    world.peers[1].client.say(now, TALK, "はい".into()).unwrap();
    world.stroke(1, page, 0, 3);
    world.settle();
    let client = &world.peers[1].client;
    let said: Vec<_> = client.messages(TALK).iter().map(|message| message.get(Key::Words)).collect();
    assert_eq!(said, [Some(Value::Text("はい".into()))]);
    assert_eq!(client.participant_of(client.actor()), Some(own), "the person names its participant");
}

#[test]
fn what_somebody_made_is_set_aside_and_shown_again() {
    let (mut world, page) = World::with_page(2);
    let own = take_part(&mut world, 0, Role::Member);
    world.server.role = Role::Server;
    world.peers[0].client.set_presence(Presence { name: "海".into(), ..Presence::default() }).unwrap();
    world.stroke(0, page, 0, 5);
    world.settle();
    let mine = world.stroke(1, page, 0, 5);
    world.settle();
    let shown = |world: &World| world.peers[1].client.records(page).iter().map(|record| record.id()).collect::<Vec<_>>();
    assert_eq!(shown(&world).len(), 2);
    let until = world.now as i64 + 1_000;
    host_writes(&mut world, sets(own, &[(Key::Erased, Value::Int(until))]));
    assert_eq!(shown(&world), [mine]);
    assert!(world.peers[1].events.contains(&Event::Changed { document: page, records: Vec::new(), all: true }));
    host_writes(&mut world, sets(own, &[(Key::Erased, Value::Int(0))]));
    assert_eq!(shown(&world).len(), 2);
}

#[test]
fn in_the_lobby_changes_wait() {
    let (mut world, page) = World::with_page(1);
    you(&mut world, 0, Own { participant: None, role: Role::Viewer, waits: true });
    let sent = |world: &World| {
        let frames = world.server.received.iter().flat_map(|(_, frames)| frames);
        frames.filter(|frame| matches!(frame, ClientFrame::Change(_))).count()
    };
    let before = sent(&world);
    // Written before it knew that it waits, as after a weekend without the server.
    let left = Change {
        actor: ActorId(0x777),
        first: 1,
        clock: world.now,
        hand: 0,
        gesture: 0,
        ops: vec![Op { document: page, body: OpBody::Create { kind: Kind::Rectangle.number(), properties: vec![] } }],
    };
    world.peers[0].client.adopt(left.actor, [1; 16], &[left.to_bytes()]);
    world.settle();
    assert_eq!(sent(&world), before);
    assert_eq!(world.peers[0].client.unsaved(), 1);
    you(&mut world, 0, Own { participant: Some(OpId::new(1, 1)), role: Role::Member, waits: false });
    assert_eq!(sent(&world), before + 1);
    assert_eq!(world.peers[0].client.unsaved(), 0);
}
