//! Documents on the device, so that a board opens without its server (SPEC KEEP-1 to KEEP-3): what the
//! driver keeps, and how it is taken back.
//!
//! A document that is opened is first asked of the device and only then of the server, which goes on
//! from where the kept state ends. So a page that is still the same does not travel again.

use kakehashi_protocol::document::Document;
use kakehashi_protocol::ids::{Cursor, DocumentId};
use kakehashi_protocol::op::{Change, Op};
use kakehashi_protocol::schema::Kind;
use kakehashi_protocol::wire::kept::{read_kept, write_kept};

use crate::client::Client;
use crate::event::Request;
use crate::replica::{Reading, Replica};

impl Client {
    /// Says that the driver keeps documents: it is asked for each by [`Request::Recall`] before the
    /// server is. To be called before anything is opened.
    pub fn recall_documents(&mut self) {
        self.recalls = true;
        if let Some(cover) = self.replicas.get_mut(&DocumentId::COVER) {
            cover.reading = Reading::Recalling;
            self.requests.push_back(Request::Recall { document: DocumentId::COVER });
        }
    }

    /// The answer to [`Request::Recall`]: what [`Self::kept`] once gave, if there is anything. What is
    /// damaged, of another version or of another document is as if it were not there.
    pub fn handle_recalled(&mut self, document: DocumentId, bytes: Option<&[u8]>) {
        let document = self.resolve_document(document);
        let Some(replica) = self.replicas.get_mut(&document).filter(|replica| matches!(replica.reading, Reading::Recalling)) else {
            return;
        };
        replica.reading = Reading::Wanted;
        if let Some(kept) = bytes.and_then(|bytes| read_kept(bytes).ok()).filter(|kept| kept.snapshot.id == document) {
            self.clock.hear(replica.restore(document, kept.snapshot.document, &self.pending));
            replica.cursor = Some(kept.snapshot.cursor);
            for change in kept.accepted {
                self.clock.hear(change.stamp(change.ops.len() - 1).clock);
                for (id, stamp, op) in change.iter() {
                    replica.recall(id, stamp, op.body.clone());
                }
            }
            replica.reload(document, &self.pending);
            self.events.touch_all(document);
        }
        self.settle_local();
        self.review_local();
    }

    /// What is to be kept of a document; `None` while there is nothing to go on from. Of the meeting's documents, and of desks
    /// and pages at them, nothing is: others use the device too.
    #[must_use]
    pub fn kept(&self, document: DocumentId) -> Option<Vec<u8>> {
        let document = self.resolve_document(document);
        if document != DocumentId::COVER && self.record(DocumentId::COVER, document.0)?.kind() != Some(Kind::Page) {
            return None;
        }
        let replica = self.replicas.get(&document)?;
        let accepted = replica.settled().map(|(id, stamp, body)| Change {
            actor: id.actor,
            first: id.counter,
            clock: stamp.clock,
            hand: 0,
            gesture: 0,
            ops: vec![Op { document, body: body.clone() }],
        });
        Some(write_kept(document, replica.cursor?, replica.confirmed.as_ref()?, accepted))
    }

    /// Where [`Self::kept`] stands: the position, and how many ops it holds besides. What was kept at
    /// the same place is the same.
    #[must_use]
    pub fn kept_at(&self, document: DocumentId) -> Option<(Cursor, usize)> {
        let replica = self.replicas.get(&self.resolve_document(document))?;
        replica.confirmed.as_ref()?;
        Some((replica.cursor?, replica.settled().len()))
    }

    /// Pages of which only this device knows, by what a closed page load left, are begun here.
    pub(crate) fn settle_local(&mut self) {
        let unread = |replica: &Replica| replica.confirmed.is_none() && matches!(replica.reading, Reading::Wanted | Reading::Absent);
        let local: Vec<DocumentId> =
            self.replicas.iter().filter(|(id, replica)| unread(replica) && self.is_local(**id)).map(|(id, _)| *id).collect();
        for document in local {
            if let Some(replica) = self.replicas.get_mut(&document) {
                replica.confirmed = Some(Document::default());
                replica.reading = Reading::Local;
                replica.reload(document, &self.pending);
                self.events.touch_all(document);
            }
        }
    }
}
