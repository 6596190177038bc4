//! One WebSocket as a connection uses it: messages in, and one message at a time out. Reading goes
//! on while a write is under way, so that two peers who both write never wait for each other. Whoever
//! polls may change from call to call: the waker of the last one counts.
//!
//! tungstenite frames straight onto the port's stream. tokio-tungstenite would stand between them with
//! wakers of its own, and cost as much for each message of each viewer as the framing does.

use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use kakehashi_protocol::limits;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Error, Message};

use crate::tls::PortStream;

/// Bytes a socket reads at once. What clients send is short, and what is longer is read as one; the default of 128 KiB would be most of
/// what an idle connection weighs.
const READ_BUFFER_BYTES: usize = 2 * 1024;
/// Messages are gathered before they are written, so nothing waits for more.
const WRITE_BUFFER_BYTES: usize = 0;
/// One message is written at a time; this holds it with its head, and answers to pings.
const WRITE_BUFFER_BYTES_MAX: usize = 2 * limits::MESSAGE_BYTES_MAX;

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
    stream: PortStream,
    socket: WebSocketContext,
    /// Not yet tried.
    next: Option<Message>,
    stuck_since: Option<Instant>,
}

impl Wire {
    /// Takes over a stream on which the peer speaks WebSocket from now on, with what was read of it already.
    #[must_use]
    pub fn new(stream: PortStream, read: &[u8]) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(WRITE_BUFFER_BYTES)
            .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
            .max_message_size(Some(limits::MESSAGE_BYTES_MAX))
            .max_frame_size(Some(limits::MESSAGE_BYTES_MAX));
        let socket = WebSocketContext::from_partially_read(read.to_vec(), Role::Server, Some(config));
        Self { stream, socket, next: None, stuck_since: None }
    }

    /// Since when a message is being written that the stream did not take at once.
    #[must_use]
    pub const fn stuck_since(&self) -> Option<Instant> {
        self.stuck_since
    }

    /// Begins to write a message. Only while none is being written.
    pub fn write(&mut self, message: Bytes) {
        self.begin(Message::Binary(message));
    }

    /// Asks the peer for a sign of life, if nothing is being written.
    pub fn ping(&mut self) {
        if !self.is_writing() {
            self.begin(Message::Ping(Bytes::new()));
        }
    }

    /// Begins to close. Only while nothing is being written.
    pub fn close(&mut self, code: u16) {
        self.begin(Message::Close(Some(CloseFrame { code: code.into(), reason: "".into() })));
    }

    const fn is_writing(&self) -> bool {
        self.next.is_some() || self.stuck_since.is_some()
    }

    fn begin(&mut self, message: Message) {
        debug_assert!(!self.is_writing(), "one message at a time");
        self.next = Some(message);
    }

    /// Goes on writing; ready when nothing is being written any more.
    ///
    /// # Errors
    /// Those of the network.
    pub fn poll_flushed(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if !self.is_writing() {
            return Poll::Ready(Ok(()));
        }
        let mut stream = Polled { stream: &mut self.stream, context };
        let begun = match self.next.take() {
            // What the stream does not take at once, the socket keeps.
            Some(next) => self.socket.write(&mut stream, next).or_else(|error| if waits(&error) { Ok(()) } else { Err(error) }),
            None => Ok(()),
        };
        match begun.and_then(|()| self.socket.flush(&mut stream)) {
            Err(error) if waits(&error) => {
                self.stuck_since.get_or_insert_with(Instant::now);
                Poll::Pending
            }
            // What closed it was the last that was written.
            Ok(()) | Err(Error::ConnectionClosed) => {
                self.stuck_since = None;
                Poll::Ready(Ok(()))
            }
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// The next thing that the peer says.
    pub fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<Event> {
        let mut stream = Polled { stream: &mut self.stream, context };
        Poll::Ready(match self.socket.read(&mut stream) {
            Ok(Message::Binary(bytes)) if bytes.len() > limits::MESSAGE_BYTES_MAX => Event::TooLarge,
            Ok(Message::Binary(bytes)) => Event::Message(bytes),
            Ok(Message::Text(_)) => Event::Text,
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => Event::Alive,
            Err(error) if waits(&error) => return Poll::Pending,
            Err(Error::Capacity(_)) => Event::TooLarge,
            Ok(Message::Close(_)) | Err(_) => Event::Gone,
        })
    }

    /// Waits until what is being written is written; false if it cannot be. Cancel safe.
    pub async fn flushed(&mut self) -> bool {
        poll_fn(|context| self.poll_flushed(context)).await.is_ok()
    }

    /// Waits for the next thing that the peer says. Cancel safe.
    pub async fn heard(&mut self) -> Event {
        poll_fn(|context| self.poll_read(context)).await
    }
}

fn waits(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == io::ErrorKind::WouldBlock)
}

/// A stream while it is polled: what would wait says so, and wakes whoever polls.
struct Polled<'a, 'b> {
    stream: &'a mut PortStream,
    context: &'a mut Context<'b>,
}

impl Read for Polled<'_, '_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut bytes = ReadBuf::new(bytes);
        at_once(Pin::new(&mut *self.stream).poll_read(self.context, &mut bytes))?;
        Ok(bytes.filled().len())
    }
}

impl Write for Polled<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        at_once(Pin::new(&mut *self.stream).poll_write(self.context, bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        at_once(Pin::new(&mut *self.stream).poll_flush(self.context))
    }
}

fn at_once<T>(poll: Poll<io::Result<T>>) -> io::Result<T> {
    match poll {
        Poll::Ready(done) => done,
        Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
    }
}
