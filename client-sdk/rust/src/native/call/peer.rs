//! The peer connection of a call, on str0m: offers, answers, encryption, packets. It has no socket and no
//! clock; which member is in which place it does not know.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::Source;
use kakehashi_protocol::lane;
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use str0m::format::Codec as Format;
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Mid, Pt, Rid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite, SeqNo};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcConfig};

use super::media::{Codec, Layer, Outgoing, Publish};

/// Louder than this is taken for a voice, decibels below the loudest.
const VOICE_LEVEL: u8 = 60;
/// Bytes that may wait for the lane.
const LANE_BYTES_WAITING: usize = 2_000;
/// How often the engine is given the present before its next timeout is believed.
const TURNS_MAX: usize = 8;

/// What the connection has to say.
pub(super) enum Told {
    /// To be sent.
    Datagram(SocketAddr, Vec<u8>),
    /// To be sorted: which place, how encoded, what.
    Packet(Mid, Codec, Box<RtpPacket>),
    /// Media can flow.
    Connected,
    /// It cannot any more.
    Interrupted,
    /// A picture has to begin anew.
    Keyframe(Source, Layer),
    /// What others show by the lane.
    Shown(Vec<u8>),
    /// The connection is closed for good.
    Closed,
}

struct Sending {
    publish: Publish,
    mid: Mid,
    /// How it is sent, by the answer.
    pt: Option<Pt>,
    sequences: [SeqNo; Layer::ALL.len()],
}

pub(super) struct Peer {
    rtc: Rtc,
    local: SocketAddr,
    sending: Vec<Sending>,
    lane: Option<ChannelId>,
    pending: Option<SdpPendingOffer>,
    /// Where the connection goes on once the server has taken it: the answer forgets the address before.
    next: Option<(SocketAddr, Candidate)>,
    timeout: Instant,
    was_connected: bool,
}

impl Peer {
    /// A connection from this address, the only one that is offered.
    ///
    /// # Errors
    /// No connection can begin there: it is a group of addresses, or none.
    pub fn new(now: Instant, local: SocketAddr) -> Result<Self, String> {
        let mut rtc =
            RtcConfig::new().set_rtp_mode(true).clear_codecs().enable_opus(true, false).enable_vp8(true).enable_h264(true).build(now);
        let candidate = Candidate::host(local, "udp").map_err(|error| error.to_string())?;
        rtc.add_local_candidate(candidate);
        Ok(Self { rtc, local, sending: Vec::new(), lane: None, pending: None, next: None, timeout: now, was_connected: false })
    }

    /// Whether an offer has no answer yet.
    pub const fn is_offering(&self) -> bool {
        self.pending.is_some()
    }

    /// The first offer: places for what comes, tracks for what goes.
    pub fn begin(&mut self, voices: usize, pictures: usize, tracks: &[Publish]) -> Option<String> {
        let mut api = self.rtc.sdp_api();
        for kind in [(MediaKind::Audio, voices), (MediaKind::Video, pictures)] {
            for _ in 0..kind.1 {
                api.add_media(kind.0, Direction::RecvOnly, None, None, None);
            }
        }
        self.sending.extend(tracks.iter().map(|publish| sending(&mut api, *publish)));
        self.lane = Some(api.add_channel_with_config(ChannelConfig {
            label: lane::LABEL.into(),
            ordered: false,
            reliability: Reliability::MaxRetransmits { retransmits: 0 },
            ..ChannelConfig::default()
        }));
        let offer = api.apply();
        self.offered(offer)
    }

    /// An offer of one track more.
    pub fn add(&mut self, publish: Publish) -> Option<String> {
        let mut api = self.rtc.sdp_api();
        let sending = sending(&mut api, publish);
        let offer = api.apply();
        self.sending.push(sending);
        self.offered(offer)
    }

    /// The offer without an answer anew: its connection was lost.
    pub fn again(&mut self) -> Option<String> {
        let pending = self.pending.take()?;
        let mut api = self.rtc.sdp_api();
        api.merge(pending);
        let offer = api.apply();
        self.offered(offer)
    }

