//! What becomes of an op, once (SPEC VER-1).

use serde::{Deserialize, Serialize};

/// Why a change was refused. Numbers are stored and append-only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, thiserror::Error)]
pub enum Reason {
    /// 0: the role may not do this at all.
    #[error("this role may not do that")]
    Rights,
    /// 1: the page or shape is locked.
    #[error("the page or shape is locked")]
    Locked,
    /// 2: a limit is reached.
    #[error("a limit of the board is reached")]
    Limit,
    /// 3: it names a document, record or character that is not there.
    #[error("it names something that is not there")]
    Missing,
    /// 4: a value is not of its property's type or range.
    #[error("a value is out of range or of another type")]
    Value,
    /// 5: the record is of a kind that has no ink or text, or stands in the wrong document.
    #[error("the record is of another kind")]
    Kind,
    /// 6: ink at another offset than the stroke's end.
    #[error("ink at another offset than the end of the stroke")]
    Offset,
    /// 7: only the author may do this.
    #[error("only its author may do that")]
    Author,
    /// 8: a clock too far ahead.
    #[error("the clock is too far ahead")]
    Clock,
    /// 9: what it would make exists.
    #[error("it exists already")]
    Duplicate,
}

impl Reason {
    /// All, by number.
    pub const ALL: [Self; 10] = [
        Self::Rights,
        Self::Locked,
        Self::Limit,
        Self::Missing,
        Self::Value,
        Self::Kind,
        Self::Offset,
        Self::Author,
        Self::Clock,
        Self::Duplicate,
    ];

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The reason with this number; a newer one reads as [`Self::Rights`], which says no more than
    /// that it was refused.
    #[must_use]
    pub fn of(number: u16) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::Rights)
    }
}

/// Ops of one actor that were refused together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refusal {
    /// The first refused counter.
    pub first: u64,
    /// How many ops.
    pub count: u64,
    /// Why.
    pub reason: Reason,
}
