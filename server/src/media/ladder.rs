//! The ladder: what of a call a page is sent, by what its line is thought to hold.
//!
//! Voices always. Then screens, then everybody's small picture, then larger ones, in the order in
//! which the page wants them. It goes down at once, and up when the line is thought to hold a
//! quarter more than is needed; each time that going up was followed by going down, the next time is later.

use std::time::{Duration, Instant};

use kakehashi_protocol::call::Rung;

use super::leg::Layer;

/// What a voice takes with all headers, bits a second: 24 kbit/s of Opus, each packet with the one before it in it, fifty a second.
pub const VOICE_BITS: u64 = 74_000;
/// The same without redundancy.
pub const VOICE_BITS_SPARE: u64 = 47_000;
/// A line that holds less than so many times its voices is sent them without redundancy, and with it again from half as much more on.
const SPARE_BELOW: u64 = 2;
/// Of what a line is thought to hold, so much is for media when going up: ink has to pass too.
const SHARE_UP: f64 = 0.8;
/// The same for staying.
const SHARE: f64 = 0.95;
/// How long to wait before going up again after going down, the first time.
const PATIENCE_FIRST: Duration = Duration::from_secs(4);
/// And at most.
pub const PATIENCE_MAX: Duration = Duration::from_secs(60);
/// For so long nothing much is known of a line, so that going down says little of it.
const NEW: Duration = Duration::from_secs(5);
/// A line that has held for so long is trusted like a new one.
const TRUST: Duration = Duration::from_secs(90);

/// A picture that a page wants.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Whether it is a screen.
    pub screen: bool,
    /// The sizes in which it comes now with what they take, bits a second, small to large.
    pub sizes: Vec<(Layer, u64)>,
    /// The largest that is of use to the page.
    pub largest: Layer,
    /// In which size it was sent until now, if in any; `None`: it is new.
    pub before: Option<Option<Layer>>,
}

/// A page's ladder.
#[derive(Debug, Default)]
pub struct Ladder {
    /// What pictures may take, bits a second. It follows the estimate only where that leaves the band
    /// between the two shares, so that an estimate that trembles changes nothing.
    budget: u64,
    patience: Option<Duration>,
    /// When going up is tried again.
    up_at: Option<Instant>,
    began: Option<Instant>,
    down_at: Option<Instant>,
    spare: bool,
}

/// What was chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chosen {
    /// For each wanted picture its size; `None`: it is not sent.
    pub sizes: Vec<Option<Layer>>,
    /// How far up that is.
    pub rung: Rung,
    /// What everything that is wanted would take, bits a second.
    pub aim: u64,
    /// Whether voices are sent without redundancy.
    pub spare: bool,
}

impl Ladder {
    /// Chooses, for so many voices and these pictures in the order of how much they are wanted.
    pub fn choose(&mut self, estimate: u64, voices: usize, wanted: &[Wanted], now: Instant) -> Chosen {
        self.began.get_or_insert(now);
        let voices = voices as u64;
        let spare_below = voices * VOICE_BITS * SPARE_BELOW;
        self.spare = estimate < if self.spare { spare_below * 3 / 2 } else { spare_below };
        let voice_bits = voices * if self.spare { VOICE_BITS_SPARE } else { VOICE_BITS };
        let share = |share: f64| ((estimate as f64 * share) as u64).saturating_sub(voice_bits);
        if share(SHARE) < self.budget {
            let before = fill(self.budget, wanted);
            self.budget = share(SHARE);
            if fill(self.budget, wanted) != before {
                self.step_down(now);
            }
        } else if share(SHARE_UP) > self.budget && self.up_at.is_none_or(|at| now >= at) {
            self.budget = share(SHARE_UP);
        }
        let goes_down = |sizes: &[Option<Layer>]| {
            let down = |(size, wanted): (&Option<Layer>, &Wanted)| {
                wanted.before.flatten().is_some_and(|before| *size < Some(before) && wanted.comes(before))
            };
            sizes.iter().zip(wanted).any(down)
        };
        let mut sizes = fill(self.budget, wanted);
        if goes_down(&sizes) && share(SHARE) > self.budget {
            // What is sent has grown, and the line holds it.
            let sent: Vec<Wanted> = wanted.iter().map(Wanted::as_before).collect();
            let stays = fill(share(SHARE), &sent);
            if !goes_down(&stays) {
                self.budget = share(SHARE);
                sizes = stays;
            }
        }
        if goes_down(&sizes) && self.up_at.is_none_or(|at| now >= at) {
            self.step_down(now);
        }
        if self.up_at.is_some_and(|at| now < at) {
            for (size, wanted) in sizes.iter_mut().zip(wanted) {
                *size = wanted.before.map_or(*size, |before| (*size).min(before));
            }
        }
        let aim = voice_bits + wanted.iter().map(|wanted| wanted.top().1).sum::<u64>();
        Chosen { rung: rung(estimate, voice_bits, wanted, &sizes), sizes, aim: (aim as f64 / SHARE_UP) as u64, spare: self.spare }
    }

