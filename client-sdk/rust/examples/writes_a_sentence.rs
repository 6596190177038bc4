//! A bot that writes a sentence by hand, in real time.
//!
//! With a server running (`cargo xtask run`):
//!
//! ```text
//! cargo run --release -p kakehashi-client --features native --example writes_a_sentence -- \
//!     http://localhost:8080 島と本土をつなぐ橋
//! ```
//!
//! The first argument is a server, on which a new board is started, or a board's link. The bot takes
//! the pen's samples 60 times a second, as an app does with each frame of the screen: what has been
//! written since the last frame becomes one change, is seen at once, and is sent.

use std::error::Error;
use std::time::{Duration, Instant};

use kakehashi_client::native::{Board, Options};
use kakehashi_client::{Client, EditError, Event, Status};
use kakehashi_handwriting::{Hand, Stroke};
use kakehashi_protocol::ids::{DocumentId, RecordId};
use kakehashi_protocol::ink::Point;
use kakehashi_protocol::schema::{Key, Kind, Value};
use tokio::sync::mpsc::Receiver;

/// One frame of a 60 Hz screen.
const FRAME: Duration = Duration::from_micros(16_667);
/// The hand's number: a wall panel has several.
const HAND: u8 = 0;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().unwrap_or_else(|| "http://localhost:8080".into());
    let sentence = arguments.next().unwrap_or_else(|| "島と本土をつなぐ橋".into());

    let link = if target.contains("/b/") {
        target
    } else {
        let (link, code) = Board::start(&target, &Options::default()).await?;
        println!("Board {link}, code {code}");
        link
    };
    let (board, mut events) = Board::open(&link, Options::default())?;
    let page = first_page(&board, &mut events).await?;

    let strokes = Hand { seed: 7, rate_hz: 120, size: 120.0, pressure: true }.write(&sentence, (120.0, 160.0));
    println!("Writing {} strokes…", strokes.len());
    write(&board, page, strokes).await?;

    while board.with(|client, _| client.unsaved()).await? > 0 {
        events.recv().await.ok_or("the board was closed")?;
    }
    println!("Written, and on the server's disk.");
    board.close().await;
    Ok(())
}

/// Waits until the board is here, and opens its first page, or makes one.
async fn first_page(board: &Board, events: &mut Receiver<Event>) -> Result<DocumentId, Box<dyn Error>> {
    loop {
        if let Some(page) = board.with(ready_page).await?? {
            return Ok(page);
        }
        match events.recv().await.ok_or("the board was closed")? {
            Event::Stopped(code) => return Err(format!("the board cannot be had: {code:?}").into()),
            Event::Status(Status::Offline) => eprintln!("The server is not reached; trying on."),
            _ => {}
        }
    }
}

/// The first page, once its state is here.
fn ready_page(client: &mut Client, now: u64) -> Result<Option<DocumentId>, EditError> {
    if !client.is_ready(DocumentId::COVER) {
        return Ok(None);
    }
    let page = match client.pages().first() {
        Some(entry) => DocumentId(entry.id()),
        None => {
            let mut edit = client.draft();
            let page = edit.add_page(client, None)?;
            let gesture = client.new_gesture();
            client.commit(now, HAND, gesture, edit)?;
            page
        }
    };
    client.open(page);
    Ok(client.is_ready(page).then_some(page))
}

/// Writes strokes at the pace of the hand that wrote them.
async fn write(board: &Board, page: DocumentId, strokes: Vec<Stroke>) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    let mut frames = tokio::time::interval(FRAME);
    for stroke in strokes {
        let points: Vec<Point> = stroke
            .points
            .iter()
            .map(|&(x, y, pressure, time_ms)| Point::from_units(f64::from(x), f64::from(y), f64::from(pressure), time_ms))
            .collect();
        let mut under_way: Option<(RecordId, u32)> = None;
        let mut written = 0;
        while written < points.len() {
            frames.tick().await;
            let elapsed = began.elapsed().as_millis() as u64;
            let due = points.iter().take_while(|point| u64::from(stroke.start_ms + point.time_ms) <= elapsed).count();
            if due <= written {
                continue;
            }
            let samples = points[written..due].to_vec();
            written = due;
            under_way = Some(board.with(move |client, now| pen(client, now, page, under_way, &samples)).await??);
        }
    }
    Ok(())
}

/// One frame's samples: the pen-down makes the stroke, what follows goes on with it. All changes of a
/// stroke are one gesture, which one undo takes back.
fn pen(
    client: &mut Client,
    now: u64,
    page: DocumentId,
    under_way: Option<(RecordId, u32)>,
    samples: &[Point],
) -> Result<(RecordId, u32), EditError> {
    let mut edit = client.draft();
    let (stroke, gesture) = match under_way {
        Some(under_way) => under_way,
        None => {
            let properties = [(Key::Color, Value::Color([28, 42, 74, 255])), (Key::StrokeWidth, Value::Int(4 * 8))];
            (edit.create(client, page, Kind::Stroke, &properties)?, client.new_gesture())
        }
    };
    edit.append_ink(client, page, stroke, samples)?;
    client.commit(now, HAND, gesture, edit)?;
    Ok((stroke, gesture))
}
