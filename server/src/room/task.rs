//! A room's task: the driver of one [`RoomCore`]. It brings what connections send, writes what the
//! core wants written, and hands out what it says. It decides nothing.
//!
//! One append is under way at a time, for the core says so. A panic stops this room alone: whoever
//! is connected notices that the room is gone and comes back, and it is read anew from the log.

use std::collections::HashMap;
use std::future::{Future, pending};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use kakehashi_protocol::ids::{ActorId, BoardId, DocumentId, Seq};
use kakehashi_protocol::op::Change;
use kakehashi_protocol::presence::{Presence, Report};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::{ActorKey, Failure, FailureCode, Hello, ServerFrame, Subscription, message};
use parking_lot::RwLock;
use tokio::sync::{mpsc, oneshot};
use tokio::task::unconstrained;
use tokio::time::{Instant, sleep_until};

use super::core::{AppendFailure, ConnectionId, Entry, Loaded, Output, ParticipantId, Recorded, RoomCore};
use super::feed::{Feed, FeedRow};
use super::reader::Direct;
use super::recent::Recent;
use super::snapshots::{Kept, Snapshots};
use crate::connection::line::{Line, Sent};
use crate::hub::drain::Guard;
use crate::hub::reading::read_board;
use crate::hub::{Hub, Slot};
use crate::log::{Checkpoint, LogError};

/// Commands that may wait for a room. Connections read no more from their sockets while they do, so
/// this and [`RoomCore::crowded`] bound what a room holds: 128 changes of 128 KiB at worst.
const COMMANDS_MAX: usize = 128;
/// Commands that are taken at once before anybody is woken.
const COMMANDS_AT_ONCE: usize = 64;
/// How long a room whose append failed waits before it reads the board anew: a full disk is not freed
/// in a moment, and reading costs.
const RELOAD_DELAY: Duration = Duration::from_millis(500);

/// Where a snapshot goes that was asked for; `None`: not allowed, or no such document.
pub type SnapshotAnswer = oneshot::Sender<Option<Arc<Kept>>>;

/// What a room is told.
pub enum Command {
    /// A connection said hello.
    Join {
        /// Its number.
        connection: ConnectionId,
        /// Where its answers go.
        line: Arc<Line>,
        /// What it said.
        hello: Box<Hello>,
        /// What it was let in with.
        entry: Entry,
        /// What opens its snapshots.
        ticket: String,
    },
    /// It offers a change.
    Change(ConnectionId, Box<Change>),
    /// It writes for an actor that is gone.
    Claim(ConnectionId, ActorId, ActorKey),
    /// It wants to read a document.
    Subscribe(ConnectionId, Subscription),
    /// It no longer does.
    Unsubscribe(ConnectionId, DocumentId),
    /// It shows something of itself.
    Presence(ConnectionId, Box<Presence>),
    /// It says how it is doing.
    Report(ConnectionId, Report),
    /// It asks whether anybody is there.
    Ping(ConnectionId, u32),
    /// It is gone.
    Leave(ConnectionId),
    /// A snapshot is asked for.
    Snapshot {
        /// By the ticket of a connection.
        ticket: String,
        /// Of this document.
        document: DocumentId,
        /// Where it goes.
        answer: SnapshotAnswer,
    },
    /// Whether the whole board may be given to somebody.
    MayExport {
        /// The ticket of a connection, or nothing.
        ticket: String,
        /// Where the answer goes.
        answer: oneshot::Sender<bool>,
    },
    /// What the board's record of a participant says.
    Recorded {
        /// Whose.
        participant: ParticipantId,
        /// Where the answer goes.
        answer: oneshot::Sender<Recorded>,
    },
    /// Whether anybody meets on the board now.
    Meets {
        /// Where the answer goes.
        answer: oneshot::Sender<bool>,
    },
    /// The directory has given somebody another role on the board.
    Appoint {
        /// Whom.
        participant: ParticipantId,
        /// Which.
        role: Role,
        /// Only if they have this one now.
        only: Option<Role>,
        /// Random: what the server's own name is drawn from, if nobody has come yet.
        ticket: String,
    },
    /// Stop as a broken invariant does.
    #[cfg(test)]
    Panic,
}

