//! A leg on str0m, a sans-IO WebRTC engine: ICE, DTLS, SRTP, loss and retransmission, estimation of
//! the line with probing. Here its types end.
//!
//! Packets pass in RTP mode: what a page sends is neither put together nor taken apart, and keeps its
//! payload. Numbers and clocks are given by the forwarder.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kakehashi_protocol::lane;
use str0m::bwe::{Bitrate, BweKind};
use str0m::change::SdpOffer;
use str0m::channel::ChannelId;
use str0m::format::Codec as EngineCodec;
use str0m::ice::StunMessage;
use str0m::media::{Direction, KeyframeRequestKind, Mid as EngineMid, Pt, Rid};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite, Ssrc, Vp8Descriptor};
use str0m::{Candidate, IceConnectionState, Input, Rtc, RtcConfig};

use super::{Codec, Event, Layer, Leg, LegError, Mid, Output, Packet, SILENCE, Section, Transport, sections};
use crate::media::line::Seen;
use crate::media::red;

/// What the line to a page is thought to hold before anything is known of it, bits a second: voices
/// and a small picture, which a bad line takes for a moment.
const FIRST_ESTIMATE: u64 = 250_000;

/// How often it is told what is seen of a line.
const SEEN_EVERY: Duration = Duration::from_millis(250);

/// Packets kept for a page that has missed some, of a picture: a second of the largest.
const PICTURE_PACKETS_KEPT: usize = 512;

/// Bytes that wait to go out by a lane: with more, what is new is lost rather than late.
const LANE_BYTES_WAITING: usize = 2_000;

/// Data channels that a page may open in the life of its leg: one, and some that it meant for others.
const CHANNELS_MAX: usize = 16;

/// Bytes of a packet's payload: what fits into one of Ethernet's. The engine gives what it sends 2,000 with all headers.
const PAYLOAD_BYTES_MAX: usize = 1_460;

/// Streams of packets that a page may send in the life of its leg; the engine keeps each, and looks at all of them at each datagram.
const STREAMS_MAX: usize = 256;

/// What a datagram of DTLS begins with that holds what is not of the handshake (RFC 6347).
const APPLICATION_DATA: u8 = 23;

/// A leg on str0m.
pub struct Engine {
    rtc: Rtc,
    now: Instant,
    /// When anything came from the page last.
    heard: Instant,
    connected: bool,
    /// The handshake is done, and what is encrypted can be read.
    secured: bool,
    /// The streams of packets that came, those among them that are none of any section.
    came: HashSet<[u8; 4]>,
    lane: Option<ChannelId>,
    channels: usize,
    streams: HashMap<Ssrc, (Mid, Layer)>,
    /// By which payload type the page takes a codec at a section, as it was asked since the last offer.
    types: HashMap<(EngineMid, Codec), Option<Pt>>,
    /// Where a page's checks come to, by how.
    hosts: Vec<(Transport, SocketAddr)>,
    /// Whether sound is sent without redundancy.
    spares_sound: bool,
    /// The sections by which the page receives, and those of them that the engine takes for idle, so that it pads nothing.
    receiving: Vec<EngineMid>,
    idle: Vec<EngineMid>,
    pads: bool,
}

