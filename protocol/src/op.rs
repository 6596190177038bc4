//! Ops and changes, and their one canonical layout (WIRE section 3).
//!
//! A change is a list of ops of one actor, admitted, stored and delivered all or nothing. Its ops
//! take successive counters and successive clock values, so a change says both once.

use crate::codec::{ActorNames, ActorRefs, ActorTable, DecodeError, Reader, put, put_bytes, put_op_id};
use crate::ids::{ActorId, DocumentId, OpId, RecordId, Stamp};
use crate::limits;
use crate::text::{CharId, INSERT_CHARS_MAX, Side, Span};

/// A property and its value's bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Property {
    /// A number of [`crate::schema::Key`], or one this version does not know.
    pub key: u16,
    /// Empty: unset.
    pub value: Vec<u8>,
}

/// What an op does to its document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OpBody {
    /// Kind 1: makes a record, named by the op.
    Create {
        /// A number of [`crate::schema::Kind`], or one this version does not know.
        kind: u16,
        /// Its first properties.
        properties: Vec<Property>,
    },
    /// Kind 2: sets properties; each merges by itself.
    Set {
        /// Of this record.
        record: RecordId,
        /// These.
        properties: Vec<Property>,
    },
    /// Kind 3: adds points to a stroke of the op's own actor.
    AppendInk {
        /// The stroke.
        record: RecordId,
        /// How many points the stroke has before.
        offset: u32,
        /// How many points are added.
        points: u32,
        /// One chunk of the ink layout ([`crate::ink`]).
        ink: Vec<u8>,
    },
    /// Kind 4: inserts a run of characters, named by the op.
    InsertText {
        /// Into this record.
        record: RecordId,
        /// The first character's parent in the tree; `None` is the root.
        parent: Option<CharId>,
        /// On which side of the parent.
        side: Side,
        /// The characters.
        text: String,
    },
    /// Kind 5: hides or shows characters.
    MarkText {
        /// Of this record.
        record: RecordId,
        /// Which.
        spans: Vec<Span>,
        /// Shown or hidden.
        visible: bool,
    },
    /// Kind 6: forgets a record's content for good. Only the server that owns the board.
    Purge {
        /// Of this record.
        record: RecordId,
    },
    /// A kind this version does not know: kept, forwarded and stored.
    Unknown {
        /// Its number.
        kind: u16,
        /// Its body.
        body: Vec<u8>,
    },
}

impl OpBody {
    /// The record it touches; `None` if it makes one, or is of an unknown kind.
    #[must_use]
    pub const fn record(&self) -> Option<RecordId> {
        match self {
            Self::Set { record, .. }
            | Self::AppendInk { record, .. }
            | Self::InsertText { record, .. }
            | Self::MarkText { record, .. }
            | Self::Purge { record } => Some(*record),
            Self::Create { .. } | Self::Unknown { .. } => None,
        }
    }
}

/// One op of a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Op {
    /// Which document it changes.
    pub document: DocumentId,
    /// How.
    pub body: OpBody,
}

/// Ops of one actor, all or nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Who wrote it.
    pub actor: ActorId,
    /// The first op's counter; op `i` has `first + i`.
    pub first: u64,
    /// The first op's clock; op `i` has `clock + i` (SPEC CLOCK-2).
    pub clock: u64,
    /// Which hand of the actor: a wall panel has several.
    pub hand: u8,
    /// Which gesture of the hand: what one undo takes back.
    pub gesture: u32,
    /// At least one.
    pub ops: Vec<Op>,
}

impl Change {
    /// Op `index`'s name.
    #[must_use]
    pub const fn id(&self, index: usize) -> OpId {
        OpId { actor: self.actor, counter: self.first + index as u64 }
    }

    /// Op `index`'s stamp.
    #[must_use]
    pub const fn stamp(&self, index: usize) -> Stamp {
        Stamp { clock: self.clock + index as u64, actor: self.actor }
    }

