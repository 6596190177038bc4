//! A leg and a page, on a line of which the test is the weather: no socket, and a clock that is turned by hand.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpOffer};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpWrite};
use str0m::{Candidate, Input, Rtc, RtcConfig};

use super::engine::Engine;
use super::guarded::Guarded;
use super::{Codec, Event, Leg, Output, Packet, SILENCE, Transport};

const DELAY: Duration = Duration::from_millis(20);

/// A datagram under way.
struct Sent {
    due: Instant,
    to_page: bool,
    bytes: Vec<u8>,
}

struct Line {
    engine: Engine,
    page: Rtc,
    now: Instant,
    sent: Vec<Sent>,
    connected: bool,
    /// What has been sent to the page, and when.
    to_page: Vec<(Instant, Vec<u8>)>,
    /// Datagrams of DTLS to the page that are still to be lost.
    loses: usize,
    /// The sections by which the page hears and sees.
    hears: String,
    /// That by which it speaks.
    speaks: Mid,
    /// Nothing comes from the page.
    cut: bool,
    /// How large the payloads were that came from it.
    heard: Vec<usize>,
}

fn addresses() -> (SocketAddr, SocketAddr) {
    ("192.0.2.1:10000".parse().expect("an address"), "192.0.2.2:20000".parse().expect("an address"))
}

fn is_dtls(bytes: &[u8]) -> bool {
    // RFC 7983.
    bytes.first().is_some_and(|first| (20..=63).contains(first))
}

impl Line {
    fn new(loses: usize) -> Self {
        let (server, client) = addresses();
        let now = Instant::now();
        let mut engine = Engine::new(now, &[(Transport::Udp, server)]).expect("a leg");
        let mut page = RtcConfig::new().set_rtp_mode(true).build(now);
        page.add_local_candidate(Candidate::host(client, "udp").expect("a candidate"));
        let mut api = page.sdp_api();
        let mut hears = String::new();
        let mut speaks = None;
        for (kind, direction) in
            [(MediaKind::Audio, Direction::SendOnly), (MediaKind::Audio, Direction::RecvOnly), (MediaKind::Video, Direction::RecvOnly)]
        {
            let mid = api.add_media(kind, direction, None, None, None);
            if (kind, direction) == (MediaKind::Audio, Direction::RecvOnly) {
                hears = mid.to_string();
            }
            speaks = speaks.or(Some(mid));
        }
        let (offer, pending) = api.apply().expect("an offer");
        assert!(SdpOffer::from_sdp_string(&offer.to_sdp_string()).is_ok());
        let answer = engine.accept(&offer.to_sdp_string()).expect("an answer");
        let answer = SdpAnswer::from_sdp_string(&answer).expect("an answer");
        page.sdp_api().accept_answer(pending, answer).expect("the page takes it");
        Self {
            engine,
            page,
            now,
            sent: Vec::new(),
            connected: false,
            to_page: Vec::new(),
            loses,
            hears,
            speaks: speaks.expect("a section"),
            cut: false,
            heard: Vec::new(),
        }
    }

    /// Sends what the two want to send, and says when one of them wants time to pass.
    fn turn(&mut self) -> Instant {
        let due = self.now + DELAY;
        let engine_due = loop {
            match self.engine.poll().expect("the leg goes on") {
                Output::Send { bytes, .. } => {
                    self.to_page.push((self.now, bytes.clone()));
                    if is_dtls(&bytes) && self.loses > 0 {
                        self.loses -= 1;
                    } else {
                        self.sent.push(Sent { due, to_page: true, bytes });
                    }
                }
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::Disconnected) => self.connected = false,
                Output::Event(Event::Packet(_, _, packet)) => self.heard.push(packet.payload.len()),
                Output::Event(_) => {}
                Output::Idle(until) => break until,
            }
        };
        let page_due = loop {
            match self.page.poll_output().expect("the page goes on") {
                str0m::Output::Transmit(transmit) => self.sent.push(Sent { due, to_page: false, bytes: transmit.contents.into() }),
                str0m::Output::Event(_) => {}
                str0m::Output::Timeout(until) => break until,
            }
        };
        engine_due.min(page_due)
    }

    /// Lets time pass until then.
    fn pass(&mut self, until: Instant) {
        let (server, client) = addresses();
        loop {
            let due = self.turn().max(self.now + Duration::from_micros(1));
            let next = self.sent.iter().map(|sent| sent.due).chain([due]).min().unwrap_or(due);
            if next > until {
                self.now = until;
                self.engine.elapse(until).expect("the leg goes on");
                return;
            }
            self.now = next;
            let (came, left) = std::mem::take(&mut self.sent).into_iter().partition(|sent| sent.due <= next);
            self.sent = left;
            for Sent { to_page, bytes, .. } in came {
                if to_page {
                    let contents = bytes.as_slice().try_into().expect("a datagram");
                    let receive = Receive { proto: Protocol::Udp, source: server, destination: client, contents };
                    self.page.handle_input(Input::Receive(next, receive)).expect("the page goes on");
                } else if !self.cut {
                    self.engine.receive(next, Transport::Udp, client, server, &bytes).expect("the leg goes on");
                }
                self.turn();
            }
            self.engine.elapse(next).expect("the leg goes on");
            self.page.handle_input(Input::Timeout(next)).expect("the page goes on");
        }
    }

    /// A voice speaks for so many packets of 20 ms, and says how many datagrams went to the page.
    fn speaks(&mut self, packets: u64, first: u64) -> usize {
        let before = self.to_page.len();
        for sequence in first..first + packets {
            let packet = Packet {
                codec: Codec::Opus,
                sequence,
                timestamp: 960 * sequence as u32,
                marker: false,
                payload: Arc::from([7; 40]),
                level: Some(-20),
                picture: None,
                arrived: self.now,
            };
            self.engine.send(&self.hears.clone(), &packet);
            self.pass(self.now + Duration::from_millis(20));
        }
        self.to_page.len() - before
    }
}