impl Engine {
    /// A leg that is reached at these addresses.
    ///
    /// # Errors
    /// [`LegError::Address`] names an address that cannot be one.
    pub fn new(now: Instant, hosts: &[(Transport, SocketAddr)]) -> Result<Self, LegError> {
        let config = RtcConfig::new()
            .set_crypto_provider(super::dtls::crypto())
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, true)
            .enable_vp8(true)
            .enable_h264(true)
            .set_send_buffer_video(PICTURE_PACKETS_KEPT)
            .enable_bwe(Some(Bitrate::from(FIRST_ESTIMATE)))
            .set_stats_interval(Some(SEEN_EVERY));
        let mut rtc = config.build(now);
        for (transport, address) in hosts {
            let candidate = match transport {
                Transport::Udp => Candidate::host(*address, "udp"),
                Transport::Tcp => Candidate::builder().tcp().host(*address).tcptype(TcpType::Passive).build(),
            };
            rtc.add_local_candidate(candidate.map_err(|error| LegError::Address(format!("{address}: {error}")))?);
        }
        Ok(Self {
            rtc,
            now,
            heard: now,
            connected: false,
            secured: false,
            came: HashSet::new(),
            lane: None,
            channels: 0,
            streams: HashMap::new(),
            types: HashMap::new(),
            hosts: hosts.to_vec(),
            spares_sound: false,
            receiving: Vec::new(),
            idle: Vec::new(),
            pads: true,
        })
    }

    fn input<'a>(now: Instant, transport: Transport, source: SocketAddr, destination: SocketAddr, datagram: &'a [u8]) -> Option<Input<'a>> {
        let contents = datagram.try_into().ok()?;
        Some(Input::Receive(now, Receive { proto: protocol(transport), source, destination, contents }))
    }

    /// Whether a datagram is anything for the engine: it begins no stream of packets beyond those that a page may send, and
    /// is nothing encrypted before there is a key, which the engine would keep, and not survive a second time.
    fn admits(&mut self, datagram: &[u8]) -> bool {
        self.secured |= self.rtc.is_connected();
        if datagram.first() == Some(&APPLICATION_DATA) && !self.secured {
            return false;
        }
        let Some(stream) = stream_of(datagram) else { return true };
        self.came.contains(&stream) || (self.came.len() < STREAMS_MAX && self.came.insert(stream))
    }

    /// There is nothing to do until then; unless the page was not heard for so long, or is heard again.
    fn idle(&mut self, until: Instant) -> Output {
        let silent_at = self.heard + SILENCE;
        if self.connected && self.now >= silent_at {
            self.connected = false;
            return Output::Event(Event::Disconnected);
        }
        if !self.connected && self.now < silent_at && self.rtc.is_connected() {
            self.connected = true;
            return Output::Event(Event::Connected);
        }
        Output::Idle(if self.connected { until.min(silent_at) } else { until })
    }

    fn packet(&mut self, packet: RtpPacket) -> Option<Output> {
        if packet.payload.len() > PAYLOAD_BYTES_MAX {
            return None;
        }
        let (mid, layer) = self.stream(packet.header.ssrc)?;
        let codec = self.codec(packet.header.payload_type)?;
        Some(Output::Event(Event::Packet(
            mid,
            layer,
            Packet {
                codec,
                sequence: *packet.seq_no,
                timestamp: packet.header.timestamp,
                marker: packet.header.marker,
                level: packet.header.ext_vals.audio_level,
                payload: packet.payload,
                picture: None,
                arrived: packet.timestamp,
            },
        )))
    }

    /// Which section and layer a stream of packets is of.
    fn stream(&mut self, ssrc: Ssrc) -> Option<(Mid, Layer)> {
        if let Some(known) = self.streams.get(&ssrc) {
            return Some(known.clone());
        }
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_rx(&ssrc)?;
        let mid: Mid = Arc::from(&*stream.mid());
        let layer = stream.rid().map_or(Some(Layer::Quarter), |rid| Layer::named(&rid))?;
        self.streams.insert(ssrc, (Arc::clone(&mid), layer));
        Some((mid, layer))
    }

    fn codec(&self, pt: Pt) -> Option<Codec> {
        self.rtc.codec_config().params().iter().find_map(|params| match params.spec().codec {
            EngineCodec::Opus if params.pt() == pt => Some(Codec::Opus),
            EngineCodec::Opus if params.red() == Some(pt) => Some(Codec::Red),
            EngineCodec::Vp8 if params.pt() == pt => Some(Codec::Vp8),
            EngineCodec::H264 if params.pt() == pt => Some(Codec::H264),
            _ => None,
        })
    }

    /// The payload type by which the page takes a codec at a section.
    fn payload_type(&mut self, mid: EngineMid, codec: Codec) -> Option<Pt> {
        if let Some(known) = self.types.get(&(mid, codec)) {
            return *known;
        }
        let found = self.find_type(mid, codec);
        self.types.insert((mid, codec), found);
        found
    }

    fn find_type(&self, mid: EngineMid, codec: Codec) -> Option<Pt> {
        let taken = self.rtc.media(mid)?.remote_pts();
        self.rtc.codec_config().params().iter().find_map(|params| {
            let pt = match (params.spec().codec, codec) {
                (EngineCodec::Opus, Codec::Opus) | (EngineCodec::Vp8, Codec::Vp8) | (EngineCodec::H264, Codec::H264) => Some(params.pt()),
                (EngineCodec::Opus, Codec::Red) => params.red(),
                _ => None,
            };
            pt.filter(|pt| taken.contains(pt))
        })
    }

    /// What a page is sent of a packet: the payload type and the payload.
    fn dress(&mut self, mid: EngineMid, packet: &Packet) -> Option<(Pt, Arc<[u8]>)> {
        if packet.codec != Codec::Red {
            return Some((self.payload_type(mid, packet.codec)?, Arc::clone(&packet.payload)));
        }
        let opus = self.payload_type(mid, Codec::Opus)?;
        match self.payload_type(mid, Codec::Red).filter(|_| !self.spares_sound) {
            Some(pt) => Some((pt, red::renamed(&packet.payload, *opus)?)),
            // Who does not take redundancy, or has no room for it, gets the voice alone.
            None => Some((opus, red::primary(&packet.payload)?.into())),
        }
    }

    /// The engine fills every line up to 50 kbit/s, most of it headers, as long as a section may send, and has no setting for it.
    /// What is written to a section that may not goes out all the same.
    fn apply_padding(&mut self) {
        let (mids, direction) = if self.pads {
            (std::mem::take(&mut self.idle), Direction::SendOnly)
        } else {
            self.idle.clone_from(&self.receiving);
            (self.idle.clone(), Direction::Inactive)
        };
        for mid in mids {
            self.rtc.sdp_api().set_direction(mid, direction);
        }
    }

    /// A page opened a data channel. All but a lane are closed; whoever opens ever more is not a page of ours.
    fn opened(&mut self, channel: ChannelId, label: &str) -> Option<Output> {
        self.channels += 1;
        if self.channels > CHANNELS_MAX {
            self.close();
            return Some(Output::Event(Event::Closed));
        }
        if label == lane::LABEL && self.lane.is_none() {
            self.lane = Some(channel);
        } else {
            self.rtc.direct_api().close_data_channel(channel);
        }
        None
    }

    fn of_event(&mut self, event: str0m::Event) -> Option<Output> {
        match event {
            str0m::Event::Connected => Some(Output::Event(Event::Connected)),
            str0m::Event::IceConnectionStateChange(IceConnectionState::Disconnected) => Some(Output::Event(Event::Disconnected)),
            str0m::Event::IceConnectionStateChange(IceConnectionState::Connected | IceConnectionState::Completed) => {
                self.rtc.is_connected().then_some(Output::Event(Event::Connected))
            }
            str0m::Event::RtpPacket(packet) => self.packet(packet),
            str0m::Event::KeyframeRequest(request) => Some(Output::Event(Event::PictureLost(Arc::from(&*request.mid)))),
            str0m::Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. }) => Some(Output::Event(Event::Estimate(estimate.as_u64()))),
            str0m::Event::PeerStats(stats) => {
                let seen = Seen { sent: stats.peer_bytes_tx, round_trip: stats.rtt, lost: stats.egress_loss_fraction };
                Some(Output::Event(Event::Seen(seen)))
            }
            str0m::Event::ChannelOpen(channel, label) => self.opened(channel, &label),
            str0m::Event::ChannelData(data) if Some(data.id) == self.lane => Some(Output::Event(Event::Glimpse(data.data))),
            str0m::Event::ChannelClose(channel) => {
                self.lane = self.lane.filter(|lane| *lane != channel);
                None
            }
            str0m::Event::Closed => Some(Output::Event(Event::Closed)),
            _ => None,
        }
    }
}

