//! Where boards are kept: one log of rows for each board, and checkpoints to load from sooner.
//!
//! A row is one gathered batch; the log knows its place and its checksum and nothing of what it
//! holds. What is appended is durable before anyone is told ("durable before visible").
//!
//! # Layout
//! - [`Log`]: what every store does; `contract` is the suite that each of them passes.
//! - [`chain`]: the checksums; [`code`]: join codes.
//! - [`SqliteLog`]: the store that is used; [`MemoryLog`]: one that lasts as long as its process.

pub mod chain;
pub mod code;
#[cfg(test)]
mod contract;
mod error;
mod faults;
mod health;
mod memory;
mod sqlite;

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use kakehashi_protocol::ids::{BoardId, DocumentId, LogId, Seq};

pub use chain::Check;
pub use code::JoinCode;
pub use error::LogError;
pub use faults::Faults;
pub use health::Health;
pub use memory::MemoryLog;
pub use sqlite::{ListedBoard, Listing, Scrubbed, SqliteLog, SqliteOptions};

/// Bytes of one row. A room gathers far less between two syncs; this bounds what a reader of the
/// log has to hold at once.
pub const ROW_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of one document, or of the state, in a checkpoint: more than a page may hold
/// (`INK_BYTES_MAX` and its records), and less than SQLite's own limit of 1 GB.
pub const CHECKPOINT_BLOB_BYTES_MAX: usize = 256 * 1024 * 1024;

/// What a [`Log`] answers with, sooner or later.
pub type LogFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, LogError>> + Send + 'a>>;

/// The end of a board's log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// The name of this copy of the log.
    pub log: LogId,
    /// Its last row.
    pub end: Seq,
    /// The checksum of that row, which stands for all rows before it too.
    pub check: Check,
}

/// One row as it was appended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its place, from 1.
    pub seq: Seq,
    /// The gathered batch.
    pub body: Bytes,
}

/// A board to create.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewBoard {
    /// Its name.
    pub board: BoardId,
    /// The name of its log, not used before.
    pub log: LogId,
    /// Its join code.
    pub code: JoinCode,
    /// Now, milliseconds since 1970.
    pub created_ms: u64,
    /// Row 1.
    pub first_row: Bytes,
}

/// A board at one row, to load from instead of reading the log from its start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// After this row.
    pub seq: Seq,
    /// What is not a document.
    pub state: Bytes,
    /// Documents, each with the row it was last changed by or saved at.
    pub documents: Vec<(DocumentId, Seq, Bytes)>,
}

/// A store of boards' logs. Each board is written by one room at a time; any number of readers may
/// read. Dropping a future does not undo what it asked for.
pub trait Log: Send + Sync {
    /// Creates a board together with its row 1, all or nothing; durable when it answers.
    ///
    /// # Errors
    /// [`LogError::BoardExists`], [`LogError::CodeTaken`] (try another code; see [`create_board`]),
    /// and those of [`Log::append`].
    fn create(&self, board: NewBoard) -> LogFuture<'_, Head>;

    /// The end of a board's log.
    ///
    /// # Errors
    /// [`LogError::UnknownBoard`]; [`LogError::Damaged`] if its last row does not fit its checksum, or
    /// the log ends before a row that was acknowledged (SPEC LOG-6).
    fn open(&self, board: BoardId) -> LogFuture<'_, Head>;

    /// Appends one row after row `expected_end`; answers with the new row's number when it is durable.
    ///
    /// # Errors
    /// [`LogError::WrongEnd`] if the log ends elsewhere, [`LogError::TooLarge`],
    /// [`LogError::DiskFull`], [`LogError::Damaged`], [`LogError::UnknownBoard`]: the row was not
    /// appended. [`LogError::Io`]: whether it was is not known before the store is opened again;
    /// until then every write is [`LogError::Poisoned`].
    fn append(&self, board: BoardId, expected_end: Seq, body: Bytes) -> LogFuture<'_, Seq>;

    /// Appends rows after row `expected_end`, all of them or none, in one commit; answers with the
    /// last one's number when they are durable. For a board that is brought in from elsewhere: other
    /// boards wait meanwhile, so not too many at once.
    ///
    /// # Errors
    /// As [`Log::append`].
    fn extend(&self, board: BoardId, expected_end: Seq, rows: Vec<Bytes>) -> LogFuture<'_, Seq>;

