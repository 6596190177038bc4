//! Several clients on one board, over real sockets.

mod common;

use std::time::Duration;

use common::{Client, Server, create, set_x};
use kakehashi_protocol::ids::{Cursor, DocumentId, Seq};
use kakehashi_protocol::op::OpBody;
use kakehashi_protocol::presence::{Place, Presence};
use kakehashi_protocol::wire::frame::{ClientFrame, ServerFrame, Subscription};
use kakehashi_protocol::wire::snapshot::digest;
use kakehashi_server::room::feed::FEED_BYTES_MAX;

// SPEC READ-4, VER-6.
#[tokio::test]
async fn what_one_writes_the_other_reads_and_a_part_comes_before_its_acknowledgement() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let mut first = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let page = first.page().await;
    let mut writer = Client::join(&server.address, board, &[page]).await;
    let mut reader = Client::join(&server.address, board, &[page]).await;

    let change = writer.offer(vec![create(page), create(page)]).await;
    // SPEC LOG-3: the part is durable, and stands before its verdict.
    let own = writer.part().await;
    assert_eq!(own.seq, Seq(2));
    assert_eq!(writer.next().await, ServerFrame::Accepted { actor: writer.actor, next: 3 });
    let seen = reader.part().await;
    assert_eq!(seen, own);
    assert_eq!(seen.document, page);
    assert_eq!(seen.ops.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), [change.id(0), change.id(1)]);
    // Who does not read the page is told nothing; the next thing it hears is its own answer.
    first.send(&ClientFrame::Ping(5)).await;
    assert!(matches!(first.next().await, ServerFrame::Pong { nonce: 5, .. }));
}

// SPEC READ-1, SNAP-1.
#[tokio::test]
async fn a_late_reader_takes_a_snapshot_and_the_parts_after_it() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let mut writer = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let page = writer.page().await;
    let change = writer.write(vec![create(page)]).await;

    let mut late = Client::silent(&server.address, board).await;
    late.send(&ClientFrame::Hello(common::hello_of(late.actor))).await;
    let ServerFrame::Welcome(welcome) = late.next().await else { panic!("a welcome") };
    let log = welcome.log;
    late.welcome = Some(welcome);
    late.send(&ClientFrame::Subscribe(Subscription { document: page, cursor: None })).await;
    let subscribed = late.subscribed().await;
    assert!(subscribed.snapshot);
    assert_eq!(subscribed.seq, Seq(2));
    let snapshot = late.snapshot(page).await;
    assert!(snapshot.cursor.seq >= subscribed.seq);
    assert_eq!(snapshot.document.records().count(), 1);

    let moved = writer.write(vec![set_x(page, change.id(0), 80)]).await;
    let part = late.part().await;
    assert_eq!(part.seq, Seq(3));
    let mut document = snapshot.document;
    for (id, stamp, body) in &part.ops {
        document.apply(*id, *stamp, body).unwrap();
    }
    assert_eq!(part.ops[0].0, moved.id(0));
    assert_eq!(digest(&document), digest(&late.snapshot(page).await.document));

    // A cursor reads on from where it stood.
    late.send(&ClientFrame::Subscribe(Subscription { document: page, cursor: Some(Cursor { log, seq: Seq(2) }) })).await;
    let subscribed = late.subscribed().await;
    assert!(!subscribed.snapshot);
    assert_eq!(late.part().await, part);
}

#[tokio::test]
async fn a_snapshot_needs_the_ticket_of_who_reads_the_document_and_may_be_compressed() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let mut writer = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let page = writer.page().await;
    writer.write((0..200).map(|_| create(page)).collect()).await;
    let stranger = format!("/api/v1/boards/{board}/documents/{page}/snapshot?ticket={:032}", 0);
    assert_eq!(common::get(&server.address, &stranger).await.problem(), (403, "ticket".into()));
    // It reads the cover only.
    assert_eq!(common::get(&server.address, &writer.snapshot_path(page)).await.problem(), (403, "ticket".into()));
    writer.send(&ClientFrame::Subscribe(Subscription { document: page, cursor: None })).await;
    writer.subscribed().await;
    let path = writer.snapshot_path(page);
    let plain = common::get(&server.address, &path).await;
    assert_eq!((plain.status, plain.header("cache-control")), (200, Some("private, no-store")));
    assert_eq!(plain.header("content-encoding"), None);
    let packed = common::request(&server.address, "GET", &path, &[("accept-encoding", "br, gzip")], &[]).await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < plain.body.len());
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*packed.body), &mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
}

