//! The log in a SQLite file: write-ahead log, every commit synced, one writer for all boards.

mod checkpoint;
mod guard;
mod heads;
mod query;
mod readers;
mod schema;
mod scrub;
#[cfg(test)]
mod tests;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kakehashi_protocol::ids::{BoardId, LogId, Seq};
use tokio::sync::{mpsc, oneshot};

use super::health::Watch;
use super::{Checkpoint, Faults, Head, Health, JoinCode, Log, LogError, LogFuture, NewBoard, Row};
use guard::Guard;
use query::Query;
use readers::Readers;
use schema::DbFile;
use scrub::Scrub;
pub use scrub::Scrubbed;
use writer::{Command, Writer};

/// How the file is opened.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    /// Waited before each commit, as though the disk were slower than it is: for tests and
    /// benchmarks, zero otherwise.
    pub sync_delay: Duration,
    /// Connections that read, at least one; each may hold 2 MiB of pages.
    pub readers: u32,
    /// What the disk refuses to do, in tests.
    pub faults: Faults,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { sync_delay: Duration::ZERO, readers: 3, faults: Faults::default() }
    }
}

/// A board as the file lists it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ListedBoard {
    /// Its name.
    pub board: BoardId,
    /// The name of its log.
    pub log: LogId,
    /// Its join code.
    pub code: JoinCode,
    /// When it was made, milliseconds since 1970.
    pub created_ms: u64,
}

/// Boards with their numbers in the file; what is known of one may be damaged.
pub type Listing = Vec<(u64, Result<ListedBoard, LogError>)>;

/// How often a damaged board is looked at until it is found the same twice, and how long that waits: a server that writes
/// an end or removes a board meanwhile is done by then.
const SCRUBS_MAX: u32 = 10;
const SCRUB_AGAIN: Duration = Duration::from_millis(20);

/// A [`Log`] in one SQLite file, which belongs to this process alone.
pub struct SqliteLog {
    file: DbFile,
    guard: Arc<Guard>,
    watch: Watch,
    commands: mpsc::Sender<Command>,
    readers: Readers,
}

fn no_thread(error: &std::io::Error) -> LogError {
    LogError::Io { what: error.to_string(), place: "the log's thread".to_owned() }
}

impl SqliteLog {
    /// Opens the file, and creates it with its folder if it is not there. Blocks the thread.
    ///
    /// # Errors
    /// [`LogError::Damaged`] naming the file, [`LogError::NewerFormat`], [`LogError::InUse`],
    /// [`LogError::DiskFull`], [`LogError::Io`].
    pub fn open(file: &Path, options: SqliteOptions) -> Result<Self, LogError> {
        let file = DbFile(PathBuf::from(file));
        let lock = file.lock()?;
        let db = file.open_writer()?;
        let readers = Readers::open(&file, options.readers)?;
        let watch = Watch::default();
        let guard = Arc::new(Guard::open(&db, &file, &watch)?);
        let (commands, queue) = mpsc::channel(writer::QUEUE_MAX);
        let writer = Writer::new(db, file.clone(), Arc::clone(&guard), watch.clone(), options, lock)?;
        std::thread::Builder::new().name("log".to_owned()).spawn(move || writer.run(queue)).map_err(|error| no_thread(&error))?;
        Ok(Self { file, guard, watch, commands, readers })
    }

    /// Opens a file that is there, and that another process may write, only to read it: whatever is to
    /// be written is [`LogError::Closed`]. Blocks the thread.
    ///
    /// # Errors
    /// As [`Self::open`], but for [`LogError::InUse`].
    pub fn open_to_read(file: &Path, options: SqliteOptions) -> Result<Self, LogError> {
        let file = DbFile(PathBuf::from(file));
        let db = file.open_reader()?;
        file.check_format(&db)?;
        let readers = Readers::open(&file, options.readers)?;
        let watch = Watch::default();
        let guard = Arc::new(Guard::open_to_read(&db, &file, &watch)?);
        let (commands, _) = mpsc::channel(1);
        Ok(Self { file, guard, watch, commands, readers })
    }

