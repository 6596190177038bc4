//! `bench rooms`: many boards on one server, and how the cost grows with boards, with viewers of one
//! board, and with what stands on a page. Draws the growth into `target/bench/rooms.svg`.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Builder;

use super::join::{Page, first_join};
use super::lesson::Lesson;
use super::peers::kakehashi::Kakehashi;
use super::plot::{Plot, draw};
use super::process::Process;
use super::report::{Report, Row, folder, number};
use super::{Error, Options};

/// Boards of the runs.
const BOARDS: [usize; 4] = [250, 500, 1_000, 2_000];
/// Who is on each; on one board in ten, one of them writes.
const PARTICIPANTS: usize = 5;
/// One board in so many is written on.
const WRITTEN: usize = 10;
/// Viewers of one board with one writer.
const VIEWERS: [usize; 5] = [10, 30, 100, 300, 1_000];
/// Strokes of a page that is joined.
const STROKES: [usize; 4] = [1_000, 2_500, 5_000, 10_000];
/// Written before anything is counted.
const WARM_UP: Duration = Duration::from_secs(3);

/// Runs it.
///
/// # Errors
/// The server fails.
pub fn run(options: &Options) -> Result<(), Error> {
    let measured = Duration::from_secs(if options.quick { 4 } else { 10 });
    let mut report = Report::new("rooms");
    let mut plots = Vec::new();
    let boards = options.sizes(&BOARDS);
    let rows = boards.iter().map(|boards| crowd(*boards, PARTICIPANTS, measured)).collect::<Result<Vec<_>, _>>()?;
    grow(&mut report, &mut plots, "CPU, ms a second", "boards", rows);
    let rows = VIEWERS.iter().map(|viewers| crowd(1, *viewers, measured)).collect::<Result<Vec<_>, _>>()?;
    grow(&mut report, &mut plots, "CPU, ms a second", "participants", rows);
    let rows = STROKES.iter().map(|strokes| joined(*strokes)).collect::<Result<Vec<_>, _>>()?;
    grow(&mut report, &mut plots, "CPU of the first join, ms", "strokes", rows);
    let file = folder()?.join("rooms.svg");
    std::fs::write(&file, draw(&plots))?;
    println!("\ndrawn into {}", file.display());
    report.finish()
}

/// Adds rows, and a plot of their CPU, memory and latency by the column `by`.
fn grow(report: &mut Report, plots: &mut Vec<Plot>, cpu: &str, by: &str, rows: Vec<Row>) {
    let of = |row: &Row, name: &str| row.iter().find(|(found, _)| *found == name).and_then(|(_, value)| value.as_f64());
    for (name, label) in [("cpu_ms", cpu), ("rss_mb", "memory, MB"), ("p99_ms", "p99, ms")] {
        let points: Vec<(f64, f64)> = rows.iter().filter_map(|row| Some((of(row, by)?, of(row, name)?))).collect();
        plots.push(Plot { title: format!("{label}, by {by}"), points });
    }
    rows.into_iter().for_each(|row| report.add(row));
}

/// Boards with participants; with one board alone, all but its writer are viewers that are counted.
fn crowd(boards: usize, participants: usize, measured: Duration) -> Result<Row, Error> {
    let data = TempDir::new_in(folder()?)?;
    let process = Process::kakehashi(data.path(), &[])?;
    let lessons = (0..boards)
        .map(|_| Ok(Lesson::new(&process.address, Arc::new(Kakehashi::new(&process.address)?), 1)))
        .collect::<Result<Vec<_>, Error>>()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let row = runtime.block_on(async {
        for (index, lesson) in lessons.iter().enumerate() {
            let written = index % WRITTEN == 0;
            // Two of one board time, so that looking up costs the others nothing.
            let timing = if written { 2.min(participants - 1) } else { 0 };
            Arc::clone(lesson).view_all(timing, true).await;
            Arc::clone(lesson).view_all(participants - timing - usize::from(written), false).await;
            lesson.check()?;
        }
        for (index, lesson) in lessons.iter().step_by(WRITTEN).enumerate() {
            let lesson = Arc::clone(lesson);
            // Hands do not move in step.
            let later = Duration::from_micros(index as u64 * 997 % 16_667);
            tokio::spawn(async move {
                tokio::time::sleep(later).await;
                lesson.write(0).await;
            });
        }
        tokio::time::sleep(WARM_UP).await;
        let before = process.cpu_s()?;
        lessons.iter().for_each(|lesson| lesson.measure(true));
        tokio::time::sleep(measured).await;
        lessons.iter().for_each(|lesson| lesson.measure(false));
        let cpu_s = process.cpu_s()? - before;
        let rss_mb = process.rss_kib()? / 1024.0;
        let mut seen = super::stats::Latencies::default();
        for lesson in &lessons {
            lesson.check()?;
            seen.extend(lesson.take_seen());
        }
        Ok::<Row, Error>(vec![
            ("peer", json!("kakehashi")),
            ("boards", json!(boards)),
            ("participants", json!(participants)),
            ("cpu_ms", number(cpu_s / measured.as_secs_f64() * 1_000.0)),
            ("rss_mb", number(rss_mb)),
            ("p50_ms", number(seen.percentile_ms(0.5))),
            ("p99_ms", number(seen.percentile_ms(0.99))),
            ("updates_timed", json!(seen.count())),
        ])
    });
    lessons.iter().for_each(|lesson| lesson.end());
    row
}

/// The first join of a page after the server's start.
fn joined(strokes: usize) -> Result<Row, Error> {
    let page = Page::write(strokes)?;
    let server = page.serve()?;
    let (join, _socket) = first_join(&server, &page)?;
    Ok(vec![
        ("peer", Value::from("kakehashi")),
        ("strokes", json!(strokes)),
        ("wire_mb", number(join.wire_mb)),
        ("cpu_ms", number(join.cpu_ms)),
        ("rss_mb", number(join.rss_mb)),
        ("seconds", number(join.seconds)),
    ])
}
