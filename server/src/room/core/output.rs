//! What the room wants done.

use std::sync::Arc;

use bytes::Bytes;
use kakehashi_protocol::call::Ask;
use kakehashi_protocol::ids::{ActorId, DocumentId, Seq};

use crate::room::feed::Shows;

use super::ConnectionId;

/// What the room wants done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// Send this message to a connection.
    Send {
        /// Whom.
        connection: ConnectionId,
        /// One or more frames.
        message: Bytes,
    },
    /// From here on the connection reads a document: parts of rows after `seq`, and presence.
    Attach {
        /// Who.
        connection: ConnectionId,
        /// What.
        document: DocumentId,
        /// From where.
        seq: Seq,
    },
    /// It reads the document no longer.
    Detach {
        /// Who.
        connection: ConnectionId,
        /// What.
        document: DocumentId,
    },
    /// End the connection, after what was sent.
    Close {
        /// Whom.
        connection: ConnectionId,
    },
    /// Append a row; answer with [`RoomCore::handle_committed`] or [`RoomCore::handle_append_failed`].
    Append {
        /// The log's end that the row builds on.
        expected_end: Seq,
        /// The row.
        body: Bytes,
    },
    /// A row is durable: readers may see it.
    Publish(PublishedRow),
    /// What a connection shows in a document now.
    Show {
        /// Where.
        document: DocumentId,
        /// Who.
        connection: ConnectionId,
        /// Which of its values this is.
        shows: Shows,
        /// The frame.
        frame: Bytes,
        /// Whether it says that the connection is gone.
        gone: bool,
    },
    /// A snapshot that was asked for.
    Snapshot {
        /// By this number.
        request: u64,
        /// The bytes; `None`: not allowed, or no such document.
        bytes: Option<Bytes>,
    },
    /// A connection asks something of the board's call that its role allows.
    Call {
        /// Who.
        connection: ConnectionId,
        /// The page that asks.
        actor: ActorId,
        /// Whether its role lets it send.
        speaks: bool,
        /// What.
        ask: Box<Ask>,
    },
    /// A connection that has asked something of the call may no longer speak there, or again.
    MaySpeak {
        /// Who.
        connection: ConnectionId,
        /// Whether.
        speaks: bool,
    },
    /// A connection may no longer be on the board: its page is in no call.
    EndCall {
        /// Who.
        connection: ConnectionId,
    },
    /// Somebody shows something by the lane.
    Glimpse {
        /// To those of these connections that have a lane, in order.
        readers: Arc<[ConnectionId]>,
        /// What ([`kakehashi_protocol::lane::Shown`]).
        message: Bytes,
    },
    /// The batch could not be written: read the board anew and call [`RoomCore::handle_reloaded`].
    Reload,
}

/// A durable row's frames.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedRow {
    /// The row.
    pub seq: Seq,
    /// A frame for each document.
    pub parts: Vec<(DocumentId, Bytes)>,
}

/// Why a batch could not be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AppendFailure {
    /// No room on the disk.
    DiskFull,
    /// Anything else.
    Broken,
}
