//! What TURN answers, and above all what it does not do (SPEC CALL-7 to CALL-9).

use super::credential::{NONCE_VALID_S, REALM, VALID_S, key};
use super::requests::{ALLOCATIONS_MAX, ALLOCATIONS_OF_ADDRESS_MAX, ALLOCATIONS_OF_PAGE_MAX, LIFETIME_S};
use super::wire::error_code;
use super::*;

const HOST: &str = "203.0.113.7:8080";
const NOW_S: u64 = 1_000_000;

/// A client that has a credential.
struct Asker {
    client: Client,
    username: String,
    password: String,
    nonce: String,
    /// What makes each of its requests another.
    requests: u8,
}

struct Stand {
    turn: Turn,
    now: Instant,
    now_s: u64,
    secret: Secret,
}

fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

impl Stand {
    fn new() -> Self {
        Self::at(&[HOST])
    }

    fn at(hosts: &[&str]) -> Self {
        let secret = Secret::shared("here");
        let turn = Turn::new(hosts.iter().map(|host| at(host)).collect(), secret.clone());
        Self { turn, now: Instant::now(), now_s: NOW_S, secret }
    }

    fn asker(&self, client: Client, whom: &str) -> Asker {
        let (username, password) = self.secret.credential(whom, self.now_s + VALID_S);
        let nonce = self.secret.nonce(client.address(), self.now_s);
        Asker { client, username, password, nonce, requests: 0 }
    }

    fn take<'a>(&mut self, client: Client, bytes: &'a [u8]) -> Done<'a> {
        self.turn.take(self.now, self.now_s, client, bytes)
    }

    /// What is answered to bytes: whether it was done, or the number of the error.
    fn ask(&mut self, client: Client, bytes: &[u8]) -> Result<Vec<u8>, u16> {
        let Done::Answer(answer) = self.take(client, bytes) else { panic!("it is answered") };
        let message = Message::parse(&answer).unwrap();
        match message.class {
            Class::Success => Ok(answer),
            _ => Err(error_code(&message).unwrap()),
        }
    }

    fn asks(&mut self, asker: &mut Asker, method: u16, attributes: &[(u16, &[u8])]) -> Result<Vec<u8>, u16> {
        let request =
            asker.request(method, |request| attributes.iter().fold(request, |request, (kind, value)| request.attribute(*kind, value)));
        self.ask(asker.client, &request)
    }

    fn allocates(&mut self, asker: &mut Asker) -> Result<SocketAddr, u16> {
        let answer = self.asks(asker, method::ALLOCATE, &[(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0])])?;
        Ok(Message::parse(&answer).unwrap().address(attribute::XOR_RELAYED_ADDRESS).unwrap())
    }

    fn binds(&mut self, asker: &mut Asker, number: u16, peer: SocketAddr) -> Result<Vec<u8>, u16> {
        let number = [number.to_be_bytes(), [0, 0]].concat();
        let request = asker.request(method::CHANNEL_BIND, |request| {
            request.attribute(attribute::CHANNEL_NUMBER, &number).address(attribute::XOR_PEER_ADDRESS, peer)
        });
        self.ask(asker.client, &request)
    }

    fn permits(&mut self, asker: &mut Asker, peers: &[SocketAddr]) -> Result<Vec<u8>, u16> {
        let request = asker.request(method::CREATE_PERMISSION, |request| {
            peers.iter().fold(request, |request, peer| request.address(attribute::XOR_PEER_ADDRESS, *peer))
        });
        self.ask(asker.client, &request)
    }

    fn passes(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.now_s += seconds;
    }
}

impl Asker {
    fn request(&mut self, method: u16, with: impl FnOnce(Writer) -> Writer) -> Vec<u8> {
        self.requests += 1;
        let request = with(Writer::new(Class::Request, method, [self.requests; 12]))
            .attribute(attribute::USERNAME, self.username.as_bytes())
            .attribute(attribute::REALM, REALM.as_bytes())
            .attribute(attribute::NONCE, self.nonce.as_bytes());
        request.finish(Some(&key(&self.username, &self.password)), false)
    }
}

