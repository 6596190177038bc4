//! Servers and clients for tests over real sockets. Clients speak raw frames: what they send and
//! expect is written out in each test.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "these are tests, though not marked as such")]

mod book;
pub mod people;
pub mod staff;

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use book::Book;
use futures_util::{SinkExt, StreamExt};
use kakehashi_protocol::ids::{ActorId, BoardId, DocumentId, OpId};
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::{
    ClientFrame, FailureCode, Hello, PROTOCOL_VERSION, ServerFrame, Subscribed, Subscription, Welcome, read_message, write_frame,
};
use kakehashi_protocol::wire::part::{ActorBook, Part, read_part};
use kakehashi_protocol::wire::snapshot::{Snapshot, read_snapshot};
use kakehashi_server::app_files::AppFiles;
use kakehashi_server::assets::AssetStore;
use kakehashi_server::board_file::Transfers;
use kakehashi_server::directory::Directory;
use kakehashi_server::http::listener::listen;
use kakehashi_server::http::{Reached, Site, router};
use kakehashi_server::hub::assistants::look_after;
use kakehashi_server::hub::{Hub, Services};
use kakehashi_server::log::{Faults, Log, MemoryLog, SqliteLog, SqliteOptions};
use kakehashi_server::tls::PortListener;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub const JSON: (&str, &str) = ("content-type", "application/json");
/// Nothing in a test takes so long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A server within the test's process, whose disk can be made to fail.
pub struct Server {
    pub address: String,
    pub hub: Arc<Hub>,
    pub faults: Faults,
    pub log: Arc<dyn Log>,
    pub folder: Arc<TempDir>,
}

impl Server {
    pub async fn start() -> Self {
        Self::start_in(Arc::new(tempfile::tempdir().unwrap()), Duration::from_secs(60)).await
    }

    pub async fn start_in(folder: Arc<TempDir>, idle_room: Duration) -> Self {
        Self::start_with(folder, idle_room, AppFiles::default()).await
    }

    pub async fn start_with(folder: Arc<TempDir>, idle_room: Duration, files: AppFiles) -> Self {
        let faults = Faults::default();
        let options = SqliteOptions { faults: faults.clone(), ..SqliteOptions::default() };
        let log: Arc<dyn Log> = Arc::new(SqliteLog::open(&folder.path().join("boards.sqlite"), options).unwrap());
        Self::start_of(log, faults, folder, idle_room, files, Reached::default()).await
    }

    /// A server whose address was set.
    pub async fn start_at(public_url: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let reached = Reached { public_url: Some(public_url.to_owned()), ..Reached::default() };
        Self::start_of(Arc::new(MemoryLog::default()), Faults::default(), folder, Duration::from_secs(60), AppFiles::default(), reached)
            .await
    }

    /// A server on another log, whose disk has no faults.
    pub async fn start_on(log: Arc<dyn Log>, folder: Arc<TempDir>, idle_room: Duration) -> Self {
        Self::start_of(log, Faults::default(), folder, idle_room, AppFiles::default(), Reached::default()).await
    }

    async fn start_of(
        log: Arc<dyn Log>,
        faults: Faults,
        folder: Arc<TempDir>,
        idle_room: Duration,
        files: AppFiles,
        reached: Reached,
    ) -> Self {
        let directory = Directory::open(folder.path()).unwrap();
        let hub = Hub::new(Services::new(Arc::clone(&log), directory, idle_room));
        let assets = AssetStore::open(&folder.path().join("assets")).unwrap();
        let transfers = Transfers::open(&folder.path().join("transfers"), &*log, &assets).await.unwrap();
        let site = Site::new(Arc::clone(&hub), assets, transfers, files, reached, None, Box::new(String::new));
        let port = PortListener::bind("127.0.0.1:0".parse().unwrap(), None).await.unwrap();
        let address = axum::serve::Listener::local_addr(&port).unwrap().to_string();
        tokio::spawn(listen(port, router(site), hub.services.calls.clone(), hub.services.drain.guard()));
        tokio::spawn(look_after(Arc::clone(&hub)));
        Self { address, hub, faults, log, folder }
    }

    /// Shuts down in order and gives the folder back.
    pub async fn stop(self) -> Arc<TempDir> {
        assert!(self.hub.services.drain.finish(PATIENCE).await, "everything ends");
        self.log.close().await.unwrap();
        self.folder
    }

    pub async fn new_board(&self) -> BoardId {
        new_board(&self.address).await
    }
}

/// The real program in a process of its own.
pub struct Process {
    pub child: Child,
    pub address: String,
}

impl Process {
    pub async fn start(data: &Path, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kakehashi"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        timeout(PATIENCE, stdout.read_line(&mut line)).await.expect("it is ready in time").unwrap();
        let address = line.trim().strip_prefix("listening on http://").expect("the line of readiness").to_owned();
        Self { child, address }
    }

