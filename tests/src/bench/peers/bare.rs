//! A bare broadcaster on tokio-tungstenite: every update goes to everybody as a frame of its own.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::super::Error;

/// Updates a slow viewer may be behind before it loses some.
const BEHIND_MAX: usize = 4_096;
/// Bytes a socket reads at once; the default of 128 KiB is most of what an idle viewer weighs.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// Serves until the process ends.
pub(super) async fn serve() -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    let (updates, _) = broadcast::channel::<Bytes>(BEHIND_MAX);
    loop {
        let (stream, _) = listener.accept().await?;
        let updates = updates.clone();
        tokio::spawn(async move {
            // A viewer that goes away is no error of a benchmark.
            let _ = one(stream, updates).await;
        });
    }
}

async fn one(stream: TcpStream, updates: broadcast::Sender<Bytes>) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER_BYTES).write_buffer_size(0);
    let mut socket = tokio_tungstenite::accept_async_with_config(stream, Some(config)).await?;
    let mut others = updates.subscribe();
    loop {
        tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Binary(bytes))) => drop(updates.send(bytes)),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Ok(()),
            },
            update = others.recv() => match update {
                Ok(update) => socket.send(Message::Binary(update)).await?,
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return Ok(()),
            },
        }
    }
}