fn udp(port: u16) -> Client {
    Client::Udp(SocketAddr::new([198, 51, 100, 1].into(), port))
}

fn send(peer: SocketAddr, datagram: &[u8]) -> Vec<u8> {
    let indication = Writer::new(Class::Indication, method::SEND, [3; 12]).address(attribute::XOR_PEER_ADDRESS, peer);
    indication.attribute(attribute::DATA, datagram).finish(None, false)
}

/// Addresses that lead to this machine, its networks, those who run it, or anybody else.
fn elsewhere() -> impl Iterator<Item = SocketAddr> {
    include_str!("elsewhere.txt").lines().filter(|line| !line.starts_with('#')).map(at)
}

#[test]
fn who_proves_it_reaches_the_calls_and_hears_them() {
    for client in [udp(5), Client::Stream(1, at("198.51.100.1:6"))] {
        let mut stand = Stand::new();
        let mut asker = stand.asker(client, "a");
        let address = stand.allocates(&mut asker).unwrap();
        assert!(stand.turn.relays(address) && stand.turn.size() == 1);
        assert!(!stand.turn.relays(SocketAddr::new(address.ip(), address.port() + 1)), "a network may be numbered like that");
        let host = at(HOST);
        assert_eq!(stand.take(client, &send(host, b"early")), Done::Nothing, "there is no permission yet");
        assert_eq!(stand.turn.outgoing(stand.now, host, address, b"early"), None);
        stand.permits(&mut asker, &[host]).unwrap();
        assert_eq!(stand.take(client, &send(host, b"check")), Done::Came { source: address, host, datagram: b"check" });
        let (to, data) = stand.turn.outgoing(stand.now, host, address, b"answer").unwrap();
        let message = Message::parse(&data).unwrap();
        assert_eq!((to, message.method, message.peers()), (client, method::DATA, Some(vec![host])));
        assert_eq!(message.find(attribute::DATA), Some(&b"answer"[..]));

        stand.binds(&mut asker, 0x4005, host).unwrap();
        let stream = matches!(client, Client::Stream(..));
        let channel = write_channel(0x4005, b"voice", stream);
        assert_eq!(stand.take(client, &channel), Done::Came { source: address, host, datagram: b"voice" });
        assert_eq!(stand.turn.outgoing(stand.now, host, address, b"voice"), Some((client, channel.clone())));
        assert_eq!(stand.take(udp(99), &channel), Done::Nothing, "it is another's channel");
        for unknown in [0x4000, 0x4006, 0x4fff, 0x5000, 0x7fff, 0xffff] {
            assert_eq!(stand.take(client, &write_channel(unknown, b"voice", stream)), Done::Nothing);
        }

        stand.asks(&mut asker, method::REFRESH, &[(attribute::LIFETIME, &[0; 4])]).unwrap();
        assert_eq!((stand.turn.size(), stand.turn.outgoing(stand.now, host, address, b"late")), (0, None));
        assert_eq!(stand.take(client, &channel), Done::Nothing);
        assert_ne!(stand.allocates(&mut asker).unwrap(), address, "nobody gets what was another's a moment ago");
    }
}

#[test]
fn no_peer_but_the_calls_is_reached_however_it_is_spelt() {
    for hosts in [&[HOST][..], &["[2001:db8::7]:8080"], &[HOST, "[2001:db8::7]:8080"]] {
        let mut stand = Stand::at(hosts);
        let mut asker = stand.asker(udp(5), "a");
        stand.allocates(&mut asker).unwrap();
        for host in hosts.iter().map(|host| at(host)).filter(|host| host.is_ipv4() || hosts.len() == 1) {
            stand.permits(&mut asker, &[host]).unwrap();
        }
        assert!(elsewhere().count() >= 60);
        for peer in elsewhere() {
            assert_eq!(stand.permits(&mut asker, &[peer]).err(), Some(403), "{peer}");
            assert_eq!(stand.permits(&mut asker, &[at(hosts[0]), peer]).err(), Some(403), "{peer} beside what is allowed");
            assert_eq!(stand.binds(&mut asker, 0x4001, peer).err(), Some(403), "{peer}");
            assert_eq!(stand.take(udp(5), &send(peer, b"hello")), Done::Nothing, "{peer}");
            assert_eq!(stand.take(udp(5), &write_channel(0x4001, b"hello", false)), Done::Nothing, "{peer}");
        }
    }
}

