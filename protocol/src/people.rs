//! Who is in the meeting, whether a session is on, and who sees which document. Pure functions over
//! what the cover says: the server's checks, the client's greyed-out buttons and the tests ask the
//! same (SPEC MEET-1 to MEET-6, SEE-2).
//!
//! # Documents of the meeting
//! Beside the cover and the pages each board has three documents that need no entry: [`LOBBY`],
//! [`ATTENDANCE`] and [`TALK`]. Each participant has a *desk*, named by their record in the cover: what
//! they and those who lead say to each other, and pages that only these see.

use serde::{Deserialize, Serialize};

use crate::ids::{DocumentId, OpId, RecordId};
use crate::record::Record;
use crate::rights::{MEETING, Role, Sight};
use crate::schema::{Key, Kind, Value};

/// Who waits to be let in; for assistants and above.
pub const LOBBY: DocumentId = DocumentId(OpId::new(0, 2));
/// Who was here when; for assistants and above, written by the server.
pub const ATTENDANCE: DocumentId = DocumentId(OpId::new(0, 3));
/// What is said to all; for everybody.
pub const TALK: DocumentId = DocumentId(OpId::new(0, 4));

/// What somebody came as.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Entrance {
    /// 0: signed in.
    Account,
    /// 1: with a name only.
    Guest,
    /// 2: a wall panel.
    Panel,
}

/// Who asks: the writer of an op, or the reader of a document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Who {
    /// What the connection was given; counts where there is no participant.
    pub role: Role,
    /// Their record in the cover, which says their role at this moment.
    pub participant: Option<RecordId>,
}

impl From<Role> for Who {
    /// Somebody with the bare link.
    fn from(role: Role) -> Self {
        Self { role, participant: None }
    }
}

impl Who {
    /// What they may be taken for at this moment; `None` once they were removed (SPEC MEET-2).
    #[must_use]
    pub fn role_on(self, board: &impl Sight) -> Option<Role> {
        let Some(record) = self.participant.filter(|_| self.role != Role::Server).and_then(|name| board.cover(name)) else {
            return Some(self.role);
        };
        if !record.visible() {
            return None;
        }
        let role = role_of(record);
        let acts = role == Role::Assistant && record.is(Key::Acting) && session(board).is_some();
        Some(if acts { Role::Host } else { role })
    }

    /// What their record says, whoever they act for: whom they may direct goes by this.
    pub(crate) fn rank(self, board: &impl Sight) -> Role {
        match self.participant.and_then(|name| board.cover(name)) {
            Some(record) if self.role != Role::Server => role_of(record),
            _ => self.role,
        }
    }
}

/// The role that a participant's record says.
#[must_use]
pub fn role_of(participant: &Record) -> Role {
    match participant.int(Key::Role) {
        1 => Role::Member,
        2 => Role::Assistant,
        3 => Role::Host,
        _ => Role::Viewer,
    }
}

/// The number of the session that is on; `None` between sessions (SPEC MEET-3).
#[must_use]
pub fn session(board: &impl Sight) -> Option<i64> {
    session_of(board.cover(MEETING)?)
}

/// The same, of the meeting's record.
#[must_use]
pub fn session_of(meeting: &Record) -> Option<i64> {
    let Some(Value::Int(session)) = meeting.get(Key::Session) else { return None };
    let ended = matches!(meeting.get(Key::Ended), Some(Value::Int(ended)) if ended >= session);
    (!ended).then_some(session)
}

/// What a property says in the session that is on; `None` if it is of another one, or there is none
/// (SPEC MEET-4).
#[must_use]
pub fn in_session(board: &impl Sight, record: &Record, key: Key) -> Option<i64> {
    let on = session(board)?;
    match record.get(key) {
        Some(Value::InSession { session, value }) if session == on => Some(value),
        _ => None,
    }
}

/// What a document is.
pub enum Place<'a> {
    /// The board's own.
    Cover,
    /// Who waits.
    Lobby,
    /// Who was here.
    Attendance,
    /// What is said to all.
    Talk,
    /// What a participant and those who lead share.
    Desk(RecordId),
    /// A page.
    Page {
        /// Its entry.
        entry: &'a Record,
        /// Whose desk the entry stands at; `None`: in the cover.
        desk: Option<RecordId>,
    },
}

/// What a document is; `None` if it does not exist.
pub fn place(board: &impl Sight, document: DocumentId) -> Option<Place<'_>> {
    match document {
        DocumentId::COVER => return Some(Place::Cover),
        LOBBY => return Some(Place::Lobby),
        ATTENDANCE => return Some(Place::Attendance),
        TALK => return Some(Place::Talk),
        _ => {}
    }
    if let Some(record) = board.cover(document.0) {
        return match record.kind() {
            Some(Kind::Page) => Some(Place::Page { entry: record, desk: None }),
            Some(Kind::Participant) => Some(Place::Desk(document.0)),
            _ => None,
        };
    }
    let desk = board.desk(document.0)?;
    board.cover(desk).filter(|record| record.kind() == Some(Kind::Participant))?;
    let entry = board.record(DocumentId(desk), document.0)?;
    Some(Place::Page { entry, desk: Some(desk) })
}

/// Whether somebody may see a document (SPEC SEE-2). One who was removed sees nothing.
pub fn sees(who: Who, board: &impl Sight, document: DocumentId) -> bool {
    let Some(role) = who.role_on(board) else { return false };
    place(board, document).is_some_and(|place| admits(who, role, board, &place))
}

pub(crate) fn admits(who: Who, role: Role, board: &impl Sight, place: &Place<'_>) -> bool {
    let leads = role >= Role::Assistant;
    match place {
        Place::Cover | Place::Talk => true,
        Place::Lobby | Place::Attendance => leads,
        Place::Desk(desk) | Place::Page { desk: Some(desk), .. } => leads || who.participant == Some(*desk),
        Place::Page { entry, desk: None } => leads || !entry.is(Key::Hidden) || session(board).is_none(),
    }
}
