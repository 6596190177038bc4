//! A room's task: the driver of one [`RoomCore`]. It brings what connections send, writes what the
//! core wants written, and hands out what it says. It decides nothing.
//!
//! One append is under way at a time, for the core says so. A panic stops this room alone: whoever
//! is connected notices that the room is gone and comes back, and it is read anew from the log.

mod disk;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::future::{Future, pending};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use bytes::Bytes;
use futures_util::FutureExt;
use kakehashi_protocol::ids::{BoardId, DocumentId, Seq};
use kakehashi_protocol::wire::frame::{Failure, FailureCode, ServerFrame, message};
use parking_lot::RwLock;
use tokio::sync::{mpsc, oneshot};
use tokio::task::unconstrained;
use tokio::time::{Instant, sleep_until};

use super::command::{Command, Room, SnapshotAnswer};
use super::core::{ConnectionId, Loaded, Output, ParticipantId, Recorded, RoomCore};
use super::feed::{Feed, FeedRow};
use super::reader::Direct;
use super::recent::Recent;
use super::snapshots::Snapshots;
use crate::connection::line::{Line, Sent};
use crate::hub::drain::Guard;
use crate::hub::{Hub, Slot};
use crate::log::LogError;
use crate::media::Asker;

/// Commands that may wait for a room. Connections read no more from their sockets while they do, so
/// this and [`RoomCore::crowded`] bound what a room holds: 128 changes of 128 KiB at worst.
const COMMANDS_MAX: usize = 128;
/// Commands that are taken at once before anybody is woken.
const COMMANDS_AT_ONCE: usize = 64;

type Running<T> = Option<Pin<Box<dyn Future<Output = T> + Send>>>;

/// What runs a room.
pub struct RoomTask {
    hub: Arc<Hub>,
    slot: Arc<Slot>,
    board: BoardId,
    core: RoomCore,
    commands: mpsc::Receiver<Command>,
    /// How others are told to tell it something: what they hold keeps no room in memory.
    heard: mpsc::WeakSender<Command>,
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
    /// Who asked for records that are not durable yet.
    settling: Vec<(ParticipantId, oneshot::Sender<Recorded>)>,
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
        let heard = sender.downgrade();
        let feed = Arc::new(RwLock::new(core.feed().clone()));
        let room = Arc::new(Room { commands: sender, feed: Arc::clone(&feed), last_connection: AtomicU32::new(0) });
        let guard = hub.services.drain.guard();
        let task = Self {
            slot,
            board,
            core,
            commands,
            heard,
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
            settling: Vec::new(),
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
            self.answer_settled();
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
            Command::Call(connection, ask) => self.core.handle_call(connection, ask),
            Command::Glimpse(connection, bytes) => self.core.handle_glimpse(connection, &bytes),
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
            Command::Settled { participant, answer } => self.settling.push((participant, answer)),
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
                Output::Call { connection, actor, speaks, ask } => {
                    if let Some(line) = self.lines.get(&connection) {
                        self.hub.services.calls.ask(self.board, Asker { connection, actor, speaks }, line, self.heard.clone(), ask);
                    }
                }
                Output::MaySpeak { connection, speaks } => self.hub.services.calls.may_speak(self.board, connection, speaks),
                Output::Glimpse { readers, message } => self.hub.services.calls.show(self.board, readers, message),
                Output::EndCall { connection } => self.hub.services.calls.end(self.board, connection),
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

    fn answer_settled(&mut self) {
        for (participant, answer) in std::mem::take(&mut self.settling) {
            match self.core.settled_record(&participant) {
                Some(recorded) => {
                    // An error means that who asked is gone.
                    let _ = answer.send(recorded);
                }
                None if answer.is_closed() => {}
                None => self.settling.push((participant, answer)),
            }
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