    /// An offer to connect from another address, keeping all else.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn restart(&mut self, local: SocketAddr) -> Result<Option<String>, String> {
        let candidate = Candidate::host(local, "udp").map_err(|error| error.to_string())?;
        let mut api = self.rtc.sdp_api();
        if let Some(pending) = self.pending.take() {
            api.merge(pending);
        }
        api.ice_restart(false);
        let offer = api.apply();
        self.next = Some((local, candidate));
        Ok(self.offered(offer))
    }

    fn offered(&mut self, offer: Option<(SdpOffer, SdpPendingOffer)>) -> Option<String> {
        let (offer, pending) = offer?;
        self.pending = Some(pending);
        Some(offer.to_sdp_string())
    }

    /// What is sent, and in which section of the offer.
    pub fn tracks(&self) -> impl Iterator<Item = (Publish, String)> {
        self.sending.iter().map(|sending| (sending.publish, sending.mid.to_string()))
    }

    /// Takes the answer to the offer.
    ///
    /// # Errors
    /// It is none, or does not answer this offer.
    pub fn accept(&mut self, sdp: &str) -> Result<(), String> {
        let answer = SdpAnswer::from_sdp_string(sdp).map_err(|error| error.to_string())?;
        let pending = self.pending.take().ok_or("nothing was offered")?;
        self.rtc.sdp_api().accept_answer(pending, answer).map_err(|error| error.to_string())?;
        if let Some((local, candidate)) = self.next.take() {
            self.local = local;
            self.rtc.add_local_candidate(candidate);
        }
        for sending in &mut self.sending {
            let format = match sending.publish.codec {
                Codec::Opus => Format::Opus,
                Codec::Vp8 => Format::Vp8,
                Codec::H264 => Format::H264,
            };
            let taken = self.rtc.media(sending.mid).map(|media| media.remote_pts()).unwrap_or_default();
            let params = self.rtc.codec_config().iter().find(|params| params.spec().codec == format && taken.contains(&params.pt()));
            sending.pt = params.map(|params| params.pt());
        }
        Ok(())
    }

    /// The offer is refused; what was sent before is sent on.
    pub fn refused(&mut self) {
        if self.pending.take().is_some() {
            self.sending.retain(|sending| sending.pt.is_some());
        }
    }

    /// Whether the server takes the track as it is encoded.
    pub fn takes(&self, source: Source) -> bool {
        self.sending.iter().any(|sending| sending.publish.source == source && sending.pt.is_some())
    }

    /// Sends; says whether there was a stream for it.
    pub fn write(&mut self, now: Instant, source: Source, packet: Outgoing) -> bool {
        let Some(sending) = self.sending.iter_mut().find(|sending| sending.publish.source == source) else { return false };
        let Some(pt) = sending.pt else { return false };
        let rid = sending.publish.layered.then(|| Rid::from(packet.layer.rid()));
        let sequence = sending.sequences[packet.layer as usize].inc();
        let mut values = ExtensionValues::default();
        if let Some(level) = packet.level {
            values.audio_level = Some(-i8::try_from(level).unwrap_or(i8::MAX));
            values.voice_activity = Some(level < VOICE_LEVEL);
        }
        let write = RtpWrite::new(pt, sequence, packet.timestamp, now, packet.payload)
            .marker(packet.marker)
            .ext_vals(values)
            .nackable(!source.is_sound());
        let mut api = self.rtc.direct_api();
        let Some(stream) = api.stream_tx_by_mid(sending.mid, rid) else { return false };
        stream.write_rtp(write);
        true
    }

    /// Sends by the lane; says whether it took it. What waits there already comes too late, and takes no more.
    pub fn show(&mut self, message: &[u8]) -> bool {
        let Some(mut lane) = self.lane.and_then(|lane| self.rtc.channel(lane)) else { return false };
        lane.buffered_amount() < LANE_BYTES_WAITING && lane.write(true, message).unwrap_or(false)
    }

    /// Asks for a picture that begins anew, in this place.
    pub fn request_keyframe(&mut self, mid: Mid) {
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }

    /// Takes in a datagram; what is none of this connection's is passed over.
    pub fn handle_datagram(&mut self, now: Instant, from: SocketAddr, bytes: &[u8]) {
        let Ok(receive) = Receive::new(Protocol::Udp, from, self.local, bytes) else { return };
        let input = Input::Receive(now, receive);
        // What cannot be handled closes the connection, which poll tells.
        if self.rtc.accepts(&input) && self.rtc.handle_input(input).is_err() {
            self.rtc.disconnect();
        }
    }

    /// Says goodbye to the server; what is to be sent for it is polled next.
    pub fn close(&mut self) {
        if self.rtc.close().is_err() {
            self.rtc.disconnect();
        }
    }

    /// When to poll again, if nothing happens before.
    pub const fn poll_timeout(&self) -> Instant {
        self.timeout
    }

    /// Drains the engine. To be called after everything else, and when the time has come.
    pub fn poll(&mut self, now: Instant, told: &mut Vec<Told>) {
        for _ in 0..TURNS_MAX {
            self.timeout = match self.drain(told) {
                Some(timeout) => timeout,
                None => {
                    told.push(Told::Closed);
                    now + Duration::from_secs(3_600)
                }
            };
            if self.timeout > now {
                return;
            }
            if self.rtc.handle_input(Input::Timeout(now)).is_err() {
                self.rtc.disconnect();
            }
        }
    }

    /// Until the engine waits for time; `None` if it is closed.
    fn drain(&mut self, told: &mut Vec<Told>) -> Option<Instant> {
        loop {
            if !self.rtc.is_alive() {
                return None;
            }
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => return Some(at),
                Ok(Output::Transmit(transmit)) => told.push(Told::Datagram(transmit.destination, transmit.contents.into())),
                Ok(Output::Event(event)) => self.tell(event, told),
                Err(_) => {
                    self.rtc.disconnect();
                    return None;
                }
            }
        }
    }

    fn tell(&mut self, event: Event, told: &mut Vec<Told>) {
        match event {
            Event::Connected => {
                self.was_connected = true;
                told.push(Told::Connected);
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => told.push(Told::Interrupted),
            // The first time encryption is still to come.
            Event::IceConnectionStateChange(state) if state.is_connected() && self.was_connected => told.push(Told::Connected),
            Event::RtpPacket(packet) => {
                let codec = self.rtc.codec_config().iter().find(|params| params.pt() == packet.header.payload_type);
                let codec = match codec.map(|params| params.spec().codec) {
                    Some(Format::Opus) => Codec::Opus,
                    Some(Format::Vp8) => Codec::Vp8,
                    Some(Format::H264) => Codec::H264,
                    _ => return,
                };
                if let Some(stream) = self.rtc.direct_api().stream_rx(&packet.header.ssrc) {
                    told.push(Told::Packet(stream.mid(), codec, Box::new(packet)));
                }
            }
            Event::KeyframeRequest(request) => {
                let sending = self.sending.iter().find(|sending| sending.mid == request.mid);
                let layer = request.rid.and_then(|rid| Layer::ALL.into_iter().find(|layer| Rid::from(layer.rid()) == rid));
                if let Some(sending) = sending {
                    told.push(Told::Keyframe(sending.publish.source, layer.unwrap_or(Layer::Full)));
                }
            }
            Event::ChannelData(data) if Some(data.id) == self.lane => told.push(Told::Shown(data.data)),
            _ => {}
        }
    }
}

fn sending(api: &mut str0m::change::SdpApi<'_>, publish: Publish) -> Sending {
    let kind = if publish.source.is_sound() { MediaKind::Audio } else { MediaKind::Video };
    let simulcast = publish.layered.then(|| {
        let mut simulcast = Simulcast::new();
        Layer::ALL.iter().for_each(|layer| simulcast.add_send_layer(SimulcastLayer::new(layer.rid())));
        simulcast
    });
    let mid = api.add_media(kind, Direction::SendOnly, None, None, simulcast);
    Sending { publish, mid, pt: None, sequences: std::array::from_fn(|_| SeqNo::default()) }
}