/// An offer as the engine is given it.
fn taken(offer: &str) -> String {
    // Ways to a page are learnt from its checks, and the engine keeps all that it is told, however often it is told them.
    let lines = offer.lines().filter(|line| !line.starts_with("a=candidate:"));
    // Whoever opens DTLS does so as soon as a way is known, which the server knows half a round trip before the page;
    // and as the one who is asked, the engine would first ask for a cookie, which the checks of ICE make needless.
    lines.map(|line| if line == "a=setup:actpass" { "a=setup:passive" } else { line }).flat_map(|line| [line, "\r\n"]).collect()
}

/// The stream that a datagram is of, if it is a packet of media (RFC 7983, RFC 5761).
fn stream_of(datagram: &[u8]) -> Option<[u8; 4]> {
    let media = matches!(datagram, [128..=191, kind, ..] if !(64..=95).contains(&(kind & 0x7f)));
    if media { datagram.get(8..12)?.try_into().ok() } else { None }
}

const fn protocol(transport: Transport) -> Protocol {
    match transport {
        Transport::Udp => Protocol::Udp,
        Transport::Tcp => Protocol::Tcp,
    }
}

fn ended(error: impl std::fmt::Display) -> LegError {
    LegError::Ended(error.to_string())
}

impl Leg for Engine {
    fn accept(&mut self, offer: &str) -> Result<String, LegError> {
        let wrong = |error: &dyn std::fmt::Display| LegError::Description(error.to_string());
        let offer = taken(offer);
        let parsed = SdpOffer::from_sdp_string(&offer).map_err(|error| wrong(&error))?;
        let answer = self.rtc.sdp_api().accept_offer(parsed).map_err(|error| wrong(&error))?;
        self.types.clear();
        let receives = |section: &Section| section.receives && !section.sends;
        self.receiving =
            sections(&offer).iter().filter(|section| receives(section)).map(|section| EngineMid::from(&*section.mid)).collect();
        // The engine has taken the directions of the offer.
        self.idle.clear();
        self.apply_padding();
        // A browser that knows whom it asks to be lite nominates a pair when it next checks one that works, on a long way up to
        // three seconds later; otherwise with its first checks, and what it then has to send goes by the best of those.
        Ok(answer.to_sdp_string().replace("a=ice-lite\r\n", ""))
    }

