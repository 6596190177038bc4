//! Two calls in memory, against a forwarder of a few lines: the server's side of each on the same engine,
//! and what one sends written to the first place of its kind that the other has.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{Ask, Asked, Over, Place, Sent, Source, Tell, Why, Wish};
use str0m::change::SdpOffer;
use str0m::media::{KeyframeRequestKind, MediaKind, Mid, Rid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Output as Engine, Rtc, RtcConfig};

use super::media::{Layer, Packet, Publish};
use super::session::{Output, Session};
use super::synthetic::{Mark, PICTURES_PER_S, Picture, VOICE_MS, Voice, begins_anew};
use super::{CallError, CallEvent, Options};

const STEP: Duration = Duration::from_millis(5);

/// One member's line: the call under test, and the server's end of it.
struct Line {
    session: Session,
    far: Rtc,
    addresses: [SocketAddr; 2],
    sent: Vec<Sent>,
    places: Vec<(Mid, MediaKind)>,
    packets: Vec<Packet>,
    events: Vec<CallEvent>,
    published: Vec<(Source, Result<(), CallError>)>,
    asks: Vec<Ask>,
    came: Vec<(Source, Option<Rid>, RtpPacket)>,
    /// The last number in each of the two places: who sends may begin with any.
    numbers: [u64; 2],
    over: Option<CallError>,
    /// Refuses offers.
    refuses: bool,
    /// Each so manieth datagram to the call is lost.
    loses: Option<usize>,
    datagrams: usize,
}

struct World {
    now: Instant,
    lines: [Line; 2],
}

fn far(now: Instant, address: SocketAddr) -> Rtc {
    let mut rtc = RtcConfig::new().set_ice_lite(true).set_rtp_mode(true).build(now);
    rtc.add_local_candidate(Candidate::host(address, "udp").unwrap());
    rtc
}

impl Line {
    fn new(now: Instant, number: u16, publish: &[Publish]) -> Self {
        let addresses = [1_000, 2_000].map(|port| SocketAddr::from(([10, 0, 0, 1], port + number)));
        let options = Options { publish: publish.to_vec(), voices: 2, pictures: 1, ..Options::default() };
        Self {
            session: Session::new(options, addresses[0]),
            far: far(now, addresses[1]),
            addresses,
            sent: Vec::new(),
            places: Vec::new(),
            packets: Vec::new(),
            events: Vec::new(),
            published: Vec::new(),
            asks: Vec::new(),
            came: Vec::new(),
            numbers: [0; 2],
            over: None,
            refuses: false,
            loses: None,
            datagrams: 0,
        }
    }

