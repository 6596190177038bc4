//! Who may do what: one table and one pure function that asks it, deny by default (SPEC MAY-1, MAY-13).
//!
//! An op is first named by what it attempts ([`Act`]), which may already be impossible: nothing there,
//! another kind, another's name, a session that is over. Then [`RIGHTS`] says which role it takes.
//! Only the first log to admit an op asks it; clients ask it to grey out what would be refused;
//! replicas never judge again.

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::ids::{ActorId, DocumentId, OpId, RecordId};
use crate::op::{OpBody, Property};
use crate::people::{Place, Who, admits, in_session, place, role_of, session};
use crate::record::Record;
use crate::schema::{Key, Kind, Value};
use crate::verdict::Reason;

/// What a participant is in the meeting.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Role {
    /// 0: sees, writes nothing.
    Viewer,
    /// 1: writes on pages that are not locked.
    Member,
    /// 2: a member who may lock and hide.
    Assistant,
    /// 3: leads the meeting.
    Host,
    /// 4: the server that owns the board.
    Server,
}

/// The record of every cover that holds the meeting's state.
pub const MEETING: RecordId = OpId::new(0, 1);

/// What the judge sees of a board.
pub trait Sight {
    /// The cover's records.
    fn cover(&self, record: RecordId) -> Option<&Record>;
    /// A document's records.
    fn record(&self, document: DocumentId, record: RecordId) -> Option<&Record>;
    /// Whether an actor has made its person.
    fn has_person(&self, actor: ActorId) -> bool;
    /// The participant at whose desk a page's entry stands; `None`: at none.
    fn desk(&self, page: RecordId) -> Option<RecordId>;
}

/// Whether one of the records is a person.
pub fn any_person<'a>(mut records: impl Iterator<Item = &'a Record>) -> bool {
    records.any(|record| record.kind() == Some(Kind::Person))
}

/// What an op attempts: the rows of [`RIGHTS`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Act {
    /// Makes or changes shapes, goes on with an own stroke, unlocks a shape.
    Draw,
    /// Makes, names, orders or removes a page.
    Arrange,
    /// Locks, unlocks, hides or shows a page, or makes one so.
    Veil,
    /// Makes or changes the own person, or the own participant's name.
    Name,
    /// Sets what the meeting's record says, its sessions apart.
    Meet,
    /// Starts or ends a session.
    Session,
    /// Lets all write or only those who lead, sets the timer, takes all to one view.
    Lead,
    /// Raises or lowers the own hand.
    Hand,
    /// Lowers another's hand.
    LowerHand,
    /// Renames, keeps from writing, admits or removes somebody of lower rank.
    Guide,
    /// Sets what a participant made aside, or shows it again.
    SetAside,
    /// Changes the role of somebody of lower rank.
    Promote,
    /// Says something to all, or takes back what one said.
    Talk,
    /// Says something at the own desk, to those who lead.
    Ask,
    /// Answers at another's desk, or takes back what another said.
    Answer,
    /// What only the server writes: participants, attendance, purges.
    Keep,
}

/// The states of a board that rights depend on: the columns of [`RIGHTS`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// No session is on: the board belongs to all who write on it.
    Free,
    /// A session is on.
    Session,
    /// Writing is held: in this session for all, or for this participant.
    Held,
    /// What it is about, or the page it stands on, is locked.
    Locked,
}

/// A row: the least role that may, in each of the four states; `None`: nobody.
pub type Row = (Act, [Option<Role>; 4]);

const ANYONE: Option<Role> = Some(Role::Viewer);
const MEMBER: Option<Role> = Some(Role::Member);
const ASSISTANT: Option<Role> = Some(Role::Assistant);
const HOST: Option<Role> = Some(Role::Host);
const SERVER: Option<Role> = Some(Role::Server);

/// Who may what (SPEC MAY-13). Held and locked bind besides the state of the session: an op needs the
/// greatest of the roles that apply. The table of SPEC, the checks and the tests are made of this one.
#[rustfmt::skip] // A table is read by its columns.
pub const RIGHTS: [Row; 16] = [
    //                 free        session     held        locked
    (Act::Draw,      [MEMBER,    MEMBER,    ASSISTANT, ASSISTANT]),
    (Act::Arrange,   [MEMBER,    MEMBER,    ASSISTANT, ASSISTANT]),
    (Act::Veil,      [MEMBER,    ASSISTANT, ASSISTANT, ASSISTANT]),
    (Act::Name,      [MEMBER,    MEMBER,    MEMBER,    ASSISTANT]),
    (Act::Meet,      [ASSISTANT, ASSISTANT, ASSISTANT, ASSISTANT]),
    (Act::Session,   [HOST,      HOST,      HOST,      HOST]),
    (Act::Lead,      [None,      ASSISTANT, ASSISTANT, ASSISTANT]),
    (Act::Hand,      [None,      ANYONE,    ANYONE,    ANYONE]),
    (Act::LowerHand, [None,      ASSISTANT, ASSISTANT, ASSISTANT]),
    (Act::Guide,     [ASSISTANT, ASSISTANT, ASSISTANT, ASSISTANT]),
    (Act::SetAside,  [ASSISTANT, ASSISTANT, ASSISTANT, ASSISTANT]),
    (Act::Promote,   [HOST,      HOST,      HOST,      HOST]),
    (Act::Talk,      [MEMBER,    MEMBER,    MEMBER,    ASSISTANT]),
    (Act::Ask,       [ANYONE,    ANYONE,    ANYONE,    ASSISTANT]),
    (Act::Answer,    [ASSISTANT, ASSISTANT, ASSISTANT, ASSISTANT]),
    (Act::Keep,      [SERVER,    SERVER,    SERVER,    ASSISTANT]),
];

