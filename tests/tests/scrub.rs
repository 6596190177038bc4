//! `kakehashi scrub`: each damage is named by board and row, also below a checkpoint and after another damage; what is
//! whole is not, and neither is what a server is writing (SPEC LOG-6).

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use bytes::Bytes;
use kakehashi_protocol::ids::{BoardId, DocumentId, LogId, OpId, Seq};
use kakehashi_server::log::{Check, Checkpoint, JoinCode, Log, NewBoard, SqliteLog, SqliteOptions};
use kakehashi_server::scrub::{Scrubbed, scrub};
use kakehashi_tests::bench::process::kakehashi;
use kakehashi_tests::crash::crowd::Crowd;
use kakehashi_tests::crash::first_seed;
use kakehashi_tests::crash::server::Server;
use kakehashi_tests::sim::rng::Rng;
use rusqlite::Connection;

const ROWS: u64 = 40;
const BODY: &[u8] = b"what stands in each row";

/// A folder of data with two boards of so many rows, each with a checkpoint over most of them.
async fn boards(folder: &Path, rows: u64) -> PathBuf {
    let data = folder.join("data");
    let _ = std::fs::remove_dir_all(&data);
    let log = SqliteLog::open(&data.join("boards.sqlite"), SqliteOptions::default()).expect("it opens");
    for number in [1, 2] {
        let code = JoinCode::new(number.into()).expect("a code");
        let [board, first_row] = [BoardId([number; 16]), BoardId([0; 16])];
        let new = NewBoard { board, log: LogId([number; 16]), code, created_ms: 0, first_row: Bytes::copy_from_slice(&first_row.0) };
        log.create(new).await.expect("it is made");
        let bodies = (1..rows).map(|_| Bytes::from_static(BODY)).collect();
        log.extend(board, Seq(1), bodies).await.expect("it is written");
        let documents = [DocumentId::COVER, DocumentId(OpId::new(7, 1))].map(|document| (document, Seq(5), Bytes::from("content")));
        let checkpoint = Checkpoint { seq: Seq(rows - 5), state: Bytes::from("state"), documents: documents.into() };
        log.checkpoint_save(board, checkpoint).await.expect("it is saved");
    }
    log.close().await.expect("it closes");
    data
}

async fn look(data: &Path) -> (Vec<String>, Scrubbed) {
    let mut named = Vec::new();
    let all = scrub(data, |damage| named.push(damage.to_string())).await.expect("it can be read");
    assert_eq!(all.damaged, named.len() as u64);
    (named, all)
}

fn change(data: &Path, sql: &str) {
    let changed = Connection::open(data.join("boards.sqlite")).and_then(|db| db.execute(sql, []));
    assert!(changed.as_ref().is_ok_and(|rows| *rows > 0), "{sql}: {changed:?}");
}

#[tokio::test]
async fn every_damaged_row_is_named_and_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, all) = look(&boards(folder.path(), ROWS).await).await;
    assert_eq!(all, Scrubbed { boards: 2, rows: 2 * ROWS, checkpoints: 2, ..Scrubbed::default() });
    let board = BoardId([1; 16]);
    let misfit = "bytes and checksum do not fit each other";
    let last = (2..ROWS).fold(Check::start(LogId([1; 16])).then(Seq(1), &[0; 16]), |check, seq| check.then(Seq(seq), BODY));
    let other_last = last.then(Seq(ROWS), b"x").0.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let row = |seq: u64| format!("place = {}", 1_u64 << 36 | seq);
    let rows = |from: u64, to: u64| format!("place BETWEEN {} AND {}", 1_u64 << 36 | from, 1_u64 << 36 | to);
    let cases: [(String, Vec<String>); 9] = [
        (format!("UPDATE rows SET body = x'00' WHERE {}", row(7)), vec![format!("row 7: {misfit}")]),
        (format!("UPDATE rows SET chained = zeroblob(16) WHERE {}", row(7)), vec![format!("row 7: {misfit}")]),
        (format!("UPDATE rows SET chained = x'00' WHERE {}", row(ROWS)), vec![format!("row {ROWS}: {misfit}")]),
        (
            format!("UPDATE rows SET body = x'00' WHERE {} OR {}", row(1), rows(20, 22)),
            vec![format!("row 1: {misfit}"), format!("rows 20 to 22: {misfit}")],
        ),
        (format!("DELETE FROM rows WHERE {} OR {}", rows(5, 9), row(11)), vec!["rows 5 to 9: missing".into(), "row 11: missing".into()]),
        (format!("DELETE FROM rows WHERE {}", rows(38, ROWS)), vec![format!("rows 38 to {ROWS}: missing")]),
        (format!("DELETE FROM rows WHERE {}", rows(1, ROWS)), vec![format!("rows 1 to {ROWS}: missing")]),
        (format!("UPDATE rows SET place = place + 70 WHERE {}", row(7)), vec!["row 7: missing".into(), "rows 41 to 76: missing".into()]),
        (
            format!("UPDATE rows SET body = x'78', chained = x'{other_last}' WHERE {}", row(ROWS)),
            vec![format!("row {ROWS}: it is not the row that was acknowledged")],
        ),
    ];
    for (sql, expected) in cases {
        let data = boards(folder.path(), ROWS).await;
        change(&data, &sql);
        let (named, _) = look(&data).await;
        let expected: Vec<String> = expected.iter().map(|what| format!("damaged: board {board}, {what}")).collect();
        assert_eq!(named, expected, "{sql}");
    }
}

