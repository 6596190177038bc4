//! The line between a room and one connection: answers for it alone, and its seat, from which it
//! reads what everybody reads.
//!
//! What everybody reads stands in the feed and costs a slow reader nothing but its cursor. What
//! waits here is bounded: a connection that does not take its answers is closed.
//!
//! A room delivers from its own task: it writes to each seat whose socket takes the message at once,
//! and wakes a connection only when that one has to go on by itself. Waking a task for each message
//! costs as much as the message.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::wire::{Event, Wire};
use crate::hub::meters::Meters;
use crate::room::feed::Feed;
use crate::room::reader::{Direct, Reader};

/// Answers that may wait for one connection. An honest client has at most
/// [`kakehashi_protocol::limits::IN_FLIGHT_CHANGES_MAX`] changes and as many subscriptions as it
/// may have unanswered. 48 bytes each besides their messages, and nothing while none waits.
pub const DIRECT_MAX: usize = 1_024;
/// Bytes of their messages.
pub const DIRECT_BYTES_MAX: usize = 1024 * 1024;

/// The line between a room and one connection.
#[derive(Default)]
pub struct Line {
    queue: Mutex<Queue>,
    /// Held for as long as reading or writing without waiting takes, by the connection or its room. The
    /// room holds the feed meanwhile and the connection takes it: both read, and only the room's task writes.
    seat: Mutex<Option<Seat>>,
    wanted: Notify,
}

#[derive(Default)]
struct Queue {
    items: VecDeque<Direct>,
    bytes: usize,
    overflown: bool,
}

/// A connection in its room: its socket, and what it has read.
pub struct Seat {
    /// Its socket.
    pub wire: Wire,
    reader: Reader,
}

/// What was written: counted here, and shown to the meters once for all readers of a batch.
#[derive(Default)]
pub struct Sent {
    messages: u64,
    bytes: u64,
}

impl Sent {
    /// Adds it to the meters.
    pub fn count(self, meters: &Meters) {
        if self.messages > 0 {
            meters.messages_out.increment(self.messages);
            meters.bytes_out.increment(self.bytes);
        }
    }
}

/// What became of writing all that there is.
enum Written {
    /// All of it is written.
    All,
    /// The socket takes no more now.
    Stuck,
    /// All of it is written, and there will be no more.
    Last,
    /// The socket is broken.
    Broken,
}

impl Line {
    /// Queues one thing. Says whether there was room; if not, all that waited is gone, and the
    /// connection will find nothing but its end. Wakes nobody: see [`Self::deliver`].
    pub fn push(&self, item: Direct) -> bool {
        let mut queue = self.queue.lock();
        if queue.overflown {
            return false;
        }
        if let Direct::Message(message) = &item {
            queue.bytes += message.len();
        }
        queue.items.push_back(item);
        if queue.items.len() > DIRECT_MAX || queue.bytes > DIRECT_BYTES_MAX {
            *queue = Queue { items: VecDeque::from([Direct::Close]), bytes: 0, overflown: true };
            return false;
        }
        true
    }

    /// Queues a message of somebody who is not the room, and wakes the connection to write it.
    pub fn say(&self, message: Bytes) -> bool {
        let fits = self.push(Direct::Message(message));
        self.wanted.notify_one();
        fits
    }

    /// Takes all that waits.
    pub fn take(&self) -> VecDeque<Direct> {
        let mut queue = self.queue.lock();
        queue.bytes = 0;
        std::mem::take(&mut queue.items)
    }

    /// The connection sits down: from now on its room may write to it.
    pub fn sit(&self, wire: Wire, connection: u32) {
        *self.seat.lock() = Some(Seat { wire, reader: Reader::new(connection) });
    }

    /// The connection gets up, and has its socket for itself again.
    pub fn rise(&self) -> Option<Seat> {
        self.seat.lock().take()
    }

    /// The room's side: writes what the connection has not read, as far as its socket takes it at once.
    /// Where that is not all, the connection is woken to go on.
    pub fn deliver(&self, feed: &Feed, sent: &mut Sent) {
        let mut seat = self.seat.lock();
        // A socket that is already being written to has its connection waiting for it, which goes on.
        let goes_on = seat.as_mut().is_some_and(|seat| {
            seat.wire.stuck_since().is_some()
                || matches!(self.write(seat, feed, sent, &mut Context::from_waker(Waker::noop())), Written::All)
        });
        drop(seat);
        if !goes_on {
            self.wanted.notify_one();
        }
    }

