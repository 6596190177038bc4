//! A call with legs that stand in for WebRTC: what pages ask, what they are told, and which packets go where.

use std::cell::Cell;
use std::sync::Arc;

use kakehashi_protocol::call::{Ask, Place, Rung, Sent, Why, Wish};

use parking_lot::Mutex;

mod alone;
mod demand;
mod pace;
mod pair;

use super::flow::LANE_FROM;
use super::*;
use crate::media::Asker;
use crate::media::leg::{Codec, Layer, Output, Packet};
use crate::media::line::{LOSSES, Seen};

/// What a stand-in leg was told to do.
#[derive(Default)]
struct Told {
    sent: Vec<(String, Packet)>,
    wanted: Vec<(String, Layer)>,
    shown: Vec<Vec<u8>>,
}

struct Stand {
    told: Arc<Mutex<Told>>,
    tells: Vec<Event>,
}

impl Leg for Stand {
    fn accept(&mut self, offer: &str) -> Result<String, LegError> {
        if offer.contains("nonsense") { Err(LegError::Description("nonsense".into())) } else { Ok("answer".into()) }
    }
    fn ufrag(&mut self) -> String {
        "ufrag".into()
    }
    fn knows(&self, _: Instant, _: Transport, _: SocketAddr, _: SocketAddr, _: &[u8]) -> bool {
        true
    }
    fn receive(&mut self, _: Instant, _: Transport, _: SocketAddr, _: SocketAddr, _: &[u8]) -> Result<(), LegError> {
        Ok(())
    }
    fn elapse(&mut self, _: Instant) -> Result<(), LegError> {
        Ok(())
    }
    fn poll(&mut self) -> Result<Output, LegError> {
        Ok(self.tells.pop().map_or_else(|| Output::Idle(Instant::now() + Duration::from_secs(3_600)), Output::Event))
    }
    fn send(&mut self, mid: &str, packet: &Packet) {
        self.told.lock().sent.push((mid.into(), packet.clone()));
    }
    fn want_picture(&mut self, mid: &str, layer: Layer) {
        self.told.lock().wanted.push((mid.into(), layer));
    }
    fn show(&mut self, message: &[u8]) {
        self.told.lock().shown.push(message.to_vec());
    }
    fn aim_for(&mut self, _: u64) {}
    fn feel(&mut self, _: u64) {}
    fn pad(&mut self, _: bool) {}
    fn spare_sound(&mut self, _: bool) {}
    fn close(&mut self) {}
}

#[derive(Default)]
struct Stands(Mutex<Vec<Arc<Mutex<Told>>>>);

impl Engines for Stands {
    fn leg(&self, _: Instant) -> Result<Box<dyn Leg>, LegError> {
        let told = Arc::default();
        self.0.lock().push(Arc::clone(&told));
        Ok(Box::new(Stand { told, tells: vec![Event::Connected] }))
    }

    fn ice(&self, _: ActorId) -> Vec<IceServer> {
        Vec::new()
    }
}

struct Nowhere;

impl Port for Nowhere {
    fn send(&mut self, _: Transport, _: SocketAddr, _: SocketAddr, _: &[u8]) {}
}

/// A page, and what it was told.
#[derive(Clone, Default)]
struct Reader(Arc<Mutex<Vec<Tell>>>, Arc<Mutex<Vec<Vec<u8>>>>);

impl Page for Reader {
    fn tell(&self, tell: &Tell) {
        self.0.lock().push(tell.clone());
    }
    fn is_here(&self) -> bool {
        // The call's own page and the test's.
        Arc::strong_count(&self.0) > 1
    }
    fn glimpse(&self, _: ConnectionId, bytes: Vec<u8>) {
        self.1.lock().push(bytes);
    }
}

impl Reader {
    fn refusal(&self) -> Option<Why> {
        self.0.lock().iter().rev().find_map(|tell| if let Tell::Refused { why, .. } = tell { Some(*why) } else { None })
    }

    fn places(&self) -> Vec<Place> {
        let told = self.0.lock();
        told.iter().rev().find_map(|tell| if let Tell::Places { places } = tell { Some(places.clone()) } else { None }).unwrap_or_default()
    }

    fn told(&self, which: impl Fn(&Tell) -> bool) -> usize {
        self.0.lock().iter().filter(|tell| which(tell)).count()
    }
}

struct Stage {
    call: Call,
    stands: Stands,
    now: Cell<Instant>,
}

