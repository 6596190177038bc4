//! Looks for damage in a server's data, also while it runs: all names, ends, rows and checkpoints of all boards are read
//! and held against their checksums. Nothing is changed. A room reads only what is after its checkpoint, so
//! what is damaged below one is otherwise noticed when it is needed.

use std::path::{Path, PathBuf};

use kakehashi_protocol::ids::BoardId;

use crate::backup::{BOARDS, TRANSFERS};
use crate::log::{Log, LogError, SqliteLog, SqliteOptions};

/// What was read, and how much of it is damaged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Scrubbed {
    /// Boards that were read.
    pub boards: u64,
    /// Their rows that are whole.
    pub rows: u64,
    /// Their checkpoints.
    pub checkpoints: u64,
    /// Boards whose end does not stand outside the database, as may be after a power cut: if the last rows of one
    /// were missing, nothing would show it.
    pub unguarded: u64,
    /// What is damaged.
    pub damaged: u64,
}

/// Why nothing was looked at, or not all.
#[derive(Debug, thiserror::Error)]
pub enum ScrubError {
    /// What is to be looked at is not there.
    #[error("{}: there are no boards", folder.display())]
    NoBoards {
        /// The folder.
        folder: PathBuf,
    },
    /// The store cannot be read at all.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Looks at all boards of the data in `data`, or of a backup; `tell` is told of each damage.
///
/// # Errors
/// [`ScrubError`]; damaged boards are none.
pub async fn scrub(data: &Path, mut tell: impl FnMut(&LogError)) -> Result<Scrubbed, ScrubError> {
    if !data.join(BOARDS).is_file() {
        return Err(ScrubError::NoBoards { folder: data.to_owned() });
    }
    let log = SqliteLog::open_to_read(&data.join(BOARDS), SqliteOptions { readers: 1, ..SqliteOptions::default() })?;
    // What a file is still being read into may go again, row by row (`board_file::transfers`).
    let partial = |board: BoardId| data.join(TRANSFERS).join(board.to_string()).exists();
    let mut all = Scrubbed::default();
    for number in 1..=log.last_number().await? {
        let found = match log.scrub(number).await {
            Ok(Some(found)) if !partial(found.board) => found,
            Ok(_) => continue,
            Err(error) => {
                all.damaged += 1;
                tell(&error);
                continue;
            }
        };
        all.boards += 1;
        all.rows += found.rows;
        all.checkpoints += u64::from(found.checkpoint);
        all.unguarded += u64::from(!found.guarded);
        all.damaged += found.damages.len() as u64;
        found.damages.iter().for_each(&mut tell);
    }
    log.close().await?;
    Ok(all)
}