    fn ufrag(&mut self) -> String {
        self.rtc.direct_api().local_ice_credentials().ufrag
    }

    fn knows(&self, now: Instant, transport: Transport, source: SocketAddr, destination: SocketAddr, check: &[u8]) -> bool {
        StunMessage::parse(check).is_ok()
            && Self::input(now, transport, source, destination, check).is_some_and(|input| self.rtc.accepts(&input))
    }

    fn receive(
        &mut self,
        now: Instant,
        transport: Transport,
        source: SocketAddr,
        destination: SocketAddr,
        datagram: &[u8],
    ) -> Result<(), LegError> {
        self.now = now;
        if !self.admits(datagram) {
            return Ok(());
        }
        self.heard = now;
        // Checks come to an address of ours as it was told to the page, whatever the socket is bound to.
        let told = self.hosts.iter().find(|(by, host)| *by == transport && host.is_ipv4() == source.is_ipv4());
        let destination = told.map_or(destination, |(_, host)| *host);
        match Self::input(now, transport, source, destination, datagram) {
            Some(input) => self.rtc.handle_input(input).map_err(ended),
            None => Ok(()),
        }
    }

    fn elapse(&mut self, now: Instant) -> Result<(), LegError> {
        self.now = now;
        self.rtc.handle_input(Input::Timeout(now)).map_err(ended)
    }

    fn poll(&mut self) -> Result<Output, LegError> {
        loop {
            if !self.rtc.is_alive() {
                return Ok(Output::Event(Event::Closed));
            }
            let output = match self.rtc.poll_output().map_err(ended)? {
                str0m::Output::Timeout(until) => Some(self.idle(until)),
                str0m::Output::Transmit(transmit) => Some(Output::Send {
                    transport: if transmit.proto == Protocol::Udp { Transport::Udp } else { Transport::Tcp },
                    source: transmit.source,
                    destination: transmit.destination,
                    bytes: transmit.contents.into(),
                }),
                str0m::Output::Event(event) => self.of_event(event),
            };
            if let Some(output) = output {
                match &output {
                    Output::Event(Event::Connected) => self.connected = true,
                    Output::Event(Event::Disconnected | Event::Closed) => self.connected = false,
                    _ => {}
                }
                return Ok(output);
            }
        }
    }

