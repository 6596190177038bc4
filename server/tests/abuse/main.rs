//! Hostile people at a real server. Each kind of abuse has its file, and prints how often it was tried and came to nothing.
//!
//! - [`flood`]: somebody who shows and reports without end.
//! - [`forged`]: credentials that are malformed or forged.
//! - [`demotion`]: somebody who draws while the right to it is taken.
//! - [`returns`]: somebody who was removed and comes back.
//! - [`unseen`]: somebody who tries to read what they may not. [`own_page`]: who is beside a page that is not for them.
//! - [`guessing`]: codes guessed from many addresses. [`uniform`]: what the answers tell.
//! - [`cross_site`]: pages of other sites, over HTTP and the WebSocket.
//! - [`names`]: names that are too long, or would deceive.
//! - [`crowd`]: five hundred who come within a second.

#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

#[path = "../common/mod.rs"]
mod common;
mod cross_site;
mod crowd;
mod demotion;
mod flood;
mod forged;
mod guessing;
mod names;
mod own_page;
mod returns;
mod uniform;
mod unseen;