    /// Waits until the room has left something for the connection to do. Cancel safe.
    pub async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// The connection's side: writes what there is, and waits for what its socket has to tell; for messages
    /// only if `reads`. Cancel safe.
    pub async fn event(&self, feed: &RwLock<Feed>, meters: &Meters, reads: bool) -> Event {
        poll_fn(|context| {
            let mut seat = self.seat.lock();
            let Some(seat) = seat.as_mut() else { return Poll::Ready(Event::Gone) };
            match self.write_and_count(seat, feed, meters, context) {
                Written::Broken => return Poll::Ready(Event::Gone),
                Written::Last => return Poll::Ready(Event::Said),
                Written::All | Written::Stuck => {}
            }
            if reads { seat.wire.poll_read(context) } else { Poll::Pending }
        })
        .await
    }

    /// Waits until all is written that there is, and says whether there will be no more; `None` if it
    /// cannot be written.
    pub async fn said(&self, feed: &RwLock<Feed>, meters: &Meters) -> Option<bool> {
        poll_fn(|context| {
            let mut seat = self.seat.lock();
            let Some(seat) = seat.as_mut() else { return Poll::Ready(None) };
            match self.write_and_count(seat, feed, meters, context) {
                Written::All => Poll::Ready(Some(false)),
                Written::Last => Poll::Ready(Some(true)),
                Written::Broken => Poll::Ready(None),
                Written::Stuck => Poll::Pending,
            }
        })
        .await
    }

    /// Since when a message is being written that the socket did not take at once.
    pub fn stuck_since(&self) -> Option<Instant> {
        self.seat.lock().as_ref().and_then(|seat| seat.wire.stuck_since())
    }

    /// Asks the peer for a sign of life, if nothing is being written; [`Self::event`] sends it.
    pub fn ping(&self) {
        if let Some(seat) = self.seat.lock().as_mut() {
            seat.wire.ping();
        }
    }

    fn write_and_count(&self, seat: &mut Seat, feed: &RwLock<Feed>, meters: &Meters, context: &mut Context<'_>) -> Written {
        let mut sent = Sent::default();
        let written = self.write(seat, &feed.read(), &mut sent, context);
        sent.count(meters);
        written
    }

    fn write(&self, seat: &mut Seat, feed: &Feed, sent: &mut Sent, context: &mut Context<'_>) -> Written {
        loop {
            match seat.wire.poll_flushed(context) {
                Poll::Pending => return Written::Stuck,
                Poll::Ready(Err(_)) => return Written::Broken,
                Poll::Ready(Ok(())) => {}
            }
            // The line while the feed stands still: what it acknowledges is in the feed by then, and what
            // may no longer be seen of the feed, it has taken from the reader.
            for direct in self.take() {
                seat.reader.push(direct);
            }
            let Some(next) = seat.reader.gather(feed) else {
                return if seat.reader.closed() { Written::Last } else { Written::All };
            };
            sent.messages += 1;
            sent.bytes += next.len() as u64;
            seat.wire.write(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use kakehashi_protocol::ids::DocumentId;

    use super::*;

    #[test]
    fn who_takes_nothing_is_closed_and_holds_nothing() {
        let line = Line::default();
        let message = || Direct::Message(Bytes::from(vec![0; DIRECT_BYTES_MAX / 8]));
        for _ in 0..8 {
            assert!(line.push(message()));
        }
        assert!(!line.push(message()));
        assert!(!line.push(Direct::Detach(DocumentId::COVER)));
        assert_eq!(line.take(), [Direct::Close]);
    }

    #[test]
    fn who_takes_goes_on() {
        let line = Line::default();
        for _ in 0..10 {
            for _ in 0..DIRECT_MAX {
                assert!(line.push(Direct::Detach(DocumentId::COVER)));
            }
            assert_eq!(line.take().len(), DIRECT_MAX);
        }
    }
}
