//! Connections, and what they carry; the link's peer, a disk's writing, and a device's storage are served here as well.

use kakehashi_client::{Event as ClientEvent, Request};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::frame::{ClientFrame, ServerFrame, read_message, write_frame};
use kakehashi_server::room::core::Entry;

use super::fault::Fault;
use super::meeting;
use super::node::Effect;
use super::world::{Event, World};

/// A connection between a client and a server.
pub(super) struct Connection {
    pub person: usize,
    pub node: usize,
    /// It carries nothing any more, and neither end knows.
    pub dead: bool,
    /// What it is let in with.
    entry: Entry,
    /// Messages each way arrive in order.
    last_up: u64,
    last_down: u64,
}

impl World {
    pub(super) fn connect(&mut self, person: usize) {
        let seat = &mut self.seats[person];
        let now = seat.person.clock(self.at);
        seat.person.client.connect(now);
        self.pump(person);
    }

    pub(super) fn connection_of(&self, person: usize) -> Option<u32> {
        self.connections.iter().find(|(_, connection)| connection.person == person).map(|(id, _)| *id)
    }

    /// Does what a client wants done.
    pub(super) fn pump(&mut self, person: usize) {
        let at = self.at;
        let now = self.seats[person].person.clock(at);
        if self.calm {
            let client = &mut self.seats[person].person.client;
            let pages: Vec<_> = client.pages().iter().map(|page| kakehashi_protocol::ids::DocumentId(page.id())).collect();
            pages.into_iter().for_each(|page| assert!(client.open(page), "all pages of a run can be open"));
            meeting::end(client, now);
        }
        while let Some(request) = self.seats[person].person.client.poll_request() {
            self.serve(person, request);
        }
        while let Some(bytes) = self.seats[person].person.client.poll_transmit(now) {
            let delay = self.rng.between(500, 40_000);
            if let Some(id) = self.connection_of(person)
                && let Some(connection) = self.connections.get_mut(&id)
            {
                connection.last_up = connection.last_up.max(at + delay) + 1;
                let arrival = connection.last_up;
                self.at_time(arrival, Event::ToServer { connection: id, bytes });
            }
        }
        while let Some(event) = self.seats[person].person.client.poll_event() {
            match event {
                // A page that this person made was refused, or may no longer be seen: they look at another.
                ClientEvent::Withdrawn(document) => self.seats[person].person.withdrawn(document),
                ClientEvent::Stopped(_) => self.later(100_000, 900_000, Event::Updated { person }),
                _ => {}
            }
        }
        if let Some(timer) = self.seats[person].person.client.poll_timeout() {
            let rings = at + timer.saturating_sub(now).max(1) * 1_000;
            let seat = &mut self.seats[person];
            if seat.timer.is_none_or(|set| rings < set) {
                seat.timer = Some(rings);
                let load = seat.load;
                self.at_time(rings, Event::ClientTimer { person, load });
            }
        }
    }

    fn serve(&mut self, person: usize, request: Request) {
        let at = self.at;
        let seat = &mut self.seats[person];
        match request {
            Request::Connect => {
                self.hang_up(person);
                let connection = self.next_connection;
                self.next_connection += 1;
                let seat = &mut self.seats[person];
                let entry = if std::mem::take(&mut seat.demoted) { Role::Viewer.into() } else { seat.person.entry.clone() };
                let new = Connection { person, node: seat.home, dead: false, entry, last_up: at, last_down: at };
                self.connections.insert(connection, new);
                self.later(1_000, 60_000, Event::Opened { person, connection });
            }
            Request::Disconnect => self.hang_up(person),
            Request::FetchSnapshot { document, ticket } => {
                let (load, node) = (seat.load, seat.home);
                let request = self.next_request;
                self.next_request += 1;
                self.requests.insert(request, (person, load, document));
                let effects = if self.nodes[node].up() {
                    self.nodes[node].snapshot(at, request, ticket, document)
                } else {
                    vec![Effect::Snapshot(request, None)]
                };
                self.effects(node, effects);
            }
            Request::Recall { document } => {
                let kept = seat.person.kept.get(&document).cloned();
                seat.person.client.handle_recalled(document, kept.as_deref());
            }
            Request::Persist { actor, first, bytes } => {
                seat.written.entry((actor, first)).or_insert(at);
                seat.person.device.entry(actor).or_default().1.insert(first, bytes);
            }
            Request::Forget { actor, below } => {
                if let Some((_, changes)) = seat.person.device.get_mut(&actor) {
                    changes.retain(|first, _| *first >= below);
                }
            }
            Request::Keep { actor, key } => seat.person.device.entry(actor).or_default().0 = key,
            Request::Release(actor) => {
                seat.person.device.remove(&actor);
            }
        }
    }

    pub(super) fn opened(&mut self, person: usize, connection: u32) {
        let Some(node) = self.connections.get(&connection).map(|connection| connection.node) else { return };
        if !self.nodes[node].up() || self.nodes[node].shut {
            return self.break_connection(connection);
        }
        self.nodes[node].open(connection);
        let seat = &mut self.seats[person];
        let now = seat.person.clock(self.at);
        seat.person.client.handle_connected(now);
        self.pump(person);
    }

