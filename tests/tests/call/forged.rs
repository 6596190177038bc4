//! Datagrams from nobody in the call: no answer, and nothing is other than before (SPEC CALL-6).

use std::io::ErrorKind;
use std::net::UdpSocket;

use kakehashi_protocol::call::Source;
use kakehashi_tests::sim::rng::Rng;

use super::hall::Hall;

/// Of each kind.
const DATAGRAMS: usize = 300;

/// A check of ICE (RFC 8489) with a name and a proof that nobody gave.
fn check(rng: &mut Rng, name: &str) -> Vec<u8> {
    let attribute = |kind: u16, value: &[u8]| {
        let mut bytes = [kind.to_be_bytes(), (value.len() as u16).to_be_bytes()].concat();
        bytes.extend_from_slice(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    };
    let attributes = [
        attribute(0x0006, name.as_bytes()),
        attribute(0x0024, &[0x7e, 0xff, 0xff, 0xff]),
        attribute(0x802a, &rng.between(0, u64::MAX - 1).to_be_bytes()),
        attribute(0x0025, &[]),
        attribute(0x0008, &[0x5a; 20]),
    ]
    .concat();
    let mut bytes = vec![0x00, 0x01];
    bytes.extend_from_slice(&(attributes.len() as u16).to_be_bytes());
    bytes.extend_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
    bytes.extend((0..12).map(|_| rng.between(0, 255) as u8));
    bytes.extend_from_slice(&attributes);
    bytes
}

/// The first message of a DTLS handshake (RFC 6347): a ClientHello with one cipher suite.
fn client_hello(rng: &mut Rng) -> Vec<u8> {
    let mut hello = vec![0xfe, 0xfd];
    hello.extend((0..32).map(|_| rng.between(0, 255) as u8));
    // No session, no cookie, one suite, no compression.
    hello.extend_from_slice(&[0, 0, 0, 2, 0xc0, 0x2b, 1, 0]);
    let length = hello.len() as u8;
    let mut handshake = vec![1, 0, 0, length, 0, 0, 0, 0, 0, 0, 0, length];
    handshake.extend_from_slice(&hello);
    let mut record = vec![22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, handshake.len() as u8];
    record.extend_from_slice(&handshake);
    record
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_datagrams_get_no_answer_and_change_nothing() {
    let hall = Hall::open();
    let (mut one, mut two) = (hall.enter(1).await, hall.enter(2).await);
    two.hears(one.me, 1, 10).await;
    one.hears(two.me, 2, 10).await;
    let before = one.call.members().await;
    let mut rng = Rng::new(31);
    let forger = UdpSocket::bind("127.0.0.1:0").expect("a port");
    for at in 0..DATAGRAMS {
        let length = rng.between(1, 1_400);
        let random: Vec<u8> = (0..length).map(|_| rng.between(0, 255) as u8).collect();
        // RTP and RTCP begin with version 2 and a payload type.
        let of_rtp = |kind: u8| [&[0x80, kind][..], &random].concat();
        let name = format!("{:08x}:{:04x}", rng.between(0, u64::from(u32::MAX)), at);
        for datagram in [random.clone(), check(&mut rng, &name), client_hello(&mut rng), of_rtp(111), of_rtp(96), of_rtp(200)] {
            forger.send_to(&datagram, hall.media).expect("it is sent");
        }
        if at % 50 == 0 {
            two.hears(one.me, 1, 1).await;
        }
    }
    // By then all of them have been read: they came before.
    two.hears(one.me, 1, 50).await;
    one.hears(two.me, 2, 50).await;
    forger.set_nonblocking(true).expect("it can be");
    let answer = forger.recv_from(&mut [0; 2_048]).map_err(|error| error.kind());
    assert_eq!(answer, Err(ErrorKind::WouldBlock), "nobody is answered who has shown no password");
    assert_eq!(one.call.members().await, before);
    let stats = two.call.stats().await.expect("it goes on");
    assert_eq!(stats.received.keys().copied().collect::<Vec<_>>(), [(one.me, Source::Microphone)], "nothing else was forwarded");
    let senders: std::collections::BTreeSet<u32> = two.heard().iter().map(|(_, mark)| mark.sender).collect();
    assert_eq!(senders.into_iter().collect::<Vec<_>>(), [1]);
}
