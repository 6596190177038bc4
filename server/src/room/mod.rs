//! Rooms: live boards.
//!
//! # Layout
//! - [`core`]: what a room decides, without I/O; [`actors`], [`feed`]: what it keeps; [`load`]: how it
//!   comes from the log; [`reader`]: what a connection is sent next.
//! - [`command`]: a room as others hold it; [`task`]: what drives a core; [`snapshots`]: those it wrote lately.

pub mod actors;
pub mod command;
pub mod core;
pub mod feed;
pub mod load;
pub mod reader;
mod recent;
pub mod snapshots;
pub mod task;
