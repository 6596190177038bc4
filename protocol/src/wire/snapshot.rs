//! A snapshot: a document's merged state at one row of one log (WIRE section 7), and the digest,
//! which is a hash of the same bytes without the position (SPEC DIG-1).
//!
//! The layout is canonical: records in the order of their names, actors in a table in ascending
//! order, so equal states have equal bytes on every replica.

use std::collections::BTreeMap;

use crate::codec::{ActorNames, ActorTable, DecodeError, Reader, put, put_bytes, put_signed};
use crate::document::{Document, UnknownOp};
use crate::ids::{ActorId, Cursor, DocumentId, LogId, OpId, Seq, Stamp};
use crate::ink::{Ink, InkError};
use crate::limits;
use crate::record::{Entry, Record};
use crate::text::{CharId, INSERT_CHARS_MAX, Side, Text, TextMark, TextOps, TextRun};

/// The version of the snapshot's layout.
pub const SNAPSHOT_FORMAT: u8 = 1;

const PURGED: u8 = 1;
const HAS_INK: u8 = 2;
const HAS_TEXT: u8 = 4;
/// Clocks of changes are below 2^48, and so are those of their ops but for a few thousand.
const CLOCK_MAX: u64 = 1 << 49;

/// A document's state and where in which log it was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// Which document.
    pub id: DocumentId,
    /// After which row of which log.
    pub cursor: Cursor,
    /// Its state.
    pub document: Document,
}

/// The bytes of a snapshot.
#[must_use]
pub fn write_snapshot(id: DocumentId, cursor: Cursor, document: &Document) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + document.ink_bytes() + document.records.len() * 48);
    out.push(SNAPSHOT_FORMAT);
    out.extend_from_slice(&cursor.log.0);
    put(&mut out, cursor.seq.0);
    out.extend_from_slice(&id.0.actor.0.to_le_bytes());
    put(&mut out, id.0.counter);
    write_document(document, &mut out);
    out
}

/// Reads a snapshot.
///
/// # Errors
/// What is wrong with the bytes.
pub fn read_snapshot(bytes: &[u8]) -> Result<Snapshot, DecodeError> {
    read(bytes, |ink| Ink::from_bytes(ink, limits::STROKE_POINTS_MAX as u32))
}

/// Reads a snapshot that this replica wrote itself, and kept where a change of its bytes would have been
/// noticed. All but the points of its ink is checked: they were when they were accepted, and a stroke's are
/// read again when something is asked of them. Nothing that came from elsewhere may be read so.
///
/// # Errors
/// What is wrong with the bytes.
pub fn read_own_snapshot(bytes: &[u8]) -> Result<Snapshot, DecodeError> {
    read(bytes, |ink| Ok(Ink::from_checked(ink.to_vec())))
}

fn read(bytes: &[u8], ink: impl Fn(&[u8]) -> Result<Ink, InkError>) -> Result<Snapshot, DecodeError> {
    let mut reader = Reader::new(bytes);
    if reader.byte("the format of a snapshot")? != SNAPSHOT_FORMAT {
        return Err(DecodeError::Invalid { what: "the format of a snapshot", allowed: "1" });
    }
    let log = LogId(reader.array("a log")?);
    let seq = Seq(reader.number("a row")?);
    let actor = reader.actor("a document")?;
    let id = DocumentId(OpId { actor, counter: reader.number("a document")? });
    let document = read_document(&mut reader, ink)?;
    reader.end()?;
    Ok(Snapshot { id, cursor: Cursor { log, seq }, document })
}

/// A hash over all merged state of a document: values, stamps, deletions, order, ink and text.
/// Changing any single field changes it.
#[must_use]
pub fn digest(document: &Document) -> [u8; 16] {
    let mut bytes = Vec::with_capacity(document.ink_bytes() + document.records.len() * 48);
    write_document(document, &mut bytes);
    let mut digest = [0; 16];
    digest.copy_from_slice(&blake3::hash(&bytes).as_bytes()[..16]);
    digest
}

/// Actors by number through a map: a page may know thousands.
struct Numbers(BTreeMap<ActorId, u64>);

impl Numbers {
    fn of(document: &Document) -> Self {
        let mut numbers = Self(BTreeMap::new());
        let mut add = |actor: ActorId| {
            if actor.0 != 0 {
                numbers.0.insert(actor, 0);
            }
        };
        for record in document.records() {
            add(record.id().actor);
            record.entries().iter().for_each(|entry| add(entry.stamp.actor));
            for run in record.text().map(Text::export).unwrap_or_default() {
                add(run.id.actor);
                if let Some(parent) = run.parent {
                    add(parent.op.actor);
                }
                run.marks.iter().for_each(|mark| add(mark.stamp.actor));
            }
        }
        document.unknown().for_each(|(id, _)| add(id.actor));
        for (number, place) in (1..).zip(numbers.0.values_mut()) {
            *place = number;
        }
        numbers
    }
    fn number(&self, actor: ActorId) -> u64 {
        self.0.get(&actor).copied().unwrap_or(0)
    }
    fn put(&self, out: &mut Vec<u8>, id: OpId) {
        put(out, self.number(id.actor));
        put(out, id.counter);
    }
}

