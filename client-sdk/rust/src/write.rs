//! Local edits: checked, applied at once, and kept until they have their verdict. Undo and redo.

use std::ops::Range;

use kakehashi_protocol::codec::DecodeError;
use kakehashi_protocol::document::{Store, UnknownOp, apply};
use kakehashi_protocol::ids::{ActorId, DocumentId, OpId, RecordId, Stamp};
use kakehashi_protocol::limits;
use kakehashi_protocol::op::{Change, Op, OpBody};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::{Sight, any_person, may};
use kakehashi_protocol::schema::{Kind, check_value};
use kakehashi_protocol::sorted::SortedMap;
use kakehashi_protocol::undo::{Gesture, Origin, Written};
use kakehashi_protocol::verdict::Reason;

use crate::client::Client;
use crate::edit::Edit;
use crate::event::Request;
use crate::pending::{Held, target};
use crate::renew::rename;
use crate::replica::Replica;

/// Why an edit was not made. Nothing is changed then.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EditError {
    /// The board's cover is not here yet.
    #[error("the board is not here yet")]
    NotReady,
    /// There is nothing to do.
    #[error("the edit is empty")]
    Empty,
    /// Something is out of range or of another type.
    #[error(transparent)]
    Value(#[from] DecodeError),
    /// A limit of one change is reached: do it in several.
    #[error("{what} of one change: {value}, at most {max} are allowed")]
    TooLarge {
        /// What.
        what: &'static str,
        /// How much it was.
        value: usize,
        /// How much is allowed.
        max: usize,
    },
    /// The server would refuse it.
    #[error("{0}")]
    Refused(Reason),
    /// Something else was written since the edit was begun.
    #[error("something else was written since this edit was begun")]
    Stale,
}

impl From<Reason> for EditError {
    fn from(reason: Reason) -> Self {
        Self::Refused(reason)
    }
}

/// The names of the ops of a change that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// Who wrote it.
    pub actor: ActorId,
    /// Its counters.
    pub counters: Range<u64>,
}

impl Made {
    /// The name of op `index`, and of the record it made if it made one.
    #[must_use]
    pub const fn id(&self, index: usize) -> OpId {
        OpId { actor: self.actor, counter: self.counters.start + index as u64 }
    }
}

type Wrote = Vec<(DocumentId, Written)>;

impl Client {
    /// The name that op `index` of the next change will have.
    #[must_use]
    pub fn next_id(&self, index: usize) -> OpId {
        OpId { actor: self.actor, counter: self.own().end() + index as u64 }
    }

    /// Writes one change: checks it as the server will, applies it, and keeps it until it is
    /// answered. `hand` and `gesture` say what one undo takes back.
    ///
    /// # Errors
    /// [`EditError`]; then nothing is changed and no counter is used.
    pub fn edit(&mut self, now: u64, hand: u8, gesture: u32, ops: Vec<Op>) -> Result<Made, EditError> {
        let (made, wrote) = self.write(now, hand, gesture, ops)?;
        self.stacks.wrote(hand, gesture, Origin::Hand, wrote);
        Ok(made)
    }

    /// Writes what was put together in an [`Edit`].
    ///
    /// # Errors
    /// As [`Self::edit`], and [`EditError::Stale`].
    pub fn commit(&mut self, now: u64, hand: u8, gesture: u32, edit: Edit) -> Result<Made, EditError> {
        if edit.first() != self.next_id(0) {
            return Err(EditError::Stale);
        }
        self.edit(now, hand, gesture, edit.into_ops())
    }

    /// Takes back the last gesture of a hand of which anything is left. `false`: there is none.
    ///
    /// # Errors
    /// As [`Self::edit`]; the gesture stays to be undone.
    pub fn undo(&mut self, now: u64, hand: u8) -> Result<bool, EditError> {
        while let Some(gesture) = self.stacks.pop_undo(hand) {
            match self.invert(now, hand, &gesture, Origin::Undo) {
                Ok(false) => {}
                Ok(true) => return Ok(true),
                Err(error) => {
                    self.stacks.restore_undo(hand, gesture);
                    return Err(error);
                }
            }
        }
        Ok(false)
    }

    /// Brings back what a hand undid last. `false`: there is nothing.
    ///
    /// # Errors
    /// As [`Self::edit`]; it stays to be redone.
    pub fn redo(&mut self, now: u64, hand: u8) -> Result<bool, EditError> {
        while let Some(gesture) = self.stacks.pop_redo(hand) {
            match self.invert(now, hand, &gesture, Origin::Redo) {
                Ok(false) => {}
                Ok(true) => return Ok(true),
                Err(error) => {
                    self.stacks.restore_redo(hand, gesture);
                    return Err(error);
                }
            }
        }
        Ok(false)
    }