#[test]
fn credentials_end_and_cannot_be_made() {
    let mut stand = Stand::new();
    let bare = Writer::new(Class::Request, method::ALLOCATE, [1; 12]).attribute(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0]);
    let Done::Answer(answer) = stand.take(udp(5), &bare.finish(None, true)) else { panic!("it is answered") };
    let message = Message::parse(&answer).unwrap();
    assert_eq!((error_code(&message), message.text(attribute::REALM)), (Some(401), Some(REALM)));
    assert!(stand.secret.gave(message.text(attribute::NONCE).unwrap(), udp(5).address(), NOW_S));
    assert!(message.has_fingerprint() && stand.turn.take_counts().refused == 0);

    let forged = |change: &dyn Fn(&mut Asker)| {
        let mut asker = stand.asker(udp(5), "a");
        change(&mut asker);
        asker
    };
    let (username, password) = Secret::shared("elsewhere").credential("a", NOW_S + 5);
    let mut wrong = [
        forged(&|asker| asker.password.push('=')),
        forged(&|asker| asker.username = format!("{}:b", NOW_S + VALID_S)),
        forged(&|asker| asker.username = format!("{}:a", NOW_S + 10 * VALID_S)),
        forged(&|asker| asker.username = "a".into()),
        forged(&|asker| (asker.username, asker.password) = stand.secret.credential("a", NOW_S)),
        forged(&|asker| (asker.username, asker.password) = (username.clone(), password.clone())),
    ];
    for asker in &mut wrong {
        assert_eq!(stand.allocates(asker), Err(401), "{}", asker.username);
    }
    assert_eq!((stand.turn.size(), stand.turn.take_counts().refused), (0, 6));

    let mut asker = stand.asker(udp(5), "a");
    asker.nonce = stand.secret.nonce(udp(6).address(), NOW_S);
    assert_eq!(stand.allocates(&mut asker), Err(438), "another's nonce");
    asker.nonce = stand.secret.nonce(udp(5).address(), NOW_S);
    stand.allocates(&mut asker).unwrap();
    stand.passes(NONCE_VALID_S / 2);
    stand.asks(&mut asker, method::REFRESH, &[]).unwrap();
    stand.passes(NONCE_VALID_S / 2);
    let refresh = asker.request(method::REFRESH, |request| request);
    let Done::Answer(answer) = stand.take(udp(5), &refresh) else { panic!("it is answered") };
    let stale = Message::parse(&answer).unwrap();
    assert_eq!(error_code(&stale), Some(438));
    asker.nonce = stale.text(attribute::NONCE).unwrap().to_owned();
    stand.asks(&mut asker, method::REFRESH, &[]).unwrap();
    // What was asked for until tomorrow ends with what it was asked for with.
    let mut late = stand.asker(udp(7), "b");
    let (username, password) = stand.secret.credential("b", stand.now_s + 90);
    (late.username, late.password) = (username, password);
    stand
        .asks(&mut late, method::ALLOCATE, &[(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0]), (attribute::LIFETIME, &[0xff; 4])])
        .unwrap();
    stand.passes(90);
    assert_eq!(stand.asks(&mut late, method::REFRESH, &[]), Err(401));
    stand.turn.tidy(stand.now);
    assert_eq!(stand.turn.size(), 1, "the one that is asked for again lives on");
    assert!(!stand.turn.has(udp(7)));
}