fn write_document(document: &Document, out: &mut Vec<u8>) {
    let numbers = Numbers::of(document);
    put(out, numbers.0.len() as u64);
    for actor in numbers.0.keys() {
        out.extend_from_slice(&actor.0.to_le_bytes());
    }
    put(out, document.records.len() as u64);
    let mut clock = 0;
    for record in document.records() {
        numbers.put(out, record.id());
        put(out, u64::from(record.kind_number()));
        put_signed(out, record.created().clock as i64 - clock);
        clock = record.created().clock as i64;
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        out.push(flag(record.purged(), PURGED) | flag(record.ink().is_some(), HAS_INK) | flag(record.text().is_some(), HAS_TEXT));
        put(out, record.entries().len() as u64);
        for entry in record.entries() {
            put(out, u64::from(entry.key));
            put_stamp(out, entry.stamp, record.created(), &numbers);
            put_bytes(out, &entry.value);
        }
        if let Some(ink) = record.ink() {
            put_bytes(out, ink.bytes());
        }
        if let Some(text) = record.text() {
            write_text(out, text, record.created(), &numbers);
        }
    }
    put(out, document.unknown.len() as u64);
    for (id, op) in document.unknown() {
        numbers.put(out, id);
        put(out, op.clock);
        put(out, u64::from(op.kind));
        put_bytes(out, &op.body);
    }
}

/// A stamp beside another: the same is one byte 0, else the actor's number plus one and the
/// difference of the clocks.
fn put_stamp(out: &mut Vec<u8>, stamp: Stamp, beside: Stamp, numbers: &Numbers) {
    if stamp == beside {
        out.push(0);
        return;
    }
    put(out, numbers.number(stamp.actor) + 1);
    put_signed(out, stamp.clock as i64 - beside.clock as i64);
}

fn read_stamp(reader: &mut Reader<'_>, beside: Stamp, table: &ActorTable) -> Result<Stamp, DecodeError> {
    let number = reader.number("a stamp")?;
    if number == 0 {
        return Ok(beside);
    }
    let actor = table.name(number - 1)?;
    let clock = checked_clock(beside.clock as i64, reader.signed("a clock")?)?;
    Ok(Stamp { clock: clock as u64, actor })
}

/// A clock so far from another, within what stamps can have.
fn checked_clock(from: i64, by: i64) -> Result<i64, DecodeError> {
    let clock = from.saturating_add(by);
    if (0..=CLOCK_MAX as i64).contains(&clock) { Ok(clock) } else { Err(DecodeError::Invalid { what: "a clock", allowed: "0 to 2^49" }) }
}

fn write_text(out: &mut Vec<u8>, text: &Text, created: Stamp, numbers: &Numbers) {
    let runs = text.export();
    put(out, runs.len() as u64);
    for run in &runs {
        numbers.put(out, run.id);
        put(out, run.ops.len() as u64);
        for ops in &run.ops {
            put(out, u64::from(ops.count));
            put(out, u64::from(ops.len));
        }
        out.push(u8::from(run.parent.is_some()) | (u8::from(run.side == Side::Right) << 1));
        if let Some(parent) = run.parent {
            numbers.put(out, parent.op);
            put(out, u64::from(parent.index));
        }
        put_bytes(out, run.text.as_bytes());
        put(out, run.marks.len() as u64);
        for mark in &run.marks {
            put(out, u64::from(mark.start));
            put(out, u64::from(mark.len));
            put_stamp(out, mark.stamp, created, numbers);
            out.push(u8::from(mark.visible));
        }
    }
}

