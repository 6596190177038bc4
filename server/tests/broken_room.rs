//! A room whose invariant breaks stops alone: its clients come back and lose nothing, other rooms notice nothing. The
//! log is made to answer with the number of another row, which no log does.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use common::{Client, PATIENCE, Server, create, set_x};
use kakehashi_protocol::document::Store;
use kakehashi_protocol::ids::{BoardId, DocumentId, Seq};
use kakehashi_protocol::wire::snapshot::digest;
use kakehashi_server::log::{Checkpoint, Head, Health, JoinCode, Log, LogFuture, MemoryLog, NewBoard, Row};
use parking_lot::Mutex;

/// A log that once lies about where a row of one board came to stand.
#[derive(Default)]
struct Lying {
    log: MemoryLog,
    board: Mutex<Option<BoardId>>,
    lied: AtomicBool,
}

impl Log for Lying {
    fn append(&self, board: BoardId, expected_end: Seq, body: Bytes) -> LogFuture<'_, Seq> {
        let lies = self.board.lock().take_if(|chosen| *chosen == board).is_some();
        Box::pin(async move {
            let seq = self.log.append(board, expected_end, body).await?;
            self.lied.fetch_or(lies, Ordering::Relaxed);
            Ok(if lies { Seq(seq.0 + 7) } else { seq })
        })
    }

    fn create(&self, board: NewBoard) -> LogFuture<'_, Head> {
        self.log.create(board)
    }
    fn open(&self, board: BoardId) -> LogFuture<'_, Head> {
        self.log.open(board)
    }
    fn extend(&self, board: BoardId, expected_end: Seq, rows: Vec<Bytes>) -> LogFuture<'_, Seq> {
        self.log.extend(board, expected_end, rows)
    }
    fn remove(&self, board: BoardId) -> LogFuture<'_, ()> {
        self.log.remove(board)
    }
    fn read(&self, board: BoardId, after: Seq, bytes_max: usize) -> LogFuture<'_, Vec<Row>> {
        self.log.read(board, after, bytes_max)
    }
    fn checkpoint_save(&self, board: BoardId, checkpoint: Checkpoint) -> LogFuture<'_, ()> {
        self.log.checkpoint_save(board, checkpoint)
    }
    fn checkpoint_load(&self, board: BoardId) -> LogFuture<'_, Option<Checkpoint>> {
        self.log.checkpoint_load(board)
    }
    fn code_of(&self, board: BoardId) -> LogFuture<'_, JoinCode> {
        self.log.code_of(board)
    }
    fn board_of_code(&self, code: JoinCode) -> LogFuture<'_, Option<BoardId>> {
        self.log.board_of_code(code)
    }
    fn health(&self) -> Health {
        self.log.health()
    }
    fn close(&self) -> LogFuture<'_, ()> {
        self.log.close()
    }
}

/// What the server's own log says.
#[derive(Clone, Default)]
struct Words(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Words {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Words {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock()).into_owned()
    }
}

// SPEC LOG-3, VER-2.
#[tokio::test]
async fn a_room_that_breaks_stops_alone_says_why_and_comes_back_with_all_that_was_written() {
    let words = Words::default();
    let writer = words.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let log = Arc::new(Lying::default());
    let folder = Arc::new(tempfile::tempdir().expect("a folder"));
    let server = Server::start_on(Arc::clone(&log) as Arc<dyn Log>, folder, Duration::from_secs(60)).await;
    let (board, other_board) = (server.new_board().await, server.new_board().await);
    let mut other = Client::join(&server.address, other_board, &[DocumentId::COVER]).await;
    let other_page = other.page().await;
    let other_record = other.write(vec![create(other_page)]).await.id(0);
    let mut reader = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let page = reader.page().await;
    let mut hand = Client::join(&server.address, board, &[page]).await;
    let acknowledged = hand.write(vec![create(page)]).await;

    *log.board.lock() = Some(board);
    let in_doubt = hand.offer(vec![create(page), create(page)]).await;
    // Both are told by the end of their connections, and nobody else is told anything.
    while hand.try_next().await.is_some() {}
    while reader.try_next().await.is_some() {}
    assert!(log.lied.load(Ordering::Relaxed));
    other.write(vec![set_x(other_page, other_record, 5)]).await;

    // The row was durable, so the writer finds its ops accepted, and sending them again changes nothing.
    let mut again = Client::join_again(&server.address, board, hand.actor, &[page]).await;
    assert_eq!(again.next, in_doubt.end());
    let more = again.write(vec![create(page)]).await;
    assert_eq!(more.first, in_doubt.end());
    let late = Client::join(&server.address, board, &[page]).await;
    let snapshot = late.snapshot(page).await;
    let expected = [acknowledged.id(0), in_doubt.id(0), in_doubt.id(1), more.id(0)];
    assert!(expected.iter().all(|record| snapshot.document.record(*record).is_some()));
    assert_eq!(snapshot.document.records().count(), expected.len());
    assert_eq!(digest(&again.snapshot(page).await.document), digest(&snapshot.document));

    let said = words.text();
    assert!(said.contains("broken invariant") && said.contains("one batch is one row"), "{said}");
    let bytes: String = in_doubt.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(said.contains(&bytes), "the change that led to it is in the log");
    assert!(said.contains(&board.to_string()) && !said.contains(&other_board.to_string()));
    tokio::time::timeout(PATIENCE, server.stop()).await.expect("the server stops in order");
}