/// A live room as connections hold it. It stays in memory while one of these is held.
pub struct Room {
    /// Where it is told what happens.
    pub commands: mpsc::Sender<Command>,
    /// What readers read.
    pub feed: Arc<RwLock<Feed>>,
    last_connection: AtomicU32,
}

impl Room {
    /// A number for a new connection; never used before in this room's life.
    #[must_use]
    pub fn new_connection(&self) -> ConnectionId {
        self.last_connection.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether its task goes on.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.commands.is_closed()
    }
}

type Running<T> = Option<Pin<Box<dyn Future<Output = T> + Send>>>;

/// What runs a room.
pub struct RoomTask {
    hub: Arc<Hub>,
    slot: Arc<Slot>,
    board: BoardId,
    core: RoomCore,
    commands: mpsc::Receiver<Command>,
    feed: Arc<RwLock<Feed>>,
    lines: HashMap<ConnectionId, Arc<Line>>,
    /// Lines to be delivered to once all outputs are handed out; all of them if the feed has changed.
    touched: Vec<Arc<Line>>,
    fed: bool,
    append: Running<Result<Seq, LogError>>,
    append_began: Instant,
    saving: Running<(Seq, Result<(), LogError>)>,
    /// No checkpoint is tried again before.
    save_not_before: Instant,
    reload: bool,
    snapshots: Snapshots,
    asked: HashMap<u64, (DocumentId, SnapshotAnswer)>,
    last_request: u64,
    recent: Recent,
    guard: Guard,
}

/// Why a room's task ends.
enum Ended {
    /// Nobody used it.
    Idle,
    /// The server stops.
    Stopping,
    /// The board can no longer be read.
    Unreadable,
}

impl RoomTask {
    /// Starts the task of a board that was read.
    pub(crate) fn spawn(hub: Arc<Hub>, slot: Arc<Slot>, board: BoardId, loaded: Loaded) -> Arc<Room> {
        let core = RoomCore::new(loaded);
        hub.services.webhooks.offer(board, core.log(), core.end(), core.last_turns());
        let (sender, commands) = mpsc::channel(COMMANDS_MAX);
        let feed = Arc::new(RwLock::new(core.feed().clone()));
        let room = Arc::new(Room { commands: sender, feed: Arc::clone(&feed), last_connection: AtomicU32::new(0) });
        let guard = hub.services.drain.guard();
        let task = Self {
            slot,
            board,
            core,
            commands,
            feed,
            lines: HashMap::new(),
            touched: Vec::new(),
            fed: false,
            append: None,
            append_began: Instant::now(),
            saving: None,
            save_not_before: Instant::now(),
            reload: false,
            snapshots: Snapshots::default(),
            asked: HashMap::new(),
            last_request: 0,
            recent: Recent::default(),
            guard,
            hub,
        };
        tokio::spawn(task.supervise());
        room
    }

    /// Runs the room, and says loudly if it breaks.
    async fn supervise(mut self) {
        let meters = self.hub.services.meters.clone();
        let board = self.board;
        meters.rooms.increment(1.0);
        let ended = AssertUnwindSafe(self.run()).catch_unwind().await;
        meters.rooms.decrement(1.0);
        match ended {
            Ok(Ended::Idle) => tracing::debug!(%board, "the room left memory"),
            Ok(Ended::Stopping) => tracing::debug!(%board, "the room is closed"),
            Ok(Ended::Unreadable) => tracing::error!(%board, "the room is stopped: its board cannot be read"),
            Err(panic) => {
                meters.rooms_broken.increment(1);
                let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
                let (row, panic) = (self.core.end().0, words.unwrap_or("without words"));
                tracing::error!(%board, row, panic, "the room is stopped by a broken invariant; it will be read anew from the log");
                for input in self.recent.to_string().lines() {
                    tracing::error!(%board, input, "what the room was told last");
                }
            }
        }
    }

