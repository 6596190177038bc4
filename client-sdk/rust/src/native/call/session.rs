//! A call's state: who is in it, which place carries whom, what is offered and what is still to be.
//! Without I/O and clock: the driver brings tells, datagrams and time, and carries out what is polled.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{Ask, Asked, Member, MemberId, Over, Place, Sent, Source, Tell, Why, Wish};
use kakehashi_protocol::lane::{Glimpse, Shown};
use str0m::media::Mid;
use str0m::rtp::RtpPacket;

use super::media::{Codec, Layer, Outgoing, Packet, Publish};
use super::peer::{Peer, Told};
use super::stats::{Counter, Stats};
use super::{CallError, CallEvent, Options};

/// Sleep of a call that waits for nothing.
const IDLE: Duration = Duration::from_secs(3_600);
/// How long a broken line may take until it is offered once more.
const MEND: Duration = Duration::from_secs(5);

/// When joining is asked for again where the call began anew, or could not be joined just then.
const AGAIN: Duration = Duration::from_secs(2);

/// What the driver is to do.
pub(super) enum Output {
    /// Ask the server.
    Ask(Ask),
    /// Send.
    Datagram(SocketAddr, Vec<u8>),
    /// Tell the app.
    Event(CallEvent),
    /// Give the app.
    Packet(Packet),
    /// Give it this too: what others show by the lane.
    Shown(Shown),
    /// Tell who published.
    Published(Source, Result<(), CallError>),
    /// Bind a socket on the network as it is now.
    Rebind,
    /// End.
    Over(CallError),
}

/// Which layers have to begin anew, in the order of [`Layer::ALL`].
pub(super) type Keyframes = Arc<[AtomicBool; Layer::ALL.len()]>;

struct Track {
    publish: Publish,
    muted: bool,
    keyframes: Keyframes,
    /// Whether its publisher has been told that it is taken.
    told: bool,
}

pub(super) struct Session {
    options: Options,
    local: SocketAddr,
    /// Whether asks reach the call.
    hears: bool,
    /// Who one is, while the server knows it.
    pub me: Option<MemberId>,
    pub members: BTreeMap<MemberId, Member>,
    pub places: Vec<Place>,
    pub stats: Stats,
    tracks: Vec<Track>,
    peer: Option<Peer>,
    /// Whether the server has ever answered this peer.
    answered: bool,
    /// If the peer's line is broken: when it is offered anew, if the server hears it then.
    mend_at: Option<Instant>,
    /// When joining is asked for again, if asks reach the call then.
    join_at: Option<Instant>,
    /// Places that the server has granted, for sound and for pictures.
    granted: (usize, usize),
    /// The role has become one that only listens; until something is published anew, which may be granted again.
    listens: bool,
    /// Asks that wait until the server can tell to which of them a refusal belongs.
    held: Vec<Ask>,
    wishes: Vec<Wish>,
    /// The last glimpse's number.
    shown: u32,
    placed: HashMap<Mid, (MemberId, Source)>,
    counters: HashMap<Mid, Counter>,
    told: Vec<Told>,
    outputs: VecDeque<Output>,
}

