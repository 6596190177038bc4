//! What is read from the file, by readers and by the writer alike.

use bytes::Bytes;
use kakehashi_protocol::ids::{BoardId, LogId, Seq};
use rusqlite::{Connection, OptionalExtension};

use super::guard::Guard;
use super::schema::{DbFile, ROWS_MAX, place, seq_at};
use super::{ListedBoard, Listing};
use crate::log::chain::Walk;
use crate::log::error::damaged_row;
use crate::log::{Check, Head, JoinCode, LogError, Row};

/// What is wrong with a row that stands where the head says, and is not the one of the head.
pub(super) const OTHER_ROW: &str = "it is not the row that was acknowledged";

/// The log ends before a row that was acknowledged.
fn shortened(board: BoardId, end: Seq, acknowledged: Seq) -> LogError {
    let what = format!("the row is missing, and all up to row {}, which were acknowledged", acknowledged.0);
    damaged_row(board, end.next(), &what)
}

/// A board's names in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoardRow {
    /// Its number in the file.
    pub number: u64,
    /// The name of its log.
    pub log: LogId,
    /// Its join code.
    pub code: JoinCode,
}

/// A connection with the file it reads, and what is known of it from elsewhere.
#[derive(Clone, Copy)]
pub(super) struct Query<'a> {
    pub db: &'a Connection,
    pub file: &'a DbFile,
    pub guard: &'a Guard,
}