#[test]
fn a_line_is_filled_up_only_where_it_may_be() {
    let mut line = Line::new(0);
    line.pass(line.now + Duration::from_secs(2));
    assert!(line.connected);
    line.speaks(250, 1_000);
    let padded = line.speaks(250, 1_250);
    assert!(padded > 250 * 5 / 4, "{padded} datagrams for 250 of a voice: the engine pads no more, and nothing here is needed");
    line.engine.pad(false);
    line.engine.aim_for(0);
    line.speaks(50, 1_500);
    let spared = line.speaks(250, 1_550);
    assert!((250..275).contains(&spared), "{spared} datagrams for 250 of a voice");
    line.engine.pad(true);
    line.engine.aim_for(0);
    line.speaks(50, 1_800);
    assert!(line.speaks(250, 1_850) > 250 * 5 / 4);
}

#[test]
fn what_is_lost_of_the_handshake_is_sent_again_soon() {
    let mut line = Line::new(1);
    line.pass(line.now + Duration::from_secs(2));
    assert!(line.connected);
    let mut dtls = line.to_page.iter().filter(|(_, bytes)| is_dtls(bytes)).map(|(at, _)| *at);
    let (first, second) = (dtls.next().expect("a flight"), dtls.next().expect("and again"));
    let waited = second - first;
    // Part of it passes on the engine's own clock, so that less is seen here; of the standard's second more than this would be.
    assert!((Duration::from_millis(1)..Duration::from_millis(600)).contains(&waited), "{waited:?}");
}

#[test]
fn a_page_of_which_nothing_comes_is_away_after_some_seconds_and_back_with_the_first_word() {
    let mut line = Line::new(0);
    line.pass(line.now + Duration::from_secs(2));
    assert!(line.connected);
    line.cut = true;
    line.pass(line.now + SILENCE - Duration::from_secs(1));
    assert!(line.connected, "it may only be slow");
    line.pass(line.now + Duration::from_secs(2));
    assert!(!line.connected);
    line.cut = false;
    line.pass(line.now + Duration::from_secs(4));
    assert!(line.connected);
}

#[test]
fn a_packet_that_is_too_large_to_be_passed_on_is_not() {
    let mut line = Line::new(0);
    line.pass(line.now + Duration::from_secs(2));
    for (at, bytes) in [1_200, 1_460, 1_461, 1_900].into_iter().enumerate() {
        let pt = line.page.media(line.speaks).expect("a section").remote_pts()[0];
        let arrived = line.now;
        let mut api = line.page.direct_api();
        let stream = api.stream_tx_by_mid(line.speaks, None).expect("a stream");
        let write = RtpWrite::new(pt, (at as u64 + 1).into(), 960 * at as u32, arrived, vec![7; bytes]);
        stream.write_rtp(write.ext_vals(ExtensionValues::default()));
        line.pass(line.now + Duration::from_millis(100));
    }
    assert_eq!(line.heard, [1_200, 1_460]);
}

/// What once made the engine panic: a payload type that repairs two codecs.
#[test]
fn an_offer_that_the_engine_is_not_up_to_is_an_error() {
    let (server, _) = addresses();
    let offer = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=fingerprint:sha-256 ".to_owned()
        + &["AA"; 32].join(":")
        + "\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=setup:actpass\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 98 97\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:98 H264/90000\r\na=fmtp:98 packetization-mode=1;profile-level-id=42e01f\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=fmtp:97 apt=98\r\n";
    let mut leg = Guarded::new(Engine::new(Instant::now(), &[(Transport::Udp, server)]).expect("a leg"));
    let refused = leg.accept(&offer);
    assert!(refused.is_err(), "{refused:?}");
    assert!(matches!(leg.poll(), Ok(Output::Event(Event::Closed))));
}
