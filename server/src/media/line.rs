//! What a page's line is believed to hold.
//!
//! The engine's estimator takes jitter for a queue, and then believes that the line holds a little less than what was just sent:
//! where that is one voice, nothing else would ever be tried again. So its estimate is believed when it rises, and when it falls
//! with a sign that the line is full: a round trip much longer than the shortest, or many packets lost, again and again. One that
//! is longer once is a page or a server that had something else to do. A queue that stays, which the estimator takes for a longer way,
//! takes more and more away from what is believed. Without a sign, what was sent lately has shown that it
//! passes, and after some time without one the line is taken to hold again what every line is taken to hold at first. Nor is a
//! probe of a few packets believed beyond a multiple of what has passed.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What the engine has seen of a line lately.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Bytes that were ever sent by it.
    pub sent: u64,
    /// How long the last packet took to be acknowledged.
    pub round_trip: Option<Duration>,
    /// Of the packets of the last second, those that were lost: 0 to 1.
    pub lost: Option<f32>,
}

/// A queue: so many round trips after each other are longer than the shortest by this, and by half of the shortest.
const QUEUE: Duration = Duration::from_millis(100);
const QUEUED: usize = 2;
/// More is lost on a line that is full than on one that only is bad.
const LOST: f32 = 0.1;
/// So many looks in a row, since satellites that hand over and fades lose as much for a moment, and again every few seconds.
pub const LOSSES: usize = 6;
/// A sign that the line is full counts for so long.
const FULL_FOR: Duration = Duration::from_secs(3);
/// A line that shows signs for so long is believed to hold less than it was just sent, though the estimate stays, and again so long,
/// and a round trip, after that. At once where the way is so long that the estimate comes late.
const CUT_AFTER: Duration = Duration::from_secs(1);
const LONG_WAY: Duration = Duration::from_millis(200);
/// Within a house it is a machine with too much to do that shows signs, more often than the line.
const SHORT_WAY: Duration = Duration::from_millis(10);
const CUT_AFTER_SHORT: Duration = Duration::from_secs(4);
/// Signs go on if there is no longer between two.
const SIGNS_WITHIN: Duration = Duration::from_millis(1_500);
/// How much less, in tenths, and how little at least, bits a second: a voice.
const CUT_TO: u64 = 6;
const CUT_MIN: u64 = 64_000;
/// So long after it it is tried again whether the line holds more, the first time and at most.
const CALM_AFTER: Duration = Duration::from_secs(8);
const CALM_AFTER_MAX: Duration = Duration::from_secs(64);
/// So long it is then filled up with a little before a picture is tried: on a thin line a whole picture alone is a queue of a second.
const FILLED_FOR: Duration = Duration::from_secs(3);
/// A line without a sign for so long is trusted like a new one.
const TRUST: Duration = Duration::from_secs(90);
/// What a line is believed to hold before anything has passed, bits a second: voices and a small picture.
pub const FIRST: u64 = 300_000;
/// Later at most so many times what has passed.
const GROWTH: u64 = 4;
/// What was sent between so long ago, and two round trips, and [`PASSED_FOR`] before that, has shown that it passes: signs come later.
pub const PASSED_AFTER: Duration = Duration::from_secs(1);
const PASSED_FOR: Duration = Duration::from_secs(3);
/// A round trip that is longer counts as this.
const ROUND_TRIP_MAX: Duration = Duration::from_secs(2);
/// The shortest round trip of so many looks is that of an empty line: a way may become longer.
const ROUND_TRIPS: usize = 240;

/// A page's line.
#[derive(Debug, Default)]
pub struct Line {
    estimate: Option<u64>,
    /// What it held when all began to come to the page directly. As long as that is so, next to nothing is sent, which shows nothing.
    rested: Option<u64>,
    seen: Option<(u64, Instant)>,
    /// What was sent lately, bits a second, without a sign since.
    sent: VecDeque<(Instant, u64)>,
    /// What it was sent when it was full last: more it does not hold.
    full_with: u64,
    /// When it ended to rest, and what it held: until something has passed it is not known to hold less.
    rose: Option<(Instant, u64)>,
    round_trips: VecDeque<Duration>,
    /// Looks in a row at which more was lost than [`LOST`].
    losses: usize,
    full_at: Option<Instant>,
    /// More it is not believed to hold until it is calm.
    cut: Option<u64>,
    /// When that was said last, or the signs began.
    cut_at: Option<Instant>,
    /// How long it has to be calm until more is tried.
    patience: Option<Duration>,
}

