//! Which sessions begin and end, for those outside the board who want to hear of it (SPEC MEET-3).

use kakehashi_protocol::ids::{ActorId, DocumentId};
use kakehashi_protocol::people::session;
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::{MEETING, Sight};
use kakehashi_protocol::schema::{Key, Kind, Value};

use super::batch::Batch;
use super::{ConnectionId, ParticipantId, RoomCore};

/// A session begins or ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turn {
    /// Its number.
    pub session: i64,
    /// Whether it begins.
    pub began: bool,
    /// When, milliseconds since 1970: when it was accepted; of what is read from the log, when it was written.
    pub at_ms: u64,
    /// Who did it, if that is known.
    pub by: Option<Author>,
}

/// Whoever wrote something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Author {
    /// Who it is on this board, where they wrote with a credential.
    pub participant: Option<ParticipantId>,
    /// What they are called there.
    pub name: String,
}

impl RoomCore {
    /// Whether a session is on and somebody is there.
    #[must_use]
    pub fn meets(&self) -> bool {
        !self.connections.is_empty() && session(&self.state.board).is_some()
    }

    /// Sessions that begin and end by the batch under way, in order.
    #[must_use]
    pub fn batch_turns(&self) -> &[Turn] {
        self.batch.as_ref().map_or(&[], |batch| &batch.turns)
    }

    /// The session that began last and the one that ended last, in order, as the board says it.
    #[must_use]
    pub fn last_turns(&self) -> Vec<Turn> {
        let Some(meeting) = self.state.board.cover(MEETING) else { return Vec::new() };
        let turn = |key: Key| {
            let Some(Value::Int(session)) = meeting.get(key) else { return None };
            let stamp = meeting.stamp_of(key.number());
            Some(Turn { session, began: key == Key::Session, at_ms: stamp.clock, by: self.author(None, stamp.actor) })
        };
        let mut turns: Vec<Turn> = [Key::Session, Key::Ended].into_iter().filter_map(turn).collect();
        // One that has ended began before; one that ended before the last began comes first.
        turns.sort_by_key(|turn| (turn.session, !turn.began));
        turns
    }

    /// Puts down what a change has made of the session that was on before it.
    pub(super) fn note_turns(&self, batch: &mut Batch, before: Option<i64>, at_ms: u64, connection: Option<ConnectionId>, actor: ActorId) {
        let after = session(&self.state.board);
        if before == after {
            return;
        }
        let by = self.author(connection, actor);
        let turn = |began| move |session| Turn { session, began, at_ms, by: by.clone() };
        batch.turns.extend(before.map(turn.clone()(false)));
        batch.turns.extend(after.map(turn(true)));
    }

    fn author(&self, connection: Option<ConnectionId>, actor: ActorId) -> Option<Author> {
        let known = connection.and_then(|connection| self.connections.get(&connection));
        let record = known.and_then(|known| known.who.participant).and_then(|name| self.state.board.cover(name));
        let cover = self.state.board.document(DocumentId::COVER);
        let person = || cover?.made_by(actor).find(|record| record.kind() == Some(Kind::Person));
        let name = |record: &Record| match record.get(Key::Name) {
            Some(Value::Text(name)) => Some(name),
            _ => None,
        };
        let name = record.or_else(person).and_then(name)?;
        Some(Author { participant: known.and_then(|known| known.entry.participant), name })
    }
}
