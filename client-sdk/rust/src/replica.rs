//! One document as the client holds it: what the server confirmed, what is pending over it, and how
//! far it is read.
//!
//! Merging gives the same state in whatever order ops come, so an op of somebody else is merged
//! into a touched record twice, below and in the layer; only a refusal has the record's layer built
//! anew. An own op leaves the layer when it was both accepted and read back from the log, so nothing
//! flickers. What was read counts: the log may hold other bytes of the op, sent by another page load.

use std::collections::BTreeMap;

use kakehashi_protocol::document::{Document, Layer, Layered, Store, apply};
use kakehashi_protocol::ids::{ActorId, Cursor, DocumentId, OpId, RecordId, Seq, Stamp};
use kakehashi_protocol::op::{OpBody, Property};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::schema::Key;
use kakehashi_protocol::text::Text;
use kakehashi_protocol::undo::Written;
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::part::Part;

use crate::pending::{Pending, target};

/// Bytes of parts that are kept while a snapshot is on its way: beyond it the document is asked for
/// anew. A minute of a very busy page.
pub(crate) const BUFFER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How far a document is read.
#[derive(Debug)]
pub(crate) enum Reading {
    /// Its page entry is not accepted yet: there is nobody to ask.
    Local,
    /// The server does not know it, and the cover does not list it: asked for when it does.
    Absent,
    /// The driver looks whether the device keeps it; then it is asked for.
    Recalling,
    /// To be asked for.
    Wanted,
    /// Asked for; parts that still come are of an earlier subscription.
    Asked,
    /// A snapshot is on its way, or will be asked for again.
    Fetching(Fetch),
    /// In step.
    Live,
    /// Nobody looks at it; its state is kept for when somebody does again.
    Parked,
}

#[derive(Debug)]
pub(crate) struct Fetch {
    /// The snapshot must be of this row or a later one.
    pub floor: Seq,
    pub parts: Vec<Part>,
    pub bytes: usize,
    pub failures: u32,
    /// When to ask again; `None` while it is on its way.
    pub retry_at: Option<u64>,
}

#[derive(Clone, Copy, Default, Debug)]
struct Hold {
    pending: u32,
    settled: u32,
}

/// An own op that was accepted but not seen yet.
#[derive(Debug)]
struct Settled {
    id: OpId,
    stamp: Stamp,
    body: OpBody,
}

#[derive(Debug)]
pub(crate) struct Replica {
    /// `None` until there is a snapshot.
    pub confirmed: Option<Document>,
    pub layer: Layer,
    pub reading: Reading,
    pub cursor: Option<Cursor>,
    /// Per record how many ops keep it in the layer.
    held: BTreeMap<RecordId, Hold>,
    settled: Vec<Settled>,
    /// No order key is above this one.
    pub top: Vec<u8>,
    /// When it was parked, to forget the oldest first.
    pub parked: u64,
}

impl Replica {
    pub fn new(reading: Reading, confirmed: Option<Document>, id: DocumentId, pending: &Pending) -> Self {
        let mut replica = Self {
            confirmed,
            layer: Layer::default(),
            reading,
            cursor: None,
            held: BTreeMap::new(),
            settled: Vec::new(),
            top: Vec::new(),
            parked: 0,
        };
        replica.reload(id, pending);
        replica
    }

    /// A record as it is seen: pending edits included.
    pub fn record(&self, id: RecordId) -> Option<&Record> {
        self.layer.get(id).or_else(|| self.confirmed.as_ref()?.record(id))
    }

