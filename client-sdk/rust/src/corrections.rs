//! What becomes of clocks that were written while the error of the device's clock was not known (SPEC CLOCK-3).

use kakehashi_protocol::ids::Stamp;
use kakehashi_protocol::limits::CLOCK_AHEAD_MS_MAX;

use crate::client::Client;
use crate::event::Request;
use crate::pending::Held;

impl Client {
    /// The server told its time: what was written by a wrong clock and not sent gets its clocks anew.
    pub(crate) fn correct(&mut self, asked: u64, server_ms: u64) {
        // A clock that leapt forth and back is as far off as before, and what was written between is not.
        let anew = std::mem::take(&mut self.leapt) || !self.clock.measured;
        let by = self.clock.measure(asked, self.wall, server_ms);
        let leftovers = self.correct_leftovers();
        self.shift_clocks(anew, by, leftovers);
    }

    /// Changes of a closed page whose clocks no server admits, because the device's clock was wrong, get those they
    /// would have had. Most were not sent; where they were, the verdict stands, and what the log has of them counts.
    pub(crate) fn correct_leftovers(&mut self) -> bool {
        if !self.clock.measured {
            return false;
        }
        let now = self.wall.saturating_add_signed(self.clock.offset);
        let (own, offset) = (self.actor, self.clock.offset);
        let mut corrected = false;
        for (actor, queue) in self.pending.0.iter_mut().filter(|(actor, _)| **actor != own) {
            let mut last = 0;
            for held in &mut queue.changes {
                if last_clock(held) > now.saturating_add(CLOCK_AHEAD_MS_MAX) {
                    held.change.clock = held.change.clock.saturating_add_signed(offset).min(now).max(last + 1);
                    held.bytes = held.change.to_bytes();
                    self.requests.push_back(Request::Persist { actor: *actor, first: held.change.first, bytes: held.bytes.clone() });
                    corrected = true;
                }
                last = last_clock(held);
            }
        }
        corrected
    }

    /// Own changes that were never sent get the clocks they would have had, had the error of the
    /// device's clock been known.
    fn shift_clocks(&mut self, anew: bool, by: i64, leftovers: bool) {
        // Once measured, differences of less than a second are the network's.
        const TREMBLE_MS: u64 = 1_000;
        if !(leftovers || anew || by.unsigned_abs() >= TREMBLE_MS) {
            return;
        }
        let own = self.actor;
        // What a closed page left was there before anything was written here.
        let left = self.pending.0.iter().filter(|(actor, _)| **actor != own).flat_map(|(_, queue)| &queue.changes).map(last_clock).max();
        let left = left.unwrap_or(0);
        let Some(queue) = self.pending.0.get_mut(&own) else { return };
        let mut moved: Vec<(u64, u64, u64)> = Vec::new();
        let mut last = left;
        for held in &mut queue.changes {
            if !held.sent {
                let count = held.change.ops.len() as u64;
                let before = held.change.clock;
                let by_time = held.written.saturating_sub(self.set_back).saturating_add_signed(self.clock.offset);
                let clock = by_time.max(held.heard + 1).max(last + 1);
                if clock != before {
                    held.change.clock = clock;
                    held.bytes = held.change.to_bytes();
                    moved.push((before, count, clock));
                    self.requests.push_back(Request::Persist { actor: own, first: held.change.first, bytes: held.bytes.clone() });
                }
            }
            last = last_clock(held);
        }
        if moved.is_empty() && !leftovers {
            return;
        }
        self.clock.shifted(last.max(left));
        self.stacks.rename(&mut |id| id, &mut |stamp| {
            let place = moved.partition_point(|(before, _, _)| *before <= stamp.clock).checked_sub(1);
            match place.map(|place| moved[place]) {
                Some((before, count, clock)) if stamp.actor == own && stamp.clock < before + count => {
                    Stamp { clock: clock + (stamp.clock - before), actor: own }
                }
                _ => stamp,
            }
        });
        for (id, replica) in self.replicas.iter_mut() {
            replica.reload(*id, &self.pending);
            self.events.touch_all(*id);
        }
    }
}

fn last_clock(held: &Held) -> u64 {
    held.change.stamp(held.change.ops.len() - 1).clock
}
