//! What a participant shows of themselves: the latest value counts, nothing is queued, nothing is
//! logged (SPEC PRES-1).

use serde::{Deserialize, Serialize};

use crate::codec::DecodeError;
use crate::ids::{ActorId, DocumentId, RecordId, Seq};
use crate::limits;
use crate::schema::is_plain;

/// A place on a page, in eighths of a page unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Place {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

/// A part of a page, in eighths of a page unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Area {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

/// An affine map in fixed point: `x' = a x + c y + e`, `y' = b x + d y + f`. So there is no number on
/// the wire that is none, and all devices compute the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Transform {
    /// x to x, in parts of [`Self::ONE`], at most [`limits::TRANSFORM_SCALE_MAX`] times either way.
    pub a: i32,
    /// x to y, likewise.
    pub b: i32,
    /// y to x, likewise.
    pub c: i32,
    /// y to y, likewise.
    pub d: i32,
    /// Added to x, in eighths of a page unit, at most [`limits::TRANSFORM_MOVE_MAX`] either way.
    pub e: i32,
    /// Added to y, likewise.
    pub f: i32,
}

impl Transform {
    /// The factor 1: twenty binary places, so that a point at the very edge of where things may lie
    /// is moved right to an eighth of a unit.
    pub const ONE: i32 = 1 << 20;

    /// Moves by so many eighths of a page unit.
    #[must_use]
    pub const fn moving(x: i32, y: i32) -> Self {
        Self { a: Self::ONE, b: 0, c: 0, d: Self::ONE, e: x, f: y }
    }

    fn check(&self) -> Result<(), DecodeError> {
        let within = |values: [i32; 4], max: u32| values.iter().all(|value| value.unsigned_abs() <= max);
        let factors = within([self.a, self.b, self.c, self.d], limits::TRANSFORM_SCALE_MAX * Self::ONE.unsigned_abs());
        if factors && within([self.e, self.f, 0, 0], limits::TRANSFORM_MOVE_MAX) {
            return Ok(());
        }
        Err(DecodeError::Invalid { what: "the transform of a preview", allowed: "factors up to 1,000, moves up to 2^30 eighths of a unit" })
    }
}

impl Default for Transform {
    /// Everything stays where it is.
    fn default() -> Self {
        Self::moving(0, 0)
    }
}

/// A gesture that still goes on, drawn as unsaved: records being moved, resized or turned.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Preview {
    /// Which, at most [`limits::PRESENCE_RECORDS_MAX`].
    pub records: Vec<RecordId>,
    /// How.
    pub transform: Transform,
}

/// All that one page load shows. Replaced as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Presence {
    /// The participant's name, at most [`limits::NAME_CHARS_MAX`] characters, plain ([`is_plain`]).
    pub name: String,
    /// Red, green, blue, opacity.
    pub color: [u8; 4],
    /// Which page it looks at; only readers of that page are told.
    pub document: Option<DocumentId>,
    /// The pointer.
    pub cursor: Option<Place>,
    /// The laser pointer.
    pub laser: Option<Place>,
    /// What part of the page is on its screen.
    pub viewport: Option<Area>,
    /// Selected records, at most [`limits::PRESENCE_RECORDS_MAX`].
    pub selection: Vec<RecordId>,
    /// The text being edited.
    pub editing: Option<RecordId>,
    /// What is being dragged.
    pub preview: Option<Preview>,
    /// Whose view it follows.
    pub following: Option<ActorId>,
}

/// Of a presence, what everybody on the board is told, whatever page they look at (SPEC PRES-2).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Whereabouts {
    /// The participant's name.
    pub name: String,
    /// Red, green, blue, opacity.
    pub color: [u8; 4],
    /// Which page it looks at.
    pub document: Option<DocumentId>,
    /// Whose view it follows.
    pub following: Option<ActorId>,
}

/// A sign that somebody gives: shown for some seconds, and forgotten.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reaction {
    /// Which, by a number that apps agree on.
    pub sign: u8,
    /// When it was given, by the server's clock, milliseconds since 1970.
    pub at_ms: u64,
}

/// How a page load is doing: the latest value counts, as of a presence (SPEC PRES-3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// Its last sign.
    pub reaction: Option<Reaction>,
    /// The last row of the log that is on its screen.
    pub painted: Option<Seq>,
    /// How long the server's answer took lately, milliseconds.
    pub round_trip_ms: Option<u32>,
}

/// A connection of the meeting, as those who read the talk are told of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stay {
    /// Whose it is; `None`: of somebody with the bare link.
    pub participant: Option<RecordId>,
    /// How it is doing.
    pub report: Report,
}

impl Presence {
    /// Whether its lengths are within the limits.
    ///
    /// # Errors
    /// Which limit it goes beyond.
    pub fn check(&self) -> Result<(), DecodeError> {
        let too_large = |what, value: usize, max: usize| DecodeError::TooLarge { what, value: value as u64, max: max as u64 };
        let name = self.name.chars().count();
        if name > limits::NAME_CHARS_MAX {
            return Err(too_large("the length of a name", name, limits::NAME_CHARS_MAX));
        }
        if !is_plain(&self.name) {
            return Err(DecodeError::Invalid { what: "a name", allowed: "one line, without what controls or turns it around" });
        }
        let previewed = self.preview.as_ref().map_or(0, |preview| preview.records.len());
        let records = self.selection.len().max(previewed);
        if records > limits::PRESENCE_RECORDS_MAX {
            return Err(too_large("the records of a presence", records, limits::PRESENCE_RECORDS_MAX));
        }
        self.preview.as_ref().map_or(Ok(()), |preview| preview.transform.check())
    }

    /// What everybody on the board is told of it.
    #[must_use]
    pub fn whereabouts(&self) -> Whereabouts {
        Whereabouts { name: self.name.clone(), color: self.color, document: self.document, following: self.following }
    }
}
