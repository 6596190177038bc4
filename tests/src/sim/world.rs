//! The world: two servers, people, a network and a clock, all of one seed.
//!
//! Everything that happens is an event at a microsecond. Messages of one connection arrive in order;
//! when it breaks, what is on the way is lost. The trace is a hash of all events: the same seed gives
//! the same one.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kakehashi_client::{FetchError, Request, Status};
use kakehashi_protocol::ids::{ActorId, DocumentId, LogId};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::{ServerFrame, read_message};
use kakehashi_protocol::wire::snapshot::digest;
use kakehashi_server::room::load::first_row;

use super::link::{Carried, Carrier};
use super::node::{Effect, Node};
use super::person::{ACTS, Act, Person};
use super::rng::Rng;

/// What can go wrong, and how often it did.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Fault {
    /// A server lost everything but its disk.
    Crash,
    /// A crash with a row under way that never reached the disk.
    LostRow,
    /// A crash with a row under way that did, unacknowledged.
    UnseenRow,
    /// A row found no room on the disk.
    DiskFull,
    /// A connection broke.
    Break,
    /// A page load ended with changes pending, and another took them over.
    Closed,
    /// A reader stopped reading for a while.
    Stall,
    /// A snapshot did not arrive.
    LostSnapshot,
    /// The sites were apart.
    Partition,
    /// A server's wall clock jumped.
    ClockJump,
    /// A checkpoint was saved.
    Checkpoint,
}

/// All faults.
pub const FAULTS: [Fault; 11] = [
    Fault::Crash,
    Fault::LostRow,
    Fault::UnseenRow,
    Fault::DiskFull,
    Fault::Break,
    Fault::Closed,
    Fault::Stall,
    Fault::LostSnapshot,
    Fault::Partition,
    Fault::ClockJump,
    Fault::Checkpoint,
];

/// What a run covered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Ops that stand in the first log.
    pub ops: u64,
    /// Ops of changes that were refused.
    pub refused: u64,
    /// How often each fault fired.
    pub faults: BTreeMap<Fault, u64>,
    /// How often each act was done.
    pub acts: BTreeMap<Act, u64>,
    /// A hash of everything that happened.
    pub trace: u64,
}

enum Event {
    /// A person's hands do something.
    Act(usize),
    /// A client's timer.
    ClientTimer(usize, u64),
    /// A connection attempt succeeds.
    Opened { person: usize, connection: u32 },
    /// A message for a server.
    ToServer { connection: u32, bytes: Vec<u8> },
    /// A message for a client.
    ToClient { connection: u32, bytes: Bytes },
    /// The connection is gone, both ends learn of it.
    Broken { connection: u32 },
    /// A snapshot's answer.
    Snapshot { person: usize, load: u64, document: DocumentId, bytes: Option<Bytes> },
    /// A row reached a disk, or not.
    Written { node: usize, life: u64, row: Option<Bytes> },
    /// A server's timer.
    NodeTimer { node: usize, life: u64 },
    /// A server comes back.
    Restart { node: usize },
    /// Entries arrive at a server.
    Carried { node: usize, life: u64, entries: Vec<Carried> },
    /// The link looks for what to carry from a server to the other.
    Carry { from: usize },
    /// Something goes wrong.
    Chaos,
}

struct Connection {
    person: usize,
    node: usize,
    /// Messages each way arrive in order.
    last_up: u64,
    last_down: u64,
}

/// One run.
pub struct World {
    rng: Rng,
    at: u64,
    order: u64,
    events: BTreeMap<(u64, u64), Event>,
    nodes: [Node; 2],
    people: Vec<Person>,
    /// Which load of a person's page; what was sent to an earlier one is void.
    loads: Vec<u64>,
    homes: Vec<usize>,
    connections: BTreeMap<u32, Connection>,
    next_connection: u32,
    next_request: u64,
    requests: BTreeMap<u64, (usize, u64, DocumentId)>,
    carriers: [Carrier; 2],
    apart_until: u64,
    /// The greatest `Accepted` each node has sent for an actor.
    acknowledged: [BTreeMap<ActorId, u64>; 2],
    report: Report,
    calm: bool,
}

