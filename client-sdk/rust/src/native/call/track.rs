//! An own track of a call, as its encoder holds it.

use std::sync::atomic::Ordering;

use tokio::sync::mpsc;

use super::PAYLOAD_BYTES_MAX;
use super::media::{Layer, Outgoing, Publish};
use super::session::Keyframes;
use super::task::Command;

/// Why a packet was not sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WriteError {
    /// More is written than can be sent; this packet is dropped.
    #[error("more is written than can be sent")]
    Behind,
    /// The track has no such layer.
    #[error("the track has no layer {0:?}: it was published without")]
    Layer(Layer),
    /// The payload is empty, or too long for a datagram.
    #[error("a payload has 1 to {PAYLOAD_BYTES_MAX} bytes, this one {0}")]
    Payload(usize),
    /// The level is none.
    #[error("a level is 0 to 127 decibels below the loudest, this one {0}")]
    Level(u8),
    /// The call is over.
    #[error("the call is over")]
    Ended,
}

/// A track that is sent. It does not keep the call alive.
#[derive(Clone, Debug)]
pub struct Track {
    pub(super) publish: Publish,
    pub(super) commands: mpsc::WeakSender<Command>,
    pub(super) keyframes: Keyframes,
}

impl Track {
    /// What it is.
    #[must_use]
    pub const fn publish(&self) -> Publish {
        self.publish
    }

    /// Sends a packet, in the order of these calls. While the track is muted, or the line interrupted,
    /// it goes nowhere.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn write(&self, packet: Outgoing) -> Result<(), WriteError> {
        if !self.publish.layers().contains(&packet.layer) {
            return Err(WriteError::Layer(packet.layer));
        }
        if packet.payload.is_empty() || packet.payload.len() > PAYLOAD_BYTES_MAX {
            return Err(WriteError::Payload(packet.payload.len()));
        }
        if let Some(level) = packet.level.filter(|level| *level > 127) {
            return Err(WriteError::Level(level));
        }
        let commands = self.commands.upgrade().ok_or(WriteError::Ended)?;
        commands.try_send(Command::Write(self.publish.source, packet)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => WriteError::Behind,
            mpsc::error::TrySendError::Closed(_) => WriteError::Ended,
        })
    }

    /// Whether somebody has asked for a picture that builds on none before, since this was last asked. Of a
    /// new track it is so.
    #[must_use]
    pub fn take_keyframe_request(&self, layer: Layer) -> bool {
        self.keyframes[layer as usize].swap(false, Ordering::Relaxed)
    }
}