/// An offer with sections `0` (a voice) and `1` (a picture) to send, and places `2` for sound and `3` for a picture.
const OFFER: &str = "v=0\r\na=fingerprint:sha-256 AA\r\nm=audio 9 X\r\na=mid:0\r\na=sendonly\r\nm=video 9 X\r\na=mid:1\r\na=sendonly\r\nm=audio 9 X\r\na=mid:2\r\na=recvonly\r\nm=video 9 X\r\na=mid:3\r\na=recvonly\r\n";

fn tracks() -> Vec<Sent> {
    vec![Sent { mid: "0".into(), source: Source::Microphone, muted: false }, Sent { mid: "1".into(), source: Source::Camera, muted: false }]
}

impl Stage {
    fn new() -> Self {
        Self { call: Call::new(0, true), stands: Stands::default(), now: Cell::new(Instant::now()) }
    }

    fn ask(&mut self, who: u32, page: &Reader, ask: Ask) {
        self.ask_as(who, true, page, ask);
    }

    fn ask_as(&mut self, who: u32, speaks: bool, page: &Reader, ask: Ask) {
        let asker = Asker { connection: who, actor: ActorId(u64::from(who)), speaks };
        self.call.handle_ask(self.now.get(), asker, Box::new(page.clone()), ask, &self.stands, &mut Nowhere);
        self.call.handle_events(self.now.get(), &mut Nowhere);
    }

    fn enter(&mut self, who: u32) -> Reader {
        let page = Reader::default();
        self.ask(who, &page, Ask::Watch {});
        self.ask(who, &page, Ask::Join {});
        self.ask(who, &page, Ask::Offer { sdp: OFFER.into(), tracks: tracks() });
        page
    }

    fn pass(&mut self, time: Duration) {
        self.now.set(self.now.get() + time);
        self.call.handle_timeout(self.now.get(), &mut Nowhere);
    }

    fn packet(&mut self, member: MemberId, mid: &str, layer: Layer, packet: Packet) {
        self.call.events.push_back((member, Event::Packet(mid.into(), layer, packet)));
        self.call.handle_events(self.now.get(), &mut Nowhere);
    }

    /// So much of what goes to a member is lost for so long that it counts.
    fn sees_loss(&mut self, member: MemberId, lost: f32) {
        let seen = Seen { sent: 0, round_trip: None, lost: Some(lost) };
        self.call.events.extend((0..LOSSES).map(|_| (member, Event::Seen(seen))));
        self.call.handle_events(self.now.get(), &mut Nowhere);
    }

    fn voice(&self, sequence: u64) -> Packet {
        let payload = vec![0; 80].into();
        Packet {
            codec: Codec::Opus,
            sequence,
            timestamp: 960 * sequence as u32,
            marker: false,
            payload,
            level: Some(-20),
            picture: None,
            arrived: self.now.get(),
        }
    }

    fn picture(&self, sequence: u64, whole: bool) -> Packet {
        let payload = vec![0x90, 0x80, 0x80, sequence as u8, u8::from(!whole), 0, 0].into();
        Packet { codec: Codec::Vp8, payload, level: None, ..self.voice(sequence) }
    }

    fn sent(&self, member: usize) -> Vec<(String, u64)> {
        self.stands.0.lock()[member - 1].lock().sent.iter().map(|(mid, packet)| (mid.clone(), packet.sequence)).collect()
    }
}

#[test]
fn two_hear_and_see_each_other_and_nobody_themselves() {
    let mut stage = Stage::new();
    let (one, two) = (stage.enter(1), stage.enter(2));
    let filled = |member, source, mid: &str| Place { mid: mid.into(), member: Some(member), source: Some(source) };
    assert_eq!(one.places(), [filled(2, Source::Microphone, "2"), filled(2, Source::Camera, "3")]);
    assert_eq!(two.places(), [filled(1, Source::Microphone, "2"), filled(1, Source::Camera, "3")]);
    for sequence in 0..3 {
        let packet = stage.voice(sequence);
        stage.packet(1, "0", Layer::Quarter, packet);
    }
    assert_eq!(stage.sent(2).len(), 3);
    assert_eq!(stage.sent(1), []);
    let half = stage.picture(1, false);
    stage.packet(1, "1", Layer::Quarter, half);
    assert_eq!(stage.sent(2).len(), 3, "a picture begins as a whole");
    stage.pass(PLAN_EVERY);
    assert_eq!(stage.stands.0.lock()[0].lock().wanted, [("1".to_owned(), Layer::Quarter)], "which is asked for");
    let whole = stage.picture(2, true);
    stage.packet(1, "1", Layer::Quarter, whole);
    assert_eq!(stage.sent(2).last().map(|(mid, _)| mid.clone()), Some("3".to_owned()));
}

