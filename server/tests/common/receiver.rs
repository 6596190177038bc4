//! A receiver of webhooks, as another program would be one: an HTTP server of its own that verifies
//! signatures by the rule of `docs/webhooks.md`, and answers as it is told to.

use std::collections::VecDeque;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use parking_lot::Mutex;
use serde_json::Value;
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::PATIENCE;

/// What it does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Answers with this status.
    Status(u16),
    /// Sends to another address.
    Redirect(String),
    /// Says nothing, and keeps the connection.
    Hang,
    /// Ends the connection.
    Close,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Received {
    head: String,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        let found = self.head.lines().find_map(|line| line.split_once(": ").filter(|(found, _)| found.eq_ignore_ascii_case(name)));
        found.unwrap_or_else(|| panic!("{name} in {}", self.head)).1
    }

    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// How many signatures are right for a secret, of how many.
    pub fn signed(&self, secret: &str) -> (usize, usize) {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.", self.id(), self.header("webhook-timestamp")).as_bytes());
        mac.update(&self.body);
        let right = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let given: Vec<&str> = self.header("webhook-signature").split(' ').collect();
        (given.iter().filter(|given| **given == right).count(), given.len())
    }
}

type Replies = Arc<Mutex<VecDeque<(Option<&'static str>, Reply)>>>;

/// A receiver on a port of its own.
pub struct Receiver {
    pub url: String,
    /// What it does, and with which kind of event alone.
    replies: Replies,
    received: mpsc::UnboundedReceiver<Received>,
}

impl Receiver {
    pub async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks/kakehashi?for=tests", port.local_addr().unwrap());
        let replies = Replies::default();
        let (sender, received) = mpsc::unbounded_channel();
        let next = Arc::clone(&replies);
        tokio::spawn(async move {
            while let Ok((stream, _)) = port.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&next), sender.clone()));
            }
        });
        Self { url, replies, received }
    }

    /// What it does with the next requests; all after them are taken.
    pub fn replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().extend(replies.into_iter().map(|reply| (None, reply)));
    }

    /// What it does with the next requests of a kind.
    pub fn replies_to(&self, kind: &'static str, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().extend(replies.into_iter().map(|reply| (Some(kind), reply)));
    }

    /// The next request.
    pub async fn next(&mut self) -> Received {
        timeout(PATIENCE, self.received.recv()).await.expect("a request in time").expect("it listens")
    }

    /// Whether nothing more has come.
    pub fn is_quiet(&self) -> bool {
        self.received.is_empty()
    }
}

async fn answer(mut stream: TcpStream, replies: Replies, sender: mpsc::UnboundedSender<Received>) {
    let mut read = Vec::new();
    let body = loop {
        let end = read.windows(4).position(|four| four == b"\r\n\r\n");
        let length = |head: &str| head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
        if let Some(end) = end
            && let Some(length) = length(std::str::from_utf8(&read[..end]).unwrap())
            && read.len() >= end + 4 + length
        {
            break end;
        }
        if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
            return;
        }
    };
    let head = String::from_utf8(read[..body].to_vec()).unwrap();
    assert!(head.starts_with("POST /hooks/kakehashi?for=tests HTTP/1.1"), "{head}");
    // The reply is decided before the request is told, so that tests may say what comes next.
    let received = Received { head, body: read[body + 4..].to_vec() };
    let reply = {
        let mut replies = replies.lock();
        let place = replies.iter().position(|(kind, _)| kind.is_none_or(|kind| kind == received.kind()));
        place.and_then(|place| replies.remove(place)).map_or(Reply::Status(204), |(_, reply)| reply)
    };
    let _ = sender.send(received);
    let text = match reply {
        Reply::Status(status) => format!("HTTP/1.1 {status} Said\r\ncontent-length: 0\r\n\r\n"),
        Reply::Redirect(to) => format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"),
        Reply::Close => return,
        Reply::Hang => {
            // Until the other side gives up.
            let _ = stream.read_u8().await;
            return;
        }
    };
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}
