//! What every [`Log`] does, as tests that run on each of them.

use kakehashi_protocol::ids::{BoardId, DocumentId, LogId, OpId, Seq};

use super::*;

/// A disk to open a log on, again and again.
pub(super) trait Disk {
    /// Opens the log; the one opened before was closed.
    fn open(&self) -> Box<dyn Log>;
    /// What the disk refuses to do.
    fn faults(&self) -> Faults;
    /// Changes one byte of a row's body behind the log's back.
    fn damage(&self, board: BoardId, seq: Seq);
}

/// The tests of the suite for one kind of disk.
macro_rules! contract {
    ($disk:expr) => {
        contract!(@ $disk;
            appends_are_read_in_order, a_row_stands_only_at_the_end, an_unknown_board_is_said_to_be,
            names_are_taken_once, a_restart_keeps_all, rows_are_appended_together_or_not_at_all, a_removed_board_leaves_nothing, many_boards_at_once, checkpoints_replace_documents,
            damage_is_noticed, a_full_disk_is_no_loss, a_failed_sync_stops_writing, limits_are_told, closed_is_closed);
    };
    (@ $disk:expr; $($test:ident),*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $test() {
            $crate::log::contract::$test(&$disk).await;
        })*
    };
}
pub(super) use contract;

const BOARD: BoardId = BoardId([1; 16]);
const OTHER: BoardId = BoardId([2; 16]);

fn new_board(board: BoardId) -> NewBoard {
    let code = JoinCode::new(u32::from(board.0[0])).unwrap();
    NewBoard { board, log: LogId(board.0.map(|byte| !byte)), code, created_ms: 1_000, first_row: Bytes::from("first") }
}

fn row(seq: u64, body: &str) -> Row {
    Row { seq: Seq(seq), body: Bytes::copy_from_slice(body.as_bytes()) }
}

async fn append(log: &dyn Log, board: BoardId, end: u64, body: &str) -> Result<Seq, LogError> {
    log.append(board, Seq(end), Bytes::copy_from_slice(body.as_bytes())).await
}

fn assert_damaged<T: std::fmt::Debug>(answer: Result<T, LogError>, names: &[&str]) {
    match answer {
        Err(LogError::Damaged { place, .. }) => {
            for name in names {
                assert!(place.contains(name), "{place} does not name {name}");
            }
        }
        other => panic!("not damaged: {other:?}"),
    }
}

/// SPEC LOG-1: rows count from 1 without gaps.
pub(super) async fn appends_are_read_in_order(disk: &impl Disk) {
    let log = disk.open();
    let created = log.create(new_board(BOARD)).await.unwrap();
    assert_eq!((created.log, created.end), (LogId([!1; 16]), Seq(1)));
    assert_eq!(created.check, Check::start(created.log).then(Seq(1), b"first"));
    assert_eq!(append(&*log, BOARD, 1, "second").await, Ok(Seq(2)));
    assert_eq!(append(&*log, BOARD, 2, "").await, Ok(Seq(3)));
    assert_eq!(append(&*log, BOARD, 3, "fourth").await, Ok(Seq(4)));
    let head = log.open(BOARD).await.unwrap();
    assert_eq!((head.log, head.end), (created.log, Seq(4)));
    assert_eq!(head.check, created.check.then(Seq(2), b"second").then(Seq(3), b"").then(Seq(4), b"fourth"));

    let all = [row(1, "first"), row(2, "second"), row(3, ""), row(4, "fourth")];
    for after in 0..=4 {
        let read = log.read(BOARD, Seq(after), usize::MAX).await.unwrap();
        assert_eq!(read, all[usize::try_from(after).unwrap()..]);
    }
    assert_eq!(log.read(BOARD, Seq(5), usize::MAX).await, Ok(vec![]));
    assert_eq!(log.read(BOARD, Seq(u64::MAX), usize::MAX).await, Ok(vec![]));
    // At least one row, and no more than the bytes asked for.
    assert_eq!(log.read(BOARD, Seq(0), 0).await.unwrap(), all[..1]);
    assert_eq!(log.read(BOARD, Seq(0), 10).await.unwrap(), all[..1]);
    assert_eq!(log.read(BOARD, Seq(0), 11).await.unwrap(), all[..3]);
}

