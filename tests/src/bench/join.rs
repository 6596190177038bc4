//! `bench join`: who comes late to a full page. The server is started anew with the page in its
//! log, so that its memory is the page's and not that of writing it.

use std::io::Read;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use kakehashi_handwriting::{Stroke, page};
use kakehashi_protocol::ids::{BoardId, DocumentId};
use kakehashi_protocol::limits::IN_FLIGHT_CHANGES_MAX;
use kakehashi_protocol::wire::frame::{ClientFrame, message};
use kakehashi_protocol::wire::snapshot::read_snapshot;
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Builder;

use super::board::{Pen, acknowledged, first_page, join, new_actor, new_board, points, request, snapshot_path};
use super::process::Process;
use super::report::{Report, folder, number};
use super::{Error, Options};

/// Strokes of the page.
const STROKES: usize = 5_000;
/// Points of each.
const POINTS: usize = 120;

/// Runs it.
///
/// # Errors
/// Whatever keeps the page from being written or read.
pub fn run(options: &Options) -> Result<(), Error> {
    let strokes = if options.quick { STROKES / 10 } else { STROKES };
    let mut report = Report::new("join");
    let data = TempDir::new_in(folder()?)?;
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (board, document) = {
        let server = Process::kakehashi(data.path(), &[])?;
        let (board, document, seconds) = runtime.block_on(write(&server.address, &page(1, strokes, POINTS)))?;
        let cpu_s = server.cpu_s()?;
        println!("{strokes} strokes were written in {seconds:.1} s with {cpu_s:.2} s of server CPU");
        stop(server)?;
        (board, document)
    };
    let server = Process::kakehashi(data.path(), &[])?;
    // The first connection reads the board from the disk; the second meets it in memory, the third
    // also finds its snapshot compressed.
    let mut keep = Vec::new();
    for who in ["the first since the start", "the next", "the one after"] {
        let (cpu_s, rss_kib, began) = (server.cpu_s()?, server.rss_kib()?, Instant::now());
        let (socket, welcome) = runtime.block_on(join(&server.address, board, new_actor(), &[DocumentId::COVER, document]))?;
        let answer = request(&server.address, "GET", &snapshot_path(board, document, &welcome.ticket), "accept-encoding: gzip\r\n")?;
        let seconds = began.elapsed().as_secs_f64();
        keep.push(socket);
        let mut plain = Vec::new();
        GzDecoder::new(answer.body.as_slice()).read_to_end(&mut plain)?;
        let snapshot = read_snapshot(&plain)?.document;
        let all: usize = snapshot.records().filter_map(|record| record.ink()).map(|ink| ink.points() as usize).sum();
        if all != strokes * POINTS {
            return Err(format!("{all} points came, not {}", strokes * POINTS).into());
        }
        std::thread::sleep(Duration::from_millis(300));
        report.add(vec![
            ("peer", json!(format!("kakehashi, {who}"))),
            ("points", json!(all)),
            ("wire_mb", number((answer.body.len() + answer.head.len()) as f64 / 1e6)),
            ("plain_mb", number(plain.len() as f64 / 1e6)),
            ("seconds", number(seconds)),
            ("cpu_ms", number((server.cpu_s()? - cpu_s) * 1_000.0)),
            ("rss_mb_before", number(rss_kib / 1024.0)),
            ("rss_mb_more", number((server.rss_kib()? - rss_kib) / 1024.0)),
            ("rss_mb_peak", number(server.rss_peak_kib()? / 1024.0)),
        ]);
    }
    report.finish()
}

/// Ends a server as a supervisor does, so that it saves what it would save.
fn stop(server: Process) -> Result<(), Error> {
    std::process::Command::new("kill").arg(server.id().to_string()).status()?;
    std::thread::sleep(Duration::from_secs(3));
    drop(server);
    Ok(())
}

/// Writes a page, a stroke a change, as fast as it is acknowledged.
pub(super) async fn write(address: &str, strokes: &[Stroke]) -> Result<(BoardId, DocumentId, f64), Error> {
    let board = new_board(address)?;
    let document = first_page(address, board).await?;
    let actor = new_actor();
    let (mut socket, _) = join(address, board, actor, &[DocumentId::COVER]).await?;
    let began = Instant::now();
    let mut pen = Pen::new(actor, document);
    let (mut answered, mut in_flight) = (1, std::collections::VecDeque::new());
    for stroke in strokes {
        let change = pen.write(&points(stroke), true)?;
        in_flight.push_back(pen.next());
        socket.send(&message(&ClientFrame::Change(change.to_bytes()))).await?;
        while in_flight.len() >= IN_FLIGHT_CHANGES_MAX {
            socket.read(|message| answered = answered.max(acknowledged(message, actor).unwrap_or(0))).await?;
            in_flight.retain(|end| *end > answered);
        }
    }
    while answered < pen.next() {
        socket.read(|message| answered = answered.max(acknowledged(message, actor).unwrap_or(0))).await?;
    }
    Ok((board, document, began.elapsed().as_secs_f64()))
}
