//! Boards go out as files and come back, over real sockets and with the real client.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::{Answer, Server, get, hello_of, request};
use kakehashi_client::Client;
use kakehashi_client::native::{Board, Options};
use kakehashi_protocol::codec::ActorTable;
use kakehashi_protocol::ids::{ActorId, BoardId, DocumentId, OpId, RecordId};
use kakehashi_protocol::ink::Point;
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::presence::Presence;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode, Hello};
use kakehashi_protocol::wire::row::{Entry, Introduction, Row, Verdict, write_row};
use kakehashi_server::log::{SqliteLog, SqliteOptions, create_board};
use tempfile::TempDir;

const COVER: DocumentId = DocumentId::COVER;
/// One transparent pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

/// The digests of all documents of a board.
type Digests = BTreeMap<DocumentId, [u8; 16]>;

/// A board whose server has made an open, a locked and a hidden page, each with a box.
async fn board_with_states(folder: &Path) -> BoardId {
    let server = ActorId(4242);
    let clock = common::now_ms() - 60_000;
    let flag = |key: Key| Property { key: key.number(), value: Value::Bool(true).encode() };
    let order = |place: u8| Property { key: Key::Order.number(), value: Value::Order(vec![place]).encode() };
    let make = |document, kind: Kind, properties| Op { document, body: OpBody::Create { kind: kind.number(), properties } };
    let page = |counter| DocumentId(OpId { actor: server, counter });
    let ops = vec![
        make(COVER, Kind::Page, vec![order(10)]),
        make(COVER, Kind::Page, vec![order(20), flag(Key::Locked)]),
        make(COVER, Kind::Page, vec![order(30), flag(Key::Hidden)]),
        make(page(1), Kind::Rectangle, Vec::new()),
        make(page(2), Kind::Rectangle, vec![flag(Key::Locked)]),
        make(page(3), Kind::Rectangle, Vec::new()),
    ];
    let change = Change { actor: server, first: 1, clock, hand: 0, gesture: 0, ops };
    let row = Row {
        introductions: vec![Introduction { actor: server, key: [1; 16] }],
        entries: vec![Entry { accepted_ms: clock, verdict: Verdict::Accepted(change) }],
    };
    let log = SqliteLog::open(&folder.join("boards.sqlite"), SqliteOptions::default()).unwrap();
    let board = BoardId([6; 16]);
    create_board(&log, board, write_row(&row, &mut ActorTable(vec![server])).into(), clock).await.unwrap();
    kakehashi_server::log::Log::close(&log).await.unwrap();
    board
}

fn open(server: &Server, board: &str) -> Board {
    Board::open(&format!("http://{}/b/{board}", server.address), Options::default()).unwrap().0
}

/// Until something is so, or the test fails.
async fn until(board: &Board, done: impl Fn(&mut Client) -> bool + Clone + Send + 'static) {
    for _ in 0..1_000 {
        let ask = done.clone();
        if board.with(move |client, _| ask(client)).await.unwrap() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to pass");
}

async fn act<T: Send + 'static>(board: &Board, act: impl FnOnce(&mut Client, u64) -> T + Send + 'static) -> T {
    board.with(act).await.unwrap()
}

/// Opens all pages and gives what everybody must hold alike.
async fn digests(board: &Board) -> Digests {
    until(board, |client| client.is_ready(COVER)).await;
    until(board, |client| {
        let pages: Vec<DocumentId> = client.pages().iter().map(|entry| DocumentId(entry.id())).collect();
        for page in &pages {
            client.open(*page);
        }
        client.unsaved() == 0 && pages.iter().all(|page| client.is_live(*page))
    })
    .await;
    act(board, |client, _| {
        let documents: Vec<DocumentId> = client.documents().collect();
        documents.into_iter().map(|document| (document, client.digest(document).expect("it is open"))).collect()
    })
    .await
}

async fn create(board: &Board, page: DocumentId, kind: Kind, properties: Vec<(Key, Value)>, gesture: u32) -> RecordId {
    act(board, move |client, now| {
        let mut edit = client.draft();
        let properties: Vec<(Key, Value)> = properties;
        let record = edit.create(client, page, kind, &properties).unwrap();
        client.commit(now, 0, gesture, edit).unwrap();
        client.resolve(record)
    })
    .await
}

