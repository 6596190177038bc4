//! The world: two servers, people, a network and a clock, all of one seed.
//!
//! Everything that happens is an event at a microsecond. Messages of one connection arrive in order;
//! when it breaks, what is on the way is lost. The trace is a hash of all events: the same script gives
//! the same one.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kakehashi_client::FetchError;
use kakehashi_protocol::ids::{ActorId, DocumentId, LogId};
use kakehashi_server::room::load::first_row;

use super::SECOND;
use super::fault::Fault;
use super::link::{Carried, Carrier};
use super::meeting;
use super::network::Connection;
use super::node::Node;
use super::person::{Act, Person};
use super::rng::Rng;
use super::script::{Script, Step, What};

/// What a run covered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Ops that stand in the first log.
    pub ops: u64,
    /// Ops of changes that were refused.
    pub refused: u64,
    /// Ops that were acknowledged and lost with a disk that lied, or with what a backup did not hold.
    pub lost: u64,
    /// How often each fault fired.
    pub faults: BTreeMap<Fault, u64>,
    /// How often each act was done.
    pub acts: BTreeMap<Act, u64>,
    /// From when a change was written to when it was acknowledged, microseconds, by when it was.
    pub acknowledged: Vec<(u64, u64)>,
    /// A hash of everything that happened.
    pub trace: u64,
}

pub(super) enum Event {
    /// The next step of the script.
    Step(Step),
    /// A client's timer.
    ClientTimer { person: usize, load: u64 },
    /// A connection attempt succeeds.
    Opened { person: usize, connection: u32 },
    /// A message for a server.
    ToServer { connection: u32, bytes: Vec<u8> },
    /// A message for a client.
    ToClient { connection: u32, bytes: Bytes },
    /// The connection is gone, both ends learn of it.
    Broken { connection: u32 },
    /// A server learns that a dead connection is gone.
    Noticed { node: usize, life: u64, connection: u32 },
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
    /// A disk has room again.
    Freed { node: usize },
    /// A page is loaded anew, with the app as it is now.
    Updated { person: usize },
}

/// A person and what belongs to their place.
pub(super) struct Seat {
    pub person: Person,
    /// Which load of the page this is; what was sent to an earlier one is void.
    pub load: u64,
    /// The server they come to.
    pub home: usize,
    /// When the timer rings that is set.
    pub timer: Option<u64>,
    /// The next hello is of a version that no server speaks.
    pub old: bool,
    /// The next hello gets the role of a viewer.
    pub demoted: bool,
    /// When the changes were written that are not answered.
    pub written: BTreeMap<(ActorId, u64), u64>,
}

/// One run.
pub struct World {
    pub(super) rng: Rng,
    pub(super) at: u64,
    order: u64,
    pub(super) events: BTreeMap<(u64, u64), Event>,
    pub(super) nodes: [Node; 2],
    pub(super) node_timers: [Option<u64>; 2],
    /// The node stops in the middle of what it does next.
    pub(super) halfway: [bool; 2],
    pub(super) seats: Vec<Seat>,
    pub(super) connections: BTreeMap<u32, Connection>,
    pub(super) next_connection: u32,
    pub(super) next_request: u64,
    pub(super) requests: BTreeMap<u64, (usize, u64, DocumentId)>,
    pub(super) carriers: [Carrier; 2],
    pub(super) next_log: u8,
    pub(super) apart_until: u64,
    pub(super) snapshots_lost_until: u64,
    /// The greatest `Accepted` each node has sent for an actor.
    pub(super) promised: [BTreeMap<ActorId, u64>; 2],
    pub(super) report: Report,
    /// Faults are over, and everybody opens all pages.
    pub(super) calm: bool,
}

