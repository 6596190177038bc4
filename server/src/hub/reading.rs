//! From the log to the state of a room.

use kakehashi_protocol::ids::{BoardId, Seq};

use crate::log::{Log, LogError};
use crate::room::core::Loaded;
use crate::room::load::{Checkpoint, LoadError, Loading};

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
        let seq = checkpoint.seq;
        let begun = apart(board, move || Loading::begin(head.log, Some(&checkpoint))).await?;
        match read_rows(log, board, seq, begun).await {
            Err(ReadError::Damaged { error, .. }) => tracing::warn!(%board, %error, "the checkpoint cannot be used; the log alone is"),
            read => return read,
        }
    }
    read_rows(log, board, Seq(0), Loading::begin(head.log, None)).await
}

/// Away from the threads that everybody's messages need: a large board takes a while.
async fn apart<T: Send + 'static>(board: BoardId, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ReadError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ReadError::Broken(board))
}

/// Takes in the rows after row `last`. They are read some at a time, so that the log is never in
/// memory beside the board.
async fn read_rows(log: &dyn Log, board: BoardId, mut last: Seq, begun: Result<Loading, LoadError>) -> Result<Loaded, ReadError> {
    let damaged = |error| ReadError::Damaged { board, error };
    let mut loading = begun.map_err(damaged)?;
    loop {
        let rows = log.read(board, last, READ_BYTES).await.map_err(|error| of_log(board, error))?;
        let Some(end) = rows.last().map(|row| row.seq) else {
            return apart(board, move || loading.finish()).await;
        };
        let taken = move || {
            rows.iter().try_for_each(|row| loading.row(row.seq, &row.body))?;
            Ok(loading)
        };
        loading = apart(board, taken).await?.map_err(damaged)?;
        last = end;
    }
}

fn of_log(board: BoardId, error: LogError) -> ReadError {
    match error {
        LogError::UnknownBoard(_) => ReadError::UnknownBoard(board),
        LogError::Closed => ReadError::Stopping,
        error => ReadError::Log(error),
    }
}
