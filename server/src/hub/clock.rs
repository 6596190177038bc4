//! The two clocks that cores are told.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::room::core::Now;

/// Reads both clocks.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Default for Clock {
    fn default() -> Self {
        // Room cores take zero for "long ago".
        Self { start: Instant::now() }
    }
}

impl Clock {
    /// Both, now.
    #[must_use]
    pub fn now(&self) -> Now {
        Now { wall_ms: wall_ms(), mono_us: self.start.elapsed().as_micros() as u64 }
    }

    /// The moment of a monotonic time.
    #[must_use]
    pub fn instant(&self, mono_us: u64) -> Instant {
        self.start + Duration::from_micros(mono_us)
    }
}

/// Milliseconds since 1970.
#[must_use]
pub fn wall_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