    /// Removes a board with its log, its code and its checkpoint. One that is not there is no error.
    /// If it fails or the process ends meanwhile, the board is damaged, and to be removed again.
    ///
    /// # Errors
    /// Those of the disk.
    fn remove(&self, board: BoardId) -> LogFuture<'_, ()>;

    /// The rows after row `after` in order, at least one if there is one, and no more once their
    /// bodies come to `bytes_max` bytes. Empty at the end of the log. Every row is checked against
    /// the chain from row `after` on.
    ///
    /// # Errors
    /// [`LogError::UnknownBoard`]; [`LogError::Damaged`] naming the board and the row.
    fn read(&self, board: BoardId, after: Seq, bytes_max: usize) -> LogFuture<'_, Vec<Row>>;

    /// Saves a checkpoint in one transaction. Its documents take the place of earlier ones of the
    /// same name; others stay as they were.
    ///
    /// # Errors
    /// As [`Log::append`].
    fn checkpoint_save(&self, board: BoardId, checkpoint: Checkpoint) -> LogFuture<'_, ()>;

    /// The latest checkpoint with all its documents, in the order of their names. A damaged one, or
    /// one of a format not known, is reported in the server's own log and is `None` here: the log
    /// alone is enough.
    ///
    /// # Errors
    /// [`LogError::UnknownBoard`].
    fn checkpoint_load(&self, board: BoardId) -> LogFuture<'_, Option<Checkpoint>>;

    /// The join code of a board.
    ///
    /// # Errors
    /// [`LogError::UnknownBoard`].
    fn code_of(&self, board: BoardId) -> LogFuture<'_, JoinCode>;

    /// The board that a code opens, if there is one.
    ///
    /// # Errors
    /// Those of the disk.
    fn board_of_code(&self, code: JoinCode) -> LogFuture<'_, Option<BoardId>>;

    /// What is known of its own state. Waits for nothing.
    fn health(&self) -> Health;

    /// Answers when all that was asked for before is done and the files are closed. Whatever is
    /// asked for later is [`LogError::Closed`].
    ///
    /// # Errors
    /// None so far; closing twice is no error.
    fn close(&self) -> LogFuture<'_, ()>;
}

/// How many random codes are tried for a new board. With a hundred million boards one try in ten
/// meets a code in use, so that thirty in a row never happen.
const CODE_TRIES: usize = 30;

/// Creates a board with a random log name and a random code that is not yet in use.
///
/// # Errors
/// As [`Log::create`]; [`LogError::Io`] if the system has no randomness to give.
pub async fn create_board(log: &dyn Log, board: BoardId, first_row: Bytes, created_ms: u64) -> Result<(Head, JoinCode), LogError> {
    let mut tries = CODE_TRIES;
    loop {
        let code = JoinCode::random()?;
        let new = NewBoard { board, log: random_log_id()?, code, created_ms, first_row: first_row.clone() };
        tries -= 1;
        match log.create(new).await {
            Err(LogError::CodeTaken) if tries > 0 => {}
            answer => return answer.map(|head| (head, code)),
        }
    }
}

/// A new random name for a log.
///
/// # Errors
/// [`LogError::Io`] if the system has no randomness to give.
pub fn random_log_id() -> Result<LogId, LogError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(error::no_randomness)?;
    Ok(LogId(bytes))
}

/// Refuses a row no store takes.
fn check_row(body: &Bytes) -> Result<(), LogError> {
    check_limit("bytes of a row", body.len(), ROW_BYTES_MAX)
}

/// Refuses a checkpoint no store takes.
fn check_checkpoint(checkpoint: &Checkpoint) -> Result<(), LogError> {
    check_limit("bytes of the state of a checkpoint", checkpoint.state.len(), CHECKPOINT_BLOB_BYTES_MAX)?;
    checkpoint.documents.iter().try_for_each(|(_, _, body)| check_limit("bytes of a saved document", body.len(), CHECKPOINT_BLOB_BYTES_MAX))
}

fn check_limit(what: &'static str, value: usize, max: usize) -> Result<(), LogError> {
    if value > max { Err(LogError::TooLarge { what, value: value as u64, max: max as u64 }) } else { Ok(()) }
}
