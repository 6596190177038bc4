//! A server in a few lines, made of the protocol's board, and drivers without sockets: everything
//! happens when the test says so.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};

use kakehashi_client::{Client, Config, Event, Request};
use kakehashi_protocol::board::Board;
use kakehashi_protocol::codec::ActorRefs;
use kakehashi_protocol::ids::{ActorId, Cursor, DocumentId, LogId, Seq};
use kakehashi_protocol::ink::Point;
use kakehashi_protocol::op::{Change, Op, OpBody};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::verdict::Refusal;
use kakehashi_protocol::wire::frame::{
    ClientFrame, Failure, FailureCode, Participant, ServerFrame, Shown, Standing, Subscribed, Subscription, Welcome, message, part_frame,
    read_message, write_frame,
};
use kakehashi_protocol::wire::part::PartWriter;
use kakehashi_protocol::wire::snapshot::{digest, write_snapshot};

pub const COVER: DocumentId = DocumentId::COVER;
/// The server's clock when a test begins, milliseconds.
pub const START: u64 = 1_800_000_000_000;

/// Numbers of actors, as the log gives them.
#[derive(Default, Clone)]
pub struct Numbers(pub Vec<ActorId>);

impl ActorRefs for Numbers {
    fn number(&mut self, actor: ActorId) -> u64 {
        if actor.0 == 0 {
            return 0;
        }
        let place = self.0.iter().position(|known| *known == actor).unwrap_or_else(|| {
            self.0.push(actor);
            self.0.len() - 1
        });
        place as u64 + 1
    }
}

struct Used<'a>(&'a mut Numbers, BTreeSet<u64>);

impl ActorRefs for Used<'_> {
    fn number(&mut self, actor: ActorId) -> u64 {
        let number = self.0.number(actor);
        self.1.insert(number);
        number
    }
}

#[derive(Clone, Default)]
pub struct Known {
    pub next: u64,
    pub refused: Vec<Refusal>,
    pub changes: Vec<Change>,
}

pub struct Reader {
    pub actor: ActorId,
    pub documents: BTreeSet<DocumentId>,
    pub outbox: Vec<Vec<u8>>,
}

/// One board on one server.
pub struct Server {
    pub board: Board,
    pub log: LogId,
    pub seq: u64,
    pub role: Role,
    pub numbers: Numbers,
    pub known: BTreeMap<ActorId, Known>,
    pub rows: Vec<(u64, DocumentId, Vec<u8>)>,
    announced: BTreeMap<DocumentId, BTreeSet<u64>>,
    pub readers: BTreeMap<u32, Reader>,
    pub next_connection: u32,
    /// Milliseconds between the server's clock and the test's.
    pub ahead_ms: i64,
    /// Cursors are answered with a snapshot, however new.
    pub forgetful: bool,
    /// Every message of a client, in order.
    pub received: Vec<(u32, Vec<ClientFrame>)>,
    /// Instead of judging, says this.
    pub fails: Option<FailureCode>,
    /// Answers and parts are kept back.
    pub mute: bool,
}

impl Server {
    pub fn new() -> Self {
        Self {
            board: Board::default(),
            log: LogId([1; 16]),
            seq: 0,
            role: Role::Member,
            numbers: Numbers::default(),
            known: BTreeMap::new(),
            rows: Vec::new(),
            announced: BTreeMap::new(),
            readers: BTreeMap::new(),
            next_connection: 1,
            ahead_ms: 0,
            forgetful: false,
            received: Vec::new(),
            fails: None,
            mute: false,
        }
    }

    pub fn connect(&mut self) -> u32 {
        let connection = self.next_connection;
        self.next_connection += 1;
        self.readers.insert(connection, Reader { actor: ActorId(0), documents: BTreeSet::new(), outbox: Vec::new() });
        connection
    }

    pub fn send(&mut self, connection: u32, frame: &ServerFrame) {
        self.readers.get_mut(&connection).unwrap().outbox.push(message(frame));
    }

    fn standing(&self, actor: ActorId) -> Standing {
        let known = self.known.get(&actor).cloned().unwrap_or(Known { next: 1, ..Known::default() });
        Standing { actor, next: known.next, refused: known.refused }
    }