/// The least role that may do something in a state; `None`: nobody.
#[must_use]
pub fn least(act: Act, state: State) -> Option<Role> {
    RIGHTS.iter().find(|(row, _)| *row == act).and_then(|(_, cells)| cells[state as usize])
}

/// An op as the table knows it.
struct Attempt {
    act: Act,
    /// Whether what it is about, or the page that stands on, is locked.
    locked: bool,
}

/// Whether an op by `actor`, written by `who`, is allowed on the board as it is seen.
///
/// # Errors
/// The reason for the refusal.
pub fn may(who: impl Into<Who>, actor: ActorId, board: &impl Sight, document: DocumentId, body: &OpBody) -> Result<(), Reason> {
    let who = who.into();
    let role = who.role_on(board).ok_or(Reason::Rights)?;
    let asker = Asker { who, role, actor, board, document };
    let Attempt { act, locked } = match asker.attempt(body) {
        Ok(attempt) => attempt,
        // A viewer is told no more than that.
        Err(_) if role == Role::Viewer => return Err(Reason::Rights),
        Err(reason) => return Err(reason),
    };
    let on = if session(board).is_some() { State::Session } else { State::Free };
    let within = |state| least(act, state).is_some_and(|least| role >= least);
    if role == Role::Viewer && !within(on) {
        return Err(if least(act, on).is_none() { Reason::Session } else { Reason::Rights });
    }
    if locked && !within(State::Locked) || asker.held() && !within(State::Held) {
        return Err(Reason::Locked);
    }
    match least(act, on) {
        None => Err(Reason::Session),
        Some(least) if role < least => Err(Reason::Rights),
        Some(_) => Ok(()),
    }
}

/// Who asks, about which document.
struct Asker<'a, S> {
    who: Who,
    role: Role,
    actor: ActorId,
    board: &'a S,
    document: DocumentId,
}

const PLAIN: fn(Act) -> Attempt = |act| Attempt { act, locked: false };