#[test]
fn what_no_track_was_told_of_is_not_forwarded() {
    let mut stage = Stage::new();
    let _pages = (stage.enter(1), stage.enter(2));
    let packet = stage.voice(1);
    stage.packet(1, "7", Layer::Quarter, packet);
    assert_eq!(stage.sent(2), []);
}

#[test]
fn mute_hush_and_a_lost_role_are_silence_at_once() {
    let mut stage = Stage::new();
    let (one, _two) = (stage.enter(1), stage.enter(2));
    let heard = |stage: &mut Stage, sequence| {
        let before = stage.sent(2).len();
        let packet = stage.voice(sequence);
        stage.packet(1, "0", Layer::Quarter, packet);
        stage.sent(2).len() > before
    };
    assert!(heard(&mut stage, 1));
    stage.ask(1, &one, Ask::Mute { source: Source::Microphone, muted: true });
    assert!(!heard(&mut stage, 2));
    stage.ask(1, &one, Ask::Mute { source: Source::Microphone, muted: false });
    assert!(heard(&mut stage, 3));
    stage.ask(2, &Reader::default(), Ask::Hush { member: None });
    assert!(!heard(&mut stage, 4));
    assert_eq!(one.told(|tell| matches!(tell, Tell::Hushed { by } if *by == ActorId(2).to_string())), 1);
    stage.ask(1, &one, Ask::Mute { source: Source::Microphone, muted: false });
    assert!(heard(&mut stage, 5), "by the own hand one speaks again");
    stage.call.handle_may_speak(stage.now.get(), 1, false);
    assert!(!heard(&mut stage, 6));
    stage.call.handle_may_speak(stage.now.get(), 1, true);
    assert!(heard(&mut stage, 7));
    stage.ask_as(1, false, &one, Ask::Join {});
    assert!(!heard(&mut stage, 8), "who comes back with another role is silent");
    stage.ask(1, &one, Ask::Join {});
    assert!(heard(&mut stage, 9));
    assert_eq!(stage.sent(1), [], "who hushes all is not hushed, and hears nothing of it");
}

#[test]
fn who_comes_back_with_the_same_page_goes_on() {
    let mut stage = Stage::new();
    let (one, _two) = (stage.enter(1), stage.enter(2));
    drop(one);
    stage.pass(DEAF - Duration::from_secs(1));
    assert_eq!(stage.call.size(), 2, "media goes on while the connection is mended");
    let back = Reader::default();
    stage.ask(1, &back, Ask::Join {});
    assert_eq!(back.told(|tell| matches!(tell, Tell::Joined { member: 1, back: true, .. })), 1);
    stage.pass(PLAN_EVERY);
    assert_eq!(back.places().len(), 2, "what it may have missed is told again");
    drop(back);
    stage.pass(PLAN_EVERY);
    stage.pass(DEAF);
    assert_eq!(stage.call.size(), 1);
}

#[test]
fn who_is_away_by_one_way_is_waited_for_and_by_both_only_for_a_moment() {
    // Whether the connection lives, whether media flows, and after how many seconds one is out.
    for (here, connected, out) in [(true, false, Some(60)), (false, true, Some(30)), (false, false, Some(5)), (true, true, None)] {
        let mut stage = Stage::new();
        let (page, _two) = (Reader::default(), stage.enter(2));
        stage.ask(1, &page, Ask::Join {});
        stage.ask(1, &page, Ask::Offer { sdp: OFFER.into(), tracks: tracks() });
        let member = stage.call.last();
        if !connected {
            stage.call.events.push_back((member, Event::Disconnected));
        }
        let page = here.then_some(page);
        // What changes a plan is a plan of its own, and who is away is looked for with the next.
        stage.pass(PLAN_EVERY);
        stage.pass(PLAN_EVERY);
        let gone = (1..100).find(|_| {
            stage.pass(Duration::from_secs(1));
            stage.call.size() == 1
        });
        assert_eq!(gone, out, "connection {here}, media {connected}");
        if let Some(page) = page {
            assert_eq!(page.told(|tell| matches!(tell, Tell::Over { why: Over::Lost })), usize::from(out.is_some()));
        }
    }
}

#[test]
fn who_is_removed_is_out_at_once() {
    let mut stage = Stage::new();
    let (one, two) = (stage.enter(1), stage.enter(2));
    stage.call.handle_end(stage.now.get(), 1, &mut Nowhere);
    assert_eq!(one.told(|tell| matches!(tell, Tell::Over { why: Over::Removed })), 1);
    assert_eq!(two.told(|tell| matches!(tell, Tell::Gone { member: 1 })), 1);
    let packet = stage.voice(1);
    stage.packet(1, "0", Layer::Quarter, packet);
    assert_eq!(stage.sent(2), []);
}

