//! Undo is a gesture of one hand (SPEC UNDO-1 to UNDO-4).
//!
//! While ops are applied, what each of them wrote is noted as [`Written`]. Undoing a gesture takes
//! back each part of it only where the present stamp is still the one this gesture wrote; other
//! parts are skipped, so nobody's undo touches what another did. The undo is itself a change, and
//! what it wrote is what redo takes back.

use std::collections::BTreeMap;

use crate::ids::{DocumentId, OpId, RecordId, Stamp};
use crate::op::{Op, OpBody, Property};
use crate::record::Record;
use crate::schema::{Key, Value};
use crate::sorted::SortedMap;
use crate::text::{Span, Text};

/// Gestures a hand can take back; the oldest is forgotten beyond it. A lasso over a full page is the
/// largest: some 100 bytes a record.
pub const GESTURES_MAX: usize = 200;
/// The value of a flag that is set.
const TRUE: [u8; 1] = [1];
/// Marks of undos and redos that a hand remembers as its own: 16 bytes each.
const RESTORED_MAX: usize = 4_096;

/// What one op wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Written {
    /// It made a record.
    Created {
        /// Which.
        record: RecordId,
        /// By this stamp.
        stamp: Stamp,
    },
    /// It set a property.
    Property {
        /// Of this record.
        record: RecordId,
        /// Which.
        key: u16,
        /// The value that stood there.
        before: Vec<u8>,
        /// Its stamp.
        previous: Stamp,
        /// The stamp that stands there now.
        stamp: Stamp,
    },
    /// It inserted characters.
    Inserted {
        /// Into this record.
        record: RecordId,
        /// Named by this op.
        op: OpId,
        /// So many.
        len: u32,
    },
    /// It hid or showed characters.
    Marked {
        /// Of this record.
        record: RecordId,
        /// These.
        spans: Vec<Span>,
        /// Shown or hidden.
        visible: bool,
        /// By this stamp.
        stamp: Stamp,
    },
}

impl Written {
    /// Whose record it wrote.
    #[must_use]
    pub const fn record(&self) -> RecordId {
        match self {
            Self::Created { record, .. } | Self::Property { record, .. } | Self::Inserted { record, .. } | Self::Marked { record, .. } => {
                *record
            }
        }
    }

    fn rename(&mut self, id: &mut impl FnMut(OpId) -> OpId, new: &mut impl FnMut(Stamp) -> Stamp) {
        match self {
            Self::Created { record, stamp } => {
                *record = id(*record);
                *stamp = new(*stamp);
            }
            Self::Property { record, previous, stamp, .. } => {
                *record = id(*record);
                *previous = new(*previous);
                *stamp = new(*stamp);
            }
            Self::Inserted { record, op, .. } => {
                *record = id(*record);
                *op = id(*op);
            }
            Self::Marked { record, spans, stamp, .. } => {
                *record = id(*record);
                spans.iter_mut().for_each(|span| span.op = id(span.op));
                *stamp = new(*stamp);
            }
        }
    }
}

/// What one gesture wrote, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Gesture {
    number: u32,
    written: Vec<(DocumentId, Written)>,
    /// The stamps of marks that the hand's undos and redos wrote, when it was taken.
    restored: SortedMap<Stamp, ()>,
}

impl Gesture {
    /// Notes what an op of the gesture wrote. Setting the same property again extends the first
    /// note, if nobody else wrote in between: then undo goes back to before the gesture.
    fn note(&mut self, document: DocumentId, new: Written) {
        if let Written::Property { record, key, previous, stamp, .. } = &new {
            for (noted_in, noted) in self.written.iter_mut().rev() {
                match noted {
                    Written::Property { record: r, key: k, stamp: s, .. } if *noted_in == document && r == record && k == key => {
                        if s == previous {
                            *s = *stamp;
                            return;
                        }
                        break;
                    }
                    // A record that the gesture itself made is taken back whole; what was erased
                    // again in the same gesture is not to appear by its undo.
                    Written::Created { record: r, stamp: s } if *noted_in == document && r == record => {
                        // A lock would keep it from being taken back, so it is noted beside.
                        if *key == Key::Locked.number() {
                            break;
                        }
                        if *key != Key::Deleted.number() {
                            return;
                        }
                        if s == previous {
                            *s = *stamp;
                            return;
                        }
                        break;
                    }
                    _ => {}
                }
            }
        }
        self.written.push((document, new));
    }

