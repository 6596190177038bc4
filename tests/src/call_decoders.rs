//! The decoders of what comes for calls: asks, messages of TURN, glimpses of the lane, and redundant sound.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{Ask, IceServer, Tell};
use kakehashi_protocol::codec::Reader;
use kakehashi_protocol::ids::ActorId;
use kakehashi_protocol::lane::{Glimpse, Shown};
use kakehashi_server::media::Asker;
use kakehashi_server::media::call::member::Page;
use kakehashi_server::media::call::{Call, Engines, Port};
use kakehashi_server::media::leg::engine::Engine;
use kakehashi_server::media::leg::{Leg, LegError, Transport};
use kakehashi_server::media::red as redundant;
use kakehashi_server::media::turn::credential::{REALM, Secret, key};
use kakehashi_server::media::turn::wire::{Class, Message, Writer, attribute, method};
use kakehashi_server::media::turn::{Client, Done, Turn, is_for};
use kakehashi_server::room::core::ConnectionId;

const HOST: &str = "203.0.113.7:8080";
const NOW_S: u64 = 1_800_000_000;

struct Legs;

impl Engines for Legs {
    fn leg(&self, now: Instant) -> Result<Box<dyn Leg>, LegError> {
        let host = HOST.parse().map_err(|_| LegError::Address(HOST.into()))?;
        Ok(Box::new(Engine::new(now, &[(Transport::Udp, host)])?))
    }

    fn ice(&self, _: ActorId) -> Vec<IceServer> {
        Vec::new()
    }
}

struct Nowhere;

impl Port for Nowhere {
    fn send(&mut self, _: Transport, _: SocketAddr, _: SocketAddr, _: &[u8]) {}
}

impl Page for Nowhere {
    fn tell(&self, tell: &Tell) {
        serde_json::to_string(tell).expect("a tell is JSON");
    }

    fn is_here(&self) -> bool {
        true
    }

    fn glimpse(&self, _: ConnectionId, _: Vec<u8>) {}
}

/// What a page shows by the lane, and what others get of that; or what they get of several.
pub fn glimpse(bytes: &[u8]) {
    if let Ok(glimpse) = Glimpse::from_bytes(bytes) {
        assert_eq!(Glimpse::from_bytes(&glimpse.to_bytes()).as_ref(), Ok(&glimpse));
        let shown = Shown::all(&Shown::bytes(ActorId(1), bytes)).expect("what was read is read by others too");
        assert!(matches!(shown.as_slice(), [one] if one.glimpse == glimpse), "{shown:?}");
    }
    if let Ok(all) = Shown::all(bytes) {
        all.iter().flat_map(|shown| &shown.glimpse.strokes).for_each(|stroke| assert_eq!(stroke.absolute().count(), stroke.points.len()));
    }
}

/// A packet of redundant sound (RFC 2198): what it is alone is in it, and what it is for another page is as long.
pub fn red(bytes: &[u8]) {
    let payload: Arc<[u8]> = bytes.into();
    let primary = redundant::primary(&payload);
    assert!(primary.is_none_or(|primary| bytes.ends_with(primary)));
    if let Some(renamed) = redundant::renamed(&payload, 96) {
        assert_eq!(renamed.len(), bytes.len());
        assert_eq!(redundant::primary(&renamed), primary);
    }
}

/// The JSON of an ask, by somebody who is in the call.
pub fn ask(bytes: &[u8]) {
    let Ok(ask) = serde_json::from_slice::<Ask>(bytes) else { return };
    let again = serde_json::to_vec(&ask).expect("an ask is JSON");
    assert_eq!(serde_json::from_slice::<Ask>(&again).expect("it reads back"), ask);
    let (now, mut call) = (Instant::now(), Call::new(0, true));
    let asker = Asker { connection: 1, actor: ActorId(1), speaks: true };
    for ask in [Ask::Join {}, ask.clone(), ask] {
        call.handle_ask(now, asker, Box::new(Nowhere), ask, &Legs, &mut Nowhere);
        call.handle_timeout(now + Duration::from_secs(1), &mut Nowhere);
    }
    assert!(call.size() <= 1, "who asks is in it once");
}

/// Messages of one client, each with its length before it: as they came, and as if by one who has a credential.
pub fn turn(bytes: &[u8]) {
    let (secret, host): (_, SocketAddr) = (Secret::shared("fuzz"), HOST.parse().expect("an address"));
    let mut turn = Turn::new(vec![host], secret.clone());
    let client = Client::Udp(SocketAddr::new([198, 51, 100, 1].into(), 5));
    let (username, password) = secret.credential("somebody", NOW_S + 3_600);
    let (key, nonce) = (key(&username, &password), secret.nonce(client.address(), NOW_S));
    let signed = |message: &Message<'_>| {
        let request = Writer::new(Class::Request, message.method, message.transaction);
        let request = message.attributes().fold(request, |request, (kind, value)| request.attribute(kind, value));
        let request = request.attribute(attribute::USERNAME, username.as_bytes()).attribute(attribute::REALM, REALM.as_bytes());
        request.attribute(attribute::NONCE, nonce.as_bytes()).finish(Some(&key), false)
    };
    let mut now = Instant::now();
    let mut reader = Reader::new(bytes);
    while let Ok(message) = reader.bytes("a message", 2_048) {
        now += Duration::from_secs(20);
        let read = Message::parse(message);
        let unproved = turn.size();
        let done = turn.take(now, NOW_S, client, message);
        check(&done, &turn, host);
        assert!(turn.size() <= unproved, "who proves nothing gets nothing");
        if let Some(read) = read.filter(|read| read.class == Class::Request && read.method != method::BINDING) {
            let request = signed(&read);
            let done = turn.take(now, NOW_S, client, &request);
            check(&done, &turn, host);
        }
        assert!(!is_for(message) || !message.is_empty(), "nothing is for nobody");
        assert!(turn.size() <= 1);
    }
}

fn check(done: &Done<'_>, turn: &Turn, ours: SocketAddr) {
    match done {
        Done::Answer(answer) => assert!(Message::parse(answer).is_some(), "an answer can be read"),
        Done::Came { source, host, .. } => assert!(turn.relays(*source) && *host == ours, "nothing leads elsewhere"),
        Done::Nothing => {}
    }
}
