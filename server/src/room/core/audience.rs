//! Who is shown what, and what becomes of those whose rights have changed (SPEC SEE-1, SEE-2, MEET-2).
//!
//! A row that changes rights is reviewed when it is durable and before it is published: whoever loses
//! a document by it reads nothing of that row any more.

use kakehashi_protocol::ids::DocumentId;
use kakehashi_protocol::op::{Change, OpBody};
use kakehashi_protocol::people::{LOBBY, Who, role_of};
use kakehashi_protocol::rights::{Role, Sight};
use kakehashi_protocol::schema::Kind;
use kakehashi_protocol::wire::frame::{FailureCode, Own, ServerFrame};

use super::batch::Waiting;
use super::entry::{ParticipantId, Recorded, holder};
use super::people::Connection;
use super::{ConnectionId, Output, RoomCore};

impl RoomCore {
    /// Whether a connection may see a document.
    pub(super) fn shows(&self, connection: ConnectionId, document: DocumentId) -> bool {
        self.connections.get(&connection).is_some_and(|known| !known.waits && self.state.board.sees(known.who, document))
    }

    /// Whether everybody on the board may see a document: only then others are told that somebody is there.
    pub(super) fn is_public(&self, document: DocumentId) -> bool {
        self.state.board.sees(Who::from(Role::Viewer), document)
    }

    /// Whether the board as a whole, with all that not everybody sees, may be given to whom a ticket is
    /// of: somebody who leads; anybody while there are no participants.
    #[must_use]
    pub fn may_export(&self, ticket: &str) -> bool {
        let leads = |known: &Connection| !known.waits && known.who.role_on(&self.state.board) >= Some(Role::Assistant);
        self.participants().next().is_none() || self.connections.values().any(|known| known.ticket == ticket && leads(known))
    }

    /// What the cover says of a participant: it counts for requests as it does for ops (SPEC MEET-2).
    #[must_use]
    pub fn recorded(&self, participant: &ParticipantId) -> Recorded {
        match self.participant_of(holder(participant)) {
            None => Recorded::Nothing,
            Some(record) if record.visible() => Recorded::Role(role_of(record)),
            Some(_) => Recorded::Removed,
        }
    }

    /// The same, if a crash would not take it back and nothing that the server is to write waits; else `None`.
    #[must_use]
    pub fn settled_record(&self, participant: &ParticipantId) -> Option<Recorded> {
        let under_way = self.reloading || self.batch.as_ref().is_some_and(|batch| batch.governs);
        let waits = self.waiting.iter().any(|waiting| matches!(waiting, Waiting::Task(_)));
        (!under_way && !waits).then(|| self.recorded(participant))
    }

    /// Whether a change may touch what anybody may do or see.
    pub(super) fn governs(&self, change: &Change) -> bool {
        let meets = |kind| matches!(kind, Some(Kind::Meeting | Kind::Page | Kind::Participant));
        change.ops.iter().any(|op| match (op.document, &op.body) {
            (LOBBY, _) => true,
            (_, OpBody::Create { kind, .. }) => [Kind::Page, Kind::Participant].map(Kind::number).contains(kind),
            (DocumentId::COVER, OpBody::Set { record, .. } | OpBody::Purge { record }) => {
                self.state.board.cover(*record).is_some_and(|record| meets(record.kind()))
            }
            _ => false,
        })
    }

    /// What is a connection in the meeting, at this moment; `None` once it was removed.
    pub(super) fn own(&self, connection: ConnectionId) -> Option<Own> {
        let known = self.connections.get(&connection)?;
        if known.waits {
            return Some(Own { participant: None, role: Role::Viewer, waits: true });
        }
        Some(Own { participant: known.who.participant, role: known.who.role_on(&self.state.board)?, waits: false })
    }

    /// Rights may have changed: everybody is told their own, and loses what they may no longer see.
    pub(super) fn review(&mut self) {
        self.review_away();
        for connection in self.connections.keys().copied().collect::<Vec<_>>() {
            if self.turned_away(connection) {
                self.end_call(connection);
                self.fail(connection, FailureCode::Credential, "you were not let in".into());
                continue;
            }
            let Some(own) = self.own(connection) else {
                self.end_call(connection);
                self.fail(connection, FailureCode::Credential, "you were removed from the board".into());
                continue;
            };
            self.withdraw_unseen(connection);
            self.tell_own(connection, own);
            self.review_call(connection);
        }
    }

    fn withdraw_unseen(&mut self, connection: ConnectionId) {
        let Some(known) = self.connections.get(&connection) else { return };
        let lost: Vec<DocumentId> =
            known.documents.iter().copied().filter(|document| !self.state.board.sees(known.who, *document)).collect();
        for document in lost {
            if let Some(known) = self.connections.get_mut(&connection) {
                known.documents.remove(&document);
            }
            self.outputs.push_back(Output::Detach { connection, document });
            self.send(connection, &ServerFrame::Withdrawn(document));
            self.presence_dirty.insert(connection);
        }
    }

    /// Tells a connection what it is in the meeting, if that is news.
    pub(super) fn tell_own(&mut self, connection: ConnectionId, own: Own) {
        let Some(known) = self.connections.get_mut(&connection) else { return };
        if known.entry.participant.is_none() || known.told_own == Some(own) {
            return;
        }
        known.told_own = Some(own);
        self.send(connection, &ServerFrame::You(own));
        if !own.waits {
            self.show_stay(connection);
            self.answer_held(connection);
        }
    }
}
