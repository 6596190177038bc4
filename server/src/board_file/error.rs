//! What can be wrong with a file.

use crate::assets::AssetError;
use crate::log::LogError;

/// Why a board was not written to a file, or no board was made of one.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FileError {
    /// It is something else.
    #[error("this is not a file of a board: {what}")]
    NotABoard {
        /// What is missing.
        what: String,
    },
    /// A newer version wrote it.
    #[error("the file has format {found}; format {known} is the newest that this server reads")]
    Newer {
        /// Its format.
        found: u32,
        /// The newest that is read.
        known: u32,
    },
    /// More than is taken.
    #[error("{what}: more than {max}, which is the most there may be")]
    TooLarge {
        /// What is counted, with its unit.
        what: String,
        /// How many there may be.
        max: u64,
    },
    /// It is not whole, or not as it was written.
    #[error("the file is damaged: {place}: {what}")]
    Damaged {
        /// Which part of it.
        place: String,
        /// What does not fit.
        what: String,
    },
    /// It is whole, but holds what no board may hold.
    #[error("the file is refused: {place}: {what}")]
    Refused {
        /// Which part of it.
        place: String,
        /// What is wrong with it.
        what: String,
    },
    /// Whoever asked has gone, or the server stops.
    #[error("nobody waits for it any more")]
    Unwanted,
    /// The server's own log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The server's own pictures failed.
    #[error(transparent)]
    Assets(#[from] AssetError),
    /// The server's own disk failed.
    #[error("{place}: {what}")]
    Io {
        /// What was being done.
        place: String,
        /// What failed, in the system's words.
        what: String,
        /// Whether there was no room.
        full: bool,
    },
}

impl FileError {
    /// A part of the file is damaged.
    pub(super) fn damaged(place: impl Into<String>, what: impl ToString) -> Self {
        Self::Damaged { place: place.into(), what: what.to_string() }
    }

    /// A part of the file is refused.
    pub(super) fn refused(place: impl Into<String>, what: impl ToString) -> Self {
        Self::Refused { place: place.into(), what: what.to_string() }
    }

    /// There is more of something than is taken.
    pub(super) fn too_large(what: impl Into<String>, max: u64) -> Self {
        Self::TooLarge { what: what.into(), max }
    }

    /// The server's own disk failed.
    pub(crate) fn io(place: impl Into<String>, error: &std::io::Error) -> Self {
        let full = matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded);
        Self::Io { place: place.into(), what: error.to_string(), full }
    }
}