impl Line {
    /// What it is believed to hold, bits a second; `None`: nothing is known.
    #[must_use]
    pub fn holds(&self, now: Instant) -> Option<u64> {
        let estimate = self.estimate?;
        let shown = self.shown(estimate, now);
        Some(self.rested.unwrap_or(if self.was_calm_for(FILLED_FOR, now) { shown.max(FIRST) } else { shown }))
    }

    /// Whether that has been seen, and is not only taken to be so because nothing was seen lately.
    #[must_use]
    pub fn is_sure(&self, now: Instant) -> bool {
        self.is_trusted(now) || self.rested.is_some() || self.estimate.is_some_and(|estimate| self.shown(estimate, now) >= FIRST)
    }

    fn is_trusted(&self, now: Instant) -> bool {
        self.full_at.is_none_or(|at| now.saturating_duration_since(at) >= TRUST)
    }

    fn shown(&self, estimate: u64, now: Instant) -> u64 {
        let passed = self.passed(now);
        let held = self.rose.filter(|(at, _)| now.saturating_duration_since(*at) <= PASSED_AFTER + PASSED_FOR);
        let most = [FIRST, passed * GROWTH, held.map_or(0, |(_, held)| held), if self.is_calm(now) { 0 } else { self.full_with }];
        let believed = if self.is_full(now) { estimate } else { estimate.max(passed) };
        let cut = self.cut.filter(|_| !self.is_calm(now)).unwrap_or(u64::MAX);
        believed.min(most.into_iter().max().unwrap_or(FIRST)).min(cut)
    }

    /// Whether it may be tried if it holds more than it is believed to: what it is tried with delays what has to pass.
    #[must_use]
    pub fn is_calm(&self, now: Instant) -> bool {
        self.was_calm_for(Duration::ZERO, now)
    }

    fn was_calm_for(&self, time: Duration, now: Instant) -> bool {
        self.full_at.is_none_or(|at| now.saturating_duration_since(at) >= self.patience.unwrap_or(CALM_AFTER) + time)
    }

    /// The engine thinks that it holds so much, bits a second.
    pub const fn estimated(&mut self, bits: u64) {
        self.estimate = Some(bits);
    }

    /// The engine has seen this.
    pub fn see(&mut self, seen: Seen, now: Instant) {
        if let Some((sent, at)) = self.seen.replace((seen.sent, now)) {
            let passed = now.saturating_duration_since(at).as_millis().max(1) as u64;
            if self.rested.is_none() {
                self.sent.push_back((now, seen.sent.saturating_sub(sent).saturating_mul(8_000) / passed));
            }
        }
        // The same again is none that was measured anew.
        let measured = seen.round_trip.filter(|round_trip| self.round_trips.back() != Some(round_trip));
        if let Some(round_trip) = measured {
            push(&mut self.round_trips, round_trip, ROUND_TRIPS);
        }
        self.losses = if seen.lost.is_some_and(|lost| lost > LOST) { self.losses + 1 } else { 0 };
        if (measured.is_some() && self.is_queued()) || self.losses >= LOSSES {
            if self.is_calm(now) {
                let longer = self.patience.filter(|_| !self.is_trusted(now)).map(|patience| (patience * 2).min(CALM_AFTER_MAX));
                self.patience = Some(longer.unwrap_or(CALM_AFTER));
                self.cut = None;
            }
            self.cut(now);
            self.full_at = Some(now);
            if !self.sent.is_empty() {
                self.full_with = self.sent.drain(..).map(|(_, bits)| bits).max().unwrap_or_default();
            }
            self.rose = None;
        }
        let oldest = PASSED_AFTER + 2 * ROUND_TRIP_MAX + PASSED_FOR;
        self.sent.retain(|(at, _)| now.saturating_duration_since(*at) <= oldest);
    }

