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
use crate::text::Span;

/// Gestures a hand can take back; the oldest is forgotten beyond it. A lasso over a full page is the
/// largest: some 100 bytes a record.
pub const GESTURES_MAX: usize = 200;

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

/// What one gesture wrote, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Gesture {
    number: u32,
    written: Vec<(DocumentId, Written)>,
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
                    let shown = |stamp| self.marks(*document, *id).any(|(mark, visible)| visible && mark == stamp);
                    let spans = record(*document, *id)
                        .and_then(Record::text)
                        .map(|text| text.spans_with(&whole, |stamp| stamp.is_none_or(shown)))
                        .unwrap_or_default();
                    if !spans.is_empty() {
                        ops.push(Op { document: *document, body: OpBody::MarkText { record: *id, spans, visible: false } });
                    }
                }
                Written::Marked { record: id, spans, visible, stamp } => {
                    // What the gesture itself inserted is taken back with its insertion.
                    let own: Vec<Span> = self.inserted(*document, *id).collect();
                    let spans = record(*document, *id)
                        .and_then(Record::text)
                        .map(|text| text.spans_without(&text.spans_with(spans, |present| present == Some(*stamp)), &own))
                        .unwrap_or_default();
                    if !spans.is_empty() {
                        ops.push(Op { document: *document, body: OpBody::MarkText { record: *id, spans, visible: !visible } });
                    }
                }
            }
        }
        ops.extend(sets.into_iter().filter(|(_, properties)| !properties.is_empty()).map(|((document, record), properties)| Op {
            document,
            body: OpBody::Set { record, properties },
        }));
        ops
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

/// The stacks of one actor: an undo and a redo stack for each hand.
#[derive(Clone, Debug, Default)]
pub struct UndoStacks {
    hands: BTreeMap<u8, Stacks>,
}

#[derive(Clone, Debug, Default)]
struct Stacks {
    undo: Vec<Gesture>,
    redo: Vec<Gesture>,
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
        let stacks = self.hands.entry(hand).or_default();
        let mut written = written.into_iter().peekable();
        if written.peek().is_none() {
            return;
        }
        if origin == Origin::Hand {
            stacks.redo.clear();
        }
        let stack = if origin == Origin::Undo { &mut stacks.redo } else { &mut stacks.undo };
        let goes_on = origin == Origin::Hand && stack.last().is_some_and(|last| last.number == gesture);
        if !goes_on {
            if stack.len() == GESTURES_MAX {
                stack.remove(0);
            }
            stack.push(Gesture { number: gesture, written: Vec::new() });
        }
        if let Some(last) = stack.last_mut() {
            for (document, written) in written {
                last.note(document, written);
            }
        }
    }

    /// Takes the hand's last gesture, to be inverted.
    pub fn pop_undo(&mut self, hand: u8) -> Option<Gesture> {
        self.hands.get_mut(&hand)?.undo.pop()
    }

    /// Takes the hand's last undo, to be inverted.
    pub fn pop_redo(&mut self, hand: u8) -> Option<Gesture> {
        self.hands.get_mut(&hand)?.redo.pop()
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
