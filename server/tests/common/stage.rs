//! A room without sockets or disk: what the driver does, step by step, when the test says so. Peers
//! keep every byte that they were sent.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "these are tests, though not marked as such")]

#[path = "book.rs"]
mod book;

use std::collections::{BTreeMap, VecDeque};

use book::Book;
use bytes::Bytes;
use kakehashi_protocol::ids::{ActorId, DocumentId, LogId, OpId, Seq};
use kakehashi_protocol::op::{Change, Op};
use kakehashi_protocol::people::Entrance;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::frame::{FailureCode, Hello, Own, PROTOCOL_VERSION, ServerFrame, Subscription, read_message};
use kakehashi_protocol::wire::part::{ActorBook, Part, read_part};
use kakehashi_server::room::core::{AppendFailure, ConnectionId, Entry, Now, Output, RoomCore};
use kakehashi_server::room::feed::{Feed, FeedRow};
use kakehashi_server::room::load::{first_row, load};
use kakehashi_server::room::reader::{Direct, Reader};

pub const LOG: LogId = LogId([5; 16]);
const START_MS: u64 = 1_800_000_000_000;

/// A participant, by a small number.
pub fn guest(number: u8, role: Role) -> Entry {
    Entry { participant: Some([number; 16]), role, name: format!("guest {number}"), entrance: Entrance::Guest, waits: false }
}

/// One connection, and all that it was sent.
pub struct Peer {
    pub actor: ActorId,
    pub ticket: String,
    next: u64,
    /// As the driver has it: what the room says to this connection alone, not yet taken.
    line: VecDeque<Direct>,
    reader: Reader,
    /// Every byte, snapshots included.
    pub received: Vec<u8>,
    pub own: Option<Own>,
    pub failed: Vec<FailureCode>,
    pub withdrawn: Vec<DocumentId>,
    pub subscribed: Vec<DocumentId>,
    pub parts: Vec<Part>,
    pub accepted: u64,
    pub refused: Vec<Reason>,
    pub frames: Vec<ServerFrame>,
    pub closed: bool,
    book: Book,
}

/// A board in a room.
pub struct Stage {
    pub room: RoomCore,
    pub feed: Feed,
    pub rows: Vec<(Seq, Bytes)>,
    pub peers: BTreeMap<ConnectionId, Peer>,
    pub at_us: u64,
    /// Whether a row is written as soon as it is there.
    pub quick: bool,
    /// What the call was told of connections that may speak there, or no longer, or are to end: `None`.
    pub call: Vec<(ConnectionId, Option<bool>)>,
    append: Option<Bytes>,
    snapshots: BTreeMap<u64, ConnectionId>,
    last: ConnectionId,
    clock: u64,
}

impl Stage {
    pub fn new() -> Self {
        let rows = vec![(Seq(1), first_row(ActorId(1), &[0; 16], START_MS))];
        let room = RoomCore::new(load(LOG, None, &rows).unwrap());
        let feed = room.feed().clone();
        Self {
            room,
            feed,
            rows,
            peers: BTreeMap::new(),
            at_us: 1_000_000,
            quick: true,
            call: Vec::new(),
            append: None,
            snapshots: BTreeMap::new(),
            last: 0,
            clock: START_MS,
        }
    }

    /// The server starts again from what is durable; nobody is connected.
    pub fn restart(&mut self) {
        self.room = RoomCore::new(load(LOG, None, &self.rows).unwrap());
        self.feed = self.room.feed().clone();
        self.peers.clear();
        self.append = None;
    }

    pub fn now(&self) -> Now {
        Now { wall_ms: START_MS + self.at_us / 1_000, mono_us: self.at_us }
    }

    /// The board's first page.
    pub fn page(&self) -> DocumentId {
        DocumentId(OpId::new(1, 1))
    }

