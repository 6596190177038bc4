//! Somebody draws at 60 updates a second while a host takes that from them: by role, by a hold on all or on them alone, by locking the page,
//! by removal. What stands in the log before that row stays, all after it is refused, and nobody sees a point of it (SPEC MEET-2, MAY-13).

use std::time::{Duration, Instant};

use kakehashi_protocol::ids::{DocumentId, OpId, Seq};
use kakehashi_protocol::ink::{InkState, Point, encode};
use kakehashi_protocol::op::{Op, OpBody};
use kakehashi_protocol::rights::MEETING;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::{FailureCode, ServerFrame};
use serde_json::json;
use tokio::sync::{oneshot, watch};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::common::people::{enter, hello, participant, reads, set, start_board, text};
use super::common::{Client, PATIENCE, Server};

const COVER: DocumentId = DocumentId::COVER;
const UPDATE: Duration = Duration::from_micros(16_667);
/// Updates that leave at once when the host acts, so that much is in flight.
const BURST: usize = 30;
/// For how long they go on, whatever they are told.
const DEAF: Duration = Duration::from_millis(500);

#[derive(Clone, Copy, Debug)]
enum By {
    Role,
    HoldOnAll,
    HoldOnThem,
    LockedPage,
    Removal,
}

impl By {
    fn act(self, them: OpId, page: DocumentId) -> Op {
        match self {
            Self::Role => set(COVER, them, Key::Role, &Value::Int(0)),
            Self::HoldOnAll => set(COVER, MEETING, Key::Writing, &Value::InSession { session: 1, value: 1 }),
            Self::HoldOnThem => set(COVER, them, Key::Locked, &Value::Bool(true)),
            Self::LockedPage => set(COVER, page.0, Key::Locked, &Value::Bool(true)),
            Self::Removal => set(COVER, them, Key::Deleted, &Value::Bool(true)),
        }
    }
}

/// A pen that is drawing.
struct Pen {
    client: Client,
    page: DocumentId,
    stroke: OpId,
    state: InkState,
    sent: u64,
    /// The counters that were refused: the first, and how many.
    refused: Option<(u64, u64)>,
    told: Option<Instant>,
}

impl Pen {
    async fn update(&mut self) {
        let offset = self.state.points();
        let points = [1, 2].map(|step| Point { x: 8 * (offset as i32 + step), y: 80, pressure: 0, time_ms: 8 * (offset + step as u32) });
        let mut ink = Vec::new();
        encode(&mut self.state, &points, &mut ink).unwrap();
        let body = OpBody::AppendInk { record: self.stroke, offset, points: 2, ink };
        self.client.offer(vec![Op { document: self.page, body }]).await;
        self.sent += 1;
    }

    /// Draws until some time after being told no, or until cut off.
    async fn draw(mut self, mut acted: watch::Receiver<bool>) -> Self {
        let mut tick = interval(UPDATE);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while self.told.is_none_or(|told| told.elapsed() < DEAF) {
            tokio::select! {
                _ = tick.tick() => self.update().await,
                Ok(()) = acted.changed() => for _ in 0..BURST {
                    self.update().await;
                },
                frame = self.client.try_next() => match frame {
                    Some(ServerFrame::Refused { refusal, .. }) => {
                        self.told.get_or_insert_with(Instant::now);
                        let (_, count) = self.refused.get_or_insert((refusal.first, 0));
                        *count += refusal.count;
                    }
                    Some(ServerFrame::Failed(failure)) => {
                        assert_eq!(failure.code, FailureCode::Credential);
                        self.told.get_or_insert_with(Instant::now);
                        return self;
                    }
                    None => return self,
                    Some(_) => {}
                },
            }
        }
        // What is still on its way is answered.
        while self.refused.is_none_or(|(first, count)| first + count < self.client.next) {
            if let ServerFrame::Refused { refusal, .. } = self.client.next().await {
                self.refused.as_mut().unwrap().1 += refusal.count;
            }
        }
        self
    }
}

/// What somebody else sees of it.
struct Seen {
    /// The row that took the right.
    row: Option<Seq>,
    /// Points of the stroke, the last row that brought one, and when.
    points: u32,
    last: (Seq, Instant),
}

