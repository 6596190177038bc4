//! The ladder: what of a call a page is sent, by what its line is thought to hold.
//!
//! Voices always. Then screens, then everybody's small picture, then larger ones, in the order in
//! which the page wants them. It goes down at once, and up only when the line has held more for a
//! while; each time that going up was followed by going down, the next time is later.

use std::time::{Duration, Instant};

use kakehashi_protocol::call::Rung;

use super::leg::Layer;

/// What a voice takes with all headers, bits a second.
pub const VOICE_BITS: u64 = 48_000;
/// Of what a line is thought to hold, so much is for media when going up: ink has to pass too.
const SHARE_UP: f64 = 0.8;
/// The same for staying.
const SHARE: f64 = 0.95;
/// How long to wait before going up again after going down, the first time.
const PATIENCE_FIRST: Duration = Duration::from_secs(4);
/// And at most.
const PATIENCE_MAX: Duration = Duration::from_secs(60);
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
    down_at: Option<Instant>,
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
}

impl Ladder {
    /// Chooses, for so many voices and these pictures in the order of how much they are wanted.
    pub fn choose(&mut self, estimate: u64, voices: usize, wanted: &[Wanted], now: Instant) -> Chosen {
        let voice_bits = voices as u64 * VOICE_BITS;
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
        let sizes = fill(self.budget, wanted);
        let aim = voice_bits + wanted.iter().map(|wanted| wanted.top().1).sum::<u64>();
        Chosen { rung: rung(estimate, voice_bits, wanted, &sizes), sizes, aim: (aim as f64 / SHARE_UP) as u64 }
    }

    fn step_down(&mut self, now: Instant) {
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
}

/// What fits: screens, then small pictures, then each as large as is of use.
fn fill(mut left: u64, wanted: &[Wanted]) -> Vec<Option<Layer>> {
    let mut sizes: Vec<Option<Layer>> = vec![None; wanted.len()];
    for screens in [true, false] {
        for (size, wanted) in sizes.iter_mut().zip(wanted).filter(|(_, wanted)| wanted.screen == screens) {
            if let Some((layer, bits)) = wanted.sizes.first()
                && *bits <= left
            {
                *size = Some(*layer);
                left -= bits;
            }
        }
    }
    for (size, wanted) in sizes.iter_mut().zip(wanted) {
        let Some(small) = wanted.sizes.first().filter(|_| size.is_some()) else { continue };
        let larger = wanted.sizes.iter().rfind(|(layer, bits)| *layer <= wanted.largest && bits.saturating_sub(small.1) <= left);
        if let Some((layer, bits)) = larger {
            *size = Some(*layer);
            left -= bits.saturating_sub(small.1);
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
        Wanted { screen: false, sizes: vec![(Layer::Quarter, 100_000), (Layer::Half, 300_000), (Layer::Full, 1_000_000)], largest }
    }

    fn screen() -> Wanted {
        Wanted { screen: true, sizes: vec![(Layer::Quarter, 400_000)], largest: Layer::Full }
    }

    fn choose(estimate: u64, wanted: &[Wanted]) -> Chosen {
        Ladder::default().choose(estimate, 2, wanted, Instant::now())
    }

    #[test]
    fn voices_then_screens_then_small_pictures_then_large_ones() {
        let wanted = [camera(Layer::Full), screen(), camera(Layer::Quarter)];
        let steps = [
            (30_000, [None, None, None], Rung::Ink),
            (300_000, [Some(Layer::Quarter), None, None], Rung::Voice),
            (700_000, [None, Some(Layer::Quarter), None], Rung::Screen),
            (900_000, [Some(Layer::Quarter), Some(Layer::Quarter), Some(Layer::Quarter)], Rung::Thumbnails),
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
        let mut ladder = Ladder::default();
        let mut now = Instant::now();
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
