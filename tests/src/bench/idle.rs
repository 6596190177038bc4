//! `bench idle`: what a viewer weighs that only listens.

use std::time::Duration;

use serde_json::json;
use tokio::runtime::Builder;

use super::peers::{NAMES, Peer, available, start};
use super::report::{Report, number};
use super::socket::Socket;
use super::{Error, Options};

/// Viewers of the run.
const VIEWERS: usize = 1_000;
/// KiB a viewer may weigh in our server.
const LIMIT_KIB: u32 = 16;
/// KiB that are the goal.
const GOAL_KIB: u32 = 10;

/// Runs it.
///
/// # Errors
/// A server that does not start, or a viewer that is turned away.
pub fn run(options: &Options) -> Result<(), Error> {
    let mut report = Report::new("idle");
    for viewers in options.sizes(&[VIEWERS]) {
        for name in NAMES.into_iter().filter(|name| options.wants(name) && *name != "floor" && available(name)) {
            let peer = start(name, &[])?;
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let (before, after) = runtime.block_on(crowd(&peer, viewers))?;
            report.add(vec![
                ("peer", json!(name)),
                ("viewers", json!(viewers)),
                ("rss_mb_before", number(before / 1024.0)),
                ("rss_mb_after", number(after / 1024.0)),
                ("idle_kib_per_viewer", number((after - before) / viewers as f64)),
            ]);
        }
    }
    println!("\nlimit for kakehashi: {LIMIT_KIB} KiB a viewer; goal: {GOAL_KIB}");
    report.finish()
}

async fn crowd(peer: &Peer, viewers: usize) -> Result<(f64, f64), Error> {
    // The first viewer brings the board into memory; it is not one of those that are counted.
    let first = enter(peer).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = peer.process.rss_kib()?;
    let mut sockets = vec![first];
    for _ in 0..viewers {
        sockets.push(enter(peer).await?);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok((before, peer.process.rss_kib()?))
}

async fn enter(peer: &Peer) -> Result<Socket, Error> {
    let mut socket = Socket::connect(&peer.process.address, &peer.dialect.path()).await?;
    let hello = peer.dialect.hello(None);
    let mut welcome = hello.is_empty();
    for message in hello {
        socket.send(&message).await?;
    }
    while !welcome {
        socket.read(|message| welcome |= peer.dialect.welcomes(message)).await?;
    }
    Ok(socket)
}