// SPEC PRES-1.
#[tokio::test]
async fn presence_is_shown_to_the_others_and_goes_with_the_connection() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let mut one = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let mut other = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let presence = Presence { name: "壱岐".into(), cursor: Some(Place { x: 8, y: 16 }), ..Presence::default() };
    one.send(&ClientFrame::Presence(presence.clone())).await;
    let ServerFrame::Presence(shown) = other.next().await else { panic!("presence") };
    let connection = one.welcome.as_ref().unwrap().connection;
    assert_eq!((shown[0].connection, shown[0].presence.as_ref()), (connection, Some(&presence)));
    assert!(matches!(other.next().await, ServerFrame::People(_)));
    // A third who comes later sees it as well; the one itself does not.
    let mut late = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    assert!(matches!(late.next().await, ServerFrame::Presence(_)));
    one.send(&ClientFrame::Ping(1)).await;
    assert!(matches!(one.next().await, ServerFrame::Pong { .. }));
    drop(one);
    let ServerFrame::Presence(shown) = other.next().await else { panic!("presence") };
    assert_eq!((shown[0].connection, shown[0].presence.as_ref()), (connection, None));
}

// SPEC PRES-2.
#[tokio::test]
async fn everybody_is_told_who_is_on_the_board_but_not_of_every_move() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let mut one = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let connection = one.welcome.as_ref().unwrap().connection;
    let mut other = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let page = one.page().await;
    let mut presence = Presence { name: "壱岐".into(), document: Some(page), following: Some(other.actor), ..Presence::default() };
    let told = |frame| {
        let ServerFrame::People(people) = frame else { panic!("people, not {frame:?}") };
        assert_eq!((people.len(), people[0].connection), (1, connection));
        people[0].whereabouts.clone()
    };
    // The other reads the cover and not the page: of twenty moves it hears nothing but who and where.
    for x in 0..20 {
        presence.cursor = Some(Place { x, y: 0 });
        one.send(&ClientFrame::Presence(presence.clone())).await;
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    other.send(&ClientFrame::Ping(1)).await;
    assert_eq!(told(other.next().await), Some(presence.whereabouts()));
    assert!(matches!(other.next().await, ServerFrame::Pong { .. }));
    presence.document = None;
    one.send(&ClientFrame::Presence(presence.clone())).await;
    let ServerFrame::Presence(_) = other.next().await else { panic!("it looks at no page: the cover's readers see it") };
    assert_eq!(told(other.next().await), Some(presence.whereabouts()));
    drop(one);
    let ServerFrame::Presence(_) = other.next().await else { panic!("presence") };
    assert_eq!(told(other.next().await), None);
}

// SPEC VER-2.
#[tokio::test]
async fn a_resend_gets_its_verdict_again() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let mut client = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let page = client.page().await;
    let change = client.write(vec![create(page)]).await;
    let refused = client.offer(vec![set_x(page, kakehashi_protocol::ids::OpId::new(99, 1), 0)]).await;
    let ServerFrame::Refused { refusal, .. } = client.next().await else { panic!("a refusal") };
    client.acknowledged(refused.end()).await;
    let actor = client.actor;
    drop(client);
    let mut again = Client::join_again(&server.address, board, actor, &[]).await;
    let standing = again.welcome.as_ref().unwrap().standing.clone();
    assert_eq!((standing.next, standing.refused), (3, vec![refusal]));
    again.send_all(&[ClientFrame::Change(change.to_bytes()), ClientFrame::Change(refused.to_bytes())]).await;
    assert_eq!(again.next().await, ServerFrame::Accepted { actor, next: 3 });
    assert_eq!(again.next().await, ServerFrame::Refused { actor, refusal });
    assert_eq!(again.next().await, ServerFrame::Accepted { actor, next: 3 });
}