    /// Carries out what the call wants.
    fn carry_out(&mut self, now: Instant) {
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Ask(ask) => self.ask(now, ask),
                Output::Datagram(to, bytes) => {
                    assert_eq!(to, self.addresses[1]);
                    let receive = Receive::new(Protocol::Udp, self.addresses[0], to, &bytes).unwrap();
                    self.far.handle_input(Input::Receive(now, receive)).unwrap();
                    self.drain(now);
                }
                Output::Event(event) => self.events.push(event),
                Output::Packet(packet) => self.packets.push(packet),
                Output::Shown(_) => {}
                Output::Published(source, result) => self.published.push((source, result)),
                Output::Rebind => self.session.handle_rebound(now, self.addresses[0]),
                Output::Over(why) => self.over = Some(why),
            }
        }
    }

    fn ask(&mut self, now: Instant, ask: Ask) {
        self.asks.push(ask.clone());
        match ask {
            Ask::Offer { .. } if self.refuses => {
                self.session.handle_tell(now, Tell::Refused { ask: Some(Asked::Offer), why: Why::Rights, detail: "no".into() });
            }
            Ask::Offer { sdp, tracks } => {
                let offer = SdpOffer::from_sdp_string(&sdp).unwrap();
                let answer = self.far.sdp_api().accept_offer(offer).unwrap().to_sdp_string();
                self.sent = tracks;
                self.session.handle_tell(now, Tell::Answer { sdp: answer });
            }
            _ => {}
        }
    }

    fn hears(&mut self, now: Instant, back: bool) {
        self.session.handle_hears(true);
        self.session.handle_tell(now, Tell::Joined { member: 1, back, ice: Vec::new(), voices: 4, pictures: 4 });
        self.carry_out(now);
    }

    /// The server's end: what it sends, and what came to it.
    fn drain(&mut self, now: Instant) {
        loop {
            match self.far.poll_output().unwrap() {
                Engine::Timeout(_) => return,
                Engine::Transmit(transmit) => {
                    self.datagrams += 1;
                    if self.loses.is_none_or(|each| !self.datagrams.is_multiple_of(each)) {
                        self.session.handle_datagram(now, transmit.source, &transmit.contents);
                    }
                }
                Engine::Event(Event::MediaAdded(added)) if added.direction.is_sending() => {
                    self.places.push((added.mid, added.kind));
                }
                Engine::Event(Event::RtpPacket(packet)) => {
                    let mut api = self.far.direct_api();
                    let stream = api.stream_rx(&packet.header.ssrc).unwrap();
                    let (mid, rid) = (stream.mid().to_string(), stream.rid());
                    let of = self.sent.iter().find(|sent| sent.mid == mid).unwrap().source;
                    self.came.push((of, rid, packet));
                }
                Engine::Event(_) => {}
            }
        }
    }

    fn place(&self, kind: MediaKind) -> Mid {
        self.places.iter().find(|place| place.1 == kind).unwrap().0
    }

    /// Writes what the other sends to the first place of its kind.
    fn forward(&mut self, now: Instant, source: Source, packet: &RtpPacket) {
        let place = self.place(if source.is_sound() { MediaKind::Audio } else { MediaKind::Video });
        let mut api = self.far.direct_api();
        let header = &packet.header;
        let number = &mut self.numbers[usize::from(source.is_sound())];
        *number += 1;
        let write = RtpWrite::new(header.payload_type, (*number).into(), header.timestamp, now, packet.payload.clone());
        let write = write.marker(header.marker).ext_vals(header.ext_vals.clone());
        api.stream_tx_by_mid(place, None).unwrap().write_rtp(write);
    }
}

impl World {
    /// Two who are connected; the first sends these.
    fn new(publish: &[Publish]) -> Self {
        let now = Instant::now();
        let mut world = Self { now, lines: [Line::new(now, 0, publish), Line::new(now, 1, &[])] };
        world.lines.iter_mut().for_each(|line| line.hears(now, false));
        world.connect();
        for line in &mut world.lines {
            let place = |kind, source| Place { mid: line.place(kind).to_string(), member: Some(7), source: Some(source) };
            let places = vec![place(MediaKind::Audio, Source::Microphone), place(MediaKind::Video, Source::Camera)];
            line.session.handle_tell(now, Tell::Places { places });
        }
        world
    }

    /// Until media can flow, in which a datagram may have to be sent twice.
    fn connect(&mut self) {
        let connected = |line: &Line| line.events.contains(&CallEvent::Connected);
        for _ in 0..50 {
            if self.lines.iter().all(connected) {
                // What follows it: places, pictures asked for.
                return self.run(200);
            }
            self.run(100);
        }
        let said = self.lines.each_ref().map(|line| (&line.events, &line.over));
        panic!("media does not flow after 5 s: {said:?}");
    }

    fn run(&mut self, ms: u64) {
        for _ in 0..ms / STEP.as_millis() as u64 {
            self.now += STEP;
            let now = self.now;
            let came = self.lines.each_mut().map(|line| {
                line.session.handle_timeout(now);
                line.carry_out(now);
                line.far.handle_input(Input::Timeout(now)).unwrap();
                line.drain(now);
                std::mem::take(&mut line.came)
            });
            for (from, packets) in came.iter().enumerate() {
                let to = &mut self.lines[1 - from];
                for (source, rid, packet) in packets {
                    if rid.is_none_or(|rid| rid == Rid::from(Layer::Full.rid())) {
                        to.forward(now, *source, packet);
                        to.drain(now);
                        to.far.handle_input(Input::Timeout(now)).unwrap();
                        to.drain(now);
                    }
                }
                to.carry_out(now);
            }
        }
    }

