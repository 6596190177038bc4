//! `bench log`: durable appends a second, and how long one takes, beside plain SQLite and the disk.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use kakehashi_protocol::ids::BoardId;
use kakehashi_server::log::{Log, SqliteLog, SqliteOptions, create_board};
use rusqlite::{Connection, params};
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Builder;

use super::report::{Report, folder, number};
use super::stats::Latencies;
use super::{Error, Options};

/// Bytes of a row: what a lesson's four writers gather in 16 ms.
const ROW_BYTES: usize = 96;
/// Boards that write at once, each one row after the other; and rows that plain SQLite takes into one
/// commit: 1 is without grouping, and as many as there are boards is the most that grouping can do.
const BOARDS: [usize; 4] = [1, 10, 100, 1_000];

/// Runs it.
///
/// # Errors
/// Those of the disk.
pub fn run(options: &Options) -> Result<(), Error> {
    let measured = Duration::from_secs(if options.quick { 1 } else { 5 });
    let mut report = Report::new("log");
    let mut add = |peer: String, boards: usize, done: &Done| {
        report.add(vec![
            ("peer", json!(peer)),
            ("boards", json!(boards)),
            ("appends_per_s", number(done.latencies.count() as f64 / done.seconds)),
            ("ack_p50_ms", number(done.latencies.percentile_ms(0.5))),
            ("ack_p99_ms", number(done.latencies.percentile_ms(0.99))),
        ]);
    };
    for delay_ms in [0, 10, 50] {
        let delay = Duration::from_millis(delay_ms);
        let named = |peer: &str| if delay_ms == 0 { peer.to_owned() } else { format!("{peer}, sync +{delay_ms} ms") };
        let data = TempDir::new_in(folder()?)?;
        add(named("fdatasync of 4 KiB"), 1, &fdatasync(&data.path().join("file"), delay, measured)?);
        for rows in options.sizes(&BOARDS) {
            let done = plain_sqlite(&data.path().join(format!("{rows}.sqlite")), rows, delay, measured)?;
            add(named("SQLite, rows a commit"), rows, &done);
        }
        for boards in options.sizes(&BOARDS) {
            let data = TempDir::new_in(folder()?)?;
            add(named("kakehashi"), boards, &appends(data.path(), boards, delay, measured)?);
        }
    }
    report.finish()
}

struct Done {
    latencies: Latencies,
    seconds: f64,
}

/// Calls `act` until the time is over; it says how many rows it has made durable.
fn repeat(measured: Duration, mut act: impl FnMut() -> Result<usize, Error>) -> Result<Done, Error> {
    let mut latencies = Latencies::default();
    let began = Instant::now();
    while began.elapsed() < measured {
        let one = Instant::now();
        let rows = act()?;
        (0..rows).for_each(|_| latencies.add(one.elapsed()));
    }
    Ok(Done { latencies, seconds: began.elapsed().as_secs_f64() })
}

fn fdatasync(path: &Path, delay: Duration, measured: Duration) -> Result<Done, Error> {
    let mut file = File::create(path)?;
    repeat(measured, || {
        file.write_all(&[0x55; 4_096])?;
        std::thread::sleep(delay);
        file.sync_data()?;
        Ok(1)
    })
}

fn plain_sqlite(path: &Path, group: usize, delay: Duration, measured: Duration) -> Result<Done, Error> {
    let db = Connection::open(path)?;
    // As our log is set.
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch("CREATE TABLE rows (place INTEGER PRIMARY KEY, body BLOB NOT NULL)")?;
    let mut place = 0_i64;
    repeat(measured, || {
        db.execute_batch("BEGIN IMMEDIATE")?;
        for _ in 0..group {
            place += 1;
            db.prepare_cached("INSERT INTO rows (place, body) VALUES (?1, ?2)")?.execute(params![place, [0x55_u8; ROW_BYTES]])?;
        }
        std::thread::sleep(delay);
        db.execute_batch("COMMIT")?;
        Ok(group)
    })
}

fn appends(folder: &Path, boards: usize, sync_delay: Duration, measured: Duration) -> Result<Done, Error> {
    let options = SqliteOptions { sync_delay, ..SqliteOptions::default() };
    let log: Arc<dyn Log> = Arc::new(SqliteLog::open(&folder.join("boards.sqlite"), options)?);
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let body = Bytes::from_static(&[0x55; ROW_BYTES]);
    runtime.block_on(async {
        let mut creating = tokio::task::JoinSet::new();
        for number in 0..boards as u128 {
            let (log, body) = (Arc::clone(&log), body.clone());
            creating.spawn(async move {
                let board = BoardId((number + 1).to_be_bytes());
                create_board(&*log, board, body, 1).await.map(|(head, _)| (board, head.end))
            });
        }
        let created = creating.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
        let began = Instant::now();
        let mut writing = tokio::task::JoinSet::new();
        for (board, mut end) in created {
            let (log, body) = (Arc::clone(&log), body.clone());
            writing.spawn(async move {
                let mut latencies = Latencies::default();
                while began.elapsed() < measured {
                    let one = Instant::now();
                    end = log.append(board, end, body.clone()).await?;
                    latencies.add(one.elapsed());
                }
                Ok::<_, Error>(latencies)
            });
        }
        let mut all = Latencies::default();
        for latencies in writing.join_all().await {
            all.extend(latencies?);
        }
        let seconds = began.elapsed().as_secs_f64();
        log.close().await?;
        Ok(Done { latencies: all, seconds })
    })
}
