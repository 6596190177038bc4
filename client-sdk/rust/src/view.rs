//! What an app reads: what is confirmed, with what is pending over it.

use kakehashi_protocol::document::Document;
use kakehashi_protocol::ids::{ActorId, DocumentId, RecordId};
use kakehashi_protocol::ink::Ink;
use kakehashi_protocol::presence::{Presence, Whereabouts};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::schema::Kind;
use kakehashi_protocol::text::{CharId, Text};
use kakehashi_protocol::wire::snapshot;

use crate::client::Client;
use crate::replica::{Reading, Replica};

impl Client {
    fn replica(&self, document: DocumentId) -> Option<&Replica> {
        self.replicas.get(&self.resolve_document(document))
    }

    /// Whether a document's state is here, from the server or because it was made here.
    #[must_use]
    pub fn is_ready(&self, document: DocumentId) -> bool {
        self.replica(document).is_some_and(|replica| replica.confirmed.is_some())
    }

    /// Whether a document's state is kept in step with the server's at this moment.
    #[must_use]
    pub fn is_live(&self, document: DocumentId) -> bool {
        self.connection.live() && self.replica(document).is_some_and(|replica| matches!(replica.reading, Reading::Live))
    }

    /// The documents that are open.
    pub fn documents(&self) -> impl Iterator<Item = DocumentId> {
        self.replicas.iter().filter(|(_, replica)| !matches!(replica.reading, Reading::Parked)).map(|(id, _)| *id)
    }

    /// The shapes of a document that are shown, from the lowest to the topmost.
    #[must_use]
    pub fn records(&self, document: DocumentId) -> Vec<&Record> {
        self.ordered(document, |kind| kind.is_none_or(Kind::is_shape))
    }

    /// The page entries in the cover that are not deleted, in order; hidden ones included.
    #[must_use]
    pub fn pages(&self) -> Vec<&Record> {
        self.ordered(DocumentId::COVER, |kind| kind == Some(Kind::Page))
    }

    /// The page entries at the desks that are read here, in order, each with its desk; hidden ones included.
    pub fn desk_pages(&self) -> impl Iterator<Item = (DocumentId, &Record)> {
        let desks = self.replicas.keys().copied().filter(|document| self.is_desk(*document));
        desks.flat_map(|desk| self.ordered(desk, |kind| kind == Some(Kind::Page)).into_iter().map(move |page| (desk, page)))
    }

    /// Whether a document is a participant's desk.
    pub(crate) fn is_desk(&self, document: DocumentId) -> bool {
        self.record(DocumentId::COVER, document.0).is_some_and(|record| record.kind() == Some(Kind::Participant))
    }

    fn ordered(&self, document: DocumentId, kind: fn(Option<Kind>) -> bool) -> Vec<&Record> {
        let records = self.replica(document).into_iter().flat_map(Replica::records);
        let mut records: Vec<&Record> = records.filter(|record| kind(record.kind()) && self.is_shown(record)).collect();
        records.sort_unstable_by(|a, b| (a.order(), a.id()).cmp(&(b.order(), b.id())));
        records
    }

    /// A record, deleted ones included.
    #[must_use]
    pub fn record(&self, document: DocumentId, record: RecordId) -> Option<&Record> {
        self.replica(document)?.record(self.resolve(record))
    }

    /// A stroke's ink.
    #[must_use]
    pub fn ink(&self, document: DocumentId, stroke: RecordId) -> Option<&Ink> {
        self.record(document, stroke)?.ink()
    }

    /// A record's text; `None` also if nothing was ever typed into it.
    #[must_use]
    pub fn text(&self, document: DocumentId, record: RecordId) -> Option<&Text> {
        self.record(document, record)?.text()
    }

    /// Whether any op of a record waits for its verdict.
    #[must_use]
    pub fn is_unsaved(&self, document: DocumentId, record: RecordId) -> bool {
        self.replica(document).is_some_and(|replica| replica.is_unsaved(self.resolve(record)))
    }

    /// A hash over all merged state of a document, pending edits included; `None` if it is not here.
    /// Replicas that have seen the same have the same.
    #[must_use]
    pub fn digest(&self, document: DocumentId) -> Option<[u8; 16]> {
        self.merged(document).map(|document| snapshot::digest(&document))
    }

    /// A copy of a document's state, pending edits included.
    #[must_use]
    pub fn merged(&self, document: DocumentId) -> Option<Document> {
        let replica = self.replica(document)?;
        replica.confirmed.as_ref().map(|base| replica.layer.merged(base))
    }

    /// What others show of themselves in a document: connection, actor, presence. The cover's are
    /// those who look at no page.
    pub fn presences(&self, document: DocumentId) -> impl Iterator<Item = (u32, ActorId, &Presence)> {
        self.presence.in_document(self.resolve_document(document))
    }

    /// All others on the board who have shown anything of themselves, whatever page they look at.
    pub fn people(&self) -> impl Iterator<Item = (ActorId, &Whereabouts)> {
        self.presence.people().filter(|(actor, _)| *actor != self.actor)
    }

    /// A place in a text that moves with the characters: after the visible character before
    /// `position`; `None` is the beginning.
    #[must_use]
    pub fn anchor(&self, document: DocumentId, record: RecordId, position: usize) -> Option<CharId> {
        let text = self.text(document, record)?;
        text.char_at(position.min(text.len()).checked_sub(1)?)
    }

    /// Where an anchor stands now.
    #[must_use]
    pub fn position(&self, document: DocumentId, record: RecordId, anchor: Option<CharId>) -> usize {
        let Some((text, anchor)) = self.text(document, record).zip(anchor) else { return 0 };
        let name = CharId { op: self.resolve(anchor.op), ..anchor };
        let Some(before) = text.position_of(name) else { return 0 };
        // A hidden character has no width.
        before + usize::from(text.char_at(before) == Some(name))
    }
}