#[tokio::test]
async fn damaged_checkpoints_and_names_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let board = format!("board {}", BoardId([1; 16]));
    let of = |changes: &'static [&'static str], place: String| changes.iter().map(move |change| (*change, place.clone()));
    let checkpoints = of(
        &[
            "checkpoints SET state = CAST('stade' AS BLOB)",
            "checkpoints SET seq = 2",
            "checkpoints SET format = 99",
            "checkpoints SET checked = x'00'",
            "checkpoint_documents SET body = CAST('discontent' AS BLOB)",
            "checkpoint_documents SET seq = 0",
            "checkpoint_documents SET document = randomblob(16)",
        ],
        format!("the checkpoint of {board}"),
    );
    let names = of(
        &["boards SET board = randomblob(16)", "boards SET log = randomblob(16)", "boards SET code = 77", "boards SET number = 9"],
        board,
    );
    for (sql, place) in checkpoints.chain(names) {
        let data = boards(folder.path(), ROWS).await;
        change(&data, &format!("UPDATE {sql} WHERE number = 1"));
        let (named, all) = look(&data).await;
        assert!(!named.is_empty() && named.iter().all(|line| line.contains(&place)), "{sql}: {named:?}");
        assert_eq!(all.rows, 2 * ROWS, "{sql}: all rows are whole");
    }
}

#[tokio::test]
async fn flipped_bits_of_a_kept_end_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = boards(folder.path(), ROWS).await;
    let file = data.join("boards.sqlite.heads");
    let whole = std::fs::read(&file).expect("it is there");
    for bit in (64 * 8..whole.len() * 8).step_by(9) {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&file, &flipped).expect("there is room");
        let (named, _) = look(&data).await;
        let board = BoardId([(bit / 8 / 64) as u8; 16]);
        assert!(named.len() == 1 && named[0].contains(&format!("board {board}: the end of its log")), "bit {bit}: {named:?}");
    }
    // Nothing is damaged where none is kept, and it is said.
    std::fs::write(&file, &whole[..128]).expect("there is room");
    let (named, all) = look(&data).await;
    assert_eq!((named.len(), all.unguarded), (0, 1));
}

/// What hangs on a page that cannot be read is named, and the rows after it are read.
#[tokio::test]
async fn it_goes_on_after_a_page_that_cannot_be_read() {
    const MANY: u64 = 2_000;
    let folder = tempfile::tempdir().expect("a folder");
    let data = boards(folder.path(), MANY).await;
    let file = data.join("boards.sqlite");
    let mut bytes = std::fs::read(&file).expect("it is there");
    let page = 4096;
    let leaf = (0..bytes.len() / page)
        .map(|number| number * page)
        .filter(|at| bytes[*at] == 13 && bytes[*at..*at + page].windows(BODY.len()).any(|window| window == BODY))
        .nth(5)
        .expect("so many rows stand on several pages");
    bytes[leaf..leaf + 8].fill(0xff);
    std::fs::write(&file, bytes).expect("there is room");
    let (named, all) = look(&data).await;
    let [line] = &named[..] else { panic!("{named:?}") };
    let range =
        line.strip_prefix(&format!("damaged: board {}, rows ", BoardId([1; 16]))).and_then(|rest| rest.split_once(": it cannot be read"));
    let (first, last) = range.and_then(|(range, _)| range.split_once(" to ")).expect("it names the rows");
    let lost = last.parse::<u64>().expect("a number") - first.parse::<u64>().expect("a number") + 1;
    assert!((20..200).contains(&lost), "{line}");
    assert_eq!(all.rows, 2 * MANY - lost);
}

fn run(data: &Path) -> Output {
    let mut command = Command::new(kakehashi().expect("the server is built"));
    command.arg("scrub").arg("--data").arg(data).output().expect("the program starts")
}

fn words(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_server_that_writes_only_what_is_damaged_is_named() {
    let seed = first_seed();
    println!("seed {seed}");
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::new(&folder.path().join("data"), &mut Rng::new(seed));
    assert!(server.start().await, "the server starts");
    let crowd = Crowd::gather(&server, 2, seed).await;
    crowd.write();
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let scrubbed = run(server.data());
        assert!(scrubbed.status.success() && words(&scrubbed).starts_with("1 boards with "), "{}", words(&scrubbed));
    }
    // Below the checkpoint that a server leaves: whoever opens the board does not see it.
    server.stop().await;
    change(server.data(), "UPDATE rows SET body = x'00' WHERE (place & 0xfffffffff) IN (2, 9)");
    assert!(server.start().await, "the server starts");
    crowd.wake().await;
    assert_eq!(crowd.faults().await, Vec::<String>::new());
    let scrubbed = run(server.data());
    let board = crowd.board();
    assert!(!scrubbed.status.success(), "{}", words(&scrubbed));
    for row in [2, 9] {
        assert!(
            String::from_utf8_lossy(&scrubbed.stdout).contains(&format!("damaged: board {board}, row {row}: ")),
            "{}",
            words(&scrubbed)
        );
    }
    server.kill().await;
}

#[tokio::test]
async fn a_folder_without_boards_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = run(folder.path());
    assert!(!told.status.success() && words(&told).contains("there are no boards"), "{}", words(&told));
}