    /// The ops that take the gesture back, given the present records. Empty if nothing of it is left.
    pub fn invert<'a>(&self, mut record: impl FnMut(DocumentId, RecordId) -> Option<&'a Record>) -> Vec<Op> {
        let mut sets: BTreeMap<(DocumentId, RecordId), Vec<Property>> = BTreeMap::new();
        let mut ops = Vec::new();
        for (document, written) in self.written.iter().rev() {
            match written {
                Written::Created { record: id, stamp } => {
                    let deleted = Key::Deleted.number();
                    if record(*document, *id).is_some_and(|r| r.stamp_of(deleted) == *stamp && !r.is(Key::Deleted)) {
                        let value = Value::Bool(true).encode();
                        sets.entry((*document, *id)).or_default().push(Property { key: deleted, value });
                    }
                }
                Written::Property { record: id, key, before, stamp, .. } => {
                    let properties = sets.entry((*document, *id)).or_default();
                    let unset = properties.iter().all(|property| property.key != *key);
                    if unset && record(*document, *id).is_some_and(|r| r.stamp_of(*key) == *stamp) {
                        properties.push(Property { key: *key, value: before.clone() });
                    }
                }
                Written::Inserted { record: id, op, len } => {
                    let whole = [Span { op: *op, start: 0, len: *len }];
                    let shown = |present: &(Option<Stamp>, bool)| {
                        let own = |stamp| self.restored.contains_key(&stamp) || self.marks(*document, *id).any(|(mark, _)| mark == stamp);
                        present.1 && present.0.is_none_or(own)
                    };
                    let spans =
                        record(*document, *id).and_then(Record::text).map(|text| spans_seen(text, &whole, shown)).unwrap_or_default();
                    if !spans.is_empty() {
                        ops.push(Op { document: *document, body: OpBody::MarkText { record: *id, spans, visible: false } });
                    }
                }
                Written::Marked { record: id, spans, visible, stamp } => {
                    // What the gesture itself inserted is taken back with its insertion.
                    let own: Vec<Span> = self.inserted(*document, *id).collect();
                    let spans = record(*document, *id)
                        .and_then(Record::text)
                        .map(|text| {
                            let left = text.spans_without(spans, &own);
                            spans_seen(text, &left, |present| {
                                present.1 == *visible
                                    && present.0.is_some_and(|present| present == *stamp || self.restored.contains_key(&present))
                            })
                        })
                        .unwrap_or_default();
                    if !spans.is_empty() {
                        ops.push(Op { document: *document, body: OpBody::MarkText { record: *id, spans, visible: !visible } });
                    }
                }
            }
        }
        for ((document, record), mut properties) in sets {
            // What the gesture locked is unlocked first, for of a locked record nothing else may be set.
            let locks = properties.iter().position(|property| property.key == Key::Locked.number() && property.value != TRUE);
            if let Some(at) = locks.filter(|_| properties.len() > 1) {
                let lock = properties.remove(at);
                ops.push(Op { document, body: OpBody::Set { record, properties: vec![lock] } });
            }
            if !properties.is_empty() {
                ops.push(Op { document, body: OpBody::Set { record, properties } });
            }
        }
        ops
    }

    /// What the properties had that the gesture changed: the stamp it left and the one before it.
    fn replaced(&self) -> SortedMap<Field, Stamp> {
        let property = |(document, written): &(DocumentId, Written)| match written {
            Written::Property { record, key, previous, stamp, .. } => Some(((*document, *record, *key, *stamp), *previous)),
            _ => None,
        };
        self.written.iter().filter_map(property).collect()
    }

    /// Where a property's value of some stamp was brought back, it now has another.
    fn restamp(&mut self, renewed: &SortedMap<Field, Stamp>) {
        for (document, written) in &mut self.written {
            let (record, key, stamp) = match written {
                Written::Property { record, key, stamp, .. } => (*record, *key, stamp),
                Written::Created { record, stamp } => (*record, Key::Deleted.number(), stamp),
                _ => continue,
            };
            if let Some(new) = renewed.get(&(*document, record, key, *stamp)) {
                *stamp = *new;
            }
        }
    }

    /// The stamps of the gesture's marks in a record's text, and whether they show.
    fn marks(&self, of: DocumentId, text: RecordId) -> impl Iterator<Item = (Stamp, bool)> {
        self.written.iter().filter_map(move |(document, written)| match written {
            Written::Marked { record, visible, stamp, .. } if (*document, *record) == (of, text) => Some((*stamp, *visible)),
            _ => None,
        })
    }

    /// The characters that the gesture inserted into a record's text.
    fn inserted(&self, of: DocumentId, text: RecordId) -> impl Iterator<Item = Span> {
        self.written.iter().filter_map(move |(document, written)| match written {
            Written::Inserted { record, op, len } if (*document, *record) == (of, text) => Some(Span { op: *op, start: 0, len: *len }),
            _ => None,
        })
    }
}

/// A property of a record as some stamp left it.
type Field = (DocumentId, RecordId, u16, Stamp);

/// Of the characters of `spans`, those whose last mark and visibility `keep` accepts.
fn spans_seen(text: &Text, spans: &[Span], keep: impl Fn(&(Option<Stamp>, bool)) -> bool) -> Vec<Span> {
    let shown: SortedMap<Option<Stamp>, bool> = text.runs().map(|piece| (piece.stamp, piece.visible)).collect();
    text.spans_with(spans, |stamp| shown.get(&stamp).is_some_and(|visible| keep(&(stamp, *visible))))
}