const SECOND: u64 = 1_000_000;

impl World {
    /// A world with two servers, of which the first made the board, and so many people.
    #[must_use]
    pub fn new(seed: u64, people: usize) -> Self {
        let mut rng = Rng::new(seed);
        let log = |byte: u8| LogId([byte; 16]);
        let mut nodes = [Node::new(log(1)), Node::new(log(2))];
        nodes[0].disk.rows.push(first_row(ActorId(rng.next() | 1), &[9; 16], super::WALL_START_MS));
        nodes.iter_mut().for_each(Node::start);
        let mut world = Self {
            rng,
            at: 0,
            order: 0,
            events: BTreeMap::new(),
            nodes,
            people: Vec::new(),
            loads: Vec::new(),
            homes: Vec::new(),
            connections: BTreeMap::new(),
            next_connection: 1,
            next_request: 1,
            requests: BTreeMap::new(),
            carriers: [Carrier::default(), Carrier::default()],
            apart_until: 0,
            acknowledged: [BTreeMap::new(), BTreeMap::new()],
            report: Report::default(),
            calm: false,
        };
        for index in 0..people {
            let off = world.rng.below(20_000) as i64 - 10_000;
            let person = Person::new(&mut world.rng, off);
            world.people.push(person);
            world.loads.push(0);
            world.homes.push(index % 2);
            world.connect(index);
            world.later(1_000, 400_000, Event::Act(index));
        }
        world.later(1_000, 50_000, Event::Carry { from: 0 });
        world.later(1_000, 50_000, Event::Carry { from: 1 });
        world.later(200_000, 800_000, Event::Chaos);
        world
    }

    /// Lets `acts` acts happen among faults, then heals everything and waits until all is quiet.
    ///
    /// # Panics
    /// When replicas differ, something acknowledged is missing, or it never becomes quiet.
    #[must_use]
    pub fn run(mut self, acts: u64) -> Report {
        while self.report.acts.values().sum::<u64>() < acts {
            self.step();
            assert!(self.at < 600 * SECOND, "the acts take too long");
        }
        self.calm = true;
        let deadline = self.at + 120 * SECOND;
        for node in 0..2 {
            self.nodes[node].disk.full = false;
            if !self.nodes[node].up() {
                self.start(node);
            }
        }
        self.apart_until = 0;
        while !self.quiet() {
            self.step();
            assert!(self.at < deadline, "it does not become quiet: {}", self.why_not_quiet());
        }
        self.check();
        self.report
    }

    fn later(&mut self, least: u64, most: u64, event: Event) {
        let at = self.at + self.rng.between(least, most);
        self.at_time(at, event);
    }

    fn at_time(&mut self, at: u64, event: Event) {
        self.order += 1;
        self.events.insert((at.max(self.at), self.order), event);
    }

    fn note(&mut self, kind: u64, bytes: &[u8]) {
        // FNV-1a: only to compare runs.
        let mut hash = self.report.trace ^ kind ^ self.at;
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self.report.trace = hash.wrapping_mul(0x0100_0000_01b3);
    }

    fn fired(&mut self, fault: Fault) {
        *self.report.faults.entry(fault).or_default() += 1;
    }

