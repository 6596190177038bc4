//! A live room as others hold it, and what they tell it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use kakehashi_protocol::call::Ask;
use kakehashi_protocol::ids::{ActorId, DocumentId};
use kakehashi_protocol::op::Change;
use kakehashi_protocol::presence::{Presence, Report};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::{ActorKey, Hello, Subscription};
use parking_lot::RwLock;
use tokio::sync::{mpsc, oneshot};

use super::core::{ConnectionId, Entry, ParticipantId, Recorded};
use super::feed::Feed;
use super::snapshots::Kept;
use crate::connection::line::Line;

/// Where a snapshot goes that was asked for; `None`: not allowed, or no such document.
pub type SnapshotAnswer = oneshot::Sender<Option<Arc<Kept>>>;

/// What a room is told.
pub enum Command {
    /// A connection said hello.
    Join {
        /// Its number.
        connection: ConnectionId,
        /// Where its answers go.
        line: Arc<Line>,
        /// What it said.
        hello: Box<Hello>,
        /// What it was let in with.
        entry: Entry,
        /// What opens its snapshots.
        ticket: String,
    },
    /// It offers a change.
    Change(ConnectionId, Box<Change>),
    /// It writes for an actor that is gone.
    Claim(ConnectionId, ActorId, ActorKey),
    /// It wants to read a document.
    Subscribe(ConnectionId, Subscription),
    /// It no longer does.
    Unsubscribe(ConnectionId, DocumentId),
    /// It shows something of itself.
    Presence(ConnectionId, Box<Presence>),
    /// It says how it is doing.
    Report(ConnectionId, Report),
    /// It asks whether anybody is there.
    Ping(ConnectionId, u32),
    /// It asks something of the board's call; an error says why it is nothing that can be asked.
    Call(ConnectionId, Result<Box<Ask>, String>),
    /// It shows something by its lane: the bytes of a [`kakehashi_protocol::lane::Glimpse`].
    Glimpse(ConnectionId, Bytes),
    /// It is gone.
    Leave(ConnectionId),
    /// A snapshot is asked for.
    Snapshot {
        /// By the ticket of a connection.
        ticket: String,
        /// Of this document.
        document: DocumentId,
        /// Where it goes.
        answer: SnapshotAnswer,
    },
    /// Whether the whole board may be given to somebody.
    MayExport {
        /// The ticket of a connection, or nothing.
        ticket: String,
        /// Where the answer goes.
        answer: oneshot::Sender<bool>,
    },
    /// What the board's record of a participant says.
    Recorded {
        /// Whose.
        participant: ParticipantId,
        /// Where the answer goes.
        answer: oneshot::Sender<Recorded>,
    },
    /// The same, once all that the room was told before is durable or lost.
    Settled {
        /// Whose.
        participant: ParticipantId,
        /// Where the answer goes.
        answer: oneshot::Sender<Recorded>,
    },
    /// Whether anybody meets on the board now.
    Meets {
        /// Where the answer goes.
        answer: oneshot::Sender<bool>,
    },
    /// The directory has given somebody another role on the board.
    Appoint {
        /// Whom.
        participant: ParticipantId,
        /// Which.
        role: Role,
        /// Only if they have this one now.
        only: Option<Role>,
        /// Random: what the server's own name is drawn from, if nobody has come yet.
        ticket: String,
    },
    /// Stop as a broken invariant does.
    #[cfg(test)]
    Panic,
}

/// A live room as connections hold it. It stays in memory while one of these is held.
pub struct Room {
    /// Where it is told what happens.
    pub commands: mpsc::Sender<Command>,
    /// What readers read.
    pub feed: Arc<RwLock<Feed>>,
    pub(super) last_connection: AtomicU32,
}

impl Room {
    /// A number for a new connection; never used before in this room's life.
    #[must_use]
    pub fn new_connection(&self) -> ConnectionId {
        self.last_connection.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether its task goes on.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.commands.is_closed()
    }
}