    /// A second of a voice and, if there is one, a camera in all layers.
    fn speak(&mut self, voice: &mut Voice, mut pictures: Option<&mut [Picture; 3]>) {
        for ms in (0..1_000).step_by(STEP.as_millis() as usize) {
            let now = self.now;
            if ms % VOICE_MS == 0 {
                self.lines[0].session.write(now, Source::Microphone, voice.packet(ms));
            }
            if let Some(pictures) = pictures.as_mut().filter(|_| ms * PICTURES_PER_S / 1_000 != (ms + 5) * PICTURES_PER_S / 1_000) {
                for packet in pictures.iter_mut().flat_map(|picture| picture.frame(ms)) {
                    self.lines[0].session.write(now, Source::Camera, packet);
                }
            }
            self.run(STEP.as_millis() as u64);
        }
        self.run(50);
    }
}

fn voice_and_camera() -> [Publish; 2] {
    [Source::Microphone, Source::Camera].map(Publish::of)
}

#[test]
fn one_is_heard_and_seen_by_the_other() {
    let mut world = World::new(&voice_and_camera());
    assert_eq!(world.lines[0].published, [Source::Microphone, Source::Camera].map(|source| (source, Ok(()))));
    let mut pictures = Layer::ALL.map(|layer| Picture::new(1, layer));
    world.speak(&mut Voice::new(1, 30), Some(&mut pictures));
    let [one, two] = &mut world.lines;
    let voice: Vec<_> = two.packets.iter().filter(|packet| packet.source == Source::Microphone).collect();
    assert_eq!(voice.len(), 50);
    assert!(voice.iter().all(|packet| packet.member == 7 && packet.level == Some(30)));
    let camera: Vec<_> = two.packets.iter().filter(|packet| packet.source == Source::Camera).collect();
    assert!(
        begins_anew(&camera[0].payload),
        "{:?}",
        camera.iter().map(|packet| (packet.sequence, Mark::read(&packet.payload), packet.payload[0])).take(20).collect::<Vec<_>>()
    );
    let marks: Vec<_> = camera.iter().map(|packet| Mark::read(&packet.payload).unwrap().count).collect();
    assert_eq!(marks, (0..camera.len() as u64).collect::<Vec<_>>(), "one layer, all of it, in order");
    // All three layers were sent: 4 packets a frame, and more of the first.
    assert_eq!(one.session.stats.sent[&Source::Camera].packets, 4 * 30 + 8);
    assert_eq!(two.session.stats.received[&(7, Source::Camera)].packets, camera.len() as u64);
    assert_eq!(two.session.stats.received[&(7, Source::Camera)].lost, 0);
    // Who wants a picture anew is heard by its sender.
    let (_, flags) = one.session.published(Source::Camera).unwrap();
    assert!(flags.iter().all(|flag| flag.swap(false, Ordering::Relaxed)), "a first picture begins anew");
    let now = world.now;
    world.lines[0]
        .far
        .direct_api()
        .stream_rx_by_mid(Mid::from(world.lines[0].sent[1].mid.as_str()), Some("f".into()))
        .unwrap()
        .request_keyframe(KeyframeRequestKind::Pli);
    world.lines[0].drain(now);
    world.run(100);
    assert_eq!(flags.each_ref().map(|flag| flag.load(Ordering::Relaxed)), [false, false, true]);
}

#[test]
fn what_is_written_while_muted_or_hushed_goes_nowhere() {
    let mut world = World::new(&voice_and_camera());
    let mut voice = Voice::new(1, 30);
    world.lines[0].session.mute(Source::Microphone, true).unwrap();
    world.speak(&mut voice, None);
    assert!(world.lines[0].asks.contains(&Ask::Mute { source: Source::Microphone, muted: true }));
    assert_eq!(world.lines[1].packets.len(), 0);
    world.lines[0].session.mute(Source::Microphone, false).unwrap();
    world.speak(&mut voice, None);
    assert_eq!(world.lines[1].packets.len(), 50);
    let now = world.now;
    world.lines[0].session.handle_tell(now, Tell::Hushed { by: "1".into() });
    world.speak(&mut voice, None);
    assert_eq!(world.lines[1].packets.len(), 50);
    assert!(world.lines[0].events.contains(&CallEvent::Hushed { by: "1".into() }));
    assert_eq!(world.lines[0].session.mute(Source::Screen, true), Err(CallError::NotPublished(Source::Screen)));
}

