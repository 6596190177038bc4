//! The bytes (WIRE): frames between client and server, rows of the log, snapshots, and what devices keep.
//!
//! Frames are bincode; what is stored or sent to many is in the compact layouts of
//! [`crate::codec`]. What a document is or means stands elsewhere.

pub mod frame;
pub mod kept;
pub mod part;
pub mod row;
pub mod snapshot;

#[cfg(test)]
mod golden;
