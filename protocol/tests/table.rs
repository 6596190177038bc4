//! The table of rights: every cell asked of the pure function, and the table that SPEC shows (MAY-13).

#[path = "common/scenes.rs"]
mod scenes;

use kakehashi_protocol::board::Board;
use kakehashi_protocol::ids::{ActorId, DocumentId, OpId};
use kakehashi_protocol::op::{Change, Op, OpBody};
use kakehashi_protocol::people::{TALK, Who};
use kakehashi_protocol::rights::{Act, RIGHTS, Role, State};
use kakehashi_protocol::schema::{Key, Kind, Value};

use scenes::{Names, allowed, attempts, create, preparations, set, sets};

const ROLES: [Role; 5] = [Role::Viewer, Role::Member, Role::Assistant, Role::Host, Role::Server];
const STATES: [State; 4] = [State::Free, State::Session, State::Held, State::Locked];
const SERVER: ActorId = ActorId(1);
const OTHER: ActorId = ActorId(2);
const ME: ActorId = ActorId(3);

struct Scene {
    board: Board,
    counters: [u64; 3],
}

impl Scene {
    fn write(&mut self, actor: ActorId, who: impl Into<Who>, ops: Vec<Op>) -> OpId {
        let counter = &mut self.counters[actor.0 as usize - 1];
        let change = Change { actor, first: *counter + 1, clock: 1_000 + *counter, hand: 0, gesture: 0, ops };
        *counter += change.ops.len() as u64;
        assert_eq!(self.board.judge(who, &change, 1_000), Ok(()), "{change:?}");
        self.board.merge(&change).expect("it merges");
        change.id(0)
    }
}

/// A board brought to a state, by this way to come there.
fn scene_by(way: usize, role: Role, state: State) -> (Scene, Names) {
    let mut scene = Scene { board: Board::default(), counters: [0; 3] };
    let cover = DocumentId::COVER;
    let participant = |role: i64| create(cover, Kind::Participant, vec![set(Key::Role, &Value::Int(role))]);
    let own = scene.write(SERVER, Role::Server, vec![participant((role as i64).min(3))]);
    let other = scene.write(SERVER, Role::Server, vec![participant(0)]);
    let page = DocumentId(scene.write(OTHER, Role::Member, vec![create(cover, Kind::Page, vec![])]));
    let shape = scene.write(OTHER, Role::Member, vec![create(page, Kind::Rectangle, vec![])]);
    let message = scene.write(OTHER, Role::Member, vec![create(TALK, Kind::Message, vec![])]);
    let names = Names { own, other, page, shape, message };
    let ops = preparations(state, &names).swap_remove(way);
    if !ops.is_empty() {
        scene.write(SERVER, Role::Server, ops);
    }
    (scene, names)
}

fn scene(role: Role, state: State) -> (Scene, Names) {
    scene_by(0, role, state)
}

// SPEC MAY-13: every cell of the table, at the pure function; nothing is allowed that the table does not allow.
#[test]
fn every_cell_holds() {
    let (mut cells, mut questions, mut allows) = (0, 0, 0);
    for (act, _) in RIGHTS {
        for state in STATES {
            for role in ROLES {
                let ways = preparations(state, &scene(role, state).1).len();
                let mut asked = false;
                for way in 0..ways {
                    let (scene, names) = scene_by(way, role, state);
                    for (what, op, met) in attempts(act, state, &names) {
                        let who = Who { role, participant: Some(names.own) };
                        let change = Change { actor: ME, first: 1, clock: 2_000, hand: 0, gesture: 0, ops: vec![op] };
                        let told = scene.board.judge(who, &change, 1_000);
                        assert_eq!(told.is_ok(), allowed(act, met, role), "a {role:?} {what}, {state:?}: {told:?}");
                        (asked, questions, allows) = (true, questions + 1, allows + u32::from(told.is_ok()));
                    }
                }
                cells += usize::from(asked);
            }
        }
    }
    assert_eq!(cells, RIGHTS.len() * STATES.len() * ROLES.len(), "none is left out");
    println!("rights: {cells} cells, {questions} questions, {allows} allowed, none that the table does not allow");
}

