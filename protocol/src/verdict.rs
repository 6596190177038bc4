//! What becomes of an op, once (SPEC VER-1).

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::text::{INSERT_CHARS_MAX, TEXT_CHARS_MAX};

/// Why a change was refused. Numbers are stored and append-only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, thiserror::Error)]
pub enum Reason {
    /// 0: the role may not do this at all.
    #[error("this role may not do that")]
    Rights,
    /// 1: the page or shape is locked.
    #[error("the page or shape is locked")]
    Locked,
    /// 2: [`limits::RECORDS_MAX`].
    #[error("a page holds at most {} records", limits::RECORDS_MAX)]
    Records,
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
    /// 10: [`limits::PAGES_MAX`].
    #[error("a board has at most {} pages", limits::PAGES_MAX)]
    Pages,
    /// 11: [`limits::PROPERTIES_MAX`].
    #[error("a record has at most {} properties", limits::PROPERTIES_MAX)]
    Properties,
    /// 12: [`limits::STROKE_POINTS_MAX`].
    #[error("a stroke has at most {} points", limits::STROKE_POINTS_MAX)]
    Points,
    /// 13: [`limits::INK_BYTES_MAX`].
    #[error("the ink of a page takes at most {} bytes", limits::INK_BYTES_MAX)]
    Ink,
    /// 14: [`TEXT_CHARS_MAX`].
    #[error("a text has at most {TEXT_CHARS_MAX} characters, of which {INSERT_CHARS_MAX} are inserted at once")]
    Characters,
    /// 15: [`limits::UNKNOWN_OPS_MAX`].
    #[error("a page keeps at most {} ops of unknown kinds", limits::UNKNOWN_OPS_MAX)]
    Unknown,
    /// 16: [`limits::ORDER_KEY_BYTES_MAX`].
    #[error("no order key of at most {} bytes lies between the two neighbours", limits::ORDER_KEY_BYTES_MAX)]
    Order,
    /// 17: it is about a session that is not on, or would bring an ended one back.
    #[error("it is about a session that is not on")]
    Session,
}

impl Reason {
    /// All, by number.
    pub const ALL: [Self; 18] = [
        Self::Rights,
        Self::Locked,
        Self::Records,
        Self::Missing,
        Self::Value,
        Self::Kind,
        Self::Offset,
        Self::Author,
        Self::Clock,
        Self::Duplicate,
        Self::Pages,
        Self::Properties,
        Self::Points,
        Self::Ink,
        Self::Characters,
        Self::Unknown,
        Self::Order,
        Self::Session,
    ];

    /// Whether a limit was reached: each limit has its reason, so that the sender is told which.
    #[must_use]
    pub const fn is_limit(self) -> bool {
        matches!(
            self,
            Self::Records | Self::Pages | Self::Properties | Self::Points | Self::Ink | Self::Characters | Self::Unknown | Self::Order
        )
    }

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
