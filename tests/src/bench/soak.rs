//! `bench soak`: forty writers on one page for ten minutes, twice. First they write on and on: latency should stay as it is,
//! and memory but for what the page comes to hold; a server that is then started anew and reads the same page tells how much
//! that is. Then each moves about what it wrote in the first half minute: the page stays as large, and so should the server.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use super::join::stop;
use super::lesson::{Lesson, TIMING};
use super::peers::kakehashi::Kakehashi;
use super::process::Process;
use super::report::{Report, folder, number};
use super::{Error, Options};

/// Who writes.
const WRITERS: usize = 40;
/// Who reads and does not write.
const VIEWERS: usize = 10;
/// How many windows there are.
const WINDOWS: u32 = 10;
/// How long each is.
const WINDOW: Duration = Duration::from_secs(60);

/// Strokes that one writes before it moves the last of them: one takes a second.
const STROKES: usize = 30;

/// Runs it.
///
/// # Errors
/// The server fails.
pub fn run(options: &Options) -> Result<(), Error> {
    let mut report = Report::new("soak");
    for (does, strokes_max) in [("write", usize::MAX), ("move", STROKES)] {
        soak(options, &mut report, does, strokes_max)?;
    }
    report.finish()
}

fn soak(options: &Options, report: &mut Report, does: &str, strokes_max: usize) -> Result<(), Error> {
    let window = if options.quick { WINDOW / 20 } else { WINDOW };
    let strokes_max = if options.quick { strokes_max / 20 } else { strokes_max };
    let data = TempDir::new_in(folder()?)?;
    let server = Process::kakehashi(data.path(), &[])?;
    let page = Arc::new(Kakehashi::new(&server.address)?.with_strokes_max(strokes_max));
    let lesson = Lesson::new(&server.address, Arc::clone(&page) as _, WRITERS);
    let threads = [lesson.start_viewers(VIEWERS - TIMING)?, lesson.start_writers()?];
    lesson.gathered(VIEWERS)?;
    lesson.begin();
    for index in 1..=WINDOWS {
        let measured = lesson.window(&server, window)?;
        report.add(vec![
            ("peer", json!("kakehashi")),
            ("writers", json!(does)),
            ("seconds", number(window.as_secs_f64() * f64::from(index))),
            ("updates_written", number(measured.updates / VIEWERS as f64)),
            ("p50_ms", number(measured.seen.percentile_ms(0.5))),
            ("p99_ms", number(measured.seen.percentile_ms(0.99))),
            ("worst_ms", number(measured.seen.percentile_ms(1.0))),
            ("ack_p99_ms", number(measured.acknowledged.percentile_ms(0.99))),
            ("cores", number(measured.cpu_s / window.as_secs_f64())),
            ("rss_mb", number(server.rss_kib()? / 1024.0)),
        ]);
    }
    println!("\ndelivered: {:.4}", lesson.delivered(VIEWERS));
    lesson.end();
    threads.into_iter().for_each(|thread| drop(thread.join()));
    stop(server)?;
    let again = Process::kakehashi(data.path(), &[])?;
    let _socket = page.join(&again.address)?;
    report.add(vec![
        ("peer", json!("kakehashi, started anew, with the same page")),
        ("writers", json!(does)),
        ("rss_mb", number(again.rss_kib()? / 1024.0)),
    ]);
    Ok(())
}
