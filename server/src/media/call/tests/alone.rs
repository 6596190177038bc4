//! Whoever does something wrong, or breaks something, does it alone.

use super::*;
use crate::media::leg::guarded::Guarded;

fn mute(muted: bool) -> Ask {
    Ask::Mute { source: Source::Microphone, muted }
}

#[test]
fn a_page_that_asks_without_end_is_refused_and_nobody_else_hears_of_it() {
    let mut stage = Stage::new();
    let (one, two) = (stage.enter(1), stage.enter(2));
    stage.now.set(stage.now.get() + Duration::from_secs(60));
    let shown = |reader: &Reader| reader.told(|tell| matches!(tell, Tell::Member(_)));
    let before = shown(&two);
    for count in 0..1_000 {
        stage.ask(1, &one, mute(count % 2 == 0));
    }
    assert_eq!(shown(&two) - before, 300);
    assert_eq!(one.told(|tell| matches!(tell, Tell::Refused { why: Why::Limit, .. })), 700);
    stage.ask(2, &two, mute(true));
    assert_eq!(two.refusal(), None);
    stage.now.set(stage.now.get() + Duration::from_secs(1));
    let before = shown(&two);
    for count in 0..1_000 {
        stage.ask(1, &one, mute(count % 2 == 0));
    }
    assert_eq!(shown(&two) - before, 50);
}

#[test]
fn after_a_call_broke_those_who_watch_see_the_next_one() {
    let mut stage = Stage::new();
    let (one, watcher) = (stage.enter(1), Reader::default());
    stage.ask(9, &watcher, Ask::Watch {});
    let broken = std::mem::replace(&mut stage.call, Call::new(0, true));
    stage.call = broken.begin_again(true);
    assert_eq!(one.told(|tell| matches!(tell, Tell::Over { why: Over::Restart })), 1);
    assert!(matches!(watcher.0.lock().last(), Some(Tell::Call { members }) if members.is_empty()));
    stage.ask(1, &one, Ask::Join {});
    assert!(matches!(watcher.0.lock().last(), Some(Tell::Member(member)) if member.member == 2), "a number that was not given before");
}

#[test]
fn for_whoever_is_away_no_picture_is_asked_for() {
    let mut stage = Stage::new();
    let _pages = (stage.enter(1), stage.enter(2));
    stage.call.events.push_back((2, Event::Estimate(400_000)));
    stage.pass(PLAN_EVERY);
    let asked = |stage: &Stage| stage.stands.0.lock()[0].lock().wanted.len();
    assert_eq!(asked(&stage), 1, "the first one is waited for");
    stage.call.events.push_back((2, Event::Disconnected));
    for _ in 0..50 {
        stage.pass(PLAN_EVERY);
    }
    assert_eq!(asked(&stage), 1);
    stage.call.events.push_back((2, Event::Connected));
    for _ in 0..3 {
        stage.pass(PLAN_EVERY);
    }
    assert_eq!(asked(&stage), 2);
}

#[test]
fn an_offer_of_another_connection_that_is_refused_leaves_the_one_there_is() {
    let mut stage = Stage::new();
    let (one, _two) = (stage.enter(1), stage.enter(2));
    let other = OFFER.replace("sha-256 AA", "sha-256 BB");
    stage.ask(1, &one, Ask::Offer { sdp: format!("{other}nonsense"), tracks: tracks() });
    assert_eq!(one.refusal(), Some(Why::Description));
    let packet = stage.voice(1);
    stage.packet(1, "0", Layer::Quarter, packet);
    let packet = stage.voice(1);
    stage.packet(2, "0", Layer::Quarter, packet);
    assert_eq!((stage.sent(1).len(), stage.sent(2).len()), (1, 1), "both go on");
    stage.ask(1, &one, Ask::Offer { sdp: other, tracks: tracks() });
    assert_eq!(stage.stands.0.lock().len(), 4, "another leg");
}

/// A leg whose engine has an error that a packet or an offer finds.
struct Fragile(Stand);

