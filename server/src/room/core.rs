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

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::Bytes;
use kakehashi_protocol::board::Board;
use kakehashi_protocol::codec::{ActorNames, ActorRefs};
use kakehashi_protocol::ids::{ActorId, Cursor, DocumentId, LogId, Seq};
use kakehashi_protocol::limits;
use kakehashi_protocol::op::Change;
use kakehashi_protocol::presence::Presence;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::verdict::Refusal;
use kakehashi_protocol::wire::frame::{
    ActorKey, Failure, FailureCode, Hello, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN, ServerFrame, Shown, Standing, Subscribed, Subscription,
    Welcome, message, part_frame,
};
use kakehashi_protocol::wire::part::PartWriter;
use kakehashi_protocol::wire::row::{Entry, Introduction, LogActors, Row, Verdict, hash_key, write_row};
use kakehashi_protocol::wire::snapshot::write_snapshot;

use super::actors::{Actors, Offer, UNKNOWN_HASH, hash_change};
use super::feed::{Feed, FeedRow};

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

/// Changes that may wait for the batch under way, all connections together. Beyond it a connection
/// is told that the server is busy; at 200 bytes each this is 3 MiB.
pub const WAITING_MAX: usize = 16_384;
/// Bytes of changes that may wait before [`RoomCore::crowded`] asks the driver to bring no more: the
/// disk is behind, and the rest waits in the senders' sockets.
const WAITING_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of changes after which a row takes no more. The last change may be as long as
/// [`limits::CHANGE_BYTES_MAX`], and a row's part still fits a message.
const ROW_BYTES_MAX: usize = limits::MESSAGE_BYTES_MAX / 4;
/// What each reader adds to the time a batch waits for more, microseconds, up to [`GATHER_US_FRAME`]:
/// a write to a reader costs some microseconds whatever it carries, so fewer and larger ones are
/// the lever. Ten readers wait 1.5 ms, which nobody sees.
const GATHER_US_PER_READER: u64 = 150;
/// One frame of a 60 Hz screen, nearly: what is gathered within it would be painted together anyway.
const GATHER_US_FRAME: u64 = 15_000;
/// What each reader adds besides, microseconds, up to another frame: writing to a thousand readers
/// takes some milliseconds of itself, and must not fill the time between two batches.
const GATHER_US_PER_READER_LATER: u64 = 10;
/// Presence is gathered for so long, microseconds: 30 times a second.
const PRESENCE_US: u64 = 33_000;
/// Rows after which the room asks for a checkpoint, so that loading stays quick: reading a thousand
/// rows takes some milliseconds.
const CHECKPOINT_ROWS: u64 = 2_048;

/// What the room wants done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// Send this message to a connection.
    Send {
        /// Whom.
        connection: ConnectionId,
        /// One or more frames.
        message: Bytes,
    },
    /// From here on the connection reads a document: parts of rows after `seq`, and presence.
    Attach {
        /// Who.
        connection: ConnectionId,
        /// What.
        document: DocumentId,
        /// From where.
        seq: Seq,
    },
    /// It reads the document no longer.
    Detach {
        /// Who.
        connection: ConnectionId,
        /// What.
        document: DocumentId,
    },
    /// End the connection, after what was sent.
    Close {
        /// Whom.
        connection: ConnectionId,
    },
    /// Append a row; answer with [`RoomCore::handle_committed`] or [`RoomCore::handle_append_failed`].
    Append {
        /// The log's end that the row builds on.
        expected_end: Seq,
        /// The row.
        body: Bytes,
    },
    /// A row is durable: readers may see it.
    Publish(PublishedRow),
    /// What a connection shows in a document now.
    Show {
        /// Where.
        document: DocumentId,
        /// Who.
        connection: ConnectionId,
        /// The frame.
        frame: Bytes,
        /// Whether it says that the connection is gone.
        gone: bool,
    },
    /// A snapshot that was asked for.
    Snapshot {
        /// By this number.
        request: u64,
        /// The bytes; `None`: not allowed, or no such document.
        bytes: Option<Bytes>,
    },
    /// The batch could not be written: read the board anew and call [`RoomCore::handle_reloaded`].
    Reload,
}

/// A durable row's frames.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedRow {
    /// The row.
    pub seq: Seq,
    /// A frame for each document.
    pub parts: Vec<(DocumentId, Bytes)>,
}