    fn send(&mut self, mid: &str, packet: &Packet) {
        let mid = EngineMid::from(mid);
        let Some((pt, payload)) = self.dress(mid, packet) else { return };
        let extensions = ExtensionValues { audio_level: packet.level, ..ExtensionValues::default() };
        let pictured = matches!(packet.codec, Codec::Vp8 | Codec::H264);
        let patch = packet.picture.and_then(|(picture, base)| {
            let descriptor = Vp8Descriptor::parse(&payload).ok()?;
            let patch = descriptor.patch().picture_id(picture);
            // Not every page numbers its base layers.
            let both = descriptor.patch().picture_id(picture).tl0_pic_idx(base).build();
            both.or_else(|_| patch.build()).ok()
        });
        let mut write = RtpWrite::new(pt, packet.sequence.into(), packet.timestamp, packet.arrived, payload)
            .marker(packet.marker)
            .ext_vals(extensions)
            .nackable(pictured);
        if let Some(patch) = patch {
            write = write.vp8_patch(patch);
        }
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, None) {
            // How fast pictures go is decided before they come here; the engine would hold them back for up to two seconds, and
            // then send all at once.
            stream.set_unpaced(true);
            stream.write_rtp(write);
        }
    }

    fn want_picture(&mut self, mid: &str, layer: Layer) {
        let mid = EngineMid::from(mid);
        let mut direct = self.rtc.direct_api();
        let rid = match layer {
            Layer::Quarter => Rid::from("q"),
            Layer::Half => Rid::from("h"),
            Layer::Full => Rid::from("f"),
        };
        // Whoever sends one size gives it no name.
        let named = direct.stream_rx_by_mid(mid, Some(rid)).is_some();
        if let Some(stream) = direct.stream_rx_by_mid(mid, named.then_some(rid)) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }

    fn show(&mut self, message: &[u8]) {
        let Some(mut lane) = self.lane.and_then(|lane| self.rtc.channel(lane)) else { return };
        if lane.buffered_amount() < LANE_BYTES_WAITING {
            // What the lane does not take is lost, as on the way.
            let _ = lane.write(true, message);
        }
    }

    fn aim_for(&mut self, bits: u64) {
        self.rtc.bwe().set_desired_bitrate(Bitrate::from(bits));
    }

    fn feel(&mut self, bits: u64) {
        // An estimator that is new probes for three and six times of what it begins with.
        self.rtc.bwe().reset(Bitrate::from(bits));
    }

    fn pad(&mut self, pads: bool) {
        if pads != self.pads {
            self.pads = pads;
            self.apply_padding();
        }
    }

    fn spare_sound(&mut self, spare: bool) {
        self.spares_sound = spare;
    }

    fn close(&mut self) {
        // An error means that it is closed already.
        let _ = self.rtc.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(stream: u32) -> Vec<u8> {
        [&[128, 111, 0, 1, 0, 0, 0, 0][..], &stream.to_be_bytes(), &[0; 20]].concat()
    }

    #[test]
    fn a_page_begins_so_many_streams_of_packets_and_no_more() {
        let host = (Transport::Udp, "192.0.2.1:10000".parse().unwrap());
        let mut engine = Engine::new(Instant::now(), &[host]).unwrap();
        let admitted = (0..1_000).filter(|stream| engine.admits(&media(*stream))).count();
        assert_eq!(admitted, STREAMS_MAX);
        assert!(engine.admits(&media(7)), "one that was begun goes on");
        let [report, check, handshake] = [[128, 200, 0, 6], [0, 1, 0, 0], [22, 254, 253, 0]];
        for other in [report, check, handshake] {
            assert!(engine.admits(&[&other[..], &[9; 30]].concat()), "{other:?}");
        }
        assert!(engine.admits(&[128, 111, 0]), "too short to be of any stream");
        assert!(!engine.admits(&[23, 254, 253, 0, 1, 0, 0]), "nothing can be read yet");
    }

    #[test]
    fn ways_that_an_offer_tells_of_are_not_kept() {
        let offer = "v=0\r\na=setup:actpass\r\na=candidate:1 1 udp 1 192.0.2.7 9 typ host\r\na=mid:0\r\n";
        assert_eq!(taken(offer), "v=0\r\na=setup:passive\r\na=mid:0\r\n");
    }
}
