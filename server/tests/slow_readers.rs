//! Who does not read, and who says nothing: each costs little, and is cut off when its time is over.
//! The deadlines themselves are waited for, so these take half a minute; they need no CPU meanwhile.

mod common;

use std::time::Duration;

use common::{Client, Process, create, get, hello_of};
use futures_util::SinkExt;
use kakehashi_protocol::ids::{ActorId, BoardId, DocumentId};
use kakehashi_protocol::op::{Op, OpBody};
use kakehashi_protocol::wire::frame::{ClientFrame, Hello, ServerFrame, Subscription, message};
use kakehashi_server::connection::session::{HELLO_DEADLINE, SILENCE_DEADLINE};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// How many of a kind.
const MANY: usize = 100;
/// KiB a reader that does not read may cost. What is written meanwhile is 4 MiB, which a queue for
/// each of them would hold.
const STALLED_KIB_MAX: u64 = 128;
/// KiB a socket may cost that has said nothing whole.
const SILENT_KIB_MAX: u64 = 32;
/// How much later than its deadline a connection may be cut off on a busy machine.
const LATE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn who_stops_reading_costs_its_cursor_and_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &[]).await;
    let board = common::new_board(&server.address).await;
    let mut writer = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let page = writer.page().await;
    let mut stalled = Vec::new();
    for _ in 0..MANY {
        stalled.push(stall(&server.address, board, page).await);
    }
    // The last may not have taken its stream over yet.
    let all_there = async { while connections(&server).await < MANY as u64 + 1 {} };
    timeout(LATE, all_there).await.expect("all are connected");
    let before = resident_kib(&server);
    for _ in 0..512 {
        let note = Op { document: page, body: OpBody::Unknown { kind: 900, body: vec![5; 8_192] } };
        writer.write(vec![note]).await;
    }
    // The page itself holds what was written.
    let each = resident_kib(&server).saturating_sub(before + 2 * 4_096) / MANY as u64;
    println!("a reader that does not read costs {each} KiB");
    assert!(each <= STALLED_KIB_MAX, "{each} KiB");

    let cut = async {
        while connections(&server).await > 1 {
            // The writer stays, for it answers.
            writer.send(&ClientFrame::Ping(1)).await;
            while !matches!(writer.next().await, ServerFrame::Pong { .. }) {}
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    timeout(SILENCE_DEADLINE * 3 / 2 + LATE, cut).await.expect("all that do not read are cut off");
    drop(stalled);
    writer.write(vec![create(page)]).await;
    server.kill().await;
}

#[tokio::test]
async fn who_says_nothing_costs_little_and_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &[]).await;
    let board = common::new_board(&server.address).await;
    get(&server.address, "/healthz").await;
    let before = resident_kib(&server);
    let mut silent = Vec::new();
    for _ in 0..MANY {
        // Half a head; and a WebSocket without a hello.
        let mut socket = TcpStream::connect(&server.address).await.unwrap();
        socket.write_all(b"GET / HTTP/1.1\r\nhost: a").await.unwrap();
        silent.push(socket);
        let socket = TcpStream::connect(&server.address).await.unwrap();
        silent.push(upgrade(socket, &server.address, board).await.into_inner());
    }
    let each = resident_kib(&server).saturating_sub(before) / silent.len() as u64;
    println!("a socket that says nothing costs {each} KiB");
    assert!(each <= SILENT_KIB_MAX, "{each} KiB");
    for mut socket in silent {
        // A reset ends it too.
        let mut heard = Vec::new();
        assert!(timeout(HELLO_DEADLINE * 2 + LATE, socket.read_to_end(&mut heard)).await.is_ok(), "it is closed");
    }
    let forgotten = async {
        while connections(&server).await > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(LATE, forgotten).await.expect("nothing is left of them");
    server.kill().await;
}

/// A reader that subscribes to the page, and has its socket take as little as can be.
async fn stall(address: &str, board: BoardId, page: DocumentId) -> WebSocketStream<TcpStream> {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(1).expect("a small buffer");
    let stream = socket.connect(address.parse().expect("an address")).await.expect("a connection");
    let mut socket = upgrade(stream, address, board).await;
    let actor = ActorId(getrandom::u64().expect("randomness") | 1);
    let subscriptions = vec![Subscription { document: page, cursor: None }];
    let hello = ClientFrame::Hello(Hello { subscriptions, ..hello_of(actor) });
    socket.send(Message::Binary(message(&hello).into())).await.expect("it is sent");
    socket
}

async fn upgrade(stream: TcpStream, address: &str, board: BoardId) -> WebSocketStream<TcpStream> {
    let url = format!("ws://{address}/api/v1/boards/{board}/socket");
    tokio_tungstenite::client_async(url, stream).await.expect("an upgrade").0
}

async fn connections(server: &Process) -> u64 {
    let metrics = get(&server.address, "/metrics").await.body;
    let metrics = String::from_utf8(metrics).expect("text");
    let line = metrics.lines().find_map(|line| line.strip_prefix("kakehashi_connections ")).expect("it is counted");
    line.parse().expect("a number")
}

fn resident_kib(server: &Process) -> u64 {
    common::resident_kib(server.pid())
}