// SPEC READ-3.
#[tokio::test]
async fn who_reads_too_slowly_is_told_to_take_a_snapshot_and_misses_nothing() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let mut writer = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let page = writer.page().await;
    let mut slow = Client::join(&server.address, board, &[page]).await;
    // Far more than the feed and both sockets hold, while `slow` reads nothing.
    let block = vec![7_u8; 60_000];
    let unknown = |_| kakehashi_protocol::op::Op { document: page, body: OpBody::Unknown { kind: 900, body: block.clone() } };
    let mut sent = 0;
    while sent < 24 * FEED_BYTES_MAX {
        writer.write((0..2).map(unknown).collect()).await;
        sent += 2 * block.len();
    }
    let mut parts = 0;
    loop {
        match slow.next().await {
            ServerFrame::Part(_) => parts += 1,
            ServerFrame::Behind(document) => {
                assert_eq!(document, page);
                break;
            }
            other => panic!("not {other:?}"),
        }
    }
    assert!(parts < sent / (2 * block.len()));
    slow.send(&ClientFrame::Subscribe(Subscription { document: page, cursor: None })).await;
    let subscribed = slow.subscribed().await;
    assert!(subscribed.snapshot);
    let snapshot = slow.snapshot(page).await;
    assert_eq!(snapshot.document.unknown().count(), sent / block.len());
}

// SPEC READ-2: a page that stayed the same does not travel again, however much was written elsewhere,
// nor when the board was read anew meanwhile.
#[tokio::test]
async fn a_document_that_did_not_change_is_gone_on_with_from_any_cursor() {
    let folder = std::sync::Arc::new(tempfile::tempdir().unwrap());
    let server = Server::start_in(std::sync::Arc::clone(&folder), Duration::from_secs(60)).await;
    let board = server.new_board().await;
    let mut writer = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let page = writer.page().await;
    writer.write(vec![create(page)]).await;
    writer.send(&ClientFrame::Subscribe(Subscription { document: page, cursor: None })).await;
    writer.subscribed().await;
    let cursor = Some(writer.snapshot(page).await.cursor);
    let block = vec![7_u8; 60_000];
    let unknown = |document| kakehashi_protocol::op::Op { document, body: OpBody::Unknown { kind: 900, body: block.clone() } };
    for _ in 0..=FEED_BYTES_MAX / block.len() {
        writer.write(vec![unknown(DocumentId::COVER)]).await;
    }
    drop(writer);
    let server = {
        let mut late = Client::join(&server.address, board, &[]).await;
        late.send(&ClientFrame::Subscribe(Subscription { document: page, cursor })).await;
        assert!(!late.subscribed().await.snapshot);
        late.send(&ClientFrame::Subscribe(Subscription { document: DocumentId::COVER, cursor })).await;
        assert!(late.subscribed().await.snapshot, "this one did");
        drop(late);
        server.stop().await;
        Server::start_in(folder, Duration::from_secs(60)).await
    };
    let mut reader = Client::join(&server.address, board, &[]).await;
    reader.send(&ClientFrame::Subscribe(Subscription { document: page, cursor })).await;
    assert!(!reader.subscribed().await.snapshot);
    reader.offer(vec![unknown(page)]).await;
    assert_eq!(reader.part().await.ops.len(), 1);
}

#[tokio::test]
async fn two_who_come_at_once_share_one_room_and_an_idle_room_leaves_memory_with_a_checkpoint() {
    let folder = std::sync::Arc::new(tempfile::tempdir().unwrap());
    let server = Server::start_in(folder, Duration::from_millis(300)).await;
    let board = server.new_board().await;
    let (mut one, mut other) = tokio::join!(
        Client::join(&server.address, board, &[DocumentId::COVER]),
        Client::join(&server.address, board, &[DocumentId::COVER])
    );
    let page = one.page().await;
    let change = one.write(vec![create(page)]).await;
    let cover = change.actor;
    other.send(&ClientFrame::Ping(1)).await;
    assert!(matches!(other.next().await, ServerFrame::Pong { .. }));
    assert_ne!(one.welcome.as_ref().unwrap().connection, other.welcome.as_ref().unwrap().connection);
    assert_eq!(server.hub.rooms(), 1);
    drop((one, other));
    let gone = async {
        while server.hub.rooms() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(common::PATIENCE, gone).await.expect("the room leaves memory");
    let checkpoint = server.log.checkpoint_load(board).await.unwrap().expect("a checkpoint");
    assert_eq!(checkpoint.seq, Seq(2));
    // Read again from it, with the same actors and the same state.
    let mut again = Client::join_again(&server.address, board, cover, &[page]).await;
    assert_eq!(again.next, 2);
    assert_eq!(again.snapshot(page).await.document.records().next().map(|record| record.id()), Some(change.id(0)));
    again.write(vec![set_x(page, change.id(0), 8)]).await;
}
