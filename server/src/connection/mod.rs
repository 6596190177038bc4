//! Connections: from bytes to commands for a room, and from what a room has to say to bytes. They
//! decide nothing about boards.
//!
//! # Layout
//! - [`session`]: one connection from hello to farewell. [`wire`]: its WebSocket.
//! - [`incoming`]: bytes become typed values. [`line`]: what the room has for one connection alone.

pub mod incoming;
pub mod line;
pub mod session;
pub mod wire;
