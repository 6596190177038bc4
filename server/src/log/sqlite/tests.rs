use std::fs;
use std::sync::Arc;
use std::time::Instant;

use kakehashi_protocol::ids::{DocumentId, LogId};
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::log::Check;
use crate::log::contract::{self, contract};

/// A log in a folder of its own.
struct SqliteDisk {
    dir: TempDir,
    faults: Faults,
}

impl SqliteDisk {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), faults: Faults::default() }
    }

    fn file(&self) -> PathBuf {
        self.dir.path().join("data/boards.db")
    }

    fn try_open(&self, sync_delay: Duration) -> Result<SqliteLog, LogError> {
        SqliteLog::open(&self.file(), SqliteOptions { sync_delay, faults: self.faults.clone(), ..Default::default() })
    }

    fn open_log(&self) -> SqliteLog {
        self.try_open(Duration::ZERO).unwrap()
    }

    fn raw(&self, sql: &str) -> usize {
        let db = Connection::open(self.file()).unwrap();
        let changed = db.execute(sql, []).unwrap();
        assert_ne!(changed, 0, "{sql} changed nothing");
        changed
    }
}

impl contract::Disk for SqliteDisk {
    fn open(&self) -> Box<dyn Log> {
        Box::new(self.open_log())
    }

    fn faults(&self) -> Faults {
        self.faults.clone()
    }

    fn damage(&self, board: BoardId, seq: Seq) {
        let db = Connection::open(self.file()).unwrap();
        let number: u64 = db.query_row("SELECT number FROM boards WHERE board = ?1", [board.0], |row| row.get(0)).unwrap();
        let place = schema::place(number, seq).unwrap();
        let mut body: Vec<u8> = db.query_row("SELECT body FROM rows WHERE place = ?1", [place], |row| row.get(0)).unwrap();
        body[0] ^= 1;
        assert_eq!(db.execute("UPDATE rows SET body = ?1 WHERE place = ?2", (body, place)), Ok(1));
    }
}

contract!(SqliteDisk::new());

