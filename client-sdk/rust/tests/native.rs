//! The tokio driver against a server of a few lines, over real sockets.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use kakehashi_client::native::{Board, Options};
use kakehashi_client::{Event, NoticeCode, Status};
use kakehashi_protocol::ids::{BoardId, DocumentId};
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::FailureCode;
use support::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;

const COVER: DocumentId = DocumentId::COVER;

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as u64
}

/// Serves one board until the task is aborted.
async fn serve(listener: TcpListener, server: Arc<Mutex<Server>>) {
    let mut tasks = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        tasks.spawn(answer(stream, Arc::clone(&server)));
    }
}

async fn answer(mut stream: TcpStream, server: Arc<Mutex<Server>>) {
    let mut head = [0; 1024];
    let length = stream.peek(&mut head).await.unwrap();
    let head = String::from_utf8_lossy(&head[..length]).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    if path.ends_with("/socket") {
        return socket(stream, server).await;
    }
    let mut request = [0; 1024];
    let _ = stream.read(&mut request).await.unwrap();
    let body = if head.starts_with("POST /api/v1/boards ") {
        format!("{{\"board\":\"{}\",\"code\":\"123-456-789\"}}", BoardId([3; 16])).into_bytes()
    } else {
        let document = path.split('/').nth(6).unwrap().parse().unwrap();
        assert!(path.contains("?ticket="));
        let bytes = server.lock().unwrap().snapshot(document);
        let mut packer = flate2::read::GzEncoder::new(bytes.as_slice(), flate2::Compression::fast());
        let mut packed = Vec::new();
        std::io::Read::read_to_end(&mut packer, &mut packed).unwrap();
        packed
    };
    let encoding = if head.starts_with("GET") { "Content-Encoding: gzip\r\n" } else { "" };
    let answer = format!("HTTP/1.1 200 OK\r\n{encoding}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    let _ = stream.shutdown().await;
}

async fn socket(stream: TcpStream, server: Arc<Mutex<Server>>) {
    let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
    let connection = server.lock().unwrap().connect();
    loop {
        let outbox = server.lock().unwrap().readers.get_mut(&connection).map(|reader| std::mem::take(&mut reader.outbox));
        let Some(outbox) = outbox else { return };
        for message in outbox {
            if socket.send(Message::Binary(message.into())).await.is_err() {
                return;
            }
        }
        match tokio::time::timeout(Duration::from_millis(2), socket.next()).await {
            Err(_) => {}
            Ok(Some(Ok(Message::Binary(bytes)))) => server.lock().unwrap().receive(now(), connection, &bytes),
            Ok(Some(Ok(_))) => {}
            Ok(_) => {
                server.lock().unwrap().readers.remove(&connection);
                return;
            }
        }
    }
}

/// Until `done`, or the test fails.
async fn until<F>(board: &Board, mut done: F)
where
    F: FnMut(&mut kakehashi_client::Client) -> bool + Clone + Send + 'static,
{
    for _ in 0..1_000 {
        let mut ask = done.clone();
        if board.with(move |client, _| ask(client)).await.expect("it is open") {
            return;
        }
        let _ = &mut done;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to pass");
}

async fn listen(at: &str) -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(at).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn add_page(board: &Board) -> DocumentId {
    board
        .with(|client, now| {
            let mut edit = client.draft();
            let page = edit.add_page(client, None).unwrap();
            client.commit(now, 0, 1, edit).unwrap();
            assert!(client.open(page));
            page
        })
        .await
        .unwrap()
}

async fn note(board: &Board, page: DocumentId, text: &'static str) {
    board
        .with(move |client, now| {
            let mut edit = client.draft();
            let note = edit.create(client, page, Kind::Note, &[(Key::X, Value::Int(8))]).unwrap();
            edit.insert_text(client, page, note, 0, text).unwrap();
            client.commit(now, 0, 2, edit).unwrap();
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn two_clients_meet_on_a_board() {
    let server = Arc::new(Mutex::new(Server::new()));
    let (listener, address) = listen("127.0.0.1:0").await;
    let serving = tokio::spawn(serve(listener, Arc::clone(&server)));
    let (link, code) = Board::start(&format!("http://{address}"), &Options::default()).await.unwrap();
    assert_eq!((link.as_str(), code.as_str()), (format!("http://{address}/b/{}", BoardId([3; 16])).as_str(), "123-456-789"));

    let (one, _events) = Board::open(&link, Options::default()).unwrap();
    let (two, mut told) = Board::open(&link, Options::default()).unwrap();
    until(&one, |client| client.is_ready(COVER)).await;
    let page = add_page(&one).await;
    note(&one, page, "こんにちは").await;
    until(&two, move |client| client.open(page) && client.records(page).len() == 1).await;
    until(&one, |client| client.unsaved() == 0).await;
    let read =
        move |client: &mut kakehashi_client::Client, _: u64| (client.digest(page), client.records(page)[0].text().unwrap().to_string());
    assert_eq!(one.with(read).await, two.with(read).await);
    let mut live = false;
    while let Ok(event) = told.try_recv() {
        live |= event == Event::Status(Status::Live);
    }
    assert!(live);
    one.close().await;
    serving.abort();
}

#[tokio::test]
async fn what_the_server_never_saw_outlives_the_process() {
    let directory = tempfile::tempdir().unwrap();
    let options = || Options { directory: Some(directory.path().to_owned()), ..Options::default() };
    let server = Arc::new(Mutex::new(Server::new()));
    let (listener, address) = listen("127.0.0.1:0").await;
    let serving = tokio::spawn(serve(listener, Arc::clone(&server)));
    let link = format!("http://{address}/b/{}", BoardId([3; 16]));
    let (board, _events) = Board::open(&link, options()).unwrap();
    until(&board, |client| client.is_ready(COVER)).await;
    let page = add_page(&board).await;
    until(&board, |client| client.unsaved() == 0).await;

    // The server goes away; what is written now stays on the device.
    serving.abort();
    let _ = serving.await;
    server.lock().unwrap().readers.clear();
    until(&board, |client| client.status() != Status::Live).await;
    note(&board, page, "船が出ない日").await;
    board.close().await;
    let kept = std::fs::read_dir(directory.path().join(BoardId([3; 16]).to_string())).unwrap().count();
    assert_eq!(kept, 1);

    let (listener, _) = listen(&address.to_string()).await;
    let serving = tokio::spawn(serve(listener, Arc::clone(&server)));
    let (board, _events) = Board::open(&link, options()).unwrap();
    until(&board, move |client| client.open(page) && client.unsaved() == 0 && client.records(page).len() == 1).await;
    board.close().await;
    let kept = std::fs::read_dir(directory.path().join(BoardId([3; 16]).to_string())).unwrap().count();
    assert_eq!(kept, 0, "nothing is left behind");
    assert_eq!(server.lock().unwrap().board.document(page).unwrap().records().len(), 1);
    serving.abort();
}

#[tokio::test]
async fn a_board_that_cannot_be_had_says_so() {
    assert!(Board::open("http://localhost/no-board", Options::default()).is_err());
    let server = Arc::new(Mutex::new(Server::new()));
    server.lock().unwrap().fails = Some(FailureCode::UnknownBoard);
    let (listener, address) = listen("127.0.0.1:0").await;
    let serving = tokio::spawn(serve(listener, Arc::clone(&server)));
    let (board, mut events) = Board::open(&format!("ws://{address}/b/{}", BoardId([3; 16])), Options::default()).unwrap();
    until(&board, |client| client.is_ready(COVER)).await;
    let _page = add_page(&board).await;
    let mut told = Vec::new();
    while let Some(event) = events.recv().await {
        told.push(event);
        if told.last() == Some(&Event::Stopped(FailureCode::UnknownBoard)) {
            break;
        }
    }
    assert!(told.iter().any(|event| matches!(event, Event::Notice { code: NoticeCode::Failure(FailureCode::UnknownBoard), .. })));
    serving.abort();
}