/// Why a batch could not be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AppendFailure {
    /// No room on the disk.
    DiskFull,
    /// Anything else.
    Broken,
}

struct Connection {
    role: Role,
    actors: BTreeSet<ActorId>,
    documents: BTreeSet<DocumentId>,
    ticket: String,
    actor: ActorId,
    presence: Option<Presence>,
    shown_in: Option<DocumentId>,
}

enum Waiting {
    /// To be judged here. The role is what the connection had when it sent the change; it counts if
    /// the connection is gone by now, for what was sent before leaving was meant.
    Change(ConnectionId, Role, Box<Change>),
    /// Judged by another log.
    Decided(Box<Entry>, Option<Introduction>),
}

impl Waiting {
    /// About how many bytes it takes in a row.
    fn size(&self) -> usize {
        match self {
            Self::Change(_, _, change) => change_size(change),
            Self::Decided(entry, _) => match &entry.verdict {
                Verdict::Accepted(change) => change_size(change),
                Verdict::Refused { .. } => 16,
            },
        }
    }
}

/// The batch that is being written.
#[derive(Default)]
struct Batch {
    row: Row,
    waiters: BTreeSet<(ConnectionId, ActorId)>,
}

/// Where a board is read from: all there is in the log.
pub struct Loaded {
    pub(super) log: LogId,
    pub(super) end: Seq,
    pub(super) board: Board,
    pub(super) actors: Actors,
    pub(super) feed: Feed,
    pub(super) announced: BTreeMap<DocumentId, BTreeSet<u64>>,
    pub(super) changed: BTreeMap<DocumentId, Seq>,
    pub(super) checkpoint: Seq,
}