impl Query<'_> {
    pub(super) fn board(self, board: BoardId) -> Result<BoardRow, LogError> {
        match self.find_board(board)? {
            Some(at) => Ok(at),
            None => Err(self.guard.lost(board).unwrap_or(LogError::UnknownBoard(board))),
        }
    }

    pub(super) fn find_board(self, board: BoardId) -> Result<Option<BoardRow>, LogError> {
        let find = || {
            self.db
                .prepare_cached("SELECT number, log, code FROM boards WHERE board = ?1")?
                .query_row([&board.0], |row| {
                    let code: u32 = row.get(2)?;
                    let code = JoinCode::new(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(2, code.into()))?;
                    Ok(BoardRow { number: row.get(0)?, log: LogId(row.get(1)?), code })
                })
                .optional()
        };
        find().map_err(|error| self.file.board_error(board, &error))
    }

    /// What stands in the file under a board's number.
    pub(super) fn listed(self, number: u64) -> Result<Option<ListedBoard>, LogError> {
        let listed = self.boards(number.saturating_sub(1), 1)?.pop().filter(|(found, _)| *found == number);
        listed.map(|(_, board)| board).transpose()
    }

    /// The greatest number of a board.
    pub(super) fn last_number(self) -> Result<u64, LogError> {
        let find = || self.db.query_row("SELECT coalesce(max(number), 0) FROM boards", [], |row| row.get(0));
        find().map_err(|error| self.file.error(&error))
    }

    /// Boards after a number, as [`SqliteLog::boards`](super::SqliteLog::boards) has it.
    pub(super) fn boards(self, after: u64, count_max: u32) -> Result<Listing, LogError> {
        let list = || {
            let sql = "SELECT number, board, log, code, created_ms FROM boards WHERE number > ?1 ORDER BY number LIMIT ?2";
            let mut statement = self.db.prepare_cached(sql)?;
            let mut rows = statement.query([after, count_max.into()])?;
            let mut out = Vec::new();
            while let Some(row) = rows.next()? {
                let read = || {
                    let code: u32 = row.get(3)?;
                    let code = JoinCode::new(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(3, code.into()))?;
                    Ok(ListedBoard {
                        board: BoardId(row.get(1)?),
                        log: LogId(row.get(2)?),
                        code,
                        created_ms: row.get::<_, i64>(4)?.cast_unsigned(),
                    })
                };
                out.push((row.get(0)?, read().map_err(|error| self.file.error(&error))));
            }
            Ok(out)
        };
        list().map_err(|error| self.file.error(&error))
    }

    /// The name of the board with this number in the file.
    pub(super) fn board_at(self, number: u64) -> Result<Option<BoardId>, LogError> {
        let find = || {
            self.db
                .prepare_cached("SELECT board FROM boards WHERE number = ?1")?
                .query_row([number], |row| Ok(BoardId(row.get(0)?)))
                .optional()
        };
        find().map_err(|error| self.file.error(&error))
    }

    pub(super) fn code_of(self, board: BoardId) -> Result<JoinCode, LogError> {
        let at = self.board(board)?;
        self.guard.head_of(board, at)?;
        Ok(at.code)
    }

    pub(super) fn board_of_code(self, code: JoinCode) -> Result<Option<BoardId>, LogError> {
        match self.guard.lost_code(code) {
            Some(lost) => Ok(Some(lost)),
            None => self.find_code(code),
        }
    }

    pub(super) fn find_code(self, code: JoinCode) -> Result<Option<BoardId>, LogError> {
        let find = || {
            self.db
                .prepare_cached("SELECT board FROM boards WHERE code = ?1")?
                .query_row([code.number()], |row| Ok(BoardId(row.get(0)?)))
                .optional()
        };
        find().map_err(|error| self.file.error(&error))
    }

    /// The last row's number and checksum, as the head kept outside allows it.
    pub(super) fn guarded_end(self, board: BoardId, at: BoardRow) -> Result<(Seq, Check), LogError> {
        // Before the log: that may go on meanwhile.
        let head = self.guard.head_of(board, at)?;
        let (end, check) = self.end(board, at)?;
        let Some(head) = head else { return Ok((end, check)) };
        if end < head.end {
            return Err(shortened(board, end, head.end));
        }
        let there = if end == head.end { Some(check) } else { self.check_at(board, place(at.number, head.end)?)? };
        if there != Some(head.check) {
            return Err(damaged_row(board, head.end, OTHER_ROW));
        }
        Ok((end, check))
    }

    /// The last row's number and checksum.
    pub(super) fn end(self, board: BoardId, at: BoardRow) -> Result<(Seq, Check), LogError> {
        let (first, last) = (place(at.number, Seq(0))?, place(at.number, Seq(ROWS_MAX))?);
        let find = || {
            self.db
                .prepare_cached("SELECT place, chained FROM rows WHERE place BETWEEN ?1 AND ?2 ORDER BY place DESC LIMIT 1")?
                .query_row([first, last], |row| Ok((seq_at(row.get(0)?), Check(row.get(1)?))))
                .optional()
        };
        // A board is created with its row 1.
        find().map_err(|error| self.file.board_error(board, &error))?.ok_or_else(|| damaged_row(board, Seq(1), "the row is missing"))
    }

    /// The end of a board's log, its last row checked.
    pub(super) fn head(self, board: BoardId) -> Result<Head, LogError> {
        let at = self.board(board)?;
        let (end, check) = self.guarded_end(board, at)?;
        self.rows(board, at, Seq(end.0.saturating_sub(1)), 0)?;
        Ok(Head { log: at.log, end, check })
    }

    /// The rows after `after`, as [`Log::read`](crate::log::Log::read) has it.
    pub(super) fn rows(self, board: BoardId, at: BoardRow, after: Seq, bytes_max: usize) -> Result<Vec<Row>, LogError> {
        if after.0 >= ROWS_MAX {
            return Ok(Vec::new());
        }
        // Before the log: that may go on meanwhile.
        let head = self.guard.head_of(board, at)?;
        let from = place(at.number, after)?;
        let to = place(at.number, Seq(ROWS_MAX))?;
        let check = if after.0 == 0 { Some(Check::start(at.log)) } else { self.check_at(board, from)? };
        let Some(check) = check else {
            let (end, _) = self.guarded_end(board, at)?;
            let missing = after < end;
            return if missing { Err(damaged_row(board, after, "the row is missing")) } else { Ok(Vec::new()) };
        };
        let mut walk = Walk::after(board, after, check);
        let mut read = || {
            let mut statement =
                self.db.prepare_cached("SELECT place, body, chained FROM rows WHERE place > ?1 AND place <= ?2 ORDER BY place")?;
            let mut found = statement.query([from, to])?;
            let mut out = Vec::new();
            let mut bytes = 0;
            while let Some(row) = found.next()? {
                let seq = seq_at(row.get(0)?);
                let body = row
                    .get_ref(1)?
                    .as_blob()
                    .map_err(|_| rusqlite::Error::InvalidColumnType(1, "body".to_owned(), rusqlite::types::Type::Null))?;
                bytes += body.len();
                if bytes > bytes_max && !out.is_empty() {
                    return Ok(Ok(out));
                }
                let check = Check(row.get(2)?);
                if let Err(error) = walk.step(seq, body, check) {
                    return Ok(Err(error));
                }
                if head.is_some_and(|head| head.end == seq && head.check != check) {
                    return Ok(Err(damaged_row(board, seq, OTHER_ROW)));
                }
                out.push(Row { seq, body: Bytes::copy_from_slice(body) });
            }
            let end = out.last().map_or(after, |row| row.seq);
            let short = head.filter(|head| end < head.end);
            Ok(short.map_or(Ok(out), |head| Err(shortened(board, end, head.end))))
        };
        match read() {
            Ok(answer) => answer,
            Err(error) => Err(self.file.board_error(board, &error)),
        }
    }

    fn check_at(self, board: BoardId, place: i64) -> Result<Option<Check>, LogError> {
        let find = || {
            self.db.prepare_cached("SELECT chained FROM rows WHERE place = ?1")?.query_row([place], |row| Ok(Check(row.get(0)?))).optional()
        };
        find().map_err(|error| self.file.board_error(board, &error))
    }
}
