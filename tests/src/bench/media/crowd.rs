//! Members of a call on our server, by the native client.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kakehashi_client::native::call::{Call, CallEvent, Joined, Options, Publish, Track};
use kakehashi_client::native::{Board, Options as BoardOptions};
use kakehashi_protocol::call::{Source, Wish};
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::super::Error;
use super::super::board::new_board;
use super::super::process::Process;
use super::super::report::folder;
use super::act::Actor;
use super::tally::{Tally, Window};
use super::{ON_STAGE, Run, measure};

/// How high the pictures are shown, device pixels.
const HEIGHT: u16 = 720;

/// A member who is in the call.
struct Member {
    actor: Actor,
    board: Board,
    joined: Joined,
    tracks: Vec<Track>,
}

/// A call of so many, and what it costs.
pub(super) async fn run(members: usize, measured: Duration) -> Result<Run, Error> {
    let data = TempDir::new_in(folder()?)?;
    let process = Process::kakehashi(data.path(), &[])?;
    let board = new_board(&process.address)?;
    let link = format!("http://{}/b/{board}", process.address);
    let clock = Instant::now();
    let actor = |number| Actor { number, of: members, on_stage: number < ON_STAGE, clock };
    // The first brings the board into memory; it is not one of those that are weighed.
    let mut all = vec![enter(&link, actor(0)).await?];
    let before = process.rss_kib()?;
    for number in 1..members {
        all.push(enter(&link, actor(number)).await?);
    }
    let mut on_stage = Vec::new();
    for member in &all[..ON_STAGE.min(members)] {
        on_stage.push(member.joined.call.me().await?.ok_or("a member without a number")?);
    }
    for member in &all {
        let me = member.joined.call.me().await?;
        let others = on_stage.iter().filter(|member| Some(**member) != me);
        member.joined.call.want(others.map(|member| Wish { member: *member, source: Source::Camera, height: HEIGHT }).collect()).await?;
    }
    let window = Arc::new(Window::default());
    let mut receivers = JoinSet::new();
    let mut actors = JoinSet::new();
    let mut calls = Vec::new();
    for Member { actor, board, joined: Joined { call, mut packets, events, .. }, tracks } in all {
        let receiving = Arc::clone(&window);
        receivers.spawn(async move {
            let mut tally = Tally::default();
            while let Some(packet) = packets.recv().await {
                tally.add(&receiving, clock, actor.number, &packet.payload, packet.at);
            }
            tally
        });
        let sending = Arc::clone(&window);
        actors.spawn(async move {
            let send = |source, packet| {
                let track = tracks.iter().find(|track| track.publish().source == source);
                if track.is_some_and(|track| track.write(packet).is_ok()) {
                    sending.count();
                }
            };
            let begins_anew = |layer| tracks.iter().any(|track| track.publish().layered && track.take_keyframe_request(layer));
            actor.act(send, begins_anew).await;
        });
        calls.push((board, call, events));
    }
    let cpu_s = measure(&process, &window, measured).await?;
    let (rss_kib, sent) = (process.rss_kib()?, window.sent());
    actors.shutdown().await;
    for (board, call, mut events) in calls {
        while let Ok(event) = events.try_recv() {
            if let CallEvent::Over(why) = event {
                return Err(format!("a call ended while it was measured: {why}").into());
            }
        }
        call.leave().await;
        board.close().await;
    }
    let mut tally = Tally::default();
    while let Some(received) = receivers.join_next().await {
        tally.extend(received?);
    }
    let weighed = (members - 1).max(1) as f64;
    Ok(Run { tally, cpu_s, sent, rss_kib: (rss_kib - before) / weighed * members as f64, rss_mb: rss_kib / 1024.0 })
}

async fn enter(link: &str, actor: Actor) -> Result<Member, Error> {
    let (board, mut events) = Board::open(link, BoardOptions::default())?;
    // Nobody looks at the board.
    tokio::spawn(async move { while events.recv().await.is_some() {} });
    let sources: &[Source] = if actor.on_stage { &[Source::Microphone, Source::Camera] } else { &[Source::Microphone] };
    let options =
        Options { publish: sources.iter().map(|source| Publish::of(*source)).collect(), pictures: ON_STAGE, ..Options::default() };
    let joined = Call::join(&board, options).await?;
    let mut tracks = Vec::new();
    for source in sources {
        tracks.push(joined.call.track(*source).await?);
    }
    Ok(Member { actor, board, joined, tracks })
}