#[test]
fn a_number_that_another_connection_has_by_now_points_at_nobody_else() {
    let mut stage = Stage::new();
    let (one, _two) = (stage.enter(1), stage.enter(2));
    // The room was read anew, and the second page came back first.
    let back = Reader::default();
    let asker = Asker { connection: 1, actor: ActorId(2), speaks: true };
    stage.call.handle_ask(stage.now.get(), asker, Box::new(back.clone()), Ask::Join {}, &stage.stands, &mut Nowhere);
    stage.call.handle_end(stage.now.get(), 1, &mut Nowhere);
    assert_eq!(back.told(|tell| matches!(tell, Tell::Over { why: Over::Removed })), 1);
    assert_eq!(one.told(|tell| matches!(tell, Tell::Over { .. })), 0);
}

#[test]
fn a_line_that_shrinks_keeps_voices() {
    let mut stage = Stage::new();
    let (one, _two) = (stage.enter(1), stage.enter(2));
    stage.ask(1, &one, Ask::Want { pictures: vec![Wish { member: 2, source: Source::Camera, height: 720 }] });
    for sequence in 0..40 {
        for layer in Layer::ALL {
            let picture = Packet { payload: vec![0x90, 0x80, 0x80, sequence as u8, 0, 0, 0].into(), ..stage.picture(sequence, true) };
            stage.packet(2, "1", layer, picture);
        }
        stage.pass(Duration::from_millis(25));
    }
    stage.call.events.push_back((1, Event::Estimate(40_000)));
    stage.sees_loss(1, 0.2);
    stage.pass(PLAN_EVERY);
    stage.pass(PLAN_EVERY);
    assert_eq!(one.told(|tell| matches!(tell, Tell::Line { .. })), 0, "a line is felt before it is judged");
    for _ in 0..60 {
        let picture = stage.picture(50, true);
        stage.packet(2, "1", Layer::Quarter, picture);
        stage.pass(PLAN_EVERY);
    }
    assert_eq!(one.told(|tell| matches!(tell, Tell::Line { rung: Rung::Screen, kbps: 40 })), 1);
    let before = stage.sent(1).len();
    let (picture, voice) = (stage.picture(60, true), stage.voice(60));
    stage.packet(2, "1", Layer::Quarter, picture);
    stage.packet(2, "0", Layer::Quarter, voice);
    assert_eq!(stage.sent(1)[before..].iter().map(|(mid, _)| &**mid).collect::<Vec<_>>(), ["2"]);
}

#[test]
fn bad_asks_are_refused_by_name_and_change_nothing() {
    let mut stage = Stage::new();
    let one = stage.enter(1);
    let offer = |sdp: &str, tracks: Vec<Sent>| Ask::Offer { sdp: sdp.into(), tracks };
    let sent = |mid: &str, source| vec![Sent { mid: mid.into(), source, muted: false }];
    let long = |bytes: usize| format!("{OFFER}{}", "a=x\r\n".repeat(bytes / 5));
    let places = |count: usize| format!("{OFFER}{}", "m=audio 9 X\r\na=mid:z\r\na=recvonly\r\n".repeat(count));
    let cases = [
        (offer(&long(1_000_000), tracks()), Why::Limit),
        (offer(&places(4), tracks()), Why::Limit),
        (offer(&format!("{OFFER}{}", "m=video 9 X\r\na=inactive\r\n".repeat(61)), tracks()), Why::Limit),
        (offer(&format!("{OFFER}{}", "a=ssrc:7 cname:x\r\n".repeat(257)), tracks()), Why::Limit),
        (offer(&OFFER.replace("a=mid:3", "a=mid:12345678901234567"), tracks()), Why::Limit),
        (offer(&format!("{OFFER}nonsense"), tracks()), Why::Description),
        (offer(OFFER, sent("1", Source::Microphone)), Why::Description),
        (offer(OFFER, sent("2", Source::Microphone)), Why::Description),
        (offer(OFFER, sent("9", Source::Camera)), Why::Description),
        (offer(OFFER, [sent("0", Source::Microphone), sent("0", Source::ScreenSound)].concat()), Why::Description),
        (Ask::Candidate { candidate: "x".repeat(513) }, Why::Limit),
        (Ask::Mute { source: Source::Screen, muted: true }, Why::Order),
        (Ask::Hush { member: Some(99) }, Why::Order),
        (Ask::Want { pictures: vec![Wish { member: 1, source: Source::Camera, height: 1 }; 26] }, Why::Limit),
    ];
    for (ask, why) in cases {
        let page = Reader::default();
        let said = format!("{ask:?}");
        stage.ask(1, &page, ask);
        assert_eq!(page.refusal(), Some(why), "{}", &said[..said.len().min(200)]);
    }
    for candidate in 0..10_000 {
        let page = Reader::default();
        stage.ask(1, &page, Ask::Candidate { candidate: "candidate:1 1 udp 1 203.0.113.7 1 typ host".into() });
        // One too long was counted before.
        assert_eq!(page.refusal().is_some(), candidate >= kakehashi_protocol::call::CANDIDATES_MAX, "{candidate}");
    }
    let stranger = Reader::default();
    stage.ask(5, &stranger, offer(OFFER, tracks()));
    assert_eq!(stranger.refusal(), Some(Why::Order));
    assert_eq!(stage.call.size(), 1);
    assert_eq!(one.refusal(), None);
    stage.now.set(stage.now.get() + Duration::from_secs(10));
    for count in 0..21 {
        assert_eq!(one.refusal(), None, "{count}");
        stage.ask(1, &one, offer(OFFER, tracks()));
    }
    assert_eq!(one.refusal(), Some(Why::Limit), "so many offers in so short a time");
}

