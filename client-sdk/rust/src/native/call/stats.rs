//! What was sent and what came, counted.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{MemberId, Source};

/// From how long on nothing is a gap: a word is lost in it.
pub const GAP: Duration = Duration::from_millis(400);

/// A track's packets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Flow {
    /// Packets.
    pub packets: u64,
    /// Bytes of their payloads.
    pub bytes: u64,
    /// Packets that did not come, by the holes in the sequence numbers; those that come late or again
    /// after a request are not lost. Zero of what is sent.
    pub lost: u64,
    /// Times in which nothing came for longer than [`GAP`], between two packets that came to one place by one connection;
    /// where an encoder is silent in silence, silence too. What has not ended yet, and what ended with another place or
    /// connection, is not counted. Zero of what is sent.
    pub gaps: u64,
    /// The longest of the times between two such packets, milliseconds.
    pub gap_ms_max: u64,
}

/// A call's packets since it was joined.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// By own track, all layers together.
    pub sent: BTreeMap<Source, Flow>,
    /// By whose and what.
    pub received: BTreeMap<(MemberId, Source), Flow>,
    /// Packets that came to a place of which it was not known whose it is.
    pub unplaced: u64,
    /// Packets that came while the app's queue was full, and were dropped.
    pub unread: u64,
    /// Packets that the system's queue for sending had no room for, and were dropped.
    pub unsent: u64,
}

impl Stats {
    pub(super) fn sent(&mut self, source: Source, bytes: usize) {
        let flow = self.sent.entry(source).or_default();
        flow.packets += 1;
        flow.bytes += bytes as u64;
    }
}

/// Counts what comes to one place while it is one member's.
#[derive(Debug)]
pub(super) struct Counter {
    next: u64,
    last_at: Instant,
}

impl Counter {
    /// Counts the first packet.
    pub fn first(flow: &mut Flow, sequence: u64, bytes: usize, at: Instant) -> Self {
        flow.packets += 1;
        flow.bytes += bytes as u64;
        Self { next: sequence + 1, last_at: at }
    }

    /// Counts a further packet.
    pub fn count(&mut self, flow: &mut Flow, sequence: u64, bytes: usize, at: Instant) {
        flow.packets += 1;
        flow.bytes += bytes as u64;
        if sequence >= self.next {
            flow.lost += sequence - self.next;
            self.next = sequence + 1;
        } else {
            // It was missed before.
            flow.lost = flow.lost.saturating_sub(1);
        }
        let silence = at.saturating_duration_since(self.last_at);
        self.last_at = at;
        flow.gap_ms_max = flow.gap_ms_max.max(u64::try_from(silence.as_millis()).unwrap_or(u64::MAX));
        flow.gaps += u64::from(silence > GAP);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_lost_late_packets_are_not_and_silences_are_gaps() {
        let at = |ms| Instant::now() + Duration::from_millis(ms);
        let begin = at(0);
        let mut flow = Flow::default();
        let mut counter = Counter::first(&mut flow, 65_534, 80, begin);
        for (sequence, ms) in [(65_535, 20), (65_538, 40), (65_536, 60), (65_539, 561)] {
            counter.count(&mut flow, sequence, 80, begin + Duration::from_millis(ms));
        }
        assert_eq!(flow, Flow { packets: 5, bytes: 400, lost: 1, gaps: 1, gap_ms_max: 501 });
    }
}
