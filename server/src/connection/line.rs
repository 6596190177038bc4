//! What a room has for one connection alone: answers, and where its cursors start.
//!
//! What everybody reads stands in the feed and costs a slow reader nothing but its cursor. What
//! waits here is bounded: a connection that does not take its answers is closed.

use std::collections::VecDeque;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::room::reader::Direct;

/// Answers that may wait for one connection. An honest client has at most
/// [`kakehashi_protocol::limits::IN_FLIGHT_CHANGES_MAX`] changes and as many subscriptions as it
/// may have unanswered. 48 bytes each besides their messages, and nothing while none waits.
pub const DIRECT_MAX: usize = 1_024;
/// Bytes of their messages.
pub const DIRECT_BYTES_MAX: usize = 1024 * 1024;

/// The queue between a room and one connection.
#[derive(Default)]
pub struct Line {
    queue: Mutex<Queue>,
    filled: Notify,
}

#[derive(Default)]
struct Queue {
    items: VecDeque<Direct>,
    bytes: usize,
    overflown: bool,
}

impl Line {
    /// Queues one thing. Says whether there was room; if not, all that waited is gone, and the
    /// connection will find nothing but its end. Wakes nobody: see [`Self::wake`].
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

    /// Wakes the connection.
    pub fn wake(&self) {
        self.filled.notify_one();
    }

    /// Waits for [`Self::wake`]. Cancel safe.
    pub async fn filled(&self) {
        self.filled.notified().await;
    }

    /// Takes all that waits.
    pub fn take(&self) -> VecDeque<Direct> {
        let mut queue = self.queue.lock();
        queue.bytes = 0;
        std::mem::take(&mut queue.items)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
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
