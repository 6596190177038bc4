//! How faults come about.

use bytes::Bytes;
use kakehashi_protocol::ids::LogId;

use super::SECOND;
use super::disk::Found;
use super::fault::Fault;
use super::link::Carrier;
use super::person::Person;
use super::rng::Rng;
use super::world::{Event, World};

/// Places at most: twins are added to those who were there.
const SEATS_MAX: usize = 8;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

impl World {
    /// Lets a fault happen, if it can now.
    pub(super) fn befall(&mut self, fault: Fault, choice: u64) {
        let mut rng = Rng::new(choice);
        let node = rng.below(2) as usize;
        let person = rng.below(self.seats.len() as u64) as usize;
        let fired = match fault {
            Fault::Crash => {
                let up = self.nodes[node].up();
                self.crash(node);
                up
            }
            Fault::Restore => self.restore(node, &mut rng),
            Fault::LostSync => {
                // It is counted when rows are lost.
                let disk = &mut self.nodes[node].disk;
                disk.lies_after.get_or_insert(disk.end());
                self.later(50_000, 800_000, Event::Step(crash_of(node)));
                false
            }
            Fault::Halfway => {
                self.halfway[node] = true;
                false
            }
            Fault::DiskFull => {
                self.nodes[node].disk.full = true;
                self.later(100_000, 3 * SECOND, Event::Freed { node });
                false
            }
            Fault::Checkpoint => self.nodes[node].checkpoint(),
            Fault::DamagedCheckpoint => {
                let damaged = self.nodes[node].disk.damage_checkpoint();
                self.crash(node);
                damaged
            }
            Fault::ClockJump => {
                self.nodes[node].jump(rng.below(200_000) as i64 - 100_000);
                true
            }
            Fault::DeviceClock => {
                // A minute, some days, or as far as 1970 and 9999.
                let by = [60_000, 3 * DAY_MS, 8_000 * 365 * DAY_MS][rng.below(3) as usize];
                self.seats[person].person.clock_off_ms = rng.below(2 * by as u64) as i64 - by;
                true
            }
            Fault::Break => self.connection_of(person).map(|id| self.break_connection(id)).is_some(),
            Fault::Dead => {
                let id = self.connection_of(person);
                id.and_then(|id| self.connections.get_mut(&id)).map(|connection| connection.dead = true).is_some()
            }
            Fault::Stall => {
                let until = self.at + rng.between(SECOND, 4 * SECOND);
                let stalled = self.connection_of(person).and_then(|id| Some((id, self.connections.get(&id)?.node)));
                stalled.map(|(id, node)| self.nodes[node].stall(id, until)).is_some()
            }
            Fault::LostSnapshot => {
                self.snapshots_lost_until = self.at + rng.between(SECOND / 2, 2 * SECOND);
                false
            }
            Fault::Partition => {
                self.apart_until = self.at + rng.between(SECOND / 2, 5 * SECOND);
                true
            }
            Fault::Duplicate => {
                self.carriers[node] = Carrier::default();
                self.nodes[node].disk.end().0 > 0
            }
            Fault::Reordered => {
                let both = self.nodes.iter().all(super::node::Node::up);
                if both {
                    self.bring(node, 3, 20_000, 25_000);
                    self.bring(node, 3, 1_000, 2_000);
                    // What came too early was passed over, and is brought again.
                    self.carriers[node] = Carrier::default();
                }
                both
            }
            Fault::Closed => self.close_and_reopen(person),
            Fault::Twin => self.open_twice(person),
            Fault::OldClient => {
                self.seats[person].old = true;
                self.close_and_reopen(person);
                true
            }
            Fault::Demoted => {
                self.seats[person].demoted = true;
                self.connection_of(person).map(|id| self.break_connection(id)).is_some()
            }
            Fault::LostRow | Fault::UnseenRow | Fault::TornRow | Fault::Behind => unreachable!("a script names no consequence"),
        };
        if fired {
            self.fired(fault);
        }
    }

    /// A server loses everything but its disk, and comes back after a while.
    pub(super) fn crash(&mut self, node: usize) {
        if !self.nodes[node].up() {
            return;
        }
        let life = self.nodes[node].life;
        for row in self.rows_under_way(node, life) {
            // A row that was being written is there as a whole, in part, or not at all.
            let disk = &mut self.nodes[node].disk;
            match self.rng.below(3) {
                0 => self.fired(Fault::LostRow),
                1 => {
                    disk.append(row);
                    self.fired(Fault::UnseenRow);
                }
                _ => {
                    disk.tear(&row, self.rng.below(row.len() as u64) as usize);
                    self.fired(Fault::TornRow);
                }
            }
        }
        if self.nodes[node].disk.lose() > 0 {
            self.fired(Fault::LostSync);
        }
        self.nodes[node].crash();
        self.node_timers[node] = None;
        let broken: Vec<u32> = self.connections.iter().filter(|(_, connection)| connection.node == node).map(|(id, _)| *id).collect();
        for connection in broken {
            self.later(1, 200_000, Event::Broken { connection });
        }
        // The link's connection is gone as well, with what was on the way.
        self.events.retain(|_, event| !matches!(event, Event::Carried { node: to, .. } if *to == 1 - node));
        self.carriers[node] = Carrier::default();
        self.later(50_000, 2 * SECOND, Event::Restart { node });
    }

