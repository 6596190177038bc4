//! The simulation: clients, rooms and two logs in one process, under one seed and one clock.
//!
//! # Layout
//! - [`world`]: events, faults, and what must hold in the end; [`node`]: a server; [`disk`]: what
//!   survives it; [`person`]: a client and what its hands do; [`link`]: two logs exchange changes.

pub mod disk;
pub mod link;
pub mod node;
pub mod person;
pub mod rng;
pub mod world;

/// Milliseconds since 1970 at the beginning of a run.
pub const WALL_START_MS: u64 = 1_750_000_000_000;