    pub fn receive(&mut self, now: u64, connection: u32, bytes: &[u8]) {
        let frames: Vec<ClientFrame> = read_message(bytes).expect("the client sends what can be read");
        self.received.push((connection, frames.clone()));
        let server_ms = now.saturating_add_signed(self.ahead_ms);
        for frame in frames {
            match frame {
                ClientFrame::Hello(hello) => {
                    let standing = self.standing(hello.actor);
                    self.readers.get_mut(&connection).unwrap().actor = hello.actor;
                    let ticket = format!("{connection:032}");
                    let welcome = Welcome { protocol: 1, log: self.log, server_ms, connection, role: self.role, standing, ticket };
                    self.send(connection, &ServerFrame::Welcome(welcome));
                    hello.subscriptions.iter().for_each(|subscription| self.subscribe(connection, *subscription));
                }
                ClientFrame::Claim { actor, .. } => {
                    let standing = self.standing(actor);
                    self.send(connection, &ServerFrame::Claimed(standing));
                }
                ClientFrame::Change(bytes) => match self.fails {
                    Some(code) => self.send(connection, &ServerFrame::Failed(Failure { code, detail: "as told".into() })),
                    None => self.change(server_ms, connection, Change::from_bytes(&bytes).expect("the client sends whole changes")),
                },
                ClientFrame::Subscribe(subscription) => self.subscribe(connection, subscription),
                ClientFrame::Unsubscribe(document) => {
                    self.readers.get_mut(&connection).unwrap().documents.remove(&document);
                }
                ClientFrame::Presence(presence) => {
                    let actor = self.readers[&connection].actor;
                    let whereabouts = Some(presence.whereabouts());
                    let people = ServerFrame::People(vec![Participant { connection, actor, whereabouts }]);
                    let shown = ServerFrame::Presence(vec![Shown { connection, actor, presence: Some(presence) }]);
                    for reader in self.readers.keys().copied().collect::<Vec<_>>() {
                        self.send(reader, &people);
                        self.send(reader, &shown);
                    }
                }
                ClientFrame::Report(_) | ClientFrame::Call(_) => {}
                ClientFrame::Ping(nonce) => self.send(connection, &ServerFrame::Pong { nonce, server_ms }),
            }
        }
    }

    fn subscribe(&mut self, connection: u32, subscription: Subscription) {
        let Subscription { document, cursor } = subscription;
        if self.board.document(document).is_none() {
            let failure = Failure { code: FailureCode::UnknownDocument, detail: String::new() };
            return self.send(connection, &ServerFrame::Failed(failure));
        }
        let resume = cursor.filter(|cursor| cursor.log == self.log && !self.forgetful).map(|cursor| cursor.seq);
        let announced = self.announced.get(&document).into_iter().flatten();
        let actors = announced.filter(|number| **number > 0).map(|number| (*number, self.numbers.0[*number as usize - 1])).collect();
        let seq = resume.unwrap_or(Seq(self.seq));
        self.send(connection, &ServerFrame::Subscribed(Subscribed { document, seq, snapshot: resume.is_none(), actors }));
        let tail: Vec<Vec<u8>> =
            self.rows.iter().filter(|(row, of, _)| *row > seq.0 && *of == document).map(|(_, _, part)| part_frame(part)).collect();
        let reader = self.readers.get_mut(&connection).unwrap();
        reader.documents.insert(document);
        reader.outbox.extend(tail);
    }

