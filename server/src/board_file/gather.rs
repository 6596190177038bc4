//! Rows gathered anew: a lesson's log has hundreds of thousands of short rows, a file and a board
//! that is made of it as few as readers of a live board could be sent. What was decided, when and in
//! which order stays as it was.

use kakehashi_protocol::wire::row::{Entry, Introduction, Row, Verdict, write_row};

use crate::room::actors::Actors;
use crate::room::core::{ROW_BYTES_MAX, change_size};

/// Bytes that an introduction or a refusal takes at most.
const SMALL_BYTES: usize = 24;

/// Takes rows in and gives longer ones.
#[derive(Default)]
pub(super) struct Gatherer {
    row: Row,
    size: usize,
}

impl Gatherer {
    /// Takes an actor in, without its key: nobody writes on as an actor of a file.
    pub(super) fn introduce(&mut self, introduction: Introduction) {
        self.row.introductions.push(Introduction { key: [0; 16], ..introduction });
        self.size += SMALL_BYTES;
    }

    /// Takes an entry in; its actor was introduced. Gives a row when there is enough for one.
    pub(super) fn entry(&mut self, entry: Entry, actors: &Actors) -> Option<Vec<u8>> {
        self.size += match &entry.verdict {
            Verdict::Accepted(change) => change_size(change),
            Verdict::Refused { .. } => SMALL_BYTES,
        };
        self.row.entries.push(entry);
        if self.size < ROW_BYTES_MAX { None } else { self.rest(actors) }
    }

    /// What is left, as a row.
    pub(super) fn rest(&mut self, mut actors: &Actors) -> Option<Vec<u8>> {
        self.size = 0;
        let row = std::mem::take(&mut self.row);
        (!row.entries.is_empty()).then(|| write_row(&row, &mut actors))
    }
}
