//! Who writes, and who sees it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use kakehashi_client::native::call::{Call, Joined, Options as CallOptions, Wet};
use kakehashi_client::native::{Board, Options as BoardOptions};
use kakehashi_client::{Client, EditError, Event};
use kakehashi_protocol::ids::{DocumentId, RecordId};
use kakehashi_protocol::ink::{Ink, Point as InkPoint};
use kakehashi_protocol::lane::{EVERY_MS, WetPoint, WetStroke};
use kakehashi_protocol::schema::{Key, Kind, Value};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::Receiver;

use super::super::Error;

/// A pen gives so many samples a second.
const SAMPLES_HZ: u32 = 120;
/// Samples of a stroke.
const STROKE_SAMPLES: u32 = 2 * SAMPLES_HZ;
/// Samples between two strokes.
const PAUSE_SAMPLES: u32 = SAMPLES_HZ / 4;
/// One frame of a 60 Hz screen.
const FRAME: Duration = Duration::from_micros(16_667);
/// How long who writes waits for the others to be there.
const ASSEMBLY: Duration = Duration::from_secs(20);
/// How long the last ink may be under way.
const LATE: Duration = Duration::from_secs(10);

/// What a process of a run is told to be.
#[derive(Deserialize)]
#[serde(tag = "part", rename_all = "kebab-case")]
pub enum Said {
    /// Who starts the others, within the link.
    Link {
        /// For what they write down.
        folder: PathBuf,
        /// How long is written.
        seconds: u64,
    },
    /// Who writes.
    Writer {
        /// Host and port.
        server: String,
        /// Where the points are written down.
        file: PathBuf,
        /// How long.
        seconds: u64,
    },
    /// Who sees it.
    Viewer {
        /// The board's.
        link: String,
        /// Where it is written down.
        file: PathBuf,
    },
}

/// A point that was drawn.
#[derive(Serialize, Deserialize)]
pub struct Point {
    /// Of this stroke.
    pub record: String,
    /// Its place in the stroke.
    pub index: u32,
    /// When the pen was there, microseconds since 1970.
    pub at_us: u64,
}

/// A point that came.
#[derive(Serialize, Deserialize)]
pub struct Seen {
    /// Of this stroke.
    pub record: String,
    /// Its place in the stroke.
    pub index: u32,
    /// When it came with the log's row.
    pub op_us: Option<u64>,
    /// When it came by the lane.
    pub lane_us: Option<u64>,
}

fn now_us() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}

fn block_on<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

async fn enter(link: &str) -> Result<(Board, Receiver<Event>, DocumentId, Joined), Error> {
    let (board, mut events) = Board::open(link, BoardOptions::default())?;
    let page = loop {
        if let Some(page) = board.with(first_page).await?? {
            break page;
        }
        events.recv().await.ok_or("the board was closed")?;
    };
    let nothing = CallOptions { voices: 0, pictures: 0, ..CallOptions::default() };
    let joined = Call::join(&board, nothing).await?;
    Ok((board, events, page, joined))
}

/// The first page, once it is here; who comes first makes it.
fn first_page(client: &mut Client, now: u64) -> Result<Option<DocumentId>, EditError> {
    if !client.is_ready(DocumentId::COVER) {
        return Ok(None);
    }
    let page = match client.pages().first() {
        Some(entry) => DocumentId(entry.id()),
        None => {
            let mut edit = client.draft();
            let page = edit.add_page(client, None)?;
            let gesture = client.new_gesture();
            client.commit(now, 0, gesture, edit)?;
            page
        }
    };
    client.open(page);
    Ok(client.is_ready(page).then_some(page))
}

/// Writes strokes, each frame's samples as one change, and shows them by the lane.
pub fn write(server: &str, file: &Path, seconds: u64) -> Result<(), Error> {
    block_on(async {
        let (link, _) = Board::start(&format!("http://{server}"), &BoardOptions::default()).await?;
        let (board, mut events, page, joined) = enter(&link).await?;
        println!("{link}");
        tokio::spawn(async move { while events.recv().await.is_some() {} });
        tokio::time::sleep(ASSEMBLY).await;
        let mut written = BufWriter::new(File::create(file)?);
        let (began, began_us) = (Instant::now(), now_us());
        let mut frames = tokio::time::interval(FRAME);
        let mut stroke: Option<(RecordId, u32, Wet)> = None;
        let mut shown = Instant::now();
        let (mut taken, mut new) = (0_u32, Vec::new());
        while began.elapsed() < Duration::from_secs(seconds) {
            frames.tick().await;
            let due = (began.elapsed().as_millis() * u128::from(SAMPLES_HZ) / 1_000) as u32;
            let samples: Vec<u32> = (taken..due).filter(|sample| sample % (STROKE_SAMPLES + PAUSE_SAMPLES) < STROKE_SAMPLES).collect();
            let began_anew = samples.first().is_some_and(|sample| sample % (STROKE_SAMPLES + PAUSE_SAMPLES) < due - taken);
            taken = due;
            if began_anew {
                stroke = None;
            }
            if !samples.is_empty() {
                let points: Vec<InkPoint> = samples.iter().map(|sample| ink_point(*sample)).collect();
                let before = stroke.as_ref().map(|(record, gesture, _)| (*record, *gesture));
                let (record, gesture) = board.with(move |client, now| pen(client, now, page, before, &points)).await??;
                let (_, _, _) = stroke.get_or_insert_with(|| {
                    let wet = WetStroke { counter: record.counter, color: [28, 42, 74, 255], width: 32, ..WetStroke::default() };
                    (record, gesture, Wet::new(page, wet))
                });
                for sample in &samples {
                    let at_us = began_us + u64::from(*sample) * 1_000_000 / u64::from(SAMPLES_HZ);
                    let point = Point { record: record.to_string(), index: sample % (STROKE_SAMPLES + PAUSE_SAMPLES), at_us };
                    writeln!(written, "{}", serde_json::to_string(&point)?)?;
                }
                new.extend(samples.iter().map(|sample| wet_point(*sample)));
            }
            if let Some((_, _, wet)) = stroke.as_mut().filter(|_| shown.elapsed() >= Duration::from_millis(EVERY_MS - 2)) {
                shown = Instant::now();
                // What finds no room is lost, as on the way.
                joined.call.show(wet.glimpse(std::mem::take(&mut new))).await?;
            }
        }
        written.flush()?;
        tokio::time::sleep(LATE).await;
        joined.call.leave().await;
        board.close().await;
        Ok(())
    })
}