    pub fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// The memory of a process.
pub fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has memory");
    line.split_whitespace().next().and_then(|kib| kib.parse().ok()).expect("a number")
}

/// An answer to a request.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("JSON, not {:?}", String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value))
    }

    /// Status and code of a problem.
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.head);
        let problem = self.json();
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{problem}");
        assert_eq!(problem["status"], self.status);
        (self.status, problem["code"].as_str().unwrap().to_owned())
    }
}

/// A request with a connection of its own.
pub async fn request(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let stream = TcpStream::connect(address).await.unwrap();
    answer_to(stream, address, method, path, headers, body).await
}

/// The same, of a client with another address of this machine, numbered from 0.
pub async fn request_from(number: u8, address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("127.0.1.{}:0", number + 1).parse().unwrap()).unwrap();
    let stream = socket.connect(address.parse().unwrap()).await.unwrap();
    answer_to(stream, address, method, path, headers, body).await
}

async fn answer_to(mut stream: TcpStream, address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    // A server that has heard enough answers without reading the rest.
    let _ = stream.write_all(body).await;
    let mut read = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut read)).await.expect("an answer in time").unwrap();
    let end = read.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(read[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: read[end + 4..].to_vec() }
}

pub async fn get(address: &str, path: &str) -> Answer {
    request(address, "GET", path, &[], &[]).await
}

pub async fn new_board(address: &str) -> BoardId {
    let answer = request(address, "POST", "/api/v1/boards", &[], &[]).await;
    assert_eq!(answer.status, 201);
    answer.json()["board"].as_str().unwrap().parse().unwrap()
}

/// One client of one board.
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub address: String,
    pub board: BoardId,
    pub welcome: Option<Welcome>,
    pub actor: ActorId,
    pub next: u64,
    clock: u64,
    book: Book,
    received: std::collections::VecDeque<ServerFrame>,
    /// Every byte of every message.
    pub heard: Vec<u8>,
}

impl Client {
    /// Opens a socket and says nothing.
    pub async fn silent(address: &str, board: BoardId) -> Self {
        let request = format!("ws://{address}/api/v1/boards/{board}/socket").into_client_request().unwrap();
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let actor = ActorId(getrandom::u64().unwrap() | 1);
        Self {
            socket,
            address: address.to_owned(),
            board,
            welcome: None,
            actor,
            next: 1,
            clock: 0,
            book: Book::default(),
            received: Default::default(),
            heard: Vec::new(),
        }
    }

    /// Says hello and reads these documents.
    pub async fn join(address: &str, board: BoardId, documents: &[DocumentId]) -> Self {
        let mut client = Self::silent(address, board).await;
        client.hello(documents).await;
        client
    }

    /// The same page load, on a new socket.
    pub async fn join_again(address: &str, board: BoardId, actor: ActorId, documents: &[DocumentId]) -> Self {
        let mut client = Self::silent(address, board).await;
        client.actor = actor;
        client.hello(documents).await;
        client
    }

    async fn hello(&mut self, documents: &[DocumentId]) {
        let subscriptions = documents.iter().map(|document| Subscription { document: *document, cursor: None }).collect();
        self.send(&ClientFrame::Hello(Hello { subscriptions, ..hello_of(self.actor) })).await;
        let ServerFrame::Welcome(welcome) = self.next().await else { panic!("a welcome") };
        self.next = welcome.standing.next;
        self.welcome = Some(welcome);
        for document in documents {
            let subscribed = self.subscribed().await;
            assert_eq!(subscribed.document, *document);
        }
    }

    /// The next answer to a subscription; what the board says meanwhile is passed over.
    pub async fn subscribed(&mut self) -> Subscribed {
        loop {
            match self.next().await {
                ServerFrame::Presence(_) | ServerFrame::You(_) | ServerFrame::People(_) | ServerFrame::Stays(_) => {}
                ServerFrame::Part(bytes) => drop(read_part(&bytes, &mut self.book)),
                ServerFrame::Subscribed(subscribed) => {
                    self.learn(&subscribed);
                    return subscribed;
                }
                other => panic!("a subscription, not {other:?}"),
            }
        }
    }

    pub fn learn(&mut self, subscribed: &Subscribed) {
        for (number, actor) in &subscribed.actors {
            self.book.introduce(*number, *actor);
        }
    }

    pub async fn send(&mut self, frame: &ClientFrame) {
        self.send_all(std::slice::from_ref(frame)).await;
    }

    pub async fn send_all(&mut self, frames: &[ClientFrame]) {
        let mut message = Vec::new();
        frames.iter().for_each(|frame| write_frame(&mut message, frame));
        self.send_raw(Message::Binary(message.into())).await;
    }