    /// Whether a hand has anything to undo.
    #[must_use]
    pub fn can_undo(&self, hand: u8) -> bool {
        self.stacks.can_undo(hand)
    }

    /// Whether a hand has anything to redo.
    #[must_use]
    pub fn can_redo(&self, hand: u8) -> bool {
        self.stacks.can_redo(hand)
    }

    fn invert(&mut self, now: u64, hand: u8, gesture: &Gesture, origin: Origin) -> Result<bool, EditError> {
        let mut ops = gesture.invert(|document, record| self.replicas.get(&document)?.record(record));
        if ops.is_empty() {
            return Ok(false);
        }
        let number = self.new_gesture();
        let mut wrote = Vec::new();
        // A gesture over a whole page may take more ops than one change may have.
        while !ops.is_empty() {
            let rest = ops.split_off(ops.len().min(UNDO_OPS_MAX));
            match self.write(now, hand, number, ops) {
                Ok((_, part)) => wrote.extend(part),
                Err(error) if wrote.is_empty() => return Err(error),
                // What was taken back so far can be brought back.
                Err(_) => break,
            }
            ops = rest;
        }
        self.stacks.wrote(hand, number, origin, wrote);
        Ok(true)
    }

    /// As [`Self::edit`], without being undone later.
    pub(crate) fn write(&mut self, now: u64, hand: u8, gesture: u32, mut ops: Vec<Op>) -> Result<(Made, Wrote), EditError> {
        if self.replicas.get(&DocumentId::COVER).is_none_or(|cover| cover.confirmed.is_none()) {
            return Err(EditError::NotReady);
        }
        if ops.is_empty() {
            return Err(EditError::Empty);
        }
        if ops.len() > limits::CHANGE_OPS_MAX {
            return Err(EditError::TooLarge { what: "ops", value: ops.len(), max: limits::CHANGE_OPS_MAX });
        }
        if !self.renamed.is_empty() {
            for op in &mut ops {
                *op = Op { document: self.resolve_document(op.document), body: rename(&op.body, &|id| self.resolve(id)) };
            }
        }
        let alone = self.who().participant.is_some();
        let person = self.person_op().filter(|op| !alone && ops.len() < limits::CHANGE_OPS_MAX && ops.first() != Some(op));
        let written = ops.len();
        ops.extend(person);
        let mut change = Change { actor: self.actor, first: self.own().end(), clock: self.clock.next(now), hand, gesture, ops };
        let mut bytes = change.to_bytes();
        if bytes.len() > limits::CHANGE_BYTES_MAX && written < change.ops.len() {
            // There is no room for the name: the next change brings it.
            change.ops.truncate(written);
            bytes = change.to_bytes();
        }
        if bytes.len() > limits::CHANGE_BYTES_MAX {
            return Err(EditError::TooLarge { what: "bytes", value: bytes.len(), max: limits::CHANGE_BYTES_MAX });
        }
        // What the server could not read must never be sent: it would end the connection each time.
        Change::from_bytes(&bytes)?;
        self.check(&change)?;
        let mut wrote = self.apply_own(&change)?;
        if let Some(op) = change.ops.get(written) {
            let person = target(change.id(written), &op.body);
            wrote.retain(|(document, part)| *document != DocumentId::COVER || part.record() != person);
        }

        let held = Held { written: self.time(now), heard: self.clock.heard(), sent: false, bytes, change };
        self.clock.wrote(held.change.stamp(held.change.ops.len() - 1).clock);
        self.requests.push_back(Request::Persist { actor: self.actor, first: held.change.first, bytes: held.bytes.clone() });
        let made = Made { actor: self.actor, counters: held.change.first..held.change.end() };
        if let Some(queue) = self.pending.0.get_mut(&self.actor) {
            queue.push(held);
        }
        if alone {
            self.introduce(now);
        }
        Ok((made, wrote))
    }

    /// What the server will ask.
    fn check(&self, change: &Change) -> Result<(), EditError> {
        let mut trial = Staged::default();
        for (id, stamp, op) in change.iter() {
            match &op.body {
                OpBody::Create { properties, .. } | OpBody::Set { properties, .. } => {
                    properties.iter().try_for_each(|property| check_value(property.key, &property.value))?;
                }
                OpBody::AppendInk { offset, points, .. } if *offset as usize + *points as usize > limits::STROKE_POINTS_MAX => {
                    return Err(EditError::Refused(Reason::Points));
                }
                _ => {}
            }
            let over = trial.over(&self.replicas, op.document);
            may(self.who(), self.actor, &over, op.document, &op.body)?;
            // One op alone is all or nothing by itself; several are tried first.
            if change.ops.len() > 1 {
                trial.apply(&self.replicas, op.document, id, stamp, &op.body)?;
            }
        }
        Ok(())
    }

