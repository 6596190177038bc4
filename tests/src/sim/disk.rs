//! A disk: what of a board's log is durable, and the ways a disk fails.
//!
//! Rows carry the log's chained checksums. The head, the last row that was said to be durable, is kept apart from
//! them, so that a log that lost its last rows is known by it.

use std::collections::BTreeMap;

use bytes::Bytes;
use kakehashi_protocol::ids::{DocumentId, LogId, Seq};
use kakehashi_server::log::Check;
use kakehashi_server::room::core::Loaded;
use kakehashi_server::room::load::{Checkpoint, load};

/// What a disk turned out to hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// All that was said to be durable.
    Whole,
    /// A row of which only a part was written, after the head: it was cut off.
    Torn,
    /// Less than was said to be durable.
    Shortened,
}

/// One node's durable log of the board.
#[derive(Clone, Debug)]
pub struct Disk {
    /// The log's identity.
    pub log: LogId,
    rows: Vec<(Bytes, Check)>,
    head: Seq,
    /// Whether the next appends find no room.
    pub full: bool,
    /// From here on rows are said to be durable and are not, until the next crash.
    pub lies_after: Option<Seq>,
    state: Option<(Seq, Bytes)>,
    documents: BTreeMap<DocumentId, (Seq, Bytes)>,
}

impl Disk {
    /// An empty disk.
    #[must_use]
    pub const fn new(log: LogId) -> Self {
        Self { log, rows: Vec::new(), head: Seq(0), full: false, lies_after: None, state: None, documents: BTreeMap::new() }
    }

    /// The last row that is there.
    #[must_use]
    pub fn end(&self) -> Seq {
        Seq(self.rows.len() as u64)
    }

    /// The rows after one.
    pub fn after(&self, seq: Seq) -> impl Iterator<Item = &Bytes> {
        self.rows.iter().skip(seq.0 as usize).map(|(row, _)| row)
    }

    /// A row is written as a whole.
    pub fn append(&mut self, row: Bytes) {
        let last = self.rows.last().map_or(Check::start(self.log), |(_, check)| *check);
        let check = last.then(self.end().next(), &row);
        self.rows.push((row, check));
    }

    /// A row is written, and said to be durable.
    pub fn commit(&mut self, row: Bytes) {
        self.append(row);
        self.head = self.end();
    }

    /// A part of a row is written.
    pub fn tear(&mut self, row: &Bytes, length: usize) {
        self.append(row.clone());
        if let Some((torn, _)) = self.rows.last_mut() {
            *torn = torn.slice(..length.min(torn.len().saturating_sub(1)));
        }
    }

    /// The last rows are gone, of those that only were said to be durable. Says how many.
    pub fn lose(&mut self) -> usize {
        let Some(after) = self.lies_after.take() else { return 0 };
        let lost = self.rows.len().saturating_sub(after.0 as usize);
        self.rows.truncate(after.0 as usize);
        lost
    }

    /// What is there after a crash; what is no row is cut off.
    pub fn recover(&mut self) -> Found {
        let mut check = Check::start(self.log);
        let whole = (1..).map(Seq).zip(&self.rows).take_while(|(seq, (row, stored))| {
            check = check.then(*seq, row);
            check == *stored
        });
        let whole = whole.count();
        let torn = whole < self.rows.len();
        self.rows.truncate(whole);
        if self.end() < self.head {
            return Found::Shortened;
        }
        self.head = self.end();
        if torn { Found::Torn } else { Found::Whole }
    }

    /// Makes a new log of the first rows, as restoring from a backup does.
    pub fn restore(&mut self, log: LogId, rows: usize) {
        let kept: Vec<Bytes> = self.rows.drain(..).take(rows).map(|(row, _)| row).collect();
        *self = Self::new(log);
        kept.into_iter().for_each(|row| self.commit(row));
    }

    /// Saves a checkpoint; documents that are not in it stay as they were.
    pub fn checkpoint(&mut self, checkpoint: Checkpoint) {
        self.state = Some((checkpoint.seq, checkpoint.state));
        self.documents.extend(checkpoint.documents.into_iter().map(|(document, seq, bytes)| (document, (seq, bytes))));
    }

    /// The checkpoint is no more. Says whether there was one.
    pub fn damage_checkpoint(&mut self) -> bool {
        self.documents.clear();
        self.state.take().is_some()
    }

    /// Reads the board as a server that starts does.
    ///
    /// # Panics
    /// If the log does not load: then something was written that should not have been.
    #[must_use]
    pub fn load(&self) -> Loaded {
        let checkpoint = self.state.as_ref().map(|(seq, state)| Checkpoint {
            seq: *seq,
            state: state.clone(),
            documents: self.documents.iter().map(|(document, (seq, bytes))| (*document, *seq, bytes.clone())).collect(),
        });
        let start = checkpoint.as_ref().map_or(Seq(0), |checkpoint| checkpoint.seq);
        let rows: Vec<(Seq, Bytes)> = (start.0 + 1..).map(Seq).zip(self.after(start).cloned()).collect();
        load(self.log, checkpoint.as_ref(), &rows).expect("what was written loads")
    }
}
