//! What the room itself does for a meeting: participants, the lobby, roles, removal, hand-over and
//! attendance (SPEC MEET-1 to MEET-8).
#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

#[path = "../../protocol/tests/common/scenes.rs"]
#[allow(dead_code)]
mod scenes;
#[path = "common/stage.rs"]
mod stage;

use kakehashi_protocol::call::Ask;
use kakehashi_protocol::ids::DocumentId;
use kakehashi_protocol::op::{Op, OpBody};
use kakehashi_protocol::people::{ATTENDANCE, LOBBY, TALK};
use kakehashi_protocol::presence::Presence;
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::{MEETING, Role};
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::frame::{FailureCode, ServerFrame};
use kakehashi_server::room::core::{Entry, HAND_OVER_US};
use scenes::{create, set, sets};
use stage::{Stage, guest};

const COVER: DocumentId = DocumentId::COVER;

fn stroke(page: DocumentId) -> Vec<Op> {
    vec![Op { document: page, body: OpBody::Create { kind: Kind::Stroke.number(), properties: vec![] } }]
}

fn session(number: i64) -> Vec<Op> {
    vec![sets(COVER, MEETING, vec![set(Key::Session, &Value::Int(number))])]
}

fn ended(number: i64) -> Vec<Op> {
    vec![sets(COVER, MEETING, vec![set(Key::Ended, &Value::Int(number))])]
}

fn attendances(stage: &Stage) -> Vec<&Record> {
    stage.room.board().document(ATTENDANCE).unwrap().records().collect()
}

// SPEC MEET-2: one record for one participant, however many devices and however often.
#[test]
fn a_participant_is_one_record_on_all_devices_and_after_a_restart() {
    let mut stage = Stage::new();
    let first = stage.join(guest(1, Role::Member), &[COVER]);
    let record = stage.record(first);
    let second = stage.join(guest(1, Role::Viewer), &[COVER]);
    assert_eq!(stage.record(second), record);
    assert_eq!(stage.own(second).role, Role::Member, "the record says the role from then on");
    stage.leave(first);
    stage.leave(second);
    stage.restart();
    let again = stage.join(guest(1, Role::Host), &[COVER]);
    assert_eq!(stage.record(again), record);
    assert_eq!(stage.own(again).role, Role::Member);
    let participants = stage.room.board().document(COVER).unwrap().records().filter(|record| record.kind() == Some(Kind::Participant));
    assert_eq!(participants.count(), 1);
    let bare = stage.join(Role::Member, &[COVER]);
    stage.take(bare);
    assert!(stage.peers[&bare].frames.iter().all(|frame| !matches!(frame, ServerFrame::You(_) | ServerFrame::Stays(_))));
    assert_eq!(stage.write(bare, stroke(stage.page())).map(drop), Ok(()), "with the bare link all is as it was");
}

// SPEC MEET-2: demotion counts for what is in flight, and is told at once.
#[test]
fn a_role_counts_from_the_row_that_sets_it() {
    let mut stage = Stage::new();
    let host = stage.join(guest(1, Role::Host), &[COVER]);
    let pupil = stage.join(guest(2, Role::Member), &[COVER]);
    let record = stage.record(pupil);
    let page = stage.page();
    stage.quick = false;
    // The first row is on its way to the disk; all else waits, the stroke behind the demotion.
    stage.offer(host, stroke(page));
    stage.offer(host, vec![sets(COVER, record, vec![set(Key::Role, &Value::Int(0))])]);
    stage.offer(pupil, stroke(page));
    while stage.commit() {
        stage.pass_us(50_000);
    }
    stage.take(pupil);
    assert_eq!(stage.peers[&pupil].refused, [Reason::Rights]);
    assert_eq!(stage.own(pupil).role, Role::Viewer);
}