/// Changes a board in one gesture.
async fn write(board: &Board, gesture: u32, act_on: impl FnOnce(&mut Client, &mut kakehashi_client::Edit) + Send + 'static) {
    act(board, move |client, now| {
        let mut edit = client.draft();
        act_on(client, &mut edit);
        client.commit(now, 0, gesture, edit).unwrap();
    })
    .await;
}

/// A stroke in several appends, as a pen draws it.
async fn stroke(board: &Board, page: DocumentId, gesture: u32) -> RecordId {
    let record = create(board, page, Kind::Stroke, vec![(Key::Color, Value::Color([20, 40, 200, 255]))], gesture).await;
    for part in 0..20 {
        write(board, gesture, move |client, edit| {
            let at = |step: i32| Point { x: step * 11, y: step * step % 700, pressure: 120, time_ms: step as u32 * 8 };
            edit.append_ink(client, page, record, &[at(part * 2), at(part * 2 + 1)]).unwrap();
        })
        .await;
    }
    record
}

async fn export(server: &Server, board: &str) -> Answer {
    get(&server.address, &format!("/api/v1/boards/{board}/export")).await
}

async fn import(server: &Server, file: &[u8]) -> Answer {
    request(&server.address, "POST", "/api/v1/boards/import", &[], file).await
}

/// Makes a board of a file and gives its name.
async fn imported(server: &Server, file: &[u8]) -> String {
    let answer = import(server, file).await;
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    let made = answer.json();
    let board = made["board"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), Some(&*format!("/api/v1/boards/{board}")));
    assert_eq!(made["code"].as_str().unwrap().len(), 11);
    board
}

async fn start_in(folder: Arc<TempDir>) -> Server {
    Server::start_in(folder, Duration::from_secs(60)).await
}

