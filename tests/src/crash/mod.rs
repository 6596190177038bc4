//! The real server and real clients on a bad machine: what was acknowledged must be there afterwards.
//!
//! # Layout
//! - [`server`]: the program, killed and started again on the same data and port.
//! - [`hand`]: what one writer writes, and remembers without asking anybody.
//! - [`disk`]: what is left of the files of a process when the power fails; `trace.c` writes down
//!   what it did to them.
//! - [`crowd`]: a board with writers, and the question whether everybody has everything.

pub mod crowd;
pub mod disk;
pub mod hand;
pub mod server;

use std::time::Duration;

/// Whether the full counts are wanted (`cargo xtask soak`).
#[must_use]
pub fn soak() -> bool {
    std::env::var("KAKEHASHI_SOAK").is_ok_and(|soak| soak == "1")
}

/// How long a suite may take for what can be done more or less often.
#[must_use]
pub fn budget() -> Duration {
    let seconds = std::env::var("KAKEHASHI_BUDGET_S").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    Duration::from_secs(seconds)
}

/// The seed a suite begins with: another one for each run, unless `KAKEHASHI_SEED` names it.
#[must_use]
pub fn first_seed() -> u64 {
    let named = std::env::var("KAKEHASHI_SEED").ok().and_then(|text| text.parse().ok());
    named.unwrap_or_else(|| crate::bench::board::new_actor().0 >> 40)
}