    fn change(&mut self, now: u64, connection: u32, change: Change) {
        let actor = change.actor;
        let known = self.known.entry(actor).or_insert(Known { next: 1, ..Known::default() });
        if change.first > known.next {
            let expected = known.next;
            return self.send(connection, &ServerFrame::Gap { actor, expected });
        }
        if change.first < known.next {
            // The same bytes again, or something is very wrong.
            assert!(known.changes.contains(&change), "a resend has the same bytes");
            let mut answer = Vec::new();
            for refusal in known.refused.iter().filter(|refusal| refusal.first == change.first) {
                write_frame(&mut answer, &ServerFrame::Refused { actor, refusal: *refusal });
            }
            write_frame(&mut answer, &ServerFrame::Accepted { actor, next: known.next });
            self.readers.get_mut(&connection).unwrap().outbox.push(answer);
            return;
        }
        known.next = change.end();
        known.changes.push(change.clone());
        let mut answer = Vec::new();
        self.seq += 1;
        match self.board.judge(self.role, &change, now) {
            Err(reason) => {
                let refusal = Refusal { first: change.first, count: change.ops.len() as u64, reason };
                known.refused.push(refusal);
                write_frame(&mut answer, &ServerFrame::Refused { actor, refusal });
            }
            Ok(()) => self.accept(&change, &mut Some((connection, &mut answer))),
        }
        write_frame(&mut answer, &ServerFrame::Accepted { actor, next: self.known[&actor].next });
        if !self.mute {
            self.readers.get_mut(&connection).unwrap().outbox.push(answer);
        }
    }

    /// Merges a change as if another connection had sent it; row and all.
    pub fn accept(&mut self, change: &Change, author: &mut Option<(u32, &mut Vec<u8>)>) {
        self.board.merge(change).expect("what was judged merges");
        let documents: BTreeSet<DocumentId> = change.ops.iter().map(|op| op.document).collect();
        let mut messages: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        for document in documents {
            let mut used = Used(&mut self.numbers, BTreeSet::new());
            let mut writer = PartWriter::new(document, Seq(self.seq), &mut used);
            writer.add(change, document, &mut used);
            let used = used.1;
            for number in used {
                if number > 0 && self.announced.entry(document).or_default().insert(number) {
                    writer.introduce(number, self.numbers.0[number as usize - 1]);
                }
            }
            let part = writer.finish();
            for (connection, reader) in &self.readers {
                if reader.documents.contains(&document) {
                    messages.entry(*connection).or_default().extend(part_frame(&part));
                }
            }
            self.rows.push((self.seq, document, part));
        }
        for (connection, message) in messages {
            match author {
                // What a row did and its verdict come in one message.
                Some((own, answer)) if *own == connection => answer.splice(..0, message).for_each(drop),
                _ if self.mute => {}
                _ => self.readers.get_mut(&connection).unwrap().outbox.push(message),
            }
        }
    }

    pub fn snapshot(&self, document: DocumentId) -> Vec<u8> {
        let cursor = Cursor { log: self.log, seq: Seq(self.seq) };
        write_snapshot(document, cursor, self.board.document(document).expect("it exists"))
    }

    pub fn digest(&self, document: DocumentId) -> [u8; 16] {
        digest(self.board.document(document).expect("it exists"))
    }
}

/// A client, its device and its link.
pub struct Peer {
    pub client: Client,
    pub connection: Option<u32>,
    /// What the device keeps, by actor and first counter.
    pub device: BTreeMap<(ActorId, u64), Vec<u8>>,
    pub keys: BTreeMap<ActorId, [u8; 16]>,
    /// Documents the device keeps, for a client that recalls them.
    pub kept: BTreeMap<DocumentId, Vec<u8>>,
    pub events: Vec<Event>,
    /// Milliseconds the device's clock is ahead of the test's.
    pub ahead_ms: i64,
    /// Snapshots wait until the test lets them through.
    pub snapshots_held: bool,
    pub snapshots: Vec<DocumentId>,
    pub connects: usize,
    pub messages_sent: usize,
}

/// A server, its clients and a clock.
pub struct World {
    pub now: u64,
    pub up: bool,
    pub server: Server,
    pub peers: Vec<Peer>,
}

impl World {
    pub fn new(peers: usize) -> Self {
        let mut world = Self { now: START, up: true, server: Server::new(), peers: Vec::new() };
        for _ in 0..peers {
            world.join();
        }
        world
    }

    /// Another client, connected.
    pub fn join(&mut self) -> usize {
        let place = self.add();
        self.peers[place].client.connect(self.now);
        self.pump();
        place
    }

