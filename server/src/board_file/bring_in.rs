//! From a checked file to a board: all of it, or nothing.
//!
//! A marker in the folder of transfers says that a board is being brought in; the board is there for
//! good in the moment in which the marker is gone. Whatever ends it before, an error or a crash, the
//! board is removed: at once, or when the server starts again.

use std::sync::Arc;

use bytes::Bytes;
use kakehashi_protocol::ids::{BoardId, Cursor};
use kakehashi_protocol::wire::snapshot::write_snapshot;
use tokio::runtime::Handle;

use super::check::Checked;
use super::{FileError, Transfers, Wanted};
use crate::assets::AssetStore;
use crate::log::{Checkpoint, JoinCode, Log, create_board};
use crate::room::load::write_state;

/// Bytes of rows that are written with one sync: other boards wait a few milliseconds for it.
const COMMIT_BYTES: usize = 512 * 1024;

/// Where boards are kept, for a thread that may block.
pub struct Store {
    /// Runs what the others do by themselves.
    pub runtime: Handle,
    /// The log.
    pub log: Arc<dyn Log>,
    /// The pictures.
    pub assets: AssetStore,
}

/// A board that was made of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Brought {
    /// Its name.
    pub board: BoardId,
    /// Its code.
    pub code: JoinCode,
}

/// Makes a board, named `board` as no other is, of a checked file; durable when it answers. Blocks the thread.
///
/// # Errors
/// [`FileError::Log`], [`FileError::Assets`], [`FileError::Io`], [`FileError::Unwanted`]; then the
/// board is not there.
pub fn bring_in(
    store: &Store,
    transfers: &Transfers,
    checked: &Checked,
    board: BoardId,
    now_ms: u64,
    wanted: &Wanted,
) -> Result<Brought, FileError> {
    let marker = transfers.mark(board)?;
    let brought = write(store, checked, board, now_ms, wanted).and_then(|code| {
        wanted.check()?;
        marker.clear()?;
        Ok(Brought { board, code })
    });
    if brought.is_err() {
        match store.runtime.block_on(remove(&*store.log, &store.assets, board)) {
            Ok(()) => marker.clear()?,
            // The marker stays, and the next start tries again.
            Err(error) => tracing::warn!(%board, %error, "what was brought in of a board cannot be removed now"),
        }
    }
    brought
}

/// Removes what there is of a board that was not brought in as a whole.
pub(super) async fn remove(log: &dyn Log, assets: &AssetStore, board: BoardId) -> Result<(), FileError> {
    log.remove(board).await?;
    assets.forget(board).await?;
    Ok(())
}

fn write(store: &Store, checked: &Checked, board: BoardId, now_ms: u64, wanted: &Wanted) -> Result<JoinCode, FileError> {
    let mut rows = checked.rows()?;
    let (_, first) = rows.next()?.ok_or_else(|| FileError::damaged(super::ROWS, "it is empty"))?;
    let (head, code) = store.runtime.block_on(create_board(&*store.log, board, first.into(), now_ms))?;
    let mut end = head.end;
    loop {
        wanted.check()?;
        let mut some: Vec<Bytes> = Vec::new();
        let mut bytes = 0;
        while bytes < COMMIT_BYTES
            && let Some((_, row)) = rows.next()?
        {
            bytes += row.len();
            some.push(row.into());
        }
        if some.is_empty() {
            break;
        }
        end = store.runtime.block_on(store.log.extend(board, end, some))?;
    }
    save(store, checked, board, Cursor { log: head.log, seq: end })?;
    for picture in checked.pictures() {
        wanted.check()?;
        let (kind, bytes) = checked.picture(picture)?;
        store.runtime.block_on(store.assets.put(board, kind.media_type(), bytes.into()))?;
    }
    Ok(code)
}

/// Saves a checkpoint, so that the first who comes need not wait for the rows to be read. It is whole
/// with its last part; before that the board is not there for anybody.
fn save(store: &Store, checked: &Checked, board: BoardId, cursor: Cursor) -> Result<(), FileError> {
    let save = |state, documents| {
        let part = Checkpoint { seq: cursor.seq, state, documents };
        store.runtime.block_on(store.log.checkpoint_save(board, part))
    };
    let mut some = Vec::new();
    let mut bytes = 0;
    for (document, content) in checked.board.documents() {
        let snapshot = Bytes::from(write_snapshot(document, cursor, content));
        bytes += snapshot.len();
        some.push((document, cursor.seq, snapshot));
        if bytes >= COMMIT_BYTES {
            save(Bytes::new(), std::mem::take(&mut some))?;
            bytes = 0;
        }
    }
    save(write_state(&checked.board, &checked.actors), some)?;
    Ok(())
}
