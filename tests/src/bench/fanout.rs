//! `bench fanout`: a lesson with four writers and many viewers, beside other servers. Servers are
//! processes of their own; their CPU is the kernel's count of it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::lesson::{Lesson, TIMING, UPDATE_POINTS, WRITERS};
use super::peers::{NAMES, available, start};
use super::process::Process;
use super::report::{Report, Row, number};
use super::{Error, Options, checkpoint};

/// Viewers of the runs.
const VIEWERS: [usize; 4] = [10, 100, 300, 1_000];
/// Between a server's start and its viewers.
const SETTLE: Duration = Duration::from_secs(1);
/// Written before anything is counted.
const WARM_UP: Duration = Duration::from_secs(2);

/// Runs it.
///
/// # Errors
/// Those of the disk. A server that fails gets a row that says so.
pub fn run(options: &Options) -> Result<(), Error> {
    let measured = Duration::from_secs(if options.quick { 5 } else { 15 });
    let mut report = Report::new("fanout");
    for viewers in options.sizes(&VIEWERS) {
        for name in NAMES.into_iter().filter(|name| options.wants(name)) {
            if !available(name) {
                eprintln!("{name} is left out: npm ci has not been run in tests/peers");
                continue;
            }
            match lesson(name, &[], viewers, measured) {
                Ok(row) => report.add(row),
                Err(error) => eprintln!("{name} with {viewers} viewers: {error}"),
            }
        }
    }
    // How our own fares on slow disks.
    for delay_ms in ["10", "50"].into_iter().filter(|_| options.wants("kakehashi")) {
        for viewers in options.sizes(&[10, 300]) {
            let mut row = lesson("kakehashi", &["--sync-delay-ms", delay_ms], viewers, measured)?;
            row[0].1 = json!(format!("kakehashi, sync +{delay_ms} ms"));
            report.add(row);
        }
    }
    // And what a checkpoint of a full page does to a lesson; there is one each 2,048 rows.
    for viewers in options.sizes(&[10, 300]).into_iter().filter(|_| options.wants("kakehashi") && !options.quick) {
        checkpoint::add(&mut report, viewers, 5 * measured)?;
    }
    report.finish()
}

/// Runs a server under the load of a lesson.
fn lesson(name: &'static str, flags: &[&str], viewers: usize, measured: Duration) -> Result<Row, Error> {
    let peer = start(name, flags)?;
    let lesson = Lesson::new(&peer.process.address, Arc::clone(&peer.dialect), WRITERS);
    // A server does this and that after its start, which is not its viewers' cost.
    std::thread::sleep(SETTLE);
    let rss_before = peer.process.rss_kib()?;
    let threads = [lesson.start_viewers(viewers - TIMING)?, lesson.start_writers()?];
    let row = measure(&lesson, &peer.process, viewers, measured, rss_before);
    lesson.end();
    drop(peer);
    threads.into_iter().for_each(|thread| drop(thread.join()));
    let mut row = row?;
    row.insert(0, ("peer", json!(name)));
    Ok(row)
}

fn measure(lesson: &Lesson, process: &Process, viewers: usize, measured: Duration, rss_before: f64) -> Result<Row, Error> {
    lesson.gathered(viewers)?;
    std::thread::sleep(Duration::from_secs(1));
    let idle_kib = (process.rss_kib()? - rss_before) / viewers as f64;
    lesson.begin();
    std::thread::sleep(WARM_UP);
    let window = lesson.window(process, measured)?;
    let rss_mb = process.rss_kib()? / 1024.0;
    let delivered = lesson.delivered(viewers);
    let acknowledged = |share| if window.acknowledged.count() > 0 { number(window.acknowledged.percentile_ms(share)) } else { Value::Null };
    Ok(vec![
        ("viewers", json!(viewers)),
        ("delivered", json!((delivered * 10_000.0).round() / 10_000.0)),
        ("cpu_s_per_million", number(window.cpu_s / window.updates * 1e6)),
        ("p50_ms", number(window.seen.percentile_ms(0.5))),
        ("p99_ms", number(window.seen.percentile_ms(0.99))),
        ("ack_p50_ms", acknowledged(0.5)),
        ("ack_p99_ms", acknowledged(0.99)),
        ("bytes_per_point", number(window.bytes / (window.updates * UPDATE_POINTS))),
        ("updates_per_message", number(window.updates / window.messages)),
        ("idle_kib_per_viewer", number(idle_kib)),
        ("rss_mb", number(rss_mb)),
    ])
}