    /// All comes to the page directly, or no longer: then the line is what it was. Says what that is.
    pub fn rest(&mut self, rests: bool, now: Instant) -> Option<u64> {
        if rests {
            self.rested = self.rested.or_else(|| self.holds(now));
            return None;
        }
        let held = self.rested.take()?;
        self.rose = Some((now, held));
        self.estimate = Some(held);
        self.estimate
    }

    /// There is a sign that it is full: after a while it is believed to hold less than it was sent.
    fn cut(&mut self, now: Instant) {
        if self.full_at.is_none_or(|at| now.saturating_duration_since(at) > SIGNS_WITHIN) {
            self.cut_at = Some(now);
        }
        let way = self.round_trips.iter().min().copied().unwrap_or_default();
        let round_trip = self.round_trips.back().copied().unwrap_or_default().min(ROUND_TRIP_MAX);
        let wait = match self.cut {
            Some(_) => CUT_AFTER + round_trip,
            None if way >= LONG_WAY => Duration::ZERO,
            None if way < SHORT_WAY => CUT_AFTER_SHORT,
            None => CUT_AFTER,
        };
        if self.cut_at.is_some_and(|at| now.saturating_duration_since(at) < wait) {
            return;
        }
        let lately = self.sent.iter().filter(|(at, _)| now.saturating_duration_since(*at) <= CUT_AFTER).map(|(_, bits)| *bits).max();
        let before = self.cut.or(lately).into_iter().chain(self.estimate).min();
        self.cut = before.map(|bits| (bits * CUT_TO / 10).max(CUT_MIN));
        self.cut_at = Some(now);
    }

    fn passed(&self, now: Instant) -> u64 {
        let round_trip = self.round_trips.back().copied().unwrap_or_default().min(ROUND_TRIP_MAX);
        let known = PASSED_AFTER + 2 * round_trip;
        let shows = |at: &Instant| (known..=known + PASSED_FOR).contains(&now.saturating_duration_since(*at));
        self.sent.iter().filter(|(at, _)| shows(at)).map(|(_, bits)| *bits).max().unwrap_or_default()
    }

    fn is_queued(&self) -> bool {
        let shortest = self.round_trips.iter().min().copied().unwrap_or_default();
        let mut latest = self.round_trips.iter().rev().take(QUEUED);
        latest.all(|long| *long > shortest + QUEUE.max(shortest / 2))
    }

    fn is_full(&self, now: Instant) -> bool {
        self.full_at.is_some_and(|at| now.saturating_duration_since(at) < FULL_FOR)
    }
}

