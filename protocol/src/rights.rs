//! Who may do what: one pure function, deny by default (SPEC MAY-1).
//!
//! Only the first log to admit an op asks it; clients ask it to grey out what would be refused;
//! replicas never judge again.

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::ids::{ActorId, DocumentId, OpId, RecordId};
use crate::op::{OpBody, Property};
use crate::record::Record;
use crate::schema::{Key, Kind};
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
}

/// Whether one of the records is a person.
pub fn any_person<'a>(mut records: impl Iterator<Item = &'a Record>) -> bool {
    records.any(|record| record.kind() == Some(Kind::Person))
}

/// Whether an op by `actor` in `role` is allowed on the board as it is seen.
///
/// # Errors
/// The reason for the refusal.
pub fn may(role: Role, actor: ActorId, board: &impl Sight, document: DocumentId, body: &OpBody) -> Result<(), Reason> {
    if role == Role::Viewer {
        return Err(Reason::Rights);
    }
    let leads = role >= Role::Assistant;
    // A board on which no session is held belongs to all who write on it.
    let arranges = leads || board.cover(MEETING).is_none_or(|meeting| meeting.get(Key::Session).is_none());
    let in_cover = document == DocumentId::COVER;
    if !in_cover {
        let page = board.cover(document.0).filter(|record| record.kind() == Some(Kind::Page)).ok_or(Reason::Missing)?;
        if page.is(Key::Locked) && !leads {
            return Err(Reason::Locked);
        }
    }
    if let OpBody::Purge { .. } = body {
        return if role == Role::Server { Ok(()) } else { Err(Reason::Rights) };
    }
    let Some(record) = body.record() else {
        return match body {
            OpBody::Create { kind, .. } if in_cover && *kind == Kind::Person.number() && board.has_person(actor) => Err(Reason::Duplicate),
            OpBody::Create { kind, properties } => may_create(arranges, in_cover, *kind, properties),
            _ => Ok(()),
        };
    };
    let target = board.record(document, record).ok_or(Reason::Missing)?;
    match body {
        OpBody::AppendInk { .. } if record.actor != actor => Err(Reason::Author),
        // A stroke that was begun before it was locked or deleted is finished: cutting a line off
        // in the middle serves nobody.
        OpBody::AppendInk { .. } => Ok(()),
        // Nobody writes under another's name.
        OpBody::Set { .. } if target.kind() == Some(Kind::Person) && record.actor != actor => Err(Reason::Author),
        OpBody::Set { properties, .. } if in_cover => may_set_in_cover(leads, arranges, target, properties),
        OpBody::Set { properties, .. } => {
            let unlocks = properties.iter().all(|property| property.key == Key::Locked.number());
            if target.is(Key::Locked) && !unlocks && !leads { Err(Reason::Locked) } else { Ok(()) }
        }
        _ if target.is(Key::Locked) && !leads => Err(Reason::Locked),
        _ => Ok(()),
    }
}

fn may_create(arranges: bool, in_cover: bool, kind: u16, properties: &[Property]) -> Result<(), Reason> {
    match Kind::of(kind) {
        Some(Kind::Meeting) => Err(Reason::Rights),
        Some(Kind::Page | Kind::Person) if !in_cover => Err(Reason::Kind),
        Some(Kind::Page | Kind::Person) if !arranges && sets_state(properties) => Err(Reason::Rights),
        Some(kind) if kind.is_shape() && in_cover => Err(Reason::Kind),
        _ => Ok(()),
    }
}

fn may_set_in_cover(leads: bool, arranges: bool, target: &Record, properties: &[Property]) -> Result<(), Reason> {
    if leads {
        return Ok(());
    }
    if target.kind() == Some(Kind::Meeting) || sets_state(properties) && !arranges {
        return Err(Reason::Rights);
    }
    let unlocks = arranges && properties.iter().all(|property| property.key == Key::Locked.number());
    if target.is(Key::Locked) && !unlocks { Err(Reason::Locked) } else { Ok(()) }
}

/// Whether it locks or hides, which is the meeting's state and not the board's content.
fn sets_state(properties: &[Property]) -> bool {
    properties.iter().any(|property| [Key::Locked.number(), Key::Hidden.number()].contains(&property.key))
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
}
