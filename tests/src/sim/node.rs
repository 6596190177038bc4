//! A server: a room on a disk, and the readers of its connections. Crashing forgets all but the disk.

use std::collections::BTreeMap;

use bytes::Bytes;
use kakehashi_protocol::ids::{LogId, Seq};
use kakehashi_protocol::op::Change;
use kakehashi_protocol::wire::frame::{ClientFrame, read_message};
use kakehashi_server::room::core::{ConnectionId, Entry, Now, Output, RoomCore};
use kakehashi_server::room::feed::{Feed, FeedRow};
use kakehashi_server::room::reader::{Direct, Reader};

use super::disk::Disk;

/// What a node wants from the world.
#[derive(Debug)]
pub enum Effect {
    /// A message for a connection.
    Message(ConnectionId, Bytes),
    /// End the connection.
    Close(ConnectionId),
    /// Write a row; then call [`Node::written`].
    Append(Bytes),
    /// The answer to a snapshot request.
    Snapshot(u64, Option<Bytes>),
    /// Call [`Node::timeout`] at this time, microseconds.
    Wake(u64),
}

/// A live room.
struct Live {
    room: RoomCore,
    feed: Feed,
    readers: BTreeMap<ConnectionId, Reader>,
    stalled: BTreeMap<ConnectionId, u64>,
    hello_done: BTreeMap<ConnectionId, bool>,
}

/// A server with one board.
pub struct Node {
    /// What survives.
    pub disk: Disk,
    live: Option<Live>,
    /// Which life this is: what was scheduled in an earlier one is void.
    pub life: u64,
    /// It takes in what the other log has of it before it judges again (SPEC LINK-2).
    pub shut: bool,
    wall_offset_ms: i64,
}

impl Node {
    /// A node that is down.
    #[must_use]
    pub const fn new(log: LogId) -> Self {
        Self { disk: Disk::new(log), live: None, life: 0, shut: false, wall_offset_ms: 0 }
    }

    /// Both clocks of this node.
    #[must_use]
    pub const fn now(&self, at_us: u64) -> Now {
        Now { wall_ms: super::WALL_START_MS.saturating_add(at_us / 1_000).saturating_add_signed(self.wall_offset_ms), mono_us: at_us }
    }

    /// The node's wall clock jumps.
    pub const fn jump(&mut self, by_ms: i64) {
        self.wall_offset_ms = by_ms;
    }

    /// Whether it runs.
    #[must_use]
    pub const fn up(&self) -> bool {
        self.live.is_some()
    }

    /// The running room.
    #[must_use]
    pub fn room(&self) -> Option<&RoomCore> {
        self.live.as_ref().map(|live| &live.room)
    }

    /// Starts from the disk.
    pub fn start(&mut self) {
        let state = self.disk.load();
        let room = RoomCore::new(state);
        let feed = room.feed().clone();
        self.life += 1;
        self.live = Some(Live { room, feed, readers: BTreeMap::new(), stalled: BTreeMap::new(), hello_done: BTreeMap::new() });
    }

    /// Loses everything but the disk.
    pub fn crash(&mut self) {
        self.life += 1;
        self.live = None;
    }

    /// A connection was opened.
    pub fn open(&mut self, connection: ConnectionId) {
        if let Some(live) = &mut self.live {
            live.readers.insert(connection, Reader::new(connection));
        }
    }

    /// A connection is gone.
    pub fn closed(&mut self, at_us: u64, connection: ConnectionId) -> Vec<Effect> {
        let Some(live) = &mut self.live else { return Vec::new() };
        live.readers.remove(&connection);
        live.room.handle_leave(connection);
        self.drain(at_us)
    }

    /// A connection can take no messages until a time.
    pub fn stall(&mut self, connection: ConnectionId, until_us: u64) {
        if let Some(live) = &mut self.live {
            live.stalled.insert(connection, until_us);
        }
    }

    /// Whether any reader is held up.
    #[must_use]
    pub fn stalling(&self, at_us: u64) -> bool {
        self.live.as_ref().is_some_and(|live| live.stalled.iter().any(|(id, until)| *until > at_us && live.readers.contains_key(id)))
    }

    /// A message came in. `entry` is what a hello in it is let in with.
    ///
    /// # Panics
    /// If it cannot be decoded: the clients of the simulation are honest.
    pub fn message(
        &mut self,
        at_us: u64,
        connection: ConnectionId,
        bytes: &[u8],
        entry: Entry,
        ticket: impl FnOnce() -> String,
    ) -> Vec<Effect> {
        let now = self.now(at_us);
        let Some(live) = self.live.as_mut().filter(|live| live.readers.contains_key(&connection)) else { return Vec::new() };
        let mut ticket = Some(ticket);
        for frame in read_message::<ClientFrame>(bytes).expect("an honest client's message") {
            match frame {
                ClientFrame::Hello(hello) => {
                    live.hello_done.insert(connection, true);
                    let ticket = ticket.take().map_or_else(String::new, |ticket| ticket());
                    live.room.handle_join(now, connection, entry.clone(), &hello, ticket);
                }
                ClientFrame::Claim { actor, key } => live.room.handle_claim(connection, actor, &key),
                ClientFrame::Change(bytes) => {
                    let change = Change::from_bytes(&bytes).expect("an honest client's change");
                    live.room.handle_change(now, connection, change);
                }
                ClientFrame::Subscribe(subscription) => live.room.handle_subscribe(connection, subscription),
                ClientFrame::Unsubscribe(document) => live.room.handle_unsubscribe(connection, document),
                ClientFrame::Presence(presence) => live.room.handle_presence(connection, presence),
                ClientFrame::Report(report) => live.room.handle_report(connection, report),
                ClientFrame::Ping(nonce) => live.room.handle_ping(now, connection, nonce),
                // Calls keep nothing; they have suites of their own.
                ClientFrame::Call(_) => {}
            }
        }
        self.drain(at_us)
    }

