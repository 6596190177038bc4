//! Somebody in a call: their leg, what they send, the places they have, and what they want.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{self, MemberId, Rung, Shared, Source, Tell, VideoCodec, Wish};
use kakehashi_protocol::ids::ActorId;

use super::demand::Demand;
use crate::media::forward::Stream;
use crate::media::ladder::{Feeler, Ladder};
use crate::media::lane::Lane;
use crate::media::leg::{Layer, Leg, Mid, Transport};
use crate::media::line::Line;
use crate::media::pace::Pace;
use crate::media::speakers::Ears;
use crate::room::core::ConnectionId;

/// A page's connection.
pub trait Page: Send {
    /// Tells it something, if it is still there.
    fn tell(&self, tell: &Tell);
    /// Whether it is.
    fn is_here(&self) -> bool;
    /// Gives its board what it shows by its lane.
    fn glimpse(&self, connection: ConnectionId, bytes: Vec<u8>);
}

/// Over how long the rate of a stream is measured.
const RATE_WINDOW: Duration = Duration::from_millis(500);
/// A rate is the mean of about so many windows: a whole picture is a burst, which the next seconds pay back.
const RATE_WINDOWS: u64 = 8;
/// A window counts as four times the rate before it at most, or as this, bits a second: a screen's whole picture is a hundred times
/// what it takes otherwise, and goes out no faster than its line holds.
const BURST: u64 = 200_000;
/// A size from which nothing came for so long is not sent any more: browsers stop large ones when their line is short.
const SIZE_GONE: Duration = Duration::from_millis(1_500);
/// What a picture is taken for, bits a second, until its rate is measured.
pub const RATE_FIRST: u64 = 120_000;

/// What one size of a track takes.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    bytes: u64,
    since: Instant,
    last: Instant,
    bits: u64,
}

impl Rate {
    /// It is taken for what that size takes at most until it has been measured for a while: it begins with a whole picture.
    fn new(layer: Layer, now: Instant) -> Self {
        let bits = match layer {
            Layer::Quarter => RATE_FIRST,
            Layer::Half => 400_000,
            Layer::Full => 1_200_000,
        };
        Self { bytes: 0, since: now, last: now, bits }
    }

    fn comes(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) < SIZE_GONE
    }

    fn count(&mut self, bytes: usize, now: Instant) {
        if !self.comes(now) {
            // It begins anew; the time in which nothing was sent says nothing of what it takes.
            (self.bytes, self.since) = (0, now);
        }
        self.bytes += bytes as u64;
        self.last = now;
        let passed = now.saturating_duration_since(self.since);
        if passed >= RATE_WINDOW {
            let bits = self.bytes * 8 * 1_000_000 / passed.as_micros().max(1) as u64;
            let bits = bits.min((self.bits * 4).max(BURST));
            self.bits = (self.bits * (RATE_WINDOWS - 1) + bits) / RATE_WINDOWS;
            (self.bytes, self.since) = (0, now);
        }
    }
}

/// A track that somebody sends.
#[derive(Debug)]
pub struct Track {
    /// Their section that carries it.
    pub mid: Mid,
    /// Whether it is silent or dark.
    pub muted: bool,
    /// Its sizes, small to large.
    pub rates: BTreeMap<Layer, Rate>,
    /// When a whole picture was asked for, by size.
    pub asked: BTreeMap<Layer, Instant>,
    /// How it can be encoded.
    pub codecs: BTreeMap<usize, VideoCodec>,
    /// What its sender was told that others want of it.
    pub demand: Demand,
}

impl Track {
    /// A track that has sent nothing yet.
    #[must_use]
    pub fn new(mid: Mid, muted: bool) -> Self {
        Self { mid, muted, rates: BTreeMap::new(), asked: BTreeMap::new(), codecs: BTreeMap::new(), demand: Demand::default() }
    }

    /// A packet of it came.
    pub fn count(&mut self, layer: Layer, bytes: usize, now: Instant) {
        self.rates.entry(layer).or_insert_with(|| Rate::new(layer, now)).count(bytes, now);
    }

    /// Whether anything of it comes now.
    #[must_use]
    pub fn comes(&self, now: Instant) -> bool {
        self.rates.values().any(|rate| rate.comes(now))
    }

    /// The sizes in which it comes now, or would if they were wanted, and what they take, bits a second.
    #[must_use]
    pub fn sizes(&self, now: Instant) -> Vec<(Layer, u64)> {
        let any = self.comes(now);
        let there = |layer: Layer, rate: &Rate| rate.comes(now) || self.demand.can_have(layer, any, now);
        self.rates.iter().filter(|(layer, rate)| there(**layer, rate)).map(|(layer, rate)| (*layer, rate.bits)).collect()
    }
}

