//! Files on their way in and out: where they lie meanwhile, how many there may be, and who waits.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use kakehashi_protocol::ids::BoardId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::{FileError, bring_in};
use crate::assets::AssetStore;
use crate::disk;
use crate::hub::drain::Guard;
use crate::log::Log;

/// Files that are worked on at once: each holds a whole board in memory.
const WORKING_MAX: usize = 2;
/// Files that are received at once: each may take [`super::FILE_BYTES_MAX`] on the disk.
const RECEIVING_MAX: usize = 4;
/// How long somebody waits for their turn.
const TURN: Duration = Duration::from_secs(20);

/// The folder of files under way.
pub struct Transfers {
    dir: PathBuf,
    next: AtomicU64,
    working: Arc<Semaphore>,
    receiving: Arc<Semaphore>,
}

impl Transfers {
    /// Opens the folder, creates it if it is not there, and removes what a crash left: files, and
    /// boards that were not brought in as a whole.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn open(dir: &Path, log: &dyn Log, assets: &AssetStore) -> Result<Self, FileError> {
        let failed = |error: std::io::Error| FileError::io(dir.display().to_string(), &error);
        disk::create_dir(dir).map_err(failed)?;
        for entry in fs::read_dir(dir).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if let Some(board) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok()) {
                bring_in::remove(log, assets, board).await?;
                tracing::info!(%board, "a board that was not brought in as a whole was removed");
            }
            fs::remove_file(&path).map_err(failed)?;
        }
        Ok(Self {
            dir: dir.to_owned(),
            next: AtomicU64::new(0),
            working: Arc::new(Semaphore::new(WORKING_MAX)),
            receiving: Arc::new(Semaphore::new(RECEIVING_MAX)),
        })
    }

    /// An empty file without a name: it is gone when nobody holds it any more.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn file(&self) -> Result<File, FileError> {
        let path = self.dir.join(format!("file-{}", self.next.fetch_add(1, Ordering::Relaxed)));
        let open = || {
            let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
            fs::remove_file(&path)?;
            Ok(file)
        };
        open().map_err(|error: std::io::Error| FileError::io(path.display().to_string(), &error))
    }

    /// A turn to receive a file, if there is one.
    #[must_use]
    pub fn receive(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.receiving).try_acquire_owned().ok()
    }

    /// A turn to work on a file; `None` if it does not come within some seconds.
    pub async fn work(&self) -> Option<OwnedSemaphorePermit> {
        timeout(TURN, Arc::clone(&self.working).acquire_owned()).await.ok()?.ok()
    }

    /// Notes that a board is being brought in.
    pub(super) fn mark(&self, board: BoardId) -> Result<Marker<'_>, FileError> {
        let path = self.dir.join(board.to_string());
        let mark = || {
            File::create(&path)?.sync_all()?;
            disk::sync_dir(&self.dir)
        };
        mark().map_err(|error| FileError::io(path.display().to_string(), &error))?;
        Ok(Marker { path, dir: &self.dir })
    }
}

/// The note that a board is being brought in.
pub(super) struct Marker<'a> {
    path: PathBuf,
    dir: &'a Path,
}

impl Marker<'_> {
    /// The board is there, or gone, as a whole.
    pub(super) fn clear(&self) -> Result<(), FileError> {
        let clear = || {
            match fs::remove_file(&self.path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            disk::sync_dir(self.dir)
        };
        clear().map_err(|error| FileError::io(self.path.display().to_string(), &error))
    }
}

/// Whether a piece of work is still wanted, for the thread that does it.
pub struct Wanted {
    gone: Arc<AtomicBool>,
    guard: Guard,
}

/// Held by who waits for a piece of work; dropped, it is not wanted any more.
pub struct Asker(Arc<AtomicBool>);

impl Wanted {
    /// Work that is wanted while the answer's second half is held and the server does not stop.
    #[must_use]
    pub fn new(guard: Guard) -> (Self, Asker) {
        let gone = Arc::new(AtomicBool::new(false));
        (Self { gone: Arc::clone(&gone), guard }, Asker(gone))
    }

    /// Asked between any two steps.
    pub(super) fn check(&self) -> Result<(), FileError> {
        if self.gone.load(Ordering::Relaxed) || self.guard.stopping() { Err(FileError::Unwanted) } else { Ok(()) }
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