fn read_text(reader: &mut Reader<'_>, created: Stamp, table: &ActorTable) -> Result<Text, DecodeError> {
    // A text that two logs filled while apart may be longer than one admits; its bytes bound it.
    let count = reader.count("the runs of a text", usize::MAX)?;
    let mut runs = Vec::with_capacity(count.min(reader.left() / 4));
    for _ in 0..count {
        let id = reader.op_id("a run", table)?;
        let lengths = reader.count("the ops of a run", usize::MAX)?;
        let mut ops = Vec::with_capacity(lengths.min(reader.left() / 2));
        for _ in 0..lengths {
            let count = reader.number_to("a count of ops", u64::from(u32::MAX))? as u32;
            let len = reader.number_to("the length of an op", INSERT_CHARS_MAX as u64)? as u32;
            ops.push(TextOps { count, len });
        }
        let flags = reader.byte("the side of a run")?;
        if flags > 3 {
            return Err(DecodeError::Invalid { what: "the side of a run", allowed: "0 to 3" });
        }
        let parent = if flags & 1 == 0 {
            None
        } else {
            let op = reader.op_id("a character", table)?;
            Some(CharId { op, index: reader.number_to("the index of a character", u64::from(u32::MAX))? as u32 })
        };
        let side = if flags & 2 == 0 { Side::Left } else { Side::Right };
        let text = reader.text("the characters of a run", reader.left())?.to_owned();
        let marked = reader.count("the marks of a run", usize::MAX)?;
        let mut marks = Vec::with_capacity(marked.min(reader.left() / 4));
        for _ in 0..marked {
            let start = reader.number_to("the start of a mark", u64::from(u32::MAX))? as u32;
            let len = reader.number_to("the length of a mark", u64::from(u32::MAX))? as u32;
            let stamp = read_stamp(reader, created, table)?;
            marks.push(TextMark { start, len, stamp, visible: reader.byte("a visibility")? == 1 });
        }
        runs.push(TextRun { id, ops, parent, side, text, marks });
    }
    Text::import(runs).map_err(|_| DecodeError::Invalid { what: "the runs of a text", allowed: "each with its parent, no name twice" })
}

fn read_document(reader: &mut Reader<'_>, ink_of: impl Fn(&[u8]) -> Result<Ink, InkError>) -> Result<Document, DecodeError> {
    let count = reader.count("the actors of a document", limits::ACTORS_MAX)?;
    let mut table = ActorTable(Vec::with_capacity(count.min(reader.left() / 8)));
    for _ in 0..count {
        table.0.push(reader.actor("an actor")?);
    }
    let mut document = Document::default();
    let mut clock = 0i64;
    // Limits bind admission, never merging: two logs that were apart may together hold more.
    for _ in 0..reader.count("the records of a document", usize::MAX)? {
        let id = reader.op_id("a record", &table)?;
        if document.records.last_key_value().is_some_and(|(last, _)| *last >= id) {
            return Err(DecodeError::Invalid { what: "the records of a document", allowed: "ascending" });
        }
        let kind = reader.number_to("the kind of a record", u64::from(u16::MAX))? as u16;
        clock = checked_clock(clock, reader.signed("a clock")?)?;
        let created = Stamp { clock: clock as u64, actor: id.actor };
        let flags = reader.byte("the flags of a record")?;
        if flags > (PURGED | HAS_INK | HAS_TEXT) {
            return Err(DecodeError::Invalid { what: "the flags of a record", allowed: "0 to 7" });
        }
        let count = reader.count("the properties of a record", usize::from(u16::MAX))?;
        let mut entries = Vec::with_capacity(count.min(reader.left() / 3));
        for _ in 0..count {
            let key = reader.number_to("the key of a property", u64::from(u16::MAX))? as u16;
            if entries.last().is_some_and(|last: &Entry| last.key >= key) {
                return Err(DecodeError::Invalid { what: "the keys of properties", allowed: "ascending" });
            }
            let stamp = read_stamp(reader, created, &table)?;
            let value = reader.bytes("a value", limits::VALUE_BYTES_MAX)?.into();
            entries.push(Entry { key, stamp, value });
        }
        let ink = if flags & HAS_INK == 0 { None } else { Some(Box::new(read_ink(reader, &ink_of)?)) };
        document.ink_bytes += ink.as_ref().map_or(0, |ink| ink.bytes().len());
        let text = if flags & HAS_TEXT == 0 { None } else { Some(Box::new(read_text(reader, created, &table)?)) };
        document.records.insert(id, Record::restore(id, kind, clock as u64, entries, ink, text, flags & PURGED != 0));
    }
    for _ in 0..reader.count("the unknown ops of a document", usize::MAX)? {
        let id = reader.op_id("an op", &table)?;
        if document.unknown.last_key_value().is_some_and(|(last, _)| *last >= id) {
            return Err(DecodeError::Invalid { what: "the unknown ops of a document", allowed: "ascending" });
        }
        let clock = reader.number_to("a clock", CLOCK_MAX)?;
        let kind = reader.number_to("the kind of an op", u64::from(u16::MAX))? as u16;
        let body = reader.bytes("the body of an op", limits::UNKNOWN_OP_BYTES_MAX)?.to_vec();
        document.unknown.insert(id, UnknownOp { clock, kind, body });
    }
    Ok(document)
}

fn read_ink(reader: &mut Reader<'_>, ink_of: impl Fn(&[u8]) -> Result<Ink, InkError>) -> Result<Ink, DecodeError> {
    let bytes = reader.bytes("ink", limits::INK_BYTES_MAX)?;
    ink_of(bytes).map_err(|_| DecodeError::Invalid { what: "ink", allowed: "whole chunks of points" })
}