#[test]
fn what_one_may_have_is_counted_by_page_by_address_and_in_all() {
    let mut stand = Stand::new();
    for port in 0..ALLOCATIONS_OF_PAGE_MAX as u16 {
        let mut asker = stand.asker(udp(1_000 + port), "a");
        stand.allocates(&mut asker).unwrap();
    }
    stand.now_s += 1;
    let mut one_more = stand.asker(udp(5), "a");
    assert_eq!(stand.allocates(&mut one_more), Err(486), "by another credential, too");
    for of_address in ALLOCATIONS_OF_PAGE_MAX..ALLOCATIONS_OF_ADDRESS_MAX {
        let mut asker = stand.asker(udp(2_000 + of_address as u16), &of_address.to_string());
        stand.allocates(&mut asker).unwrap();
    }
    let mut one_more = stand.asker(udp(6), "b");
    assert_eq!(stand.allocates(&mut one_more), Err(486));
    let others = |number: usize| Client::Udp(SocketAddr::new([10, 0, (number >> 8) as u8, number as u8].into(), 1));
    for all in ALLOCATIONS_OF_ADDRESS_MAX..ALLOCATIONS_MAX {
        let mut asker = stand.asker(others(all), &format!("c{all}"));
        stand.allocates(&mut asker).unwrap();
    }
    let mut one_more = stand.asker(others(0), "d");
    assert_eq!((stand.allocates(&mut one_more), stand.turn.size()), (Err(508), ALLOCATIONS_MAX));
    let addresses: std::collections::HashSet<SocketAddr> = stand.turn.clients.keys().copied().collect();
    assert_eq!(addresses.len(), ALLOCATIONS_MAX);
    stand.passes(LIFETIME_S.0);
    one_more.nonce = stand.secret.nonce(one_more.client.address(), stand.now_s);
    stand.allocates(&mut one_more).unwrap();
    assert_eq!((stand.turn.size(), stand.turn.clients.len()), (1, 1), "those who do not ask again are gone");
}

