//! What the heads kept outside the database say against it: ends of logs, and names of boards. A board
//! whose name can no longer be found in the database is damaged, not unknown.

use std::collections::HashMap;

use kakehashi_protocol::ids::BoardId;
use rusqlite::Connection;

use super::heads::{Heads, KeptHead, Slot};
use super::query::{BoardRow, Query};
use super::schema::DbFile;
use crate::log::health::Watch;
use crate::log::{JoinCode, LogError};

/// The heads, and the boards that the database no longer knows by the names they have there.
#[derive(Debug)]
pub(super) struct Guard {
    pub(super) heads: Heads,
    /// With their numbers.
    lost: HashMap<BoardId, (u64, LogError)>,
    lost_codes: HashMap<JoinCode, BoardId>,
}

impl Guard {
    /// Opens the heads and holds all names against them: a few microseconds a board. A head that is
    /// damaged itself is written anew from the log.
    pub(super) fn open(db: &Connection, file: &DbFile, watch: &Watch) -> Result<Self, LogError> {
        Self::open_with(Heads::open(file)?, db, file, watch, repair)
    }

    /// As [`Self::open`], beside a process that writes: nothing is repaired.
    pub(super) fn open_to_read(db: &Connection, file: &DbFile, watch: &Watch) -> Result<Self, LogError> {
        Self::open_with(Heads::open_to_read(file)?, db, file, watch, |_, _, _| Ok(()))
    }

    fn open_with(
        heads: Heads,
        db: &Connection,
        file: &DbFile,
        watch: &Watch,
        repair: impl Fn(Query<'_>, u64, &Watch) -> Result<(), LogError>,
    ) -> Result<Self, LogError> {
        let mut guard = Self { heads, lost: HashMap::new(), lost_codes: HashMap::new() };
        let mut lost = Vec::new();
        let query = Query { db, file, guard: &guard };
        for number in 1..guard.heads.slots()? {
            match guard.heads.read(number)? {
                Slot::Empty => {}
                Slot::Kept(head) => {
                    if let Some(error) = lost_names(query, number, head)? {
                        let _ = watch.note::<()>(head.board, Err(error.clone()));
                        lost.push((number, head, error));
                    }
                }
                Slot::Damaged => repair(query, number, watch)?,
            }
        }
        for (number, head, error) in lost {
            guard.lost.insert(head.board, (number, error));
            guard.lost_codes.insert(head.code, head.board);
        }
        Ok(guard)
    }

    /// Why a board that is not in the database was there once.
    pub(super) fn lost(&self, board: BoardId) -> Option<LogError> {
        self.lost.get(&board).map(|(_, error)| error.clone())
    }

    /// All such boards.
    pub(super) fn all_lost(&self) -> Vec<LogError> {
        self.lost.values().map(|(_, error)| error.clone()).collect()
    }

    /// The number that such a board had.
    pub(super) fn lost_number(&self, board: BoardId) -> Option<u64> {
        self.lost.get(&board).map(|(number, _)| *number)
    }

    /// The board that such a code opened.
    pub(super) fn lost_code(&self, code: JoinCode) -> Option<BoardId> {
        self.lost_codes.get(&code).copied()
    }

    /// The head of a board, if there is one.
    pub(super) fn head_of(&self, board: BoardId, at: BoardRow) -> Result<Option<KeptHead>, LogError> {
        match self.heads.read(at.number)? {
            // Damaged since the start: the next row writes it anew.
            Slot::Empty | Slot::Damaged => Ok(None),
            Slot::Kept(head) if head.board == board && head.log == at.log && head.code == at.code => Ok(Some(head)),
            Slot::Kept(_) => Err(other_names(board)),
        }
    }
}

/// Whether a board is found under its name and its code where it should be.
pub(super) fn is_found(query: Query<'_>, board: BoardId, at: BoardRow) -> Result<bool, LogError> {
    let found = query.find_board(board)?;
    let right = found.is_some_and(|found| found.number == at.number && found.log == at.log && found.code == at.code);
    Ok(right && query.find_code(at.code)? == Some(board))
}

fn other_names(board: BoardId) -> LogError {
    let what = "the name, the log's name or the code in the database is not the one it had".to_owned();
    LogError::Damaged { what, place: format!("board {board}") }
}

/// What is wrong with the names under which a board stands in the database.
fn lost_names(query: Query<'_>, number: u64, head: KeptHead) -> Result<Option<LogError>, LogError> {
    match is_found(query, head.board, BoardRow { number, log: head.log, code: head.code }) {
        Ok(true) => Ok(None),
        Ok(false) => {
            let what = format!("it is not in the database under its name and code, but was written up to row {}", head.end.0);
            Ok(Some(LogError::Damaged { what, place: format!("board {}", head.board) }))
        }
        Err(error @ LogError::Damaged { .. }) => Ok(Some(error)),
        Err(error) => Err(error),
    }
}

/// Writes a damaged head anew from the log.
fn repair(query: Query<'_>, number: u64, watch: &Watch) -> Result<(), LogError> {
    let heads = &query.guard.heads;
    let of_log = || -> Result<Option<KeptHead>, LogError> {
        let Some(board) = query.board_at(number)? else { return Ok(None) };
        let read = || {
            let at = query.board(board)?;
            let (end, check) = query.end(board, at)?;
            Ok(KeptHead { board, log: at.log, check, end, code: at.code })
        };
        watch.note(board, read()).map(Some)
    };
    metrics::counter!("kakehashi_log_heads_repaired").increment(1);
    match of_log() {
        Ok(Some(head)) => {
            tracing::warn!(board = %head.board, "the end of a board's log was damaged outside the database, and is written anew from it");
            heads.write([(number, head)])
        }
        Ok(None) => {
            tracing::warn!(number, "the end of a log that is not in the database was damaged, and is removed");
            heads.clear(number)
        }
        // The board is damaged too, and is not served.
        Err(LogError::Damaged { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
