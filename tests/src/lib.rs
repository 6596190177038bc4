//! What needs more than one crate: simulation, crashes, contracts, end to end, benchmarks.

pub mod bench;
pub mod call_decoders;
pub mod crash;
pub mod decoders;
pub mod people_decoders;
pub mod sim;
