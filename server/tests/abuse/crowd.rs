//! Five hundred who come within a second: each enters over HTTP, opens a WebSocket, says hello with the credential and
//! reads the cover. What it takes is printed, of the real program in a process of its own.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use kakehashi_protocol::ids::{BoardId, DocumentId};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::{ClientFrame, Hello, ServerFrame, Subscription};
use serde_json::json;

use super::common::people::text;
use super::common::{Client, JSON, Process, hello_of, new_board, request};

const COMERS: usize = 500;
const WITHIN: Duration = Duration::from_secs(1);

/// The CPU time of a process so far.
fn cpu_ms(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    // Behind the name, which may hold spaces: times in user and system are the 12th and 13th, in hundredths of a second.
    let fields: Vec<u64> = stat.rsplit(')').next().unwrap().split_whitespace().map(|field| field.parse().unwrap_or(0)).collect();
    (fields[11] + fields[12]) * 10
}

/// Comes in at a moment; how long it took until the cover was there, and who one is.
async fn come(address: &str, board: BoardId, number: usize, began: Instant) -> (Duration, String) {
    let at = began + WITHIN.mul_f64(number as f64 / COMERS as f64);
    tokio::time::sleep_until(at.into()).await;
    let name = json!({ "name": format!("pupil {number}") }).to_string();
    let entered = request(address, "POST", &format!("/api/v1/boards/{board}/enter"), &[JSON], name.as_bytes()).await;
    let mut client = Client::silent(address, board).await;
    let subscriptions = vec![Subscription { document: DocumentId::COVER, cursor: None }];
    let credential = text(&entered, "credential").into_bytes();
    client.send(&ClientFrame::Hello(Hello { credential, subscriptions, ..hello_of(client.actor) })).await;
    let ServerFrame::Welcome(welcome) = client.next().await else { panic!("a welcome") };
    assert_eq!(welcome.role, Role::Member);
    while !matches!(client.next().await, ServerFrame::Subscribed(_)) {}
    (at.elapsed(), text(&entered, "participant"))
}

#[tokio::test]
async fn five_hundred_who_come_within_a_second_are_each_let_in_as_themselves() {
    let data = tempfile::tempdir().unwrap();
    let server = Process::start(data.path(), &[]).await;
    let board = new_board(&server.address).await;
    let before = cpu_ms(server.pid());
    let began = Instant::now();
    let came = join_all((0..COMERS).map(|number| come(&server.address, board, number, began))).await;
    let (took, cpu) = (began.elapsed(), cpu_ms(server.pid()) - before);
    let participants: BTreeSet<_> = came.iter().map(|(_, participant)| participant).collect();
    assert_eq!(participants.len(), COMERS);
    let mut waits: Vec<_> = came.iter().map(|(wait, _)| wait.as_millis()).collect();
    waits.sort_unstable();
    println!(
        "{COMERS} came within {WITHIN:?}, over HTTP and WebSocket: all in after {took:?}, each after {} ms (median), {} ms (p99); \
         the server took {cpu} ms of CPU",
        waits[COMERS / 2],
        waits[COMERS * 99 / 100]
    );
    server.kill().await;
}