impl World {
    /// A world with two servers, of which the first made the board, and people at these servers.
    #[must_use]
    pub fn new(seed: u64, homes: &[usize]) -> Self {
        let mut rng = Rng::new(!seed);
        let mut nodes = [1, 2].map(|log| Node::new(LogId([log; 16])));
        nodes[0].disk.commit(first_row(ActorId(rng.next() | 1), &[9; 16], super::WALL_START_MS));
        nodes.iter_mut().for_each(Node::start);
        let mut world = Self {
            rng,
            at: 0,
            order: 0,
            events: BTreeMap::new(),
            nodes,
            node_timers: [None; 2],
            halfway: [false; 2],
            seats: Vec::new(),
            connections: BTreeMap::new(),
            next_connection: 1,
            next_request: 1,
            requests: BTreeMap::new(),
            carriers: [Carrier::default(), Carrier::default()],
            next_log: 3,
            apart_until: 0,
            snapshots_lost_until: 0,
            promised: [BTreeMap::new(), BTreeMap::new()],
            report: Report::default(),
            calm: false,
        };
        for home in homes {
            let off = world.rng.below(20_000) as i64 - 10_000;
            let mut person = Person::new(&mut world.rng, off);
            person.heavy = seed.is_multiple_of(8);
            if seed % 4 == 2 {
                person.entry = meeting::entry(world.seats.len());
            }
            world.sit_down(person, *home);
        }
        world.later(1_000, 50_000, Event::Carry { from: 0 });
        world.later(1_000, 50_000, Event::Carry { from: 1 });
        world
    }

    pub(super) fn sit_down(&mut self, person: Person, home: usize) {
        let written = BTreeMap::new();
        self.seats.push(Seat { person, load: 0, home, timer: None, old: false, demoted: false, written });
        self.connect(self.seats.len() - 1);
    }

    /// Carries out the steps, heals everything, waits until all is quiet, and looks whether all is well.
    ///
    /// # Panics
    /// When replicas differ, something acknowledged is missing, or it never becomes quiet.
    #[must_use]
    pub fn run(mut self, steps: impl IntoIterator<Item = Step>) -> Report {
        steps.into_iter().for_each(|step| self.play(step));
        self.finish()
    }

    /// Carries out a step at its time.
    pub fn play(&mut self, step: Step) {
        self.at_time(step.at, Event::Step(step));
        self.go_to(step.at + 1);
    }

    /// Heals everything, waits until all is quiet, and looks whether all is well.
    ///
    /// # Panics
    /// As [`Self::run`].
    #[must_use]
    pub fn finish(mut self) -> Report {
        self.heal();
        // After a crash the link brings all rows once more.
        let rows = self.nodes.each_ref().map(|node| node.disk.end().0).into_iter().max().unwrap_or_default();
        let deadline = self.at + (120 + rows / 20) * SECOND;
        while !self.quiet() {
            self.step();
            assert!(self.at < deadline, "it does not become quiet: {}", self.why_not_quiet());
        }
        self.check();
        self.report
    }

    /// Lets everything happen that comes before a time.
    pub fn go_to(&mut self, at: u64) {
        while self.events.first_key_value().is_some_and(|((next, _), _)| *next < at) {
            self.step();
        }
    }

    /// Somebody's number of hands, at a wall.
    pub fn give_hands(&mut self, person: usize, hands: u8) {
        self.seats[person].person.hands = hands;
    }

