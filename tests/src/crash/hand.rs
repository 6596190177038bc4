//! What one writer writes. It remembers its own records by itself, so that what everybody agrees on
//! can be held against what was written.

use kakehashi_client::{Client, Edit, EditError};
use kakehashi_protocol::ids::{DocumentId, RecordId};
use kakehashi_protocol::ink::Point;
use kakehashi_protocol::schema::{Key, Kind, Value};

use crate::sim::rng::Rng;

/// Changes that may wait for their verdict; with more the hand rests.
const WAITING_MAX: usize = 300;

/// A writer.
pub struct Hand {
    rng: Rng,
    own: Vec<Own>,
    /// Ops that were written.
    pub ops: u64,
}

/// A record that this writer alone writes.
struct Own {
    page: DocumentId,
    record: RecordId,
    what: What,
}

enum What {
    /// A rectangle that stands here.
    Box(i64),
    /// A stroke of so many points.
    Stroke(u32),
    /// A note that says this.
    Note(String),
}

impl Hand {
    /// A writer with nothing written.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { rng: Rng::new(seed), own: Vec::new(), ops: 0 }
    }

    /// How long it waits before the next act, microseconds.
    pub fn pause_us(&mut self) -> u64 {
        self.rng.below(4_000)
    }

    /// Writes something on one of the pages, unless too much waits already.
    pub fn act(&mut self, client: &mut Client, now: u64, pages: &[DocumentId]) {
        let Some(page) = self.rng.pick(pages).copied() else { return };
        if client.unsaved() > WAITING_MAX || !client.is_ready(DocumentId::COVER) || !pages.iter().all(|page| client.is_ready(*page)) {
            return;
        }
        let mut edit = client.draft();
        self.write(client, &mut edit, page).expect("what a hand writes is allowed");
        if edit.is_empty() {
            return;
        }
        let gesture = client.new_gesture();
        let made = client.commit(now, 0, gesture, edit).expect("what a hand writes is allowed");
        self.ops += made.counters.end - made.counters.start;
    }

    fn write(&mut self, client: &Client, edit: &mut Edit, page: DocumentId) -> Result<(), EditError> {
        match self.rng.below(8) {
            0 => {
                let x = self.rng.below(15_000) as i64;
                let record = edit.create(client, page, Kind::Rectangle, &[(Key::X, Value::Int(x))])?;
                self.own.push(Own { page, record, what: What::Box(x) });
            }
            1 => {
                let record = edit.create(client, page, Kind::Stroke, &[])?;
                edit.append_ink(client, page, record, &points(&mut self.rng, 0, 2))?;
                self.own.push(Own { page, record, what: What::Stroke(2) });
            }
            2 => {
                let record = edit.create(client, page, Kind::Note, &[])?;
                edit.insert_text(client, page, record, 0, "島")?;
                self.own.push(Own { page, record, what: What::Note("島".into()) });
            }
            // Anybody's record, so that writers meet: who wins is for the digests to agree on.
            3 => {
                let records: Vec<RecordId> = client.records(page).iter().map(|record| record.id()).collect();
                if let Some(record) = self.rng.pick(&records) {
                    let y = Value::Int(self.rng.below(8_000) as i64);
                    edit.set(client, page, *record, &[(Key::Y, Some(y))])?;
                }
            }
            _ => self.go_on(client, edit)?,
        }
        Ok(())
    }

    /// Goes on with one of the latest records.
    fn go_on(&mut self, client: &Client, edit: &mut Edit) -> Result<(), EditError> {
        let latest = self.own.len().saturating_sub(6);
        let at = latest + self.rng.below(6) as usize;
        let Some(Own { page, record, what }) = self.own.get_mut(at) else { return Ok(()) };
        match what {
            What::Box(x) => {
                *x += 1;
                edit.set(client, *page, *record, &[(Key::X, Some(Value::Int(*x)))])
            }
            What::Stroke(count) => {
                let more = self.rng.between(1, 4) as u32;
                edit.append_ink(client, *page, *record, &points(&mut self.rng, *count, more))?;
                *count += more;
                Ok(())
            }
            What::Note(text) => {
                let letters: String = (0..self.rng.between(1, 3)).map(|_| char::from(b'a' + self.rng.below(26) as u8)).collect();
                edit.insert_text(client, *page, *record, text.chars().count(), &letters)?;
                text.push_str(&letters);
                Ok(())
            }
        }
    }

    /// Forgets its records.
    pub fn forget(&mut self) {
        self.own.clear();
    }

    /// What is missing in what a client sees, or is other than it was written.
    #[must_use]
    pub fn missing(&self, client: &Client) -> Vec<String> {
        let mut missing = Vec::new();
        for Own { page, record, what } in &self.own {
            let seen = client.record(*page, *record);
            let right = seen.is_some_and(|seen| match what {
                What::Box(x) => seen.int(Key::X) == *x,
                What::Stroke(count) => seen.ink().is_some_and(|ink| ink.points() == *count),
                What::Note(text) => seen.text().is_some_and(|seen| seen.to_string() == *text),
            });
            if !right {
                missing.push(format!("record {record} of page {page}: {}", if seen.is_some() { "not as written" } else { "not there" }));
            }
        }
        missing
    }
}

/// Points of a stroke that has `have` already.
fn points(rng: &mut Rng, have: u32, count: u32) -> Vec<Point> {
    let point = |place: u32| Point { x: rng.below(15_000) as i32, y: rng.below(8_000) as i32, pressure: 0, time_ms: (have + place) * 8 };
    (0..count).map(point).collect()
}