    fn apply_own(&mut self, change: &Change) -> Result<Wrote, EditError> {
        let mut wrote = Vec::new();
        for (id, stamp, op) in change.iter() {
            let record = target(id, &op.body);
            let Some(replica) = self.replicas.get_mut(&op.document) else { continue };
            if replica.confirmed.is_none() {
                replica.hold(record);
                continue;
            }
            let mut written = Vec::new();
            if let Err(reason) = replica.write(id, stamp, &op.body, &mut written) {
                // Several ops were tried before, so this one is alone, and its record as it was.
                replica.rebuild(op.document, record, &self.pending);
                return Err(reason.into());
            }
            wrote.extend(written.into_iter().map(|written| (op.document, written)));
            self.events.touch(op.document, record);
        }
        Ok(wrote)
    }
}

/// Ops of one change of an undo: the bytes stay below those of a change, as properties are small.
const UNDO_OPS_MAX: usize = 512;

/// Records as ops of an edit would leave them, over all documents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Staged(SortedMap<(DocumentId, RecordId), Record>);

/// One document of it.
pub(crate) struct StagedOver<'a, S> {
    staged: S,
    replicas: &'a SortedMap<DocumentId, Replica>,
    document: DocumentId,
}

impl Staged {
    pub fn over<'a>(&'a self, replicas: &'a SortedMap<DocumentId, Replica>, document: DocumentId) -> StagedOver<'a, &'a Self> {
        StagedOver { staged: self, replicas, document }
    }

    pub fn record<'a>(
        &'a self,
        replicas: &'a SortedMap<DocumentId, Replica>,
        document: DocumentId,
        record: RecordId,
    ) -> Option<&'a Record> {
        self.0.get(&(document, record)).or_else(|| replicas.get(&document)?.record(record))
    }

    /// All records of a document.
    pub fn records<'a>(&'a self, replicas: &'a SortedMap<DocumentId, Replica>, document: DocumentId) -> impl Iterator<Item = &'a Record> {
        let least = RecordId::default();
        let staged =
            self.0.from_key(&(document, least)).take_while(move |((staged_in, _), _)| *staged_in == document).map(|(_, record)| record);
        let below = replicas.get(&document).into_iter().flat_map(Replica::records);
        below.filter(move |record| !self.0.contains_key(&(document, record.id()))).chain(staged)
    }

    pub fn apply(
        &mut self,
        replicas: &SortedMap<DocumentId, Replica>,
        document: DocumentId,
        id: OpId,
        stamp: Stamp,
        body: &OpBody,
    ) -> Result<(), Reason> {
        apply(&mut StagedOver { staged: self, replicas, document }, id, stamp, body, None)
    }
}

impl Sight for StagedOver<'_, &Staged> {
    fn cover(&self, record: RecordId) -> Option<&Record> {
        self.staged.record(self.replicas, DocumentId::COVER, record)
    }
    fn record(&self, document: DocumentId, record: RecordId) -> Option<&Record> {
        self.staged.record(self.replicas, document, record)
    }
    fn has_person(&self, actor: ActorId) -> bool {
        any_person(self.staged.records(self.replicas, DocumentId::COVER).filter(|record| record.id().actor == actor))
    }
    fn desk(&self, page: RecordId) -> Option<RecordId> {
        let staged = self.staged.0.iter().find(|((_, record), made)| *record == page && made.kind() == Some(Kind::Page));
        let staged = staged.map(|((document, _), _)| *document);
        let entry = |replica: &Replica| replica.record(page).is_some_and(|record| record.kind() == Some(Kind::Page));
        let read = || self.replicas.iter().find(|(id, replica)| **id != DocumentId::COVER && entry(replica)).map(|(id, _)| *id);
        staged.or_else(read).filter(|document| *document != DocumentId::COVER).map(|document| document.0)
    }
}

impl Store for StagedOver<'_, &mut Staged> {
    fn record(&self, id: RecordId) -> Option<&Record> {
        self.staged.record(self.replicas, self.document, id)
    }
    fn record_mut(&mut self, id: RecordId) -> Option<&mut Record> {
        let place = (self.document, id);
        if !self.staged.0.contains_key(&place) {
            let record = self.replicas.get(&self.document)?.record(id)?.clone();
            self.staged.0.insert(place, record);
        }
        self.staged.0.get_mut(&place)
    }
    fn insert(&mut self, record: Record) {
        self.staged.0.insert((self.document, record.id()), record);
    }
    /// Ops of unknown kinds change no record.
    fn keep(&mut self, _id: OpId, _op: UnknownOp) {}
}