async fn look_on(mut client: Client, stroke: OpId, act: Op, mut enough: oneshot::Receiver<()>) -> Seen {
    let mut seen = Seen { row: None, points: 0, last: (Seq(0), Instant::now()) };
    loop {
        let part = tokio::select! {
            _ = &mut enough => return seen,
            part = client.next_part() => part,
        };
        for (_, _, body) in part.ops {
            match body {
                OpBody::AppendInk { record, offset, points, .. } if record == stroke => {
                    seen.points = seen.points.max(offset + points);
                    seen.last = (part.seq, Instant::now());
                }
                body if part.document == act.document && body == act.body => seen.row = Some(part.seq),
                _ => {}
            }
        }
    }
}

async fn play(by: By) {
    let server = Server::start().await;
    let hosted = start_board(&server).await;
    let mut host = hello(&server, hosted.board, &hosted.host).await.unwrap();
    reads(&mut host, &[COVER]).await;
    let page = host.page().await;
    reads(&mut host, &[page]).await;
    host.write(vec![set(COVER, MEETING, Key::Session, &Value::Int(1))]).await;
    let credential = text(&enter(&server, hosted.board, json!({ "name": "Mallory" })).await, "credential");
    let mut client = hello(&server, hosted.board, &credential).await.unwrap();
    let them = participant(&mut client).await;
    reads(&mut client, &[COVER, page]).await;
    let other = text(&enter(&server, hosted.board, json!({ "name": "Kim" })).await, "credential");
    let mut other = hello(&server, hosted.board, &other).await.unwrap();
    reads(&mut other, &[COVER, page]).await;

    let stroke =
        client.write(vec![Op { document: page, body: OpBody::Create { kind: Kind::Stroke.number(), properties: vec![] } }]).await.id(0);
    let first = client.next;
    let act = by.act(them, page);
    let (act_now, acted) = watch::channel(false);
    let (enough, until) = oneshot::channel();
    let looking = tokio::spawn(look_on(other, stroke, act.clone(), until));
    let pen = Pen { client, page, stroke, state: InkState::default(), sent: 0, refused: None, told: None };
    let drawing = tokio::spawn(pen.draw(acted));
    sleep(Duration::from_millis(400)).await;
    let began = Instant::now();
    host.offer(vec![act]).await;
    act_now.send(true).unwrap();
    host.acknowledged(host.next).await;
    let durable = began.elapsed();
    let pen = timeout(PATIENCE, drawing).await.expect("it ends").unwrap();
    sleep(Duration::from_millis(200)).await;
    enough.send(()).unwrap();
    let seen = looking.await.unwrap();

    let document = host.snapshot(page).await.document;
    let points = document.records().find(|record| record.id() == stroke).and_then(|record| record.ink()).map_or(0, |ink| ink.points());
    let stayed = u64::from(points / 2);
    assert!(stayed > 0 && stayed < pen.sent, "{by:?}: {stayed} of {}", pen.sent);
    assert_eq!(seen.points, points, "{by:?}: others see what stayed, and not a point more");
    let row = seen.row.unwrap();
    assert!(seen.last.0 <= row, "{by:?}: a point of row {:?} was seen, after {row:?}", seen.last.0);
    match by {
        By::Removal => assert_eq!(hello(&server, hosted.board, &credential).await.err(), Some(FailureCode::Credential)),
        _ => assert_eq!(pen.refused, Some((first + stayed, pen.sent - stayed)), "{by:?}: all after the row, and nothing before"),
    }
    println!(
        "drawing stopped by {by:?}: durable after {:.1} ms, told after {:.1} ms; {stayed} changes before stayed, {} after {}, of which others saw none",
        durable.as_secs_f64() * 1e3,
        pen.told.unwrap().duration_since(began).as_secs_f64() * 1e3,
        pen.sent - stayed,
        if matches!(by, By::Removal) { "fell with the connection" } else { "were refused" },
    );
    println!("  the last point that others saw: {:.1} ms after the host acted", (seen.last.1 - began).as_secs_f64() * 1e3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_loses_the_right_to_write_while_drawing_leaves_nothing_after_that_row() {
    for by in [By::Role, By::HoldOnAll, By::HoldOnThem, By::LockedPage, By::Removal] {
        play(by).await;
    }
}