    /// What was covered so far.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    pub(super) fn later(&mut self, least: u64, most: u64, event: Event) {
        let at = self.at + self.rng.between(least, most);
        self.at_time(at, event);
    }

    pub(super) fn at_time(&mut self, at: u64, event: Event) {
        self.order += 1;
        self.events.insert((at.max(self.at), self.order), event);
    }

    pub(super) fn note(&mut self, kind: u64, bytes: &[u8]) {
        // FNV-1a: only to compare runs.
        let mut hash = self.report.trace ^ kind ^ self.at;
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self.report.trace = hash.wrapping_mul(0x0100_0000_01b3);
    }

    pub(super) fn fired(&mut self, fault: Fault) {
        *self.report.faults.entry(fault).or_default() += 1;
        self.note(3, format!("{fault:?}").as_bytes());
    }

    fn step(&mut self) {
        let Some(((at, _), event)) = self.events.pop_first() else { panic!("nothing is left to happen") };
        self.at = at;
        match event {
            Event::Step(step) => match step.what {
                What::Act(person, act) => self.act(person, act, step.choice),
                What::Fault(fault) => self.befall(fault, step.choice),
            },
            Event::ClientTimer { person, load } => {
                let seat = &mut self.seats[person];
                if seat.load == load && seat.timer == Some(at) {
                    seat.timer = None;
                    let now = seat.person.clock(at);
                    seat.person.client.handle_timeout(now);
                    self.pump(person);
                }
            }
            Event::Opened { person, connection } => self.opened(person, connection),
            Event::ToServer { connection, bytes } => self.reach_server(connection, bytes),
            Event::ToClient { connection, bytes } => self.reach_client(connection, &bytes),
            Event::Broken { connection } => self.break_connection(connection),
            Event::Noticed { node, life, connection } => {
                if self.nodes[node].life == life {
                    let effects = self.nodes[node].closed(at, connection);
                    self.effects(node, effects);
                }
            }
            Event::Snapshot { person, load, document, bytes } => {
                let seat = &mut self.seats[person];
                if seat.load == load {
                    let now = seat.person.clock(at);
                    seat.person.client.handle_snapshot(now, document, bytes.as_deref().ok_or(FetchError));
                    self.pump(person);
                }
            }
            Event::Written { node, life, row } => {
                if self.nodes[node].life == life {
                    if row.is_none() {
                        // The row may have held what the link brought: it is brought again.
                        self.carriers[1 - node] = Carrier::default();
                    }
                    let effects = self.nodes[node].written(at, row);
                    self.effects(node, effects);
                }
            }
            Event::NodeTimer { node, life } => {
                if self.nodes[node].life == life && self.node_timers[node] == Some(at) {
                    self.node_timers[node] = None;
                    let effects = self.nodes[node].timeout(at);
                    self.effects(node, effects);
                }
            }
            Event::Restart { node } => self.restart(node),
            Event::Carried { node, life, entries } => {
                if self.nodes[node].life == life {
                    let effects = self.nodes[node].replicated(at, entries);
                    self.effects(node, effects);
                } else {
                    // The target forgot what had reached it and was not yet on its disk.
                    self.carriers[1 - node] = Carrier::default();
                }
            }
            Event::Carry { from } => self.carry(from),
            Event::Freed { node } => self.nodes[node].disk.full = false,
            Event::Updated { person } => {
                self.seats[person].old = false;
                self.close_and_reopen(person);
            }
        }
    }

    fn act(&mut self, person: usize, act: Act, choice: u64) {
        let at = self.at;
        if self.seats[person].person.act(&mut Rng::new(choice), at, act) {
            *self.report.acts.entry(act).or_default() += 1;
        }
        self.pump(person);
    }

    fn carry(&mut self, from: usize) {
        let to = 1 - from;
        if self.at >= self.apart_until && self.nodes[from].up() && self.nodes[to].up() {
            let rows = self.rng.between(1, 20) as usize;
            self.bring(from, rows, 1_000, 30_000);
            self.open_if_caught_up(to);
        }
        self.later(31_000, 80_000, Event::Carry { from });
    }

    /// Brings rows across; one connection carries them, so they arrive in the order they were sent, for the next
    /// look comes later than they arrive.
    pub(super) fn bring(&mut self, from: usize, rows: usize, least: u64, most: u64) {
        let entries = self.carriers[from].carry(&self.nodes[from].disk, rows);
        if !entries.is_empty() {
            let life = self.nodes[1 - from].life;
            self.later(least, most, Event::Carried { node: 1 - from, life, entries });
        }
    }

    /// A node that was restored judges again when it has all that the other has: what it once decided must not be
    /// decided anew (SPEC LINK-2).
    fn open_if_caught_up(&mut self, node: usize) {
        let [Some(room), Some(other)] = [node, 1 - node].map(|node| self.nodes[node].room()) else { return };
        if !self.nodes[node].shut || !room.settled() || !other.settled() {
            return;
        }
        if other.actors().iter().all(|actor| room.actors().next(actor.id) >= actor.next) {
            self.nodes[node].shut = false;
        } else if self.carriers[1 - node].done(&self.nodes[1 - node].disk) {
            self.carriers[1 - node] = Carrier::default();
        }
    }

    /// All documents there are.
    pub(super) fn documents(&self) -> BTreeSet<DocumentId> {
        self.nodes.iter().filter_map(Node::room).flat_map(|room| room.board().documents().map(|(id, _)| id)).collect()
    }
}

/// Runs a script.
///
/// # Panics
/// As [`World::run`].
#[must_use]
pub fn run(script: &Script) -> Report {
    let homes: Vec<usize> = (0..script.people).map(|person| person % 2).collect();
    World::new(script.seed, &homes).run(script.steps.iter().copied())
}
