//! The file: its tables, its format version, and what its errors mean.
//!
//! | table | a row of it |
//! |---|---|
//! | `boards` | a board: its number in this file, its names, its code |
//! | `rows` | a row of a log; `place` is the board's number times 2^36 plus the row's number, so that a board's rows lie side by side and are found without an index |
//! | `checkpoints` | a board's state at one row |
//! | `checkpoint_documents` | a document of a checkpoint |
//!
//! Checksums of rows are those of [`Check`](crate::log::Check).

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::time::Duration;

use kakehashi_protocol::ids::{BoardId, Seq};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::disk;
use crate::log::LogError;

/// The format this version writes and the newest it reads.
pub(super) const FORMAT: u32 = 1;
/// "KakB": says whose file it is.
const APPLICATION: u32 = 0x4b61_6b42;
/// "KakA": a backup, put away.
const BACKUP: u32 = 0x4b61_6b41;
/// Rows of one board: 60 rows a second for 36 years.
pub(super) const ROWS_MAX: u64 = (1 << 36) - 1;
/// Boards of one file.
pub(super) const BOARDS_MAX: u64 = (1 << 27) - 1;
/// How long another program may hold the file, such as a backup, before a write fails.
const BUSY: Duration = Duration::from_secs(10);

const TABLES: &str = "
CREATE TABLE boards (
    number INTEGER PRIMARY KEY,
    board BLOB NOT NULL UNIQUE,
    log BLOB NOT NULL,
    code INTEGER NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE rows (
    place INTEGER PRIMARY KEY,
    body BLOB NOT NULL,
    chained BLOB NOT NULL
) STRICT;
CREATE TABLE checkpoints (
    number INTEGER PRIMARY KEY,
    format INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    state BLOB NOT NULL,
    checked BLOB NOT NULL
) STRICT;
CREATE TABLE checkpoint_documents (
    number INTEGER NOT NULL,
    document BLOB NOT NULL,
    seq INTEGER NOT NULL,
    body BLOB NOT NULL,
    checked BLOB NOT NULL,
    UNIQUE (number, document)
) STRICT;
";

/// A database file, for naming it in errors.
#[derive(Clone, Debug)]
pub(super) struct DbFile(pub PathBuf);

impl DbFile {
    /// What an error of SQLite means.
    pub(super) fn error(&self, error: &rusqlite::Error) -> LogError {
        self.error_at(error, || self.0.display().to_string())
    }

    /// What an error met at one board means.
    pub(super) fn board_error(&self, board: BoardId, error: &rusqlite::Error) -> LogError {
        self.error_at(error, || format!("board {board} in {}", self.0.display()))
    }

    /// What an error met at one board's checkpoint means.
    pub(super) fn checkpoint_error(&self, board: BoardId, error: &rusqlite::Error) -> LogError {
        self.error_at(error, || format!("the checkpoint of board {board} in {}", self.0.display()))
    }

    fn error_at(&self, error: &rusqlite::Error, place: impl FnOnce() -> String) -> LogError {
        use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, SqlInputError};
        let what = error.to_string();
        match (error.sqlite_error_code(), error) {
            (Some(ErrorCode::DiskFull), _) => LogError::DiskFull { file: self.0.clone() },
            // `Unknown` and `SqlInputError` are of statements that do not fit the tables: ours do, unless
            // the tables' description is damaged.
            (Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown), _)
            | (_, InvalidColumnType(..) | FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | SqlInputError { .. }) => {
                LogError::Damaged { what, place: place() }
            }
            _ => LogError::Io { what, place: place() },
        }
    }

    /// The name of a file that belongs to this one.
    pub(super) fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.0.clone().into_os_string();
        name.push(ending);
        name.into()
    }

    fn io(&self, error: &std::io::Error) -> LogError {
        LogError::Io { what: error.to_string(), place: self.0.display().to_string() }
    }

    /// Takes the file for this process: a second server on the same file would write rows of its
    /// own. Released when the answer is dropped, and by the system when the process ends.
    pub(super) fn lock(&self) -> Result<File, LogError> {
        if let Some(dir) = self.0.parent().filter(|dir| !dir.as_os_str().is_empty()) {
            disk::create_dir(dir).map_err(|error| self.io(&error))?;
        }
        let lock = File::create(self.beside(".lock")).map_err(|error| self.io(&error))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => Err(LogError::InUse { file: self.0.clone() }),
            Err(TryLockError::Error(error)) => Err(self.io(&error)),
        }
    }

    /// Opens the file to write, and creates it if it is not there.
    pub(super) fn open_writer(&self) -> Result<Connection, LogError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(&self.0, flags).map_err(|error| self.error(&error))?;
        self.prepare(&mut db).map_err(|error| self.error(&error))??;
        Ok(db)
    }

    /// Opens the file to read; the writer has opened it before.
    pub(super) fn open_reader(&self) -> Result<Connection, LogError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&self.0, flags).map_err(|error| self.error(&error))?;
        db.busy_timeout(BUSY).map_err(|error| self.error(&error))?;
        Ok(db)
    }

    /// Whether the file is a log or a backup of one, of a format that is known.
    pub(super) fn check_format(&self, db: &Connection) -> Result<(), LogError> {
        let header = Header::read(db).map_err(|error| self.error(&error))?;
        if header.application == BACKUP && header.format <= FORMAT { Ok(()) } else { self.check(&header) }
    }

    fn check(&self, header: &Header) -> Result<(), LogError> {
        match header {
            Header { application: BACKUP, .. } => Err(LogError::Backup { file: self.0.clone() }),
            Header { application: APPLICATION, format: ..=FORMAT, .. } => Ok(()),
            Header { application: APPLICATION, format: found, .. } => {
                Err(LogError::NewerFormat { file: self.0.clone(), found: *found, known: FORMAT })
            }
            _ => {
                let what = "this is not a database of boards".to_owned();
                Err(LogError::Damaged { what, place: self.0.display().to_string() })
            }
        }
    }

    /// Makes a backup of the file.
    pub(super) fn mark_backup(&self, db: &Connection) -> Result<(), LogError> {
        let mark = || {
            db.pragma_update(None, "application_id", BACKUP)?;
            // One file is easier put away than three.
            db.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
        };
        mark().map_err(|error| self.error(&error))
    }

    fn prepare(&self, db: &mut Connection) -> rusqlite::Result<Result<(), LogError>> {
        db.busy_timeout(BUSY)?;
        let header = Header::read(db)?;
        let new = header.is_new();
        if let (false, Err(error)) = (new, self.check(&header)) {
            return Ok(Err(error));
        }
        // Readers do not wait for the writer, and each commit is one sync of the write-ahead log.
        db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "fullfsync", true)?;
        // A large checkpoint does not leave a large write-ahead log behind.
        db.pragma_update_and_check(None, "journal_size_limit", 16 << 20, |_| Ok(()))?;
        if new {
            let transaction = db.transaction()?;
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
            transaction.commit()?;
        }
        // A table that is missing or has no first page is noticed now, not in the middle of a lesson.
        for table in ["boards", "rows", "checkpoints", "checkpoint_documents"] {
            db.prepare(&format!("SELECT * FROM {table} LIMIT 1"))?.exists([])?;
        }
        Ok(Ok(()))
    }
}

/// What the file says of itself.
struct Header {
    application: u32,
    format: u32,
    tables: u32,
}

impl Header {
    fn read(db: &Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            application: db.pragma_query_value(None, "application_id", |row| row.get(0))?,
            format: db.pragma_query_value(None, "user_version", |row| row.get(0))?,
            tables: db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?,
        })
    }

    /// Nothing was ever written to it.
    const fn is_new(&self) -> bool {
        self.application == 0 && self.format == 0 && self.tables == 0
    }
}

/// Where row `seq` of the board with this number stands.
pub(super) fn place(number: u64, seq: Seq) -> Result<i64, LogError> {
    let limit = |what, value, max| if value > max { Err(LogError::TooLarge { what, value, max }) } else { Ok(()) };
    limit("boards of one file", number, BOARDS_MAX)?;
    limit("rows of a board", seq.0, ROWS_MAX)?;
    Ok(i64::try_from(number << 36 | seq.0).expect("27 and 36 bits are 63"))
}

/// The row's number at a place.
pub(super) fn seq_at(place: i64) -> Seq {
    Seq(place.cast_unsigned() & ROWS_MAX)
}
