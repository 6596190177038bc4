//! What travels in a call: tracks, their layers, and packets of RTP (RFC 3550) in both directions.

use std::sync::Arc;
use std::time::Instant;

use kakehashi_protocol::call::{MemberId, Source};

/// How a track is encoded. Sound is Opus, 48,000 ticks a second; pictures have 90,000.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Codec {
    /// Sound (RFC 7587).
    Opus,
    /// Pictures (RFC 7741).
    Vp8,
    /// Pictures (RFC 6184), packetization mode 1.
    H264,
}

/// One of the sizes in which a picture is sent at once, so that the server may give each who watches
/// the one that their line holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Layer {
    /// A quarter of the height.
    Quarter,
    /// Half the height.
    Half,
    /// The whole, and the only layer of a track that has but one.
    Full,
}

impl Layer {
    /// The smallest first.
    pub const ALL: [Self; 3] = [Self::Quarter, Self::Half, Self::Full];

    /// Its id among the track's streams (RFC 8851).
    pub(super) const fn rid(self) -> &'static str {
        match self {
            Self::Quarter => "q",
            Self::Half => "h",
            Self::Full => "f",
        }
    }
}

/// A track to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Publish {
    /// What it is of; a member has at most one of each.
    pub source: Source,
    /// How it is encoded; sound is [`Codec::Opus`].
    pub codec: Codec,
    /// Whether it comes in all of [`Layer::ALL`], or in [`Layer::Full`] alone.
    pub layered: bool,
}

impl Publish {
    /// As browsers do: Opus, or VP8 in three layers for a camera and one for a screen.
    #[must_use]
    pub const fn of(source: Source) -> Self {
        let codec = if source.is_sound() { Codec::Opus } else { Codec::Vp8 };
        Self { source, codec, layered: matches!(source, Source::Camera) }
    }

    /// The layers that it has.
    #[must_use]
    pub fn layers(&self) -> &'static [Layer] {
        if self.layered { &Layer::ALL } else { &[Layer::Full] }
    }

    /// Whether there is such a track.
    pub(super) const fn is_sound_as_sound(&self) -> bool {
        self.source.is_sound() == matches!(self.codec, Codec::Opus) && !(self.source.is_sound() && self.layered)
    }
}

/// A packet to be sent: what an encoder's packetizer gives. Sequence numbers, SSRC and encryption are
/// the call's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// Of which layer.
    pub layer: Layer,
    /// The payload with the codec's own descriptor, without RTP header: at most
    /// [`PAYLOAD_BYTES_MAX`](super::PAYLOAD_BYTES_MAX).
    pub payload: Arc<[u8]>,
    /// In ticks of the codec; it wraps. All packets of a frame have the same.
    pub timestamp: u32,
    /// Pictures: the last packet of a frame. Sound: the first after a silence.
    pub marker: bool,
    /// How loud it is, decibels below the loudest there is (0 to 127, RFC 6464); the server chooses whose
    /// voices are heard by it. `None` for pictures.
    pub level: Option<u8>,
}

/// A packet that came.
#[derive(Clone, Debug)]
pub struct Packet {
    /// Whose, as far as the server has told: for the moment of a change of places a packet of the next
    /// may still be taken for the one before.
    pub member: MemberId,
    /// What of theirs.
    pub source: Source,
    /// How it is encoded.
    pub codec: Codec,
    /// The sequence number, continued past 65,535; it goes on when the place changes hands.
    pub sequence: u64,
    /// In ticks of the codec; it wraps.
    pub timestamp: u32,
    /// As in [`Outgoing::marker`].
    pub marker: bool,
    /// As in [`Outgoing::level`], if the server passes it on.
    pub level: Option<u8>,
    /// The payload with the codec's own descriptor.
    pub payload: Arc<[u8]>,
    /// When it came.
    pub at: Instant,
}
