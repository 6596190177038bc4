//! How somebody came in: what the door has checked and the room is told.

use kakehashi_protocol::people::Entrance;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::row::hash_key;

/// Who somebody is on one board, on whatever device: 128 bits that a credential names.
pub type ParticipantId = [u8; 16];

/// What a connection was let in with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Who it is; `None`: somebody with the bare link, of whom no record is kept.
    pub participant: Option<ParticipantId>,
    /// The role of the link or the account. It counts until there is a record of the participant,
    /// which says it from then on.
    pub role: Role,
    /// The name, cleaned; shown to all.
    pub name: String,
    /// What they came as.
    pub entrance: Entrance,
    /// Whether they wait in the lobby the first time.
    pub waits: bool,
}

/// What the board's record of a participant says at this moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recorded {
    /// There is none: they were never on the board.
    Nothing,
    /// This role, whatever they act for.
    Role(Role),
    /// They were removed.
    Removed,
}

impl From<Role> for Entry {
    /// The bare link.
    fn from(role: Role) -> Self {
        Self { participant: None, role, name: String::new(), entrance: Entrance::Guest, waits: false }
    }
}

/// What the cover says of a participant's id: enough to know them again, not who they are.
pub(super) fn holder(participant: &ParticipantId) -> [u8; 16] {
    hash_key(participant)
}
