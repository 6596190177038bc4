//! The call of a board: voices, cameras and screens beside it (SPEC, Call; WIRE section 12).
//!
//! What a page asks of the forwarding server, and what it is told. Both travel as JSON in frames of
//! their own, since what they carry most of, session descriptions, is text and browsers read it.
//! A call keeps nothing: whoever is in it is known while the server runs.
//!
//! The page alone makes offers, so two never cross. It offers as many places for sound and pictures
//! as it can show; which member fills a place the server says in [`Tell::Places`], without a new
//! offer, so that fifty who come and go cost nobody a renegotiation.

use serde::{Deserialize, Serialize};

use crate::rights::Role;

/// Bytes of a session description. A browser's with four tracks and thirty places has some 40,000.
pub const SDP_BYTES_MAX: usize = 96 * 1024;
/// A session description of an offer to the server may be packed: this, and base64 of a zlib stream (RFC 1950) of it. Then
/// the answer is packed too.
pub const SDP_PACKED: &str = "z:";
/// Bytes of a candidate.
pub const CANDIDATE_BYTES_MAX: usize = 512;
/// Candidates of one member between two offers. A browser with four networks has some thirty.
pub const CANDIDATES_MAX: usize = 64;
/// Tracks that a member sends: one of each [`Source`].
pub const TRACKS_MAX: usize = 4;
/// Places for voices that a member may offer: more than three at once nobody understands, and a screen may have sound.
pub const VOICES_MAX: usize = 4;
/// Places for pictures that a member may offer.
pub const PICTURES_MAX: usize = 25;
/// Members of one call.
pub const MEMBERS_MAX: usize = 200;
/// Descriptions that one of a pair passes to the other in 10 s.
pub const PAIR_DESCRIPTIONS_MAX: u32 = 20;
/// Words of all kinds that one of a pair passes to the other in 10 s: candidates come one by one.
pub const PAIR_WORDS_MAX: u32 = 200;
/// Characters of a caption: two lines of a wall panel.
pub const CAPTION_CHARS_MAX: usize = 200;
/// Captions of a member in a second: they are written on while somebody speaks.
pub const CAPTIONS_MAX: usize = 10;
/// Bytes of an id of a media section.
pub const MID_BYTES_MAX: usize = 16;

/// The least role that sends voice, picture or screen. Everybody who may see the board hears and sees.
pub const SPEAKS: Role = Role::Member;
/// The least role that makes others' microphones silent.
pub const HUSHES: Role = Role::Assistant;

/// A member of a call: a number that the call gives, and gives to nobody else.
pub type MemberId = u32;

/// What a track is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A voice.
    Microphone,
    /// A face.
    Camera,
    /// A screen or a window.
    Screen,
    /// What that sounds like.
    ScreenSound,
}

impl Source {
    /// Whether it is heard, not seen.
    #[must_use]
    pub const fn is_sound(self) -> bool {
        matches!(self, Self::Microphone | Self::ScreenSound)
    }
}

/// One of the sizes in which a camera may be sent at once. Any other picture has one, whichever is named.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// A quarter of the height.
    Quarter,
    /// Half of it.
    Half,
    /// All of it.
    Full,
}

/// How a picture is encoded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VideoCodec {
    /// What every browser speaks.
    Vp8,
    /// For pages that decode nothing else well.
    H264,
}

/// A track that a page sends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// The media section that carries it, by its id in the offer.
    pub mid: String,
    /// What it is of.
    pub source: Source,
    /// Whether it is silent or dark now.
    pub muted: bool,
}

/// A picture that a page has room for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// Whose.
    pub member: MemberId,
    /// Camera or screen.
    pub source: Source,
    /// How high it is shown, device pixels.
    pub height: u16,
}

/// What one of a pair says to the other, so that media goes between the two directly. The server reads no more of it than
/// how much it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Word {
    /// How it would send and receive. Both may offer; of two offers that cross, the polite one takes its own back.
    Offer {
        /// The session description.
        sdp: String,
        /// What its sending sections carry.
        tracks: Vec<Sent>,
    },
    /// The answer to an offer.
    Answer {
        /// The session description.
        sdp: String,
        /// What its sending sections carry.
        tracks: Vec<Sent>,
    },
    /// A way to reach it.
    Candidate {
        /// As `RTCIceCandidate.candidate` has it.
        candidate: String,
        /// The media section, by its id.
        mid: String,
    },
    /// Whether what the other sends comes directly: then it need not send it to the server.
    Flows {
        /// Whether.
        flows: bool,
    },
    /// It needs the direct connection no more.
    Over {},
}

