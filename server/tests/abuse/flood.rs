//! Somebody whose page shows itself, and says how it is doing, far more often than a screen could paint: the others are told as
//! often as of anybody else, and the last of it (SPEC PRES-1, PRES-3).

use std::time::{Duration, Instant};

use kakehashi_protocol::ids::{ActorId, DocumentId};
use kakehashi_protocol::people::TALK;
use kakehashi_protocol::presence::{Place, Presence, Reaction, Report};
use kakehashi_protocol::wire::frame::{ClientFrame, ServerFrame};

use super::common::{Client, Server};

/// How often it says each of the two.
const SAID: u32 = 20_000;
/// Frames of one message, so that they arrive in thousands.
const TOGETHER: usize = 200;
/// Between two messages: what arrives at once is told at once anyhow.
const PAUSE: Duration = Duration::from_millis(5);
/// How far apart the others are told at the least.
const APART: Duration = Duration::from_millis(33);

fn frames(page: DocumentId, number: u32) -> [ClientFrame; 2] {
    let cursor = Some(Place { x: number.cast_signed(), y: 0 });
    let reaction = Some(Reaction { sign: (number % 5) as u8, at_ms: number.into() });
    [
        ClientFrame::Presence(Presence { name: "Loud".into(), document: Some(page), cursor, ..Presence::default() }),
        ClientFrame::Report(Report { reaction, round_trip_ms: Some(number), painted: None }),
    ]
}

/// How often the watcher is told of each of the two, until it has been told the last of both.
async fn told(watcher: &mut Client, of: ActorId) -> (u32, u32) {
    let (mut shown, mut reported) = ((0, 0), (0, 0));
    while shown.1 < SAID || reported.1 < SAID {
        match watcher.next().await {
            ServerFrame::Presence(all) => {
                for presence in all.into_iter().filter(|shown| shown.actor == of).filter_map(|shown| shown.presence) {
                    shown = (shown.0 + 1, presence.cursor.map_or(0, |cursor| cursor.x.cast_unsigned()));
                }
            }
            ServerFrame::Stays(all) => {
                for stay in all.into_iter().filter(|stayed| stayed.actor == of).filter_map(|stayed| stayed.stay) {
                    reported = (reported.0 + 1, stay.report.round_trip_ms.unwrap_or(0));
                }
            }
            _ => {}
        }
    }
    (shown.0, reported.0)
}

#[tokio::test]
async fn who_shows_and_reports_without_end_is_told_of_as_often_as_anybody() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let page = Client::join(&server.address, board, &[DocumentId::COVER]).await.page().await;
    let mut watcher = Client::join(&server.address, board, &[DocumentId::COVER, page, TALK]).await;
    let mut loud = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let actor = loud.actor;
    let began = Instant::now();
    let numbers: Vec<u32> = (1..=SAID).collect();
    let say = async {
        for numbers in numbers.chunks(TOGETHER) {
            let all: Vec<ClientFrame> = numbers.iter().flat_map(|number| frames(page, *number)).collect();
            loud.send_all(&all).await;
            tokio::time::sleep(PAUSE).await;
        }
    };
    let ((), (shown, reported)) = tokio::join!(say, told(&mut watcher, actor));
    let took = began.elapsed();
    println!("{SAID} presences and as many reports in {took:?}: another was told {shown} and {reported} times");
    // One that was told of at its entry, and one for each span that began.
    let at_most = 2 + took.div_duration_f64(APART).ceil() as u32;
    assert!(shown <= at_most && reported <= at_most, "at most {at_most}");
    server.stop().await;
}
