//! How fast pictures go out to a page.
//!
//! A whole picture of a screen is 100 kB and more, and comes within half a second. On a line of 1 Mbit/s that would be a queue
//! of a second in front of voices and ink, and would look like a line that has become too thin. So pictures go at a quarter
//! more than the line is believed to hold, and no faster; the smallest queue first, so that a face does not wait for a screen.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::leg::{Mid, Packet};

/// Of what the line is believed to hold: a little more, so that it is seen when it holds more.
const SHARE: (u64, u64) = (5, 4);
/// What may go at once: as much as in so long, and always these bytes.
const AT_ONCE: Duration = Duration::from_millis(40);
const AT_ONCE_BYTES: u64 = 3_000;
/// Bytes of a packet's headers.
const HEAD: usize = 54;
/// What waits is sent so often, not each packet by itself.
const STEP: Duration = Duration::from_millis(5);
/// What would wait for longer than this is lost, and a whole picture is waited for; and that many bytes always may.
const WAIT_MAX: Duration = Duration::from_secs(4);
const WAIT_BYTES: usize = 250_000;

/// What becomes of a packet.
#[derive(Debug)]
pub enum Passed {
    /// It goes now.
    Now(Packet),
    /// It waits.
    Later,
    /// Too much waits already: all of that section's is dropped.
    Lost,
}

/// The pictures that wait for one page's line.
#[derive(Debug, Default)]
pub struct Pace {
    /// Bits a second; 0: nothing goes.
    rate: u64,
    /// Bits that may go, as of then.
    left: i64,
    at: Option<Instant>,
    waiting: BTreeMap<Mid, Waiting>,
    sent: Option<Instant>,
}

#[derive(Debug, Default)]
struct Waiting {
    packets: VecDeque<Packet>,
    bytes: usize,
}

impl Pace {
    /// The line is believed to hold so many bits a second; `None`: nothing can be sent.
    pub fn set(&mut self, holds: Option<u64>, now: Instant) {
        self.refill(now);
        self.rate = holds.map_or(0, |holds| holds * SHARE.0 / SHARE.1);
    }

    /// A packet is to go by a section.
    pub fn pass(&mut self, mid: &Mid, packet: Packet, now: Instant) -> Passed {
        let bytes = packet.payload.len() + HEAD;
        if self.waiting.is_empty() {
            self.refill(now);
            if self.left > 0 {
                self.left -= bits(bytes);
                return Passed::Now(packet);
            }
        }
        let room = WAIT_BYTES.max((self.rate * WAIT_MAX.as_secs() / 8) as usize);
        let waiting = self.waiting.entry(mid.clone()).or_default();
        if waiting.bytes + bytes > room {
            self.waiting.remove(mid);
            return Passed::Lost;
        }
        waiting.bytes += bytes;
        waiting.packets.push_back(packet);
        Passed::Later
    }

    /// When something that waits may go.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        if self.waiting.is_empty() || self.rate == 0 {
            return None;
        }
        let paid = self.at? + Duration::from_micros(((1 - self.left).max(0).unsigned_abs() * 1_000_000).div_ceil(self.rate));
        Some(self.sent.map_or(paid, |sent| paid.max(sent + STEP)))
    }

    /// The next packet that goes now, and by which section.
    pub fn take(&mut self, now: Instant) -> Option<(Mid, Packet)> {
        if self.waiting.is_empty() {
            return None;
        }
        self.refill(now);
        if self.left <= 0 || self.rate == 0 {
            return None;
        }
        let (mid, waiting) = self.waiting.iter_mut().min_by_key(|(_, waiting)| waiting.bytes)?;
        let mid = mid.clone();
        let packet = waiting.packets.pop_front();
        let bytes = packet.as_ref().map_or(0, |packet| packet.payload.len() + HEAD);
        waiting.bytes = waiting.bytes.saturating_sub(bytes);
        if waiting.packets.is_empty() {
            self.waiting.remove(&mid);
        }
        self.left -= bits(bytes);
        self.sent = Some(now);
        packet.map(|packet| (mid, packet))
    }

    /// What waits for a section is of no use any more.
    pub fn forget(&mut self, mid: &Mid) {
        self.waiting.remove(mid);
    }

    /// Begins anew, on another connection.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn refill(&mut self, now: Instant) {
        let passed = self.at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        self.at = Some(self.at.map_or(now, |at| at.max(now)));
        let most = (self.rate * AT_ONCE.as_millis() as u64 / 1_000).max(AT_ONCE_BYTES * 8);
        let more = u128::from(self.rate) * passed.as_micros() / 1_000_000;
        let most = if self.rate == 0 { 0 } else { i64::try_from(most).unwrap_or(i64::MAX) };
        self.left = self.left.saturating_add(i64::try_from(more).unwrap_or(i64::MAX)).min(most);
    }
}