    /// Another client, not connected.
    pub fn add(&mut self) -> usize {
        let place = self.peers.len() as u64 + 1;
        let config = Config { actor: ActorId(place * 0x1001), key: [place as u8; 16], seed: place, credential: Vec::new() };
        let keys = BTreeMap::from([(config.actor, config.key)]);
        self.peers.push(Peer {
            client: Client::new(config),
            connection: None,
            device: BTreeMap::new(),
            keys,
            kept: BTreeMap::new(),
            events: Vec::new(),
            ahead_ms: 0,
            snapshots_held: false,
            snapshots: Vec::new(),
            connects: 0,
            messages_sent: 0,
        });
        self.peers.len() - 1
    }

    /// A page made by client 0, open at all of them.
    pub fn with_page(peers: usize) -> (Self, DocumentId) {
        let mut world = Self::new(peers);
        let page = world.add_page(0);
        world.settle();
        for peer in 1..peers {
            assert!(world.peers[peer].client.open(page));
        }
        world.settle();
        (world, page)
    }

    pub fn add_page(&mut self, peer: usize) -> DocumentId {
        let now = self.device_now(peer);
        let client = &mut self.peers[peer].client;
        let mut edit = client.draft();
        let page = edit.add_page(client, None).unwrap();
        let gesture = client.new_gesture();
        client.commit(now, 0, gesture, edit).unwrap();
        assert!(client.open(page));
        page
    }

    pub fn device_now(&self, peer: usize) -> u64 {
        self.now.saturating_add_signed(self.peers[peer].ahead_ms)
    }

    /// Lets everything happen that can happen now.
    pub fn pump(&mut self) {
        for _ in 0..1_000 {
            let mut quiet = true;
            for place in 0..self.peers.len() {
                quiet &= !self.pump_one(place);
            }
            if quiet {
                return;
            }
        }
        panic!("it never comes to rest");
    }

    fn pump_one(&mut self, place: usize) -> bool {
        let now = self.device_now(place);
        let peer = &mut self.peers[place];
        let mut busy = false;
        while let Some(request) = peer.client.poll_request() {
            busy = true;
            match request {
                Request::Connect => {
                    peer.connects += 1;
                    if self.up {
                        peer.connection = Some(self.server.connect());
                        peer.client.handle_connected(now);
                    } else {
                        peer.client.handle_disconnected(now);
                    }
                }
                Request::Disconnect => {
                    if let Some(connection) = peer.connection.take() {
                        self.server.readers.remove(&connection);
                    }
                }
                Request::FetchSnapshot { document, ticket } => {
                    assert_eq!(ticket.parse::<u32>().ok(), peer.connection);
                    peer.snapshots.push(document);
                }
                Request::Recall { document } => peer.client.handle_recalled(document, peer.kept.get(&document).map(Vec::as_slice)),
                Request::Persist { actor, first, bytes } => drop(peer.device.insert((actor, first), bytes)),
                Request::Forget { actor, below } => peer.device.retain(|(of, first), _| *of != actor || *first >= below),
                Request::Keep { actor, key } => drop(peer.keys.insert(actor, key)),
                Request::Release(actor) => {
                    peer.keys.remove(&actor);
                    peer.device.retain(|(of, _), _| *of != actor);
                }
            }
        }
        if !peer.snapshots_held {
            for document in std::mem::take(&mut peer.snapshots) {
                busy = true;
                peer.client.handle_snapshot(now, document, Ok(&self.server.snapshot(document)));
            }
        }
        if let Some(connection) = peer.connection {
            if let Some(message) = peer.client.poll_transmit(now) {
                busy = true;
                peer.messages_sent += 1;
                self.server.receive(self.now, connection, &message);
            }
            let peer = &mut self.peers[place];
            for message in std::mem::take(&mut self.server.readers.get_mut(&connection).unwrap().outbox) {
                busy = true;
                peer.client.handle_message(now, &message);
            }
        }
        let peer = &mut self.peers[place];
        while let Some(event) = peer.client.poll_event() {
            busy = true;
            peer.events.push(event);
        }
        busy
    }

    /// Time passes in small steps.
    pub fn pass(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        while self.now < end {
            self.now = (self.now + 4).min(end);
            for place in 0..self.peers.len() {
                let now = self.device_now(place);
                self.peers[place].client.handle_timeout(now);
            }
            self.pump();
        }
    }