#[test]
fn requests_that_make_no_sense_are_refused_with_their_reason() {
    let mut stand = Stand::at(&[HOST]);
    let mut asker = stand.asker(udp(5), "a");
    let transport: (u16, &[u8]) = (attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0]);
    assert_eq!(stand.asks(&mut asker, method::REFRESH, &[]), Err(437));
    assert_eq!(stand.permits(&mut asker, &[at(HOST)]), Err(437));
    assert_eq!(stand.binds(&mut asker, 0x4000, at(HOST)), Err(437));
    assert_eq!(stand.asks(&mut asker, method::ALLOCATE, &[]), Err(400));
    assert_eq!(stand.asks(&mut asker, method::ALLOCATE, &[(attribute::REQUESTED_TRANSPORT, &[])]), Err(400));
    assert_eq!(stand.asks(&mut asker, method::ALLOCATE, &[(attribute::REQUESTED_TRANSPORT, &[6, 0, 0, 0])]), Err(442), "TCP");
    assert_eq!(stand.asks(&mut asker, method::ALLOCATE, &[transport, (attribute::REQUESTED_ADDRESS_FAMILY, &[2, 0, 0, 0])]), Err(440));
    assert_eq!(stand.asks(&mut asker, method::ALLOCATE, &[transport, (attribute::REQUESTED_ADDRESS_FAMILY, &[9])]), Err(400));
    assert_eq!(stand.asks(&mut asker, method::ALLOCATE, &[transport, (attribute::LIFETIME, &[1])]), Err(400));
    let even_port = asker.request(method::ALLOCATE, |request| request.attribute(transport.0, transport.1).attribute(0x0018, &[0x80]));
    let Done::Answer(answer) = stand.take(udp(5), &even_port) else { panic!("it is answered") };
    let unknown = Message::parse(&answer).unwrap();
    assert_eq!((error_code(&unknown), unknown.find(attribute::UNKNOWN_ATTRIBUTES)), (Some(420), Some(&[0, 0x18][..])));
    // RFC 6062: connections by TCP to whomever.
    for connect in [0x000a, 0x000b, 0x000c, 0x0fff] {
        assert_eq!(stand.asks(&mut asker, connect, &[]), Err(400));
    }
    assert_eq!(stand.turn.size(), 0);

    let request = asker.request(method::ALLOCATE, |request| request.attribute(transport.0, transport.1));
    let first = stand.ask(udp(5), &request).unwrap();
    assert_eq!(stand.ask(udp(5), &request), Ok(first), "an answer may be lost");
    assert_eq!(stand.allocates(&mut asker), Err(437));
    assert_eq!(stand.permits(&mut asker, &[]), Err(400));
    assert_eq!(stand.asks(&mut asker, method::CREATE_PERMISSION, &[(attribute::XOR_PEER_ADDRESS, &[0, 3, 1, 2, 3])]), Err(400));
    for number in [0x3fff, 0x5000, 0xffff] {
        assert_eq!(stand.binds(&mut asker, number, at(HOST)), Err(400));
    }
    stand.binds(&mut asker, 0x4000, at(HOST)).unwrap();
    assert_eq!(stand.binds(&mut asker, 0x4001, at(HOST)), Err(400), "it has one");
    stand.binds(&mut asker, 0x4000, at(HOST)).unwrap();
    assert_eq!(stand.asks(&mut asker, method::REFRESH, &[(attribute::REQUESTED_ADDRESS_FAMILY, &[2, 0, 0, 0])]), Err(443));
    let mut thief = stand.asker(udp(5), "b");
    assert_eq!(stand.asks(&mut thief, method::REFRESH, &[(attribute::LIFETIME, &[0; 4])]), Err(441));
    assert_eq!(stand.turn.size(), 1);
}

#[test]
fn permissions_and_channels_end_unless_asked_for_again() {
    let mut stand = Stand::new();
    let mut asker = stand.asker(udp(5), "a");
    let address = stand.allocates(&mut asker).unwrap();
    let host = at(HOST);
    stand.binds(&mut asker, 0x4000, host).unwrap();
    stand.passes(299);
    assert!(stand.turn.outgoing(stand.now, host, address, b"x").is_some());
    stand.passes(1);
    assert!(stand.turn.outgoing(stand.now, host, address, b"x").is_none());
    // A permission may name no port.
    stand.permits(&mut asker, &[SocketAddr::new(host.ip(), 0)]).unwrap();
    assert!(stand.turn.outgoing(stand.now, host, address, b"x").is_some());
    assert!(stand.turn.outgoing(stand.now, at("203.0.113.8:8080"), address, b"x").is_none());
    stand.passes(299);
    asker.nonce = stand.secret.nonce(asker.client.address(), stand.now_s);
    stand.asks(&mut asker, method::REFRESH, &[]).unwrap();
    stand.passes(1);
    assert_eq!(stand.take(udp(5), &write_channel(0x4000, b"x", false)), Done::Nothing, "ten minutes are over");
}

#[test]
fn who_asks_only_where_they_come_from_is_told_and_checks_of_ice_are_left_to_calls() {
    let mut stand = Stand::new();
    let binding = Writer::new(Class::Request, method::BINDING, [1; 12]).finish(None, true);
    assert!(is_for(&binding));
    let answer = stand.ask(udp(5), &binding).unwrap();
    let message = Message::parse(&answer).unwrap();
    assert_eq!((message.address(attribute::XOR_MAPPED_ADDRESS), message.has_fingerprint()), (Some(udp(5).address()), true));
    assert!(answer.len() <= binding.len() + 12, "it is no use for reflecting");
    let check = Writer::new(Class::Request, method::BINDING, [1; 12]).attribute(attribute::USERNAME, b"a:b");
    assert!(!is_for(&check.finish(Some(b"password"), true)));
    assert!(!is_for(&answer) && !is_for(&[]) && !is_for(&[0x80, 111]) && !is_for(&[22, 254, 253]) && !is_for(&[0, 1]));
    assert!(is_for(&[0x40, 0, 0, 0]));
}

