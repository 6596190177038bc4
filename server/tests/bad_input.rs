//! What a server is told that is not right: each thing has its typed error, and another connection
//! goes on undisturbed.

mod common;

use std::time::Duration;

use common::{Client, Server, create, get, hello_of, request, set_x};
use kakehashi_protocol::ids::{ActorId, BoardId, DocumentId, OpId};
use kakehashi_protocol::limits;
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::schema::{Key, Value};
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode, Hello, ServerFrame, Subscription};
use tokio_tungstenite::tungstenite::Message;

/// A board where somebody writes all the time, and must never notice anything.
struct Scene {
    server: Server,
    board: BoardId,
    page: DocumentId,
    undisturbed: Client,
    record: OpId,
}

impl Scene {
    async fn new() -> Self {
        let server = Server::start().await;
        let board = server.new_board().await;
        let mut undisturbed = Client::join(&server.address, board, &[DocumentId::COVER]).await;
        let page = undisturbed.page().await;
        let record = undisturbed.write(vec![create(page)]).await.id(0);
        Self { server, board, page, undisturbed, record }
    }

    async fn client(&self) -> Client {
        Client::join(&self.server.address, self.board, &[self.page]).await
    }

    async fn silent(&self) -> Client {
        Client::silent(&self.server.address, self.board).await
    }

    /// The other connection writes on, and its presence in the room is as before.
    async fn goes_on(&mut self) {
        self.undisturbed.write(vec![set_x(self.page, self.record, 16)]).await;
    }
}

// SPEC VER-5.
#[tokio::test]
async fn what_is_no_frame_ends_that_connection_alone() {
    let mut scene = Scene::new().await;
    let messages = [
        Message::Binary(vec![0xee; 40].into()),
        Message::Binary(Vec::from([2, 3, 0xff, 0xff, 0xff]).into()),
        Message::Binary(Vec::from([2, 250]).into()),
        Message::Text("{\"hello\":1}".into()),
    ];
    for message in messages {
        let mut client = scene.client().await;
        client.send_raw(message).await;
        assert_eq!(client.end().await, FailureCode::Malformed);
        scene.goes_on().await;
    }
    // Also as the first message.
    let mut client = scene.silent().await;
    client.send_raw(Message::Binary(vec![9; 9].into())).await;
    assert_eq!(client.end().await, FailureCode::Malformed);
    scene.goes_on().await;
}

// SPEC ACT-1.
#[tokio::test]
async fn a_connection_begins_with_one_hello_of_a_version_that_is_spoken() {
    let mut scene = Scene::new().await;
    let mut client = scene.silent().await;
    client.send(&ClientFrame::Hello(Hello { protocol: 99, ..hello_of(client.actor) })).await;
    assert_eq!(client.end().await, FailureCode::Version);
    let mut client = scene.silent().await;
    client.send(&ClientFrame::Ping(1)).await;
    assert_eq!(client.end().await, FailureCode::Order);
    let mut client = scene.client().await;
    client.send(&ClientFrame::Hello(hello_of(client.actor))).await;
    assert_eq!(client.end().await, FailureCode::Order);
    let mut client = scene.silent().await;
    client.send(&ClientFrame::Hello(Hello { credential: vec![1; 20], ..hello_of(client.actor) })).await;
    assert_eq!(client.end().await, FailureCode::Credential);
    // The actor of somebody else, without its key.
    let mut client = scene.silent().await;
    client.send(&ClientFrame::Hello(Hello { key: [9; 16], ..hello_of(scene.undisturbed.actor) })).await;
    assert_eq!(client.end().await, FailureCode::WrongKey);
    let mut client = Client::silent(&scene.server.address, BoardId([5; 16])).await;
    client.send(&ClientFrame::Hello(hello_of(client.actor))).await;
    assert_eq!(client.end().await, FailureCode::UnknownBoard);
    scene.goes_on().await;
}