    fn step(&mut self) {
        let Some(((at, _), event)) = self.events.pop_first() else { panic!("nothing is left to happen") };
        self.at = at;
        match event {
            Event::Act(person) => self.act(person),
            Event::ClientTimer(person, load) if self.loads[person] == load => {
                let now = self.people[person].clock(at);
                self.people[person].client.handle_timeout(now);
                self.pump(person);
            }
            Event::ClientTimer(..) => {}
            Event::Opened { person, connection } => {
                let Some(node) = self.connections.get(&connection).map(|connection| connection.node) else { return };
                if !self.nodes[node].up() {
                    return self.break_connection(connection);
                }
                self.nodes[node].open(connection);
                let now = self.people[person].clock(at);
                self.people[person].client.handle_connected(now);
                self.pump(person);
            }
            Event::ToServer { connection, bytes } => {
                let Some(node) = self.connections.get(&connection).map(|connection| connection.node) else { return };
                self.note(1, &bytes);
                let ticket = format!("{:032x}", u128::from(self.rng.next()));
                // Who was a member when writing may be a viewer when the changes arrive: they are refused.
                let role = if !self.calm && self.rng.once_in(6) { Role::Viewer } else { Role::Member };
                let effects = self.nodes[node].message(at, connection, &bytes, role, || ticket);
                self.effects(node, effects);
            }
            Event::ToClient { connection, bytes } => {
                let Some(Connection { person, node, .. }) = self.connections.get(&connection) else { return };
                let (person, node) = (*person, *node);
                self.note(2, &bytes);
                self.watch(node, &bytes);
                let now = self.people[person].clock(at);
                self.people[person].client.handle_message(now, &bytes);
                self.pump(person);
            }
            Event::Broken { connection } => self.break_connection(connection),
            Event::Snapshot { person, load, document, bytes } if self.loads[person] == load => {
                let now = self.people[person].clock(at);
                self.people[person].client.handle_snapshot(now, document, bytes.as_deref().ok_or(FetchError));
                self.pump(person);
            }
            Event::Snapshot { .. } => {}
            Event::Written { node, life, row } if self.nodes[node].life == life => {
                if row.is_none() {
                    // The row may have held what the link brought: it is brought again.
                    self.carriers[1 - node] = Carrier::default();
                }
                let effects = self.nodes[node].written(at, row);
                self.effects(node, effects);
            }
            Event::Written { .. } => {}
            Event::NodeTimer { node, life } if self.nodes[node].life == life => {
                let effects = self.nodes[node].timeout(at);
                self.effects(node, effects);
            }
            Event::NodeTimer { .. } => {}
            Event::Restart { node } if !self.nodes[node].up() => self.start(node),
            Event::Restart { .. } => {}
            Event::Carried { node, life, entries } if self.nodes[node].life == life => {
                let effects = self.nodes[node].replicated(at, entries);
                self.effects(node, effects);
            }
            // The target forgot what had reached it and was not yet on its disk.
            Event::Carried { node, .. } => self.carriers[1 - node] = Carrier::default(),
            Event::Carry { from } => self.carry(from),
            Event::Chaos => self.chaos(),
        }
    }

    fn start(&mut self, node: usize) {
        self.nodes[node].start();
        self.carriers[1 - node] = Carrier::default();
    }

    fn act(&mut self, person: usize) {
        if self.calm {
            return;
        }
        // Drawing goes on in rows of appends, as a hand does.
        let act = if self.rng.once_in(3) { Act::Ink } else { ACTS[self.rng.below(ACTS.len() as u64) as usize] };
        let at = self.at;
        if self.people[person].act(&mut self.rng, at, act) {
            *self.report.acts.entry(act).or_default() += 1;
        }
        self.pump(person);
        self.later(8_000, 120_000, Event::Act(person));
    }

    fn connect(&mut self, person: usize) {
        let now = self.people[person].clock(self.at);
        self.people[person].client.connect(now);
        self.pump(person);
    }

    fn pump(&mut self, person: usize) {
        let at = self.at;
        let now = self.people[person].clock(at);
        while let Some(request) = self.people[person].client.poll_request() {
            self.serve(person, request);
        }
        while let Some(bytes) = self.people[person].client.poll_transmit(now) {
            let connection = self.connections.iter().find(|(_, connection)| connection.person == person).map(|(id, _)| *id);
            let delay = self.rng.between(500, 40_000);
            if let Some(id) = connection
                && let Some(connection) = self.connections.get_mut(&id)
            {
                connection.last_up = connection.last_up.max(at + delay) + 1;
                let arrival = connection.last_up;
                self.at_time(arrival, Event::ToServer { connection: id, bytes });
            }
        }
        while let Some(event) = self.people[person].client.poll_event() {
            // A page that this person made was refused, or may no longer be seen: they look at another.
            if let kakehashi_client::Event::Withdrawn(document) = event
                && self.people[person].page == Some(document)
            {
                self.people[person].page = None;
            }
        }
        if let Some(timer) = self.people[person].client.poll_timeout() {
            let wait = timer.saturating_sub(now).max(1) * 1_000;
            let load = self.loads[person];
            self.at_time(at + wait, Event::ClientTimer(person, load));
        }
    }

