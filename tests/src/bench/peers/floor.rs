//! The floor: what comes is gathered for 16 ms and written to each viewer at once, from one shared
//! buffer. It decodes, stores and decides nothing; no server that writes to sockets costs less.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{MissedTickBehavior, interval};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::super::Error;
use super::super::socket::{payload, server_frame};

const GATHER: Duration = Duration::from_millis(16);

#[derive(Default)]
struct Room {
    gathered: Vec<u8>,
    new: Vec<OwnedWriteHalf>,
}

type Shared = Arc<Mutex<Room>>;

fn with<T>(room: &Shared, act: impl FnOnce(&mut Room) -> T) -> T {
    act(&mut room.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Serves until the process ends.
pub(super) async fn serve() -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    let room = Shared::default();
    tokio::spawn(write(Arc::clone(&room)));
    loop {
        let (stream, _) = listener.accept().await?;
        let room = Arc::clone(&room);
        tokio::spawn(async move {
            // A viewer that goes away is no error of a benchmark.
            let _ = one(stream, &room).await;
        });
    }
}

async fn write(room: Shared) {
    let mut ticks = interval(GATHER);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Each viewer with what its socket has not taken yet.
    let mut viewers: Vec<(OwnedWriteHalf, Vec<u8>)> = Vec::new();
    loop {
        ticks.tick().await;
        let (gathered, new) = with(&room, |room| (std::mem::take(&mut room.gathered), std::mem::take(&mut room.new)));
        viewers.extend(new.into_iter().map(|viewer| (viewer, Vec::new())));
        if gathered.is_empty() && viewers.iter().all(|(_, rest)| rest.is_empty()) {
            continue;
        }
        for (viewer, rest) in &mut viewers {
            if rest.is_empty() {
                let written = viewer.try_write(&gathered).unwrap_or(0);
                rest.extend_from_slice(&gathered[written..]);
            } else {
                rest.extend_from_slice(&gathered);
                let written = viewer.try_write(rest).unwrap_or(0);
                rest.drain(..written);
            }
        }
    }
}

async fn one(mut stream: TcpStream, room: &Shared) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        read.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(read)?;
    let key = head.lines().find_map(|line| line.strip_prefix("sec-websocket-key: ")).ok_or("no key")?;
    let accept = derive_accept_key(key.as_bytes());
    let answer =
        format!("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: {accept}\r\n\r\n");
    stream.write_all(answer.as_bytes()).await?;
    let (reading, writing) = stream.into_split();
    with(room, |room| room.new.push(writing));
    listen(reading, room).await
}

/// Takes a writer's updates; its masks are zeros.
async fn listen(mut reading: OwnedReadHalf, room: &Shared) -> Result<(), Error> {
    let mut read = Vec::new();
    let mut some = [0; 512];
    loop {
        let count = reading.read(&mut some).await?;
        if count == 0 {
            return Ok(());
        }
        read.extend_from_slice(&some[..count]);
        while let Some(range) = payload(&read) {
            let frame = server_frame(&read[range.clone()]);
            read.drain(..range.end);
            with(room, |room| room.gathered.extend_from_slice(&frame));
        }
    }
}
