//! What came at receivers while it was measured.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kakehashi_client::native::call::synthetic::Mark;

use super::super::stats::Latencies;
use super::act::{is_in_full, is_picture};

/// Whether it is measured now, and what is sent meanwhile.
#[derive(Debug, Default)]
pub struct Window {
    is_open: AtomicBool,
    sent: AtomicU64,
}

impl Window {
    /// Begins or ends it.
    pub fn open(&self, open: bool) {
        self.is_open.store(open, Ordering::Relaxed);
    }

    /// A member has sent a packet.
    pub fn count(&self) {
        if self.is_open.load(Ordering::Relaxed) {
            self.sent.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Packets that were sent in it.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

/// What came from one sender: the first and the last count, and how many.
#[derive(Clone, Copy, Debug)]
struct Span {
    first: u64,
    last: u64,
    packets: u64,
}

/// What came.
#[derive(Debug, Default)]
pub struct Tally {
    /// By receiver and sender.
    spans: HashMap<(usize, u32), Span>,
    delays: Latencies,
    bytes: u64,
}

impl Tally {
    /// A packet came to a receiver.
    pub fn add(&mut self, window: &Window, clock: Instant, receiver: usize, payload: &[u8], at: Instant) {
        let Some(mark) = Mark::read(payload).filter(|_| window.is_open.load(Ordering::Relaxed)) else { return };
        let count = mark.count;
        let span = self.spans.entry((receiver, mark.sender)).or_insert(Span { first: count, last: count, packets: 0 });
        *span = Span { first: span.first.min(count), last: span.last.max(count), packets: span.packets + 1 };
        self.bytes += payload.len() as u64;
        self.delays.add(at.saturating_duration_since(clock + Duration::from_nanos(mark.stamp)));
    }

    /// Adds another's.
    pub fn extend(&mut self, other: Self) {
        self.spans.extend(other.spans);
        self.delays.extend(other.delays);
        self.bytes += other.bytes;
    }

    /// Packets.
    pub fn packets(&self) -> u64 {
        self.spans.values().map(|span| span.packets).sum()
    }

    /// Bytes of their payloads.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// From the moment a member has made a packet until it came.
    pub const fn delays(&self) -> &Latencies {
        &self.delays
    }

    /// The share that came of what was sent between the first and the last packet that did, of each sender at
    /// each receiver.
    pub fn delivered(&self) -> f64 {
        let sent: u64 = self.spans.values().map(|span| span.last - span.first + 1).sum();
        self.packets() as f64 / sent as f64
    }

    /// The share of the pictures' packets that are of full size.
    pub fn share_in_full(&self) -> f64 {
        let packets =
            |of: fn(u32) -> bool| self.spans.iter().filter(|((_, sender), _)| of(*sender)).map(|(_, span)| span.packets).sum::<u64>();
        packets(is_in_full) as f64 / packets(is_picture).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use kakehashi_client::native::call::synthetic::Voice;

    use super::*;

    #[test]
    fn what_is_missing_between_the_first_and_the_last_lowers_the_share() {
        let (mut tally, window, clock) = (Tally::default(), Window::default(), Instant::now());
        let mut voice = Voice::new(8, 30);
        let packets: Vec<_> = (0..10).map(|_| voice.packet(1_000_000).payload).collect();
        tally.add(&window, clock, 0, &packets[0], clock);
        window.open(true);
        for at in [2, 3, 6, 5, 9] {
            tally.add(&window, clock, 0, &packets[at], clock + Duration::from_millis(3));
        }
        assert_eq!((tally.packets(), tally.delivered(), tally.bytes()), (5, 5.0 / 8.0, 400));
        assert_eq!(tally.delays().percentile_ms(0.5), 2.0);
    }
}
