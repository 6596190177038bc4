//! What connections read: subscriptions and snapshots.

use kakehashi_protocol::codec::ActorNames;
use kakehashi_protocol::ids::{Cursor, DocumentId, Seq};
use kakehashi_protocol::limits;
use kakehashi_protocol::wire::frame::{FailureCode, ServerFrame, Subscribed, Subscription};
use kakehashi_protocol::wire::row::{Entry, Verdict};
use kakehashi_protocol::wire::snapshot::write_snapshot;

use super::{ConnectionId, Output, RoomCore};

impl RoomCore {
    /// A connection wants to read a document.
    pub fn handle_subscribe(&mut self, connection: ConnectionId, subscription: Subscription) {
        let Subscription { document, cursor } = subscription;
        let Some(known) = self.connections.get_mut(&connection) else { return };
        if known.waits {
            if known.held.len() < limits::SUBSCRIPTIONS_MAX {
                known.held.push(subscription);
            }
            return;
        }
        // Whether they may see it is only certain when it is durable.
        if self.batch.as_ref().is_some_and(|batch| batch.governs) {
            return self.wanted.push((connection, subscription));
        }
        if !self.shows(connection, document) || !self.published(document) {
            return self.fail(connection, FailureCode::UnknownDocument, format!("document {document} does not exist"));
        }
        let Some(known) = self.connections.get_mut(&connection) else { return };
        if known.documents.len() >= limits::SUBSCRIPTIONS_MAX && !known.documents.contains(&document) {
            let detail = format!("a connection reads at most {} documents", limits::SUBSCRIPTIONS_MAX);
            return self.fail(connection, FailureCode::Limit, detail);
        }
        known.documents.insert(document);
        let resume = cursor.filter(|cursor| cursor.log == self.state.log).and_then(|cursor| self.resume(document, cursor.seq));
        // Without a cursor the client takes a snapshot. It may be an older one, taken when the document was last changed.
        let seq = resume.unwrap_or_else(|| self.changed_at(document).min(self.state.end));
        let announced = self.state.announced.get(&document).into_iter().flatten();
        let actors = announced.filter_map(|number| Some((*number, self.state.actors.name(*number).ok()?))).collect();
        self.send(connection, &ServerFrame::Subscribed(Subscribed { document, seq, snapshot: resume.is_none(), actors }));
        let seq = resume.unwrap_or(self.state.end);
        self.outputs.push_back(Output::Attach { connection, document, seq });
    }

    /// Answers what waited for a batch.
    pub(super) fn answer_wanted(&mut self) {
        for (connection, subscription) in std::mem::take(&mut self.wanted) {
            self.handle_subscribe(connection, subscription);
        }
    }

    /// Answers what somebody asked for who has been let in.
    pub(super) fn answer_held(&mut self, connection: ConnectionId) {
        let held = self.connections.get_mut(&connection).map(|known| std::mem::take(&mut known.held));
        for subscription in held.into_iter().flatten() {
            self.handle_subscribe(connection, subscription);
        }
    }

    /// From which row a reader goes on that has a document as it was at row `seq`; `None`: by a snapshot.
    fn resume(&self, document: DocumentId, seq: Seq) -> Option<Seq> {
        if self.state.feed.reaches(seq) {
            return Some(seq);
        }
        // The rows after it are no longer kept, but they were about other documents.
        let changed = self.state.changed.get(&document)?;
        (*changed <= seq && seq <= self.state.end).then_some(self.state.end)
    }

    /// A connection no longer reads a document.
    pub fn handle_unsubscribe(&mut self, connection: ConnectionId, document: DocumentId) {
        self.wanted.retain(|(waiter, wanted)| *waiter != connection || wanted.document != document);
        let Some(known) = self.connections.get_mut(&connection) else { return };
        known.held.retain(|held| held.document != document);
        if known.documents.remove(&document) {
            self.outputs.push_back(Output::Detach { connection, document });
        }
    }

    /// Whether a ticket is that of a connection that reads the document.
    #[must_use]
    pub fn may_read(&self, ticket: &str, document: DocumentId) -> bool {
        self.connections.values().any(|known| known.ticket == ticket && known.documents.contains(&document))
    }

    /// The row that last changed a document: a snapshot of it or of any later row is up to date.
    #[must_use]
    pub fn changed_at(&self, document: DocumentId) -> Seq {
        self.state.changed.get(&document).copied().unwrap_or(self.state.end)
    }

    /// A snapshot is asked for by the ticket of a connection. The answer is an [`Output::Snapshot`],
    /// as soon as no batch is under way.
    pub fn handle_snapshot(&mut self, request: u64, ticket: String, document: DocumentId) {
        self.snapshots.push((request, ticket, document));
        self.answer_snapshots();
    }

    pub(super) fn answer_snapshots(&mut self) {
        if self.batch.is_some() || self.reloading {
            return;
        }
        for (request, ticket, document) in std::mem::take(&mut self.snapshots) {
            let reader = self.may_read(&ticket, document);
            let bytes = self.state.board.document(document).filter(|_| reader).map(|state| {
                let cursor = Cursor { log: self.state.log, seq: self.state.end };
                write_snapshot(document, cursor, state).into()
            });
            self.outputs.push_back(Output::Snapshot { request, bytes });
        }
    }

    /// Whether the page's entry is durable: a batch under way may have made it.
    fn published(&self, document: DocumentId) -> bool {
        let made = |entry: &Entry| match &entry.verdict {
            Verdict::Accepted(change) => change.actor == document.0.actor && (change.first..change.end()).contains(&document.0.counter),
            Verdict::Refused { .. } => false,
        };
        !self.batch.iter().flat_map(|batch| &batch.row.entries).any(made)
    }
}