// SPEC MEET-2: removal ends the connections with the row that removes, and refuses those who come back.
#[test]
fn who_is_removed_is_out_at_once_and_stays_out() {
    let mut stage = Stage::new();
    let host = stage.join(guest(1, Role::Host), &[COVER]);
    let (one, other) = (stage.join(guest(2, Role::Member), &[COVER]), stage.join(guest(2, Role::Member), &[COVER]));
    let record = stage.record(one);
    let remove = |deleted| vec![sets(COVER, record, vec![set(Key::Deleted, &Value::Bool(deleted))])];
    stage.write(host, remove(true)).unwrap();
    for gone in [one, other] {
        stage.take(gone);
        assert_eq!(stage.peers[&gone].failed, [FailureCode::Credential]);
        assert!(stage.peers[&gone].closed);
    }
    assert_eq!(stage.room.connections(), 1);
    let back = stage.join(guest(2, Role::Host), &[COVER]);
    stage.take(back);
    assert_eq!(stage.peers[&back].failed, [FailureCode::Credential]);
    assert!(stage.peers[&back].closed && stage.peers[&back].subscribed.is_empty());
    stage.write(host, remove(false)).unwrap();
    let again = stage.join(guest(2, Role::Member), &[COVER]);
    assert_eq!(stage.record(again), record);
}

// SPEC CALL-1, CALL-2: a page stays in the call while its connection is mended, and only as long as it may.
#[test]
fn whoever_is_away_loses_the_call_and_their_voice_in_it_like_all_others() {
    let mut stage = Stage::new();
    let host = stage.join(guest(1, Role::Host), &[COVER]);
    let (here, away) = (stage.join(guest(2, Role::Member), &[COVER]), stage.join(guest(2, Role::Member), &[COVER]));
    let record = stage.record(here);
    let never = stage.join(guest(2, Role::Member), &[COVER]);
    for caller in [here, away] {
        stage.room.handle_call(caller, Ok(Box::new(Ask::Join {})));
    }
    for gone in [away, never] {
        stage.leave(gone);
    }
    let role = |role: Role| vec![sets(COVER, record, vec![set(Key::Role, &Value::Int(role as i64))])];
    stage.write(host, role(Role::Viewer)).unwrap();
    stage.write(host, role(Role::Viewer)).unwrap();
    stage.write(host, role(Role::Assistant)).unwrap();
    assert_eq!(stage.call, [(away, Some(false)), (here, Some(false)), (away, Some(true)), (here, Some(true))]);
    stage.call.clear();
    let removed = |removed| vec![sets(COVER, record, vec![set(Key::Deleted, &Value::Bool(removed))])];
    stage.write(host, removed(true)).unwrap();
    assert_eq!(stage.call, [(away, None), (here, None)]);
}

// SPEC MEET-5.
#[test]
fn the_lobby_shows_who_waits_and_lets_in() {
    let mut stage = Stage::new();
    let host = stage.join(guest(1, Role::Host), &[COVER, LOBBY]);
    let waits = |number| Entry { waits: true, ..guest(number, Role::Member) };
    let (one, two, three) = (stage.join(waits(2), &[COVER]), stage.join(waits(3), &[COVER]), stage.join(waits(4), &[COVER]));
    for waiting in [one, two, three] {
        let own = stage.own(waiting);
        assert!(own.waits && own.participant.is_none() && own.role == Role::Viewer);
        assert!(stage.peers[&waiting].subscribed.is_empty(), "nothing is read in the lobby");
    }
    assert_eq!(stage.write(one, stroke(stage.page())), Err(Reason::Rights));
    let lobby = |stage: &Stage| -> Vec<_> {
        stage.room.board().document(LOBBY).unwrap().records().filter(|record| record.visible()).map(Record::id).collect()
    };
    let waiting = lobby(&stage);
    assert_eq!(waiting.len(), 3);
    stage.write(host, vec![sets(LOBBY, waiting[0], vec![set(Key::Admitted, &Value::Bool(true))])]).unwrap();
    stage.write(host, vec![sets(LOBBY, waiting[1], vec![set(Key::Deleted, &Value::Bool(true))])]).unwrap();
    let own = stage.own(one);
    assert!(!own.waits && own.role == Role::Member && own.participant.is_some());
    assert_eq!(stage.peers[&one].subscribed, [COVER], "what was asked for is answered now");
    assert_eq!(stage.write(one, stroke(stage.page())).map(drop), Ok(()));
    stage.take(two);
    assert_eq!(stage.peers[&two].failed, [FailureCode::Credential]);
    stage.leave(three);
    assert!(lobby(&stage).is_empty(), "who gives up leaves the lobby");
    // Once admitted, always a participant.
    stage.leave(one);
    let again = stage.join(waits(2), &[COVER]);
    assert!(!stage.own(again).waits);
    // Who gave up may wait anew.
    let anew = stage.join(waits(4), &[COVER]);
    assert!(stage.own(anew).waits);
    assert_eq!(lobby(&stage).len(), 1);
}