// SPEC LIM-1.
#[tokio::test]
async fn an_oversized_message_or_change_ends_that_connection_alone() {
    let mut scene = Scene::new().await;
    let mut client = scene.client().await;
    client.send_raw(Message::Binary(vec![0; limits::MESSAGE_BYTES_MAX + 1].into())).await;
    assert_eq!(client.end().await, FailureCode::TooLarge);
    let mut client = scene.client().await;
    client.send(&ClientFrame::Change(vec![0; limits::CHANGE_BYTES_MAX + 1])).await;
    assert_eq!(client.end().await, FailureCode::TooLarge);
    scene.goes_on().await;
}

// SPEC ACT-2, VER-3, VER-4, LIM-3.
#[tokio::test]
async fn what_is_well_formed_and_wrong_is_answered_and_the_connection_goes_on() {
    let mut scene = Scene::new().await;
    let page = scene.page;
    let mut client = scene.client().await;
    let nowhere = DocumentId(OpId::new(77, 7));

    client.send(&ClientFrame::Subscribe(Subscription { document: nowhere, cursor: None })).await;
    assert_eq!(client.failure().await, FailureCode::UnknownDocument);

    let foreign = Change { actor: ActorId(1234), first: 1, clock: 1, hand: 0, gesture: 0, ops: vec![create(page)] };
    client.send(&ClientFrame::Change(foreign.to_bytes())).await;
    assert_eq!(client.failure().await, FailureCode::ForeignActor);

    let gap = Change { actor: client.actor, first: 5, ..foreign.clone() };
    client.send(&ClientFrame::Change(gap.to_bytes())).await;
    assert_eq!(client.next().await, ServerFrame::Gap { actor: client.actor, expected: 1 });

    let first = client.write(vec![create(page)]).await;
    let other_bytes = Change { gesture: 9, ..first.clone() };
    client.send(&ClientFrame::Change(other_bytes.to_bytes())).await;
    assert_eq!(client.failure().await, FailureCode::Conflict);

    // Values, targets and clocks use up their counters and say why (SPEC VER-1).
    let far = Value::Int(limits::COORDINATE_MAX + 1).encode();
    let out_of_range =
        Op { document: page, body: OpBody::Set { record: first.id(0), properties: vec![Property { key: Key::X.number(), value: far }] } };
    // A record that exists, but on another page.
    let elsewhere = set_x(DocumentId::COVER, first.id(0), 1);
    let offers = [
        (out_of_range, Reason::Value),
        (set_x(page, OpId::new(9, 9), 1), Reason::Missing),
        (create(nowhere), Reason::Missing),
        (elsewhere, Reason::Missing),
    ];
    for (op, reason) in offers {
        let change = client.offer(vec![op]).await;
        let ServerFrame::Refused { actor, refusal } = client.next().await else { panic!("a refusal") };
        assert_eq!((actor, refusal.first, refusal.count, refusal.reason), (client.actor, change.first, 1, reason));
        assert_eq!(client.next().await, ServerFrame::Accepted { actor, next: change.end() });
    }
    // The year 9999, and a counter that no actor reaches (SPEC CLOCK-4, VER-4).
    let ahead =
        Change { actor: client.actor, first: client.next, clock: 253_370_764_800_000, hand: 0, gesture: 0, ops: vec![create(page)] };
    client.send(&ClientFrame::Change(ahead.to_bytes())).await;
    let ServerFrame::Refused { refusal, .. } = client.next().await else { panic!("a refusal") };
    assert_eq!(refusal.reason, Reason::Clock);
    client.next = ahead.end();
    assert_eq!(client.next().await, ServerFrame::Accepted { actor: client.actor, next: client.next });
    let jump = Change { first: u64::MAX >> 16, clock: 1, ..ahead };
    client.send(&ClientFrame::Change(jump.to_bytes())).await;
    assert_eq!(client.next().await, ServerFrame::Gap { actor: client.actor, expected: client.next });
    scene.goes_on().await;
    client.write(vec![create(page)]).await;
}

