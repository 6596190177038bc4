//! Backups: all boards of a server and its people in a folder, taken while it runs, and a server's data made of one.
//!
//! A backup holds each board's rows as they were acknowledged at some moment while it was taken, checked
//! against their checksums and the end that was acknowledged, and all pictures. Checkpoints are left
//! out, for the log alone is enough, and so are keys of TLS. The folder is there under its name only
//! when it is whole.
//!
//! What is restored is another copy of each board, so each log gets a new name (SPEC LOG-2): whoever
//! had read further in the old one takes a snapshot, and whoever had written more writes on under
//! a new name (SPEC ACT-4).
//!
//! # Layout
//! - `boards`: rows from one store to another. `pictures`: the files of pictures. `people`: accounts, doors and keys.

mod boards;
mod people;
mod pictures;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kakehashi_protocol::ids::BoardId;

use crate::directory::DirectoryError;
use crate::disk;
use crate::log::{Log, LogError, SqliteLog, SqliteOptions};

use boards::{Names, copy_boards};

/// The database of boards in a folder of data, and in a backup.
pub const BOARDS: &str = "boards.sqlite";
/// The folder of pictures in both.
pub const PICTURES: &str = "assets";

/// The folder of boards' files on their way.
pub const TRANSFERS: &str = "transfers";

/// What was copied.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Copied {
    /// Boards that are whole.
    pub boards: u64,
    /// Rows of their logs.
    pub rows: u64,
    /// Pictures.
    pub pictures: u64,
    /// What is damaged and was left out, each with what is wrong with it.
    pub damaged: Vec<String>,
}

/// Why nothing was copied, or not all.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// What is to be copied is not there.
    #[error("{}: there are no boards", folder.display())]
    NoBoards {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder that is to be made is there.
    #[error("{}: this must be a new or an empty folder", folder.display())]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// The store that is read, or the one that is written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The directory of people.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// A file or folder.
    #[error("{}: {error}", path.display())]
    Disk {
        /// Which.
        path: PathBuf,
        /// What failed.
        error: io::Error,
    },
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    |error| BackupError::Disk { path, error }
}

/// Copies all boards of the data in `data` to the new folder `to`. A server may be running on them.
///
/// # Errors
/// [`BackupError`]; nothing is left in `to` then.
pub async fn backup(data: &Path, to: &Path) -> Result<Copied, BackupError> {
    copy(data, to, Names::Kept).await
}

/// Makes a server's data in the new folder `data` of the backup in `from`.
///
/// # Errors
/// [`BackupError`]; nothing is left in `data` then.
pub async fn restore(from: &Path, data: &Path) -> Result<Copied, BackupError> {
    copy(from, data, Names::New).await
}

async fn copy(from: &Path, to: &Path, names: Names) -> Result<Copied, BackupError> {
    if !from.join(BOARDS).is_file() {
        return Err(BackupError::NoBoards { folder: from.to_owned() });
    }
    if to.exists() && fs::read_dir(to).map_err(failed(to))?.next().is_some() {
        return Err(BackupError::NotEmpty { folder: to.to_owned() });
    }
    // Without a slash at its end.
    let mut partial = to.components().collect::<PathBuf>().into_os_string();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    clear(&partial)?;
    let copied = fill(from, &partial, names).await;
    if copied.is_err() {
        // The first error counts.
        let _ = clear(&partial);
        return copied;
    }
    fs::rename(&partial, to).map_err(failed(to))?;
    let above = to.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    disk::sync_dir(above).map_err(failed(above))?;
    copied
}

fn clear(folder: &Path) -> Result<(), BackupError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(folder)(error)),
        _ => Ok(()),
    }
}

async fn fill(from: &Path, to: &Path, names: Names) -> Result<Copied, BackupError> {
    let mut copied = Copied::default();
    let source = SqliteLog::open_to_read(&from.join(BOARDS), SqliteOptions::default())?;
    let target = SqliteLog::open(&to.join(BOARDS), SqliteOptions::default())?;
    // While a board is brought in from a file, a file of its name says so (`board_file::transfers`).
    let partial = |board: BoardId| from.join(TRANSFERS).join(board.to_string()).exists();
    copy_boards(&source, &target, names, &partial, &mut copied).await?;
    source.close().await?;
    target.close().await?;
    if names == Names::Kept {
        SqliteLog::mark_backup(&to.join(BOARDS))?;
    }
    // After the boards: whatever picture they show was there before.
    pictures::copy(&from.join(PICTURES), &to.join(PICTURES), &mut copied)?;
    people::copy(from, to)?;
    Ok(copied)
}