// SPEC MEET-6.
#[test]
fn an_assistant_leads_while_the_host_is_away() {
    let mut stage = Stage::new();
    let host = stage.join(guest(1, Role::Host), &[COVER]);
    let assistant = stage.join(guest(2, Role::Assistant), &[COVER]);
    let later = stage.join(guest(3, Role::Assistant), &[COVER]);
    stage.write(host, session(1)).unwrap();
    stage.leave(host);
    stage.pass_us(HAND_OVER_US - 1_000_000);
    assert_eq!(stage.own(assistant).role, Role::Assistant);
    stage.pass_us(2_000_000);
    assert_eq!(stage.own(assistant).role, Role::Host);
    assert_eq!(stage.own(later).role, Role::Assistant);
    // The deputy goes too: the other one takes over, also after a restart.
    stage.leave(assistant);
    stage.pass_us(HAND_OVER_US + 1_000_000);
    assert_eq!(stage.own(later).role, Role::Host);
    stage.restart();
    let later = stage.join(guest(3, Role::Assistant), &[COVER]);
    assert_eq!(stage.own(later).role, Role::Host);
    stage.join(guest(1, Role::Host), &[COVER]);
    stage.pass_us(100_000);
    assert_eq!(stage.own(later).role, Role::Assistant, "a host is back");
    // A host who is away for a moment loses nothing.
    let rows = stage.rows.len();
    stage.pass_us(1_000_000);
    assert_eq!(stage.rows.len(), rows);
}

// SPEC MEET-7: reconnecting seven times is not absence.
#[test]
fn attendance_counts_connections_and_outages() {
    let mut stage = Stage::new();
    let host = stage.join(guest(1, Role::Host), &[COVER]);
    let mut pupil = stage.join(guest(2, Role::Member), &[COVER]);
    assert!(attendances(&stage).is_empty(), "without a session nothing is noted");
    stage.write(host, session(1)).unwrap();
    let first = stage.now().wall_ms;
    let record = stage.record(pupil);
    for _ in 0..7 {
        stage.pass_us(10_000_000);
        stage.leave(pupil);
        stage.pass_us(5_000_000);
        pupil = stage.join(guest(2, Role::Member), &[COVER]);
    }
    let second = stage.join(guest(2, Role::Member), &[COVER]);
    stage.pass_us(100_000_000);
    stage.write(host, ended(1)).unwrap();
    stage.pass_us(1_000_000);
    let all = attendances(&stage);
    assert_eq!(all.len(), 2);
    let of = all.iter().find(|attendance| attendance.get(Key::Participant) == Some(Value::Record(record))).unwrap();
    assert_eq!((of.int(Key::Connections), of.int(Key::Outages)), (9, 7));
    assert!((35_000..36_000).contains(&of.int(Key::Away)), "{}", of.int(Key::Away));
    assert!((of.int(Key::FirstSeen) - first as i64).abs() < 1_000);
    assert!((of.int(Key::LastSeen) - first as i64 - 205_000).abs() < 2_000, "{}", of.int(Key::LastSeen) - first as i64);
    // The next session has its own sheet.
    stage.leave(second);
    stage.write(host, session(2)).unwrap();
    assert_eq!(attendances(&stage).len(), 4);
}

// SPEC PRES-2, SEE-2: that somebody looks at what not all may see is told to nobody else.
#[test]
fn where_somebody_is_says_nothing_of_what_is_hidden() {
    let mut stage = Stage::new();
    let host = stage.join(guest(1, Role::Host), &[COVER]);
    let pupil = stage.join(guest(2, Role::Member), &[COVER, TALK]);
    stage.write(host, session(1)).unwrap();
    let desk = DocumentId(stage.record(pupil));
    let page = DocumentId(stage.write(host, vec![create(COVER, Kind::Page, vec![set(Key::Hidden, &Value::Bool(true))])]).unwrap());
    for document in [desk, page, stage.page()] {
        stage.room.handle_presence(host, Presence { name: "先生".into(), document: Some(document), ..Presence::default() });
        stage.pass_us(100_000);
        stage.take(pupil);
        let told = stage.peers[&pupil].frames.iter().rev().find_map(|frame| match frame {
            ServerFrame::People(people) => people[0].whereabouts.as_ref().map(|whereabouts| whereabouts.document),
            _ => None,
        });
        assert_eq!(told, Some(Some(document).filter(|document| *document == stage.page())));
    }
}