    /// Until paced messages have passed.
    pub fn settle(&mut self) {
        self.pump();
        self.pass(100);
    }

    /// The link breaks; nothing on its way arrives.
    pub fn cut(&mut self, peer: usize) {
        let now = self.device_now(peer);
        if let Some(connection) = self.peers[peer].connection.take() {
            self.server.readers.remove(&connection);
        }
        self.peers[peer].client.handle_disconnected(now);
    }

    /// The link breaks and no new one can be had.
    pub fn go_offline(&mut self, peer: usize) {
        self.up = false;
        self.cut(peer);
    }

    pub fn come_back(&mut self) {
        self.up = true;
        self.pass(40_000);
    }

    /// A new stroke of some points; gives its name.
    pub fn stroke(&mut self, peer: usize, page: DocumentId, hand: u8, points: usize) -> kakehashi_protocol::ids::RecordId {
        let now = self.device_now(peer);
        let client = &mut self.peers[peer].client;
        let gesture = client.new_gesture();
        let mut edit = client.draft();
        let stroke = edit.create(client, page, Kind::Stroke, &[(Key::Color, Value::Color([0, 0, 0, 255]))]).unwrap();
        client.commit(now, hand, gesture, edit).unwrap();
        if points > 0 {
            self.ink(peer, page, stroke, hand, gesture, points);
        }
        stroke
    }

    /// More points for a stroke.
    pub fn ink(&mut self, peer: usize, page: DocumentId, stroke: kakehashi_protocol::ids::RecordId, hand: u8, gesture: u32, points: usize) {
        let now = self.device_now(peer);
        let client = &mut self.peers[peer].client;
        let have = client.ink(page, stroke).map_or(0, kakehashi_protocol::ink::Ink::points);
        let points: Vec<Point> =
            (have..have + points as u32).map(|i| Point { x: i as i32 * 9, y: (i as i32 % 13) * 5, pressure: 0, time_ms: i * 16 }).collect();
        let mut edit = client.draft();
        edit.append_ink(client, page, stroke, &points).unwrap();
        client.commit(now, hand, gesture, edit).unwrap();
    }

    pub fn create(&mut self, peer: usize, page: DocumentId, kind: Kind) -> kakehashi_protocol::ids::RecordId {
        let now = self.device_now(peer);
        let client = &mut self.peers[peer].client;
        let gesture = client.new_gesture();
        let mut edit = client.draft();
        let record = edit.create(client, page, kind, &[(Key::X, Value::Int(0))]).unwrap();
        client.commit(now, 0, gesture, edit).unwrap();
        record
    }

    pub fn set(&mut self, peer: usize, page: DocumentId, record: kakehashi_protocol::ids::RecordId, key: Key, value: Value) {
        let now = self.device_now(peer);
        let client = &mut self.peers[peer].client;
        let gesture = client.new_gesture();
        let mut edit = client.draft();
        edit.set(client, page, record, &[(key, Some(value))]).unwrap();
        client.commit(now, 0, gesture, edit).unwrap();
    }

    pub fn type_text(&mut self, peer: usize, page: DocumentId, record: kakehashi_protocol::ids::RecordId, at: usize, text: &str) {
        let now = self.device_now(peer);
        let client = &mut self.peers[peer].client;
        let gesture = client.new_gesture();
        let mut edit = client.draft();
        edit.insert_text(client, page, record, at, text).unwrap();
        client.commit(now, 0, gesture, edit).unwrap();
    }

    /// All clients and the server hold the same, and nothing is pending.
    pub fn assert_in_step(&self, document: DocumentId) {
        for (place, peer) in self.peers.iter().enumerate() {
            assert_eq!(peer.client.unsaved(), 0, "client {place} has everything acknowledged");
            assert_eq!(peer.client.digest(document), Some(self.server.digest(document)), "client {place} is in step");
            assert!(peer.device.is_empty(), "nothing is kept on the device of client {place}");
        }
    }
}

/// A change by nobody in particular.
pub fn foreign(actor: u64, first: u64, clock: u64, document: DocumentId, body: OpBody) -> Change {
    Change { actor: ActorId(actor), first, clock, hand: 0, gesture: 1, ops: vec![Op { document, body }] }
}