    fn serve(&mut self, person: usize, request: Request) {
        match request {
            Request::Connect => {
                self.hang_up(person);
                let connection = self.next_connection;
                self.next_connection += 1;
                let at = self.at;
                self.connections.insert(connection, Connection { person, node: self.homes[person], last_up: at, last_down: at });
                self.later(1_000, 60_000, Event::Opened { person, connection });
            }
            Request::Disconnect => self.hang_up(person),
            Request::FetchSnapshot { document, ticket } => {
                let request = self.next_request;
                self.next_request += 1;
                self.requests.insert(request, (person, self.loads[person], document));
                let (at, node) = (self.at, self.homes[person]);
                let effects = if self.nodes[node].up() {
                    self.nodes[node].snapshot(at, request, ticket, document)
                } else {
                    vec![Effect::Snapshot(request, None)]
                };
                self.effects(node, effects);
            }
            Request::Recall { document } => self.people[person].client.handle_recalled(document, None),
            Request::Persist { actor, first, bytes } => {
                self.people[person].device.entry(actor).or_default().1.insert(first, bytes);
            }
            Request::Forget { actor, below } => {
                if let Some((_, changes)) = self.people[person].device.get_mut(&actor) {
                    changes.retain(|first, _| *first >= below);
                }
            }
            Request::Keep { actor, key } => self.people[person].device.entry(actor).or_default().0 = key,
            Request::Release(actor) => {
                self.people[person].device.remove(&actor);
            }
        }
    }

    /// Ends a person's connections without their client hearing of it.
    fn hang_up(&mut self, person: usize) {
        let gone: Vec<u32> = self.connections.iter().filter(|(_, connection)| connection.person == person).map(|(id, _)| *id).collect();
        for id in gone {
            if let Some(connection) = self.connections.remove(&id) {
                let at = self.at;
                let effects = self.nodes[connection.node].closed(at, id);
                self.effects(connection.node, effects);
            }
        }
    }

    fn break_connection(&mut self, id: u32) {
        let Some(connection) = self.connections.remove(&id) else { return };
        let at = self.at;
        let effects = self.nodes[connection.node].closed(at, id);
        self.effects(connection.node, effects);
        let now = self.people[connection.person].clock(at);
        self.people[connection.person].client.handle_disconnected(now);
        self.pump(connection.person);
    }

    fn effects(&mut self, node: usize, effects: Vec<Effect>) {
        let life = self.nodes[node].life;
        for effect in effects {
            match effect {
                Effect::Message(id, bytes) => {
                    let (at, delay) = (self.at, self.rng.between(500, 40_000));
                    if let Some(connection) = self.connections.get_mut(&id) {
                        connection.last_down = connection.last_down.max(at + delay) + 1;
                        let arrival = connection.last_down;
                        self.at_time(arrival, Event::ToClient { connection: id, bytes });
                    }
                }
                Effect::Close(id) => {
                    // What was sent before arrives before the end does.
                    let arrival = self.connections.get(&id).map_or(self.at, |connection| connection.last_down + 1);
                    self.at_time(arrival, Event::Broken { connection: id });
                }
                Effect::Append(row) => {
                    let full = self.nodes[node].disk.full;
                    if full {
                        self.fired(Fault::DiskFull);
                    }
                    // One sync in ten is slow.
                    let most = if self.rng.once_in(10) { 50_000 } else { 3_000 };
                    self.later(200, most, Event::Written { node, life, row: (!full).then_some(row) });
                }
                Effect::Snapshot(request, bytes) => {
                    let Some((person, load, document)) = self.requests.remove(&request) else { continue };
                    let lost = !self.calm && self.rng.once_in(12);
                    if lost {
                        self.fired(Fault::LostSnapshot);
                    }
                    self.later(2_000, 200_000, Event::Snapshot { person, load, document, bytes: bytes.filter(|_| !lost) });
                }
                Effect::Wake(at) => self.at_time(at + 1, Event::NodeTimer { node, life }),
            }
        }
    }

