//! What a checkpoint does to the latency of a lesson on a full page: windows of a second, told apart
//! by whether a checkpoint was saved in them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kakehashi_handwriting::page;
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Builder;

use super::Error;
use super::join::write;
use super::lesson::{Lesson, TIMING, WRITERS};
use super::peers::kakehashi::Kakehashi;
use super::process::Process;
use super::report::{Report, folder, number};
use super::stats::Latencies;

/// Strokes that stand on the page before.
const STROKES: usize = 5_000;
/// Points of each.
const POINTS: usize = 120;
/// How long a window is.
const WINDOW: Duration = Duration::from_secs(1);

/// Adds a row for windows without a checkpoint, and one for those with one.
///
/// # Errors
/// The server fails.
pub fn add(report: &mut Report, viewers: usize, measured: Duration) -> Result<(), Error> {
    let data = TempDir::new_in(folder()?)?;
    let process = Process::kakehashi(data.path(), &[])?;
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (board, document, _) = runtime.block_on(write(&process.address, &page(1, STROKES, POINTS)))?;
    let lesson = Lesson::new(&process.address, Arc::new(Kakehashi::on(board, document)), WRITERS);
    let threads = [lesson.start_viewers(viewers - TIMING)?, lesson.start_writers()?];
    lesson.gathered(viewers)?;
    lesson.begin();
    std::thread::sleep(2 * WINDOW);
    // Seen and acknowledged, without and with a checkpoint.
    let mut latencies = [(); 2].map(|()| (Latencies::default(), Latencies::default(), 0));
    let began = Instant::now();
    let mut saved = process.metric("kakehashi_checkpoints_total")?;
    while began.elapsed() < measured {
        let window = lesson.window(&process, WINDOW)?;
        let now = process.metric("kakehashi_checkpoints_total")?;
        let (seen, acknowledged, count) = &mut latencies[usize::from(now > saved)];
        seen.extend(window.seen);
        acknowledged.extend(window.acknowledged);
        *count += 1;
        saved = now;
    }
    lesson.end();
    drop(process);
    threads.into_iter().for_each(|thread| drop(thread.join()));
    for (what, (seen, acknowledged, count)) in ["no checkpoint", "a checkpoint"].into_iter().zip(&latencies) {
        report.add(vec![
            ("peer", json!(format!("kakehashi, {what}"))),
            ("viewers", json!(viewers)),
            ("seconds", json!(count)),
            ("p50_ms", number(seen.percentile_ms(0.5))),
            ("p99_ms", number(seen.percentile_ms(0.99))),
            ("worst_ms", number(seen.percentile_ms(1.0))),
            ("ack_p99_ms", number(acknowledged.percentile_ms(0.99))),
        ]);
    }
    Ok(())
}