fn place(sample: u32) -> (f64, f64) {
    let turn = f64::from(sample) / 40.0;
    (400.0 + f64::from(sample % 4_000) / 3.0 + 60.0 * turn.cos(), 500.0 + 60.0 * turn.sin())
}

fn ink_point(sample: u32) -> InkPoint {
    let (x, y) = place(sample);
    InkPoint::from_units(x, y, 0.5, sample % (STROKE_SAMPLES + PAUSE_SAMPLES) * 1_000 / SAMPLES_HZ)
}

fn wet_point(sample: u32) -> WetPoint {
    let (x, y) = place(sample);
    let ms = sample % (STROKE_SAMPLES + PAUSE_SAMPLES) * 1_000 / SAMPLES_HZ;
    WetPoint { x: (x * 8.0).round() as i32, y: (y * 8.0).round() as i32, pressure: 127, ms }
}

/// One frame's samples: the first make the stroke, the others go on with it.
fn pen(
    client: &mut Client,
    now: u64,
    page: DocumentId,
    under_way: Option<(RecordId, u32)>,
    samples: &[InkPoint],
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
    client.commit(now, 0, gesture, edit)?;
    Ok((stroke, gesture))
}

/// Writes down when each point is there, by the log's rows and by the lane, until who writes has left.
pub fn view(link: &str, file: &Path) -> Result<(), Error> {
    block_on(async {
        let (board, mut events, page, joined) = enter(link).await?;
        let Joined { call, mut packets, mut glimpses, events: mut told } = joined;
        tokio::spawn(async move { while packets.recv().await.is_some() {} });
        let mut seen: BTreeMap<(RecordId, u32), (Option<u64>, Option<u64>)> = BTreeMap::new();
        let mut counts: BTreeMap<RecordId, u32> = BTreeMap::new();
        let mut alone = tokio::time::interval(Duration::from_secs(1));
        let mut others = false;
        loop {
            tokio::select! {
                event = events.recv() => {
                    let Event::Changed { document, records, .. } = event.ok_or("the board was closed")? else { continue };
                    if document != page {
                        continue;
                    }
                    let at = now_us();
                    let asked = records.clone();
                    let points = board.with(move |client, _| asked.iter().map(|record| points_of(client, page, *record)).collect::<Vec<_>>()).await?;
                    for (record, count) in records.into_iter().zip(points) {
                        let before = counts.insert(record, count).unwrap_or(0);
                        (before..count).for_each(|index| seen.entry((record, index)).or_default().0 = Some(at));
                    }
                }
                shown = glimpses.recv() => {
                    let shown = shown.ok_or("the call is over")?;
                    let at = now_us();
                    for stroke in &shown.glimpse.strokes {
                        let record = stroke.record(shown.actor);
                        for index in (stroke.first..).take(stroke.points.len()) {
                            seen.entry((record, index)).or_default().1.get_or_insert(at);
                        }
                    }
                }
                _ = told.recv() => {}
                _ = alone.tick() => {
                    // The viewers stay; who writes is the first to have come, and to leave.
                    let members: Vec<_> = call.members().await?.iter().map(|member| member.member).collect();
                    let first = members.iter().min().is_some_and(|first| *first == 1);
                    others |= first;
                    if others && !first {
                        break;
                    }
                }
            }
        }
        let mut written = BufWriter::new(File::create(file)?);
        for ((record, index), (op_us, lane_us)) in seen {
            writeln!(written, "{}", serde_json::to_string(&Seen { record: record.to_string(), index, op_us, lane_us })?)?;
        }
        written.flush()?;
        call.leave().await;
        board.close().await;
        Ok(())
    })
}

fn points_of(client: &Client, page: DocumentId, record: RecordId) -> u32 {
    client.ink(page, record).map_or(0, Ink::points)
}