#[tokio::test]
async fn a_page_of_another_site_cannot_open_a_connection_or_make_boards() {
    let mut scene = Scene::new().await;
    let address = scene.server.address.clone();
    let foreign = [("origin", "https://evil.example")];
    let upgrade = [
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("connection", "upgrade"),
        foreign[0],
    ];
    let path = format!("/api/v1/boards/{}/socket", scene.board);
    assert_eq!(request(&address, "GET", &path, &upgrade, &[]).await.problem(), (403, "foreign_origin".into()));
    assert_eq!(request(&address, "POST", "/api/v1/boards", &foreign, &[]).await.problem(), (403, "foreign_origin".into()));
    let own = format!("http://{address}");
    assert_eq!(request(&address, "POST", "/api/v1/boards", &[("origin", &own)], &[]).await.status, 201);
    assert_eq!(get(&address, &path).await.problem(), (426, "upgrade".into()));
    scene.goes_on().await;
}

#[tokio::test]
async fn pictures_are_what_they_say_and_within_their_limits() {
    let mut scene = Scene::new().await;
    let address = scene.server.address.clone();
    let path = format!("/api/v1/boards/{}/assets", scene.board);
    // One transparent pixel.
    let gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00\x21\xf9\x04\x01\x00\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b";
    let put = async |media_type: &str, body: &[u8]| request(&address, "POST", &path, &[("content-type", media_type)], body).await;

    let kept = put("image/gif", gif).await;
    assert_eq!(kept.status, 201);
    let kept = kept.json();
    assert_eq!((&kept["width"], &kept["height"], &kept["bytes"]), (&1.into(), &1.into(), &gif.len().into()));
    let shown = get(&address, &format!("{path}/{}", kept["asset"].as_str().unwrap())).await;
    assert_eq!((shown.status, &*shown.body), (200, &gif[..]));
    assert_eq!(shown.header("content-type"), Some("image/gif"));

    assert_eq!(put("image/png", gif).await.problem(), (415, "asset_type".into()));
    assert_eq!(put("image/svg+xml", b"<svg/>").await.problem(), (415, "asset_type".into()));
    assert_eq!(put("text/html", b"<p>").await.problem(), (415, "asset_type".into()));
    assert_eq!(put("image/gif", &gif[..8]).await.problem(), (422, "asset_type".into()));
    let mut too_large = gif.to_vec();
    too_large.resize(limits::ASSET_BYTES_MAX + 1, 0);
    assert_eq!(put("image/gif", &too_large).await.problem(), (413, "asset_too_large".into()));
    // Nothing that is sent is unpacked: a bomb is only what it weighs, and no picture.
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::copy(&mut std::io::Read::take(std::io::repeat(0), 64 * 1024 * 1024), &mut bomb).unwrap();
    let packed = [("content-type", "image/gif"), ("content-encoding", "gzip")];
    let answer = request(&address, "POST", &path, &packed, &bomb.finish().unwrap()).await;
    assert_eq!(answer.problem(), (415, "asset_type".into()));
    let nowhere = format!("/api/v1/boards/{}/assets", BoardId([5; 16]));
    assert_eq!(request(&address, "POST", &nowhere, &[("content-type", "image/gif")], gif).await.problem(), (404, "unknown_board".into()));
    let unknown = format!("{path}/{}", "0".repeat(64));
    assert_eq!(get(&address, &unknown).await.problem(), (404, "unknown_asset".into()));
    scene.goes_on().await;
}

