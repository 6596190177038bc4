//! The simulation: clients, rooms and two logs in one process, under one seed and one clock.
//!
//! # Layout
//! - [`script`]: what hands do and what goes wrong, when; [`fault`]: all that can; [`shrink`]: to what of it matters.
//! - [`world`]: events and time; `network`: connections and what they carry; `chaos`: faults come about;
//!   `check`: what must hold in the end.
//! - [`node`]: a server; [`disk`]: what survives it; [`person`]: a client and its hands; `meeting`: what they do as
//!   participants; [`link`]: two logs exchange changes.

mod chaos;
mod check;
pub mod disk;
pub mod fault;
pub mod link;
mod meeting;
mod network;
pub mod node;
pub mod person;
pub mod rng;
pub mod script;
pub mod shrink;
pub mod world;

/// Milliseconds since 1970 at the beginning of a run.
pub const WALL_START_MS: u64 = 1_750_000_000_000;
/// Microseconds of a second.
pub const SECOND: u64 = 1_000_000;