    fn step_down(&mut self, now: Instant) {
        if self.began.is_none_or(|at| now.saturating_duration_since(at) < NEW) {
            return;
        }
        let trusted = self.down_at.is_none_or(|at| now.saturating_duration_since(at) > TRUST);
        let patience = match self.patience {
            Some(patience) if !trusted => (patience * 2).min(PATIENCE_MAX),
            _ => PATIENCE_FIRST,
        };
        self.patience = Some(patience);
        self.down_at = Some(now);
        self.up_at = Some(now + patience);
    }
}

impl Wanted {
    /// The largest size that is of use, and what it takes.
    fn top(&self) -> (Option<Layer>, u64) {
        let useful = self.sizes.iter().rfind(|(layer, _)| *layer <= self.largest).or(self.sizes.first());
        useful.map_or((None, 0), |(layer, bits)| (Some(*layer), *bits))
    }

    /// As if no more of it were of use than is sent.
    fn as_before(&self) -> Self {
        let sizes = self.sizes.iter().filter(|(layer, _)| self.before.flatten() >= Some(*layer)).copied().collect();
        Self { sizes, ..self.clone() }
    }

    /// Whether it comes in this size still: senders stop sizes too.
    fn comes(&self, size: Layer) -> bool {
        self.sizes.iter().any(|(layer, _)| *layer == size)
    }

    /// What one of its sizes is taken to take: what is sent already may grow by a quarter until it is too much.
    fn cost(&self, at: usize) -> u64 {
        let (layer, bits) = self.sizes[at];
        if self.before.flatten().is_some_and(|before| layer <= before) { bits * 4 / 5 } else { bits }
    }
}

/// For so long an estimate must not have moved before the line is felt anew, the first time.
const FEEL_AFTER: Duration = Duration::from_secs(4);
/// And at most, after it was felt in vain.
const FEEL_AFTER_MAX: Duration = Duration::from_secs(16);

/// When a line is felt anew. The engine's estimator probes, but not where little more than voices is sent: there it keeps
/// its estimate for a minute and longer after the line has become better.
#[derive(Debug, Default)]
pub struct Feeler {
    /// The estimate from which it has not moved since then.
    still: Option<(u64, Instant)>,
    patience: Option<Duration>,
}

impl Feeler {
    /// Whether to feel now: more is wanted than the estimate, and it stands.
    pub fn wants(&mut self, estimate: u64, aim: u64, now: Instant) -> bool {
        let (stood, since) = *self.still.get_or_insert((estimate, now));
        if estimate.abs_diff(stood) > stood / 5 {
            self.still = Some((estimate, now));
            if estimate > stood {
                self.patience = None;
            }
            return false;
        }
        let patience = self.patience.unwrap_or(FEEL_AFTER);
        if aim <= estimate || now.saturating_duration_since(since) < patience {
            return false;
        }
        self.patience = Some((patience * 2).min(FEEL_AFTER_MAX));
        self.still = Some((estimate, now));
        true
    }
}

/// What fits: screens, then small pictures, then each as large as is of use.
fn fill(mut left: u64, wanted: &[Wanted]) -> Vec<Option<Layer>> {
    let mut sizes: Vec<Option<Layer>> = vec![None; wanted.len()];
    for screens in [true, false] {
        for (size, wanted) in sizes.iter_mut().zip(wanted).filter(|(_, wanted)| wanted.screen == screens) {
            if let Some((layer, _)) = wanted.sizes.first()
                && wanted.cost(0) <= left
            {
                *size = Some(*layer);
                left -= wanted.cost(0);
            }
        }
    }
    for (size, wanted) in sizes.iter_mut().zip(wanted) {
        if size.is_none() {
            continue;
        }
        let more = |at: usize| wanted.cost(at).saturating_sub(wanted.cost(0));
        let larger = wanted.sizes.iter().enumerate().rfind(|(at, (layer, _))| *layer <= wanted.largest && more(*at) <= left);
        if let Some((at, (layer, _))) = larger {
            *size = Some(*layer);
            left -= more(at);
        }
    }
    sizes
}