/// A section by which a page receives.
#[derive(Debug)]
pub struct Place {
    /// Its id.
    pub mid: Mid,
    /// Whether it is for sound.
    pub sound: bool,
    /// What it is sent.
    pub stream: Stream,
    /// Whose track it is for.
    pub filled: Option<(MemberId, Source)>,
    /// How it takes pictures.
    pub codecs: BTreeMap<usize, VideoCodec>,
}

/// Somebody in a call.
pub struct Member {
    /// The page.
    pub actor: ActorId,
    /// Its connection, or the last it had; `None`: that number is another's by now.
    pub connection: Option<ConnectionId>,
    /// How it is told something.
    pub page: Box<dyn Page>,
    /// Its leg, once it has made an offer.
    pub leg: Option<Box<dyn Leg>>,
    /// The fingerprint of the offer that made it.
    pub fingerprint: String,
    /// What checks of ICE for it begin with.
    pub ufrag: String,
    /// When the leg wants time to pass.
    pub due: Option<Instant>,
    /// Whether media flows.
    pub connected: bool,
    /// Since when, or since when not.
    pub turned_at: Instant,
    /// Since when its connection is gone.
    pub deaf_since: Option<Instant>,
    /// Whether its role lets it send.
    pub speaks: bool,
    /// What it sends.
    pub tracks: BTreeMap<Source, Track>,
    /// Where it receives, in the order of its offer.
    pub places: Vec<Place>,
    /// Which sounds it hears.
    pub ears: Ears,
    /// Which pictures it wants; `None`: it has not said.
    pub wishes: Option<Vec<Wish>>,
    /// What its line is believed to hold.
    pub line: Line,
    /// The pictures that wait for it.
    pub pace: Pace,
    /// What of the call it is sent.
    pub ladder: Ladder,
    /// When its line is felt anew.
    pub feeler: Feeler,
    /// How much of the call its line holds; `None`: nothing is known of it.
    pub rung: Option<Rung>,
    /// What it was told of its line.
    pub told_line: Option<(Rung, u32, Instant)>,
    /// What it was told of its places.
    pub told_places: Vec<call::Place>,
    /// What it shows, and is shown, without waiting for what was lost.
    pub lane: Lane,
    /// Candidates since the last offer.
    pub candidates: usize,
    /// The last offers.
    pub offers: Vec<Instant>,
    /// The last captions.
    pub captions: Vec<Instant>,
    /// Where its datagrams come from.
    pub addresses: Vec<(Transport, SocketAddr)>,
}

impl Member {
    /// Somebody who has just come.
    #[must_use]
    pub fn new(actor: ActorId, connection: ConnectionId, page: Box<dyn Page>, speaks: bool, now: Instant) -> Self {
        Self {
            actor,
            connection: Some(connection),
            page,
            leg: None,
            fingerprint: String::new(),
            ufrag: String::new(),
            due: None,
            connected: false,
            turned_at: now,
            deaf_since: None,
            speaks,
            tracks: BTreeMap::new(),
            places: Vec::new(),
            ears: Ears::default(),
            wishes: None,
            line: Line::default(),
            pace: Pace::default(),
            ladder: Ladder::default(),
            feeler: Feeler::default(),
            rung: None,
            told_line: None,
            told_places: Vec::new(),
            lane: Lane::default(),
            candidates: 0,
            offers: Vec::new(),
            captions: Vec::new(),
            addresses: Vec::new(),
        }
    }

    /// Whether its line is known to hold all that it wants, if only in small.
    #[must_use]
    pub fn holds_all(&self) -> bool {
        self.rung.is_some_and(|rung| rung >= Rung::Thumbnails)
    }

    /// All that another sends comes to it directly, or no longer: then its line is what it was.
    pub fn rest(&mut self, rests: bool, now: Instant) {
        if let (Some(bits), Some(leg)) = (self.line.rest(rests, now), self.leg.as_mut()) {
            leg.feel(bits);
        }
    }

    /// As others are told of them.
    #[must_use]
    pub fn shown(&self, member: MemberId) -> call::Member {
        let tracks = self.tracks.iter().map(|(source, track)| Shared { source: *source, muted: track.muted || !self.speaks }).collect();
        call::Member { member, actor: self.actor.to_string(), tracks, connected: self.connected }
    }
}