impl Leg for Fragile {
    fn accept(&mut self, offer: &str) -> Result<String, LegError> {
        assert!(!offer.contains("deadly"), "an error of the engine");
        self.0.accept(offer)
    }
    fn ufrag(&mut self) -> String {
        self.0.ufrag()
    }
    fn knows(&self, now: Instant, by: Transport, source: SocketAddr, destination: SocketAddr, check: &[u8]) -> bool {
        self.0.knows(now, by, source, destination, check)
    }
    fn receive(&mut self, _: Instant, _: Transport, _: SocketAddr, _: SocketAddr, datagram: &[u8]) -> Result<(), LegError> {
        assert!(datagram != b"deadly", "an error of the engine");
        Ok(())
    }
    fn elapse(&mut self, now: Instant) -> Result<(), LegError> {
        self.0.elapse(now)
    }
    fn poll(&mut self) -> Result<Output, LegError> {
        self.0.poll()
    }
    fn send(&mut self, mid: &str, packet: &Packet) {
        assert!(packet.payload.len() < 1_000, "an error of the engine");
        self.0.send(mid, packet);
    }
    fn want_picture(&mut self, mid: &str, layer: Layer) {
        self.0.want_picture(mid, layer);
    }
    fn show(&mut self, message: &[u8]) {
        self.0.show(message);
    }
    fn aim_for(&mut self, _: u64) {}
    fn feel(&mut self, _: u64) {}
    fn pad(&mut self, _: bool) {}
    fn spare_sound(&mut self, _: bool) {}
    fn close(&mut self) {}
}

struct Fragiles(Arc<Mutex<Told>>);

impl Engines for Fragiles {
    fn leg(&self, _: Instant) -> Result<Box<dyn Leg>, LegError> {
        Ok(Box::new(Guarded::new(Fragile(Stand { told: Arc::clone(&self.0), tells: vec![Event::Connected] }))))
    }

    fn ice(&self, _: ActorId) -> Vec<IceServer> {
        Vec::new()
    }
}

#[test]
fn an_engine_that_panics_ends_the_leg_of_its_page_and_no_other() {
    let now = Instant::now();
    let anywhere: SocketAddr = "192.0.2.1:1".parse().expect("an address");
    for deed in ["offer", "datagram", "packet"] {
        let mut stage = Stage::new();
        let _two = stage.enter(2);
        let (one, engines) = (Reader::default(), Fragiles(Arc::default()));
        let asks = |stage: &mut Stage, ask: Ask| {
            let asker = Asker { connection: 1, actor: ActorId(1), speaks: true };
            stage.call.handle_ask(now, asker, Box::new(one.clone()), ask, &engines, &mut Nowhere);
            stage.call.handle_events(now, &mut Nowhere);
        };
        asks(&mut stage, Ask::Join {});
        asks(&mut stage, Ask::Offer { sdp: OFFER.into(), tracks: tracks() });
        let member = stage.call.last();
        assert!(stage.call.leg(member).is_some());
        match deed {
            "offer" => asks(&mut stage, Ask::Offer { sdp: format!("{OFFER}deadly"), tracks: tracks() }),
            "datagram" => stage.call.handle_datagram(now, member, (Transport::Udp, anywhere, anywhere), b"deadly", &mut Nowhere),
            _ => {
                let large = Packet { payload: vec![0; 1_000].into(), ..stage.voice(1) };
                stage.packet(1, "0", Layer::Quarter, large);
                stage.call.settle(now, &mut Nowhere);
            }
        }
        assert!(stage.call.leg(member).is_none(), "{deed}");
        assert_eq!(stage.call.size(), 2, "{deed}: it may connect anew");
        asks(&mut stage, Ask::Offer { sdp: OFFER.into(), tracks: tracks() });
        assert!(stage.call.leg(member).is_some(), "{deed}");
        let before = stage.sent(1).len();
        let packet = stage.voice(5);
        stage.packet(member, "0", Layer::Quarter, packet);
        assert_eq!(stage.sent(1).len() - before, 1, "{deed}: the other hears on");
    }
}