    pub fn join(&mut self, entry: impl Into<Entry>, documents: &[DocumentId]) -> ConnectionId {
        self.last += 1;
        let connection = self.last;
        // Eight bytes that stand nowhere by chance.
        let actor = ActorId(u64::from(connection).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let ticket = format!("{connection:032x}");
        let subscriptions = documents.iter().map(|document| Subscription { document: *document, cursor: None }).collect();
        let hello = Hello { protocol: PROTOCOL_VERSION, credential: Vec::new(), actor, key: [7; 16], subscriptions };
        let peer = Peer {
            actor,
            ticket: ticket.clone(),
            next: 1,
            line: VecDeque::new(),
            reader: Reader::new(connection),
            received: Vec::new(),
            own: None,
            failed: Vec::new(),
            withdrawn: Vec::new(),
            subscribed: Vec::new(),
            parts: Vec::new(),
            accepted: 0,
            refused: Vec::new(),
            frames: Vec::new(),
            closed: false,
            book: Book::default(),
        };
        self.peers.insert(connection, peer);
        self.room.handle_join(self.now(), connection, entry, &hello, ticket);
        self.pass_us(50_000);
        connection
    }

    pub fn leave(&mut self, connection: ConnectionId) {
        self.room.handle_leave(connection);
        self.peers.remove(&connection);
        self.pass_us(50_000);
    }

    pub fn subscribe(&mut self, connection: ConnectionId, document: DocumentId) {
        self.room.handle_subscribe(connection, Subscription { document, cursor: None });
        self.settle();
    }

    /// Offers a change; gives the name of its first op.
    pub fn offer(&mut self, connection: ConnectionId, ops: Vec<Op>) -> OpId {
        let now = self.now();
        let peer = self.peers.get_mut(&connection).unwrap();
        self.clock = (self.clock + 1).max(now.wall_ms);
        let change = Change { actor: peer.actor, first: peer.next, clock: self.clock, hand: 0, gesture: 0, ops };
        self.clock += change.ops.len() as u64;
        peer.next = change.end();
        let id = change.id(0);
        self.room.handle_change(now, connection, change);
        self.settle();
        id
    }

    /// Writes a change and says whether it was accepted.
    pub fn write(&mut self, connection: ConnectionId, ops: Vec<Op>) -> Result<OpId, Reason> {
        let before = self.peers[&connection].refused.len();
        let id = self.offer(connection, ops);
        self.pass_us(100_000);
        self.take(connection);
        match self.peers[&connection].refused.get(before) {
            Some(reason) => Err(*reason),
            None => Ok(id),
        }
    }

    /// Asks for a document's snapshot as HTTP does.
    pub fn snapshot(&mut self, connection: ConnectionId, document: DocumentId) {
        let request = self.snapshots.len() as u64 + 1;
        self.snapshots.insert(request, connection);
        let ticket = self.peers[&connection].ticket.clone();
        self.room.handle_snapshot(request, ticket, document);
        self.settle();
    }

    /// Lets time pass; timeouts are served.
    pub fn pass_us(&mut self, by_us: u64) {
        let end = self.at_us + by_us;
        loop {
            self.settle();
            let due = self.room.poll_timeout().filter(|due| *due <= end);
            self.at_us = due.unwrap_or(end).max(self.at_us);
            let now = self.now();
            self.room.handle_timeout(now);
            if due.is_none() {
                break;
            }
        }
        self.settle();
    }

    /// The row under way is durable.
    pub fn commit(&mut self) -> bool {
        let Some(body) = self.append.take() else { return false };
        let seq = Seq(self.rows.len() as u64 + 1);
        self.rows.push((seq, body));
        let now = self.now();
        self.room.handle_committed(now, seq);
        self.drain();
        true
    }

    /// The row under way could not be written.
    pub fn fail(&mut self) -> bool {
        let fails = self.append.take().is_some();
        if fails {
            self.room.handle_append_failed(AppendFailure::DiskFull);
            self.drain();
        }
        fails
    }

    pub fn settle(&mut self) {
        self.drain();
        while self.quick && self.commit() {}
    }

    fn drain(&mut self) {
        while let Some(output) = self.room.poll_output() {
            match output {
                Output::Send { connection, message } => self.tell(connection, Direct::Message(message)),
                Output::Attach { connection, document, seq } => self.tell(connection, Direct::Attach(document, seq)),
                Output::Detach { connection, document } => self.tell(connection, Direct::Detach(document)),
                Output::Close { connection } => self.tell(connection, Direct::Close),
                Output::Append { body, .. } => self.append = Some(body),
                Output::Publish(row) => self.feed.push(FeedRow { seq: row.seq, parts: row.parts }),
                Output::Show { document, connection, shows, frame, gone } => self.feed.show(document, connection, shows, frame, gone),
                Output::Snapshot { request, bytes } => {
                    let peer = self.snapshots.get(&request).and_then(|connection| self.peers.get_mut(connection));
                    if let (Some(peer), Some(bytes)) = (peer, bytes) {
                        peer.received.extend_from_slice(&bytes);
                    }
                }
                Output::MaySpeak { connection, speaks } => self.call.push((connection, Some(speaks))),
                Output::EndCall { connection } => self.call.push((connection, None)),
                Output::Call { .. } | Output::Glimpse { .. } => {}
                Output::Reload => {
                    let now = self.now();
                    self.room.handle_reloaded(now, load(LOG, None, &self.rows).unwrap());
                }
            }
        }
    }

    fn tell(&mut self, connection: ConnectionId, direct: Direct) {
        if let Some(peer) = self.peers.get_mut(&connection) {
            peer.line.push_back(direct);
        }
    }

    /// A connection takes all that there is for it.
    pub fn take(&mut self, connection: ConnectionId) {
        let Some(peer) = self.peers.get_mut(&connection) else { return };
        peer.line.drain(..).for_each(|direct| peer.reader.push(direct));
        while let Some(message) = peer.reader.gather(&self.feed) {
            peer.received.extend_from_slice(&message);
            for frame in read_message::<ServerFrame>(&message).unwrap() {
                match &frame {
                    ServerFrame::You(own) => peer.own = Some(*own),
                    ServerFrame::Failed(failure) => peer.failed.push(failure.code),
                    ServerFrame::Withdrawn(document) => peer.withdrawn.push(*document),
                    ServerFrame::Subscribed(subscribed) => {
                        peer.subscribed.push(subscribed.document);
                        subscribed.actors.iter().for_each(|(number, actor)| peer.book.introduce(*number, *actor));
                    }
                    ServerFrame::Part(bytes) => peer.parts.push(read_part(bytes, &mut peer.book).unwrap()),
                    ServerFrame::Accepted { next, .. } => peer.accepted = *next,
                    // A row failed: it goes on from what is durable.
                    ServerFrame::Gap { expected, .. } => peer.next = *expected,
                    ServerFrame::Refused { refusal, .. } => peer.refused.push(refusal.reason),
                    _ => {}
                }
                peer.frames.push(frame);
            }
        }
        peer.closed = peer.reader.closed();
    }

    pub fn take_all(&mut self) {
        for connection in self.peers.keys().copied().collect::<Vec<_>>() {
            self.take(connection);
        }
    }

    /// What a connection is in the meeting, as it was last told.
    pub fn own(&mut self, connection: ConnectionId) -> Own {
        self.take(connection);
        self.peers[&connection].own.unwrap()
    }

    /// The record of a connection's participant.
    pub fn record(&mut self, connection: ConnectionId) -> OpId {
        self.own(connection).participant.unwrap()
    }
}
