//! A row of a board's log: one gathered batch of entries (WIRE section 6).
//!
//! The log interns actors: a row introduces those it is the first to name, in the order of their
//! numbers, which count from 1. The checksum that chains the rows is the log's own matter.

use crate::codec::{ActorNames, ActorRefs, DecodeError, Reader, put, put_signed};
use crate::ids::ActorId;
use crate::limits;
use crate::op::Change;
use crate::verdict::{Reason, Refusal};

/// The version of the row's layout.
pub const ROW_FORMAT: u8 = 1;
/// Milliseconds since 1970 that a row holds at most, so that times of one row differ by what 64 bits hold.
const TIME_MAX: u64 = i64::MAX as u64;

/// The first 16 bytes of the BLAKE3 of an actor's key.
pub type KeyHash = [u8; 16];

/// What a key's hash is made by.
#[must_use]
pub fn hash_key(key: &crate::wire::frame::ActorKey) -> KeyHash {
    let mut hash = [0; 16];
    hash.copy_from_slice(&blake3::hash(key).as_bytes()[..16]);
    hash
}

/// An actor's place in the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Introduction {
    /// The actor.
    pub actor: ActorId,
    /// The hash of its key.
    pub key: KeyHash,
}

/// What happened to some ops of one actor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// When the first log decided it, milliseconds since 1970: for replay, attendance and audit,
    /// never for merging.
    pub accepted_ms: u64,
    /// What.
    pub verdict: Verdict,
}

/// A verdict as it is recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Accepted.
    Accepted(Change),
    /// Refused; the counters are used up.
    Refused {
        /// Whose ops.
        actor: ActorId,
        /// Which and why.
        refusal: Refusal,
    },
}

impl Verdict {
    /// Whose ops.
    #[must_use]
    pub const fn actor(&self) -> ActorId {
        match self {
            Self::Accepted(change) => change.actor,
            Self::Refused { actor, .. } => *actor,
        }
    }

    /// The first counter.
    #[must_use]
    pub const fn first(&self) -> u64 {
        match self {
            Self::Accepted(change) => change.first,
            Self::Refused { refusal, .. } => refusal.first,
        }
    }

    /// The counter after the last.
    #[must_use]
    pub const fn end(&self) -> u64 {
        match self {
            Self::Accepted(change) => change.end(),
            Self::Refused { refusal, .. } => refusal.first + refusal.count,
        }
    }
}

/// One row.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// Actors named for the first time.
    pub introductions: Vec<Introduction>,
    /// What was decided, in order.
    pub entries: Vec<Entry>,
}

/// The numbers of a log, extended by each row's introductions before its entries are read.
pub trait LogActors: ActorNames {
    /// Takes the next number.
    fn introduce(&mut self, introduction: Introduction);
}

/// Writes a row; `actors` must have taken the introductions in already.
#[must_use]
pub fn write_row(row: &Row, actors: &mut impl ActorRefs) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    out.push(ROW_FORMAT);
    put(&mut out, row.introductions.len() as u64);
    for introduction in &row.introductions {
        out.extend_from_slice(&introduction.actor.0.to_le_bytes());
        out.extend_from_slice(&introduction.key);
    }
    let base = row.entries.first().map_or(0, |entry| entry.accepted_ms);
    put(&mut out, base);
    for entry in &row.entries {
        match &entry.verdict {
            Verdict::Accepted(change) => {
                out.push(0);
                put_signed(&mut out, entry.accepted_ms as i64 - base as i64);
                change.write(&mut out, actors);
            }
            Verdict::Refused { actor, refusal } => {
                out.push(1);
                put_signed(&mut out, entry.accepted_ms as i64 - base as i64);
                put(&mut out, actors.number(*actor));
                put(&mut out, refusal.first);
                put(&mut out, refusal.count);
                put(&mut out, u64::from(refusal.reason.number()));
            }
        }
    }
    out
}

/// Reads a row; its introductions go into `actors` first.
///
/// # Errors
/// What is wrong with the bytes.
pub fn read_row(bytes: &[u8], actors: &mut impl LogActors) -> Result<Row, DecodeError> {
    let mut reader = Reader::new(bytes);
    if reader.byte("the format of a row")? != ROW_FORMAT {
        return Err(DecodeError::Invalid { what: "the format of a row", allowed: "1" });
    }
    let count = reader.count("the introductions of a row", limits::ACTORS_MAX)?;
    let mut row = Row { introductions: Vec::with_capacity(count.min(reader.left() / 24)), entries: Vec::new() };
    for _ in 0..count {
        let introduction = Introduction { actor: reader.actor("an actor")?, key: reader.array("the hash of a key")? };
        actors.introduce(introduction);
        row.introductions.push(introduction);
    }
    let base = reader.number_to("a time", TIME_MAX)?;
    while reader.left() > 0 {
        let tag = reader.byte("an entry")?;
        let after = reader.signed("a time")?;
        let accepted_ms = base.checked_add_signed(after).filter(|time| *time <= TIME_MAX);
        let accepted_ms = accepted_ms.ok_or(DecodeError::Invalid { what: "a time", allowed: "0 to 2^63 - 1 ms" })?;
        let verdict = match tag {
            0 => Verdict::Accepted(Change::read(&mut reader, actors)?),
            1 => {
                let actor = actors.name(reader.number("an actor's number")?)?;
                let first = reader.number_to("a counter", u64::MAX >> 16)?;
                let count = reader.number_to("a count of ops", limits::CHANGE_OPS_MAX as u64)?;
                let reason = Reason::of(reader.number_to("a reason", u64::from(u16::MAX))? as u16);
                Verdict::Refused { actor, refusal: Refusal { first, count, reason } }
            }
            _ => return Err(DecodeError::Invalid { what: "an entry", allowed: "0 or 1" }),
        };
        row.entries.push(Entry { accepted_ms, verdict });
    }
    Ok(row)
}