pub(super) async fn a_row_stands_only_at_the_end(disk: &impl Disk) {
    let log = disk.open();
    log.create(new_board(BOARD)).await.unwrap();
    for wrong in [0, 2, 7] {
        let error = LogError::WrongEnd { board: BOARD, expected: Seq(wrong), actual: Seq(1) };
        assert_eq!(append(&*log, BOARD, wrong, "lost").await, Err(error));
    }
    // Two who believe themselves at the same end: one is refused, whether or not they share a commit.
    let (one, two) = tokio::join!(append(&*log, BOARD, 1, "one"), append(&*log, BOARD, 1, "two"));
    let error = LogError::WrongEnd { board: BOARD, expected: Seq(1), actual: Seq(2) };
    assert_eq!([&one, &two].iter().filter(|answer| ***answer == Ok(Seq(2))).count(), 1);
    assert_eq!([one, two].iter().filter(|answer| **answer == Err(error.clone())).count(), 1);
    assert_eq!(log.read(BOARD, Seq(0), usize::MAX).await.unwrap().len(), 2);
}

pub(super) async fn rows_are_appended_together_or_not_at_all(disk: &impl Disk) {
    let log = disk.open();
    let created = log.create(new_board(BOARD)).await.unwrap();
    let bodies = |texts: &[&'static str]| texts.iter().map(|text| Bytes::from(*text)).collect::<Vec<_>>();
    assert_eq!(log.extend(BOARD, Seq(1), bodies(&["second", "third"])).await, Ok(Seq(3)));
    assert_eq!(append(&*log, BOARD, 3, "fourth").await, Ok(Seq(4)));
    assert_eq!(log.extend(BOARD, Seq(4), Vec::new()).await, Ok(Seq(4)));
    let error = LogError::WrongEnd { board: BOARD, expected: Seq(3), actual: Seq(4) };
    assert_eq!(log.extend(BOARD, Seq(3), bodies(&["lost", "lost"])).await, Err(error));
    let large = Bytes::from(vec![0; ROW_BYTES_MAX + 1]);
    let with_large = vec![Bytes::from("lost"), large];
    assert!(matches!(log.extend(BOARD, Seq(4), with_large).await, Err(LogError::TooLarge { .. })));
    assert_eq!(log.extend(OTHER, Seq(0), bodies(&["x"])).await, Err(LogError::UnknownBoard(OTHER)));
    let all = [row(1, "first"), row(2, "second"), row(3, "third"), row(4, "fourth")];
    assert_eq!(log.read(BOARD, Seq(0), usize::MAX).await.unwrap(), all);
    let check = all[1..].iter().fold(created.check, |check, row| check.then(row.seq, &row.body));
    assert_eq!(log.open(BOARD).await.unwrap().check, check);
}

pub(super) async fn a_removed_board_leaves_nothing(disk: &impl Disk) {
    let log = disk.open();
    log.create(new_board(OTHER)).await.unwrap();
    log.create(new_board(BOARD)).await.unwrap();
    // More rows than one step of a removal takes.
    log.extend(BOARD, Seq(1), vec![Bytes::from("row"); 3_000]).await.unwrap();
    let document = (DocumentId(OpId::new(7, 1)), Seq(9), Bytes::from("document"));
    log.checkpoint_save(BOARD, Checkpoint { seq: Seq(9), state: Bytes::from("state"), documents: vec![document] }).await.unwrap();
    log.remove(BOARD).await.unwrap();
    log.remove(BOARD).await.unwrap();
    let unknown = LogError::UnknownBoard(BOARD);
    assert_eq!(log.open(BOARD).await, Err(unknown.clone()));
    assert_eq!(log.read(BOARD, Seq(0), usize::MAX).await, Err(unknown.clone()));
    assert_eq!(log.checkpoint_load(BOARD).await, Err(unknown.clone()));
    assert_eq!(append(&*log, BOARD, 3_001, "lost").await, Err(unknown));
    assert_eq!(log.board_of_code(JoinCode::new(1).unwrap()).await, Ok(None));
    // Its name and code are free, and what it had is not found under them.
    log.create(new_board(BOARD)).await.unwrap();
    assert_eq!(append(&*log, BOARD, 1, "second").await, Ok(Seq(2)));
    assert_eq!(log.read(BOARD, Seq(0), usize::MAX).await.unwrap(), [row(1, "first"), row(2, "second")]);
    assert_eq!(log.checkpoint_load(BOARD).await, Ok(None));
    assert_eq!(append(&*log, OTHER, 1, "goes on").await, Ok(Seq(2)));
}

pub(super) async fn an_unknown_board_is_said_to_be(disk: &impl Disk) {
    let log = disk.open();
    log.create(new_board(OTHER)).await.unwrap();
    let unknown = LogError::UnknownBoard(BOARD);
    assert_eq!(log.open(BOARD).await, Err(unknown.clone()));
    assert_eq!(append(&*log, BOARD, 0, "x").await, Err(unknown.clone()));
    assert_eq!(log.read(BOARD, Seq(0), 1).await, Err(unknown.clone()));
    assert_eq!(log.checkpoint_load(BOARD).await, Err(unknown.clone()));
    let checkpoint = Checkpoint { seq: Seq(1), state: Bytes::new(), documents: vec![] };
    assert_eq!(log.checkpoint_save(BOARD, checkpoint).await, Err(unknown.clone()));
    assert_eq!(log.code_of(BOARD).await, Err(unknown));
    assert_eq!(log.board_of_code(JoinCode::new(1).unwrap()).await, Ok(None));
}

pub(super) async fn names_are_taken_once(disk: &impl Disk) {
    let log = disk.open();
    let first = new_board(BOARD);
    log.create(first.clone()).await.unwrap();
    assert_eq!(log.create(first.clone()).await, Err(LogError::BoardExists(BOARD)));
    let same_code = NewBoard { board: OTHER, ..first.clone() };
    assert_eq!(log.create(same_code).await, Err(LogError::CodeTaken));
    assert_eq!(log.open(OTHER).await, Err(LogError::UnknownBoard(OTHER)));
    assert_eq!(log.code_of(BOARD).await, Ok(first.code));
    assert_eq!(log.board_of_code(first.code).await, Ok(Some(BOARD)));

    let (head, code) = create_board(&*log, OTHER, Bytes::from("row"), 5).await.unwrap();
    assert_eq!(log.open(OTHER).await, Ok(head));
    assert_eq!(log.code_of(OTHER).await, Ok(code));
    assert_eq!(log.board_of_code(code).await, Ok(Some(OTHER)));
}

pub(super) async fn a_restart_keeps_all(disk: &impl Disk) {
    let log = disk.open();
    log.create(new_board(BOARD)).await.unwrap();
    for end in 1..100 {
        append(&*log, BOARD, end, &format!("row {end}")).await.unwrap();
    }
    let before = (log.open(BOARD).await.unwrap(), log.read(BOARD, Seq(0), usize::MAX).await.unwrap());
    assert_eq!(before.1.len(), 100);
    log.close().await.unwrap();
    let log = disk.open();
    let after = (log.open(BOARD).await.unwrap(), log.read(BOARD, Seq(0), usize::MAX).await.unwrap());
    assert_eq!(before, after);
    assert_eq!(append(&*log, BOARD, 100, "on").await, Ok(Seq(101)));
    assert_eq!(log.read(BOARD, Seq(99), usize::MAX).await.unwrap(), [row(100, "row 99"), row(101, "on")]);
}

pub(super) async fn many_boards_at_once(disk: &impl Disk) {
    const BOARDS: u8 = 20;
    const ROWS: u64 = 20;
    let log: std::sync::Arc<dyn Log> = disk.open().into();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 1..=BOARDS {
        let log = std::sync::Arc::clone(&log);
        tasks.spawn(async move {
            let board = BoardId([number; 16]);
            log.create(new_board(board)).await.unwrap();
            for end in 1..ROWS {
                append(&*log, board, end, &format!("{number} {end}")).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    for number in 1..=BOARDS {
        let rows = log.read(BoardId([number; 16]), Seq(1), usize::MAX).await.unwrap();
        let expected: Vec<Row> = (1..ROWS).map(|end| row(end + 1, &format!("{number} {end}"))).collect();
        assert_eq!(rows, expected);
    }
}

pub(super) async fn checkpoints_replace_documents(disk: &impl Disk) {
    let log = disk.open();
    log.create(new_board(BOARD)).await.unwrap();
    append(&*log, BOARD, 1, "x").await.unwrap();
    assert_eq!(log.checkpoint_load(BOARD).await, Ok(None));
    let page = |number| DocumentId(OpId::new(9, number));
    let first = Checkpoint {
        seq: Seq(1),
        state: Bytes::from("state one"),
        documents: vec![
            (DocumentId::COVER, Seq(1), Bytes::from("cover one")),
            (page(1), Seq(1), Bytes::from("page one")),
            (page(2), Seq(1), Bytes::new()),
        ],
    };
    log.checkpoint_save(BOARD, first.clone()).await.unwrap();
    assert_eq!(log.checkpoint_load(BOARD).await, Ok(Some(first)));
    let second = Checkpoint {
        seq: Seq(2),
        state: Bytes::from("state two"),
        documents: vec![(page(3), Seq(2), Bytes::from("new")), (page(1), Seq(2), Bytes::from("page two"))],
    };
    log.checkpoint_save(BOARD, second).await.unwrap();
    log.close().await.unwrap();
    let expected = Checkpoint {
        seq: Seq(2),
        state: Bytes::from("state two"),
        documents: vec![
            (DocumentId::COVER, Seq(1), Bytes::from("cover one")),
            (page(1), Seq(2), Bytes::from("page two")),
            (page(2), Seq(1), Bytes::new()),
            (page(3), Seq(2), Bytes::from("new")),
        ],
    };
    let log = disk.open();
    assert_eq!(log.checkpoint_load(BOARD).await, Ok(Some(expected)));
    log.create(new_board(OTHER)).await.unwrap();
    assert_eq!(log.checkpoint_load(OTHER).await, Ok(None));
}

pub(super) async fn damage_is_noticed(disk: &impl Disk) {
    let log = disk.open();
    for board in [BOARD, OTHER] {
        log.create(new_board(board)).await.unwrap();
        for end in 1..4 {
            append(&*log, board, end, "body").await.unwrap();
        }
    }
    log.close().await.unwrap();
    disk.damage(BOARD, Seq(3));
    let log = disk.open();
    let names = [&*BOARD.to_string(), "row 3"];
    assert_damaged(log.read(BOARD, Seq(0), usize::MAX).await, &names);
    assert_damaged(log.read(BOARD, Seq(2), usize::MAX).await, &names);
    // What comes before is whole, and the other board does not notice.
    assert_eq!(log.read(BOARD, Seq(0), 9).await.unwrap(), [row(1, "first"), row(2, "body")]);
    assert_eq!(log.read(OTHER, Seq(0), usize::MAX).await.unwrap().len(), 4);
    assert_eq!(append(&*log, OTHER, 4, "on").await, Ok(Seq(5)));
    assert_eq!(log.health(), Health { poisoned: None, damaged: 1 });
    log.close().await.unwrap();
    disk.damage(BOARD, Seq(4));
    assert_damaged(disk.open().open(BOARD).await, &[&*BOARD.to_string(), "row 4"]);
}

pub(super) async fn a_full_disk_is_no_loss(disk: &impl Disk) {
    let log = disk.open();
    log.create(new_board(BOARD)).await.unwrap();
    append(&*log, BOARD, 1, "before").await.unwrap();
    disk.faults().set_full(true);
    let large = Bytes::from(vec![7; 1_000_000]);
    for _ in 0..2 {
        let answer = log.append(BOARD, Seq(2), large.clone()).await;
        assert!(matches!(answer, Err(LogError::DiskFull { .. })), "{answer:?}");
    }
    let answer = log.create(NewBoard { first_row: large.clone(), ..new_board(OTHER) }).await;
    assert!(matches!(answer, Err(LogError::DiskFull { .. })), "{answer:?}");
    let checkpoint = Checkpoint { seq: Seq(2), state: large.clone(), documents: vec![] };
    let answer = log.checkpoint_save(BOARD, checkpoint).await;
    assert!(matches!(answer, Err(LogError::DiskFull { .. })), "{answer:?}");
    assert_eq!(log.checkpoint_load(BOARD).await, Ok(None));
    assert_eq!(log.health(), Health::default(), "a full disk passes");
    assert_eq!(log.read(BOARD, Seq(0), usize::MAX).await.unwrap(), [row(1, "first"), row(2, "before")]);
    disk.faults().set_full(false);
    assert_eq!(log.append(BOARD, Seq(2), large.clone()).await, Ok(Seq(3)));
    assert_eq!(log.open(OTHER).await, Err(LogError::UnknownBoard(OTHER)));
    log.create(new_board(OTHER)).await.unwrap();
    log.close().await.unwrap();
    assert_eq!(disk.open().read(BOARD, Seq(2), 1).await.unwrap(), [Row { seq: Seq(3), body: large }]);
}

pub(super) async fn a_failed_sync_stops_writing(disk: &impl Disk) {
    let log = disk.open();
    log.create(new_board(BOARD)).await.unwrap();
    append(&*log, BOARD, 1, "before").await.unwrap();
    disk.faults().set_sync_fails(true);
    let answer = append(&*log, BOARD, 2, "unknown").await;
    assert!(matches!(answer, Err(LogError::Io { .. })), "{answer:?}");
    disk.faults().set_sync_fails(false);
    // The disk seems well again, but nobody knows what it has kept.
    for answer in [append(&*log, BOARD, 2, "x").await, log.create(new_board(OTHER)).await.map(|head| head.end)] {
        assert!(matches!(answer, Err(LogError::Poisoned { .. })), "{answer:?}");
    }
    assert_eq!(log.read(BOARD, Seq(1), usize::MAX).await.unwrap()[0], row(2, "before"));
    assert!(log.health().poisoned.is_some_and(|reason| reason.contains("sync")));
    log.close().await.unwrap();
    let log = disk.open();
    let end = log.open(BOARD).await.unwrap().end;
    assert!(end == Seq(2) || end == Seq(3));
    assert_eq!(log.health(), Health::default());
    assert_eq!(append(&*log, BOARD, end.0, "after").await, Ok(end.next()));
}

pub(super) async fn limits_are_told(disk: &impl Disk) {
    let log = disk.open();
    log.create(new_board(BOARD)).await.unwrap();
    let body = Bytes::from(vec![0; ROW_BYTES_MAX + 1]);
    let (value, max) = (body.len() as u64, ROW_BYTES_MAX as u64);
    let too_large = LogError::TooLarge { what: "bytes of a row", value, max };
    assert_eq!(log.append(BOARD, Seq(1), body.clone()).await, Err(too_large.clone()));
    assert_eq!(log.create(NewBoard { first_row: body, ..new_board(OTHER) }).await, Err(too_large));
    assert_eq!(log.open(OTHER).await, Err(LogError::UnknownBoard(OTHER)));
    assert_eq!(append(&*log, BOARD, 1, "fits").await, Ok(Seq(2)));
}

pub(super) async fn closed_is_closed(disk: &impl Disk) {
    let log = disk.open();
    log.create(new_board(BOARD)).await.unwrap();
    log.close().await.unwrap();
    log.close().await.unwrap();
    assert_eq!(append(&*log, BOARD, 1, "late").await, Err(LogError::Closed));
    assert_eq!(log.open(BOARD).await, Err(LogError::Closed));
    assert_eq!(disk.open().open(BOARD).await.unwrap().end, Seq(1));
}
