//! What is sent to the server, and when: at once when idle, gathered when much is written.

use kakehashi_protocol::limits;
use kakehashi_protocol::wire::frame::{ClientFrame, Hello, PROTOCOL_VERSION, write_frame};

use crate::client::Client;
use crate::connection::{Doubt, State};
use crate::pending::Claim;

/// Milliseconds from one message with changes to the next: one frame of a 60 Hz screen.
pub const PACE_MS: u64 = 16;

/// What a frame's head and lengths may add to its bytes.
pub(crate) const FRAME_HEAD: usize = 16;

impl Client {
    /// The next message to be sent, if there is one now. A driver whose socket is full does not ask:
    /// what is shown later is then of that moment.
    pub fn poll_transmit(&mut self, now: u64) -> Option<Vec<u8>> {
        let time = self.time(now);
        match self.connection.state {
            State::Greeting { asked_at: None } => {
                self.connection.state = State::Greeting { asked_at: Some(now) };
                Some(self.hello())
            }
            State::Live { .. } => self.gather(time),
            _ => None,
        }
    }

    fn hello(&mut self) -> Vec<u8> {
        let subscriptions = self.subscriptions().into_iter().filter_map(|frame| match frame {
            ClientFrame::Subscribe(subscription) => Some(subscription),
            _ => None,
        });
        let hello = Hello {
            protocol: PROTOCOL_VERSION,
            credential: self.credential.clone(),
            actor: self.actor,
            subscriptions: subscriptions.collect(),
            key: self.key(),
        };
        let mut message = Vec::new();
        write_frame(&mut message, &ClientFrame::Hello(hello));
        message
    }

    fn gather(&mut self, now: u64) -> Option<Vec<u8>> {
        let mut message = Vec::new();
        for document in std::mem::take(&mut self.unsubscribe) {
            write_frame(&mut message, &ClientFrame::Unsubscribe(document));
        }
        for frame in self.subscriptions() {
            write_frame(&mut message, &frame);
        }
        for (actor, queue) in self.pending.0.iter_mut() {
            if queue.claim == Claim::Wanted {
                queue.claim = Claim::Asked;
                write_frame(&mut message, &ClientFrame::Claim { actor: *actor, key: queue.key });
            }
        }
        let doubted = self.connection.doubt == Some(Doubt::Raised);
        if doubted || self.connection.ping_due(now) {
            let nonce = self.connection.pinged(now);
            if doubted {
                self.connection.doubt = Some(Doubt::Asked { nonce, wall: self.wall });
            }
            write_frame(&mut message, &ClientFrame::Ping(nonce));
        }
        if self.changes_at().is_some_and(|at| at <= now) {
            self.gather_changes(&mut message);
            self.sent_at = Some(now);
        }
        if self.presence.due().is_some_and(|at| at <= now)
            && let Some(presence) = self.presence.take(now)
        {
            write_frame(&mut message, &ClientFrame::Presence(presence));
        }
        if !self.waits()
            && let Some(report) = self.presence.take_report()
        {
            write_frame(&mut message, &ClientFrame::Report(report));
        }
        while let Some(ask) = self.call_asks.first()
            && message.len() + ask.len() + FRAME_HEAD <= limits::MESSAGE_BYTES_MAX
        {
            write_frame(&mut message, &ClientFrame::Call(self.call_asks.remove(0)));
        }
        (!message.is_empty()).then_some(message)
    }

    fn gather_changes(&mut self, message: &mut Vec<u8>) {
        // A presence of full length must still fit.
        const ROOM: usize = limits::MESSAGE_BYTES_MAX - limits::PRESENCE_RECORDS_MAX * 2 * 20 - 1024;
        while let Some(actor) = self.pending.next_to_send() {
            let Some(queue) = self.pending.0.get_mut(&actor) else { return };
            let Some(held) = queue.changes.get_mut(queue.in_flight) else { return };
            if message.len() + held.bytes.len() + FRAME_HEAD > ROOM {
                return;
            }
            held.sent = true;
            queue.in_flight += 1;
            self.clock.hear(held.change.stamp(held.change.ops.len() - 1).clock);
            // The frame is made around the bytes, which are kept for a resend.
            let frame = ClientFrame::Change(std::mem::take(&mut held.bytes));
            write_frame(message, &frame);
            if let ClientFrame::Change(bytes) = frame {
                held.bytes = bytes;
            }
        }
    }

    /// When changes may be sent, if there are any.
    fn changes_at(&self) -> Option<u64> {
        // Clocks of what is sent stand for good, so nothing is sent while the time is in doubt.
        if !self.connection.live() || self.hold_until.is_some() || self.connection.doubt.is_some() || self.waits() {
            return None;
        }
        self.pending.next_to_send()?;
        Some(self.sent_at.map_or(0, |at| at + PACE_MS))
    }

    /// When [`Self::poll_transmit`] has something, if it does not now.
    pub(crate) fn transmit_at(&self) -> Option<u64> {
        if !self.connection.live() {
            return None;
        }
        let ask = (self.connection.doubt == Some(Doubt::Raised)).then_some(0);
        let ask = ask.or((!self.call_asks.is_empty()).then_some(0));
        [self.changes_at(), self.presence.due(), ask].into_iter().flatten().min()
    }
}
