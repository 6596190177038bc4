//! What needs more than one crate: simulation, contracts, end to end, benchmarks.

pub mod bench;
pub mod sim;
