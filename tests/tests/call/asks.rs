//! Asks that are monstrous, or none: each gets its reason, and the connection lives on.

use std::time::Duration;

use kakehashi_protocol::call::{Ask, Asked, CANDIDATES_MAX, SDP_BYTES_MAX, Tell, Why};
use kakehashi_protocol::ids::DocumentId;
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode, ServerFrame, message, read_message};
use kakehashi_tests::bench::board::{join, new_actor};
use kakehashi_tests::bench::socket::Socket;

use super::hall::Hall;

/// A connection that says whatever it likes.
pub struct Asker {
    socket: Socket,
    pings: u32,
}

impl Asker {
    pub async fn enter(hall: &Hall) -> Self {
        let (socket, _) = join(&hall.process.address, hall.board, new_actor(), &[DocumentId::COVER]).await.expect("it is let in");
        Self { socket, pings: 0 }
    }

    /// Sends texts as asks, and gives what the call told by the time that it had taken them.
    pub async fn ask(&mut self, asks: impl IntoIterator<Item = String>, until: usize) -> Vec<Tell> {
        for ask in asks {
            self.socket.send(&message(&ClientFrame::Call(ask))).await.expect("the connection lives");
        }
        self.pings += 1;
        self.socket.send(&message(&ClientFrame::Ping(self.pings))).await.expect("the connection lives");
        let (mut told, mut ponged) = (Vec::new(), false);
        while !ponged || told.len() < until {
            let read = self.socket.read(|bytes| {
                for frame in read_message::<ServerFrame>(bytes).expect("it can be read") {
                    match frame {
                        ServerFrame::Call(json) => told.push(serde_json::from_str(&json).expect("a tell")),
                        ServerFrame::Pong { nonce, .. } => ponged |= nonce == self.pings,
                        ServerFrame::Failed(failure) => panic!("{failure:?}"),
                        _ => {}
                    }
                }
            });
            read.await.expect("the connection lives");
        }
        told.retain(|tell| !matches!(tell, Tell::Member(_) | Tell::Call { .. } | Tell::Speakers { .. }));
        told
    }
}

pub fn json(ask: &Ask) -> String {
    serde_json::to_string(ask).expect("it is JSON")
}

fn reasons(told: &[Tell]) -> Vec<Why> {
    told.iter().filter_map(|tell| if let Tell::Refused { why, .. } = tell { Some(*why) } else { None }).collect()
}

#[tokio::test]
async fn monstrous_asks_get_their_reasons_and_the_connection_lives_on() {
    let hall = Hall::open();
    let mut asker = Asker::enter(&hall).await;
    let offer = |sdp: String| json(&Ask::Offer { sdp, tracks: Vec::new() });
    assert_eq!(reasons(&asker.ask([offer("v=0".into())], 1).await), [Why::Order], "one joins first");
    let joined = asker.ask([json(&Ask::Join {})], 1).await;
    assert!(matches!(joined.as_slice(), [Tell::Joined { back: false, .. }]), "{joined:?}");
    let long = asker.ask([offer("a".repeat(SDP_BYTES_MAX + 1))], 1).await;
    assert!(
        matches!(long.as_slice(), [Tell::Refused { ask: Some(Asked::Offer), why: Why::Limit, detail }] if detail.contains(&SDP_BYTES_MAX.to_string())),
        "{long:?}"
    );
    for nonsense in ["v=0\r\n", "\u{0}\u{1}", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"] {
        assert_eq!(reasons(&asker.ask([offer(nonsense.into())], 1).await), [Why::Description], "{nonsense:?}");
    }
    for nonsense in [
        "",
        "{",
        "[]",
        "{\"type\":\"sing\"}",
        "{\"type\":\"want\",\"pictures\":[],\"loudly\":true}",
        "{\"type\":\"mute\",\"source\":\"nose\",\"muted\":true}",
    ] {
        assert_eq!(reasons(&asker.ask([nonsense.to_owned()], 1).await), [Why::Malformed], "{nonsense:?}");
    }
    let candidate = || json(&Ask::Candidate { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host".into() });
    let mut refused = 0;
    for _ in 0..100 {
        refused += reasons(&asker.ask((0..100).map(|_| candidate()), 0).await).iter().filter(|why| **why == Why::Limit).count();
    }
    while refused < 10_000 - CANDIDATES_MAX {
        refused += reasons(&asker.ask([], 1).await).len();
    }
    assert_eq!(refused, 10_000 - CANDIDATES_MAX);
    // Whoever has asked so much may ask again a moment later.
    assert_eq!(reasons(&asker.ask([json(&Ask::Join {})], 1).await), [Why::Limit]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(matches!(asker.ask([json(&Ask::Join {})], 1).await.as_slice(), [Tell::Joined { .. }]));
}

#[tokio::test]
async fn a_description_longer_than_any_message_ends_the_connection_with_its_reason() {
    let hall = Hall::open();
    let mut asker = Asker::enter(&hall).await;
    let monster = json(&Ask::Offer { sdp: "a".repeat(1024 * 1024), tracks: Vec::new() });
    // The server may stop reading before it is all sent.
    let _ = asker.socket.send(&message(&ClientFrame::Call(monster))).await;
    let mut code = None;
    loop {
        let read = asker.socket.read(|bytes| {
            for frame in read_message::<ServerFrame>(bytes).expect("it can be read") {
                if let ServerFrame::Failed(failure) = frame {
                    code = Some(failure.code);
                }
            }
        });
        // The reason and the end may come at once.
        if read.await.is_err() {
            break;
        }
    }
    assert_eq!(code, Some(FailureCode::TooLarge), "it says why before it ends");
    let mut again = Asker::enter(&hall).await;
    assert!(matches!(again.ask([json(&Ask::Join {})], 1).await.as_slice(), [Tell::Joined { .. }]), "others are served");
}
