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
use super::socket::Socket;
use super::{Error, Options, painted};

/// Strokes of the page.
const STROKES: usize = 5_000;
/// Points of each.
const POINTS: usize = 120;
/// Starts of the server, for the first join after one. The one in the middle is told in full.
const STARTS: usize = 9;

/// Runs it.
///
/// # Errors
/// Whatever keeps the page from being written or read.
pub fn run(options: &Options) -> Result<(), Error> {
    let strokes = if options.quick { STROKES / 10 } else { STROKES };
    let mut report = Report::new("join");
    let page = Page::write(strokes)?;
    let mut add = |who: String, join: &Join| {
        report.add(vec![
            ("peer", json!(format!("kakehashi, {who}"))),
            ("points", json!(strokes * POINTS)),
            ("wire_mb", number(join.wire_mb)),
            ("plain_mb", number(join.plain_mb)),
            ("seconds", number(join.seconds)),
            ("cpu_ms", number(join.cpu_ms)),
            ("rss_mb_before", number(join.rss_mb_before)),
            ("rss_mb_more", number(join.rss_mb - join.rss_mb_before)),
            ("rss_mb_peak", number(join.rss_mb_peak)),
        ]);
    };
    // The first connection reads the board from the disk; the second meets it in memory, the third
    // also finds its snapshot compressed.
    let mut firsts = Vec::new();
    let (server, _socket) = loop {
        let server = page.serve()?;
        let (join, socket) = first_join(&server, &page)?;
        firsts.push(join);
        if firsts.len() == STARTS {
            break (server, socket);
        }
    };
    firsts.sort_by(|one, other| one.cpu_ms.total_cmp(&other.cpu_ms));
    let (least, most) = (firsts[0].cpu_ms, firsts[STARTS - 1].cpu_ms);
    add(format!("the first since one of {STARTS} starts: {least:.1} to {most:.1} ms"), &firsts[STARTS / 2]);
    let mut keep = Vec::new();
    for who in ["the next", "the one after"] {
        let (join, socket) = first_join(&server, &page)?;
        keep.push(socket);
        add(who.to_owned(), &join);
    }
    painted::add(&mut report, &server, &format!("/b/{}?lang=en", page.board), &page.strokes);
    report.finish()
}

/// A page that was written, in a folder of its own.
pub struct Page {
    data: TempDir,
    board: BoardId,
    document: DocumentId,
    strokes: Vec<Stroke>,
}

impl Page {
    /// Writes a page through a server, which then stops in order.
    ///
    /// # Errors
    /// The server fails.
    pub fn write(strokes: usize) -> Result<Self, Error> {
        let data = TempDir::new_in(folder()?)?;
        let server = Process::kakehashi(data.path(), &[])?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let strokes = page(1, strokes, POINTS);
        let (board, document, seconds) = runtime.block_on(write(&server.address, &strokes))?;
        println!("{} strokes were written in {seconds:.1} s with {:.2} s of server CPU", strokes.len(), server.cpu_s()?);
        stop(server)?;
        Ok(Self { data, board, document, strokes })
    }

    /// A server anew, which has not read the page yet.
    ///
    /// # Errors
    /// It does not start.
    pub fn serve(&self) -> Result<Process, Error> {
        let server = Process::kakehashi(self.data.path(), &[])?;
        // What a server does after its start is not the joiner's cost.
        std::thread::sleep(Duration::from_secs(1));
        Ok(server)
    }
}

/// What a join cost.
pub struct Join {
    /// The snapshot's answer as it came, with its head.
    pub wire_mb: f64,
    /// The snapshot.
    pub plain_mb: f64,
    /// Until all was there.
    pub seconds: f64,
    /// Of the server.
    pub cpu_ms: f64,
    /// The server's memory before.
    pub rss_mb_before: f64,
    /// And afterwards.
    pub rss_mb: f64,
    /// And at most.
    pub rss_mb_peak: f64,
}

/// Joins, and checks that all points came. The socket keeps the board in memory.
///
/// # Errors
/// The server fails, or points are missing.
pub fn first_join(server: &Process, page: &Page) -> Result<(Join, Socket), Error> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let rss_mb_before = server.rss_kib()? / 1024.0;
    let (cpu_s, began) = (server.cpu_s_of_threads()?, Instant::now());
    let (socket, welcome) = runtime.block_on(join(&server.address, page.board, new_actor(), &[DocumentId::COVER, page.document]))?;
    let answer = request(&server.address, "GET", &snapshot_path(page.board, page.document, &welcome.ticket), "accept-encoding: gzip\r\n")?;
    let seconds = began.elapsed().as_secs_f64();
    std::thread::sleep(Duration::from_millis(300));
    let cpu_ms = (server.cpu_s_of_threads()? - cpu_s) * 1_000.0;
    let mut plain = Vec::new();
    GzDecoder::new(answer.body.as_slice()).read_to_end(&mut plain)?;
    let snapshot = read_snapshot(&plain)?.document;
    let all: usize = snapshot.records().filter_map(|record| record.ink()).map(|ink| ink.points() as usize).sum();
    if all != page.strokes.len() * POINTS {
        return Err(format!("{all} points came, not {}", page.strokes.len() * POINTS).into());
    }
    let wire_mb = (answer.body.len() + answer.head.len()) as f64 / 1e6;
    let (rss_mb, rss_mb_peak) = (server.rss_kib()? / 1024.0, server.rss_peak_kib()? / 1024.0);
    let join = Join { wire_mb, plain_mb: plain.len() as f64 / 1e6, seconds, cpu_ms, rss_mb_before, rss_mb, rss_mb_peak };
    // The runtime that drives the socket may end: nothing more is read from it.
    Ok((join, socket))
}

/// Ends a server as a supervisor does, so that it saves what it would save.
pub(super) fn stop(server: Process) -> Result<(), Error> {
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