// SPEC LOG-3.
#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_saved_and_work_goes_on_once_there_is_room() {
    let mut scene = Scene::new().await;
    let other_board = scene.server.new_board().await;
    let mut elsewhere = Client::join(&scene.server.address, other_board, &[]).await;
    let mut client = scene.client().await;
    let saved = client.write(vec![create(scene.page)]).await;

    scene.server.faults.set_full(true);
    // More than the file's last page still holds.
    let large = Op { document: scene.page, body: OpBody::Unknown { kind: 900, body: vec![5; 40_000] } };
    let unsaved = client.offer(vec![create(scene.page), large]).await;
    assert_eq!(client.failure().await, FailureCode::DiskFull);
    assert_eq!(get(&scene.server.address, "/readyz").await.problem().0, 503);
    let refused = async {
        loop {
            let answer = request(&scene.server.address, "POST", "/api/v1/boards", &[], &[]).await;
            if answer.status != 201 {
                return answer.problem();
            }
        }
    };
    assert_eq!(tokio::time::timeout(common::PATIENCE, refused).await, Ok((507, "disk_full".into())));
    // What was saved can be read meanwhile, and nobody is thrown out.
    let snapshot = client.snapshot(scene.page).await;
    assert!(snapshot.document.records().any(|record| record.id() == saved.id(0)));
    assert!(snapshot.document.records().all(|record| record.id() != unsaved.id(0)));
    elsewhere.send(&ClientFrame::Ping(3)).await;
    assert!(matches!(elsewhere.next().await, ServerFrame::Pong { .. }));

    scene.server.faults.set_full(false);
    // The same bytes are sent again, and accepted.
    client.send(&ClientFrame::Change(unsaved.to_bytes())).await;
    client.acknowledged(unsaved.end()).await;
    assert_eq!(get(&scene.server.address, "/readyz").await.status, 200);
    scene.goes_on().await;
    let actor = client.actor;
    drop(client);
    // The actor is still who it was: its key is in the log.
    let mut thief = scene.silent().await;
    thief.send(&ClientFrame::Hello(Hello { key: [1; 16], ..hello_of(actor) })).await;
    assert_eq!(thief.end().await, FailureCode::WrongKey);
}

#[tokio::test]
async fn a_damaged_board_is_closed_and_the_others_go_on() {
    let scene = Scene::new().await;
    let Scene { server, board, undisturbed, .. } = scene;
    drop(undisturbed);
    let whole = server.new_board().await;
    let folder = server.stop().await;
    // As a failing disk would have it.
    let file = folder.path().join("boards.sqlite");
    let damaged = damage_row(&file, board);
    assert_eq!(damaged, 1);

    let server = Server::start_in(folder, Duration::from_secs(60)).await;
    let mut client = Client::silent(&server.address, board).await;
    client.send(&ClientFrame::Hello(hello_of(client.actor))).await;
    assert_eq!(client.end().await, FailureCode::Damaged);
    let mut other = Client::join(&server.address, whole, &[DocumentId::COVER]).await;
    let page = other.page().await;
    other.write(vec![create(page)]).await;
}

/// Makes zeros of the last row of a board; its place is the board's number times 2^36 plus its own.
fn damage_row(file: &std::path::Path, board: BoardId) -> usize {
    let db = rusqlite::Connection::open(file).expect("the file of the log");
    let last = "SELECT max(place) FROM rows WHERE place >> 36 = (SELECT number FROM boards WHERE board = ?1)";
    db.execute(&format!("UPDATE rows SET body = zeroblob(length(body)) WHERE place = ({last})"), [&board.0[..]])
        .expect("the file of the log")
}

#[tokio::test]
async fn a_code_opens_its_board_and_a_wrong_one_says_so() {
    let server = Server::start().await;
    let made = request(&server.address, "POST", "/api/v1/boards", &[], &[]).await.json();
    let code = made["code"].as_str().unwrap();
    for spelled in [code.to_owned(), code.replace('-', "")] {
        let found = get(&server.address, &format!("/api/v1/codes/{spelled}")).await;
        assert_eq!(found.json()["board"], made["board"]);
    }
    let shown = get(&server.address, &format!("/api/v1/boards/{}", made["board"].as_str().unwrap())).await;
    assert_eq!(shown.json()["code"], made["code"]);
    let wrong = if code == "000-000-000" { "000000001" } else { "000000000" };
    assert_eq!(get(&server.address, &format!("/api/v1/codes/{wrong}")).await.problem(), (404, "unknown_code".into()));
    assert_eq!(get(&server.address, "/api/v1/codes/12x").await.problem(), (400, "malformed".into()));
    assert_eq!(get(&server.address, "/api/v1/boards/nothing").await.problem(), (400, "malformed".into()));
    let nowhere = format!("/api/v1/boards/{}", BoardId([5; 16]));
    assert_eq!(get(&server.address, &nowhere).await.problem(), (404, "unknown_board".into()));
    assert_eq!(request(&server.address, "DELETE", "/api/v1/boards", &[], &[]).await.problem(), (405, "method".into()));
    assert_eq!(get(&server.address, "/api/v1/nothing").await.problem(), (404, "not_found".into()));
}