    /// The counter after the last op's.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.first + self.ops.len() as u64
    }

    /// Names, stamps and ops, in order.
    pub fn iter(&self) -> impl Iterator<Item = (OpId, Stamp, &Op)> {
        self.ops.iter().enumerate().map(|(index, op)| (self.id(index), self.stamp(index), op))
    }

    /// Its own bytes, with its actors in full: what a client sends and keeps on its device, and
    /// what the check for "same name, other bytes" compares.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut table = ActorTable::default();
        let mut body = Vec::with_capacity(64);
        self.write(&mut body, &mut table);
        let mut out = Vec::with_capacity(body.len() + 1 + table.0.len() * 8);
        put(&mut out, table.0.len() as u64);
        for actor in &table.0 {
            out.extend_from_slice(&actor.0.to_le_bytes());
        }
        out.extend_from_slice(&body);
        out
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// What is wrong with the bytes; nothing beyond [`limits::CHANGE_BYTES_MAX`] is read.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > limits::CHANGE_BYTES_MAX {
            return Err(DecodeError::TooLarge {
                what: "the length of a change",
                value: bytes.len() as u64,
                max: limits::CHANGE_BYTES_MAX as u64,
            });
        }
        let mut reader = Reader::new(bytes);
        let count = reader.count("the actors of a change", limits::CHANGE_OPS_MAX)?;
        let mut table = ActorTable(Vec::with_capacity(count));
        for _ in 0..count {
            table.0.push(reader.actor("an actor")?);
        }
        let change = Self::read(&mut reader, &table)?;
        reader.end()?;
        Ok(change)
    }

    /// Writes it with actors as numbers of a table.
    pub fn write(&self, out: &mut Vec<u8>, actors: &mut impl ActorRefs) {
        put(out, actors.number(self.actor));
        put(out, self.first);
        put(out, self.clock);
        out.push(self.hand);
        put(out, u64::from(self.gesture));
        put(out, self.ops.len() as u64);
        for op in &self.ops {
            put_op_id(out, op.document.0, actors);
            write_op(out, &op.body, actors);
        }
    }

    /// Reads what [`Self::write`] wrote.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn read(reader: &mut Reader<'_>, actors: &impl ActorNames) -> Result<Self, DecodeError> {
        let actor = actors.name(reader.number("the actor of a change")?)?;
        if actor.0 == 0 {
            return Err(DecodeError::Invalid { what: "the actor of a change", allowed: "other than zero" });
        }
        // The room that is left keeps `first + ops` and `clock + ops` within 64 bits.
        let first = reader.number_to("a counter", u64::MAX >> 16)?;
        if first == 0 {
            return Err(DecodeError::Invalid { what: "a counter", allowed: "1 or more" });
        }
        let clock = reader.number_to("a clock", u64::MAX >> 16)?;
        let hand = reader.byte("a hand")?;
        let gesture = reader.number_to("a gesture", u64::from(u32::MAX))? as u32;
        let count = reader.count("the ops of a change", limits::CHANGE_OPS_MAX)?;
        if count == 0 {
            return Err(DecodeError::Invalid { what: "the ops of a change", allowed: "at least one" });
        }
        let mut ops = Vec::with_capacity(count);
        for _ in 0..count {
            let document = DocumentId(reader.op_id("a document", actors)?);
            ops.push(Op { document, body: read_op(reader, actors)? });
        }
        Ok(Self { actor, first, clock, hand, gesture, ops })
    }
}

/// Writes an op's kind, length and body.
pub(crate) fn write_op(out: &mut Vec<u8>, op: &OpBody, actors: &mut impl ActorRefs) {
    let mut body = Vec::new();
    let kind = match op {
        OpBody::Create { kind, properties } => {
            put(&mut body, u64::from(*kind));
            write_properties(&mut body, properties);
            1
        }
        OpBody::Set { record, properties } => {
            put_op_id(&mut body, *record, actors);
            write_properties(&mut body, properties);
            2
        }
        OpBody::AppendInk { record, offset, points, ink } => {
            put_op_id(&mut body, *record, actors);
            put(&mut body, u64::from(*offset));
            put(&mut body, u64::from(*points));
            body.extend_from_slice(ink);
            3
        }
        OpBody::InsertText { record, parent, side, text } => {
            put_op_id(&mut body, *record, actors);
            body.push(u8::from(parent.is_some()) | (u8::from(*side == Side::Right) << 1));
            if let Some(parent) = parent {
                put_op_id(&mut body, parent.op, actors);
                put(&mut body, u64::from(parent.index));
            }
            body.extend_from_slice(text.as_bytes());
            4
        }
        OpBody::MarkText { record, spans, visible } => {
            put_op_id(&mut body, *record, actors);
            body.push(u8::from(*visible));
            put(&mut body, spans.len() as u64);
            for span in spans {
                put_op_id(&mut body, span.op, actors);
                put(&mut body, u64::from(span.start));
                put(&mut body, u64::from(span.len));
            }
            5
        }
        OpBody::Purge { record } => {
            put_op_id(&mut body, *record, actors);
            6
        }
        OpBody::Unknown { kind, body: unknown } => {
            body.extend_from_slice(unknown);
            *kind
        }
    };
    put(out, u64::from(kind));
    put_bytes(out, &body);
}