    async fn run(&mut self) -> Ended {
        let idle_room = self.hub.services.idle_room;
        let mut idle_since = Instant::now();
        let mut received = Vec::new();
        loop {
            self.hand_out().await;
            if self.reload {
                if let Err(ended) = self.read_anew().await {
                    return ended;
                }
                continue;
            }
            if self.core.checkpoint_due() {
                self.save();
            }
            let stopping = self.guard.stopping();
            if stopping && self.append.is_none() {
                return self.stop().await;
            }
            let clock = self.hub.services.clock;
            let due = self.core.poll_timeout().filter(|_| !stopping);
            if due.is_some_and(|due| due <= clock.now().mono_us) {
                self.core.handle_timeout(clock.now());
                continue;
            }
            let idle = self.core.idle() && self.saving.is_none();
            if !idle {
                idle_since = Instant::now();
            }
            let due = due.map_or(idle_since + idle_room, |due| clock.instant(due));
            let hears = !stopping && !self.core.crowded();
            tokio::select! {
                biased;
                result = running(&mut self.append) => {
                    self.append = None;
                    self.appended(result);
                }
                (seq, result) = running(&mut self.saving) => {
                    self.saving = None;
                    self.saved(seq, result);
                }
                count = self.commands.recv_many(&mut received, COMMANDS_AT_ONCE), if hears => {
                    if count == 0 {
                        // The slot holds a sender, and gives it up only in `leave`.
                        return Ended::Stopping;
                    }
                    idle_since = Instant::now();
                    for command in received.drain(..) {
                        self.obey(command);
                        self.hand_out_quietly();
                    }
                }
                () = sleep_until(due) => {
                    if idle {
                        if self.leave().await {
                            return Ended::Idle;
                        }
                        // Somebody holds the room: it is asked again after as long.
                        idle_since = Instant::now();
                    }
                }
                () = self.guard.stopped(), if !stopping => {}
            }
        }
    }

    fn obey(&mut self, command: Command) {
        self.recent.note(&command);
        let now = self.hub.services.clock.now();
        match command {
            Command::Join { connection, line, hello, entry, ticket } => {
                self.lines.insert(connection, line);
                self.core.handle_join(now, connection, entry, &hello, ticket);
            }
            Command::Change(connection, change) => self.core.handle_change(now, connection, *change),
            Command::Claim(connection, actor, key) => self.core.handle_claim(connection, actor, &key),
            Command::Subscribe(connection, subscription) => self.core.handle_subscribe(connection, subscription),
            Command::Unsubscribe(connection, document) => self.core.handle_unsubscribe(connection, document),
            Command::Presence(connection, presence) => self.core.handle_presence(connection, *presence),
            Command::Report(connection, report) => self.core.handle_report(connection, report),
            Command::Ping(connection, nonce) => self.core.handle_ping(now, connection, nonce),
            Command::Leave(connection) => {
                self.snapshots.forget_old();
                self.core.handle_leave(connection);
                self.lines.remove(&connection);
            }
            Command::Snapshot { ticket, document, answer } => self.snapshot(ticket, document, answer),
            Command::MayExport { ticket, answer } => {
                // An error means that who asked is gone.
                let _ = answer.send(self.core.may_export(&ticket));
            }
            Command::Recorded { participant, answer } => {
                let _ = answer.send(self.core.recorded(&participant));
            }
            Command::Meets { answer } => {
                let _ = answer.send(self.core.meets());
            }
            Command::Appoint { participant, role, only, ticket } => self.core.handle_appoint(now, &participant, role, only, &ticket),
            #[cfg(test)]
            Command::Panic => panic!("a room was told to panic"),
        }
    }

