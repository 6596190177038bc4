//! The client of a board: a state machine without I/O, clock or randomness of its own.
//!
//! A driver brings connections and time to it, an app reads and writes through it. All methods of
//! [`Client`] are of one of five kinds:
//! - *getters* read what is seen now, pending edits included;
//! - *mutators* (`edit`, `commit`, `undo`, `open`, `set_presence`, …) do what the person does, at once;
//! - `handle_*` takes in what happened outside, with `now`;
//! - `poll_*` gives what is to be done: [`Client::poll_transmit`] messages to send,
//!   [`Client::poll_request`] what else the driver must do, [`Client::poll_event`] what the app may
//!   want to know, [`Client::poll_timeout`] when to call [`Client::handle_timeout`].
//!
//! After any mutator or `handle_*`, drain the `poll_*` methods. `now` is the device's clock in
//! milliseconds since 1970; it may be wrong, and may jump, at the cost of recency alone.
//!
//! # Layout
//! - `client`: the state, and opening of documents; `input`: what the server sends; `output`: what is
//!   sent to it; `write`: local edits, undo and redo.
//! - `replica`: a document, what is pending over it, and how far it is read.
//! - `kept`: documents on the device; `pending`: changes without a verdict; `renew`: what becomes of them when a server forgot them.
//! - [`edit`]: from "a line from here to there" to ops; `view`: what an app reads.
//! - `person`: who wrote something; `presence`: who is here and what they show;
//!   `meeting`: sessions, participants, hands, what is said.
//! - `connection`: states, backoff, timers; `clock`, `corrections`; `rng`; [`event`].
//! - `native` (with the feature of that name): a driver on tokio; `native::call` (feature `call`): the board's call.
//!
//! ```
//! use kakehashi_client::{Client, Config, Request};
//! use kakehashi_protocol::ids::ActorId;
//!
//! let config = Config { actor: ActorId(7), key: [1; 16], seed: 42, credential: Vec::new() };
//! let mut client = Client::new(config);
//! client.connect(1_000);
//! assert_eq!(client.poll_request(), Some(Request::Connect));
//! client.handle_connected(1_020);
//! let hello = client.poll_transmit(1_020).expect("the first message is the hello");
//! assert!(!hello.is_empty());
//! ```

mod call;
mod client;
mod clock;
mod connection;
mod corrections;
pub mod edit;
pub mod event;
mod input;
mod kept;
mod meeting;
#[cfg(feature = "native")]
pub mod native;
mod output;
mod pending;
mod person;
mod presence;
mod renew;
mod replica;
mod rng;
mod view;
mod write;

pub use client::{Client, Config, PARKED_MAX};
pub use connection::{
    BACKOFF_MS_LEAST, BACKOFF_MS_MAX, BACKOFF_MS_MIN, DEAD_MS, OFFLINE_MS, OPENING_MS_MAX, PING_MS, PROBE_MS, SETTLED_MS,
};
pub use edit::{Edit, Reorder};
pub use event::{Event, NoticeCode, Request, Status};
pub use input::{FetchError, SNAPSHOT_RETRY_MS};
pub use output::PACE_MS;
pub use person::Author;
pub use presence::PRESENCE_MS;
pub use write::{EditError, Made};
