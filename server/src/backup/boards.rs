//! Boards, row by row, from one store to another.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use kakehashi_protocol::ids::{BoardId, Seq};

use super::Copied;
use crate::log::{ListedBoard, Log, LogError, NewBoard, SqliteLog, random_log_id};

/// Boards that are copied at once, so that they share their commits.
const AT_ONCE: usize = 32;
/// Bytes of rows that are read and written at once for one board.
const PIECE_BYTES: usize = 1024 * 1024;
/// Boards that are listed at once.
const LISTED: u32 = 1_000;

/// How logs are called in the copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Names {
    /// As before: nobody writes to the copy.
    Kept,
    /// New, for the copy goes its own way.
    New,
}

/// Copies all boards, but for those of which `partial` says that they are being brought in just now.
/// Those that are damaged are named in `copied` and left out.
pub(super) async fn copy_boards(
    source: &SqliteLog,
    target: &SqliteLog,
    names: Names,
    partial: &(dyn Fn(BoardId) -> bool + Sync),
    copied: &mut Copied,
) -> Result<(), LogError> {
    copied.damaged.extend(source.lost().into_iter().map(|error| error.to_string()));
    let mut last = 0;
    loop {
        let listed = source.boards(last, LISTED).await?;
        let Some((number, _)) = listed.last() else { return Ok(()) };
        last = *number;
        let whole = |(_, board): &(u64, Result<ListedBoard, LogError>)| !board.as_ref().is_ok_and(|board| partial(board.board));
        let copies = stream::iter(listed.into_iter().filter(whole)).map(|(number, board)| copy_board(source, target, names, number, board));
        let mut copies = copies.buffer_unordered(AT_ONCE);
        while let Some(outcome) = copies.try_next().await? {
            match outcome {
                Outcome::Whole(rows) => {
                    copied.boards += 1;
                    copied.rows += rows;
                }
                Outcome::Gone => {}
                Outcome::Damaged(what) => copied.damaged.push(what),
            }
        }
    }
}

enum Outcome {
    /// With so many rows.
    Whole(u64),
    /// Removed meanwhile.
    Gone,
    Damaged(String),
}

async fn copy_board(
    source: &SqliteLog,
    target: &SqliteLog,
    names: Names,
    number: u64,
    board: Result<ListedBoard, LogError>,
) -> Result<Outcome, LogError> {
    let name = board.as_ref().map(|board| board.board).ok();
    let read = match board {
        Ok(board) => copy_rows(source, target, names, board).await,
        Err(error) => Err(Failed::Reading(error)),
    };
    let error = match read {
        Ok(rows) => return Ok(Outcome::Whole(rows)),
        Err(Failed::Writing(error)) => return Err(error),
        Err(Failed::Reading(error)) => error,
    };
    if let Some(board) = name {
        target.remove(board).await?;
    }
    match error {
        LogError::UnknownBoard(_) => Ok(Outcome::Gone),
        error @ LogError::Damaged { .. } if name.is_none() => Ok(Outcome::Damaged(format!("board number {number}: {error}"))),
        error @ LogError::Damaged { .. } => Ok(Outcome::Damaged(error.to_string())),
        error => Err(error),
    }
}

/// Which of the two stores failed.
enum Failed {
    Reading(LogError),
    Writing(LogError),
}

async fn copy_rows(source: &SqliteLog, target: &SqliteLog, names: Names, board: ListedBoard) -> Result<u64, Failed> {
    let end = source.open(board.board).await.map_err(Failed::Reading)?.end;
    let log = match names {
        Names::Kept => board.log,
        Names::New => random_log_id().map_err(Failed::Writing)?,
    };
    let mut last = Seq(0);
    while last < end {
        let rows = source.read(board.board, last, PIECE_BYTES).await.map_err(Failed::Reading)?;
        // What comes after the end is of the next backup.
        let mut bodies: Vec<Bytes> = rows.into_iter().take_while(|row| row.seq <= end).map(|row| row.body).collect();
        if bodies.is_empty() {
            return Err(Failed::Reading(LogError::UnknownBoard(board.board)));
        }
        if last == Seq(0) {
            let first_row = bodies.remove(0);
            let new = NewBoard { board: board.board, log, code: board.code, created_ms: board.created_ms, first_row };
            last = target.create(new).await.map_err(Failed::Writing)?.end;
        }
        last = target.extend(board.board, last, bodies).await.map_err(Failed::Writing)?;
    }
    Ok(end.0)
}