    /// Notes what a server has promised.
    fn watch(&mut self, node: usize, bytes: &[u8]) {
        for frame in read_message::<ServerFrame>(bytes).expect("a server's message is readable") {
            match frame {
                ServerFrame::Accepted { actor, next } => {
                    let promised = self.acknowledged[node].entry(actor).or_default();
                    *promised = next.max(*promised);
                }
                ServerFrame::Refused { refusal, .. } => self.report.refused += refusal.count,
                _ => {}
            }
        }
    }

    fn carry(&mut self, from: usize) {
        let to = 1 - from;
        if self.at >= self.apart_until && self.nodes[from].up() && self.nodes[to].up() {
            let rows = self.rng.between(1, 20) as usize;
            let entries = self.carriers[from].carry(&self.nodes[from].disk, rows);
            if !entries.is_empty() {
                // One connection carries them, so they arrive in the order they were sent: the next
                // look comes after these have arrived.
                let life = self.nodes[to].life;
                let arrival = self.at + self.rng.between(1_000, 30_000);
                self.at_time(arrival, Event::Carried { node: to, life, entries });
            }
        }
        self.later(31_000, 80_000, Event::Carry { from });
    }

    fn chaos(&mut self) {
        if self.calm {
            return;
        }
        let node = self.rng.below(2) as usize;
        let person = self.rng.below(self.people.len() as u64) as usize;
        match self.rng.below(8) {
            0 => self.crash(node),
            1 => {
                self.nodes[node].disk.full = !self.nodes[node].disk.full;
            }
            2 | 3 => {
                if let Some(id) = self.connections.iter().find(|(_, connection)| connection.person == person).map(|(id, _)| *id) {
                    self.fired(Fault::Break);
                    self.break_connection(id);
                }
            }
            4 => self.close_and_reopen(person),
            5 => {
                if let Some((id, connection)) = self.connections.iter().find(|(_, connection)| connection.person == person) {
                    let (id, node, until) = (*id, connection.node, self.at + 3 * SECOND);
                    self.nodes[node].stall(id, until);
                    self.fired(Fault::Stall);
                }
            }
            6 => {
                self.apart_until = self.at + self.rng.between(SECOND / 2, 5 * SECOND);
                self.fired(Fault::Partition);
            }
            _ => {
                if self.nodes[node].checkpoint() {
                    self.fired(Fault::Checkpoint);
                }
                let jump = self.rng.below(200_000) as i64 - 100_000;
                self.nodes[node].jump(jump);
                self.fired(Fault::ClockJump);
            }
        }
        // A full disk is freed again by somebody.
        let full = [0, 1].into_iter().find(|node| self.nodes[*node].disk.full && self.rng.once_in(3));
        if let Some(node) = full {
            self.nodes[node].disk.full = false;
        }
        self.later(100_000, 900_000, Event::Chaos);
    }

    fn crash(&mut self, node: usize) {
        if !self.nodes[node].up() {
            return;
        }
        self.fired(Fault::Crash);
        let life = self.nodes[node].life;
        let under_way: Vec<(u64, u64)> = self
            .events
            .iter()
            .filter(|(_, event)| matches!(event, Event::Written { node: n, life: l, row: Some(_) } if *n == node && *l == life))
            .map(|(key, _)| *key)
            .collect();
        for key in under_way {
            let Some(Event::Written { row: Some(row), .. }) = self.events.remove(&key) else { continue };
            // A row that was being written is there as a whole or not at all: a torn one fails its checksum.
            if self.rng.once_in(2) {
                self.nodes[node].disk.rows.push(row);
                self.fired(Fault::UnseenRow);
            } else {
                self.fired(Fault::LostRow);
            }
        }
        self.nodes[node].crash();
        let broken: Vec<u32> = self.connections.iter().filter(|(_, connection)| connection.node == node).map(|(id, _)| *id).collect();
        for connection in broken {
            self.later(1, 200_000, Event::Broken { connection });
        }
        self.later(50_000, 2 * SECOND, Event::Restart { node });
    }