impl Session {
    pub fn new(options: Options, local: SocketAddr) -> Self {
        let tracks = options.publish.iter().map(|publish| Track::new(*publish)).collect();
        Self {
            options,
            local,
            hears: false,
            me: None,
            members: BTreeMap::new(),
            places: Vec::new(),
            stats: Stats::default(),
            tracks,
            peer: None,
            answered: false,
            mend_at: None,
            join_at: None,
            granted: (0, 0),
            listens: false,
            held: Vec::new(),
            wishes: Vec::new(),
            shown: 0,
            placed: HashMap::new(),
            counters: HashMap::new(),
            told: Vec::new(),
            outputs: VecDeque::new(),
        }
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    pub fn poll_timeout(&self, now: Instant) -> Instant {
        let engine = self.peer.as_ref().map_or(now + IDLE, Peer::poll_timeout);
        let mend = self.mend_at.filter(|_| self.me.is_some());
        let join = self.join_at.filter(|_| self.hears);
        [mend, join].into_iter().flatten().fold(engine, Instant::min)
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        if self.hears && self.join_at.is_some_and(|at| at <= now) {
            self.join_at = None;
            self.outputs.push_back(Output::Ask(Ask::Join {}));
        }
        self.pump(now);
    }

    /// Asks reach the call, by another connection if they did before, or do not any more.
    pub fn handle_hears(&mut self, hears: bool) {
        self.hears = hears;
        (self.me, self.join_at) = (None, None);
        if hears {
            self.outputs.extend([Output::Ask(Ask::Watch {}), Output::Ask(Ask::Join {})]);
        }
    }

    pub fn handle_datagram(&mut self, now: Instant, from: SocketAddr, bytes: &[u8]) {
        if let Some(peer) = &mut self.peer {
            peer.handle_datagram(now, from, bytes);
            self.pump(now);
        }
    }

    /// The driver has another socket.
    pub fn handle_rebound(&mut self, now: Instant, local: SocketAddr) {
        self.local = local;
        let Some(peer) = &mut self.peer else { return };
        match peer.restart(local) {
            Ok(offer) => self.offer(offer),
            Err(detail) => self.end(CallError::Address(detail)),
        }
        self.pump(now);
    }

    pub fn handle_tell(&mut self, now: Instant, tell: Tell) {
        match tell {
            Tell::Call { members } => {
                self.members = members.into_iter().map(|member| (member.member, member)).collect();
                self.event(CallEvent::Members);
            }
            Tell::Member(member) => {
                self.members.insert(member.member, member);
                self.event(CallEvent::Members);
            }
            Tell::Gone { member } => {
                self.members.remove(&member);
                self.event(CallEvent::Members);
            }
            Tell::Joined { member, back, voices, pictures, .. } => {
                self.me = Some(member);
                self.joined(now, back, voices, pictures);
            }
            Tell::Answer { sdp } => self.answer(&sdp),
            Tell::Places { places } => self.place(places),
            Tell::Speakers { members } => self.event(CallEvent::Speakers(members)),
            Tell::Hushed { by } => {
                if let Some(track) = self.track(Source::Microphone) {
                    track.muted = true;
                }
                self.event(CallEvent::Hushed { by });
            }
            // All is sent by the server here, to whomever.
            Tell::Pair { .. } | Tell::Direct { .. } => {}
            Tell::Caption { member, text } => self.event(CallEvent::Caption { member, text }),
            Tell::Line { rung, kbps } => self.event(CallEvent::Line { rung, kbps }),
            Tell::Demand { source, largest, codec } => self.event(CallEvent::Demand { source, largest, codec }),
            // A call that was on this board before this one has been left.
            Tell::Over { why: Over::Left } if self.me.is_none() => {}
            Tell::Over { why: Over::Lost | Over::Restart } => self.begin_again(now),
            Tell::Over { why } => {
                // There is nothing left to be left.
                self.hears = false;
                self.end(CallError::Over(why));
            }
            Tell::Refused { ask, why, detail } => self.refused(now, ask, why, CallError::Refused { why, detail }),
        }
        self.pump(now);
    }

    /// Sends a track from now on.
    pub fn publish(&mut self, publish: Publish) -> Result<Keyframes, CallError> {
        if !publish.is_sound_as_sound() {
            return Err(CallError::Codec(publish));
        }
        if self.track(publish.source).is_some() {
            return Err(CallError::Published(publish.source));
        }
        let track = Track::new(publish);
        let keyframes = Arc::clone(&track.keyframes);
        self.tracks.push(track);
        self.listens = false;
        Ok(keyframes)
    }

    /// The flags of a track that was published by the options.
    pub fn published(&self, source: Source) -> Option<(Publish, Keyframes)> {
        let track = self.tracks.iter().find(|track| track.publish.source == source)?;
        Some((track.publish, Arc::clone(&track.keyframes)))
    }

    pub fn write(&mut self, now: Instant, source: Source, packet: Outgoing) {
        let bytes = packet.payload.len();
        let muted = self.track(source).is_none_or(|track| track.muted);
        if let Some(peer) = self.peer.as_mut().filter(|_| !muted)
            && peer.write(now, source, packet)
        {
            self.stats.sent(source, bytes);
            self.pump(now);
        }
    }

    pub fn mute(&mut self, source: Source, muted: bool) -> Result<(), CallError> {
        let track = self.track(source).ok_or(CallError::NotPublished(source))?;
        track.muted = muted;
        self.hold(Ask::Mute { source, muted });
        Ok(())
    }

    pub fn want(&mut self, pictures: Vec<Wish>) {
        self.wishes.clone_from(&pictures);
        self.hold(Ask::Want { pictures });
    }

    pub fn caption(&mut self, text: String) {
        self.hold(Ask::Caption { text });
    }

    pub fn hush(&mut self, member: Option<MemberId>) {
        self.hold(Ask::Hush { member });
    }

    /// Shows something by the lane; says whether it took it.
    pub fn show(&mut self, now: Instant, mut glimpse: Glimpse) -> bool {
        let Some(peer) = &mut self.peer else { return false };
        self.shown = self.shown.wrapping_add(1);
        glimpse.sequence = self.shown;
        let taken = peer.show(&glimpse.to_bytes());
        self.pump(now);
        taken
    }

    /// Asks a picture's sender to begin anew.
    pub fn request_keyframe(&mut self, now: Instant, member: MemberId, source: Source) {
        let place = self.placed.iter().find(|(_, of)| **of == (member, source)).map(|(mid, _)| *mid);
        if let (Some(mid), Some(peer)) = (place, &mut self.peer) {
            peer.request_keyframe(mid);
            self.pump(now);
        }
    }

    /// Leaves the call: what is polled then are the last words.
    pub fn leave(&mut self, now: Instant) {
        if self.hears {
            self.outputs.push_back(Output::Ask(Ask::Leave {}));
        }
        if let Some(mut peer) = self.peer.take() {
            peer.close();
            peer.poll(now, &mut self.told);
        }
        for told in self.told.drain(..) {
            if let Told::Datagram(to, bytes) = told {
                self.outputs.push_back(Output::Datagram(to, bytes));
            }
        }
    }

    fn track(&mut self, source: Source) -> Option<&mut Track> {
        self.tracks.iter_mut().find(|track| track.publish.source == source)
    }

    fn event(&mut self, event: CallEvent) {
        self.outputs.push_back(Output::Event(event));
    }

    fn end(&mut self, why: CallError) {
        self.outputs.push_back(Output::Over(why));
    }

    /// Keeps an ask until it can be sent; a later one of its kind takes its place.
    fn hold(&mut self, ask: Ask) {
        self.held.retain(|other| match (&ask, other) {
            (Ask::Mute { source, .. }, Ask::Mute { source: other, .. }) => source != other,
            (Ask::Hush { member }, Ask::Hush { member: other }) => member != other,
            (Ask::Want { .. }, Ask::Want { .. }) | (Ask::Caption { .. }, Ask::Caption { .. }) => false,
            _ => true,
        });
        self.held.push(ask);
    }

    fn joined(&mut self, now: Instant, back: bool, voices: usize, pictures: usize) {
        self.granted = (voices, pictures);
        let going_on = back && self.answered;
        let Some(peer) = self.peer.as_mut().filter(|_| going_on) else {
            self.listens = false;
            return self.begin(now);
        };
        if self.mend_at.is_some() {
            self.mend_at = Some(now);
        } else {
            let offer = peer.again();
            self.offer(offer);
        }
        // What was asked last may have gone with the connection.
        let mutes: Vec<_> = self.tracks.iter().filter(|track| track.told).map(|track| (track.publish.source, track.muted)).collect();
        mutes.into_iter().for_each(|(source, muted)| self.hold(Ask::Mute { source, muted }));
        self.hold_wishes();
    }

    fn hold_wishes(&mut self) {
        if !self.wishes.is_empty() {
            self.hold(Ask::Want { pictures: self.wishes.clone() });
        }
    }

    /// A peer that has never been answered, with all that is sent.
    fn begin(&mut self, now: Instant) {
        self.placed.clear();
        self.counters.clear();
        (self.answered, self.mend_at) = (false, None);
        // Mutes are in the offer.
        self.held.clear();
        self.hold_wishes();
        let tracks: Vec<_> = self.tracks.iter().filter(|_| !self.listens).map(|track| track.publish).collect();
        let (voices, pictures) = self.granted;
        match Peer::new(now, self.local) {
            Ok(mut peer) => {
                let offer = peer.begin(self.options.voices.min(voices), self.options.pictures.min(pictures), &tracks);
                self.peer = Some(peer);
                self.offer(offer);
            }
            Err(detail) => self.end(CallError::Address(detail)),
        }
    }

    /// The call goes on without this member, who joins it anew.
    fn begin_again(&mut self, now: Instant) {
        (self.me, self.peer, self.answered, self.mend_at) = (None, None, false, None);
        self.join_at = Some(now + AGAIN);
        self.event(CallEvent::Interrupted);
    }

    /// Sends an offer, if there is one.
    fn offer(&mut self, sdp: Option<String>) {
        let (Some(sdp), Some(peer)) = (sdp, &self.peer) else { return };
        let muted = |source| self.tracks.iter().any(|track| track.publish.source == source && track.muted);
        let told = peer.tracks().filter(|_| !self.listens);
        let tracks = told.map(|(publish, mid)| Sent { mid, source: publish.source, muted: muted(publish.source) }).collect();
        self.outputs.push_back(Output::Ask(Ask::Offer { sdp, tracks }));
    }

    fn answer(&mut self, sdp: &str) {
        // One that belongs to the offer of a lost connection is passed over.
        let Some(peer) = self.peer.as_mut().filter(|peer| peer.is_offering()) else { return };
        match peer.accept(sdp) {
            Err(detail) => self.end(CallError::Answer(detail)),
            Ok(()) => {
                self.answered = true;
                let offered: Vec<_> = peer.tracks().map(|(publish, _)| publish).collect();
                for publish in offered {
                    let taken = self.peer.as_ref().is_some_and(|peer| peer.takes(publish.source));
                    self.conclude(publish.source, if taken { Ok(()) } else { Err(CallError::Codec(publish)) });
                }
            }
        }
    }

    /// Tells who published a track what became of it, once.
    fn conclude(&mut self, source: Source, result: Result<(), CallError>) {
        let Some(track) = self.track(source).filter(|track| !track.told) else { return };
        track.told = true;
        if result.is_err() {
            self.tracks.retain(|track| track.publish.source != source);
        }
        self.outputs.push_back(Output::Published(source, result));
    }

    fn refused(&mut self, now: Instant, asked: Option<Asked>, why: Why, error: CallError) {
        if self.me.is_none() {
            return match (asked, why) {
                (None, _) | (Some(Asked::Join), Why::Full | Why::Rights | Why::Off) => self.end(error),
                (Some(Asked::Join), _) => self.join_at = Some(now + AGAIN),
                // What was asked before the call was lost.
                _ => self.event(CallEvent::Refused(error)),
            };
        }
        // A new track alone may be refused, and what was sent until now goes on.
        let sends = !self.listens && self.tracks.iter().any(|track| track.told || !self.answered);
        if (asked, why) == (Some(Asked::Offer), Why::Rights) && sends {
            return self.only_listen(now, &error);
        }
        let Some(peer) = self.peer.as_mut().filter(|peer| asked == Some(Asked::Offer) && peer.is_offering()) else {
            return self.event(CallEvent::Refused(error));
        };
        if !self.answered {
            return self.end(error);
        }
        peer.refused();
        let new: Vec<_> = self.tracks.iter().filter(|track| !track.told).map(|track| track.publish.source).collect();
        new.into_iter().for_each(|source| self.conclude(source, Err(error.clone())));
        self.event(CallEvent::Refused(error));
    }

    /// Who may send no longer is in the call all the same, and hears and sees.
    fn only_listen(&mut self, now: Instant, error: &CallError) {
        self.listens = true;
        let new: Vec<_> = self.tracks.iter().filter(|track| !track.told).map(|track| track.publish.source).collect();
        new.into_iter().for_each(|source| self.conclude(source, Err(error.clone())));
        self.event(CallEvent::Refused(error.clone()));
        match self.peer.as_mut().filter(|_| self.answered) {
            // The line that was to be mended is offered again, with nothing that is sent.
            Some(peer) => peer.refused(),
            None => self.begin(now),
        }
    }

    fn place(&mut self, places: Vec<Place>) {
        let mut placed = HashMap::new();
        for place in &places {
            if let (Some(member), Some(source)) = (place.member, place.source) {
                placed.insert(Mid::from(place.mid.as_str()), (member, source));
            }
        }
        // What is another's is counted anew.
        self.counters.retain(|mid, _| placed.get(mid).is_some_and(|of| self.placed.get(mid) == Some(of)));
        self.placed = placed;
        self.places = places;
        self.event(CallEvent::Places);
    }

    /// Offers and asks what can be now, and takes what the peer has to say.
    fn pump(&mut self, now: Instant) {
        self.negotiate();
        let Some(peer) = &mut self.peer else { return };
        peer.poll(now, &mut self.told);
        let mut told = std::mem::take(&mut self.told);
        for told in told.drain(..) {
            match told {
                Told::Datagram(to, bytes) => self.outputs.push_back(Output::Datagram(to, bytes)),
                Told::Packet(mid, codec, packet) => self.receive(now, mid, codec, &packet),
                Told::Connected => {
                    self.mend_at = None;
                    self.event(CallEvent::Connected);
                }
                Told::Interrupted => {
                    if self.mend_at.is_none() {
                        self.mend_at = Some(now);
                        self.event(CallEvent::Interrupted);
                    }
                }
                Told::Keyframe(source, layer) => {
                    if let Some(track) = self.track(source) {
                        track.keyframes[layer as usize].store(true, Ordering::Relaxed);
                    }
                }
                Told::Shown(message) => match Shown::all(&message) {
                    Ok(all) => self.outputs.extend(all.into_iter().map(Output::Shown)),
                    Err(error) => self.event(CallEvent::Refused(CallError::Tell(error.to_string()))),
                },
                Told::Closed => self.end(CallError::Lost),
            }
        }
        self.told = told;
        if self.me.is_some() && self.mend_at.is_some_and(|at| at <= now) {
            self.mend_at = Some(now + MEND);
            self.outputs.push_back(Output::Rebind);
        }
    }

    /// What is to be negotiated or asked next.
    pub fn negotiate(&mut self) {
        let Some(peer) = self.peer.as_mut().filter(|peer| self.me.is_some() && !peer.is_offering()) else { return };
        let mut tracks = self.tracks.iter().filter(|_| !self.listens).map(|track| track.publish);
        let next = tracks.find(|publish| !peer.tracks().any(|(sent, _)| sent.source == publish.source));
        match next {
            Some(publish) => {
                let offer = peer.add(publish);
                self.offer(offer);
            }
            None => self.outputs.extend(self.held.drain(..).map(Output::Ask)),
        }
    }

    fn receive(&mut self, now: Instant, mid: Mid, codec: Codec, packet: &RtpPacket) {
        let Some((member, source)) = self.placed.get(&mid).copied() else {
            self.stats.unplaced += 1;
            return;
        };
        let (sequence, bytes) = (*packet.seq_no, packet.payload.len());
        let flow = self.stats.received.entry((member, source)).or_default();
        match self.counters.get_mut(&mid) {
            Some(counter) => counter.count(flow, sequence, bytes, now),
            None => drop(self.counters.insert(mid, Counter::first(flow, sequence, bytes, now))),
        }
        self.outputs.push_back(Output::Packet(Packet {
            member,
            source,
            codec,
            sequence,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            level: packet.header.ext_vals.audio_level.map(i8::unsigned_abs),
            payload: Arc::clone(&packet.payload),
            at: now,
        }));
    }
}

impl Track {
    fn new(publish: Publish) -> Self {
        let keyframes = Arc::new(std::array::from_fn(|_| AtomicBool::new(true)));
        Self { publish, muted: false, keyframes, told: false }
    }
}
