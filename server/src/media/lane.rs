//! One page's lane: how much it may show, and what gathers for it until it is sent.
//!
//! A lone writer's glimpses pass at once. Where several write, theirs are sent together, so that a
//! reader's line carries the head of a datagram seventy times a second and no more.

use std::time::{Duration, Instant};

use kakehashi_protocol::lane::MESSAGE_BYTES_MAX;

/// Time between two messages to a page: what comes meanwhile goes out together.
const GATHERED: Duration = Duration::from_millis(14);
/// Bytes of one message to a page: a glimpse, and whose it is.
const SHOWN_BYTES_MAX: usize = MESSAGE_BYTES_MAX + 100;
/// Bytes that gather for a page: its line takes them within two turns, or they are lost.
const WAITING_BYTES_MAX: usize = 16 * SHOWN_BYTES_MAX;
/// Glimpses of a page within [`RATE_WITHIN`]; the rest is dropped.
const RATE_MAX: u32 = 120;
const RATE_WITHIN: Duration = Duration::from_secs(1);

/// One page's lane.
#[derive(Debug, Default)]
pub struct Lane {
    waiting: Vec<u8>,
    /// Where the messages in `waiting` end.
    ends: Vec<usize>,
    sent: Option<Instant>,
    counted: Option<(Instant, u32)>,
}

impl Lane {
    /// Whether the page may show something more.
    pub fn admits(&mut self, now: Instant) -> bool {
        let (since, count) = self.counted.filter(|(since, _)| now.saturating_duration_since(*since) < RATE_WITHIN).unwrap_or((now, 0));
        self.counted = Some((since, count.saturating_add(1)));
        count < RATE_MAX
    }

    /// Somebody's glimpse is to be shown to the page. With too many already it is lost.
    pub fn gather(&mut self, message: &[u8]) {
        if self.waiting.len() + message.len() <= WAITING_BYTES_MAX {
            self.waiting.extend_from_slice(message);
            self.ends.push(self.waiting.len());
        }
    }

    /// When something has to be sent.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let sent = self.sent.filter(|_| !self.waiting.is_empty())?;
        Some(sent + GATHERED)
    }

    /// The next message to be sent now: as many glimpses as fit.
    pub fn take(&mut self, now: Instant) -> Option<Vec<u8>> {
        let first = *self.ends.first()?;
        if self.sent.is_some_and(|sent| sent != now && now.saturating_duration_since(sent) < GATHERED) {
            return None;
        }
        self.sent = Some(now);
        let end = self.ends.iter().copied().take_while(|end| *end <= SHOWN_BYTES_MAX).last().unwrap_or(first);
        let rest = self.waiting.split_off(end);
        self.ends = self.ends.iter().filter(|at| **at > end).map(|at| at - end).collect();
        Some(std::mem::replace(&mut self.waiting, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_passes_at_once_and_what_follows_goes_out_together() {
        let (mut lane, now) = (Lane::default(), Instant::now());
        lane.gather(b"one");
        assert_eq!(lane.take(now), Some(b"one".to_vec()));
        assert_eq!((lane.take(now), lane.due()), (None, None));
        let soon = now + Duration::from_millis(5);
        lane.gather(b"two");
        lane.gather(b"three");
        assert_eq!((lane.take(soon), lane.due()), (None, Some(now + GATHERED)));
        assert_eq!(lane.take(now + GATHERED), Some(b"twothree".to_vec()));
    }

    #[test]
    fn no_message_is_larger_than_a_datagram_and_no_glimpse_is_cut() {
        let (mut lane, now) = (Lane::default(), Instant::now());
        for _ in 0..5 {
            lane.gather(&[7; 500]);
        }
        let sizes: Vec<usize> = std::iter::from_fn(|| lane.take(now)).map(|message| message.len()).collect();
        assert_eq!(sizes, [1_000, 1_000, 500]);
        for _ in 0..1_000 {
            lane.gather(&[7; 500]);
        }
        assert!(lane.waiting.len() <= WAITING_BYTES_MAX);
    }

    #[test]
    fn who_shows_too_much_is_heard_again_a_second_later() {
        let (mut lane, now) = (Lane::default(), Instant::now());
        assert_eq!((0..1_000).filter(|_| lane.admits(now)).count(), RATE_MAX as usize);
        assert!(lane.admits(now + RATE_WITHIN));
    }
}