fn new_board(number: u8) -> NewBoard {
    NewBoard {
        board: BoardId([number; 16]),
        log: LogId([number; 16]),
        code: JoinCode::new(number.into()).unwrap(),
        created_ms: 0,
        first_row: Bytes::from("first"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sync_serves_all_who_wait() {
    const BOARDS: u8 = 50;
    let delay = Duration::from_millis(40);
    let disk = SqliteDisk::new();
    let log = Arc::new(disk.try_open(delay).unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    let started = Instant::now();
    for number in 0..BOARDS {
        let log = Arc::clone(&log);
        tasks.spawn(async move { log.create(new_board(number)).await.unwrap() });
    }
    tasks.join_all().await;
    // Two or three commits; one for each board would take 2 s.
    let took = started.elapsed();
    assert!(took >= delay && took < delay * 15, "{took:?}");
}

#[tokio::test]
async fn a_newer_format_is_refused() {
    let disk = SqliteDisk::new();
    disk.open_log().close().await.unwrap();
    Connection::open(disk.file()).unwrap().pragma_update(None, "user_version", schema::FORMAT + 1).unwrap();
    let error = disk.try_open(Duration::ZERO).err().unwrap();
    assert_eq!(error, LogError::NewerFormat { file: disk.file(), found: 2, known: 1 });
}

#[tokio::test]
async fn a_file_that_is_no_log_is_named() {
    let disk = SqliteDisk::new();
    let damaged = |error: LogError| match error {
        LogError::Damaged { place, .. } => assert_eq!(place, disk.file().display().to_string()),
        other => panic!("{other:?}"),
    };
    fs::create_dir_all(disk.file().parent().unwrap()).unwrap();
    fs::write(disk.file(), [0x5a; 10_000]).unwrap();
    damaged(disk.try_open(Duration::ZERO).err().unwrap());

    fs::remove_file(disk.file()).unwrap();
    Connection::open(disk.file()).unwrap().execute_batch("CREATE TABLE recipes (name)").unwrap();
    damaged(disk.try_open(Duration::ZERO).err().unwrap());

    fs::remove_file(disk.file()).unwrap();
    let log = disk.open_log();
    log.create(new_board(1)).await.unwrap();
    log.close().await.unwrap();
    let bytes = fs::read(disk.file()).unwrap();
    fs::write(disk.file(), &bytes[..4096]).unwrap();
    damaged(disk.try_open(Duration::ZERO).err().unwrap());
}

#[tokio::test]
async fn two_servers_do_not_share_a_file() {
    let disk = SqliteDisk::new();
    let log = disk.open_log();
    assert_eq!(disk.try_open(Duration::ZERO).err(), Some(LogError::InUse { file: disk.file() }));
    log.close().await.unwrap();
    disk.open_log();
}

#[tokio::test]
async fn a_missing_row_is_noticed() {
    let disk = SqliteDisk::new();
    let log = disk.open_log();
    let board = log.create(new_board(1)).await.map(|_| BoardId([1; 16])).unwrap();
    for end in 1..4 {
        log.append(board, Seq(end), Bytes::from("body")).await.unwrap();
    }
    disk.raw("DELETE FROM rows WHERE (place & 0xff) = 2");
    for after in [0, 1, 2] {
        let error = log.read(board, Seq(after), usize::MAX).await.unwrap_err();
        assert!(matches!(&error, LogError::Damaged { place, .. } if place.ends_with("row 2")), "{after}: {error:?}");
    }
    assert_eq!(log.read(board, Seq(3), usize::MAX).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_damaged_checkpoint_is_ignored() {
    let disk = SqliteDisk::new();
    let log = disk.open_log();
    let board = log.create(new_board(1)).await.map(|_| BoardId([1; 16])).unwrap();
    let checkpoint =
        Checkpoint { seq: Seq(1), state: Bytes::from("state"), documents: vec![(DocumentId::COVER, Seq(1), Bytes::from("cover"))] };
    for damage in [
        "UPDATE checkpoints SET state = CAST('stade' AS BLOB)",
        "UPDATE checkpoints SET seq = 2",
        "UPDATE checkpoints SET format = 99",
        "UPDATE checkpoints SET checked = x'00'",
        "UPDATE checkpoint_documents SET body = CAST('lover' AS BLOB)",
        "UPDATE checkpoint_documents SET seq = 0",
        "UPDATE checkpoint_documents SET document = x'00000000000000000000000000000001'",
        "DELETE FROM checkpoint_documents",
        "DELETE FROM checkpoints",
    ] {
        log.checkpoint_save(board, checkpoint.clone()).await.unwrap();
        assert_eq!(log.checkpoint_load(board).await, Ok(Some(checkpoint.clone())));
        disk.raw(damage);
        let damages = async || log.scrub(1).await.unwrap().unwrap().damages.len();
        assert!(damages().await > 0, "{damage}");
        assert_eq!(log.checkpoint_load(board).await, Ok(None), "{damage}");
        assert_eq!(damages().await, 0, "what is not used is gone, {damage}");
    }
    assert_eq!(log.read(board, Seq(0), 1).await.unwrap().len(), 1);
}

/// Four rows of one board and of another.
async fn two_boards(disk: &SqliteDisk) -> [BoardId; 2] {
    let log = disk.open_log();
    for number in [1, 2] {
        log.create(new_board(number)).await.unwrap();
        for end in 1..4 {
            log.append(BoardId([number; 16]), Seq(end), Bytes::from("body")).await.unwrap();
        }
    }
    log.close().await.unwrap();
    [1, 2].map(|number| BoardId([number; 16]))
}

fn assert_names<T: std::fmt::Debug>(answer: Result<T, LogError>, board: BoardId, what: &str) {
    let error = answer.unwrap_err().to_string();
    assert!(error.contains(&board.to_string()) && error.contains(what), "{error}");
}

/// SPEC LOG-6: a log that ends before a row that was acknowledged is neither read nor written.
#[tokio::test]
async fn a_shortened_log_is_noticed() {
    let disk = SqliteDisk::new();
    let [one, two] = two_boards(&disk).await;
    disk.raw("DELETE FROM rows WHERE (place & 0xff) > 2 AND place >> 36 = 1");
    let log = disk.open_log();
    assert_names(log.open(one).await, one, "row 3: the row is missing, and all up to row 4");
    for after in 0..6 {
        assert_names(log.read(one, Seq(after), usize::MAX).await, one, "missing");
    }
    assert_names(log.append(one, Seq(2), Bytes::from("third")).await, one, "row 3");
    assert_eq!(log.health(), Health { poisoned: None, damaged: 1 });
    assert_eq!(log.append(two, Seq(4), Bytes::from("on")).await, Ok(Seq(5)));
    // A restart does not mend it.
    log.close().await.unwrap();
    assert_names(disk.open_log().open(one).await, one, "row 3");
}

/// Another history of the same length is not the one that was acknowledged.
#[tokio::test]
async fn an_exchanged_end_is_noticed() {
    let disk = SqliteDisk::new();
    let [one, two] = two_boards(&disk).await;
    let third = Check::start(LogId([1; 16])).then(Seq(1), b"first").then(Seq(2), b"body").then(Seq(3), b"body");
    let fourth: String = third.then(Seq(4), b"x").0.iter().map(|byte| format!("{byte:02x}")).collect();
    disk.raw(&format!("UPDATE rows SET body = x'78', chained = x'{fourth}' WHERE (place & 0xff) = 4 AND place >> 36 = 1"));
    let log = disk.open_log();
    assert_names(log.open(one).await, one, "row 4: it is not the row that was acknowledged");
    assert_names(log.read(one, Seq(0), usize::MAX).await, one, "row 4");
    assert!(log.open(two).await.is_ok());
}

/// A board that is no longer found under its name or its code is damaged, not unknown.
#[tokio::test]
async fn a_lost_name_is_noticed() {
    let names = ["board = x'00'", "board = randomblob(16)", "log = randomblob(16)", "code = 77", "code = 4000000000", "number = 9"];
    for name in names
        .map(|change| format!("UPDATE boards SET {change} WHERE number = 1"))
        .iter()
        .chain(&["DELETE FROM boards WHERE number = 1".to_owned()])
    {
        let disk = SqliteDisk::new();
        let [one, two] = two_boards(&disk).await;
        disk.raw(name);
        let log = disk.open_log();
        assert_names(log.open(one).await, one, "");
        assert!(matches!(log.open(one).await, Err(LogError::Damaged { .. })), "{name}");
        assert_eq!(log.health().damaged, 1, "{name}");
        let found = log.board_of_code(JoinCode::new(1).unwrap()).await;
        assert!(found == Ok(Some(one)) || matches!(found, Err(LogError::Damaged { .. })), "{name}: {found:?}");
        assert_eq!(log.append(two, Seq(4), Bytes::from("on")).await, Ok(Seq(5)));
        // A new board does not take the place of the lost one.
        log.create(new_board(3)).await.unwrap();
        log.close().await.unwrap();
        assert!(matches!(disk.open_log().open(one).await, Err(LogError::Damaged { .. })), "{name}");
    }
}

/// What is kept outside may be missing or damaged: then the log alone counts.
#[tokio::test]
async fn a_damaged_head_is_written_anew() {
    let disk = SqliteDisk::new();
    let [one, _] = two_boards(&disk).await;
    let heads = disk.dir.path().join("data/boards.db.heads");
    let whole = fs::read(&heads).unwrap();
    assert_eq!(whole.len(), 3 * 64);
    let mut flipped = whole.clone();
    flipped[64 + 50] ^= 4;
    fs::write(&heads, flipped).unwrap();
    let log = disk.open_log();
    assert_eq!(log.open(one).await.unwrap().end, Seq(4));
    log.close().await.unwrap();
    assert_eq!(fs::read(&heads).unwrap(), whole);
    fs::remove_file(&heads).unwrap();
    let log = disk.open_log();
    assert_eq!(log.append(one, Seq(4), Bytes::from("on")).await, Ok(Seq(5)));
    log.close().await.unwrap();
    disk.raw("DELETE FROM rows WHERE (place & 0xff) = 5");
    assert_names(disk.open_log().open(one).await, one, "row 5");
}

/// A process that was killed between a commit and its head leaves a log that goes on after the head.
#[tokio::test]
async fn a_log_may_go_on_after_its_head() {
    let disk = SqliteDisk::new();
    let log = disk.open_log();
    log.create(new_board(1)).await.unwrap();
    let heads = disk.dir.path().join("data/boards.db.heads");
    let before = fs::read(&heads).unwrap();
    log.append(BoardId([1; 16]), Seq(1), Bytes::from("second")).await.unwrap();
    log.close().await.unwrap();
    fs::write(&heads, before).unwrap();
    let log = disk.open_log();
    assert_eq!(log.append(BoardId([1; 16]), Seq(2), Bytes::from("third")).await, Ok(Seq(3)));
    assert_eq!(log.read(BoardId([1; 16]), Seq(0), usize::MAX).await.unwrap().len(), 3);
}

/// A bad page of the file costs the boards that have rows on it, and no others.
#[tokio::test]
async fn a_damaged_page_costs_one_board() {
    const PAGE: usize = 4096;
    let disk = SqliteDisk::new();
    let log = disk.open_log();
    let (one, two) = (BoardId([1; 16]), BoardId([2; 16]));
    for (number, board) in [(1, one), (2, two)] {
        log.create(new_board(number)).await.unwrap();
        for end in 1..40 {
            log.append(board, Seq(end), Bytes::from(vec![0xb0 + number; 1_500])).await.unwrap();
        }
    }
    log.close().await.unwrap();

    let mut bytes = fs::read(disk.file()).unwrap();
    let holds = |page: &[u8], byte| page.windows(100).any(|window| window == [byte; 100]);
    let mut pages = bytes.chunks(PAGE).enumerate().filter(|(_, page)| holds(page, 0xb1) && !holds(page, 0xb2));
    let (bad, _) = pages.nth(3).unwrap();
    drop(pages);
    bytes[bad * PAGE] = 0xff;
    fs::write(disk.file(), bytes).unwrap();

    let log = disk.open_log();
    let error = log.read(one, Seq(0), usize::MAX).await.unwrap_err();
    assert!(matches!(&error, LogError::Damaged { place, .. } if place.contains(&one.to_string())), "{error:?}");
    assert_eq!(log.read(two, Seq(0), usize::MAX).await.unwrap().len(), 40);
    assert_eq!(log.append(two, Seq(40), Bytes::from("on")).await, Ok(Seq(41)));
}
