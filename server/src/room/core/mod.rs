//! The room core: what a live board does with what it is told. No I/O, no clock, no randomness.
//!
//! Three kinds of method, after quinn: `handle_*` take what happened, `poll_*` give what is to be
//! done, the rest look. The contract: after each `handle_*`, drain [`RoomCore::poll_output`].
//!
//! # One batch at a time
//! Changes that arrive while a batch is being written wait, unjudged. When the batch is durable it
//! is published and acknowledged, and only then what waited is judged, merged and written as the
//! next. So at any moment the board's state is what the log holds plus the one batch under way, and
//! a snapshot taken between batches shows nothing that is not on disk (SPEC LOG-3). If the batch
//! fails, the driver reads the board anew from the log; the authors keep their changes and send them again.
//!
//! # Gathering
//! Alone, a change is written at once. With many readers a batch waits until [`RoomCore::gather_us`]
//! after the one before: each write to each reader costs some microseconds, whatever it carries.

mod audience;
mod batch;
mod call;
mod entry;
mod meeting;
mod output;
mod people;
mod publish;
mod reading;
mod sessions;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use kakehashi_protocol::board::Board;
use kakehashi_protocol::ids::{ActorId, DocumentId, LogId, Seq};
use kakehashi_protocol::people::Who;
use kakehashi_protocol::wire::frame::{Failure, FailureCode, ServerFrame, Subscription, message};

use crate::room::actors::Actors;
use crate::room::feed::Feed;

pub use batch::{ROW_BYTES_MAX, change_size};
pub use call::call_message;
pub use entry::{Entry, ParticipantId, Recorded};
pub use meeting::HAND_OVER_US;
pub use output::{AppendFailure, Output, PublishedRow};
pub use publish::Loaded;
pub use sessions::{Author, Turn};

use batch::{Batch, Waiting};
use meeting::Watch;
use people::{Connection, PRESENCE_US};

/// Both clocks, as the driver reads them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Now {
    /// Milliseconds since 1970.
    pub wall_ms: u64,
    /// Microseconds since some fixed moment, never going back.
    pub mono_us: u64,
}

/// A connection's number in its room.
pub type ConnectionId = u32;

/// A live board. Its methods stand in `people` (who is here), `batch` (what they write), `meeting` (what
/// the server itself writes), `sessions` (that they begin and end), `reading`, `audience` and `publish` (what they are sent), `call` (what they ask of the call).
pub struct RoomCore {
    state: Loaded,
    connections: BTreeMap<ConnectionId, Connection>,
    waiting: VecDeque<Waiting>,
    /// The sum of [`Waiting::size`].
    waiting_bytes: usize,
    batch: Option<Batch>,
    /// Actors with keys that have written nothing yet.
    keys: BTreeMap<ActorId, [u8; 16]>,
    snapshots: Vec<(u64, String, DocumentId)>,
    presence_dirty: BTreeSet<ConnectionId>,
    reports_dirty: BTreeSet<ConnectionId>,
    presence_at: u64,
    appended_at: u64,
    /// How long the disk took with the last batch, microseconds.
    disk_us: u64,
    reloading: bool,
    /// The actor of what the server itself writes, once it is needed.
    writer: Option<ActorId>,
    watch: Watch,
    /// Connections that are gone and whose pages may be in the call still, and whether they speak there.
    away: BTreeMap<ConnectionId, (Who, bool)>,
    /// What connections want to read, while it is not yet durable whether they may.
    wanted: Vec<(ConnectionId, Subscription)>,
    outputs: VecDeque<Output>,
}

impl RoomCore {
    /// A room on a board as it was read.
    #[must_use]
    pub fn new(state: Loaded) -> Self {
        Self {
            state,
            connections: BTreeMap::new(),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            batch: None,
            keys: BTreeMap::new(),
            snapshots: Vec::new(),
            presence_dirty: BTreeSet::new(),
            reports_dirty: BTreeSet::new(),
            presence_at: 0,
            appended_at: 0,
            disk_us: 0,
            reloading: false,
            writer: None,
            watch: Watch::default(),
            away: BTreeMap::new(),
            wanted: Vec::new(),
            outputs: VecDeque::new(),
        }
    }

    /// The log's identity.
    #[must_use]
    pub const fn log(&self) -> LogId {
        self.state.log
    }

    /// The last durable row.
    #[must_use]
    pub const fn end(&self) -> Seq {
        self.state.end
    }

    /// The board's state: what is durable, and the batch under way.
    #[must_use]
    pub const fn board(&self) -> &Board {
        &self.state.board
    }

    /// Who has written how far, the batch under way included.
    #[must_use]
    pub const fn actors(&self) -> &Actors {
        &self.state.actors
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// Whether nobody is here and nothing is under way.
    #[must_use]
    pub fn idle(&self) -> bool {
        self.connections.is_empty() && self.settled()
    }

    /// Whether all that was offered is decided and durable.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.batch.is_none() && self.waiting.is_empty() && !self.reloading
    }

    /// Rows as the connections' feed must have them before the first is published.
    #[must_use]
    pub const fn feed(&self) -> &Feed {
        &self.state.feed
    }

    /// What to do next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`Self::handle_timeout`], in microseconds of [`Now::mono_us`].
    #[must_use]
    pub fn poll_timeout(&self) -> Option<u64> {
        let batch = (self.batch.is_none() && !self.reloading && !self.waiting.is_empty()).then(|| self.appended_at + self.gather_us());
        let presence = self.has_presence_to_show().then_some(self.presence_at + PRESENCE_US);
        batch.into_iter().chain(presence).chain(self.meeting_timeout()).min()
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Now) {
        self.look_after_meeting(now);
        self.start_batch(now);
        self.show_presence(now);
    }

    fn send(&mut self, connection: ConnectionId, frame: &ServerFrame) {
        self.outputs.push_back(Output::Send { connection, message: message(frame).into() });
    }

    /// Tells a connection, and only that one, what was wrong.
    fn fail(&mut self, connection: ConnectionId, code: FailureCode, detail: String) {
        self.send(connection, &ServerFrame::Failed(Failure { code, detail }));
        if code.ends() {
            self.handle_leave(connection);
            self.outputs.push_back(Output::Close { connection });
        }
    }
}

fn frame(message: &mut Vec<u8>, frame: &ServerFrame) {
    kakehashi_protocol::wire::frame::write_frame(message, frame);
}