    /// Takes what the core wants done, and delivers it to those it concerns.
    async fn hand_out(&mut self) {
        self.hand_out_quietly();
        if self.fed || !self.touched.is_empty() {
            // After a hundred writes tokio would have the task give way, and who is left be woken.
            unconstrained(async { self.deliver() }).await;
        }
    }

    fn deliver(&mut self) {
        let feed = self.feed.read();
        let mut sent = Sent::default();
        if std::mem::take(&mut self.fed) {
            self.touched.clear();
            self.lines.values().for_each(|line| line.deliver(&feed, &mut sent));
        }
        self.touched.drain(..).for_each(|line| line.deliver(&feed, &mut sent));
        sent.count(&self.hub.services.meters);
    }

    fn hand_out_quietly(&mut self) {
        while let Some(output) = self.core.poll_output() {
            match output {
                Output::Send { connection, message } => self.tell(connection, Direct::Message(message)),
                Output::Attach { connection, document, seq } => self.tell(connection, Direct::Attach(document, seq)),
                Output::Detach { connection, document } => self.tell(connection, Direct::Detach(document)),
                Output::Close { connection } => self.tell(connection, Direct::Close),
                Output::Append { expected_end, body } => self.append(expected_end, body),
                Output::Publish(row) => {
                    self.feed.write().push(FeedRow { seq: row.seq, parts: row.parts });
                    self.fed = true;
                }
                Output::Show { document, connection, shows, frame, gone } => {
                    self.feed.write().show(document, connection, shows, frame, gone);
                    self.fed = true;
                }
                Output::Snapshot { request, bytes } => {
                    if let Some((document, answer)) = self.asked.remove(&request) {
                        let kept = bytes.map(|bytes| self.snapshots.keep(document, self.core.end(), bytes));
                        self.hub.services.meters.snapshots.increment(1);
                        // An error means that who asked is gone.
                        let _ = answer.send(kept);
                    }
                }
                Output::Reload => self.reload = true,
            }
        }
    }

    fn tell(&mut self, connection: ConnectionId, direct: Direct) {
        let Some(line) = self.lines.get(&connection) else { return };
        if !line.push(direct) {
            self.hub.services.meters.too_slow.increment(1);
        }
        if self.touched.last().is_none_or(|last| !Arc::ptr_eq(last, line)) {
            self.touched.push(Arc::clone(line));
        }
    }

    fn append(&mut self, expected_end: Seq, body: Bytes) {
        let log = Arc::clone(&self.hub.services.log);
        let board = self.board;
        self.hub.services.meters.row_bytes.increment(body.len() as u64);
        self.append_began = Instant::now();
        if self.core.batch_turns().is_empty() {
            self.append = Some(Box::pin(async move { log.append(board, expected_end, body).await }));
            return;
        }
        // Both are durable before anybody hears of the row.
        let webhooks = Arc::clone(&self.hub.services.webhooks);
        self.append = Some(Box::pin(async move {
            let doubt = webhooks.doubt(board, expected_end.next());
            tokio::join!(log.append(board, expected_end, body), doubt).0
        }));
    }

    fn appended(&mut self, result: Result<Seq, LogError>) {
        self.recent.note_answer(&result);
        let services = &self.hub.services;
        let failure = match result {
            Ok(seq) => {
                services.note_write(true);
                services.meters.append_seconds.record(self.append_began.elapsed().as_secs_f64());
                services.meters.rows.increment(1);
                let (accepted, refused) = self.core.batch_ops();
                services.meters.ops_accepted.increment(accepted);
                services.meters.ops_refused.increment(refused);
                services.webhooks.offer(self.board, self.core.log(), seq, self.core.batch_turns().to_vec());
                return self.core.handle_committed(services.clock.now(), seq);
            }
            Err(LogError::DiskFull { .. }) => AppendFailure::DiskFull,
            Err(_) => AppendFailure::Broken,
        };
        services.note_write(false);
        services.meters.append_failures.increment(1);
        if let Err(error) = result {
            tracing::error!(board = %self.board, %error, "a row could not be appended; nothing of it was accepted");
        }
        self.core.handle_append_failed(failure);
    }

