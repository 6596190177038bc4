//! The bare forwarder: one thread copies each datagram to all but its sender. It knows nobody, encrypts and
//! repairs nothing; no forwarder that sends datagrams one by one costs less.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kakehashi_client::native::call::{Layer, Outgoing};
use kakehashi_protocol::call::Source;
use tokio::net::UdpSocket;
use tokio::task::JoinSet;

use super::super::Error;
use super::super::process::Process;
use super::act::Actor;
use super::tally::{Tally, Window};
use super::{ON_STAGE, Run, measure};

/// What a datagram begins with: who it is from wants to be sent what others send; it is for all; it is for
/// nobody, as what a forwarding server drops.
const HELLO: u8 = 0;
const FOR_ALL: u8 = 1;
const FOR_NOBODY: u8 = 2;
/// What RTP, its extensions and SRTP put around a payload, so that datagrams are as long as theirs.
const AROUND_BYTES: usize = 40;

/// Is the forwarder, until it is killed.
///
/// # Errors
/// Those of the system.
pub fn serve() -> Result<(), Error> {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    println!("listening on {}", socket.local_addr()?);
    let mut known: Vec<SocketAddr> = Vec::new();
    let mut datagram = [0; 2_048];
    loop {
        let (length, from) = socket.recv_from(&mut datagram)?;
        match datagram[0] {
            HELLO => known.push(from),
            FOR_ALL => {
                for to in known.iter().filter(|to| **to != from) {
                    // What the system has no room for is lost.
                    let _ = socket.send_to(&datagram[..length], to);
                }
            }
            _ => {}
        }
    }
}

/// So many who send by it what the members of a call send, and what that costs.
pub(super) async fn run(members: usize, measured: Duration) -> Result<Run, Error> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--serve", "media"]);
    let process = Process::start(command, "listening on ")?;
    let before = process.rss_kib()?;
    let (clock, window) = (Instant::now(), Arc::new(Window::default()));
    let (mut receivers, mut actors) = (JoinSet::new(), JoinSet::new());
    let (ends, _) = tokio::sync::watch::channel(());
    for number in 0..members {
        let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await?);
        socket.connect(&process.address).await?;
        socket.send(&[HELLO]).await?;
        let (receiving, own, mut end) = (Arc::clone(&window), Arc::clone(&socket), ends.subscribe());
        receivers.spawn(async move {
            let mut tally = Tally::default();
            let mut datagram = [0; 2_048];
            loop {
                tokio::select! {
                    received = own.recv(&mut datagram) => match received {
                        Ok(length) => tally.add(&receiving, clock, number, &datagram[..length], Instant::now()),
                        Err(_) => return tally,
                    },
                    _ = end.changed() => return tally,
                }
            }
        });
        let actor = Actor { number, of: members, on_stage: number < ON_STAGE, clock };
        let sending = Arc::clone(&window);
        actors.spawn(async move {
            let send = |source, packet: Outgoing| {
                let heard = if source == Source::Microphone { actor.on_stage } else { packet.layer == Layer::Full };
                let mut datagram = vec![if heard { FOR_ALL } else { FOR_NOBODY }];
                datagram.resize(AROUND_BYTES, 0);
                datagram.extend_from_slice(&packet.payload);
                if socket.try_send(&datagram).is_ok() {
                    sending.count();
                }
            };
            actor.act(send, |_| false).await;
        });
    }
    let cpu_s = measure(&process, &window, measured).await?;
    let (rss_kib, sent) = (process.rss_kib()?, window.sent());
    actors.shutdown().await;
    drop(ends);
    let mut tally = Tally::default();
    while let Some(received) = receivers.join_next().await {
        tally.extend(received?);
    }
    Ok(Run { tally, cpu_s, sent, rss_kib: rss_kib - before, rss_mb: rss_kib / 1024.0 })
}
