//! Frames: what a connection carries (WIRE section 1). A message is one or more frames, one after
//! the other; its receiver takes it in as a whole, so what came with one row of the log is seen at once.
//!
//! Frames are encoded by bincode's standard configuration. Variants are numbered by their order:
//! append-only. Numbers 0 to 250 take a byte.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codec::DecodeError;
use crate::ids::{ActorId, Cursor, DocumentId, LogId, RecordId, Seq};
use crate::limits;
use crate::presence::{Presence, Report, Stay, Whereabouts};
use crate::rights::Role;
use crate::verdict::Refusal;

/// The version of the protocol that this crate speaks.
pub const PROTOCOL_VERSION: u16 = 1;

/// The oldest version that is still answered.
pub const PROTOCOL_VERSION_MIN: u16 = 1;

/// What proves that a page load may write as an actor: 128 random bits made together with it, kept
/// with its unsent ops. The log holds only a hash.
pub type ActorKey = [u8; 16];

/// From client to server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ClientFrame {
    /// 0: the first frame of a connection.
    Hello(Hello),
    /// 1: the client also brings ops of an actor that is gone (SPEC ACT-3).
    Claim {
        /// The actor.
        actor: ActorId,
        /// Its key.
        key: ActorKey,
    },
    /// 2: a change, in the bytes of [`crate::op::Change::to_bytes`].
    Change(Vec<u8>),
    /// 3: the client wants to read a document.
    Subscribe(Subscription),
    /// 4: it no longer reads it.
    Unsubscribe(DocumentId),
    /// 5: what it shows of itself.
    Presence(Presence),
    /// 6: is anybody there?
    Ping(u32),
    /// 7: how it is doing.
    Report(Report),
    /// 8: what it asks of the board's call, as JSON ([`crate::call::Ask`]).
    Call(String),
}

/// The beginning of a connection.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hello {
    /// [`PROTOCOL_VERSION`] of the client.
    pub protocol: u16,
    /// What proves who it is; empty for a guest with the link.
    pub credential: Vec<u8>,
    /// The page load.
    pub actor: ActorId,
    /// Its key.
    pub key: ActorKey,
    /// Documents it wants to read.
    pub subscriptions: Vec<Subscription>,
}

/// A document to read on from a position.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Subscription {
    /// Which.
    pub document: DocumentId,
    /// What of it the client has; `None`: nothing.
    pub cursor: Option<Cursor>,
}

/// From server to client.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ServerFrame {
    /// 0: the answer to a hello.
    Welcome(Welcome),
    /// 1: the answer to a claim.
    Claimed(Standing),
    /// 2: the answer to a subscription.
    Subscribed(Subscribed),
    /// 3: what one row of the log did to one document ([`crate::wire::part`]).
    Part(Vec<u8>),
    /// 4: all ops of the actor below `next` have been accepted and are durable, but for those refused.
    Accepted {
        /// The actor.
        actor: ActorId,
        /// The counter after the last.
        next: u64,
    },
    /// 5: ops that were refused.
    Refused {
        /// The actor.
        actor: ActorId,
        /// Which and why.
        refusal: Refusal,
    },
    /// 6: counters are missing before the change that was sent.
    Gap {
        /// The actor.
        actor: ActorId,
        /// The counter the log expects.
        expected: u64,
    },
    /// 7: what others show of themselves, for one document.
    Presence(Vec<Shown>),
    /// 8: the document may no longer be seen: the client deletes it.
    Withdrawn(DocumentId),
    /// 9: the reader fell too far behind: it takes a new snapshot.
    Behind(DocumentId),
    /// 10: something was wrong with what the client sent. Codes that end the connection say so.
    Failed(Failure),
    /// 11: the answer to a ping.
    Pong {
        /// The ping's number.
        nonce: u32,
        /// The server's clock, milliseconds since 1970.
        server_ms: u64,
    },
    /// 12: who is on the board, for readers of the cover.
    People(Vec<Participant>),
    /// 13: who the client is in the meeting, and whenever that changes; only to those who came with a
    /// credential.
    You(Own),
    /// 14: the connections of the meeting, for readers of the talk.
    Stays(Vec<Stayed>),
    /// 15: what the board's call tells, as JSON ([`crate::call::Tell`]).
    Call(String),
}

/// What a connection is in the meeting.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Own {
    /// Its participant's record in the cover.
    pub participant: Option<RecordId>,
    /// What it may do now.
    pub role: Role,
    /// Whether it waits in the lobby: nothing is answered until it is let in.
    pub waits: bool,
}

/// One connection of the meeting.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stayed {
    /// The connection.
    pub connection: u32,
    /// Its actor.
    pub actor: ActorId,
    /// `None`: it is gone.
    pub stay: Option<Stay>,
}

/// The answer to a hello.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Welcome {
    /// The version both speak.
    pub protocol: u16,
    /// Whose rows will be read.
    pub log: LogId,
    /// The server's clock, milliseconds since 1970.
    pub server_ms: u64,
    /// The number of this connection in [`Shown`].
    pub connection: u32,
    /// What the client may do.
    pub role: Role,
    /// How far the hello's actor has been heard.
    pub standing: Standing,
    /// Opens snapshots over HTTP while the connection lives; 32 hexadecimal digits.
    pub ticket: String,
}