    /// Begins to save a checkpoint, unless one is under way.
    fn save(&mut self) {
        if self.saving.is_some() || Instant::now() < self.save_not_before {
            return;
        }
        let Some(checkpoint) = self.core.take_checkpoint() else { return };
        let log = Arc::clone(&self.hub.services.log);
        let (board, seq) = (self.board, checkpoint.seq);
        let checkpoint = Checkpoint { seq, state: checkpoint.state, documents: checkpoint.documents };
        self.saving = Some(Box::pin(async move { (seq, log.checkpoint_save(board, checkpoint).await) }));
    }

    fn saved(&mut self, seq: Seq, result: Result<(), LogError>) {
        match result {
            Ok(()) => {
                self.core.handle_checkpoint_saved(seq);
                self.hub.services.meters.checkpoints.increment(1);
            }
            Err(error) => {
                // The log alone is enough; only loading takes longer.
                tracing::warn!(board = %self.board, %error, "a checkpoint could not be saved");
                self.save_not_before = Instant::now() + Duration::from_secs(60);
            }
        }
    }

    /// Saves a checkpoint if there is anything to save, and waits for it.
    async fn save_now(&mut self) {
        if let Some(saving) = self.saving.take() {
            let (seq, result) = saving.await;
            self.saved(seq, result);
        }
        self.save();
        if let Some(saving) = self.saving.take() {
            let (seq, result) = saving.await;
            self.saved(seq, result);
        }
    }

    fn snapshot(&mut self, ticket: String, document: DocumentId, answer: SnapshotAnswer) {
        if self.core.may_read(&ticket, document)
            && let Some(kept) = self.snapshots.get(document, self.core.changed_at(document))
        {
            let _ = answer.send(Some(kept));
            return;
        }
        self.last_request += 1;
        self.asked.insert(self.last_request, (document, answer));
        self.core.handle_snapshot(self.last_request, ticket, document);
    }

    /// The log holds less than the core thought: it is given what the log holds.
    async fn read_anew(&mut self) -> Result<(), Ended> {
        self.reload = false;
        tokio::time::sleep(RELOAD_DELAY).await;
        let services = &self.hub.services;
        match read_board(&*services.log, self.board).await {
            Ok(loaded) => {
                let end = self.core.end();
                self.core.handle_reloaded(services.clock.now(), loaded);
                if self.core.end() != end {
                    // The row that seemed to have failed may have been of a session.
                    services.webhooks.offer(self.board, self.core.log(), self.core.end(), self.core.last_turns());
                    *self.feed.write() = self.core.feed().clone();
                }
                Ok(())
            }
            Err(error) => {
                tracing::error!(board = %self.board, %error, "the board cannot be read anew");
                self.end_all(FailureCode::Damaged, "the board cannot be read; the server's log says why");
                Err(Ended::Unreadable)
            }
        }
    }

    /// Leaves memory, unless somebody has come meanwhile.
    async fn leave(&mut self) -> bool {
        // Whoever comes now waits at the slot for the room to be gone, and reads it anew. If the lock
        // is taken, somebody is just coming.
        let slot = Arc::clone(&self.slot);
        let Ok(mut state) = slot.state.try_lock() else { return false };
        let held = state.room.as_ref().is_some_and(|room| Arc::strong_count(room) > 1);
        if held || !self.commands.is_empty() || !self.core.idle() {
            return false;
        }
        self.save_now().await;
        self.hub.remove(self.board, &slot, &mut state);
        true
    }

    /// The server stops: what is written is written, and everybody is told to come back.
    async fn stop(&mut self) -> Ended {
        self.end_all(FailureCode::Restart, "the server is shutting down; connect again");
        self.commands.close();
        self.save_now().await;
        Ended::Stopping
    }

