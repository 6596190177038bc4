//! Who comes by TURN: they reach the call, and nothing but the call (SPEC CALL-7 to CALL-9).

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::time::{Duration, Instant};

use kakehashi_protocol::call::Source;
use kakehashi_server::media::turn::credential::key;
use kakehashi_server::media::turn::wire::{Class, Message, Writer, attribute, method};

use super::hall::Hall;
use super::stranger::Stranger;
use super::turn_client::{CHANNEL, Credential, TurnClient};

fn at(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

/// Peers that are no call's.
fn elsewhere() -> Vec<SocketAddr> {
    let texts = include_str!("../../../server/src/media/turn/elsewhere.txt").lines();
    texts.filter(|line| !line.starts_with('#')).map(at).collect()
}

/// The ways into a server with TURN: by UDP, by the port of ICE over TCP, and by the server's own.
const WAYS: [&str; 3] = ["UDP", "TCP", "own"];

fn come(way: &str, hall: &Hall, credential: &Credential) -> TurnClient {
    let beside = SocketAddr::new(hall.media.ip(), hall.media.port() + 1).to_string();
    match way {
        "UDP" => TurnClient::by_udp(hall, credential.clone()),
        "TCP" => TurnClient::by_stream(&beside, hall, credential.clone()),
        _ => TurnClient::by_stream(&hall.process.address, hall, credential.clone()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_by_turn_is_heard_whichever_way() {
    let plain = Hall::open();
    let encrypted = Hall::encrypted().await;
    let (by_plain, by_tls) = (Credential::of(&plain).await, Credential::of(&encrypted).await);
    let told = |credential: &Credential, scheme: &str| credential.urls.iter().filter(|url| url.starts_with(scheme)).count();
    assert_eq!((told(&by_plain, "stun:"), told(&by_plain, "turn:"), told(&by_plain, "turns:")), (1, 1, 0), "{:?}", by_plain.urls);
    assert_eq!((told(&by_tls, "stun:"), told(&by_tls, "turn:"), told(&by_tls, "turns:")), (1, 0, 1), "{:?}", by_tls.urls);
    for (way, hall, credential) in WAYS.map(|way| (way, &plain, &by_plain)).into_iter().chain([("TLS", &encrypted, &by_tls)]) {
        let mut client = come(way, hall, credential);
        client.allocate().expect("there is room");
        client.bind(CHANNEL, hall.media).expect("it is the calls' own");
        let mut listener = hall.enter(1).await;
        let mut stranger = Stranger::by(Box::new(client), hall, Some(Source::Microphone)).await;
        let number = stranger.number();
        stranger.send(number);
        listener.hears_noise_of_others().await;
        assert!(hall.metric("kakehashi_turn_datagrams_total") > 50.0, "{way}");
        listener.leave().await;
    }
    assert!(plain.metric("kakehashi_turn_allocations") >= 1.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn turn_leads_to_nothing_but_the_calls() {
    let hall = Hall::open();
    let credential = Credential::of(&hall).await;
    // What listens here hears nothing, by whichever of its addresses.
    let udp: Vec<UdpSocket> = ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0"].iter().filter_map(|own| UdpSocket::bind(own).ok()).collect();
    let tcp: Vec<TcpListener> = ["127.0.0.1:0", "[::1]:0"].iter().filter_map(|own| TcpListener::bind(own).ok()).collect();
    udp.iter().for_each(|socket| socket.set_nonblocking(true).expect("it can be"));
    tcp.iter().for_each(|socket| socket.set_nonblocking(true).expect("it can be"));
    let mut peers = elsewhere();
    for port in udp.iter().map(UdpSocket::local_addr).chain(tcp.iter().map(TcpListener::local_addr)).map(|own| own.expect("one").port()) {
        peers.extend(["127.0.0.1", "127.1.2.3", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]"].map(|ip| at(&format!("{ip}:{port}"))));
    }
    // Its own ports that are no call's, its own address in another spelling, and the addresses of its clients.
    let media = hall.media.port();
    peers.extend([at(&hall.process.address), at(&format!("127.0.0.1:{}", media + 1)), at(&format!("[::ffff:127.0.0.1]:{media}"))]);
    peers.push(at(&format!("127.0.0.2:{media}")));
    assert!(peers.len() > 90);
    for way in WAYS {
        let mut client = come(way, &hall, &credential);
        let own = client.allocate().expect("there is room");
        client.permit(hall.media).expect("it is the calls' own");
        for peer in peers.iter().chain([&own]) {
            assert_eq!(client.permit(*peer), Err(403), "{peer} by {way}");
            assert_eq!(client.bind(CHANNEL, *peer), Err(403), "{peer} by {way}");
            client.indicate(*peer, b"hello");
            client.channel(CHANNEL, b"hello");
        }
        // By now all of it has been read.
        client.bind(CHANNEL, hall.media).expect("it lives on");
    }
    for socket in &udp {
        assert!(socket.recv_from(&mut [0; 64]).is_err(), "{socket:?} hears something");
    }
    for socket in &tcp {
        assert!(socket.accept().is_err(), "{socket:?} is connected to");
    }
    assert!(hall.metric("kakehashi_turn_refused_total") >= (2 * 3 * peers.len()) as f64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_and_ended_credentials_get_nothing() {
    let hall = Hall::open();
    let good = Credential::of(&hall).await;
    let (until, whom) = good.username.split_once(':').expect("it says until when");
    let until: u64 = until.parse().expect("a moment");
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("it is after 1970").as_secs();
    assert!(until > now + 3_600 && until <= now + 6 * 3_600, "it is good for some hours");
    let with = |username: String, password: &str| Credential { username, password: password.into(), urls: Vec::new() };
    let wrong = [
        with(good.username.clone(), "guessed"),
        with(format!("{}:{whom}", until + 1), &good.password),
        with(format!("{}:{whom}", now - 1), &good.password),
        with(format!("{until}:another"), &good.password),
        with(String::new(), ""),
    ];
    for credential in wrong {
        for way in WAYS {
            assert_eq!(come(way, &hall, &credential).allocate(), Err(401), "{} by {way}", credential.username);
        }
    }
    let mut client = TurnClient::by_udp(&hall, good.clone());
    client.allocate().expect("there is room");
    // A nonce that was not given, and one that was given to another.
    client.nonce = "ffffffff-0000000000000000".into();
    assert_eq!(client.permit(hall.media), Err(438));
    client.permit(hall.media).expect("it was given another");
    let mut other = TurnClient::by_udp(&hall, good);
    other.nonce.clone_from(&client.nonce);
    assert_eq!(other.ask(method::REFRESH, |request| request), Err(438));
    assert_eq!(other.ask(method::REFRESH, |request| request), Err(437), "it has none of its own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_names_that_nobody_has_costs_no_memory() {
    let hall = Hall::open();
    let credential = Credential::of(&hall).await;
    let mut asked = 0_u32;
    let mut flood = |requests: u32| {
        // From many addresses, each with its own port.
        let sockets: Vec<UdpSocket> = (0..200).map(|_| UdpSocket::bind("127.0.0.1:0").expect("a port")).collect();
        for at in 0..requests {
            asked += 1;
            let transaction = [&asked.to_be_bytes()[..], &[5; 8]].concat().try_into().expect("twelve");
            let name = format!("{asked:08x}:{at:08x}");
            let check = Writer::new(Class::Request, method::BINDING, transaction).attribute(attribute::USERNAME, name.as_bytes());
            let allocate = Writer::new(Class::Request, method::ALLOCATE, transaction)
                .attribute(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0])
                .attribute(attribute::USERNAME, name.as_bytes())
                .attribute(attribute::REALM, b"kakehashi")
                .attribute(attribute::NONCE, b"ffffffff-0000000000000000");
            let wrong = key(&name, "guessed");
            let socket = &sockets[at as usize % sockets.len()];
            for message in [check.finish(Some(b"guessed"), true), allocate.finish(Some(&wrong), true)] {
                socket.send_to(&message, hall.media).expect("it is sent");
            }
        }
        // By the time that this is answered, what came before has been read.
        TurnClient::by_udp(&hall, credential.clone()).allocate().expect("there is room");
    };
    flood(2_000);
    let before = hall.process.rss_kib().expect("it lives");
    flood(20_000);
    let after = hall.process.rss_kib().expect("it lives");
    // A hundred bytes kept of each would be four thousand.
    assert!(after - before < 3_000.0, "{before} KiB became {after}");
    println!("covered: a flood of 40,000 forged requests, {} KiB", after - before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_with_the_right_name_and_a_wrong_proof_is_not_answered_and_its_address_stays_unknown() {
    let hall = Hall::open();
    let mut listener = hall.enter(1).await;
    let mut honest = Stranger::enter(&hall, Some(Source::Microphone)).await;
    let ((ufrag, password), name) = (honest.server(), honest.name().to_owned());
    let forger = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let check = |password: &str, number: u8| {
        let check = Writer::new(Class::Request, method::BINDING, [number; 12])
            .attribute(attribute::USERNAME, format!("{ufrag}:{name}").as_bytes())
            .attribute(0x0024, &[0x6e, 0xff, 0xff, 0xff])
            .attribute(0x802a, &[7; 8])
            .attribute(0x0025, &[]);
        check.finish(Some(password.as_bytes()), true)
    };
    for number in 1..50 {
        forger.send_to(&check("guessed", number), hall.media).expect("it is sent");
        forger.send_to(&check("", number), hall.media).expect("it is sent");
    }
    // What an address that is not known sends after it is not read: a hundred packets would end the connection.
    let number = honest.number();
    honest.send(number);
    listener.hears_noise_of_others().await;
    forger.set_read_timeout(Some(Duration::from_millis(200))).expect("it can be");
    assert!(forger.recv_from(&mut [0; 2_048]).is_err(), "it is not answered");
    // The same check with the right proof is.
    forger.set_read_timeout(Some(Duration::from_millis(50))).expect("it can be");
    let began = Instant::now();
    let mut answer = [0; 2_048];
    let length = loop {
        assert!(began.elapsed() < Duration::from_secs(30), "the right proof is not answered");
        forger.send_to(&check(&password, 99), hall.media).expect("it is sent");
        if let Ok((length, _)) = forger.recv_from(&mut answer) {
            break length;
        }
    };
    let answer = Message::parse(&answer[..length]).expect("an answer");
    assert_eq!((answer.class, answer.transaction), (Class::Success, [99; 12]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_where_they_come_from_is_told() {
    let hall = Hall::open();
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    socket.set_read_timeout(Some(Duration::from_secs(30))).expect("it can be");
    let binding = Writer::new(Class::Request, method::BINDING, [4; 12]).finish(None, false);
    socket.send_to(&binding, hall.media).expect("it is sent");
    let mut answer = [0; 256];
    let (length, _) = socket.recv_from(&mut answer).expect("it is answered");
    let message = Message::parse(&answer[..length]).expect("a message");
    assert_eq!(message.address(attribute::XOR_MAPPED_ADDRESS), socket.local_addr().ok());
}
