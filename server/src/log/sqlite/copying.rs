//! Copies the write-ahead log into the database, on a thread and a connection of its own. SQLite would do it
//! within the commit that has made the write-ahead log long enough, and all boards would wait for it: some
//! megabytes, and two syncs more.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::schema::DbFile;
use crate::log::LogError;

/// Bytes written after which they are copied: what SQLite has for a usual number, a thousand pages.
const COPY_BYTES: usize = 4 << 20;
/// A page of the database.
const PAGE_BYTES: usize = 4_096;
/// Pages that a commit writes besides those that its rows fill.
const COMMIT_PAGES: usize = 2;
/// How often the rest is copied that was written during the copying before. Once nothing is left, the
/// write-ahead log begins anew. If there always is something, the writer copies it itself, see
/// [`super::schema::WAL_PAGES_MAX`]; that is little then.
const TRIES: u32 = 4;

/// The thread, until this is dropped.
pub(super) struct Copying {
    wanted: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    written: usize,
}

impl Copying {
    pub(super) fn start(file: &DbFile) -> Result<Self, LogError> {
        let db = file.open_beside_writer()?;
        let (wanted, wants) = sync_channel(1);
        let run = move || copy_when_wanted(&db, &wants);
        let thread = std::thread::Builder::new().name("log copy".to_owned()).spawn(run).map_err(|error| super::no_thread(&error))?;
        Ok(Self { wanted: Some(wanted), thread: Some(thread), written: 0 })
    }

    /// A commit has written so many bytes.
    pub(super) fn note(&mut self, bytes: usize) {
        self.written += bytes + COMMIT_PAGES * PAGE_BYTES;
        if self.written >= COPY_BYTES
            && let Some(wanted) = &self.wanted
        {
            self.written = 0;
            // Full: it has been told already.
            let _ = wanted.try_send(());
        }
    }
}

impl Drop for Copying {
    fn drop(&mut self) {
        drop(self.wanted.take());
        if let Some(thread) = self.thread.take() {
            // A panic in it has been printed.
            let _ = thread.join();
        }
    }
}

fn copy_when_wanted(db: &Connection, wants: &Receiver<()>) {
    while wants.recv().is_ok() {
        if let Err(error) = copy(db) {
            // Nothing is lost: it stands in the write-ahead log, and is copied later.
            metrics::counter!("kakehashi_log_copy_failures").increment(1);
            tracing::error!(%error, "the write-ahead log could not be copied into the database");
        }
    }
}

/// Copies until nothing was written meanwhile. Neither readers nor the writer wait for it.
fn copy(db: &Connection) -> rusqlite::Result<()> {
    let mut pages_before = 0;
    for _ in 0..TRIES {
        let pages: i64 = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))?;
        if pages == pages_before {
            break;
        }
        pages_before = pages;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use bytes::Bytes;
    use kakehashi_protocol::ids::{BoardId, LogId, Seq};

    use crate::log::{JoinCode, Log, NewBoard, SqliteLog, SqliteOptions};

    fn size(file: &Path) -> u64 {
        file.metadata().expect("the file is there").len()
    }

    #[tokio::test]
    async fn the_write_ahead_log_is_copied_beside_the_writer_and_begins_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, wal) = (folder.path().join("boards.sqlite"), folder.path().join("boards.sqlite-wal"));
        let log = SqliteLog::open(&file, SqliteOptions::default()).expect("it opens");
        let (board, code) = (BoardId([1; 16]), JoinCode::new(1).expect("a code"));
        let row = Bytes::from(vec![7; 512 << 10]);
        log.create(NewBoard { board, log: LogId([2; 16]), code, created_ms: 1, first_row: row.clone() }).await.expect("a board");
        // Twice as much as is copied at once, and less than the writer would copy.
        for seq in 1..16 {
            log.append(board, Seq(seq), row.clone()).await.expect("a row");
        }
        let copied = async {
            while size(&file) < 16 * row.len() as u64 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), copied).await.expect("it is copied");
        for seq in 16..24 {
            // It is synced when it is copied.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let before = size(&wal);
            log.append(board, Seq(seq), row.clone()).await.expect("a row");
            if size(&wal) == before {
                return;
            }
        }
        panic!("the write-ahead log goes on and on");
    }
}
