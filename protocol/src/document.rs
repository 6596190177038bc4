//! A document: records changed only by ops.
//!
//! [`apply`] is the merge: it never asks who may, nor for limits (those bind admission), and gives
//! the same state whatever the order of arrival, as long as what an op names is there before it
//! (SPEC MERGE-2). It works on a [`Store`], so that the same code changes a document, and a layer
//! of records over one: the client's pending edits, and the server's trial of a change of several ops.

use std::collections::BTreeMap;

use crate::ids::{ActorId, OpId, RecordId, Stamp};
use crate::op::OpBody;
use crate::record::{Record, Replaced};
use crate::sorted::SortedMap;
use crate::text::{Insert, Mark};
use crate::undo::Written;
use crate::verdict::Reason;

/// Where records are found and changed.
pub trait Store {
    /// A record.
    fn record(&self, id: RecordId) -> Option<&Record>;
    /// A record, to be changed.
    fn record_mut(&mut self, id: RecordId) -> Option<&mut Record>;
    /// Takes a new record in.
    fn insert(&mut self, record: Record);
    /// Keeps an op of an unknown kind.
    fn keep(&mut self, id: OpId, op: UnknownOp);
}

/// An op of a kind this version does not know, with all a newer version needs to merge it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownOp {
    /// The clock of its stamp; the actor is the op's.
    pub clock: u64,
    /// Its kind's number.
    pub kind: u16,
    /// Its body.
    pub body: Vec<u8>,
}

/// A document's merged state.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Document {
    pub(crate) records: BTreeMap<RecordId, Record>,
    /// Ops of kinds this version does not know.
    pub(crate) unknown: SortedMap<OpId, UnknownOp>,
    /// The sum of all ink, to hold a page to its limit.
    pub(crate) ink_bytes: usize,
}

impl Document {
    /// All records, by name.
    pub fn records(&self) -> impl ExactSizeIterator<Item = &Record> {
        self.records.values()
    }

    /// Ops of unknown kinds.
    pub fn unknown(&self) -> impl ExactSizeIterator<Item = (OpId, &UnknownOp)> {
        self.unknown.iter().map(|(id, op)| (*id, op))
    }

    /// The records that an actor made.
    pub fn made_by(&self, actor: ActorId) -> impl Iterator<Item = &Record> {
        made_by(&self.records, actor)
    }

    /// Bytes of ink in all records.
    #[must_use]
    pub const fn ink_bytes(&self) -> usize {
        self.ink_bytes
    }

    /// Applies an op to it.
    ///
    /// # Errors
    /// [`Reason`] why it cannot be; then nothing is changed. For an op some log has accepted this
    /// means that something it builds on is missing here.
    pub fn apply(&mut self, id: OpId, stamp: Stamp, body: &OpBody) -> Result<(), Reason> {
        let target = body.record().filter(|_| matches!(body, OpBody::AppendInk { .. } | OpBody::Purge { .. }));
        let ink = |document: &Self| target.and_then(|target| document.records.get(&target)?.ink()).map_or(0, |ink| ink.bytes().len());
        let before = ink(self);
        apply(self, id, stamp, body, None)?;
        // What is there before is part of the sum.
        self.ink_bytes = self.ink_bytes - before + ink(self);
        Ok(())
    }
}

impl Store for Document {
    fn record(&self, id: RecordId) -> Option<&Record> {
        self.records.get(&id)
    }
    fn record_mut(&mut self, id: RecordId) -> Option<&mut Record> {
        self.records.get_mut(&id)
    }
    fn insert(&mut self, record: Record) {
        self.records.insert(record.id(), record);
    }
    fn keep(&mut self, id: OpId, op: UnknownOp) {
        self.unknown.insert(id, op);
    }
}

fn made_by(records: &BTreeMap<RecordId, Record>, actor: ActorId) -> impl Iterator<Item = &Record> {
    records.range(OpId { actor, counter: 0 }..=OpId { actor, counter: u64::MAX }).map(|(_, record)| record)
}

/// Records that stand over a document's: those that were touched.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    records: BTreeMap<RecordId, Record>,
    unknown: SortedMap<OpId, UnknownOp>,
}

impl Layer {
    /// The touched records.
    pub fn records(&self) -> impl ExactSizeIterator<Item = &Record> {
        self.records.values()
    }

    /// A touched record.
    #[must_use]
    pub fn get(&self, id: RecordId) -> Option<&Record> {
        self.records.get(&id)
    }

    /// The touched records that an actor made.
    pub fn made_by(&self, actor: ActorId) -> impl Iterator<Item = &Record> {
        made_by(&self.records, actor)
    }

    /// Forgets what was done to a record.
    pub fn remove(&mut self, id: RecordId) {
        self.records.remove(&id);
        self.unknown.remove(&id);
    }

    /// Whether nothing was touched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.unknown.is_empty()
    }

    /// Ops of unknown kinds that it adds.
    pub fn unknown(&self) -> impl ExactSizeIterator<Item = (OpId, &UnknownOp)> {
        self.unknown.iter().map(|(id, op)| (*id, op))
    }

    /// A copy of `base` with the layer's records in the place of its own.
    #[must_use]
    pub fn merged(&self, base: &Document) -> Document {
        let mut merged = base.clone();
        merged.records.extend(self.records.iter().map(|(id, record)| (*id, record.clone())));
        merged.unknown.extend(self.unknown.iter().map(|(id, unknown)| (*id, unknown.clone())));
        merged.ink_bytes = merged.records.values().filter_map(Record::ink).map(|ink| ink.bytes().len()).sum();
        merged
    }
}

