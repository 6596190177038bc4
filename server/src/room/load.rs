//! From the log to a room: the latest checkpoint, and the rows after it; and how a checkpoint is made.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use kakehashi_protocol::board::Board;
use kakehashi_protocol::codec::{DecodeError, Reader, put};
use kakehashi_protocol::ids::{ActorId, Cursor, DocumentId, LogId, OpId, Seq};
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::order;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::frame::ActorKey;
use kakehashi_protocol::wire::row::{Entry, Introduction, LogActors, Row, Verdict, hash_key, read_row, write_row};
use kakehashi_protocol::wire::snapshot::{read_own_snapshot, write_snapshot};

use super::actors::{Actors, UNKNOWN_HASH, hash_change};
use super::core::Loaded;
use super::feed::{FEED_BYTES_MAX, FEED_ROWS_MAX, Feed};

/// The version of the room's own state in a checkpoint.
const STATE_FORMAT: u8 = 1;

/// What a board weighs at one row, to load from later.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// After this row.
    pub seq: Seq,
    /// Actors and the greatest clock.
    pub state: Bytes,
    /// Documents that changed since the checkpoint before, each with the row that changed it last, and a snapshot.
    pub documents: Vec<(DocumentId, Seq, Bytes)>,
}

/// Why a board could not be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LoadError {
    /// Bytes that are not what they should be, although their checksum is right.
    #[error("{what}: {error}")]
    Decode {
        /// Which bytes.
        what: String,
        /// What is wrong with them.
        error: DecodeError,
    },
    /// A row builds on something that is not there.
    #[error("row {} does not merge: op {op}: {reason}", seq.0)]
    Merge {
        /// The row.
        seq: Seq,
        /// The op.
        op: OpId,
        /// What is missing.
        reason: Reason,
    },
}

/// Reads a board. `checkpoint` holds all documents; `rows` are those after it, in order.
///
/// # Errors
/// What could not be read. A checkpoint that cannot be read can be left away: the log alone is enough.
pub fn load(log: LogId, checkpoint: Option<&Checkpoint>, rows: &[(Seq, Bytes)]) -> Result<Loaded, LoadError> {
    let mut loading = Loading::begin(log, checkpoint)?;
    rows.iter().try_for_each(|(seq, body)| loading.row(*seq, body))?;
    Ok(loading.finish())
}

/// A board as it is read, row by row.
pub struct Loading {
    state: Loaded,
    /// The latest rows, for the feed: what is older is not encoded again for readers.
    latest: VecDeque<(Seq, Row, usize)>,
    latest_bytes: usize,
}

impl Loading {
    /// Begins with a checkpoint, or with a board on which nothing was written.
    ///
    /// # Errors
    /// [`LoadError::Decode`].
    pub fn begin(log: LogId, checkpoint: Option<&Checkpoint>) -> Result<Self, LoadError> {
        let start = checkpoint.map_or(Seq(0), |checkpoint| checkpoint.seq);
        let mut state = Loaded {
            log,
            end: start,
            board: Board::default(),
            actors: Actors::default(),
            feed: Feed::new(start),
            announced: BTreeMap::new(),
            changed: BTreeMap::new(),
            checkpoint: start,
        };
        if let Some(checkpoint) = checkpoint {
            let named = |what: String| move |error| LoadError::Decode { what, error };
            let mut reader = Reader::new(&checkpoint.state);
            let clock = read_state(&mut reader, &mut state).map_err(named("the state of the checkpoint".into()))?;
            for (document, seq, bytes) in &checkpoint.documents {
                let snapshot = read_own_snapshot(bytes).map_err(named(format!("the snapshot of document {document}")))?;
                state.board.restore(*document, snapshot.document, clock);
                state.changed.insert(*document, *seq);
            }
        }
        Ok(Self { state, latest: VecDeque::new(), latest_bytes: 0 })
    }

    /// Takes the next row.
    ///
    /// # Errors
    /// [`LoadError`]; then the board cannot be read.
    pub fn row(&mut self, seq: Seq, body: &Bytes) -> Result<(), LoadError> {
        let state = &mut self.state;
        let row = read_row(body, &mut state.actors).map_err(|error| LoadError::Decode { what: format!("row {}", seq.0), error })?;
        let mut last = None;
        for entry in &row.entries {
            let mut hash = UNKNOWN_HASH;
            if let Verdict::Accepted(change) = &entry.verdict {
                hash = hash_change(change);
                state.board.merge(change).map_err(|(op, reason)| LoadError::Merge { seq, op, reason })?;
                for op in &change.ops {
                    if last != Some(op.document) {
                        state.changed.insert(op.document, seq);
                        last = Some(op.document);
                    }
                }
            }
            state.actors.decided(&entry.verdict, hash);
        }
        state.end = seq;
        self.latest.push_back((seq, row, body.len()));
        self.latest_bytes += body.len();
        while self.latest_bytes > FEED_BYTES_MAX || self.latest.len() > FEED_ROWS_MAX {
            let Some((.., bytes)) = self.latest.pop_front() else { break };
            self.latest_bytes -= bytes;
        }
        Ok(())
    }

    /// The board after the last row.
    #[must_use]
    pub fn finish(mut self) -> Loaded {
        let before = self.latest.front().map_or(self.state.end, |(seq, ..)| Seq(seq.0 - 1));
        self.state.feed = Feed::new(before);
        for (seq, row, _) in self.latest {
            self.state.publish(seq, &row);
        }
        self.state
    }
}

/// A checkpoint of a state that is durable as a whole.
pub(super) fn take_checkpoint(state: &Loaded) -> Checkpoint {
    let documents = state
        .board
        .documents()
        .filter_map(|(document, content)| {
            let changed = *state.changed.get(&document).filter(|changed| **changed > state.checkpoint)?;
            let cursor = Cursor { log: state.log, seq: state.end };
            Some((document, changed, write_snapshot(document, cursor, content).into()))
        })
        .collect();
    Checkpoint { seq: state.end, state: write_state(&state.board, &state.actors), documents }
}

/// What a checkpoint holds besides documents.
pub(crate) fn write_state(board: &Board, actors: &Actors) -> Bytes {
    let mut bytes = vec![STATE_FORMAT];
    put(&mut bytes, board.clock());
    actors.write(&mut bytes);
    bytes.into()
}

fn read_state(reader: &mut Reader<'_>, state: &mut Loaded) -> Result<u64, DecodeError> {
    if reader.byte("the format of a room's state")? != STATE_FORMAT {
        return Err(DecodeError::Invalid { what: "the format of a room's state", allowed: "1" });
    }
    let clock = reader.number("a clock")?;
    state.actors = Actors::read(reader)?;
    reader.end()?;
    Ok(clock)
}

/// The first row of a new board: the server that makes it gives it a page.
#[must_use]
pub fn first_row(server: ActorId, key: &ActorKey, now_ms: u64) -> Bytes {
    let order = order::between(None, None).expect("there is room in an empty order");
    let properties = vec![Property { key: Key::Order.number(), value: Value::Order(order).encode() }];
    let create = Op { document: DocumentId::COVER, body: OpBody::Create { kind: Kind::Page.number(), properties } };
    let change = Change { actor: server, first: 1, clock: now_ms, hand: 0, gesture: 0, ops: vec![create] };
    let introduction = Introduction { actor: server, key: hash_key(key) };
    let row = Row { introductions: vec![introduction], entries: vec![Entry { accepted_ms: now_ms, verdict: Verdict::Accepted(change) }] };
    let mut actors = Actors::default();
    actors.introduce(introduction);
    write_row(&row, &mut &actors).into()
}
