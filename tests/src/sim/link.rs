//! Two logs that exchange changes: what one has decided, the other takes as it is (SPEC LINK-1).
//!
//! It reads a node's durable rows from the first one on and carries the entries across; what the
//! other side has already, it passes over. So nothing need be remembered across crashes.

use kakehashi_protocol::codec::{ActorNames, DecodeError};
use kakehashi_protocol::ids::{ActorId, Seq};
use kakehashi_protocol::wire::row::{Entry, Introduction, LogActors, read_row};

use super::disk::Disk;

/// An entry with its actor's introduction.
pub type Carried = (Entry, Option<Introduction>);

/// A position in one node's log, and that log's actors up to it.
#[derive(Clone, Debug, Default)]
pub struct Carrier {
    seq: Seq,
    actors: Vec<Introduction>,
}

impl Carrier {
    /// The entries of at most `rows` rows after the position.
    ///
    /// # Panics
    /// If a durable row cannot be read.
    pub fn carry(&mut self, disk: &Disk, rows: usize) -> Vec<Carried> {
        let mut carried = Vec::new();
        for body in disk.after(self.seq).take(rows) {
            let row = read_row(body, &mut Names(&mut self.actors)).expect("a durable row is readable");
            self.seq = self.seq.next();
            for entry in row.entries {
                let introduction = self.actors.iter().find(|known| known.actor == entry.verdict.actor()).copied();
                carried.push((entry, introduction));
            }
        }
        carried
    }

    /// Whether all durable rows were carried.
    #[must_use]
    pub fn done(&self, disk: &Disk) -> bool {
        self.seq == disk.end()
    }
}

struct Names<'a>(&'a mut Vec<Introduction>);

impl ActorNames for Names<'_> {
    fn name(&self, number: u64) -> Result<ActorId, DecodeError> {
        match number.checked_sub(1) {
            None => Ok(ActorId(0)),
            Some(place) => self.0.get(place as usize).map(|known| known.actor).ok_or(DecodeError::UnknownActor(number)),
        }
    }
}

impl LogActors for Names<'_> {
    fn introduce(&mut self, introduction: Introduction) {
        self.0.push(introduction);
    }
}
