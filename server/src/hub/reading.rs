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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use kakehashi_protocol::ids::{ActorId, DocumentId, LogId, OpId};
    use kakehashi_protocol::ink::{InkState, Point, encode};
    use kakehashi_protocol::op::{Change, Op, OpBody};
    use kakehashi_protocol::schema::Kind;
    use kakehashi_protocol::wire::row::{Entry, Row, Verdict, read_row, write_row};

    use super::*;
    use crate::log::{Checkpoint as Saved, JoinCode, MemoryLog, NewBoard};
    use crate::room::actors::Actors;
    use crate::room::core::RoomCore;
    use crate::room::load::{first_row, load};

    const BOARD: BoardId = BoardId([1; 16]);
    const LOG: LogId = LogId([2; 16]);
    const PAGE: DocumentId = DocumentId(OpId { actor: ActorId(1), counter: 1 });

    /// The server's own row, then one that begins a stroke, and one that goes on with it.
    fn rows() -> [(Seq, Bytes); 3] {
        let first = first_row(ActorId(1), &[0; 16], 1);
        let mut actors = Actors::default();
        read_row(&first, &mut actors).expect("it reads");
        let stroke = OpId { actor: ActorId(1), counter: 2 };
        let mut state = InkState::default();
        let mut append = |points: [Point; 2]| {
            let (offset, mut ink) = (state.points(), Vec::new());
            encode(&mut state, &points, &mut ink).expect("in range");
            OpBody::AppendInk { record: stroke, offset, points: 2, ink }
        };
        let row = |first, ops: Vec<OpBody>| {
            let ops = ops.into_iter().map(|body| Op { document: PAGE, body }).collect();
            let change = Change { actor: ActorId(1), first, clock: first, hand: 0, gesture: 1, ops };
            let row = Row { introductions: Vec::new(), entries: vec![Entry { accepted_ms: 1, verdict: Verdict::Accepted(change) }] };
            Bytes::from(write_row(&row, &mut &actors))
        };
        let begin = OpBody::Create { kind: Kind::Stroke.number(), properties: Vec::new() };
        let begun = row(2, vec![begin, append([Point::default(), Point { x: 9, time_ms: 17, ..Point::default() }])]);
        let gone_on =
            row(4, vec![append([Point { x: 20, time_ms: 33, ..Point::default() }, Point { x: 30, time_ms: 50, ..Point::default() }])]);
        [(Seq(1), first), (Seq(2), begun), (Seq(3), gone_on)]
    }

    /// Reads the board from a checkpoint of row 2 whose page was changed so, and holds it against the log.
    async fn read_with(change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> bool {
        let rows = rows();
        let log = MemoryLog::new();
        let code = JoinCode::new(1).expect("a code");
        log.create(NewBoard { board: BOARD, log: LOG, code, created_ms: 1, first_row: rows[0].1.clone() }).await.expect("a board");
        for (seq, body) in &rows[1..] {
            log.append(BOARD, Seq(seq.0 - 1), body.clone()).await.expect("a row");
        }
        let before = RoomCore::new(load(LOG, None, &rows[..2]).expect("it loads"));
        let mut saved = before.take_checkpoint().expect("nothing was saved before");
        let (.., page) = saved.documents.iter_mut().find(|(document, ..)| *document == PAGE).expect("it has the page");
        *page = change(page.to_vec()).into();
        let saved = Saved { seq: saved.seq, state: saved.state, documents: saved.documents };
        log.checkpoint_save(BOARD, saved).await.expect("it is saved");
        let read = RoomCore::new(read_board(&log, BOARD).await.expect("it is read"));
        let right = RoomCore::new(load(LOG, None, &rows).expect("it loads"));
        read.board() == right.board()
    }

    #[tokio::test]
    async fn a_stroke_goes_on_from_a_checkpoint() {
        assert!(read_with(|page| page).await);
    }

    /// Its checksum would be right: this is what is left to notice.
    #[tokio::test]
    async fn ink_of_a_checkpoint_that_does_not_go_on_is_read_from_the_log() {
        let right = rows();
        let Verdict::Accepted(change) = &read(&right[1].1).entries[0].verdict else { panic!("it was accepted") };
        let OpBody::AppendInk { ink, .. } = &change.ops[1].body else { panic!("it is ink") };
        let damage = |mut page: Vec<u8>| {
            let at = page.windows(ink.len()).position(|bytes| bytes == ink).expect("the page has the ink");
            // A count of more points than there are.
            page[at] = 0x01;
            page
        };
        assert!(read_with(damage).await);
    }

    fn read(body: &Bytes) -> Row {
        let mut actors = Actors::default();
        let [(_, first), ..] = rows();
        read_row(&first, &mut actors).expect("it reads");
        read_row(body, &mut actors).expect("it reads")
    }
}