    /// All records as they are seen, by name.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        let below = self.confirmed.iter().flat_map(Document::records).filter(|record| self.layer.get(record.id()).is_none());
        below.chain(self.layer.records())
    }

    /// The records that an actor made, as they are seen.
    pub fn made_by(&self, actor: ActorId) -> impl Iterator<Item = &Record> {
        let below = self.confirmed.iter().flat_map(move |base| base.made_by(actor)).filter(|record| self.layer.get(record.id()).is_none());
        below.chain(self.layer.made_by(actor))
    }

    /// Whether an op of the record waits for its verdict.
    pub fn is_unsaved(&self, record: RecordId) -> bool {
        self.held.get(&record).is_some_and(|hold| hold.pending > 0)
    }

    /// Takes a snapshot in. Gives the greatest clock in it.
    pub fn restore(&mut self, id: DocumentId, document: Document, pending: &Pending) -> u64 {
        let clock = greatest_clock(&document);
        self.confirmed = Some(document);
        // Whatever was accepted before is in it.
        self.settled.clear();
        self.reload(id, pending);
        clock
    }

    /// Own ops that were accepted and have not been seen in the log.
    pub fn settled(&self) -> impl ExactSizeIterator<Item = (OpId, Stamp, &OpBody)> {
        self.settled.iter().map(|op| (op.id, op.stamp, &op.body))
    }

    /// Takes such an op back as the device kept it; the layer is to be built anew.
    pub fn recall(&mut self, id: OpId, stamp: Stamp, body: OpBody) {
        self.settled.push(Settled { id, stamp, body });
    }

    /// Builds the layer anew from all that is pending.
    pub fn reload(&mut self, id: DocumentId, pending: &Pending) {
        self.layer = Layer::default();
        self.held.clear();
        for op in &self.settled {
            self.held.entry(target(op.id, &op.body)).or_default().settled += 1;
        }
        for (op, _, body) in pending.of(id, None) {
            self.held.entry(target(op, body)).or_default().pending += 1;
        }
        self.overlay(id, None, pending);
        self.top = self.records().map(Record::order).max().unwrap_or_default().to_vec();
    }

    /// Builds one record's layer anew.
    pub fn rebuild(&mut self, id: DocumentId, record: RecordId, pending: &Pending) {
        self.layer.remove(record);
        if self.held.contains_key(&record) {
            self.overlay(id, Some(record), pending);
        }
    }

    fn overlay(&mut self, id: DocumentId, record: Option<RecordId>, pending: &Pending) {
        let Some(base) = &self.confirmed else { return };
        let settled = self.settled.iter().filter(|op| record.is_none_or(|record| record == target(op.id, &op.body)));
        let mut ops: Vec<_> = settled.map(|op| (op.id, op.stamp, &op.body)).chain(pending.of(id, record)).collect();
        // What an op builds on has a smaller stamp, but for what a restored server has forgotten.
        ops.sort_by_key(|(id, stamp, _)| (*stamp, id.counter));
        for (id, stamp, body) in ops {
            // What cannot be applied builds on something that was refused, and will be refused
            // itself, or is confirmed already: it is left out of the view.
            let _ = apply(&mut Layered { base, layer: &mut self.layer }, id, stamp, body, None);
            note_order(&mut self.top, body);
        }
    }

    /// Applies an own op that was just written.
    pub fn write(&mut self, id: OpId, stamp: Stamp, body: &OpBody, written: &mut Vec<Written>) -> Result<(), Reason> {
        let base = self.confirmed.as_ref().ok_or(Reason::Missing)?;
        apply(&mut Layered { base, layer: &mut self.layer }, id, stamp, body, Some(written))?;
        self.held.entry(target(id, body)).or_default().pending += 1;
        note_order(&mut self.top, body);
        Ok(())
    }

    /// A change that waits touches the record, whatever the view makes of it.
    pub fn hold(&mut self, record: RecordId) {
        self.held.entry(record).or_default().pending += 1;
    }

    /// Merges what the log holds. An error means that this document is not to be trusted any more.
    pub fn merge(&mut self, document: DocumentId, id: OpId, stamp: Stamp, body: &OpBody, pending: &Pending) -> Result<(), Reason> {
        let base = self.confirmed.as_mut().ok_or(Reason::Missing)?;
        base.apply(id, stamp, body)?;
        note_order(&mut self.top, body);
        let record = target(id, body);
        if self.layer.get(record).is_some() {
            let merged = apply(&mut Layered { base, layer: &mut self.layer }, id, stamp, body, None);
            // The two reasons are what an own op meets that stands in the layer already.
            if !matches!(merged, Ok(()) | Err(Reason::Duplicate | Reason::Offset)) {
                self.rebuild(document, record, pending);
            }
        }
        Ok(())
    }

    /// An own op was accepted; the change it was part of waits no longer. Where the document is in step the op has been
    /// read, as the log has it; elsewhere it stays in view until then.
    pub fn settle(&mut self, id: OpId, stamp: Stamp, body: &OpBody) {
        let live = matches!(self.reading, Reading::Live);
        if !live {
            self.settled.push(Settled { id, stamp, body: body.clone() });
        }
        self.release(target(id, body), |hold| {
            hold.pending = hold.pending.saturating_sub(1);
            hold.settled += u32::from(!live);
        });
    }

    /// The server said something that stands after the parts of all rows before it (SPEC READ-4). Gives the records
    /// of ops that have been read by now.
    pub fn caught_up(&mut self) -> Vec<RecordId> {
        if !matches!(self.reading, Reading::Live) {
            return Vec::new();
        }
        let records: Vec<RecordId> = self.settled.drain(..).map(|op| target(op.id, &op.body)).collect();
        for record in &records {
            self.release(*record, |hold| hold.settled = hold.settled.saturating_sub(1));
        }
        records
    }

    /// An own op was refused, and is out of its queue already.
    pub fn refuse(&mut self, document: DocumentId, record: RecordId, pending: &Pending) {
        self.release(record, |hold| hold.pending = hold.pending.saturating_sub(1));
        self.rebuild(document, record, pending);
    }

    fn release(&mut self, record: RecordId, less: impl FnOnce(&mut Hold)) {
        let Some(hold) = self.held.get_mut(&record) else { return };
        less(hold);
        if hold.pending == 0 && hold.settled == 0 {
            self.held.remove(&record);
            self.layer.remove(record);
        }
    }
}

fn note_order(top: &mut Vec<u8>, body: &OpBody) {
    let (OpBody::Create { properties, .. } | OpBody::Set { properties, .. }) = body else { return };
    for Property { key, value } in properties {
        if *key == Key::Order.number() && value > top {
            top.clone_from(value);
        }
    }
}

fn greatest_clock(document: &Document) -> u64 {
    let of_text = |text: &Text| text.runs().filter_map(|run| run.stamp.map(|stamp| stamp.clock)).max();
    let of_record = |record: &Record| {
        let entries = record.entries().iter().map(|entry| entry.stamp.clock).max();
        record.created().clock.max(entries.unwrap_or(0)).max(record.text().and_then(of_text).unwrap_or(0))
    };
    document.records().map(of_record).max().unwrap_or(0)
}