impl<S: Sight> Asker<'_, S> {
    fn is_server(&self) -> bool {
        self.role == Role::Server
    }

    /// Whether writing is held for them.
    fn held(&self) -> bool {
        let own = self.who.participant.and_then(|name| self.board.cover(name));
        let all = self.board.cover(MEETING).and_then(|meeting| in_session(self.board, meeting, Key::Writing));
        all == Some(1) || own.is_some_and(|record| record.is(Key::Locked))
    }

    /// What the op attempts.
    fn attempt(&self, body: &OpBody) -> Result<Attempt, Reason> {
        let place =
            place(self.board, self.document).filter(|place| admits(self.who, self.role, self.board, place)).ok_or(Reason::Missing)?;
        let page_locked = matches!(&place, Place::Page { entry, .. } if entry.is(Key::Locked));
        let target = match body.record() {
            // On a locked page a member is told of the lock, whatever else is wrong.
            Some(_) if page_locked && self.role < Role::Assistant => None,
            Some(record) => Some(self.board.record(self.document, record).ok_or(Reason::Missing)?),
            None => None,
        };
        if let OpBody::Purge { .. } = body {
            return Ok(Attempt { act: Act::Keep, locked: page_locked });
        }
        match place {
            Place::Page { .. } => self.on_page(body, target, page_locked),
            Place::Cover => self.in_cover(body, target),
            Place::Lobby => self.in_lobby(body, target),
            Place::Attendance => Ok(PLAIN(Act::Keep)),
            Place::Talk => self.said(body, target, Act::Talk),
            Place::Desk(desk) => match body {
                OpBody::Create { kind, .. } if *kind == Kind::Page.number() => self.entry(None, properties_of(body)),
                _ if target.is_some_and(|target| target.kind() == Some(Kind::Page)) => self.entry(target, properties_of(body)),
                _ => self.said(body, target, if self.who.participant == Some(desk) { Act::Ask } else { Act::Answer }),
            },
        }
    }

    fn on_page(&self, body: &OpBody, target: Option<&Record>, page_locked: bool) -> Result<Attempt, Reason> {
        let draw = |locked| Ok(Attempt { act: Act::Draw, locked: page_locked || locked });
        let Some(target) = target else {
            return match body {
                OpBody::Create { kind, .. } if *kind == Kind::Meeting.number() => Err(Reason::Rights),
                OpBody::Create { kind, .. } if Kind::of(*kind).is_some_and(|kind| !kind.is_shape()) => Err(Reason::Kind),
                _ => draw(false),
            };
        };
        match body {
            // A stroke that was begun before it was locked or deleted is finished: cutting a line off
            // in the middle serves nobody.
            OpBody::AppendInk { .. } if target.id().actor == self.actor => draw(false),
            OpBody::AppendInk { .. } => Err(Reason::Author),
            OpBody::Set { properties, .. } => draw(target.is(Key::Locked) && !only(properties, &[Key::Locked])),
            _ => draw(target.is(Key::Locked)),
        }
    }

    fn in_cover(&self, body: &OpBody, target: Option<&Record>) -> Result<Attempt, Reason> {
        let properties = properties_of(body);
        let kind = match body {
            OpBody::Create { kind, .. } => Kind::of(*kind),
            _ => target.and_then(Record::kind),
        };
        match (kind, target) {
            (Some(Kind::Meeting), None) => Err(Reason::Rights),
            (Some(Kind::Meeting), Some(meeting)) => self.of_meeting(meeting, properties),
            (Some(Kind::Person), _) => self.person(target, properties),
            (Some(Kind::Participant), None) => Ok(PLAIN(Act::Keep)),
            (Some(Kind::Participant), Some(participant)) => self.of_participant(participant, properties),
            (Some(Kind::Page) | None, _) => self.entry(target, properties),
            _ => Err(Reason::Kind),
        }
    }

    /// A page's entry, or what a newer version keeps beside it.
    fn entry(&self, target: Option<&Record>, properties: &[Property]) -> Result<Attempt, Reason> {
        let veils = sets(properties, &[Key::Locked, Key::Hidden]);
        let unlocks = only(properties, &[Key::Locked]);
        let locked = target.is_some_and(|target| target.is(Key::Locked)) && !unlocks;
        Ok(Attempt { act: if veils { Act::Veil } else { Act::Arrange }, locked })
    }

    fn person(&self, target: Option<&Record>, properties: &[Property]) -> Result<Attempt, Reason> {
        match target {
            // Nobody writes under another's name.
            Some(person) if person.id().actor != self.actor => return Err(Reason::Author),
            None if self.board.has_person(self.actor) => return Err(Reason::Duplicate),
            _ => {}
        }
        if !self.names_own(properties) {
            return Err(Reason::Author);
        }
        let Attempt { act, locked } = self.entry(target, properties)?;
        Ok(Attempt { act: if act == Act::Veil { act } else { Act::Name }, locked })
    }

    fn of_meeting(&self, meeting: &Record, properties: &[Property]) -> Result<Attempt, Reason> {
        let on = session(self.board);
        let greatest = [Key::Session, Key::Ended].into_iter().filter_map(|key| match meeting.get(key) {
            Some(Value::Int(number)) => Some(number),
            _ => None,
        });
        let greatest = greatest.max().unwrap_or(-1);
        for property in properties {
            let value = Key::of(property.key).and_then(|key| Value::decode(key, &property.value).ok().flatten());
            let fits = match (Key::of(property.key), value) {
                // An ended session never comes back, and no number is used twice.
                (Some(Key::Session), Some(Value::Int(number))) => number > greatest,
                (Some(Key::Ended), Some(Value::Int(number))) => Some(number) == on,
                (Some(Key::Session | Key::Ended), _) => false,
                (_, Some(Value::InSession { session, .. })) => Some(session) == on,
                _ => true,
            };
            if !fits && self.role >= Role::Assistant {
                return Err(Reason::Session);
            }
        }
        let act = if sets(properties, &[Key::Session, Key::Ended]) {
            Act::Session
        } else if sets(properties, &[Key::Writing, Key::Timer, Key::TimerLength, Key::Spotlight]) {
            Act::Lead
        } else {
            Act::Meet
        };
        Ok(PLAIN(act))
    }

    fn of_participant(&self, target: &Record, properties: &[Property]) -> Result<Attempt, Reason> {
        let own = self.who.participant == Some(target.id());
        if only(properties, &[Key::Hand]) {
            let lowers = properties.iter().all(|property| property.value.is_empty());
            for property in properties {
                let value = Value::decode(Key::Hand, &property.value).ok().flatten();
                if let Some(Value::InSession { session: named, .. }) = value
                    && Some(named) != session(self.board)
                {
                    return Err(Reason::Session);
                }
            }
            return match (own, lowers) {
                (true, _) => Ok(PLAIN(Act::Hand)),
                (false, true) => Ok(PLAIN(Act::LowerHand)),
                (false, false) if self.is_server() => Ok(PLAIN(Act::Keep)),
                (false, false) => Err(Reason::Author),
            };
        }
        if own && only(properties, &[Key::Name]) {
            return Ok(PLAIN(Act::Name));
        }
        let act = if only(properties, &[Key::Name, Key::Locked, Key::Deleted]) {
            Act::Guide
        } else if only(properties, &[Key::Erased]) {
            Act::SetAside
        } else if only(properties, &[Key::Role]) {
            Act::Promote
        } else {
            Act::Keep
        };
        // Whoever leads lends themselves no rank, and takes none from those beside or above them.
        if matches!(act, Act::Guide | Act::Promote) && (own || !self.over(role_of(target)) || !self.grants(properties)) {
            return Err(Reason::Rights);
        }
        Ok(PLAIN(act))
    }

    fn in_lobby(&self, body: &OpBody, target: Option<&Record>) -> Result<Attempt, Reason> {
        let properties = properties_of(body);
        match target {
            Some(_) if only(properties, &[Key::Admitted, Key::Deleted, Key::Name]) && !properties.is_empty() => Ok(PLAIN(Act::Guide)),
            _ => Ok(PLAIN(Act::Keep)),
        }
    }

    /// Messages, in the talk or at a desk.
    fn said(&self, body: &OpBody, target: Option<&Record>, act: Act) -> Result<Attempt, Reason> {
        match (body, target) {
            (OpBody::Create { kind, .. }, _) if Kind::of(*kind).is_some_and(|kind| kind != Kind::Message) => Err(Reason::Kind),
            (OpBody::Create { properties, .. }, _) if self.names_own(properties) => Ok(PLAIN(act)),
            (OpBody::Create { .. }, _) => Err(Reason::Author),
            (OpBody::Set { properties, .. }, Some(message)) if only(properties, &[Key::Deleted]) => {
                let own = message.id().actor == self.actor;
                Ok(PLAIN(if own { act } else { Act::Answer }))
            }
            // What was said is not reworded.
            (OpBody::Set { .. }, _) => Ok(PLAIN(Act::Keep)),
            (OpBody::Unknown { .. }, _) => Ok(PLAIN(act)),
            _ => Err(Reason::Kind),
        }
    }

    /// Whether what is named as the participant is the one who writes.
    fn names_own(&self, properties: &[Property]) -> bool {
        let mut named = properties.iter().filter(|property| property.key == Key::Participant.number() && !property.value.is_empty());
        let own = |property: &Property| matches!(Value::decode(Key::Participant, &property.value), Ok(Some(Value::Record(name))) if Some(name) == self.who.participant);
        self.is_server() || named.all(own)
    }

    /// Whether they may direct somebody of this rank.
    fn over(&self, rank: Role) -> bool {
        let own = self.who.rank(self.board);
        own > rank || own >= Role::Host
    }

    /// Whether no greater role is given than the own.
    fn grants(&self, properties: &[Property]) -> bool {
        let rank = self.who.rank(self.board) as i64;
        let mut role = properties.iter().filter(|property| property.key == Key::Role.number());
        role.all(|property| !matches!(Value::decode(Key::Role, &property.value), Ok(Some(Value::Int(role))) if role > rank))
    }
}