/// The stacks of one actor: an undo and a redo stack for each hand.
#[derive(Clone, Debug, Default)]
pub struct UndoStacks {
    hands: SortedMap<u8, Stacks>,
}

#[derive(Clone, Debug, Default)]
struct Stacks {
    undo: Vec<Gesture>,
    redo: Vec<Gesture>,
    /// Of the gesture taken last: what its inversion brings back.
    taken: SortedMap<Field, Stamp>,
    /// The latest marks of undos and redos, at most [`RESTORED_MAX`].
    restored: SortedMap<Stamp, ()>,
}

impl Stacks {
    fn take(&mut self, redo: bool) -> Option<Gesture> {
        let mut gesture = if redo { self.redo.pop() } else { self.undo.pop() }?;
        gesture.restored.clone_from(&self.restored);
        self.taken = gesture.replaced();
        Some(gesture)
    }

    /// What an undo or redo brought back bears a new stamp. The gestures that wrote it first are
    /// taken back where they stand under that one.
    fn brought_back(&mut self, written: &[(DocumentId, Written)]) {
        let mut renewed = Vec::new();
        for (document, written) in written {
            match written {
                Written::Property { record, key, previous, stamp, .. } => {
                    if let Some(before) = self.taken.get(&(*document, *record, *key, *previous)) {
                        renewed.push(((*document, *record, *key, *before), *stamp));
                    }
                }
                Written::Marked { stamp, .. } => {
                    if self.restored.len() == RESTORED_MAX {
                        self.restored.pop_first();
                    }
                    self.restored.insert(*stamp, ());
                }
                _ => {}
            }
        }
        let renewed = renewed.into_iter().collect();
        self.undo.iter_mut().chain(&mut self.redo).for_each(|gesture| gesture.restamp(&renewed));
    }
}

/// Which stack what was written goes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The hand did something new: redo is forgotten.
    Hand,
    /// It was an undo: redo can bring it back.
    Undo,
    /// It was a redo: undo can take it back again.
    Redo,
}

impl UndoStacks {
    /// Notes what a change of `hand` and `gesture` wrote.
    pub fn wrote(&mut self, hand: u8, gesture: u32, origin: Origin, written: impl IntoIterator<Item = (DocumentId, Written)>) {
        let stacks = self.hands.or_default(hand);
        let written: Vec<(DocumentId, Written)> = written.into_iter().collect();
        if written.is_empty() {
            return;
        }
        if origin == Origin::Hand {
            stacks.redo.clear();
        } else {
            stacks.brought_back(&written);
        }
        let stack = if origin == Origin::Undo { &mut stacks.redo } else { &mut stacks.undo };
        let goes_on = origin == Origin::Hand && stack.last().is_some_and(|last| last.number == gesture);
        if !goes_on {
            if stack.len() == GESTURES_MAX {
                stack.remove(0);
            }
            stack.push(Gesture { number: gesture, ..Gesture::default() });
        }
        if let Some(last) = stack.last_mut() {
            for (document, written) in written {
                last.note(document, written);
            }
        }
    }

    /// Takes the hand's last gesture, to be inverted.
    pub fn pop_undo(&mut self, hand: u8) -> Option<Gesture> {
        self.hands.get_mut(&hand)?.take(false)
    }

    /// Takes the hand's last undo, to be inverted.
    pub fn pop_redo(&mut self, hand: u8) -> Option<Gesture> {
        self.hands.get_mut(&hand)?.take(true)
    }

    /// Puts back what [`Self::pop_undo`] gave, since it could not be taken back now.
    pub fn restore_undo(&mut self, hand: u8, gesture: Gesture) {
        self.hands.or_default(hand).undo.push(gesture);
    }

    /// Puts back what [`Self::pop_redo`] gave.
    pub fn restore_redo(&mut self, hand: u8, gesture: Gesture) {
        self.hands.or_default(hand).redo.push(gesture);
    }

    /// Ops that nobody has seen were given other names or stamps: gestures follow.
    pub fn rename(&mut self, id: &mut impl FnMut(OpId) -> OpId, stamp: &mut impl FnMut(Stamp) -> Stamp) {
        for stacks in self.hands.values_mut() {
            for (document, written) in stacks.undo.iter_mut().chain(&mut stacks.redo).flat_map(|gesture| &mut gesture.written) {
                document.0 = id(document.0);
                written.rename(id, stamp);
            }
            stacks.restored = std::mem::take(&mut stacks.restored).into_iter().map(|(restored, ())| (stamp(restored), ())).collect();
        }
    }

    /// Whether the hand has anything to undo.
    #[must_use]
    pub fn can_undo(&self, hand: u8) -> bool {
        self.hands.get(&hand).is_some_and(|stacks| !stacks.undo.is_empty())
    }

    /// Whether the hand has anything to redo.
    #[must_use]
    pub fn can_redo(&self, hand: u8) -> bool {
        self.hands.get(&hand).is_some_and(|stacks| !stacks.redo.is_empty())
    }
}