// FILE-2, FILE-4.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_made_of_a_file_equals_the_board_and_goes_its_own_way() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let original = board_with_states(folder.path()).await.to_string();
    let server = start_in(folder).await;
    let uploaded = format!("/api/v1/boards/{original}/assets");
    let picture = request(&server.address, "POST", &uploaded, &[("content-type", "image/gif")], GIF).await.json();
    let picture = picture["asset"].as_str().unwrap().to_owned();
    let hash: [u8; 32] = picture.parse::<kakehashi_server::assets::AssetId>().unwrap().0;

    // Two who write at once: ink, text in one box, a picture, deletions, undo, a page of their own.
    let (one, two) = (open(&server, &original), open(&server, &original));
    let named = |name: &str| Presence { name: name.to_owned(), ..Presence::default() };
    for (board, name) in [(&one, "壱岐 花"), (&two, "対馬 海")] {
        let presence = named(name);
        act(board, move |client, _| client.set_presence(presence).unwrap()).await;
        digests(board).await;
    }
    let page = act(&one, |client, _| DocumentId(client.pages()[0].id())).await;
    let drawn = stroke(&one, page, 1).await;
    let gone = stroke(&one, page, 2).await;
    write(&one, 3, move |client, edit| edit.remove(client, page, &[gone]).unwrap()).await;
    write(&one, 4, move |client, edit| edit.remove(client, page, &[drawn]).unwrap()).await;
    assert!(act(&one, |client, now| client.undo(now, 0).unwrap()).await);
    let note = create(&one, page, Kind::Note, vec![(Key::X, Value::Int(80))], 5).await;
    write(&one, 6, move |client, edit| edit.insert_text(client, page, note, 0, "島と本土をつなぐ橋").unwrap()).await;
    until(&two, move |client| client.text(page, note).is_some_and(|text| text.to_string().ends_with('橋'))).await;
    write(&two, 1, move |client, edit| edit.delete_text(client, page, note, 1, 3).unwrap()).await;
    write(&two, 2, move |client, edit| edit.insert_text(client, page, note, 0, "架ける ").unwrap()).await;
    create(&two, page, Kind::Image, vec![(Key::Asset, Value::Hash(hash)), (Key::Width, Value::Int(80))], 3).await;
    act(&two, |client, now| {
        let mut edit = client.draft();
        edit.add_page(client, None).unwrap();
        client.commit(now, 0, 4, edit).unwrap();
    })
    .await;
    until(&one, |client| client.pages().len() == 4 && client.unsaved() == 0).await;
    until(&two, |client| client.unsaved() == 0).await;
    let before = digests(&one).await;
    assert_eq!(digests(&two).await, before);
    assert_eq!(before.len(), 5, "the cover and four pages");

    let file = export(&server, &original).await;
    assert_eq!((file.status, file.header("content-type")), (200, Some("application/vnd.kakehashi.board+zip")));
    let disposition = file.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment; filename=\"kakehashi-20") && disposition.ends_with(".kakehashi\""), "{disposition}");
    assert_eq!(file.header("content-length").unwrap().parse(), Ok(file.body.len()));
    let copy = imported(&server, &file.body).await;
    assert_ne!(copy, original);

    // Who opens the copy has what was on the board, its authors and its picture.
    let reader = open(&server, &copy);
    assert_eq!(digests(&reader).await, before);
    let text = act(&reader, move |client, _| client.text(page, note).unwrap().to_string()).await;
    assert_eq!(text, "架ける 島をつなぐ橋");
    let author = act(&reader, move |client, _| client.author(drawn.actor).map(|author| author.name.clone())).await;
    assert_eq!(author.as_deref(), Some("壱岐 花"));
    let shown = get(&server.address, &format!("/api/v1/boards/{copy}/assets/{picture}")).await;
    assert_eq!((shown.status, &*shown.body), (200, GIF));

    // SPEC ID-1, LOG-2: who is still on the board writes on there, under the same actor, and others on the copy.
    stroke(&one, page, 9).await;
    stroke(&reader, page, 1).await;
    until(&one, |client| client.unsaved() == 0).await;
    let (grown, own) = (digests(&one).await, digests(&reader).await);
    assert!(grown[&page] != before[&page] && own[&page] != before[&page] && grown[&page] != own[&page]);
    assert_eq!(digests(&open(&server, &copy)).await, own);
    // Nobody writes on the copy as an actor of the board, not even who has its key.
    let actor = act(&one, |client, _| (client.actor(), client.key())).await;
    let mut there = common::Client::silent(&server.address, copy.parse().unwrap()).await;
    there.send(&ClientFrame::Hello(Hello { key: actor.1, ..hello_of(actor.0) })).await;
    assert_eq!(there.end().await, FailureCode::WrongKey);
    for board in [one, two, reader] {
        board.close().await;
    }

    // The copy outlives a restart, and the loss of its checkpoint.
    let folder = server.stop().await;
    let server = start_in(folder).await;
    assert_eq!(digests(&open(&server, &copy)).await, own);
    let folder = server.stop().await;
    let db = rusqlite::Connection::open(folder.path().join("boards.sqlite")).unwrap();
    assert!(db.execute("DELETE FROM checkpoints", []).unwrap() >= 2);
    drop(db);
    let server = start_in(folder).await;
    assert_eq!(digests(&open(&server, &copy)).await, own);
    // And is a board like any other: its file makes a third.
    let file = export(&server, &copy).await.body;
    let third = imported(&server, &file).await;
    assert_eq!(digests(&open(&server, &third)).await, own);
}