fn properties_of(body: &OpBody) -> &[Property] {
    match body {
        OpBody::Create { properties, .. } | OpBody::Set { properties, .. } => properties,
        _ => &[],
    }
}

/// Whether one of these is set.
fn sets(properties: &[Property], keys: &[Key]) -> bool {
    properties.iter().any(|property| keys.iter().any(|key| key.number() == property.key))
}

/// Whether nothing but these is set.
fn only(properties: &[Property], keys: &[Key]) -> bool {
    properties.iter().all(|property| keys.iter().any(|key| key.number() == property.key))
}

/// A board seen through two of its documents, for those who hold only some.
pub struct Seen<'a> {
    /// The cover.
    pub cover: &'a Document,
    /// The document of the op; the cover itself where the op is about the cover.
    pub document: &'a Document,
}

impl Sight for Seen<'_> {
    fn cover(&self, record: RecordId) -> Option<&Record> {
        self.cover.records.get(&record)
    }
    fn record(&self, _document: DocumentId, record: RecordId) -> Option<&Record> {
        self.document.records.get(&record)
    }
    fn has_person(&self, actor: ActorId) -> bool {
        any_person(self.cover.made_by(actor))
    }
    /// Two documents are no desk: who holds only these asks for pages of the cover.
    fn desk(&self, _page: RecordId) -> Option<RecordId> {
        None
    }
}
