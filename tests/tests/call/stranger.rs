//! A member who sends what they may not: under another's number, and by a section that carries nothing
//! (SPEC CALL-4).

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{Ask, Sent, Source, Tell};
use str0m::change::SdpAnswer;
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpWrite, SeqNo, Ssrc};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

use super::asks::{Asker, json};
use super::hall::Hall;

/// How long a connection may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// How datagrams go to the server and come from it.
pub trait Line: Send {
    /// Where the server sees them come from.
    fn local(&self) -> SocketAddr;
    fn send(&mut self, to: SocketAddr, datagram: &[u8]);
    /// One that has come, or comes within some milliseconds.
    fn receive(&mut self) -> Option<(SocketAddr, Vec<u8>)>;
}

impl Line for UdpSocket {
    fn local(&self) -> SocketAddr {
        self.local_addr().expect("it has an address")
    }

    fn send(&mut self, to: SocketAddr, datagram: &[u8]) {
        self.send_to(datagram, to).expect("it is sent");
    }

    fn receive(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        let mut datagram = [0; 2_048];
        let (length, source) = self.recv_from(&mut datagram).ok()?;
        Some((source, datagram[..length].to_vec()))
    }
}

pub struct Stranger {
    _asker: Asker,
    rtc: Rtc,
    line: Box<dyn Line>,
    mid: Mid,
    packets: u64,
    answer: String,
    offer: String,
}

impl Stranger {
    /// Joins, and is connected. What the section is said to carry, the offer says.
    pub async fn enter(hall: &Hall, carries: Option<Source>) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        socket.set_read_timeout(Some(Duration::from_millis(2))).expect("it can be");
        Self::by(Box::new(socket), hall, carries).await
    }

    pub async fn by(line: Box<dyn Line>, hall: &Hall, carries: Option<Source>) -> Self {
        let mut asker = Asker::enter(hall).await;
        let mut rtc = RtcConfig::new().set_rtp_mode(true).build(Instant::now());
        rtc.add_local_candidate(Candidate::host(line.local(), "udp").expect("it is one"));
        let mut api = rtc.sdp_api();
        let mid = api.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
        let (offer, pending) = api.apply().expect("there is something to offer");
        let tracks = carries.map(|source| Sent { mid: mid.to_string(), source, muted: false }).into_iter().collect();
        let offer = offer.to_sdp_string();
        let told = asker.ask([json(&Ask::Join {}), json(&Ask::Offer { sdp: offer.clone(), tracks })], 2).await;
        let answer = told.iter().find_map(|tell| if let Tell::Answer { sdp } = tell { Some(sdp) } else { None });
        let answer = answer.expect("it is answered").clone();
        let read = SdpAnswer::from_sdp_string(&answer).expect("it can be read");
        rtc.sdp_api().accept_answer(pending, read).expect("it answers the offer");
        let mut stranger = Self { _asker: asker, rtc, line, mid, packets: 0, answer, offer };
        let began = Instant::now();
        while !stranger.turn() {
            assert!(began.elapsed() < PATIENCE, "it is never connected");
        }
        stranger
    }

    /// Sends what is to be sent and takes what has come; says whether the connection has just been made.
    fn turn(&mut self) -> bool {
        let mut connected = false;
        self.rtc.handle_input(Input::Timeout(Instant::now())).expect("it goes on");
        connected |= self.drain();
        if let Some((source, datagram)) = self.line.receive() {
            let receive = Receive::new(Protocol::Udp, source, self.line.local(), &datagram).expect("the server sends what can be read");
            self.rtc.handle_input(Input::Receive(Instant::now(), receive)).expect("it goes on");
            connected |= self.drain();
        }
        connected
    }

    fn drain(&mut self) -> bool {
        let mut connected = false;
        loop {
            match self.rtc.poll_output().expect("it goes on") {
                Output::Timeout(_) => return connected,
                Output::Transmit(transmit) => self.line.send(transmit.destination, &transmit.contents),
                Output::Event(event) => connected |= matches!(event, Event::Connected),
            }
        }
    }

    /// What checks for the server begin with, and are made with.
    pub fn server(&self) -> (String, String) {
        let of = |key: &str| self.answer.lines().find_map(|line| line.strip_prefix(key)).expect("it says so").to_owned();
        (of("a=ice-ufrag:"), of("a=ice-pwd:"))
    }

    /// What checks for it begin with.
    pub fn name(&self) -> &str {
        self.offer.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).expect("it says so")
    }

    /// The number of its own stream.
    pub fn number(&mut self) -> Ssrc {
        self.rtc.direct_api().stream_tx_by_mid(self.mid, None).expect("it has one").ssrc()
    }

    /// Sends a second of packets, under this number.
    pub fn send(&mut self, number: Ssrc) {
        self.rtc.direct_api().declare_stream_tx(number, None, self.mid, None);
        self.drain();
        let pt = self.rtc.media(self.mid).expect("it is there").remote_pts()[0];
        for _ in 0..50 {
            self.packets += 1;
            let sequence = SeqNo::from(1_000 + self.packets);
            let write = RtpWrite::new(pt, sequence, self.packets as u32 * 960, Instant::now(), vec![0xee; 80]);
            self.rtc.direct_api().stream_tx(&number).expect("it is declared").write_rtp(write);
            self.drain();
            self.turn();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_section_carries_and_what_has_anothers_number_is_not_forwarded_for_them() {
    let hall = Hall::open();
    let mut one = hall.enter(1).await;
    // Who is told to carry a voice is heard: so what follows is not forwarded for what it is.
    let mut honest = Stranger::enter(&hall, Some(Source::Microphone)).await;
    let number = honest.number();
    honest.send(number);
    one.hears_noise_of_others().await;
    let known = one.noises();
    // Another sends under the same number, by a section of which they said nothing.
    let mut thief = Stranger::enter(&hall, None).await;
    thief.send(number);
    let own = thief.number();
    thief.send(own);
    // By now the server has read all that came before.
    honest.send(number);
    let began = Instant::now();
    while one.noises().values().sum::<usize>() < known.values().sum::<usize>() + 25 {
        assert!(began.elapsed() < PATIENCE, "who is honest is not heard any more");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(one.noises().keys().collect::<Vec<_>>(), known.keys().collect::<Vec<_>>(), "only one stranger is heard");
    assert!(one.noises().values().sum::<usize>() <= 100, "and nothing in their name but what they sent: {:?}", one.noises());
}
