//! A page's leg of a call: what speaks WebRTC with one browser. It does no I/O and reads no clock.
//!
//! The rest of the server knows legs by the trait, so that the engine beneath ([`engine`]) can be
//! another; [`guarded`] ends a leg whose engine breaks, and `dtls` says how long its handshake waits. The contract: after each call that changes something, drain [`Leg::poll`].

mod dtls;
pub mod engine;
pub mod guarded;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{Size, VideoCodec};

use crate::media::line::Seen;

/// The id of a media section in the page's offer.
pub type Mid = Arc<str>;

/// How datagrams travel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Transport {
    /// One datagram each.
    Udp,
    /// Framed in a stream (RFC 4571).
    Tcp,
}

/// How something is encoded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Codec {
    /// A voice or the sound of a screen.
    Opus,
    /// The same, each packet with earlier ones in it (RFC 2198).
    Red,
    /// A picture.
    Vp8,
    /// A picture, for panels that decode nothing else in hardware.
    H264,
}

impl Codec {
    /// Ticks of its timestamps in a second.
    #[must_use]
    pub const fn clock_rate(self) -> u64 {
        match self {
            Self::Opus | Self::Red => 48_000,
            Self::Vp8 | Self::H264 => 90_000,
        }
    }
}

/// One of the sizes in which a camera is sent at once, small to large.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Layer {
    /// A quarter of the height, or the only one.
    Quarter,
    /// Half of it.
    Half,
    /// All of it.
    Full,
}

impl Layer {
    /// All, small to large.
    pub const ALL: [Self; 3] = [Self::Quarter, Self::Half, Self::Full];

    /// As pages are told of it.
    #[must_use]
    pub const fn size(self) -> Size {
        match self {
            Self::Quarter => Size::Quarter,
            Self::Half => Size::Half,
            Self::Full => Size::Full,
        }
    }

    /// By the id that pages give it (RFC 8851).
    fn named(rid: &str) -> Option<Self> {
        match rid {
            "q" => Some(Self::Quarter),
            "h" => Some(Self::Half),
            "f" => Some(Self::Full),
            _ => None,
        }
    }
}

/// A packet of media, without what belongs to one leg alone.
#[derive(Clone, Debug)]
pub struct Packet {
    /// How it is encoded.
    pub codec: Codec,
    /// Its place among the packets of its stream; it never wraps.
    pub sequence: u64,
    /// When it was taken, in ticks of the codec's clock; wraps.
    pub timestamp: u32,
    /// The last packet of a picture, or the first of a talk.
    pub marker: bool,
    /// The payload.
    pub payload: Arc<[u8]>,
    /// How loud, dB below the loudest: 0 to -127.
    pub level: Option<i8>,
    /// A picture's descriptor gets this number in place of its own (RFC 7741), and this one of its base layer.
    pub picture: Option<(u16, u8)>,
    /// When it came.
    pub arrived: Instant,
}

/// What a leg tells.
#[derive(Debug)]
pub enum Event {
    /// Media can flow.
    Connected,
    /// The page no longer answers; it may come back.
    Disconnected,
    /// The page has closed the leg.
    Closed,
    /// The page sent a packet.
    Packet(Mid, Layer, Packet),
    /// The page cannot go on without a whole picture.
    PictureLost(Mid),
    /// So many bits a second are thought to fit to the page.
    Estimate(u64),
    /// What was seen of the line to it, four times a second.
    Seen(Seen),
    /// The page said something by its lane.
    Glimpse(Vec<u8>),
}

/// What a leg wants done.
#[derive(Debug)]
pub enum Output {
    /// Send this.
    Send {
        /// How.
        transport: Transport,
        /// From here.
        source: SocketAddr,
        /// To there.
        destination: SocketAddr,
        /// What.
        bytes: Vec<u8>,
    },
    /// It tells something.
    Event(Event),
    /// Nothing until then.
    Idle(Instant),
}

/// What a section of the page's offer is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// Its id.
    pub mid: Mid,
    /// Whether it is for sound.
    pub sound: bool,
    /// Whether the page receives by it.
    pub receives: bool,
    /// Whether the page sends by it.
    pub sends: bool,
    /// How pictures may be encoded in it, what the page would rather have first.
    pub codecs: BTreeMap<usize, VideoCodec>,
}