    /// Makes a backup of a file that nobody has open: no server takes it for its own any more.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn mark_backup(file: &Path) -> Result<(), LogError> {
        let file = DbFile(PathBuf::from(file));
        let _lock = file.lock()?;
        file.mark_backup(&file.open_writer()?)
    }

    /// Some of the boards in the order of their numbers in the file, those after `after`. What is
    /// known of a board may be damaged.
    ///
    /// # Errors
    /// [`LogError::Damaged`] naming the file; those of the disk.
    pub async fn boards(&self, after: u64, count_max: u32) -> Result<Listing, LogError> {
        self.read_with(move |query| query.boards(after, count_max)).await
    }

    /// The greatest number that a board has in the file, or has outside it.
    ///
    /// # Errors
    /// As [`Self::boards`].
    pub async fn last_number(&self) -> Result<u64, LogError> {
        self.read_with(|query| Ok(query.last_number()?.max(query.guard.heads.slots()?.saturating_sub(1)))).await
    }

    /// Reads all there is of the board with this number and looks whether it is what was written; `None` if there is no
    /// such board. A server may be writing meanwhile: what is damaged is looked at until it is found so twice.
    ///
    /// # Errors
    /// A damage that belongs to no board; those of the disk.
    pub async fn scrub(&self, number: u64) -> Result<Option<Scrubbed>, LogError> {
        let mut before = None;
        for _ in 0..SCRUBS_MAX {
            let found = self.scrub_once(number).await;
            let whole = found.as_ref().is_ok_and(|found| found.as_ref().is_none_or(|found| found.damages.is_empty()));
            let damages = found.as_ref().map(|found| found.as_ref().map(|found| found.damages.clone())).map_err(Clone::clone);
            if whole || before.as_ref() == Some(&damages) {
                return found;
            }
            before = Some(damages);
            tokio::time::sleep(SCRUB_AGAIN).await;
        }
        self.scrub_once(number).await
    }

    async fn scrub_once(&self, number: u64) -> Result<Option<Scrubbed>, LogError> {
        let Some(mut scrub) = self.read_with(move |query| Scrub::begin(query, number)).await? else { return Ok(None) };
        let mut done = false;
        while !done {
            (scrub, done) = self
                .read_with(move |query| {
                    let done = scrub.step(query)?;
                    Ok((scrub, done))
                })
                .await?;
        }
        self.read_with(move |query| Ok(Some(scrub.finish(query)))).await
    }

    /// Why each of the boards is damaged that are not in the file any more under their names.
    #[must_use]
    pub fn lost(&self) -> Vec<LogError> {
        self.guard.all_lost()
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<Result<T, LogError>>) -> Command) -> Result<T, LogError> {
        let (answer, answered) = oneshot::channel();
        self.commands.send(command(answer)).await.map_err(|_| LogError::Closed)?;
        answered.await.map_err(|_| LogError::Closed)?
    }

    fn read_with<T: Send + 'static>(&self, read: impl FnOnce(Query<'_>) -> Result<T, LogError> + Send + 'static) -> LogFuture<'_, T> {
        let (file, guard) = (self.file.clone(), Arc::clone(&self.guard));
        Box::pin(self.readers.run(move |db| read(Query { db, file: &file, guard: &guard })))
    }

    /// As [`Self::read_with`], and remembers the board if it is damaged.
    fn read_board<T: Send + 'static>(
        &self,
        board: BoardId,
        read: impl FnOnce(Query<'_>) -> Result<T, LogError> + Send + 'static,
    ) -> LogFuture<'_, T> {
        let watch = self.watch.clone();
        self.read_with(move |query| watch.note(board, read(query)))
    }
}

impl Log for SqliteLog {
    fn create(&self, new: NewBoard) -> LogFuture<'_, Head> {
        Box::pin(self.ask(|answer| Command::Create { new, answer }))
    }

    fn open(&self, board: BoardId) -> LogFuture<'_, Head> {
        self.read_board(board, move |query| query.head(board))
    }

    fn append(&self, board: BoardId, expected: Seq, body: Bytes) -> LogFuture<'_, Seq> {
        Box::pin(self.ask(move |answer| Command::Append { board, expected, body, answer }))
    }

    fn extend(&self, board: BoardId, expected: Seq, rows: Vec<Bytes>) -> LogFuture<'_, Seq> {
        Box::pin(self.ask(move |answer| Command::Extend { board, expected, rows, answer }))
    }

    fn remove(&self, board: BoardId) -> LogFuture<'_, ()> {
        Box::pin(async move {
            // In steps, between which the other boards are written.
            while !self.ask(|answer| Command::Remove { board, answer }).await? {}
            Ok(())
        })
    }

    fn read(&self, board: BoardId, after: Seq, bytes_max: usize) -> LogFuture<'_, Vec<Row>> {
        self.read_board(board, move |query| query.rows(board, query.board(board)?, after, bytes_max))
    }

    fn checkpoint_save(&self, board: BoardId, checkpoint: Checkpoint) -> LogFuture<'_, ()> {
        Box::pin(self.ask(move |answer| Command::Save { board, checkpoint, answer }))
    }

    fn checkpoint_load(&self, board: BoardId) -> LogFuture<'_, Option<Checkpoint>> {
        let loaded = self.read_with(move |query| {
            let at = query.board(board)?;
            // Its two tables are read as of one moment.
            let moment = query.db.unchecked_transaction().map_err(|error| query.file.board_error(board, &error))?;
            let loaded = checkpoint::load(query, board, at);
            drop(moment);
            Ok(loaded)
        });
        Box::pin(async move {
            match loaded.await? {
                Ok(loaded) => Ok(loaded),
                Err(error) => {
                    metrics::counter!("kakehashi_log_checkpoints_ignored").increment(1);
                    tracing::error!(%board, %error, "a checkpoint is not used, the whole log is read instead");
                    if let Err(error) = self.ask(|answer| Command::Forget { board, answer }).await {
                        tracing::warn!(%board, %error, "a checkpoint that is not used stays in the file");
                    }
                    Ok(None)
                }
            }
        })
    }

    fn code_of(&self, board: BoardId) -> LogFuture<'_, JoinCode> {
        self.read_board(board, move |query| query.code_of(board))
    }

    fn board_of_code(&self, code: JoinCode) -> LogFuture<'_, Option<BoardId>> {
        self.read_with(move |query| query.board_of_code(code))
    }

    fn health(&self) -> Health {
        self.watch.health()
    }

    fn close(&self) -> LogFuture<'_, ()> {
        Box::pin(async move {
            self.readers.close().await;
            match self.ask(|answer| Command::Close { answer }).await {
                Err(LogError::Closed) => Ok(()),
                answer => answer,
            }
        })
    }
}
