//! What can go wrong with a log.

use std::path::PathBuf;

use kakehashi_protocol::ids::{BoardId, Seq};

/// Why a log did not do what it was asked for. It can be cloned: one failed commit answers all who
/// waited for it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LogError {
    /// There is no such board.
    #[error("there is no board {0}")]
    UnknownBoard(BoardId),
    /// The name of a new board is in use.
    #[error("there is a board {0} already")]
    BoardExists(BoardId),
    /// The join code of a new board is in use; another may not be.
    #[error("this join code is in use")]
    CodeTaken,
    /// The row was to stand elsewhere than at the end: another room writes this board.
    #[error("board {board}: the log ends at row {}, not {}", actual.0, expected.0)]
    WrongEnd {
        /// Which board.
        board: BoardId,
        /// Where the writer took the end to be.
        expected: Seq,
        /// Where it is.
        actual: Seq,
    },
    /// Nothing was written, for lack of room. Writing works again once there is room.
    #[error("the disk is full: {file} cannot grow", file = file.display())]
    DiskFull {
        /// The file that could not grow.
        file: PathBuf,
    },
    /// Something that was written is not what is read.
    #[error("damaged: {place}: {what}")]
    Damaged {
        /// What does not fit.
        what: String,
        /// Which file, or which board and row.
        place: String,
    },
    /// More than the log takes.
    #[error("{what}: {value} are more than {max}")]
    TooLarge {
        /// What is counted, with its unit.
        what: &'static str,
        /// How many there are.
        value: u64,
        /// How many there may be.
        max: u64,
    },
    /// An earlier write failed in a way that leaves open what is on the disk. Nothing is written any
    /// more before the store is opened again.
    #[error("nothing is written since an error of the disk ({reason}); the server must be started again")]
    Poisoned {
        /// The error of that write.
        reason: String,
    },
    /// The store was closed.
    #[error("the log is closed")]
    Closed,
    /// Another process has the file open for writing.
    #[error("{} is in use by another server", file.display())]
    InUse {
        /// The file.
        file: PathBuf,
    },
    /// The file is a backup: boards go on from a copy of it.
    #[error("{} is a backup; `kakehashi restore` makes a server's data of it", file.display())]
    Backup {
        /// The file.
        file: PathBuf,
    },
    /// The file was written by a newer version of this program.
    #[error("{}: format {found} is newer than format {known}, the newest this version reads", file.display())]
    NewerFormat {
        /// The file.
        file: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format this version reads.
        known: u32,
    },
    /// The disk or the operating system failed.
    #[error("{place}: {what}")]
    Io {
        /// What failed, in the system's words.
        what: String,
        /// Which file, or what was being done.
        place: String,
    },
}

/// The system gave no random bytes.
pub(super) fn no_randomness(error: getrandom::Error) -> LogError {
    LogError::Io { what: error.to_string(), place: "the system's source of randomness".to_owned() }
}

/// A row of a board does not fit.
pub(super) fn damaged_row(board: BoardId, seq: Seq, what: &str) -> LogError {
    LogError::Damaged { what: what.to_owned(), place: format!("board {board}, row {}", seq.0) }
}