/// A live board.
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
    presence_at: u64,
    appended_at: u64,
    reloading: bool,
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
            presence_at: 0,
            appended_at: 0,
            reloading: false,
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

    /// Whether so much waits for the disk that the driver should bring no more before the next batch.
    #[must_use]
    pub fn crowded(&self) -> bool {
        self.waiting_bytes >= WAITING_BYTES_MAX || self.waiting.len() >= WAITING_MAX / 2
    }

    /// The row that last changed a document: a snapshot of it or of any later row is up to date.
    #[must_use]
    pub fn changed_at(&self, document: DocumentId) -> Seq {
        self.changed(document)
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
        let presence = (!self.presence_dirty.is_empty()).then_some(self.presence_at + PRESENCE_US);
        batch.into_iter().chain(presence).min()
    }

    /// How long a batch waits for more after the one before it, microseconds.
    #[must_use]
    pub fn gather_us(&self) -> u64 {
        let readers = self.connections.len() as u64;
        (readers * GATHER_US_PER_READER).min(GATHER_US_FRAME) + (readers * GATHER_US_PER_READER_LATER).min(GATHER_US_FRAME)
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Now) {
        self.start_batch(now);
        self.show_presence(now);
    }

    /// A connection said hello. `ticket` opens its snapshots and is the driver's random.
    pub fn handle_join(&mut self, now: Now, connection: ConnectionId, role: Role, hello: &Hello, ticket: String) {
        if !(PROTOCOL_VERSION_MIN..=PROTOCOL_VERSION).contains(&hello.protocol) {
            let detail = format!("protocol version {} is not spoken here, {PROTOCOL_VERSION_MIN} to {PROTOCOL_VERSION} is", hello.protocol);
            return self.fail(connection, FailureCode::Version, detail);
        }
        if let Err((code, detail)) = self.check_key(hello.actor, &hello.key) {
            self.fail(connection, code, detail);
            if !code.ends() {
                // Who was not welcomed cannot stay.
                self.outputs.push_back(Output::Close { connection });
            }
            return;
        }
        let welcome = Welcome {
            protocol: hello.protocol,
            log: self.state.log,
            server_ms: now.wall_ms,
            connection,
            role,
            standing: self.standing(hello.actor),
            ticket: ticket.clone(),
        };
        self.connections.insert(
            connection,
            Connection {
                role,
                actors: BTreeSet::from([hello.actor]),
                documents: BTreeSet::new(),
                ticket,
                actor: hello.actor,
                presence: None,
                shown_in: None,
            },
        );
        self.send(connection, &ServerFrame::Welcome(welcome));
        for subscription in &hello.subscriptions {
            self.handle_subscribe(connection, *subscription);
        }
    }

    /// A connection also writes for an actor that is gone.
    pub fn handle_claim(&mut self, connection: ConnectionId, actor: ActorId, key: &ActorKey) {
        if let Err((code, detail)) = self.check_key(actor, key) {
            return self.fail(connection, code, detail);
        }
        let standing = self.standing(actor);
        let Some(known) = self.connections.get_mut(&connection) else { return };
        if known.actors.len() >= limits::CLAIMS_MAX {
            return self.fail(connection, FailureCode::Limit, format!("a connection writes for at most {} actors", limits::CLAIMS_MAX));
        }
        known.actors.insert(actor);
        self.send(connection, &ServerFrame::Claimed(standing));
    }

    /// A connection offers a change.
    pub fn handle_change(&mut self, now: Now, connection: ConnectionId, change: Change) {
        let Some(known) = self.connections.get(&connection) else { return };
        if !known.actors.contains(&change.actor) {
            let detail = format!("this connection does not write for actor {}", change.actor);
            return self.fail(connection, FailureCode::ForeignActor, detail);
        }
        if self.waiting.len() >= WAITING_MAX {
            return self.fail(connection, FailureCode::Busy, "too many changes wait for the disk".into());
        }
        let role = known.role;
        self.wait(Waiting::Change(connection, role, Box::new(change)));
        self.start_batch(now);
    }

    /// Another log of the same board brings what it has decided: it is taken as it is (SPEC LINK-1).
    /// Entries must come in that log's order; what is known already is passed over.
    pub fn handle_replicated(&mut self, now: Now, entries: impl IntoIterator<Item = (Entry, Option<Introduction>)>) {
        for (entry, introduction) in entries {
            self.wait(Waiting::Decided(Box::new(entry), introduction));
        }
        self.start_batch(now);
    }

    fn wait(&mut self, waiting: Waiting) {
        self.waiting_bytes += waiting.size();
        self.waiting.push_back(waiting);
    }

    /// A connection wants to read a document.
    pub fn handle_subscribe(&mut self, connection: ConnectionId, subscription: Subscription) {
        let Subscription { document, cursor } = subscription;
        if self.state.board.document(document).is_none() || !self.published(document) {
            return self.fail(connection, FailureCode::UnknownDocument, format!("document {document} does not exist"));
        }
        let Some(known) = self.connections.get_mut(&connection) else { return };
        if known.documents.len() >= limits::SUBSCRIPTIONS_MAX && !known.documents.contains(&document) {
            let detail = format!("a connection reads at most {} documents", limits::SUBSCRIPTIONS_MAX);
            return self.fail(connection, FailureCode::Limit, detail);
        }
        known.documents.insert(document);
        let resume = cursor.filter(|cursor| cursor.log == self.state.log && self.state.feed.reaches(cursor.seq)).map(|cursor| cursor.seq);
        // Without a cursor the client takes a snapshot. It may be an older one, taken when the document was last changed.
        let seq = resume.unwrap_or_else(|| self.changed(document).min(self.state.end));
        let announced = self.state.announced.get(&document).into_iter().flatten();
        let actors = announced.filter_map(|number| Some((*number, self.state.actors.name(*number).ok()?))).collect();
        self.send(connection, &ServerFrame::Subscribed(Subscribed { document, seq, snapshot: resume.is_none(), actors }));
        let seq = resume.unwrap_or(self.state.end);
        self.outputs.push_back(Output::Attach { connection, document, seq });
    }

    /// A connection no longer reads a document.
    pub fn handle_unsubscribe(&mut self, connection: ConnectionId, document: DocumentId) {
        if let Some(known) = self.connections.get_mut(&connection)
            && known.documents.remove(&document)
        {
            self.outputs.push_back(Output::Detach { connection, document });
        }
    }

    /// A connection shows something of itself.
    pub fn handle_presence(&mut self, connection: ConnectionId, presence: Presence) {
        if let Err(error) = presence.check() {
            return self.fail(connection, FailureCode::Limit, error.to_string());
        }
        // Of a document that is not there nothing is shown: nobody reads it, and it must not take memory.
        let there = presence.document.is_none_or(|document| self.state.board.document(document).is_some());
        if let Some(known) = self.connections.get_mut(&connection) {
            known.presence = there.then_some(presence);
            self.presence_dirty.insert(connection);
        }
    }

    /// A connection asks whether anybody is there.
    pub fn handle_ping(&mut self, now: Now, connection: ConnectionId, nonce: u32) {
        self.send(connection, &ServerFrame::Pong { nonce, server_ms: now.wall_ms });
    }

    /// A connection is gone.
    pub fn handle_leave(&mut self, connection: ConnectionId) {
        let Some(known) = self.connections.remove(&connection) else { return };
        self.presence_dirty.remove(&connection);
        if let Some(document) = known.shown_in {
            self.show(document, connection, known.actor, None);
        }
        if let Some(batch) = &mut self.batch {
            batch.waiters.retain(|(waiter, _)| *waiter != connection);
        }
    }

    /// Whether a ticket is that of a connection that reads the document.
    #[must_use]
    pub fn may_read(&self, ticket: &str, document: DocumentId) -> bool {
        self.connections.values().any(|known| known.ticket == ticket && known.documents.contains(&document))
    }

    /// A snapshot is asked for by the ticket of a connection. The answer is an [`Output::Snapshot`],
    /// as soon as no batch is under way.
    pub fn handle_snapshot(&mut self, request: u64, ticket: String, document: DocumentId) {
        self.snapshots.push((request, ticket, document));
        self.answer_snapshots();
    }

    /// How many ops of the batch under way are accepted and refused.
    #[must_use]
    pub fn batch_ops(&self) -> (u64, u64) {
        let mut counts = (0, 0);
        for entry in self.batch.iter().flat_map(|batch| &batch.row.entries) {
            match &entry.verdict {
                Verdict::Accepted(change) => counts.0 += change.ops.len() as u64,
                Verdict::Refused { refusal, .. } => counts.1 += refusal.count,
            }
        }
        counts
    }

    /// The batch is durable as row `seq`.
    pub fn handle_committed(&mut self, now: Now, seq: Seq) {
        let Some(batch) = self.batch.take() else { return };
        assert_eq!(seq, self.state.end.next(), "one batch is one row");
        self.state.publish(seq, &batch.row).into_iter().for_each(|row| self.outputs.push_back(Output::Publish(row)));
        for (connection, actor) in &batch.waiters {
            let mut message = Vec::new();
            for entry in &batch.row.entries {
                if let Verdict::Refused { actor: refused, refusal } = &entry.verdict
                    && refused == actor
                {
                    frame(&mut message, &ServerFrame::Refused { actor: *actor, refusal: *refusal });
                }
            }
            frame(&mut message, &ServerFrame::Accepted { actor: *actor, next: self.state.actors.next(*actor) });
            self.outputs.push_back(Output::Send { connection: *connection, message: message.into() });
        }
        self.answer_snapshots();
        self.start_batch(now);
    }

    /// The batch could not be written. Nothing of it was seen by anybody; its authors keep it.
    pub fn handle_append_failed(&mut self, failure: AppendFailure) {
        let Some(batch) = self.batch.take() else { return };
        let connections: BTreeSet<ConnectionId> = batch.waiters.iter().map(|(connection, _)| *connection).collect();
        let (code, detail) = match failure {
            AppendFailure::DiskFull => (FailureCode::DiskFull, "the server's disk is full; nothing was accepted"),
            AppendFailure::Broken => (FailureCode::Damaged, "the server could not write to its disk; nothing was accepted"),
        };
        for connection in connections {
            self.fail(connection, code, detail.into());
        }
        // What waits stays: it is judged again on the board as it is read anew, and what built on the
        // lost batch is answered with the counter that is missing.
        self.keys.extend(batch.row.introductions.iter().map(|introduction| (introduction.actor, introduction.key)));
        self.reloading = true;
        self.outputs.push_back(Output::Reload);
    }

    /// The board was read anew after [`Output::Reload`].
    ///
    /// If the log turns out to hold the row that seemed to have failed, no reader has seen it: all
    /// connections end and come back, and the driver takes [`Self::feed`] anew.
    pub fn handle_reloaded(&mut self, now: Now, mut state: Loaded) {
        if state.end == self.state.end {
            // Readers go on in the feed they have: nothing was published that is not in the log.
            state.feed = std::mem::take(&mut self.state.feed);
            state.announced = std::mem::take(&mut self.state.announced);
            self.state = state;
        } else {
            self.state = state;
            for connection in self.connections.keys().copied().collect::<Vec<_>>() {
                self.fail(connection, FailureCode::Restart, "the board was read anew; connect again".into());
            }
        }
        self.reloading = false;
        self.answer_snapshots();
        self.start_batch(now);
    }

    /// Whether enough rows have come since the last checkpoint, and none is under way.
    #[must_use]
    pub fn checkpoint_due(&self) -> bool {
        self.batch.is_none() && !self.reloading && self.state.end.0 >= self.state.checkpoint.0 + CHECKPOINT_ROWS
    }

    /// A checkpoint of the durable state, or `None` if nothing changed since the last, or a batch is
    /// under way. Documents unchanged since the last are left out, so the driver takes the next only
    /// when this one is saved or has failed; see [`Self::handle_checkpoint_saved`].
    #[must_use]
    pub fn take_checkpoint(&self) -> Option<super::load::Checkpoint> {
        let nothing = self.batch.is_some() || self.reloading || self.state.checkpoint == self.state.end;
        (!nothing).then(|| super::load::take_checkpoint(&self.state))
    }

    /// The checkpoint of row `seq` is durable. One that failed is not told: the next holds its documents too.
    pub fn handle_checkpoint_saved(&mut self, seq: Seq) {
        self.state.checkpoint = self.state.checkpoint.max(seq);
    }

    fn check_key(&mut self, actor: ActorId, key: &ActorKey) -> Result<(), (FailureCode, String)> {
        if actor.0 == 0 {
            return Err((FailureCode::WrongKey, "actor zero does not write".into()));
        }
        let hash = hash_key(key);
        let known = self.state.actors.get(actor).map(|known| known.key).or_else(|| self.keys.get(&actor).copied());
        match known {
            Some(known) if known != hash => Err((FailureCode::WrongKey, format!("actor {actor} exists with another key"))),
            Some(_) => Ok(()),
            None if self.state.actors.len() + self.keys.len() >= limits::ACTORS_MAX => {
                Err((FailureCode::Limit, format!("a board has at most {} actors", limits::ACTORS_MAX)))
            }
            None => {
                self.keys.insert(actor, hash);
                Ok(())
            }
        }
    }

    /// How far an actor is heard durably: what is under way is answered when it is written.
    fn standing(&self, actor: ActorId) -> Standing {
        let under_way = self.batch.iter().flat_map(|batch| &batch.row.entries).find(|entry| entry.verdict.actor() == actor);
        let next = under_way.map_or_else(|| self.state.actors.next(actor), |entry| entry.verdict.first());
        let refused =
            self.state.actors.get(actor).map(|known| known.refused.iter().filter(|refusal| refusal.first < next).copied().collect());
        Standing { actor, next, refused: refused.unwrap_or_default() }
    }

    fn changed(&self, document: DocumentId) -> Seq {
        self.state.changed.get(&document).copied().unwrap_or(self.state.end)
    }

    /// Whether the page's entry is durable: a batch under way may have made it.
    fn published(&self, document: DocumentId) -> bool {
        let made = |entry: &Entry| match &entry.verdict {
            Verdict::Accepted(change) => change.actor == document.0.actor && (change.first..change.end()).contains(&document.0.counter),
            Verdict::Refused { .. } => false,
        };
        !self.batch.iter().flat_map(|batch| &batch.row.entries).any(made)
    }

    fn start_batch(&mut self, now: Now) {
        if self.batch.is_some() || self.reloading || self.waiting.is_empty() || now.mono_us < self.appended_at + self.gather_us() {
            return;
        }
        let mut batch = Batch::default();
        let mut size = 0;
        while size < ROW_BYTES_MAX
            && let Some(waiting) = self.waiting.pop_front()
        {
            self.waiting_bytes -= waiting.size();
            size += match waiting {
                Waiting::Change(connection, role, change) => self.decide(now, &mut batch, connection, role, *change),
                Waiting::Decided(entry, introduction) => self.take_over(&mut batch, *entry, introduction),
            };
        }
        if batch.row.entries.is_empty() {
            return;
        }
        self.appended_at = now.mono_us;
        let body = write_row(&batch.row, &mut &self.state.actors).into();
        self.batch = Some(batch);
        self.outputs.push_back(Output::Append { expected_end: self.state.end, body });
    }

    /// Judges a change and puts its verdict into the batch; gives its size there.
    fn decide(&mut self, now: Now, batch: &mut Batch, connection: ConnectionId, role: Role, change: Change) -> usize {
        let role = self.connections.get(&connection).map_or(role, |known| known.role);
        let actor = change.actor;
        match self.state.actors.offer(&change) {
            Offer::New => {}
            Offer::Gap { expected } => {
                self.send(connection, &ServerFrame::Gap { actor, expected });
                return 0;
            }
            Offer::Conflict => {
                let detail = format!("op {} was written before with other bytes", change.id(0));
                self.fail(connection, FailureCode::Conflict, detail);
                return 0;
            }
            Offer::Resent => {
                let in_batch = batch.row.entries.iter().any(|entry| entry.verdict.actor() == actor);
                if in_batch {
                    batch.waiters.insert((connection, actor));
                } else {
                    self.answer_resend(connection, &change);
                }
                return 0;
            }
        }
        let size = change_size(&change);
        let hash = hash_change(&change);
        self.introduce(batch, actor, None);
        let verdict = match self.state.board.judge(role, &change, now.wall_ms) {
            Ok(()) => Verdict::Accepted(change),
            Err(reason) => {
                let refusal = Refusal { first: change.first, count: change.ops.len() as u64, reason };
                Verdict::Refused { actor, refusal }
            }
        };
        if let Verdict::Accepted(change) = &verdict {
            // Half a change must never be shown or saved: the room stops here and is read anew.
            let merged = self.state.board.merge(change);
            assert!(merged.is_ok(), "what was judged merges: {merged:?}");
        }
        self.state.actors.decided(&verdict, hash);
        batch.waiters.insert((connection, actor));
        batch.row.entries.push(Entry { accepted_ms: now.wall_ms, verdict });
        size
    }

    /// Puts another log's entry into the batch.
    fn take_over(&mut self, batch: &mut Batch, entry: Entry, introduction: Option<Introduction>) -> usize {
        let actor = entry.verdict.actor();
        if entry.verdict.first() != self.state.actors.next(actor) {
            return 0;
        }
        let (size, hash) = match &entry.verdict {
            Verdict::Accepted(change) => {
                // What does not fit yet is left out, and with it all its actor wrote later: the link brings it again.
                if self.state.board.fits(change).is_err() || self.state.board.merge(change).is_err() {
                    return 0;
                }
                (change_size(change), hash_change(change))
            }
            Verdict::Refused { .. } => (16, UNKNOWN_HASH),
        };
        self.introduce(batch, actor, introduction);
        self.state.actors.decided(&entry.verdict, hash);
        batch.row.entries.push(entry);
        size
    }

    fn introduce(&mut self, batch: &mut Batch, actor: ActorId, introduction: Option<Introduction>) {
        if self.state.actors.get(actor).is_some() {
            return;
        }
        let key = self.keys.remove(&actor).unwrap_or_default();
        let introduction = introduction.unwrap_or(Introduction { actor, key });
        self.state.actors.introduce(introduction);
        batch.row.introductions.push(introduction);
    }

    fn answer_resend(&mut self, connection: ConnectionId, change: &Change) {
        let actor = change.actor;
        let refused: Vec<Refusal> = self
            .state
            .actors
            .get(actor)
            .map(|known| known.refused.iter().filter(|refusal| (change.first..change.end()).contains(&refusal.first)).copied().collect())
            .unwrap_or_default();
        let mut message = Vec::new();
        for refusal in refused {
            frame(&mut message, &ServerFrame::Refused { actor, refusal });
        }
        frame(&mut message, &ServerFrame::Accepted { actor, next: self.standing(actor).next });
        self.outputs.push_back(Output::Send { connection, message: message.into() });
    }

    fn answer_snapshots(&mut self) {
        if self.batch.is_some() || self.reloading {
            return;
        }
        for (request, ticket, document) in std::mem::take(&mut self.snapshots) {
            let reader = self.may_read(&ticket, document);
            let bytes = self.state.board.document(document).filter(|_| reader).map(|state| {
                let cursor = Cursor { log: self.state.log, seq: self.state.end };
                write_snapshot(document, cursor, state).into()
            });
            self.outputs.push_back(Output::Snapshot { request, bytes });
        }
    }

    fn show_presence(&mut self, now: Now) {
        if self.presence_dirty.is_empty() || now.mono_us < self.presence_at + PRESENCE_US {
            return;
        }
        self.presence_at = now.mono_us;
        for connection in std::mem::take(&mut self.presence_dirty) {
            let Some(known) = self.connections.get_mut(&connection) else { continue };
            let (actor, presence) = (known.actor, known.presence.clone());
            let document = presence.as_ref().map(|presence| presence.document.unwrap_or(DocumentId::COVER));
            let before = std::mem::replace(&mut known.shown_in, document);
            if let Some(before) = before.filter(|before| Some(*before) != document) {
                self.show(before, connection, actor, None);
            }
            if let Some(document) = document {
                self.show(document, connection, actor, presence);
            }
        }
    }

    fn show(&mut self, document: DocumentId, connection: ConnectionId, actor: ActorId, presence: Option<Presence>) {
        let gone = presence.is_none();
        let frame = message(&ServerFrame::Presence(vec![Shown { connection, actor, presence }])).into();
        self.outputs.push_back(Output::Show { document, connection, frame, gone });
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

impl Loaded {
    /// Takes a durable row into the feed and gives it to be published.
    pub(super) fn publish(&mut self, seq: Seq, row: &Row) -> Option<PublishedRow> {
        self.end = seq;
        let mut documents: BTreeSet<DocumentId> = BTreeSet::new();
        for entry in &row.entries {
            if let Verdict::Accepted(change) = &entry.verdict {
                documents.extend(change.ops.iter().map(|op| op.document));
            }
        }
        let parts: Vec<(DocumentId, Bytes)> = documents.into_iter().map(|document| (document, self.part(document, seq, row))).collect();
        for (document, _) in &parts {
            self.changed.insert(*document, seq);
        }
        self.feed.push(FeedRow { seq, parts: parts.clone() });
        Some(PublishedRow { seq, parts })
    }

    fn part(&mut self, document: DocumentId, seq: Seq, row: &Row) -> Bytes {
        let mut used = Used { actors: &self.actors, numbers: BTreeSet::new() };
        let mut writer = PartWriter::new(document, seq, &mut used);
        for entry in &row.entries {
            if let Verdict::Accepted(change) = &entry.verdict {
                writer.add(change, document, &mut used);
            }
        }
        let announced = self.announced.entry(document).or_default();
        for number in used.numbers {
            if announced.insert(number)
                && let Ok(actor) = self.actors.name(number)
            {
                writer.introduce(number, actor);
            }
        }
        part_frame(&writer.finish()).into()
    }
}

/// Notes which actors a part names.
struct Used<'a> {
    actors: &'a Actors,
    numbers: BTreeSet<u64>,
}

impl ActorRefs for Used<'_> {
    fn number(&mut self, actor: ActorId) -> u64 {
        let number = (&mut &*self.actors).number(actor);
        if number > 0 {
            self.numbers.insert(number);
        }
        number
    }
}

fn frame(message: &mut Vec<u8>, frame: &ServerFrame) {
    kakehashi_protocol::wire::frame::write_frame(message, frame);
}

/// About what a change takes in a row and in its parts.
fn change_size(change: &Change) -> usize {
    change.ops.iter().map(|op| 16 + body_size(&op.body)).sum()
}

fn body_size(body: &kakehashi_protocol::op::OpBody) -> usize {
    use kakehashi_protocol::op::{OpBody, Property};
    let properties = |properties: &[Property]| properties.iter().map(|property| property.value.len() + 3).sum();
    match body {
        OpBody::Create { properties: list, .. } | OpBody::Set { properties: list, .. } => properties(list),
        OpBody::AppendInk { ink, .. } => ink.len(),
        OpBody::InsertText { text, .. } => text.len(),
        OpBody::MarkText { spans, .. } => spans.len() * 6,
        OpBody::Purge { .. } => 0,
        OpBody::Unknown { body, .. } => body.len(),
    }
}