impl Word {
    /// Whether it makes a connection by which its sender may send, so that only those may say it who may send.
    #[must_use]
    pub const fn connects(&self) -> bool {
        matches!(self, Self::Offer { .. } | Self::Answer { .. } | Self::Candidate { .. })
    }
}

/// What a page asks. With braces also where there is nothing in them, so that a field that means nothing is refused there too.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ask {
    /// To be told who is in the call, from now on.
    Watch {},
    /// To be in the call. A page that is in it already, and has lost its connection, goes on as who it was.
    Join {},
    /// How it would send and receive; answered by [`Tell::Answer`]. The first one connects, later ones
    /// change what is sent, add places, or restart ICE after the network changed.
    Offer {
        /// The session description, packed ([`SDP_PACKED`]) or not.
        sdp: String,
        /// What its sending sections carry.
        tracks: Vec<Sent>,
    },
    /// A way to reach the page that was found after the offer.
    Candidate {
        /// As `RTCIceCandidate.candidate` has it.
        candidate: String,
    },
    /// Its own track is silent or dark, or no longer.
    Mute {
        /// Which.
        source: Source,
        /// Whether.
        muted: bool,
    },
    /// Which pictures it shows, the most wanted first. Without this ask all are wanted as thumbnails.
    Want {
        /// At most [`PICTURES_MAX`].
        pictures: Vec<Wish>,
    },
    /// To make somebody's microphone silent, or everybody's but the own; for those who lead. They may speak again by
    /// their own hand.
    Hush {
        /// Whose; left away: everybody's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        member: Option<MemberId>,
    },
    /// To pass a word to the other of the pair that it is of; see [`Tell::Pair`].
    Direct {
        /// The pair, by its number.
        pair: u32,
        /// What.
        word: Word,
    },
    /// What one says, in writing: the captions of the own voice, from whatever hears or types them. A later one takes its
    /// place; an empty one ends it.
    Caption {
        /// At most [`CAPTION_CHARS_MAX`] characters, plain ([`crate::schema::is_plain`]).
        text: String,
    },
    /// To leave the call.
    Leave {},
}

impl Ask {
    /// Which of the asks it is.
    #[must_use]
    pub const fn asked(&self) -> Asked {
        match self {
            Self::Watch {} => Asked::Watch,
            Self::Join {} => Asked::Join,
            Self::Offer { .. } => Asked::Offer,
            Self::Candidate { .. } => Asked::Candidate,
            Self::Mute { .. } => Asked::Mute,
            Self::Want { .. } => Asked::Want,
            Self::Hush { .. } => Asked::Hush,
            Self::Direct { .. } => Asked::Direct,
            Self::Caption { .. } => Asked::Caption,
            Self::Leave {} => Asked::Leave,
        }
    }
}

/// Which ask was refused, by the `type` that it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// [`Ask::Watch`].
    Watch,
    /// [`Ask::Join`].
    Join,
    /// [`Ask::Offer`].
    Offer,
    /// [`Ask::Candidate`].
    Candidate,
    /// [`Ask::Mute`].
    Mute,
    /// [`Ask::Want`].
    Want,
    /// [`Ask::Hush`].
    Hush,
    /// [`Ask::Direct`].
    Direct,
    /// [`Ask::Caption`].
    Caption,
    /// [`Ask::Leave`].
    Leave,
    /// What came by the lane, which has no `type`.
    Glimpse,
}

/// A track as others are told of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shared {
    /// What it is of.
    pub source: Source,
    /// Whether it is silent or dark now.
    pub muted: bool,
}

/// Somebody in the call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Member {
    /// Their number.
    pub member: MemberId,
    /// The actor, 16 hexadecimal digits: the page whose it is, as its presence says.
    pub actor: String,
    /// What they send.
    pub tracks: Vec<Shared>,
    /// Whether media flows; if not, the page is still connecting or its line is broken.
    pub connected: bool,
}

