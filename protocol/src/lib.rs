//! What every part of Kakehashi agrees on: documents, ops, ink, rights, the wire. No I/O, no clock,
//! no randomness.
//!
//! # Layout
//! - [`ids`]: names and positions; [`limits`]: every maximum.
//! - [`schema`]: kinds of records, properties and their types; [`order`]: keys among siblings.
//! - [`op`]: ops and changes; [`document`]: how they merge; [`record`], [`ink`], [`text`]: what they make.
//! - [`board`]: all documents of a board, and the judge; [`rights`]: who may; [`people`]: who is here
//!   and sees what; [`verdict`]: why not.
//! - [`undo`]: a gesture of one hand, taken back.
//! - [`presence`]: what is shown and never kept; [`lane`]: the same, faster, beside a call.
//! - [`codec`] and [`wire`]: the bytes.
//!
//! The rules stand in `SPEC.md`, each with an id that the tests cite; the bytes in `WIRE.md`.

pub mod board;
pub mod call;
pub mod codec;
pub mod document;
pub mod ids;
pub mod ink;
pub mod lane;
pub mod limits;
pub mod op;
pub mod order;
pub mod people;
pub mod presence;
pub mod record;
pub mod rights;
pub mod schema;
pub mod sorted;
pub mod text;
pub mod undo;
pub mod verdict;
pub mod wire;