#[test]
fn a_lost_connection_keeps_media_and_a_server_that_forgot_gets_an_offer_anew() {
    let mut world = World::new(&voice_and_camera());
    let mut voice = Voice::new(1, 30);
    let offers = |line: &Line| line.asks.iter().filter(|ask| matches!(ask, Ask::Offer { .. })).count();
    world.lines[0].session.handle_hears(false);
    world.lines[0].session.mute(Source::Camera, true).unwrap();
    world.speak(&mut voice, None);
    assert_eq!(world.lines[1].packets.len(), 50);
    let now = world.now;
    world.lines[0].hears(now, true);
    world.speak(&mut voice, None);
    assert_eq!((world.lines[1].packets.len(), offers(&world.lines[0])), (100, 1));
    assert!(world.lines[0].asks.contains(&Ask::Mute { source: Source::Camera, muted: true }), "said when it could be");

    let now = world.now;
    world.lines[0].far = far(now, world.lines[0].addresses[1]);
    world.lines[0].session.handle_hears(false);
    world.lines[0].events.clear();
    world.lines[0].hears(now, false);
    world.connect();
    assert!(world.lines[0].sent[1].muted && !world.lines[0].sent[0].muted);
    world.speak(&mut voice, None);
    assert_eq!((world.lines[1].packets.len(), offers(&world.lines[0])), (150, 2));
}

#[test]
fn a_track_may_come_later_and_may_be_refused() {
    let mut world = World::new(&[]);
    let now = world.now;
    world.lines[0].refuses = true;
    world.lines[0].session.publish(Publish::of(Source::Screen)).unwrap();
    world.run(50);
    let refusal = CallError::Refused { why: Why::Rights, detail: "no".into() };
    assert_eq!(world.lines[0].published, [(Source::Screen, Err(refusal))]);
    world.lines[0].refuses = false;
    world.lines[0].session.publish(Publish::of(Source::Microphone)).unwrap();
    world.run(50);
    assert_eq!(world.lines[0].published[1], (Source::Microphone, Ok(())));
    assert_eq!(world.lines[0].session.publish(Publish::of(Source::Microphone)).err(), Some(CallError::Published(Source::Microphone)));
    world.speak(&mut Voice::new(1, 30), None);
    assert_eq!(world.lines[1].packets.len(), 50);
    world.lines[0].session.handle_tell(now, Tell::Over { why: Over::Removed });
    world.run(5);
    assert_eq!(world.lines[0].over, Some(CallError::Over(Over::Removed)));
}

#[test]
fn what_is_lost_on_the_way_is_counted() {
    let mut world = World::new(&voice_and_camera());
    world.lines[1].loses = Some(5);
    world.speak(&mut Voice::new(1, 30), None);
    let flow = world.lines[1].session.stats.received[&(7, Source::Microphone)];
    assert!((5..20).contains(&flow.lost), "{flow:?}");
    assert_eq!(flow.packets, world.lines[1].packets.len() as u64);
}

#[test]
fn a_broken_line_is_offered_anew() {
    let mut world = World::new(&voice_and_camera());
    world.lines[0].loses = Some(1);
    world.run(30_000);
    assert!(world.lines[0].events.contains(&CallEvent::Interrupted), "{:?}", world.lines[0].events);
    world.lines[0].events.clear();
    world.lines[0].loses = None;
    world.run(10_000);
    assert!(world.lines[0].events.contains(&CallEvent::Connected), "{:?}", world.lines[0].events);
    world.speak(&mut Voice::new(1, 30), None);
    assert_eq!(world.lines[1].packets.len(), 50);
}

