//! Names and positions. Each number is a type of its own, so that a position in a log is never
//! taken for a counter, nor a clock for either.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One writing replica: a page load of the app, or a start of a native client. 64 random bits,
/// never reused (SPEC ID-1). Zero is reserved for well-known records and never writes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct ActorId(pub u64);

/// The name of an op: its actor, and the actor's own counter on this board, from 1, without gaps
/// (SPEC ID-2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct OpId {
    /// Who wrote the op.
    pub actor: ActorId,
    /// The how-manieth op of that actor on this board, from 1.
    pub counter: u64,
}

impl OpId {
    /// The name of `actor`'s op number `counter`.
    pub const fn new(actor: u64, counter: u64) -> Self {
        Self { actor: ActorId(actor), counter }
    }
}

/// A record is named by the op that created it. Records every document of a kind has are named
/// under actor zero (SPEC ID-3).
pub type RecordId = OpId;

/// A document of a board: the cover, or a page named by the op that created its page entry in the
/// cover (SPEC ID-4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct DocumentId(pub OpId);

impl DocumentId {
    /// The board's own document: its pages and the meeting's state.
    pub const COVER: Self = Self(OpId::new(0, 0));
}

/// Who wins when two ops set the same property: the greater stamp (SPEC MERGE-1). The clock is in
/// hybrid milliseconds since 1970 (SPEC CLOCK-1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// Hybrid milliseconds since 1970-01-01 UTC.
    pub clock: u64,
    /// The writer; decides between equal clocks.
    pub actor: ActorId,
}

/// A board. 128 random bits: whoever knows the name holds the link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct BoardId(pub [u8; 16]);

/// One node's copy of a board's log: new for each node and after each restore (SPEC LOG-2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct LogId(pub [u8; 16]);

/// The number of a row in one log, from 1. Zero stands before the first row (SPEC LOG-1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Seq(pub u64);

impl Seq {
    /// The row after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A reader's position: everything up to and with row `seq` of log `log` has been read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Cursor {
    /// The log that was read.
    pub log: LogId,
    /// The last row that was read.
    pub seq: Seq,
}

/// A text that names nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{what} must be written as {form}")]
pub struct ParseIdError {
    /// What was to be read.
    pub what: &'static str,
    /// The form that is allowed.
    pub form: &'static str,
}

impl fmt::Display for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for ActorId {
    type Err = ParseIdError;
    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let error = ParseIdError { what: "an actor", form: "16 hexadecimal digits" };
        if text.len() != 16 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(error);
        }
        u64::from_str_radix(text, 16).map(ActorId).map_err(|_| error)
    }
}

impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.actor, self.counter)
    }
}

impl FromStr for OpId {
    type Err = ParseIdError;
    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let error = ParseIdError { what: "an op or record", form: "16 hexadecimal digits, a dot and a number" };
        let (actor, counter) = text.split_once('.').ok_or(error)?;
        Ok(Self { actor: actor.parse().map_err(|_| error)?, counter: counter.parse().map_err(|_| error)? })
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for DocumentId {
    type Err = ParseIdError;
    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        text.parse().map(DocumentId)
    }
}

/// Crockford's base 32, lower case: no letter is taken for another when read aloud.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn write_base32(bytes: [u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let value = u128::from_be_bytes(bytes);
    for place in (0..26).rev() {
        let digit = (value >> (place * 5)) & 31;
        fmt::Write::write_char(f, char::from(ALPHABET[digit as usize]))?;
    }
    Ok(())
}

fn read_base32(text: &str, what: &'static str) -> Result<[u8; 16], ParseIdError> {
    let error = ParseIdError { what, form: "26 digits and letters of Crockford's base 32, lower case" };
    if text.len() != 26 {
        return Err(error);
    }
    let mut value: u128 = 0;
    for (place, byte) in text.bytes().enumerate() {
        let digit = ALPHABET.iter().position(|&letter| letter == byte).ok_or(error)? as u128;
        // 26 digits hold 130 bits: the first may only be 0 to 7.
        if place == 0 && digit > 7 {
            return Err(error);
        }
        value = (value << 5) | digit;
    }
    Ok(value.to_be_bytes())
}

macro_rules! base32_name {
    ($name:ident, $what:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_base32(self.0, f)
            }
        }
        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                read_base32(text, $what).map($name)
            }
        }
    };
}
base32_name!(BoardId, "a board");
base32_name!(LogId, "a log");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_what_they_write() {
        let board = BoardId([0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0x80]);
        assert_eq!(board.to_string().len(), 26);
        assert_eq!(board.to_string().parse::<BoardId>(), Ok(board));
        let id = OpId::new(0xdead_beef, 42);
        assert_eq!(id.to_string(), "00000000deadbeef.42");
        assert_eq!(id.to_string().parse::<OpId>(), Ok(id));
        assert!("".parse::<BoardId>().is_err());
        assert!("zzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<BoardId>().is_err());
        assert!("12.x".parse::<OpId>().is_err());
        assert!("+0000000deadbeef.1".parse::<OpId>().is_err());
    }
}