fn rung(estimate: u64, voice_bits: u64, wanted: &[Wanted], sizes: &[Option<Layer>]) -> Rung {
    let of = |screen: bool| wanted.iter().zip(sizes).filter(move |(wanted, _)| wanted.screen == screen && !wanted.sizes.is_empty());
    if estimate < voice_bits / 2 {
        Rung::Ink
    } else if of(true).any(|(_, size)| size.is_none()) {
        Rung::Voice
    } else if of(false).any(|(_, size)| size.is_none()) {
        Rung::Screen
    } else if of(false).any(|(wanted, size)| *size < wanted.top().0) {
        Rung::Thumbnails
    } else {
        Rung::Faces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camera(largest: Layer) -> Wanted {
        Wanted {
            screen: false,
            sizes: vec![(Layer::Quarter, 100_000), (Layer::Half, 300_000), (Layer::Full, 1_000_000)],
            largest,
            before: None,
        }
    }

    fn screen() -> Wanted {
        Wanted { screen: true, sizes: vec![(Layer::Quarter, 400_000)], largest: Layer::Full, before: None }
    }

    /// Of a line that is known for a while.
    fn known(now: Instant) -> Ladder {
        Ladder { began: now.checked_sub(NEW), ..Ladder::default() }
    }

    fn choose(estimate: u64, wanted: &[Wanted]) -> Chosen {
        Ladder::default().choose(estimate, 2, wanted, Instant::now())
    }

    #[test]
    fn voices_then_screens_then_small_pictures_then_large_ones() {
        let wanted = [camera(Layer::Full), screen(), camera(Layer::Quarter)];
        let steps = [
            (30_000, [None, None, None], Rung::Ink),
            (320_000, [Some(Layer::Quarter), None, None], Rung::Voice),
            (700_000, [None, Some(Layer::Quarter), None], Rung::Screen),
            (950_000, [Some(Layer::Quarter), Some(Layer::Quarter), Some(Layer::Quarter)], Rung::Thumbnails),
            (1_200_000, [Some(Layer::Half), Some(Layer::Quarter), Some(Layer::Quarter)], Rung::Thumbnails),
            (2_200_000, [Some(Layer::Full), Some(Layer::Quarter), Some(Layer::Quarter)], Rung::Faces),
        ];
        for (estimate, sizes, rung) in steps {
            let chosen = choose(estimate, &wanted);
            assert_eq!((chosen.sizes.as_slice(), chosen.rung), (&sizes[..], rung), "{estimate}");
        }
        assert_eq!(choose(0, &[]).rung, Rung::Ink);
        assert_eq!(choose(200_000, &[]).rung, Rung::Faces, "nothing is wanted that is not sent");
    }

    #[test]
    fn it_goes_down_at_once_and_up_later_each_time() {
        let wanted = [camera(Layer::Full)];
        let mut now = Instant::now();
        let mut ladder = known(now);
        let size = |ladder: &mut Ladder, estimate, now| ladder.choose(estimate, 1, &wanted, now).sizes[0];
        assert_eq!(size(&mut ladder, 3_000_000, now), Some(Layer::Full));
        for wait in [4_u64, 8, 16, 32, 60, 60] {
            assert_eq!(size(&mut ladder, 300_000, now), Some(Layer::Quarter), "down at once");
            assert_eq!(
                size(&mut ladder, 3_000_000, now + Duration::from_secs(wait) - Duration::from_millis(1)),
                Some(Layer::Quarter),
                "{wait}"
            );
            now += Duration::from_secs(wait);
            assert_eq!(size(&mut ladder, 3_000_000, now), Some(Layer::Full), "{wait}");
        }
        now += TRUST + Duration::from_secs(1);
        assert_eq!(size(&mut ladder, 300_000, now), Some(Layer::Quarter));
        now += PATIENCE_FIRST;
        assert_eq!(size(&mut ladder, 3_000_000, now), Some(Layer::Full), "trusted again");
    }

    #[test]
    fn a_picture_that_is_sent_may_grow_a_little_and_is_not_taken_up_again_at_once() {
        let start = Instant::now();
        let mut ladder = known(start);
        let mut choose = |bits: u64, before: Option<Layer>, passed: u64| {
            let wanted = Wanted { sizes: vec![(Layer::Quarter, bits)], before: Some(before), ..screen() };
            ladder.choose(1_000_000, 1, &[wanted], start + Duration::from_millis(passed)).sizes[0]
        };
        assert_eq!(choose(700_000, None, 0), Some(Layer::Quarter));
        assert_eq!(choose(900_000, Some(Layer::Quarter), 100), Some(Layer::Quarter), "a whole picture came");
        assert_eq!(choose(1_200_000, Some(Layer::Quarter), 200), None);
        assert_eq!(choose(500_000, None, 300), None, "not at once");
        assert_eq!(choose(500_000, None, 200 + PATIENCE_FIRST.as_millis() as u64), Some(Layer::Quarter));
    }

    #[test]
    fn a_size_that_its_sender_stops_says_nothing_of_the_line() {
        let mut ladder = Ladder::default();
        let now = Instant::now();
        let large = Wanted { before: Some(Some(Layer::Full)), ..camera(Layer::Full) };
        let small = Wanted { sizes: vec![(Layer::Quarter, 100_000)], ..large.clone() };
        let again = Wanted { before: Some(Some(Layer::Quarter)), ..large.clone() };
        let sizes = [large, small, again].map(|wanted| ladder.choose(3_000_000, 1, &[wanted], now).sizes[0]);
        assert_eq!(sizes, [Some(Layer::Full), Some(Layer::Quarter), Some(Layer::Full)]);
    }

    #[test]
    fn a_line_that_is_new_is_tried_again_at_once() {
        let mut ladder = Ladder::default();
        let now = Instant::now();
        let sizes = [3_000_000, 300_000, 3_000_000].map(|estimate| ladder.choose(estimate, 1, &[camera(Layer::Full)], now).sizes[0]);
        assert_eq!(sizes, [Some(Layer::Full), Some(Layer::Quarter), Some(Layer::Full)]);
    }

    #[test]
    fn what_grows_stays_where_the_line_holds_it() {
        let mut ladder = Ladder::default();
        let now = Instant::now();
        let of = |bits: u64, before: Option<Option<Layer>>| [Wanted { sizes: vec![(Layer::Quarter, bits)], before, ..screen() }];
        let sent = Some(Some(Layer::Quarter));
        assert_eq!(ladder.choose(300_000, 1, &of(120_000, None), now).sizes, [sent.flatten()]);
        for (bits, size) in [(300_000, Some(Layer::Quarter)), (900_000, Some(Layer::Quarter)), (1_600_000, None)] {
            assert_eq!(ladder.choose(1_300_000, 1, &of(bits, sent), now).sizes, [size], "{bits}");
        }
    }

    #[test]
    fn what_is_new_does_not_wait_for_what_went_down() {
        let now = Instant::now();
        let mut ladder = known(now);
        let sent = |largest, before| Wanted { before: Some(before), ..camera(largest) };
        ladder.choose(3_000_000, 1, &[camera(Layer::Full)], now);
        let chosen = ladder.choose(700_000, 1, &[sent(Layer::Full, Some(Layer::Full))], now);
        assert_eq!(chosen.sizes, [Some(Layer::Half)]);
        let chosen = ladder.choose(700_000, 1, &[sent(Layer::Full, Some(Layer::Half)), camera(Layer::Quarter)], now);
        assert_eq!(chosen.sizes, [Some(Layer::Half), Some(Layer::Quarter)]);
    }

    #[test]
    fn voices_are_sent_without_redundancy_where_there_is_little_room() {
        let mut ladder = Ladder::default();
        let mut spare = |estimate| ladder.choose(estimate, 1, &[], Instant::now()).spare;
        assert_eq!([400_000, 120_000, 180_000, 230_000, 180_000].map(&mut spare), [false, true, true, false, false]);
    }

    #[test]
    fn a_line_is_felt_anew_when_its_estimate_stands_below_what_is_wanted() {
        let mut feeler = Feeler::default();
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let mut felt = Vec::new();
        for second in 0..60 {
            if feeler.wants(100_000, 500_000, at(second)) {
                felt.push(second);
            }
        }
        assert_eq!(felt, [4, 12, 28, 44], "less and less often while it is in vain");
        assert!(!feeler.wants(300_000, 500_000, at(60)), "it moves");
        assert!(feeler.wants(310_000, 500_000, at(64)));
        assert!(!feeler.wants(310_000, 300_000, at(90)), "there is enough");
    }

    #[test]
    fn an_estimate_that_trembles_changes_nothing() {
        let wanted = [camera(Layer::Full)];
        let mut ladder = Ladder::default();
        let now = Instant::now();
        let mut changes = 0;
        let mut last = None;
        for step in 0..200_u64 {
            let estimate = if step % 2 == 0 { 1_340_000 } else { 1_240_000 };
            let size = ladder.choose(estimate, 1, &wanted, now + Duration::from_millis(step * 100)).sizes[0];
            changes += u32::from(last.is_some_and(|last| last != size));
            last = Some(size);
        }
        assert!(changes <= 1, "{changes} changes in 20 s");
    }
}