    pub async fn send_raw(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// The next frame.
    pub async fn next(&mut self) -> ServerFrame {
        self.try_next().await.expect("the connection goes on")
    }

    /// The next frame, or `None` at the end of the connection.
    pub async fn try_next(&mut self) -> Option<ServerFrame> {
        while self.received.is_empty() {
            match timeout(PATIENCE, self.socket.next()).await.expect("a frame in time") {
                Some(Ok(Message::Binary(bytes))) => {
                    self.heard.extend_from_slice(&bytes);
                    self.received.extend(read_message::<ServerFrame>(&bytes).expect("frames"));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                other => panic!("not {other:?}"),
            }
        }
        self.received.pop_front()
    }

    /// The next part.
    pub async fn part(&mut self) -> Part {
        match self.next().await {
            ServerFrame::Part(bytes) => read_part(&bytes, &mut self.book).expect("a part"),
            other => panic!("a part, not {other:?}"),
        }
    }

    /// The next part, whatever else comes before it.
    pub async fn next_part(&mut self) -> Part {
        loop {
            if let ServerFrame::Part(bytes) = self.next().await {
                return read_part(&bytes, &mut self.book).expect("a part");
            }
        }
    }

    /// The next failure.
    pub async fn failure(&mut self) -> FailureCode {
        match self.next().await {
            ServerFrame::Failed(failure) => {
                assert!(failure.detail.len() > 10, "{failure:?}");
                failure.code
            }
            other => panic!("a failure, not {other:?}"),
        }
    }

    /// The failure that ends the connection.
    pub async fn end(&mut self) -> FailureCode {
        let code = self.failure().await;
        assert!(code.ends(), "{code:?}");
        assert_eq!(self.try_next().await, None, "the connection ends");
        code
    }

    /// Offers a change of these ops under the next counters.
    pub async fn offer(&mut self, ops: Vec<Op>) -> Change {
        // Hybrid (SPEC CLOCK-1): a later op wins also within one millisecond.
        let clock = now_ms().max(self.clock);
        self.clock = clock + ops.len() as u64;
        let change = Change { actor: self.actor, first: self.next, clock, hand: 0, gesture: 0, ops };
        self.next = change.end();
        self.send(&ClientFrame::Change(change.to_bytes())).await;
        change
    }

    /// Offers a change and waits until it is acknowledged; the parts that came before are passed over.
    pub async fn write(&mut self, ops: Vec<Op>) -> Change {
        let change = self.offer(ops).await;
        self.acknowledged(change.end()).await;
        change
    }

    /// Waits until all ops below a counter are accepted.
    pub async fn acknowledged(&mut self, end: u64) {
        loop {
            match self.next().await {
                ServerFrame::Accepted { actor, next } if actor == self.actor && next >= end => return,
                ServerFrame::Accepted { .. } | ServerFrame::Presence(_) => {}
                ServerFrame::You(_) | ServerFrame::People(_) | ServerFrame::Stays(_) => {}
                ServerFrame::Part(bytes) => drop(read_part(&bytes, &mut self.book)),
                other => panic!("an acknowledgement, not {other:?}"),
            }
        }
    }

    pub async fn snapshot(&self, document: DocumentId) -> Snapshot {
        let path = self.snapshot_path(document);
        let answer = get(&self.address, &path).await;
        assert_eq!(answer.status, 200);
        read_snapshot(&answer.body).expect("a snapshot")
    }

    pub fn snapshot_path(&self, document: DocumentId) -> String {
        let ticket = self.welcome.as_ref().map_or("", |welcome| &welcome.ticket);
        format!("/api/v1/boards/{}/documents/{document}/snapshot?ticket={ticket}", self.board)
    }

    /// The board's first page.
    pub async fn page(&self) -> DocumentId {
        let cover = self.snapshot(DocumentId::COVER).await;
        let page = cover.document.records().find(|record| record.kind() == Some(Kind::Page)).expect("a new board has a page");
        DocumentId(page.id())
    }
}

pub fn hello_of(actor: ActorId) -> Hello {
    Hello { protocol: PROTOCOL_VERSION, credential: Vec::new(), actor, key: [7; 16], subscriptions: Vec::new() }
}

pub fn now_ms() -> u64 {
    kakehashi_server::hub::clock::wall_ms()
}

/// Makes a box.
pub fn create(document: DocumentId) -> Op {
    Op { document, body: OpBody::Create { kind: Kind::Rectangle.number(), properties: Vec::new() } }
}

/// Moves a record.
pub fn set_x(document: DocumentId, record: OpId, x: i64) -> Op {
    let properties = vec![Property { key: Key::X.number(), value: Value::Int(x).encode() }];
    Op { document, body: OpBody::Set { record, properties } }
}