#[test]
fn a_flood_of_datagrams_without_a_proof_is_answered_so_often_only() {
    let mut stand = Stand::new();
    let bare = Writer::new(Class::Request, method::ALLOCATE, [1; 12]).attribute(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0]);
    let bare = bare.finish(None, false);
    let answered = |stand: &mut Stand, client: &dyn Fn(u16) -> Client| {
        (0..3_000).filter(|port| stand.take(client(*port), &bare) != Done::Nothing).count()
    };
    assert_eq!(answered(&mut stand, &udp), ANSWERS_TO_ANYBODY_MAX as usize);
    assert_eq!(answered(&mut stand, &|port| Client::Stream(port.into(), at("198.51.100.1:6"))), 3_000, "who has a stream is who they are");
    let mut asker = stand.asker(udp(5), "a");
    stand.allocates(&mut asker).unwrap();
    stand.passes(1);
    assert_eq!(answered(&mut stand, &udp), ANSWERS_TO_ANYBODY_MAX as usize);
    let Done::Answer(answer) = stand.take(Client::Stream(1, at("198.51.100.1:6")), &bare) else { panic!("it is answered") };
    assert!(answer.len() <= 80, "{} bytes", answer.len());
}

/// Bytes that were changed, cut or repeated at random: nothing panics, nothing comes through that was not proved,
/// and what is kept stays within its bounds.
#[test]
fn messages_that_were_changed_on_their_way_break_nothing() {
    let mut stand = Stand::new();
    let mut asker = stand.asker(udp(5), "a");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    stand.allocates(&mut asker).unwrap();
    stand.binds(&mut asker, 0x4000, at(HOST)).unwrap();
    let whole = [
        asker.request(method::ALLOCATE, |request| request.attribute(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0])),
        asker.request(method::CREATE_PERMISSION, |request| request.address(attribute::XOR_PEER_ADDRESS, at(HOST))),
        asker.request(method::CHANNEL_BIND, |request| request.attribute(attribute::CHANNEL_NUMBER, &[0x40, 0, 0, 0])),
        asker.request(method::REFRESH, |request| request.attribute(attribute::LIFETIME, &[0, 0, 2, 88])),
        send(at(HOST), b"a check"),
        write_channel(0x4000, b"a voice", false),
    ];
    for _ in 0..50_000 {
        let mut bytes = whole[draw(whole.len())].clone();
        for _ in 0..=draw(4) {
            let at = draw(bytes.len());
            match draw(5) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, draw(256) as u8),
                2 if !bytes.is_empty() => bytes[at] = draw(256) as u8,
                // Where lengths stand.
                3 if bytes.len() > 24 => bytes[2 + 20 * draw(2)..][..2].copy_from_slice(&(draw(65_536) as u16).to_be_bytes()),
                _ => bytes.extend_from_within(at..),
            }
        }
        assert!(!is_for(&bytes) || !bytes.is_empty());
        let done = stand.take(udp(5), &bytes);
        if let Done::Came { host, .. } = done {
            assert_eq!(host, at(HOST));
        }
        assert!(stand.turn.size() <= 1);
    }
}

#[test]
fn an_allocation_ends_with_the_stream_it_came_by() {
    let mut stand = Stand::new();
    let client = Client::Stream(7, at("198.51.100.1:50000"));
    let mut asker = stand.asker(client, "aoi");
    let relayed = stand.allocates(&mut asker).unwrap();
    assert!(stand.turn.has(client) && stand.turn.relays(relayed));
    stand.turn.end(client);
    assert!(!stand.turn.has(client) && !stand.turn.relays(relayed));
    stand.allocates(&mut asker).expect("it was not counted further");
}
