//! When a delivery is tried, and tried again, and when a receiver is given up.

use std::time::Duration;

use crate::directory::DirectoryError;
use crate::directory::token::random;

/// How long a receiver may take to answer, resolving its name and connecting included.
const ATTEMPT: Duration = Duration::from_secs(10);
/// How long after each failed try the next one follows: more than a day in all, as the Standard Webhooks
/// specification advises, so that a receiver may be down for a night.
const RETRIES_S: [u64; 8] = [5, 60, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 10 * 3_600];
/// How much later a try may be by chance, as a part of its delay, so that receivers that come back are not
/// asked by all at once.
const JITTER: u64 = 5;
/// How long something is tried at most, milliseconds: a receiver that is not there holds up all that
/// waits for it, and what is two days old is no news any more.
pub const TRIED_MS: u64 = 2 * 24 * 3_600 * 1_000;
/// After so long without one success a receiver is given up, milliseconds: a long weekend is shorter.
pub const FAILING_MS: u64 = 5 * 24 * 3_600 * 1_000;

/// The times by which deliveries are tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pace {
    /// How long one try may take.
    pub attempt: Duration,
    /// How long after each failed try the next one follows; after the last there is none.
    pub retries: Vec<Duration>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { attempt: ATTEMPT, retries: RETRIES_S.map(Duration::from_secs).into() }
    }
}

impl Pace {
    /// When something is tried again that has failed so often, milliseconds from now; `None`: no more.
    pub(super) fn again_ms(&self, failures: u32) -> Result<Option<u64>, DirectoryError> {
        let place = (failures as usize).checked_sub(1);
        let Some(delay) = place.and_then(|place| self.retries.get(place)) else { return Ok(None) };
        let delay = delay.as_millis() as u64;
        let chance = u64::from_le_bytes(random()?) % (delay / JITTER + 1);
        Ok(Some(delay + chance))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_last_more_than_a_day_and_less_than_two() {
        let pace = Pace::default();
        let (mut least, mut most) = (0, 0);
        for failures in 1..=8 {
            let samples: Vec<u64> = (0..100).map(|_| pace.again_ms(failures).unwrap().unwrap()).collect();
            let delay = RETRIES_S[failures as usize - 1] * 1_000;
            assert!(samples.iter().all(|sample| (delay..=delay + delay / JITTER).contains(sample)), "{samples:?}");
            assert!(samples.iter().any(|sample| *sample != samples[0]), "by chance");
            least += delay;
            most += delay + delay / JITTER;
        }
        assert_eq!(pace.again_ms(9).unwrap(), None);
        assert!(least > 24 * 3_600 * 1_000 && most < TRIED_MS, "{least} to {most}");
    }
}