    fn rows_under_way(&mut self, node: usize, life: u64) -> Vec<Bytes> {
        let mut rows = Vec::new();
        self.events.retain(|_, event| match event {
            Event::Written { node: of, life: in_life, row } if *of == node && *in_life == life => {
                rows.extend(row.take());
                false
            }
            _ => true,
        });
        rows
    }

    /// A server starts from its disk. A log that lost rows is known by its head: it goes on as another log.
    pub(super) fn restart(&mut self, node: usize) {
        if self.nodes[node].up() {
            return;
        }
        if self.nodes[node].disk.recover() == Found::Shortened {
            let rows = self.nodes[node].disk.end().0 as usize;
            self.set_back(node, rows);
        } else {
            self.nodes[node].start();
        }
        self.carriers[1 - node] = Carrier::default();
    }

    /// Sets a server back to what a backup held: all but some of the last rows.
    fn restore(&mut self, node: usize, rng: &mut Rng) -> bool {
        if !self.nodes[node].up() || self.nodes[node].disk.end().0 < 2 {
            return false;
        }
        self.crash(node);
        self.nodes[node].disk.recover();
        let end = self.nodes[node].disk.end().0;
        self.set_back(node, rng.between(1, end) as usize);
        self.carriers[1 - node] = Carrier::default();
        true
    }

    /// The server's log goes on, under a new name, after so many rows. What it promised beyond them is lost, unless
    /// the other has it.
    fn set_back(&mut self, node: usize, rows: usize) {
        self.nodes[node].disk.restore(LogId([self.next_log; 16]), rows);
        self.next_log += 1;
        self.nodes[node].shut = true;
        self.nodes[node].start();
        let Some(room) = self.nodes[node].room() else { return };
        for (actor, promised) in &mut self.promised[node] {
            let kept = room.actors().next(*actor);
            self.report.lost += promised.saturating_sub(kept);
            *promised = kept.min(*promised);
        }
    }

    /// The tab is closed, and the board opened anew on the same device. Says whether anything was unsaved.
    pub(super) fn close_and_reopen(&mut self, person: usize) -> bool {
        self.hang_up(person);
        let left = self.seats[person].person.after();
        let new = self.page_load(person, &left);
        let seat = &mut self.seats[person];
        seat.load += 1;
        seat.timer = None;
        seat.person = new;
        self.connect(person);
        left.unsaved
    }

    /// The tab is opened a second time while the first goes on.
    fn open_twice(&mut self, person: usize) -> bool {
        let left = self.seats[person].person.after();
        if self.seats.len() == SEATS_MAX || !left.unsaved {
            return false;
        }
        let new = self.page_load(person, &left);
        let home = self.seats[person].home;
        self.sit_down(new, home);
        true
    }

    fn page_load(&mut self, person: usize, left: &super::person::Left) -> Person {
        let before = &self.seats[person].person;
        let (off, heavy, hands, entry) = (before.clock_off_ms, before.heavy, before.hands, before.entry.clone());
        let mut new = Person::new(&mut self.rng, off);
        (new.heavy, new.hands, new.entry) = (heavy, hands, entry);
        new.take_over(left);
        new
    }

    /// All faults are over.
    pub(super) fn heal(&mut self) {
        self.calm = true;
        self.halfway = [false; 2];
        self.apart_until = 0;
        self.snapshots_lost_until = 0;
        for node in 0..2 {
            self.nodes[node].disk.full = false;
            self.restart(node);
        }
        for person in 0..self.seats.len() {
            // Who came by the bare link, or was about to, comes as themselves again.
            let seat = &mut self.seats[person];
            if seat.person.entry.participant.is_some() {
                seat.demoted = false;
                self.connection_of(person).into_iter().for_each(|id| self.break_connection(id));
            }
            self.pump(person);
        }
    }
}

fn crash_of(node: usize) -> super::script::Step {
    // The least choice whose first number names the node.
    let choice = (0..).find(|choice| Rng::new(*choice).below(2) as usize == node).unwrap_or_default();
    super::script::Step { at: 0, what: super::script::What::Fault(Fault::Crash), choice }
}
