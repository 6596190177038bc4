//! One connection, in a task of its own: messages in, messages out, nothing else.

use futures_util::{SinkExt, StreamExt};
use kakehashi_protocol::limits;
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::{Address, http};

/// What a link tells the board's task. The number is the link's, so that the last words of an old
/// one are known as such.
pub(super) enum News {
    Opened(u64),
    Message(u64, Vec<u8>),
    Closed(u64),
}

/// Messages read ahead of the core: at most 256 KiB each, and seldom more than one waits.
pub(super) const NEWS_MAX: usize = 16;

/// The board's end of a link. Dropping it drops the connection.
pub(super) struct Link {
    pub number: u64,
    /// Takes one message; the next only when that is written.
    pub outbox: mpsc::Sender<Vec<u8>>,
    task: tokio::task::JoinHandle<()>,
}

impl Link {
    pub fn open(number: u64, address: Address, tls: TlsConnector, news: mpsc::Sender<News>) -> Self {
        let (outbox, messages) = mpsc::channel(1);
        let task = tokio::spawn(async move {
            run(number, &address, &tls, &news, messages).await;
            // The board's task may be gone already.
            let _ = news.send(News::Closed(number)).await;
        });
        Self { number, outbox, task }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(number: u64, address: &Address, tls: &TlsConnector, news: &mpsc::Sender<News>, mut messages: mpsc::Receiver<Vec<u8>>) {
    let Ok(stream) = http::connect(address, tls).await else { return };
    let scheme = if address.secure { "wss" } else { "ws" };
    let url = format!("{scheme}://{}/api/v1/boards/{}/socket", address.authority(), address.board);
    let config = WebSocketConfig::default()
        .read_buffer_size(16 * 1024)
        .write_buffer_size(0)
        .max_message_size(Some(limits::MESSAGE_BYTES_MAX))
        .max_frame_size(Some(limits::MESSAGE_BYTES_MAX));
    let Ok((socket, _)) = client_async_with_config(url, stream, Some(config)).await else { return };
    if news.send(News::Opened(number)).await.is_err() {
        return;
    }
    let (mut sink, mut stream) = socket.split();
    let write = async {
        while let Some(message) = messages.recv().await {
            if sink.send(Message::Binary(message.into())).await.is_err() {
                return;
            }
        }
        // The board was left: what was written is on its way, and the server is told.
        let _ = sink.close().await;
    };
    let read = async {
        while let Some(Ok(message)) = stream.next().await {
            let told = match message {
                Message::Binary(bytes) => news.send(News::Message(number, bytes.into())).await,
                Message::Close(_) => return,
                _ => Ok(()),
            };
            if told.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = write => {}
        () = read => {}
    }
}
