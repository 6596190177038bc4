//! What a participant shows of themselves: the latest value counts, nothing is queued, nothing is
//! logged (SPEC PRES-1).

use serde::{Deserialize, Serialize};

use crate::codec::DecodeError;
use crate::ids::{DocumentId, RecordId};
use crate::limits;

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

/// A gesture that still goes on, drawn as unsaved: records being moved.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Preview {
    /// Which, at most [`limits::PRESENCE_RECORDS_MAX`].
    pub records: Vec<RecordId>,
    /// How far.
    pub by: Place,
}

/// All that one page load shows. Replaced as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Presence {
    /// The participant's name, at most [`limits::NAME_CHARS_MAX`] characters.
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
        let previewed = self.preview.as_ref().map_or(0, |preview| preview.records.len());
        let records = self.selection.len().max(previewed);
        if records > limits::PRESENCE_RECORDS_MAX {
            return Err(too_large("the records of a presence", records, limits::PRESENCE_RECORDS_MAX));
        }
        Ok(())
    }
}
