//! From the log to the state of a room.

use bytes::Bytes;
use kakehashi_protocol::ids::{BoardId, Seq};

use crate::log::{Log, LogError};
use crate::room::core::Loaded;
use crate::room::load::{Checkpoint, LoadError, load};

/// Bytes of rows that are read at once.
const READ_BYTES: usize = 4 * 1024 * 1024;

/// Why a board could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such board.
    #[error("there is no board {0}")]
    UnknownBoard(BoardId),
    /// The log could not be read.
    #[error(transparent)]
    Log(LogError),
    /// Its rows could not be understood.
    #[error("board {board} is damaged: {error}")]
    Damaged {
        /// Which board.
        board: BoardId,
        /// What is wrong with it.
        error: LoadError,
    },
    /// The server is shutting down.
    #[error("the server is shutting down")]
    Stopping,
    /// Reading it has struck a broken invariant.
    #[error("reading board {0} has failed")]
    Broken(BoardId),
}

/// Reads a board: the latest checkpoint and the rows after it; or all rows, if the checkpoint cannot
/// be used.
///
/// # Errors
/// What is missing or damaged.
pub async fn read_board(log: &dyn Log, board: BoardId) -> Result<Loaded, ReadError> {
    let head = log.open(board).await.map_err(|error| of_log(board, error))?;
    let checkpoint = log.checkpoint_load(board).await.unwrap_or_else(|error| {
        tracing::warn!(%board, %error, "the checkpoint cannot be read; the log alone is used");
        None
    });
    if let Some(checkpoint) = checkpoint.filter(|checkpoint| checkpoint.seq <= head.end) {
        let checkpoint = Checkpoint { seq: checkpoint.seq, state: checkpoint.state, documents: checkpoint.documents };
        let rows = read_rows(log, board, checkpoint.seq).await?;
        match apart(board, move || load(head.log, Some(&checkpoint), &rows)).await? {
            Ok(loaded) => return Ok(loaded),
            Err(error) => tracing::warn!(%board, %error, "the checkpoint cannot be used; the log alone is"),
        }
    }
    let rows = read_rows(log, board, Seq(0)).await?;
    apart(board, move || load(head.log, None, &rows)).await?.map_err(|error| ReadError::Damaged { board, error })
}

/// Away from the threads that everybody's messages need: a large board takes a while.
async fn apart<T: Send + 'static>(board: BoardId, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ReadError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ReadError::Broken(board))
}

async fn read_rows(log: &dyn Log, board: BoardId, after: Seq) -> Result<Vec<(Seq, Bytes)>, ReadError> {
    let mut rows: Vec<(Seq, Bytes)> = Vec::new();
    loop {
        let last = rows.last().map_or(after, |(seq, _)| *seq);
        let more = log.read(board, last, READ_BYTES).await.map_err(|error| of_log(board, error))?;
        if more.is_empty() {
            return Ok(rows);
        }
        rows.extend(more.into_iter().map(|row| (row.seq, row.body)));
    }
}

fn of_log(board: BoardId, error: LogError) -> ReadError {
    match error {
        LogError::UnknownBoard(_) => ReadError::UnknownBoard(board),
        LogError::Closed => ReadError::Stopping,
        error => ReadError::Log(error),
    }
}
