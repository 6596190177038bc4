//! Every act of the table of rights in every state it can be met in: a board, an op, and who asks. The
//! same scenes are asked of the pure function (`rights.rs`) and of a real room over the wire
//! (`server/tests/rights_on_the_wire.rs`).

use kakehashi_protocol::ids::{DocumentId, OpId, RecordId};
use kakehashi_protocol::op::{Op, OpBody, Property};
use kakehashi_protocol::people::{ATTENDANCE, LOBBY, TALK};
use kakehashi_protocol::rights::{Act, MEETING, Role, State, least};
use kakehashi_protocol::schema::{Key, Kind, Value};

/// The session that is on in [`State::Session`].
pub const SESSION: i64 = 1_000;

/// Names that a scene needs: they differ from one board to the next.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// Who asks; as in the cover.
    pub own: RecordId,
    /// A viewer who has raised a hand.
    pub other: RecordId,
    /// A page, locked in [`State::Locked`].
    pub page: DocumentId,
    /// A shape of the other's on it.
    pub shape: RecordId,
    /// A message of the other's in the talk.
    pub message: RecordId,
}

/// What the board must be brought to before the op is asked, by each way to come there; written with the server's rights.
#[must_use]
pub fn preparations(state: State, names: &Names) -> Vec<Vec<Op>> {
    let cover = DocumentId::COVER;
    let session = sets(cover, MEETING, vec![set(Key::Session, &Value::Int(SESSION))]);
    match state {
        State::Free => vec![Vec::new()],
        State::Session => vec![vec![session]],
        State::Held => {
            let (for_all, for_one) = (vec![set(Key::Writing, &in_session(1))], vec![set(Key::Locked, &Value::Bool(true))]);
            vec![vec![session.clone(), sets(cover, MEETING, for_all)], vec![session, sets(cover, names.own, for_one)]]
        }
        State::Locked => vec![vec![session, sets(cover, names.page.0, vec![set(Key::Locked, &Value::Bool(true))])]],
    }
}

/// The ops that attempt an act; each is a scene by itself. With each the state that the table is asked for: what is not about a
/// page knows no lock of one; `None`: nobody may, whatever the table says of the act.
#[must_use]
pub fn attempts(act: Act, state: State, names: &Names) -> Vec<(&'static str, Op, Option<State>)> {
    let Names { own, other, page, shape, message } = *names;
    let cover = DocumentId::COVER;
    let text = |key, words: &str| set(key, &Value::Text(words.into()));
    let flag = |key| set(key, &Value::Bool(true));
    let say = |document| create(document, Kind::Message, vec![text(Key::Words, "はい"), set(Key::Participant, &Value::Record(own))]);
    let scenes = match act {
        Act::Draw => vec![
            ("makes a shape", create(page, Kind::Rectangle, vec![])),
            ("moves another's shape", sets(page, shape, vec![set(Key::X, &Value::Int(8))])),
            ("writes what a newer version knows", Op { document: page, body: OpBody::Unknown { kind: 700, body: vec![1] } }),
        ],
        Act::Arrange => vec![("names a page", sets(cover, page.0, vec![text(Key::Title, "島")]))],
        Act::Veil => vec![("hides a page", sets(cover, page.0, vec![flag(Key::Hidden)]))],
        Act::Name => vec![
            ("makes the own person", create(cover, Kind::Person, vec![text(Key::Name, "空"), set(Key::Participant, &Value::Record(own))])),
            ("changes the own name", sets(cover, own, vec![text(Key::Name, "空")])),
        ],
        Act::Meet => vec![("names the meeting", sets(cover, MEETING, vec![text(Key::Title, "1")]))],
        Act::Session => vec![
            ("starts a session", sets(cover, MEETING, vec![set(Key::Session, &Value::Int(SESSION + 1))])),
            ("ends it", sets(cover, MEETING, vec![set(Key::Ended, &Value::Int(SESSION))])),
        ],
        Act::Lead => vec![
            ("holds writing", sets(cover, MEETING, vec![set(Key::Writing, &in_session(1))])),
            ("sets the timer", sets(cover, MEETING, vec![set(Key::Timer, &in_session(99)), set(Key::TimerLength, &Value::Int(9))])),
            ("takes all to one view", sets(cover, MEETING, vec![set(Key::Spotlight, &in_session(-3))])),
        ],
        Act::Hand => vec![
            ("raises the own hand", sets(cover, own, vec![set(Key::Hand, &in_session(7))])),
            ("lowers it", sets(cover, own, vec![unset(Key::Hand)])),
        ],
        Act::LowerHand => vec![("lowers another's hand", sets(cover, other, vec![unset(Key::Hand)]))],
        Act::Guide => vec![
            ("renames another", sets(cover, other, vec![text(Key::Name, "海")])),
            ("keeps another from writing", sets(cover, other, vec![flag(Key::Locked)])),
            ("removes another", sets(cover, other, vec![flag(Key::Deleted)])),
        ],
        Act::SetAside => vec![("sets aside what another made", sets(cover, other, vec![set(Key::Erased, &Value::Int(9))]))],
        Act::Promote => vec![("makes another a member", sets(cover, other, vec![set(Key::Role, &Value::Int(1))]))],
        Act::Talk => vec![("says something to all", say(TALK))],
        Act::Ask => vec![("asks at the own desk", say(DocumentId(own)))],
        Act::Answer => vec![
            ("takes back what another said", sets(TALK, message, vec![flag(Key::Deleted)])),
            ("answers at another's desk", say(DocumentId(other))),
        ],
        Act::Keep => vec![
            ("makes a participant", create(cover, Kind::Participant, vec![set(Key::Role, &Value::Int(3))])),
            ("acts for the host", sets(cover, own, vec![flag(Key::Acting)])),
            ("writes who was here", create(ATTENDANCE, Kind::Attendance, vec![])),
            ("puts somebody into the lobby", create(LOBBY, Kind::Participant, vec![])),
            ("purges a shape", Op { document: page, body: OpBody::Purge { record: shape } }),
            ("rewords what another said", sets(TALK, message, vec![text(Key::Words, "no")])),
        ],
    };
    let asked = |(what, op): (&'static str, Op)| {
        let locks = op.document == page || matches!(act, Act::Arrange | Act::Veil);
        let met = match state {
            // No session can be ended that is not on.
            State::Free if what == "ends it" => None,
            State::Locked if !locks => Some(State::Session),
            _ => Some(state),
        };
        (what, op, met)
    };
    scenes.into_iter().map(asked).collect()
}

/// Who may by the table: the greatest of the roles that the state asks for.
#[must_use]
pub fn allowed(act: Act, state: Option<State>, role: Role) -> bool {
    let Some(state) = state else { return false };
    let on = if state == State::Free { State::Free } else { State::Session };
    [on, state].into_iter().all(|state| least(act, state).is_some_and(|least| role >= least))
}

fn in_session(value: i64) -> Value {
    Value::InSession { session: SESSION, value }
}

pub fn set(key: Key, value: &Value) -> Property {
    Property { key: key.number(), value: value.encode() }
}

fn unset(key: Key) -> Property {
    Property { key: key.number(), value: Vec::new() }
}

pub fn sets(document: DocumentId, record: OpId, properties: Vec<Property>) -> Op {
    Op { document, body: OpBody::Set { record, properties } }
}

pub fn create(document: DocumentId, kind: Kind, properties: Vec<Property>) -> Op {
    Op { document, body: OpBody::Create { kind: kind.number(), properties } }
}