    pub(super) fn reach_server(&mut self, id: u32, mut bytes: Vec<u8>) {
        let Some(connection) = self.connections.get(&id).filter(|connection| !connection.dead) else { return };
        let (node, entry) = (connection.node, connection.entry.clone());
        if self.seats[connection.person].old {
            bytes = as_of_another_version(&bytes);
        }
        self.note(1, &bytes);
        let ticket = format!("{:032x}", u128::from(self.rng.next()));
        let effects = self.nodes[node].message(self.at, id, &bytes, entry, || ticket);
        self.effects(node, effects);
    }

    pub(super) fn reach_client(&mut self, id: u32, bytes: &[u8]) {
        let Some(connection) = self.connections.get(&id).filter(|connection| !connection.dead) else { return };
        let person = connection.person;
        self.note(2, bytes);
        self.watch(person, bytes);
        let seat = &mut self.seats[person];
        let now = seat.person.clock(self.at);
        seat.person.client.handle_message(now, bytes);
        self.pump(person);
    }

    /// Notes what a server has promised, in the moment in which it does.
    fn promise(&mut self, node: usize, bytes: &[u8]) {
        for frame in read_message::<ServerFrame>(bytes).expect("a server's message is readable") {
            if let ServerFrame::Accepted { actor, next } = frame {
                let promised = self.promised[node].entry(actor).or_default();
                *promised = next.max(*promised);
            }
        }
    }

    /// Notes what a person is told.
    fn watch(&mut self, person: usize, bytes: &[u8]) {
        for frame in read_message::<ServerFrame>(bytes).expect("a server's message is readable") {
            match frame {
                ServerFrame::Accepted { actor, next } => {
                    let written = &mut self.seats[person].written;
                    let answered: Vec<_> = written.range((actor, 0)..(actor, next)).map(|(change, at)| (*change, *at)).collect();
                    for (change, at) in answered {
                        written.remove(&change);
                        self.report.acknowledged.push((self.at, self.at - at));
                    }
                }
                ServerFrame::Refused { refusal, .. } => {
                    assert_ne!(refusal.reason, Reason::Clock, "a wrong clock never costs admission (SPEC CLOCK-1)");
                    self.report.refused += refusal.count;
                }
                ServerFrame::Behind(_) => self.fired(Fault::Behind),
                _ => {}
            }
        }
    }

    /// Ends a person's connections without their client hearing of it.
    pub(super) fn hang_up(&mut self, person: usize) {
        let gone: Vec<u32> = self.connections.iter().filter(|(_, connection)| connection.person == person).map(|(id, _)| *id).collect();
        for id in gone {
            let Some(connection) = self.connections.remove(&id) else { continue };
            let node = connection.node;
            if connection.dead {
                let life = self.nodes[node].life;
                self.later(5_000_000, 40_000_000, Event::Noticed { node, life, connection: id });
            } else {
                let effects = self.nodes[node].closed(self.at, id);
                self.effects(node, effects);
            }
        }
    }

    pub(super) fn break_connection(&mut self, id: u32) {
        let Some(connection) = self.connections.remove(&id) else { return };
        let effects = self.nodes[connection.node].closed(self.at, id);
        self.effects(connection.node, effects);
        let seat = &mut self.seats[connection.person];
        let now = seat.person.clock(self.at);
        seat.person.client.handle_disconnected(now);
        self.pump(connection.person);
    }

    /// Does what a server wants done.
    pub(super) fn effects(&mut self, node: usize, mut effects: Vec<Effect>) {
        let life = self.nodes[node].life;
        let stops = self.halfway[node] && effects.len() > 1;
        if stops {
            self.halfway[node] = false;
            self.fired(Fault::Halfway);
            effects.truncate(self.rng.below(effects.len() as u64) as usize);
        }
        for effect in effects {
            match effect {
                Effect::Message(id, bytes) => {
                    let (at, delay) = (self.at, self.rng.between(500, 40_000));
                    self.promise(node, &bytes);
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
                    let lost = self.at < self.snapshots_lost_until;
                    if lost {
                        self.fired(Fault::LostSnapshot);
                    }
                    self.later(2_000, 200_000, Event::Snapshot { person, load, document, bytes: bytes.filter(|_| !lost) });
                }
                Effect::Wake(at) => {
                    if self.node_timers[node].is_none_or(|set| at < set) {
                        self.node_timers[node] = Some(at + 1);
                        self.at_time(at + 1, Event::NodeTimer { node, life });
                    }
                }
            }
        }
        if stops {
            self.crash(node);
        }
    }
}

/// The same message with the hello of a version that is not spoken.
fn as_of_another_version(bytes: &[u8]) -> Vec<u8> {
    let mut message = Vec::new();
    for mut frame in read_message::<ClientFrame>(bytes).expect("a client's message is readable") {
        if let ClientFrame::Hello(hello) = &mut frame {
            hello.protocol = 0;
        }
        write_frame(&mut message, &frame);
    }
    message
}
