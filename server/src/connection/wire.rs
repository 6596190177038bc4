//! One WebSocket as a connection uses it: messages in, and one message at a time out. Reading goes
//! on while a write is under way, so that two peers who both write never wait for each other. Whoever
//! polls may change from call to call: the waker of the last one counts.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use bytes::Bytes;
use futures_util::{Sink, Stream};
use kakehashi_protocol::limits;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite;

/// What a WebSocket has to tell.
pub enum Event {
    /// A message of frames.
    Message(Bytes),
    /// A sign of life that says nothing else.
    Alive,
    /// A text message, which no client of this protocol sends.
    Text,
    /// A message beyond the limit; nothing more can be read.
    TooLarge,
    /// All is said, and there will be no more.
    Said,
    /// It is closed, or broken.
    Gone,
}

/// A WebSocket and what is being written to it.
pub struct Wire {
    socket: WebSocket,
    next: Option<Message>,
    writing_since: Option<Instant>,
}

impl Wire {
    /// Takes a socket over.
    #[must_use]
    pub const fn new(socket: WebSocket) -> Self {
        Self { socket, next: None, writing_since: None }
    }

    /// Since when a message is being written.
    #[must_use]
    pub const fn writing_since(&self) -> Option<Instant> {
        self.writing_since
    }

    /// Begins to write a message. Only while none is being written.
    pub fn write(&mut self, message: Bytes) {
        self.begin(Message::Binary(message));
    }

    /// Asks the peer for a sign of life, if nothing is being written.
    pub fn ping(&mut self) {
        if self.writing_since.is_none() {
            self.begin(Message::Ping(Bytes::new()));
        }
    }

    /// Begins to close. Only while nothing is being written.
    pub fn close(&mut self, code: u16) {
        self.begin(Message::Close(Some(CloseFrame { code, reason: "".into() })));
    }

    fn begin(&mut self, message: Message) {
        debug_assert!(self.writing_since.is_none(), "one message at a time");
        self.next = Some(message);
        self.writing_since = Some(Instant::now());
    }

    /// Goes on writing; ready when nothing is being written any more.
    ///
    /// # Errors
    /// Those of the network.
    pub fn poll_flushed(&mut self, context: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        if self.writing_since.is_some() {
            ready!(self.poll_write(context))?;
            self.writing_since = None;
        }
        Poll::Ready(Ok(()))
    }

    /// The next thing that the peer says.
    pub fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<Event> {
        let event = match ready!(Pin::new(&mut self.socket).poll_next(context)) {
            Some(Ok(Message::Binary(bytes))) if bytes.len() > limits::MESSAGE_BYTES_MAX => Event::TooLarge,
            Some(Ok(Message::Binary(bytes))) => Event::Message(bytes),
            Some(Ok(Message::Text(_))) => Event::Text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Event::Alive,
            Some(Err(error)) => of_error(error),
            Some(Ok(Message::Close(_))) | None => Event::Gone,
        };
        Poll::Ready(event)
    }

    /// Waits until what is being written is written; false if it cannot be. Cancel safe.
    pub async fn flushed(&mut self) -> bool {
        poll_fn(|context| self.poll_flushed(context)).await.is_ok()
    }

    /// Waits for the next thing that the peer says. Cancel safe.
    pub async fn heard(&mut self) -> Event {
        poll_fn(|context| self.poll_read(context)).await
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        let mut socket = Pin::new(&mut self.socket);
        if self.next.is_some() {
            ready!(socket.as_mut().poll_ready(context))?;
            if let Some(next) = self.next.take() {
                socket.as_mut().start_send(next)?;
            }
        }
        socket.poll_flush(context)
    }
}

fn of_error(error: axum::Error) -> Event {
    match error.into_inner().downcast_ref::<tungstenite::Error>() {
        Some(tungstenite::Error::Capacity(_)) => Event::TooLarge,
        _ => Event::Gone,
    }
}