    /// The tab is closed, and the board opened anew on the same device.
    fn close_and_reopen(&mut self, person: usize) {
        self.hang_up(person);
        let off = self.people[person].clock_off_ms;
        let left = std::mem::replace(&mut self.people[person], Person::new(&mut self.rng, off));
        self.loads[person] += 1;
        if left.client.unsaved() > 0 {
            self.fired(Fault::Closed);
        }
        for (actor, (key, changes)) in left.device {
            let bytes: Vec<Vec<u8>> = changes.values().cloned().collect();
            self.people[person].device.insert(actor, (key, changes));
            self.people[person].client.adopt(actor, key, &bytes);
        }
        self.connect(person);
        self.later(1_000, 400_000, Event::Act(person));
    }

    fn quiet(&self) -> bool {
        let clients = self.people.iter().all(|person| person.client.unsaved() == 0 && person.client.status() == Status::Live);
        let carried = (0..2).all(|from| self.carriers[from].done(&self.nodes[from].disk));
        let busy = self.events.values().any(|event| {
            matches!(
                event,
                Event::Written { .. }
                    | Event::Carried { .. }
                    | Event::ToServer { .. }
                    | Event::ToClient { .. }
                    | Event::Snapshot { .. }
                    | Event::Opened { .. }
                    | Event::Broken { .. }
            )
        });
        let read = self.people.iter().enumerate().all(|(index, person)| {
            let end = self.nodes[self.homes[index]].published();
            let live = |document| person.client.is_live(document) && person.client.read_to(document).is_some_and(|seq| seq <= end);
            live(DocumentId::COVER) && person.page.is_none_or(live)
        });
        let settled = self.nodes.iter().all(|node| node.room().is_some_and(|room| room.settled()) && !node.stalling(self.at));
        clients && carried && read && settled && !busy
    }

    fn why_not_quiet(&self) -> String {
        let people: Vec<String> = self
            .people
            .iter()
            .map(|person| {
                format!(
                    "{:?} unsaved {} page {:?}",
                    person.client.status(),
                    person.client.unsaved(),
                    person.page.map(|p| person.client.read_to(p))
                )
            })
            .collect();
        format!(
            "{people:?}, ends {:?}, up {:?}",
            [self.nodes[0].disk.end(), self.nodes[1].disk.end()],
            [self.nodes[0].up(), self.nodes[1].up()]
        )
    }

    /// Everyone is equal, and every promise was kept.
    fn check(&mut self) {
        let boards: Vec<_> = self.nodes.iter().map(|node| node.room().expect("both servers run")).collect();
        let documents: BTreeSet<DocumentId> = boards.iter().flat_map(|room| room.board().documents().map(|(id, _)| id)).collect();
        for document in &documents {
            let [first, second] = [0, 1].map(|node| boards[node].board().document(*document).map(digest));
            assert_eq!(first, second, "the servers differ in document {document}");
        }
        for (index, person) in self.people.iter().enumerate() {
            let home = boards[self.homes[index]];
            for document in [Some(DocumentId::COVER), person.page].into_iter().flatten() {
                let theirs = person.client.digest(document);
                let ours = home.board().document(document).map(digest);
                assert_eq!(theirs, ours, "person {index} differs in document {document}");
            }
            assert!(person.device.values().all(|(_, changes)| changes.is_empty()), "person {index} keeps what has its verdict");
        }
        for (node, promised) in self.acknowledged.iter().enumerate() {
            for (actor, next) in promised {
                let kept = boards[node].actors().next(*actor);
                assert!(kept >= *next, "server {node} promised {actor} up to {next} and has {kept}");
            }
        }
        // A server that starts from its disk alone is the same.
        for node in &self.nodes {
            let again = kakehashi_server::room::core::RoomCore::new(node.disk.load());
            let room = node.room().expect("runs");
            for document in &documents {
                assert_eq!(
                    again.board().document(*document).map(digest),
                    room.board().document(*document).map(digest),
                    "the disk holds {document}"
                );
            }
        }
        self.report.ops = boards[0].actors().iter().map(|actor| actor.next - 1).sum();
    }
}

/// Runs one seed.
#[must_use]
pub fn run(seed: u64, people: usize, acts: u64) -> Report {
    World::new(seed, people).run(acts)
}
