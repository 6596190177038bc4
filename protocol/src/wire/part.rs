//! A part: what one row of the log did to one document, encoded once and shared by all who read the
//! document (WIRE section 5).
//!
//! Actors are the log's numbers. A part introduces those that no part of the room's life has used
//! for this document; a reader that joins later is told them with its subscription. Hands, gestures
//! and an append's own counter are of no use to a reader and stay out.

use crate::codec::{ActorNames, ActorRefs, DecodeError, Reader, put, put_op_id};
use crate::ids::{ActorId, DocumentId, OpId, Seq, Stamp};
use crate::limits;
use crate::op::{Change, Op, OpBody, read_op, write_op};

/// Writes the part of one document of a row.
#[derive(Debug)]
pub struct PartWriter {
    head: Vec<u8>,
    introduced: Vec<(u64, ActorId)>,
    body: Vec<u8>,
}

/// The highest number of points that the short form of an append can say.
const SHORT_POINTS_MAX: u32 = 127;
/// With this head, the count of ops follows.
const LONG_COUNT: u8 = 127;

impl PartWriter {
    /// Begins the part of `document` in row `seq`.
    #[must_use]
    pub fn new(document: DocumentId, seq: Seq, actors: &mut impl ActorRefs) -> Self {
        let mut head = Vec::with_capacity(12);
        put_op_id(&mut head, document.0, actors);
        put(&mut head, seq.0);
        Self { head, introduced: Vec::new(), body: Vec::with_capacity(64) }
    }

    /// Tells the readers whom a number stands for.
    pub fn introduce(&mut self, number: u64, actor: ActorId) {
        self.introduced.push((number, actor));
    }

    /// Adds those ops of a change that are about the part's document.
    pub fn add(&mut self, change: &Change, document: DocumentId, actors: &mut impl ActorRefs) {
        let own = || change.iter().filter(|(_, _, op)| op.document == document);
        if let ([Op { document: only, body: OpBody::AppendInk { record, offset, points, ink } }], 1..=SHORT_POINTS_MAX) =
            (change.ops.as_slice(), change.ops.first().map_or(0, append_points))
            && *only == document
            && record.actor == change.actor
        {
            self.body.push(0x80 | *points as u8);
            put(&mut self.body, actors.number(change.actor));
            put(&mut self.body, record.counter);
            put(&mut self.body, u64::from(*offset));
            put(&mut self.body, ink.len() as u64);
            self.body.extend_from_slice(ink);
            return;
        }
        let count = own().count();
        let Some((first, stamp, _)) = own().next() else { return };
        if count <= usize::from(LONG_COUNT) {
            self.body.push(count as u8 - 1);
        } else {
            self.body.push(LONG_COUNT);
            put(&mut self.body, count as u64);
        }
        put(&mut self.body, actors.number(change.actor));
        put(&mut self.body, first.counter);
        put(&mut self.body, stamp.clock);
        let mut expected = first.counter;
        for (id, _, op) in own() {
            put(&mut self.body, id.counter - expected);
            expected = id.counter + 1;
            write_op(&mut self.body, &op.body, actors);
        }
    }

    /// The part's bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let mut out = self.head;
        out.reserve(1 + self.introduced.len() * 10 + self.body.len());
        put(&mut out, self.introduced.len() as u64);
        for (number, actor) in self.introduced {
            put(&mut out, number);
            out.extend_from_slice(&actor.0.to_le_bytes());
        }
        out.extend_from_slice(&self.body);
        out
    }
}

fn append_points(op: &Op) -> u32 {
    match op.body {
        OpBody::AppendInk { points, .. } => points,
        _ => 0,
    }
}

/// A part as a reader takes it in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The document.
    pub document: DocumentId,
    /// The row.
    pub seq: Seq,
    /// Ops with their names and stamps. An append that came in the short form bears counter 0 and
    /// clock 0, which merging it does not ask for.
    pub ops: Vec<(OpId, Stamp, OpBody)>,
}

/// The reader's side of the numbers.
pub trait ActorBook: ActorNames {
    /// Takes an introduction.
    fn introduce(&mut self, number: u64, actor: ActorId);
}

/// Reads a part; introductions go into `book`.
///
/// # Errors
/// What is wrong with the bytes.
pub fn read_part(bytes: &[u8], book: &mut impl ActorBook) -> Result<Part, DecodeError> {
    let mut reader = Reader::new(bytes);
    // The document's actor may be introduced by this very part, so its number is kept for later.
    let document = (reader.number("a document")?, reader.number("a document")?);
    let seq = Seq(reader.number("a row")?);
    let count = reader.count("the introductions of a part", limits::MESSAGE_BYTES_MAX)?;
    for _ in 0..count {
        let number = reader.number("an actor's number")?;
        let actor = reader.actor("an actor")?;
        book.introduce(number, actor);
    }
    let document = DocumentId(OpId { actor: book.name(document.0)?, counter: document.1 });
    let mut ops = Vec::new();
    while reader.left() > 0 {
        let head = reader.byte("the head of a change")?;
        // The head of the long form counts from zero; what it has no room for follows it.
        let count = if head == LONG_COUNT { reader.count("the ops of a change", limits::CHANGE_OPS_MAX)? } else { usize::from(head) + 1 };
        let actor = book.name(reader.number("an actor's number")?)?;
        if head & 0x80 != 0 {
            let record = OpId { actor, counter: reader.number("a stroke")? };
            let offset = reader.number_to("the offset of ink", limits::STROKE_POINTS_MAX as u64)? as u32;
            let ink = reader.bytes("ink", limits::CHANGE_BYTES_MAX)?.to_vec();
            let body = OpBody::AppendInk { record, offset, points: u32::from(head & 0x7f), ink };
            ops.push((OpId { actor, counter: 0 }, Stamp { clock: 0, actor }, body));
            continue;
        }
        let mut first = None;
        let mut counter = reader.number("a counter")?;
        let clock = reader.number_to("a clock", u64::MAX >> 16)?;
        for _ in 0..count {
            counter = counter.saturating_add(reader.number("a counter")?);
            let began = *first.get_or_insert(counter);
            let stamp = Stamp { clock: clock.saturating_add(counter - began), actor };
            ops.push((OpId { actor, counter }, stamp, read_op(&mut reader, book)?));
            counter = counter.saturating_add(1);
        }
    }
    Ok(Part { document, seq, ops })
}