// SPEC MAY-14: whoever leads directs those below, takes no rank and gives none above the own.
#[test]
fn nobody_directs_their_equals_or_gives_what_they_have_not() {
    let cover = DocumentId::COVER;
    let set_role = |record, role: i64| sets(cover, record, vec![set(Key::Role, &Value::Int(role))]);
    let flag = |record, key: Key| sets(cover, record, vec![set(key, &Value::Bool(true))]);
    for role in [Role::Member, Role::Assistant, Role::Host] {
        let (mut scene, names) = scene(role, State::Session);
        let rival =
            scene.write(SERVER, Role::Server, vec![create(cover, Kind::Participant, vec![set(Key::Role, &Value::Int(role as i64))])]);
        let who = Who { role, participant: Some(names.own) };
        let told = |op: Op| {
            let change = Change { actor: ME, first: 1, clock: 2_000, hand: 0, gesture: 0, ops: vec![op] };
            scene.board.judge(who, &change, 1_000).is_ok()
        };
        let host = role == Role::Host;
        assert!(!told(set_role(names.own, 3)), "nobody promotes themselves");
        assert!(!told(flag(names.own, Key::Deleted)));
        assert_eq!(told(set_role(rival, 0)), host);
        assert_eq!(told(flag(rival, Key::Deleted)), host);
        assert_eq!(told(flag(rival, Key::Locked)), host);
        assert_eq!(told(set_role(names.other, 3)), host);
    }
    // An assistant who acts for the host directs no host and makes none.
    let (mut scene, names) = scene(Role::Assistant, State::Session);
    let host = scene.write(SERVER, Role::Server, vec![create(cover, Kind::Participant, vec![set(Key::Role, &Value::Int(3))])]);
    scene.write(SERVER, Role::Server, vec![flag(names.own, Key::Acting)]);
    let who = Who { role: Role::Member, participant: Some(names.own) };
    assert_eq!(who.role_on(&scene.board), Some(Role::Host));
    for (op, allowed) in
        [(set_role(names.other, 1), true), (set_role(names.other, 3), false), (set_role(host, 0), false), (flag(host, Key::Deleted), false)]
    {
        let change = Change { actor: ME, first: 1, clock: 2_000, hand: 0, gesture: 0, ops: vec![op] };
        assert_eq!(scene.board.judge(who, &change, 1_000).is_ok(), allowed, "{change:?}");
    }
}

// SPEC MEET-3, MEET-4: an ended session does not come back, and nothing of it holds.
#[test]
fn an_ended_session_is_over() {
    let cover = DocumentId::COVER;
    let meeting = kakehashi_protocol::rights::MEETING;
    let number = |key, value| sets(cover, meeting, vec![set(key, &Value::Int(value))]);
    let timer = |session| sets(cover, meeting, vec![set(Key::Timer, &Value::InSession { session, value: 5 })]);
    let (mut scene, names) = scene(Role::Host, State::Session);
    let who = Who { role: Role::Host, participant: Some(names.own) };
    let hand = sets(cover, names.own, vec![set(Key::Hand, &Value::InSession { session: scenes::SESSION, value: 5 })]);
    scene.write(ME, who, vec![timer(scenes::SESSION), hand.clone()]);
    let timer_now = |board: &Board| {
        kakehashi_protocol::people::in_session(
            board,
            kakehashi_protocol::rights::Sight::cover(board, meeting).expect("it is there"),
            Key::Timer,
        )
    };
    assert_eq!(timer_now(&scene.board), Some(5));
    scene.write(ME, who, vec![number(Key::Ended, scenes::SESSION)]);
    assert_eq!(kakehashi_protocol::people::session(&scene.board), None);
    for late in [timer(scenes::SESSION), hand, number(Key::Session, scenes::SESSION), number(Key::Session, 3), number(Key::Ended, 5)] {
        let change = Change { actor: ME, first: 9, clock: 9_000, hand: 0, gesture: 0, ops: vec![late] };
        assert_eq!(scene.board.judge(who, &change, 9_000), Err(kakehashi_protocol::verdict::Reason::Session));
    }
    scene.write(ME, who, vec![number(Key::Session, scenes::SESSION + 1)]);
    assert_eq!(timer_now(&scene.board), None, "the next session begins without the last one's timer");
    // What another log accepted late is merged, and says nothing.
    let late = Change { actor: OTHER, first: scene.counters[1] + 1, clock: 50_000, hand: 0, gesture: 0, ops: vec![timer(scenes::SESSION)] };
    scene.board.merge(&late).expect("it merges");
    assert_eq!(timer_now(&scene.board), None);
}

// SPEC MEET-2: a removed participant writes and sees nothing, whatever their connection was given.
#[test]
fn who_was_removed_does_nothing() {
    for role in ROLES.into_iter().filter(|role| *role != Role::Server) {
        let (mut scene, names) = scene(role, State::Session);
        scene.write(SERVER, Role::Server, vec![sets(DocumentId::COVER, names.own, vec![set(Key::Deleted, &Value::Bool(true))])]);
        let who = Who { role: Role::Host, participant: Some(names.own) };
        for document in [DocumentId::COVER, TALK, names.page, DocumentId(names.own)] {
            assert!(!scene.board.sees(who, document));
        }
        let change =
            Change { actor: ME, first: 1, clock: 2_000, hand: 0, gesture: 0, ops: vec![create(names.page, Kind::Rectangle, vec![])] };
        assert!(scene.board.judge(who, &change, 1_000).is_err());
    }
}