/// A server that helps to reach the call, as `RTCIceServer` has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IceServer {
    /// Where.
    pub urls: Vec<String>,
    /// Valid for a while.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Its password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

/// What a place carries now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// The media section, by its id in the page's offer.
    pub mid: String,
    /// Whose track; left away: nobody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// What of theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// How much of the call a page's line carries: each rung holds those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rung {
    /// The board alone.
    Ink,
    /// Voices.
    Voice,
    /// A screen that is shared.
    Screen,
    /// Small pictures.
    Thumbnails,
    /// Faces as large as they are shown.
    Faces,
}

/// Why something was not done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It is no ask, or holds what it may not.
    Malformed,
    /// The role does not allow it.
    Rights,
    /// It comes before a join, or after a leave.
    Order,
    /// A limit, which the detail names.
    Limit,
    /// The call is full.
    Full,
    /// The description asks for what the server does not speak.
    Description,
    /// This server has no calls.
    Off,
    /// The page is not, or no longer, of the pair that it names.
    Pair,
}

/// Why a page is no longer in the call.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// It asked to leave.
    Left,
    /// Nothing came from it for too long.
    Lost,
    /// It was removed from the board, or may no longer be there.
    Removed,
    /// The server ends.
    Restart,
}

/// What a page is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Tell {
    /// All who are in the call: the answer to a watch.
    Call {
        /// By number.
        members: Vec<Member>,
    },
    /// Somebody came, or something of theirs changed.
    Member(Member),
    /// Somebody is gone.
    Gone {
        /// Who.
        member: MemberId,
    },
    /// The page is in the call.
    Joined {
        /// As this.
        member: MemberId,
        /// Whether it was in it before, and its media goes on: it need not offer anew.
        back: bool,
        /// Servers that help to reach it.
        ice: Vec<IceServer>,
        /// How many places for sound it may offer.
        voices: usize,
        /// How many places for pictures.
        pictures: usize,
    },
    /// The answer to an offer.
    Answer {
        /// The session description.
        sdp: String,
    },
    /// What the page's places carry now; all of them, whenever one changes.
    Places {
        /// In the order of the offer.
        places: Vec<Place>,
    },
    /// Who speaks, the loudest first; nobody: an empty list.
    Speakers {
        /// By number.
        members: Vec<MemberId>,
    },
    /// Somebody who leads has made the page's microphone silent.
    Hushed {
        /// The actor of who did.
        by: String,
    },
    /// What somebody says, in writing.
    Caption {
        /// Who.
        member: MemberId,
        /// What; empty: nothing any more.
        text: String,
    },
    /// What the page's line carries.
    Line {
        /// How far.
        rung: Rung,
        /// What it is thought to hold, kbit/s.
        kbps: u32,
    },
    /// What others are sent of a picture of the page's, so that it need not send more. Until it is told this of a track, all
    /// sizes are wanted, in VP8.
    Demand {
        /// Which.
        source: Source,
        /// The largest size that anybody is sent; left away: nobody is sent any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        largest: Option<Size>,
        /// How they take it.
        codec: VideoCodec,
    },
    /// The page and one other are alone, and may talk directly; or no longer. Told again of the same pair when one of the two
    /// is back, who may have missed what the other said.
    Pair {
        /// Its number: no other pair of the call has it.
        pair: u32,
        /// The other; left away: it is no pair any more, and both send by the server.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        with: Option<MemberId>,
        /// Whether this page takes back its offer where two cross; one of the two does.
        polite: bool,
    },
    /// What the other of the pair says.
    Direct {
        /// The pair.
        pair: u32,
        /// Who.
        from: MemberId,
        /// What.
        word: Word,
    },
    /// The page is not in the call any more.
    Over {
        /// Why.
        why: Over,
    },
    /// An ask was not done; nothing else changed by it.
    Refused {
        /// Which; left away: it could not be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ask: Option<Asked>,
        /// Why.
        why: Why,
        /// In English, for logs: what was wrong and what is allowed.
        detail: String,
    },
}