// FILE-1.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_of_one_moment_while_the_board_goes_on() {
    let server = Server::start().await;
    let board = server.new_board().await.to_string();
    let writer = Arc::new(open(&server, &board));
    digests(&writer).await;
    let page = act(&writer, |client, _| DocumentId(client.pages()[0].id())).await;
    let record = create(&writer, page, Kind::Rectangle, Vec::new(), 1).await;
    let writing = Arc::new(AtomicBool::new(true));
    let (going, pen) = (Arc::clone(&writing), Arc::clone(&writer));
    let task = tokio::spawn(async move {
        let mut step = 0;
        while going.load(Ordering::Relaxed) {
            step += 1;
            write(&pen, step, move |client, edit| edit.set(client, page, record, &[(Key::X, Some(Value::Int(i64::from(step))))]).unwrap())
                .await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        step
    });
    let mut last = 0;
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        let file = export(&server, &board).await;
        // The file's own digests are those of its rows: that is what is asked when it is taken in.
        let copy = open(&server, &imported(&server, &file.body).await);
        digests(&copy).await;
        let x = act(&copy, move |client, _| client.record(page, record).and_then(|record| record.get(Key::X))).await;
        let Some(Value::Int(x)) = x else { panic!("it was moved") };
        assert!(x > last, "{x} after {last}");
        last = x;
    }
    writing.store(false, Ordering::Relaxed);
    assert!(i64::from(task.await.unwrap()) >= last);
}

// FILE-3, FILE-8.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_none_makes_no_board() {
    let server = Server::start().await;
    let board = server.new_board().await.to_string();
    let file = export(&server, &board).await.body;
    let count = |folder: &TempDir| {
        let db = rusqlite::Connection::open(folder.path().join("boards.sqlite")).unwrap();
        db.query_row("SELECT count(*) FROM boards", [], |row| row.get::<_, u64>(0)).unwrap()
    };
    assert_eq!(import(&server, b"").await.problem(), (415, "file_type".into()));
    assert_eq!(import(&server, GIF).await.problem(), (415, "file_type".into()));
    let mut damaged = file.clone();
    let middle = damaged.windows(12).position(|bytes| bytes == b"history.rows").unwrap() + 60;
    damaged[middle] ^= 0xff;
    assert_eq!(import(&server, &damaged).await.problem(), (422, "file_damaged".into()));
    assert_eq!(import(&server, &file[..file.len() / 2]).await.problem().0, 415);
    let foreign = [("origin", "https://evil.example")];
    assert_eq!(request(&server.address, "POST", "/api/v1/boards/import", &foreign, &file).await.problem(), (403, "foreign_origin".into()));
    let announced = [("content-length", "9999999999")];
    let mut head = request_with_head(&server, &announced).await;
    assert_eq!(head.problem(), (413, "file_too_large".into()));
    head = get(&server.address, "/api/v1/boards/import").await;
    assert_eq!(head.problem(), (405, "method".into()));
    assert_eq!(count(&server.folder), 1);
    assert_eq!(std::fs::read_dir(server.folder.path().join("transfers")).unwrap().count(), 0);

    // A full disk takes what its last pages still hold, and then nothing, nor half of anything.
    server.faults.set_full(true);
    let mut boards = 1;
    let refused = loop {
        let answer = import(&server, &file).await;
        if answer.status != 201 {
            break answer.problem();
        }
        boards += 1;
    };
    assert_eq!(refused, (507, "disk_full".into()));
    server.faults.set_full(false);
    imported(&server, &file).await;
    let folder = server.stop().await;
    let server = start_in(folder).await;
    assert_eq!(count(&server.folder), boards + 1);
    assert_eq!(std::fs::read_dir(server.folder.path().join("transfers")).unwrap().count(), 0);

    let nowhere = format!("/api/v1/boards/{}/export", BoardId([5; 16]));
    assert_eq!(get(&server.address, &nowhere).await.problem(), (404, "unknown_board".into()));
    assert_eq!(get(&server.address, "/api/v1/boards/x/export").await.problem(), (400, "malformed".into()));
    let head = request(&server.address, "HEAD", &format!("/api/v1/boards/{board}/export"), &[], &[]).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
}

/// An import whose sender says of itself how long it is, and sends nothing.
async fn request_with_head(server: &Server, headers: &[(&str, &str)]) -> Answer {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(&server.address).await.unwrap();
    let mut head = format!("POST /api/v1/boards/import HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", server.address);
    headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    let mut read = Vec::new();
    tokio::time::timeout(common::PATIENCE, stream.read_to_end(&mut read)).await.expect("an answer in time").unwrap();
    let end = read.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(read[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: read[end + 4..].to_vec() }
}