fn bits(bytes: usize) -> i64 {
    i64::try_from(bytes * 8).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::media::leg::Codec;

    const HOLDS: u64 = 400_000;

    fn packet(sequence: u64, bytes: usize, now: Instant) -> Packet {
        let payload: Arc<[u8]> = vec![0; bytes].into();
        Packet { codec: Codec::Vp8, sequence, timestamp: 0, marker: false, payload, level: None, picture: None, arrived: now }
    }

    fn mid(name: &str) -> Mid {
        Arc::from(name)
    }

    /// A pace that has been set for a while.
    fn pace(now: Instant) -> (Pace, Instant) {
        let mut pace = Pace::default();
        pace.set(Some(HOLDS), now);
        let now = now + Duration::from_secs(1);
        pace.set(Some(HOLDS), now);
        (pace, now)
    }

    #[test]
    fn a_large_picture_goes_as_fast_as_the_line_holds_and_in_order() {
        let (mut pace, start) = pace(Instant::now());
        let screen = mid("screen");
        let at_once = (0..100).filter(|i| matches!(pace.pass(&screen, packet(*i, 1_200, start), start), Passed::Now(_))).count() as u64;
        assert!((1..=3).contains(&at_once), "{at_once}");
        let (mut now, mut next) = (start, at_once);
        while let Some(due) = pace.due() {
            assert!(due > now, "time passes");
            now = due;
            while let Some((_, packet)) = pace.take(now) {
                assert_eq!(packet.sequence, next);
                next += 1;
            }
        }
        assert_eq!(next, 100);
        let took = now.duration_since(start).as_secs_f64();
        let wanted = (100 - at_once) as f64 * (1_200 + HEAD) as f64 * 8.0 / (HOLDS as f64 * 1.25);
        assert!((took - wanted).abs() < 0.1, "{took} s instead of {wanted}");
    }

    #[test]
    fn a_face_does_not_wait_for_a_screen() {
        let (mut pace, now) = pace(Instant::now());
        let (screen, face) = (mid("screen"), mid("face"));
        for i in 0..100 {
            pace.pass(&screen, packet(i, 1_200, now), now);
        }
        pace.pass(&face, packet(0, 500, now), now);
        let due = pace.due().expect("some wait");
        assert_eq!(pace.take(due).map(|(mid, _)| mid), Some(face));
    }

    #[test]
    fn what_small_pictures_take_goes_at_once() {
        let (mut pace, mut now) = pace(Instant::now());
        for i in 0..200 {
            assert!(matches!(pace.pass(&mid("face"), packet(i, 900, now), now), Passed::Now(_)), "{i}");
            now += Duration::from_millis(20);
        }
        assert_eq!(pace.due(), None);
    }

    #[test]
    fn nothing_goes_before_the_line_is_there_and_too_much_is_lost() {
        let now = Instant::now();
        let (mut pace, screen) = (Pace::default(), mid("screen"));
        let mut later = 0;
        let lost = (0..1_000).find(|i| match pace.pass(&screen, packet(*i, 1_200, now), now) {
            Passed::Now(_) => panic!("nothing may go"),
            Passed::Later => {
                later += 1;
                false
            }
            Passed::Lost => true,
        });
        assert_eq!((lost, later), (Some(WAIT_BYTES as u64 / 1_254), WAIT_BYTES / 1_254));
        assert_eq!((pace.due(), pace.take(now).is_none()), (None, true));
        pace.pass(&screen, packet(0, 1_200, now), now);
        pace.set(Some(HOLDS), now + Duration::from_secs(2));
        let due = pace.due().expect("it may go now");
        assert!(pace.take(due).is_some());
        pace.pass(&screen, packet(1, 1_200, now), due);
        pace.pass(&screen, packet(2, 1_200, now), due);
        pace.forget(&screen);
        assert_eq!(pace.due(), None);
    }
}
