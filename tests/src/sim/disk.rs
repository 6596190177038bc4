//! A disk: what of a board's log is durable, and the ways a disk fails.

use std::collections::BTreeMap;

use bytes::Bytes;
use kakehashi_protocol::ids::{DocumentId, LogId, Seq};
use kakehashi_server::room::core::Loaded;
use kakehashi_server::room::load::{Checkpoint, load};

/// One node's durable log of the board.
#[derive(Clone, Debug)]
pub struct Disk {
    /// The log's identity.
    pub log: LogId,
    /// Durable rows, from the first.
    pub rows: Vec<Bytes>,
    /// Whether the next appends find no room.
    pub full: bool,
    state: Option<(Seq, Bytes)>,
    documents: BTreeMap<DocumentId, (Seq, Bytes)>,
}

impl Disk {
    /// An empty disk.
    #[must_use]
    pub const fn new(log: LogId) -> Self {
        Self { log, rows: Vec::new(), full: false, state: None, documents: BTreeMap::new() }
    }

    /// The last durable row.
    #[must_use]
    pub fn end(&self) -> Seq {
        Seq(self.rows.len() as u64)
    }

    /// Saves a checkpoint; documents that are not in it stay as they were.
    pub fn checkpoint(&mut self, checkpoint: Checkpoint) {
        self.state = Some((checkpoint.seq, checkpoint.state));
        self.documents.extend(checkpoint.documents.into_iter().map(|(document, seq, bytes)| (document, (seq, bytes))));
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
        let start = checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.seq.0);
        let rows: Vec<(Seq, Bytes)> = (1u64..).zip(&self.rows).skip(start as usize).map(|(seq, row)| (Seq(seq), row.clone())).collect();
        load(self.log, checkpoint.as_ref(), &rows).expect("what was written loads")
    }
}