/// Reads an op's kind, length and body.
pub(crate) fn read_op(reader: &mut Reader<'_>, actors: &impl ActorNames) -> Result<OpBody, DecodeError> {
    let kind = reader.number_to("the kind of an op", u64::from(u16::MAX))? as u16;
    let body = reader.bytes("the length of an op", limits::CHANGE_BYTES_MAX)?;
    let mut reader = Reader::new(body);
    let op = match kind {
        1 => {
            let kind = reader.number_to("the kind of a record", u64::from(u16::MAX))? as u16;
            OpBody::Create { kind, properties: read_properties(&mut reader)? }
        }
        2 => OpBody::Set { record: reader.op_id("a record", actors)?, properties: read_properties(&mut reader)? },
        3 => {
            let record = reader.op_id("a record", actors)?;
            let offset = reader.number_to("the offset of ink", limits::STROKE_POINTS_MAX as u64)? as u32;
            let points = reader.number_to("the points of ink", limits::STROKE_POINTS_MAX as u64)? as u32;
            OpBody::AppendInk { record, offset, points, ink: reader.take("ink", reader.left())?.to_vec() }
        }
        4 => {
            let record = reader.op_id("a record", actors)?;
            let flags = reader.byte("the side of a character")?;
            if flags > 3 {
                return Err(DecodeError::Invalid { what: "the side of a character", allowed: "0 to 3" });
            }
            let parent = if flags & 1 == 0 {
                None
            } else {
                let op = reader.op_id("a character", actors)?;
                Some(CharId { op, index: reader.number_to("the index of a character", u64::from(u32::MAX))? as u32 })
            };
            let side = if flags & 2 == 0 { Side::Left } else { Side::Right };
            let bytes = reader.take("a text", reader.left())?;
            if bytes.len() > INSERT_CHARS_MAX * 4 {
                return Err(DecodeError::TooLarge {
                    what: "the length of a text",
                    value: bytes.len() as u64,
                    max: INSERT_CHARS_MAX as u64 * 4,
                });
            }
            let text = std::str::from_utf8(bytes).map_err(|_| DecodeError::Invalid { what: "a text", allowed: "UTF-8" })?;
            OpBody::InsertText { record, parent, side, text: text.to_owned() }
        }
        5 => {
            let record = reader.op_id("a record", actors)?;
            let visible = match reader.byte("a visibility")? {
                0 => false,
                1 => true,
                _ => return Err(DecodeError::Invalid { what: "a visibility", allowed: "0 or 1" }),
            };
            let count = reader.count("the spans of a text", limits::CHANGE_OPS_MAX)?;
            let mut spans = Vec::with_capacity(count);
            for _ in 0..count {
                let op = reader.op_id("a span", actors)?;
                let start = reader.number_to("the start of a span", u64::from(u32::MAX))? as u32;
                let len = reader.number_to("the length of a span", u64::from(u32::MAX))? as u32;
                spans.push(Span { op, start, len });
            }
            OpBody::MarkText { record, spans, visible }
        }
        6 => OpBody::Purge { record: reader.op_id("a record", actors)? },
        _ => {
            if body.len() > limits::UNKNOWN_OP_BYTES_MAX {
                return Err(DecodeError::TooLarge {
                    what: "the length of an op",
                    value: body.len() as u64,
                    max: limits::UNKNOWN_OP_BYTES_MAX as u64,
                });
            }
            return Ok(OpBody::Unknown { kind, body: body.to_vec() });
        }
    };
    reader.end()?;
    Ok(op)
}

fn write_properties(out: &mut Vec<u8>, properties: &[Property]) {
    put(out, properties.len() as u64);
    for property in properties {
        put(out, u64::from(property.key));
        put_bytes(out, &property.value);
    }
}

fn read_properties(reader: &mut Reader<'_>) -> Result<Vec<Property>, DecodeError> {
    let count = reader.count("the properties of an op", limits::PROPERTIES_MAX)?;
    let mut properties = Vec::with_capacity(count);
    for _ in 0..count {
        let key = reader.number_to("the key of a property", u64::from(u16::MAX))? as u16;
        let value = reader.bytes("the length of a value", limits::VALUE_BYTES_MAX)?.to_vec();
        properties.push(Property { key, value });
    }
    Ok(properties)
}