// SPEC SEE-2: who sees what, role by document.
#[test]
fn who_sees_what() {
    use kakehashi_protocol::people::{ATTENDANCE, LOBBY};
    for role in ROLES {
        let (mut scene, names) = scene(role, State::Session);
        let hidden = DocumentId(scene.write(
            SERVER,
            Role::Server,
            vec![create(DocumentId::COVER, Kind::Page, vec![set(Key::Hidden, &Value::Bool(true))])],
        ));
        let at_desk =
            |scene: &mut Scene, desk| DocumentId(scene.write(SERVER, Role::Server, vec![create(DocumentId(desk), Kind::Page, vec![])]));
        let (own_page, other_page) = (at_desk(&mut scene, names.own), at_desk(&mut scene, names.other));
        let who = Who { role, participant: Some(names.own) };
        let leads = role >= Role::Assistant;
        let nothing = DocumentId(OpId::new(77, 7));
        for (document, seen) in [
            (DocumentId::COVER, true),
            (TALK, true),
            (names.page, true),
            (DocumentId(names.own), true),
            (own_page, true),
            (hidden, leads),
            (LOBBY, leads),
            (ATTENDANCE, leads),
            (DocumentId(names.other), leads),
            (other_page, leads),
            (nothing, false),
        ] {
            assert_eq!(scene.board.sees(who, document), seen, "{role:?} {document}");
        }
        // What is not seen is not there: it takes no op, and says no more than a document that does not exist.
        let stroke = |document| Op { document, body: OpBody::Create { kind: Kind::Rectangle.number(), properties: vec![] } };
        let told = |document| {
            scene.board.judge(who, &Change { actor: ME, first: 1, clock: 2_000, hand: 0, gesture: 0, ops: vec![stroke(document)] }, 1_000)
        };
        if !leads {
            assert_eq!(told(hidden), told(nothing));
            assert_eq!(told(other_page), told(nothing));
        }
        // Between sessions the board belongs to all.
        scene.write(
            SERVER,
            Role::Server,
            vec![sets(DocumentId::COVER, kakehashi_protocol::rights::MEETING, vec![set(Key::Ended, &Value::Int(scenes::SESSION))])],
        );
        assert!(scene.board.sees(who, hidden));
        assert_eq!(scene.board.sees(who, other_page), leads);
    }
}

fn cell(role: Option<Role>) -> &'static str {
    match role {
        None => "nobody",
        Some(Role::Viewer) => "viewer",
        Some(Role::Member) => "member",
        Some(Role::Assistant) => "assistant",
        Some(Role::Host) => "host",
        Some(Role::Server) => "server",
    }
}

const fn name(act: Act) -> &'static str {
    match act {
        Act::Draw => "make or change shapes, go on with an own stroke, unlock a shape",
        Act::Arrange => "make, name, order or remove a page",
        Act::Veil => "lock, unlock, hide or show a page, or make one so",
        Act::Name => "make or change the own person, or the own participant's name",
        Act::Meet => "set what the meeting's record says, its sessions apart",
        Act::Session => "start or end a session",
        Act::Lead => "hold writing, set the timer, take all to one view",
        Act::Hand => "raise or lower the own hand",
        Act::LowerHand => "lower another's hand",
        Act::Guide => "rename, keep from writing, admit or remove another",
        Act::SetAside => "set aside what another made, or show it again",
        Act::Promote => "change another's role",
        Act::Talk => "say something to all, or take back what one said",
        Act::Ask => "say something at the own desk",
        Act::Answer => "answer at another's desk, or take back what another said",
        Act::Keep => "write participants, the lobby, attendance; purge",
    }
}

// SPEC MAY-13: the table that the document shows is the one that is asked.
#[test]
fn the_document_shows_this_table() {
    let mut table = String::from("| to | free | session | held | locked |\n|---|---|---|---|---|\n");
    for (act, cells) in RIGHTS {
        let cells: Vec<&str> = cells.into_iter().map(cell).collect();
        table.push_str(&format!("| {} | {} |\n", name(act), cells.join(" | ")));
    }
    let document = include_str!("../SPEC.md");
    assert!(document.contains(&table), "SPEC.md must hold this table:\n{table}");
}
