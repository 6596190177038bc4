//! What is read from the file, by readers and by the writer alike.

use bytes::Bytes;
use kakehashi_protocol::ids::{BoardId, LogId, Seq};
use rusqlite::{Connection, OptionalExtension};

use super::schema::{DbFile, ROWS_MAX, place, seq_at};
use crate::log::chain::Walk;
use crate::log::error::damaged_row;
use crate::log::{Check, Head, JoinCode, LogError, Row};

/// A board's names in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoardRow {
    /// Its number in the file.
    pub number: u64,
    /// The name of its log.
    pub log: LogId,
}

/// A connection with the file it reads.
#[derive(Clone, Copy)]
pub(super) struct Query<'a> {
    pub db: &'a Connection,
    pub file: &'a DbFile,
}

impl Query<'_> {
    pub(super) fn board(self, board: BoardId) -> Result<BoardRow, LogError> {
        self.find_board(board)?.ok_or(LogError::UnknownBoard(board))
    }

    pub(super) fn find_board(self, board: BoardId) -> Result<Option<BoardRow>, LogError> {
        let find = || {
            self.db
                .prepare_cached("SELECT number, log FROM boards WHERE board = ?1")?
                .query_row([&board.0], |row| Ok(BoardRow { number: row.get(0)?, log: LogId(row.get(1)?) }))
                .optional()
        };
        find().map_err(|error| self.file.board_error(board, &error))
    }

    pub(super) fn code_of(self, board: BoardId) -> Result<JoinCode, LogError> {
        let find = || {
            self.db.prepare_cached("SELECT code FROM boards WHERE board = ?1")?.query_row([&board.0], |row| row.get::<_, u32>(0)).optional()
        };
        let number = find().map_err(|error| self.file.board_error(board, &error))?;
        let number = number.ok_or(LogError::UnknownBoard(board))?;
        JoinCode::new(number).ok_or_else(|| LogError::Damaged {
            what: format!("{number} is no join code"),
            place: format!("board {board} in {}", self.file.0.display()),
        })
    }

    pub(super) fn board_of_code(self, code: JoinCode) -> Result<Option<BoardId>, LogError> {
        let find = || {
            self.db
                .prepare_cached("SELECT board FROM boards WHERE code = ?1")?
                .query_row([code.number()], |row| Ok(BoardId(row.get(0)?)))
                .optional()
        };
        find().map_err(|error| self.file.error(&error))
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
        let (end, check) = self.end(board, at)?;
        self.rows(board, at, Seq(end.0.saturating_sub(1)), 0)?;
        Ok(Head { log: at.log, end, check })
    }

    /// The rows after `after`, as [`Log::read`](crate::log::Log::read) has it.
    pub(super) fn rows(self, board: BoardId, at: BoardRow, after: Seq, bytes_max: usize) -> Result<Vec<Row>, LogError> {
        if after.0 >= ROWS_MAX {
            return Ok(Vec::new());
        }
        let from = place(at.number, after)?;
        let to = place(at.number, Seq(ROWS_MAX))?;
        let check = if after.0 == 0 { Some(Check::start(at.log)) } else { self.check_at(board, from)? };
        let Some(check) = check else {
            let (end, _) = self.end(board, at)?;
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
                    break;
                }
                if let Err(error) = walk.step(seq, body, Check(row.get(2)?)) {
                    return Ok(Err(error));
                }
                out.push(Row { seq, body: Bytes::copy_from_slice(body) });
            }
            Ok(Ok(out))
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
