//! The real program: killed, stopped, and weighed.

mod common;

use std::time::{Duration, Instant};

use common::{Client, PATIENCE, Process, create, set_x};
use kakehashi_protocol::ids::DocumentId;
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode, ServerFrame};
use tokio::time::timeout;

// SPEC VER-6, LOG-1.
#[tokio::test]
async fn what_was_acknowledged_is_there_after_the_server_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &[]).await;
    let board = common::new_board(&server.address).await;
    let mut client = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let page = client.page().await;
    let first = client.write(vec![create(page)]).await;
    let mut last = first.end();
    // Killed in the middle of a burst: whatever was acknowledged by then counts.
    let mut offered = Vec::new();
    for x in 0..200 {
        offered.push(client.offer(vec![set_x(page, first.id(0), x)]).await);
    }
    while last < 60 {
        if let ServerFrame::Accepted { next, .. } = client.next().await {
            last = next;
        }
    }
    server.kill().await;
    while let Some(frame) = client.try_next().await {
        if let ServerFrame::Accepted { next, .. } = frame {
            last = next;
        }
    }

    let server = Process::start(folder.path(), &[]).await;
    let mut again = Client::join_again(&server.address, board, client.actor, &[page]).await;
    assert!(again.next >= last, "{} was acknowledged, the log has {}", last, again.next);
    // What was sent and not acknowledged is sent again, whatever of it the log has.
    for change in &offered {
        again.send(&ClientFrame::Change(change.to_bytes())).await;
    }
    again.acknowledged(offered.last().unwrap().end()).await;
    let snapshot = again.snapshot(page).await;
    let record = snapshot.document.records().next().expect("the record");
    assert_eq!(record.entries().last().map(|entry| entry.value.to_vec()), Some(kakehashi_protocol::schema::Value::Int(199).encode()));
    server.kill().await;
}

#[tokio::test]
async fn a_stop_in_order_tells_everybody_and_leaves_a_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Process::start(folder.path(), &[]).await;
    let board = common::new_board(&server.address).await;
    let mut client = Client::join(&server.address, board, &[DocumentId::COVER]).await;
    let page = client.page().await;
    let change = client.write(vec![create(page)]).await;
    let begun = Instant::now();
    let pid = server.pid().to_string();
    std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert_eq!(client.end().await, FailureCode::Restart);
    drop(client);
    let status = timeout(PATIENCE, server.child.wait()).await.expect("it ends").unwrap();
    assert!(status.success(), "{status}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());

    let server = Process::start(folder.path(), &[]).await;
    let again = Client::join_again(&server.address, board, change.actor, &[page]).await;
    assert_eq!(again.next, change.end());
    server.kill().await;
}

/// What one connection may cost that only reads, and only now and then.
const IDLE_KIB_MAX: u64 = 16;
const CONNECTIONS: u64 = 1_000;

#[tokio::test]
async fn an_idle_connection_is_light() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &[]).await;
    let board = common::new_board(&server.address).await;
    // What is taken once is taken before.
    let mut warm = Vec::new();
    for _ in 0..50 {
        warm.push(Client::join(&server.address, board, &[DocumentId::COVER]).await);
    }
    let before = common::resident_kib(server.pid());
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(Client::join(&server.address, board, &[DocumentId::COVER]).await);
    }
    let page = clients[0].page().await;
    let mut all = Vec::new();
    for mut client in clients {
        client.send(&ClientFrame::Ping(1)).await;
        assert!(matches!(client.next().await, ServerFrame::Pong { .. }));
        all.push(client);
    }
    all[0].write(vec![create(page)]).await;
    let each = common::resident_kib(server.pid()).saturating_sub(before) as f64 / CONNECTIONS as f64;
    println!("an idle connection weighs {each:.1} KiB");
    assert!(each <= IDLE_KIB_MAX as f64, "{each:.1} KiB");
    server.kill().await;
}