    fn end_all(&mut self, code: FailureCode, detail: &str) {
        let farewell = Bytes::from(message(&ServerFrame::Failed(Failure { code, detail: detail.to_owned() })));
        let feed = self.feed.read();
        let mut sent = Sent::default();
        for line in self.lines.values() {
            line.push(Direct::Message(farewell.clone()));
            line.push(Direct::Close);
            line.deliver(&feed, &mut sent);
        }
        sent.count(&self.hub.services.meters);
    }
}

/// Waits for what is running; forever if nothing is. Cancel safe.
async fn running<T>(running: &mut Running<T>) -> T {
    match running {
        Some(running) => running.await,
        None => pending().await,
    }
}

#[cfg(test)]
mod tests {
    use kakehashi_protocol::ids::LogId;
    use kakehashi_protocol::rights::Role;

    use super::*;
    use crate::directory::Directory;
    use crate::hub::Services;
    use crate::hub::clock::wall_ms;
    use crate::log::{JoinCode, Log, MemoryLog, NewBoard};
    use crate::room::load::first_row;

    const BOARD: BoardId = BoardId([1; 16]);

    async fn hub() -> Arc<Hub> {
        let log = MemoryLog::new();
        let first_row = first_row(ActorId(1), &[0; 16], wall_ms());
        let code = JoinCode::new(1).expect("a code");
        log.create(NewBoard { board: BOARD, log: LogId([2; 16]), code, created_ms: wall_ms(), first_row }).await.expect("a board");
        let folder = tempfile::tempdir().expect("a folder");
        let directory = Directory::open(folder.path()).expect("a directory");
        Hub::new(Services::new(Arc::new(log), directory, Duration::from_secs(60)))
    }

    async fn join(room: &Room) -> Arc<Line> {
        let line = Arc::new(Line::default());
        let hello = Hello { protocol: 1, credential: Vec::new(), actor: ActorId(9), key: [3; 16], subscriptions: Vec::new() };
        let connection = room.new_connection();
        let join = Command::Join {
            connection,
            line: Arc::clone(&line),
            hello: Box::new(hello),
            entry: Role::Member.into(),
            ticket: String::new(),
        };
        assert!(room.commands.send(join).await.is_ok());
        line.wanted().await;
        line
    }

    #[tokio::test]
    async fn a_broken_room_stops_alone_and_is_read_anew() {
        let hub = hub().await;
        let room = hub.room(BOARD).await.expect("a room");
        join(&room).await;
        assert!(room.commands.send(Command::Panic).await.is_ok());
        // Connections notice by this.
        room.commands.closed().await;
        assert!(!room.is_alive());
        let again = hub.room(BOARD).await.expect("the room again");
        assert!(!Arc::ptr_eq(&room, &again));
        let line = join(&again).await;
        assert!(matches!(line.take().front(), Some(Direct::Message(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_room_stays_while_it_is_held_and_leaves_when_nobody_uses_it() {
        let hub = hub().await;
        let room = hub.room(BOARD).await.expect("a room");
        tokio::time::sleep(Duration::from_secs(300)).await;
        assert!(room.is_alive());
        assert!(Arc::ptr_eq(&room, &hub.room(BOARD).await.expect("the same")));
        drop(room);
        tokio::time::sleep(Duration::from_secs(300)).await;
        assert_eq!(hub.rooms(), 0);
        assert!(hub.log_has_checkpoint().await);
    }

    #[tokio::test]
    async fn a_room_that_stops_says_farewell() {
        let hub = hub().await;
        let room = hub.room(BOARD).await.expect("a room");
        let line = join(&room).await;
        line.take();
        drop(room);
        assert!(hub.services.drain.finish(Duration::from_secs(5)).await);
        let last = line.take();
        assert_eq!(last.back(), Some(&Direct::Close));
        assert!(matches!(hub.room(BOARD).await, Err(crate::hub::reading::ReadError::Stopping)));
    }

    impl Hub {
        async fn log_has_checkpoint(&self) -> bool {
            self.services.log.checkpoint_load(BOARD).await.is_ok_and(|checkpoint| checkpoint.is_some())
        }
    }
}