#[test]
fn whoever_was_lost_joins_again_and_whoever_left_before_does_not_end_what_came_after() {
    for why in [Over::Restart, Over::Lost] {
        let mut world = World::new(&voice_and_camera());
        let mut voice = Voice::new(1, 30);
        let now = world.now;
        let line = &mut world.lines[0];
        let joins = |line: &Line| line.asks.iter().filter(|ask| matches!(ask, Ask::Join {})).count();
        let before = joins(line);
        line.session.handle_tell(now, Tell::Over { why });
        line.far = far(now, line.addresses[1]);
        world.run(1_500);
        assert_eq!((joins(&world.lines[0]) - before, world.lines[0].over.clone()), (0, None), "{why:?}: not at once");
        world.run(1_000);
        assert_eq!(joins(&world.lines[0]) - before, 1, "{why:?}");
        assert!(world.lines[0].events.contains(&CallEvent::Interrupted), "{why:?}");
        let now = world.now;
        let line = &mut world.lines[0];
        // It has too much to do for a moment, and hears late of what was left before.
        line.session.handle_tell(now, Tell::Refused { ask: Some(Asked::Join), why: Why::Limit, detail: "later".into() });
        line.session.handle_tell(now, Tell::Over { why: Over::Left });
        world.run(2_500);
        assert_eq!(joins(&world.lines[0]) - before, 2, "{why:?}");
        let now = world.now;
        world.lines[0].session.handle_tell(now, Tell::Joined { member: 1, back: false, ice: Vec::new(), voices: 4, pictures: 4 });
        world.lines[0].carry_out(now);
        world.connect();
        let before = world.lines[1].packets.len();
        world.speak(&mut voice, None);
        assert_eq!((world.lines[1].packets.len() - before, world.lines[0].over.clone()), (50, None), "{why:?}");
    }
}

#[test]
fn a_call_that_cannot_be_joined_says_why() {
    for why in [Why::Full, Why::Rights, Why::Off] {
        let mut world = World::new(&voice_and_camera());
        let now = world.now;
        world.lines[0].session.handle_hears(true);
        world.lines[0].session.handle_tell(now, Tell::Refused { ask: Some(Asked::Join), why, detail: "no".into() });
        world.lines[0].carry_out(now);
        assert_eq!(world.lines[0].over, Some(CallError::Refused { why, detail: "no".into() }));
    }
}

#[test]
fn what_was_muted_and_wanted_is_said_again_by_another_connection() {
    let mut world = World::new(&voice_and_camera());
    let now = world.now;
    let wishes = vec![Wish { member: 7, source: Source::Camera, height: 180 }];
    let line = &mut world.lines[0];
    // All of it goes with a connection that is lost already.
    line.session.mute(Source::Microphone, true).unwrap();
    line.session.mute(Source::Microphone, false).unwrap();
    line.session.want(wishes.clone());
    world.run(20);
    let line = &mut world.lines[0];
    line.session.handle_hears(false);
    line.asks.clear();
    line.hears(now, true);
    world.run(20);
    let asks = &world.lines[0].asks;
    assert!(asks.contains(&Ask::Mute { source: Source::Microphone, muted: false }), "{asks:?}");
    assert!(asks.contains(&Ask::Mute { source: Source::Camera, muted: false }), "{asks:?}");
    assert!(asks.contains(&Ask::Want { pictures: wishes }), "{asks:?}");
}

#[test]
fn whose_role_no_longer_sends_listens_on() {
    let mut world = World::new(&voice_and_camera());
    world.lines[0].refuses = true;
    world.lines[0].loses = Some(1);
    world.run(30_000);
    let refusal = CallError::Refused { why: Why::Rights, detail: "no".into() };
    assert!(world.lines[0].events.contains(&CallEvent::Refused(refusal.clone())), "{:?}", world.lines[0].events);
    world.lines[0].events.clear();
    (world.lines[0].refuses, world.lines[0].loses) = (false, None);
    world.run(10_000);
    assert_eq!((world.lines[0].over.clone(), world.lines[0].sent.len()), (None, 0), "the offer that mends the line sends nothing");
    assert!(world.lines[0].events.contains(&CallEvent::Connected), "{:?}", world.lines[0].events);
    // The role is what it was, and something more is sent.
    world.lines[0].session.publish(Publish::of(Source::Screen)).unwrap();
    world.run(50);
    assert_eq!(world.lines[0].published.last(), Some(&(Source::Screen, Ok(()))));
    assert_eq!(world.lines[0].sent.len(), 3);
    world.speak(&mut Voice::new(1, 30), None);
    assert_eq!(world.lines[1].packets.len(), 50);
}