/// The sections of an offer, in its order.
#[must_use]
pub fn sections(offer: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut types: Vec<&str> = Vec::new();
    for line in offer.lines().map(str::trim_end) {
        if let Some(kind) = line.strip_prefix("m=") {
            let media = kind.starts_with("audio") || kind.starts_with("video");
            types = kind.split(' ').skip(3).collect();
            let codecs = BTreeMap::new();
            sections.push(Section { mid: Arc::from(""), sound: kind.starts_with("audio"), receives: media, sends: media, codecs });
        }
        let Some(section) = sections.last_mut() else { continue };
        match line {
            "a=sendonly" => section.receives = false,
            "a=recvonly" => section.sends = false,
            "a=inactive" => (section.receives, section.sends) = (false, false),
            other => {
                if let Some(mid) = other.strip_prefix("a=mid:") {
                    section.mid = Arc::from(mid);
                } else if let Some((at, codec)) = other.strip_prefix("a=rtpmap:").and_then(|map| video_codec(map, &types)) {
                    section.codecs.insert(at, codec);
                }
            }
        }
    }
    sections
}

/// Which codec of pictures a payload type stands for, and its place among those of the section.
fn video_codec(map: &str, types: &[&str]) -> Option<(usize, VideoCodec)> {
    let (pt, encoding) = map.split_once(' ')?;
    let codec = match encoding.to_ascii_uppercase().as_str() {
        "VP8/90000" => VideoCodec::Vp8,
        "H264/90000" => VideoCodec::H264,
        _ => return None,
    };
    Some((types.iter().position(|at| *at == pt)?, codec))
}

/// The fingerprint of an offer's certificate: another one is another connection.
#[must_use]
pub fn fingerprint(offer: &str) -> Option<&str> {
    offer.lines().find_map(|line| line.trim_end().strip_prefix("a=fingerprint:"))
}

/// What was wrong with what a page said.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LegError {
    /// A session description.
    #[error("the session description: {0}")]
    Description(String),
    /// An address at which it cannot be reached.
    #[error("the address {0}")]
    Address(String),
    /// It is over.
    #[error("the leg has ended: {0}")]
    Ended(String),
}

/// A page's leg.
pub trait Leg: Send {
    /// Takes an offer, and gives the answer.
    ///
    /// # Errors
    /// [`LegError::Description`].
    fn accept(&mut self, offer: &str) -> Result<String, LegError>;

    /// What the other side begins the user name of its checks with.
    fn ufrag(&mut self) -> String;

    /// Whether a check was made with this leg's password.
    fn knows(&self, now: Instant, transport: Transport, source: SocketAddr, destination: SocketAddr, check: &[u8]) -> bool;

    /// A datagram came.
    ///
    /// # Errors
    /// [`LegError::Ended`].
    fn receive(
        &mut self,
        now: Instant,
        transport: Transport,
        source: SocketAddr,
        destination: SocketAddr,
        datagram: &[u8],
    ) -> Result<(), LegError>;

    /// Time has passed.
    ///
    /// # Errors
    /// [`LegError::Ended`].
    fn elapse(&mut self, now: Instant) -> Result<(), LegError>;

    /// What is to be done.
    ///
    /// # Errors
    /// [`LegError::Ended`].
    fn poll(&mut self) -> Result<Output, LegError>;

    /// Sends a packet by one of the page's receiving sections.
    fn send(&mut self, mid: &str, packet: &Packet);

    /// Asks the page for a whole picture.
    fn want_picture(&mut self, mid: &str, layer: Layer);

    /// Sends a message by the page's lane, if it has one that takes it at once; else it is lost.
    fn show(&mut self, message: &[u8]);

    /// What would be sent if the line held it, bits a second: it is tried whether it does.
    fn aim_for(&mut self, bits: u64);

    /// Feels the line anew, as if nothing were known of it but that it may hold so many bits a second.
    fn feel(&mut self, bits: u64);

    /// Whether the line may be filled with what nobody needs, so that it is known what it holds. At first it may.
    fn pad(&mut self, pads: bool);

    /// Sends sound without redundancy from now on, or with it.
    fn spare_sound(&mut self, spare: bool);

    /// Ends it; the page is told.
    fn close(&mut self);
}

/// For how long nothing may come from a page before its leg counts as disconnected: browsers check every 2.5 to 6 s, and
/// whoever receives media says so every second.
pub const SILENCE: Duration = Duration::from_secs(8);