    /// Time has come.
    pub fn timeout(&mut self, at_us: u64) -> Vec<Effect> {
        let now = self.now(at_us);
        if let Some(live) = &mut self.live {
            live.stalled.retain(|_, until| *until > at_us);
            live.room.handle_timeout(now);
        }
        self.drain(at_us)
    }

    /// The row under way is on the disk, or could not be written.
    pub fn written(&mut self, at_us: u64, row: Option<Bytes>) -> Vec<Effect> {
        let now = self.now(at_us);
        let durable = row.is_some();
        row.into_iter().for_each(|row| self.disk.commit(row));
        let end = self.disk.end();
        if let Some(live) = &mut self.live {
            if durable {
                live.room.handle_committed(now, end);
            } else {
                live.room.handle_append_failed(kakehashi_server::room::core::AppendFailure::DiskFull);
            }
        }
        self.drain(at_us)
    }

    /// A snapshot is asked for.
    pub fn snapshot(&mut self, at_us: u64, request: u64, ticket: String, document: kakehashi_protocol::ids::DocumentId) -> Vec<Effect> {
        if let Some(live) = &mut self.live {
            live.room.handle_snapshot(request, ticket, document);
        }
        self.drain(at_us)
    }

    /// Another log's entries arrive.
    pub fn replicated(&mut self, at_us: u64, entries: Vec<super::link::Carried>) -> Vec<Effect> {
        let now = self.now(at_us);
        if let Some(live) = &mut self.live {
            live.room.handle_replicated(now, entries);
        }
        self.drain(at_us)
    }

    /// Saves a checkpoint if the room has one to give.
    pub fn checkpoint(&mut self) -> bool {
        let taken = self.live.as_mut().and_then(|live| live.room.take_checkpoint());
        let saved = taken.is_some();
        if let Some(checkpoint) = taken {
            self.disk.checkpoint(checkpoint);
        }
        saved
    }

    fn drain(&mut self, at_us: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        let now = self.now(at_us);
        let Some(live) = &mut self.live else { return effects };
        while let Some(output) = live.room.poll_output() {
            match output {
                Output::Send { connection, message } => direct(live, connection, Direct::Message(message)),
                Output::Attach { connection, document, seq } => direct(live, connection, Direct::Attach(document, seq)),
                Output::Detach { connection, document } => direct(live, connection, Direct::Detach(document)),
                Output::Close { connection } => direct(live, connection, Direct::Close),
                Output::Append { expected_end, body } => {
                    assert_eq!(expected_end, self.disk.end(), "a row builds on what is durable");
                    effects.push(Effect::Append(body));
                }
                Output::Publish(row) => {
                    assert!(row.seq <= self.disk.end(), "durable before visible (SPEC LOG-3)");
                    live.feed.push(FeedRow { seq: row.seq, parts: row.parts });
                }
                Output::Show { document, connection, shows, frame, gone } => live.feed.show(document, connection, shows, frame, gone),
                Output::Snapshot { request, bytes } => effects.push(Effect::Snapshot(request, bytes)),
                Output::Call { .. } | Output::MaySpeak { .. } | Output::EndCall { .. } | Output::Glimpse { .. } => {}
                Output::Reload => live.room.handle_reloaded(now, self.disk.load()),
            }
        }
        for (connection, reader) in &mut live.readers {
            if live.stalled.get(connection).is_some_and(|until| *until > at_us) {
                continue;
            }
            while let Some(message) = reader.gather(&live.feed) {
                effects.push(Effect::Message(*connection, message));
            }
            if reader.closed() {
                effects.push(Effect::Close(*connection));
            }
        }
        let wakes = live.room.poll_timeout().into_iter().chain(live.stalled.values().copied());
        effects.extend(wakes.min().map(|at| Effect::Wake(at.max(at_us))));
        effects
    }

    /// The last row that any reader may have seen.
    #[must_use]
    pub fn published(&self) -> Seq {
        self.live.as_ref().map_or(Seq(0), |live| live.feed.end())
    }
}

fn direct(live: &mut Live, connection: ConnectionId, direct: Direct) {
    if let Some(reader) = live.readers.get_mut(&connection) {
        reader.push(direct);
    }
}