/// A document with a layer over it.
pub struct Layered<'a> {
    /// What is underneath; not changed.
    pub base: &'a Document,
    /// What takes the changes.
    pub layer: &'a mut Layer,
}

impl Store for Layered<'_> {
    fn record(&self, id: RecordId) -> Option<&Record> {
        self.layer.records.get(&id).or_else(|| self.base.records.get(&id))
    }
    fn record_mut(&mut self, id: RecordId) -> Option<&mut Record> {
        if !self.layer.records.contains_key(&id) {
            let record = self.base.records.get(&id)?.clone();
            self.layer.records.insert(id, record);
        }
        self.layer.records.get_mut(&id)
    }
    fn insert(&mut self, record: Record) {
        self.layer.records.insert(record.id(), record);
    }
    fn keep(&mut self, id: OpId, op: UnknownOp) {
        self.layer.unknown.insert(id, op);
    }
}

/// Merges one op. `written` takes what undo needs to know.
///
/// # Errors
/// [`Reason`] why it cannot be; then nothing is changed.
pub fn apply(store: &mut impl Store, id: OpId, stamp: Stamp, body: &OpBody, mut written: Option<&mut Vec<Written>>) -> Result<(), Reason> {
    match body {
        OpBody::Create { kind, properties } => {
            if store.record(id).is_some() {
                return Err(Reason::Duplicate);
            }
            store.insert(Record::new(id, *kind, stamp, properties));
            if let Some(written) = written {
                written.push(Written::Created { record: id, stamp });
            }
        }
        OpBody::Set { record, properties } => {
            let target = store.record_mut(*record).ok_or(Reason::Missing)?;
            if target.purged() {
                return Ok(());
            }
            for property in properties {
                let replaced = target.set(stamp, property);
                if let (Some(Replaced { stamp: previous, value }), Some(written)) = (replaced, written.as_deref_mut()) {
                    written.push(Written::Property { record: *record, key: property.key, before: value, previous, stamp });
                }
            }
        }
        OpBody::AppendInk { record, offset, points, ink } => {
            check_ink(store, *record, *offset)?;
            let target = store.record_mut(*record).ok_or(Reason::Missing)?;
            if target.purged() {
                return Ok(());
            }
            let ink_now = target.ink_mut();
            let mut state = *ink_now.state().map_err(|_| Reason::Value)?;
            // A chunk of fewer points than it says would only be noticed once it is in.
            if crate::ink::check(&mut state, ink, *points as usize) != Ok(*points as usize) {
                return Err(Reason::Value);
            }
            ink_now.append(ink, *offset, offset.saturating_add(*points)).map_err(|_| Reason::Value)?;
        }
        OpBody::InsertText { record, parent, side, text } => {
            if !store.record(*record).ok_or(Reason::Missing)?.takes_text() {
                return Err(Reason::Kind);
            }
            let target = store.record_mut(*record).ok_or(Reason::Missing)?;
            if target.purged() {
                return Ok(());
            }
            target.text_mut().insert(Insert { id, parent: *parent, side: *side, text }).map_err(|error| text_reason(&error))?;
            if let Some(written) = written {
                written.push(Written::Inserted { record: *record, op: id, len: text.chars().count() as u32 });
            }
        }
        OpBody::MarkText { record, spans, visible } => {
            if !store.record(*record).ok_or(Reason::Missing)?.takes_text() {
                return Err(Reason::Kind);
            }
            let target = store.record_mut(*record).ok_or(Reason::Missing)?;
            if target.purged() {
                return Ok(());
            }
            target.text_mut().mark(Mark { stamp, spans, visible: *visible }).map_err(|error| text_reason(&error))?;
            if let Some(written) = written {
                written.push(Written::Marked { record: *record, spans: spans.clone(), visible: *visible, stamp });
            }
        }
        OpBody::Purge { record } => store.record_mut(*record).ok_or(Reason::Missing)?.purge(),
        OpBody::Unknown { kind, body } => store.keep(id, UnknownOp { clock: stamp.clock, kind: *kind, body: body.clone() }),
    }
    Ok(())
}

/// Whether ink may be appended at `offset`, before anything is copied into a layer.
fn check_ink(store: &impl Store, record: RecordId, offset: u32) -> Result<(), Reason> {
    let target = store.record(record).ok_or(Reason::Missing)?;
    if !target.takes_ink() {
        return Err(Reason::Kind);
    }
    if target.purged() {
        return Ok(());
    }
    if target.ink().map_or(0, crate::ink::Ink::points) != offset {
        return Err(Reason::Offset);
    }
    Ok(())
}

fn text_reason(error: &crate::text::TextError) -> Reason {
    use crate::text::TextError;
    match error {
        TextError::TooLong { .. } => Reason::Characters,
        TextError::Duplicate { .. } => Reason::Duplicate,
        TextError::Empty | TextError::LeftOfRoot => Reason::Value,
        _ => Reason::Missing,
    }
}