#[test]
fn what_a_page_shows_by_its_lane_goes_to_its_board_and_from_there_to_the_lanes_of_those_who_read() {
    let mut stage = Stage::new();
    let (writer, reader, other) = (stage.enter(1), stage.enter(2), stage.enter(3));
    stage.call.events.push_back((1, Event::Glimpse(vec![7; 9])));
    stage.call.handle_events(stage.now.get(), &mut Nowhere);
    assert_eq!(*writer.1.lock(), vec![vec![7; 9]]);
    assert!(reader.1.lock().is_empty());
    stage.call.handle_show(stage.now.get(), &[2], b"shown");
    let shown = |stage: &Stage, leg: usize| stage.stands.0.lock()[leg].lock().shown.clone();
    assert_eq!(shown(&stage, 1), vec![b"shown".to_vec()]);
    assert!(shown(&stage, 0).is_empty() && shown(&stage, 2).is_empty(), "who does not read the page is shown nothing");
    // A second one at once waits for its turn, and comes.
    stage.call.handle_show(stage.now.get() + Duration::from_millis(1), &[2], b"again");
    assert_eq!(shown(&stage, 1).len(), 1);
    stage.pass(Duration::from_millis(25));
    assert_eq!(shown(&stage, 1).len(), 2);
    // A line that has its hands full is spared what comes another way too.
    for (bits, lost, more) in [(LANE_FROM, 0.2, 3), (LANE_FROM - 1, 0.2, 3), (LANE_FROM, 0.0, 4)] {
        stage.call.events.push_back((2, Event::Estimate(bits)));
        stage.sees_loss(2, lost);
        stage.call.handle_show(stage.now.get(), &[2], b"more");
        stage.pass(Duration::from_millis(25));
        assert_eq!(shown(&stage, 1).len(), more, "{bits}");
    }
    drop(other);
}

#[test]
fn a_page_that_floods_its_lane_is_cut_short_alone() {
    let mut stage = Stage::new();
    let (loud, other) = (stage.enter(1), stage.enter(2));
    for _ in 0..10_000 {
        stage.call.events.push_back((1, Event::Glimpse(vec![1])));
    }
    stage.call.events.push_back((2, Event::Glimpse(vec![2])));
    stage.call.handle_events(stage.now.get(), &mut Nowhere);
    assert_eq!((loud.1.lock().len(), other.1.lock().len()), (120, 1));
}

#[test]
fn what_one_says_in_writing_goes_to_all_and_a_flood_of_it_to_nobody() {
    let mut stage = Stage::new();
    let (speaker, reader) = (stage.enter(1), stage.enter(2));
    let caption = |text: &str| Ask::Caption { text: text.into() };
    stage.ask(1, &speaker, caption("橋をかける"));
    assert_eq!(reader.told(|tell| matches!(tell, Tell::Caption { member: 1, text } if text == "橋をかける")), 1);
    for text in ["a".repeat(201), "a\u{202e}b".into()] {
        stage.ask(1, &speaker, caption(&text));
        assert_eq!(speaker.refusal(), Some(Why::Limit), "{text:?}");
    }
    (0..30).for_each(|_| stage.ask(1, &speaker, caption("more")));
    assert_eq!(reader.told(|tell| matches!(tell, Tell::Caption { text, .. } if text == "more")), 9);
}