fn push<T>(last: &mut VecDeque<T>, new: T, most: usize) {
    last.push_back(new);
    if last.len() > most {
        last.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_millis(250);

    /// Looks that take so long, and the way there and back of the tests' line.
    fn looks_in(time: Duration) -> u32 {
        ((time + 2 * Duration::from_millis(120)).as_millis() / EVERY.as_millis()) as u32
    }

    struct Watched {
        line: Line,
        now: Instant,
        sent: u64,
    }

    impl Watched {
        fn new() -> Self {
            Self { line: Line::default(), now: Instant::now(), sent: 0 }
        }

        /// For so many looks so much is sent, with this round trip and loss.
        fn passes(&mut self, looks: u32, bits: u64, round_trip_ms: u64, lost: f32) {
            for look in 0..looks {
                self.now += EVERY;
                self.sent += bits / 32;
                let round_trip = Duration::from_millis(round_trip_ms) + Duration::from_nanos(look.into());
                let seen = Seen { sent: self.sent, round_trip: Some(round_trip), lost: Some(lost) };
                self.line.see(seen, self.now);
            }
        }

        fn holds(&self) -> Option<u64> {
            self.line.holds(self.now)
        }
    }

    #[test]
    fn an_estimate_that_falls_on_a_line_that_is_not_full_takes_nothing_away_that_passes() {
        let mut one = Watched::new();
        assert_eq!(one.holds(), None);
        one.line.estimated(900_000);
        one.passes(8, 320_000, 80, 0.01);
        one.passes(8, 320_000, 160, 0.02);
        assert_eq!(one.holds(), Some(900_000));
        one.line.estimated(64_000);
        assert_eq!(one.holds(), Some(320_000), "it jitters");
        one.passes(looks_in(PASSED_AFTER + PASSED_FOR) + 1, 80_000, 120, 0.01);
        assert_eq!(one.holds(), Some(FIRST), "as at first");
        one.passes(LOSSES as u32, 80_000, 120, 0.2);
        let full_at = one.now;
        assert_eq!(one.holds(), Some(64_000));
        one.passes(looks_in(PASSED_AFTER + PASSED_FOR) + 1, 80_000, 120, 0.01);
        assert_eq!(one.holds(), Some(80_000), "as much as is sent, for a while");
        assert!(!one.line.is_sure(one.now));
        one.now = full_at + CALM_AFTER;
        assert_eq!((one.line.is_calm(one.now), one.holds()), (true, Some(80_000)), "it may be filled up, and no picture is tried");
        one.now += FILLED_FOR;
        assert_eq!(one.holds(), Some(FIRST));
        assert!(!one.line.is_sure(one.now), "it is only taken to");
        one.now += TRUST;
        assert!(one.line.is_sure(one.now));
    }

    #[test]
    fn no_probe_is_believed_much_beyond_what_has_passed() {
        let mut one = Watched::new();
        one.line.estimated(2_400_000);
        assert_eq!(one.holds(), Some(FIRST), "nothing has passed");
        for (bits, held) in [(74_000, FIRST), (160_000, 640_000), (480_000, 1_920_000), (1_600_000, 2_400_000)] {
            one.passes(looks_in(PASSED_AFTER) + 2, bits, 80, 0.0);
            assert_eq!(one.holds(), Some(held), "{bits}");
        }
    }

    #[test]
    fn a_queue_and_losses_are_signs_that_it_is_full() {
        for (looks, round_trip, lost) in [(QUEUED as u32, 281, 0.0), (LOSSES as u32, 80, 0.11)] {
            let mut one = Watched::new();
            one.line.estimated(900_000);
            one.passes(8, 900_000, 80, 0.01);
            one.line.estimated(500_000);
            assert_eq!(one.holds(), Some(900_000));
            one.passes(looks, 900_000, round_trip, lost);
            assert_eq!(one.holds(), Some(500_000), "{round_trip} {lost}");
        }
        let mut far = Watched::new();
        far.line.estimated(900_000);
        far.passes(12, 900_000, 600, 0.01);
        far.line.estimated(500_000);
        far.passes(QUEUED as u32, 900_000, 850, 0.01);
        assert_eq!(far.holds(), Some(900_000), "a way that is long trembles more");
    }

    #[test]
    fn a_round_trip_that_was_long_once_is_no_queue() {
        let mut one = Watched::new();
        one.line.estimated(900_000);
        one.passes(8, 900_000, 5, 0.0);
        one.line.estimated(40_000);
        for _ in 0..3 {
            one.passes(QUEUED as u32 - 1, 900_000, 300, 0.0);
            // Nothing came meanwhile that could be measured.
            let again = Seen { sent: one.sent, round_trip: one.line.round_trips.back().copied(), lost: None };
            one.line.see(again, one.now);
            assert_eq!(one.holds(), Some(900_000));
            one.passes(1, 900_000, 5, 0.0);
        }
        assert!(one.line.is_calm(one.now));
    }

    #[test]
    fn what_is_lost_for_a_moment_is_no_sign_however_often() {
        let mut one = Watched::new();
        one.line.estimated(900_000);
        for _ in 0..20 {
            one.passes(55, 500_000, 50, 0.01);
            one.passes(LOSSES as u32 - 1, 500_000, 50, 0.2);
            assert!(one.line.is_calm(one.now));
        }
        one.passes(LOSSES as u32, 500_000, 50, 0.2);
        assert!(!one.line.is_calm(one.now));
    }

    #[test]
    fn what_was_sent_before_a_sign_has_not_passed() {
        let mut one = Watched::new();
        one.line.estimated(2_400_000);
        one.passes(8, 500_000, 80, 0.0);
        assert_eq!(one.holds(), Some(2_000_000));
        one.passes(QUEUED as u32, 500_000, 900, 0.0);
        one.line.estimated(90_000);
        for _ in 0..looks_in(PASSED_AFTER + PASSED_FOR) {
            one.passes(1, 70_000, 80, 0.0);
            assert_eq!(one.holds(), Some(90_000));
        }
    }

    #[test]
    fn a_line_that_was_full_is_tried_again_later_each_time() {
        let mut one = Watched::new();
        one.line.estimated(100_000);
        one.passes(2, 100_000, 80, 0.0);
        assert!(one.line.is_calm(one.now));
        for (wait, then) in [(8, 0), (16, 0), (32, 0), (64, 0), (64, 26), (8, 0), (16, 0)] {
            one.passes(QUEUED as u32, 100_000, 400, 0.0);
            let at = one.now;
            assert!(!one.line.is_calm(at + Duration::from_secs(wait) - EVERY), "{wait}");
            assert!(one.line.is_calm(at + Duration::from_secs(wait)), "{wait}");
            one.now += Duration::from_secs(wait + then);
        }
    }

    #[test]
    fn a_way_that_has_become_longer_is_no_queue_for_good() {
        let mut one = Watched::new();
        one.line.estimated(100_000);
        one.passes(2, 100_000, 40, 0.0);
        one.passes(ROUND_TRIPS as u32 + 4, 100_000, 600, 0.0);
        one.line.estimated(50_000);
        one.passes(40, 100_000, 600, 0.0);
        assert_eq!((one.line.is_calm(one.now), one.holds()), (true, Some(FIRST)));
    }

    #[test]
    fn a_queue_that_stays_takes_more_and_more_away_until_it_is_gone() {
        let mut near = Watched::new();
        near.line.estimated(400_000);
        near.passes(8, 300_000, 50, 0.0);
        near.passes(QUEUED as u32, 300_000, 900, 0.0);
        assert_eq!(near.holds(), Some(300_000), "the estimate is soon there");
        near.passes(3, 300_000, 900, 0.0);
        assert_eq!(near.holds(), Some(300_000));
        near.passes(1, 300_000, 900, 0.0);
        assert_eq!(near.holds(), Some(180_000));
        near.passes(8, 180_000, 900, 0.0);
        assert_eq!(near.holds(), Some(108_000));
        near.passes(40, 100_000, 900, 0.0);
        assert_eq!(near.holds(), Some(CUT_MIN));
        near.now += CALM_AFTER;
        assert_eq!(near.holds(), Some(FIRST), "it is believed again");
        near.passes(QUEUED as u32, 300_000, 900, 0.0);
        assert_eq!(near.holds(), Some(300_000), "another sign says nothing of how little it held before");
    }

    #[test]
    fn within_a_house_signs_have_to_go_on_for_longer() {
        let mut house = Watched::new();
        house.line.estimated(400_000);
        house.passes(8, 300_000, 2, 0.0);
        house.passes(QUEUED as u32 + 15, 300_000, 300, 0.0);
        assert_eq!(house.holds(), Some(300_000));
        house.passes(1, 300_000, 300, 0.0);
        assert_eq!(house.holds(), Some(180_000));
    }

    #[test]
    fn a_long_way_is_believed_to_hold_less_with_the_first_sign() {
        let mut far = Watched::new();
        far.line.estimated(600_000);
        far.passes(8, 200_000, 600, 0.0);
        far.passes(QUEUED as u32, 200_000, 1_000, 0.0);
        assert_eq!(far.holds(), Some(120_000), "the estimate comes a round trip later");
    }

    #[test]
    fn a_line_that_rested_is_what_it_was() {
        let mut one = Watched::new();
        one.line.estimated(900_000);
        one.passes(8, 600_000, 80, 0.0);
        assert_eq!(one.holds(), Some(900_000));
        assert_eq!(one.line.rest(true, one.now), None);
        one.line.estimated(40_000);
        one.passes(looks_in(2 * PASSED_FOR), 1_000, 80, 0.0);
        assert_eq!(one.holds(), Some(900_000));
        assert_eq!(one.line.rest(false, one.now), Some(900_000));
        assert_eq!(one.line.rest(false, one.now), None);
        one.line.estimated(800_000);
        assert_eq!(one.holds(), Some(800_000));
    }
}