/// How far an actor has been heard.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Standing {
    /// The actor.
    pub actor: ActorId,
    /// The counter the log expects next.
    pub next: u64,
    /// Refusals below it that the room remembers, the latest ones.
    pub refused: Vec<Refusal>,
}

/// The answer to a subscription.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Subscribed {
    /// Which document.
    pub document: DocumentId,
    /// Parts follow for all rows after this one.
    pub seq: Seq,
    /// Whether the client has to take a snapshot first, which will be of this row or a later one.
    pub snapshot: bool,
    /// Numbers that later parts use for actors without introducing them.
    pub actors: Vec<(u64, ActorId)>,
}

/// What one connection shows of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// The connection.
    pub connection: u32,
    /// Its actor.
    pub actor: ActorId,
    /// `None`: it is gone, or looks at another document.
    pub presence: Option<Presence>,
}

/// Who is behind one connection.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Participant {
    /// The connection.
    pub connection: u32,
    /// Its actor.
    pub actor: ActorId,
    /// `None`: it is gone.
    pub whereabouts: Option<Whereabouts>,
}

/// Something that was wrong with what the client sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// What, by number.
    pub code: FailureCode,
    /// In English, for logs: what was wrong and what is allowed.
    pub detail: String,
}

/// What can be wrong. Numbers are append-only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
pub enum FailureCode {
    /// 0: bytes that are no frame, or no change. Ends the connection.
    Malformed,
    /// 1: a protocol version that is not spoken. Ends the connection.
    Version,
    /// 2: a message over [`limits::MESSAGE_BYTES_MAX`], or a change over its limit. Ends the connection.
    TooLarge,
    /// 3: a frame out of order: no hello first, or a second one. Ends the connection.
    Order,
    /// 4: a document that does not exist, or may not be seen.
    UnknownDocument,
    /// 5: an op of an actor that this connection does not write for.
    ForeignActor,
    /// 6: an actor that exists with another key. Ends the connection.
    WrongKey,
    /// 7: an op's name that was used for other bytes.
    Conflict,
    /// 8: a limit of the connection: subscriptions, claims, presence.
    Limit,
    /// 9: the board's storage is full; nothing was accepted, try again later.
    DiskFull,
    /// 10: the board's storage is damaged; the board is closed until it is repaired. Ends the connection.
    Damaged,
    /// 11: the server is shutting down or has stopped the room; connect again. Ends the connection.
    Restart,
    /// 12: no such board. Ends the connection.
    UnknownBoard,
    /// 13: something the client said about its right to be here is not true. Ends the connection.
    Credential,
    /// 14: the server has more to do than it can; connect again later. Ends the connection.
    Busy,
}

impl FailureCode {
    /// Whether the connection ends with it.
    #[must_use]
    pub const fn ends(self) -> bool {
        !matches!(self, Self::UnknownDocument | Self::ForeignActor | Self::Conflict | Self::Limit | Self::DiskFull)
    }
}

/// The standard configuration: little endian, numbers of variable length; nothing beyond a message
/// is ever read or reserved.
fn config() -> impl bincode::config::Config {
    bincode::config::standard().with_limit::<{ limits::MESSAGE_BYTES_MAX }>()
}

/// Appends a frame to a message.
pub fn write_frame(message: &mut Vec<u8>, frame: &impl Serialize) {
    // Writing to memory fails only for types that cannot be serialised; frames can.
    let written = bincode::serde::encode_into_std_write(frame, message, bincode::config::standard());
    assert!(written.is_ok(), "a frame is always encodable");
}

/// A message of one frame.
#[must_use]
pub fn message(frame: &impl Serialize) -> Vec<u8> {
    let mut message = Vec::new();
    write_frame(&mut message, frame);
    message
}

/// The bytes of a [`ServerFrame::Part`] around a part, without copying it through the frame type.
#[must_use]
pub fn part_frame(part: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(part.len() + 6);
    message.push(3);
    let length = bincode::encode_into_std_write(part.len() as u64, &mut message, bincode::config::standard());
    assert!(length.is_ok(), "a number is always encodable");
    message.extend_from_slice(part);
    message
}

/// Reads all frames of a message.
///
/// # Errors
/// If any of them is malformed; then none of the message counts.
pub fn read_message<F: DeserializeOwned>(mut bytes: &[u8]) -> Result<Vec<F>, DecodeError> {
    if bytes.len() > limits::MESSAGE_BYTES_MAX {
        return Err(DecodeError::TooLarge {
            what: "the length of a message",
            value: bytes.len() as u64,
            max: limits::MESSAGE_BYTES_MAX as u64,
        });
    }
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        if frames.len() == limits::MESSAGE_FRAMES_MAX {
            let (value, max) = (frames.len() as u64 + 1, limits::MESSAGE_FRAMES_MAX as u64);
            return Err(DecodeError::TooLarge { what: "the frames of a message", value, max });
        }
        let (frame, length) = bincode::serde::decode_from_slice(bytes, config())
            .map_err(|_| DecodeError::Invalid { what: "a frame", allowed: "as the protocol's version 1 lays it out" })?;
        frames.push(frame);
        bytes = &bytes[length..];
    }
    Ok(frames)
}
