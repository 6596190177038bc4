//! Changes that are not answered yet, per writing actor: one's own, and leftovers of actors that are
//! gone.

use std::collections::VecDeque;

use kakehashi_protocol::ids::{ActorId, DocumentId, OpId, RecordId, Stamp};
use kakehashi_protocol::limits;
use kakehashi_protocol::op::{Change, OpBody};
use kakehashi_protocol::sorted::SortedMap;
use kakehashi_protocol::wire::frame::ActorKey;

/// A change that waits for its verdict.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub change: Change,
    pub bytes: Vec<u8>,
    /// Whether it was ever sent: then its bytes are fixed.
    pub sent: bool,
    /// When it was written, by the time that never goes back.
    pub written: u64,
    /// The greatest clock that was there to stay when it was written.
    pub heard: u64,
}

/// Whether the server lets this connection write for an actor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Claim {
    /// To be asked.
    Wanted,
    Asked,
    /// By the hello, or by an answered claim.
    Granted,
    /// Not in this life: the key is wrong, or there are too many.
    Failed,
}

#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub key: ActorKey,
    pub claim: Claim,
    /// In the order of their counters.
    pub changes: VecDeque<Held>,
    /// Everything below has its verdict.
    pub answered: u64,
    /// The device was told to forget everything below.
    pub forgotten: u64,
    /// How many of the first changes were sent on this connection.
    pub in_flight: usize,
    /// How many ops all changes hold.
    pub ops: usize,
}

impl Queue {
    pub fn new(key: ActorKey, answered: u64) -> Self {
        Self { key, claim: Claim::Wanted, changes: VecDeque::new(), answered, forgotten: answered, in_flight: 0, ops: 0 }
    }

    /// The counter after the last change's.
    pub fn end(&self) -> u64 {
        self.changes.back().map_or(self.answered, |held| held.change.end().max(self.answered))
    }

    pub fn push(&mut self, held: Held) {
        self.ops += held.change.ops.len();
        self.changes.push_back(held);
    }

    /// Takes the first change out if it ends at or before `next`.
    pub fn pop_answered(&mut self, next: u64) -> Option<Held> {
        if self.changes.front().is_none_or(|held| held.change.end() > next) {
            self.answered = self.answered.max(next);
            return None;
        }
        self.remove(0)
    }

    /// Takes a change out that begins at `first`.
    pub fn take(&mut self, first: u64) -> Option<Held> {
        let place = self.changes.binary_search_by_key(&first, |held| held.change.first).ok()?;
        self.remove(place)
    }

    fn remove(&mut self, place: usize) -> Option<Held> {
        let held = self.changes.remove(place)?;
        self.ops -= held.change.ops.len();
        if place < self.in_flight {
            self.in_flight -= 1;
        }
        if place == 0 {
            self.answered = self.answered.max(held.change.end());
        }
        Some(held)
    }
}

/// All queues, by actor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pending(pub SortedMap<ActorId, Queue>);

/// An op that waits, with its name and stamp.
pub(crate) type Waiting<'a> = (OpId, Stamp, &'a OpBody);

impl Pending {
    pub fn ops(&self) -> usize {
        self.0.values().map(|queue| queue.ops).sum()
    }

    /// The ops of a document, of one record or of all, in no order.
    pub fn of(&self, document: DocumentId, record: Option<RecordId>) -> impl Iterator<Item = Waiting<'_>> {
        self.0
            .values()
            .flat_map(|queue| &queue.changes)
            .flat_map(|held| held.change.iter())
            .filter(move |(id, _, op)| op.document == document && record.is_none_or(|record| record == target(*id, &op.body)))
            .map(|(id, stamp, op)| (id, stamp, &op.body))
    }

    /// Whose change is sent next. In the order of their clocks, so that what builds on another
    /// actor's op comes after it; `None` also if that one has to wait.
    pub fn next_to_send(&self) -> Option<ActorId> {
        let waiting = self.0.iter().filter(|(_, queue)| queue.claim != Claim::Failed);
        let next = waiting.filter_map(|(actor, queue)| Some((queue.changes.get(queue.in_flight)?.change.clock, *actor)));
        let (_, actor) = next.min()?;
        let queue = &self.0[&actor];
        (queue.claim == Claim::Granted && queue.in_flight < limits::IN_FLIGHT_CHANGES_MAX).then_some(actor)
    }

    /// The connection is gone: everything is to be sent again, and claims to be made again.
    pub fn disconnected(&mut self) {
        for queue in self.0.values_mut() {
            queue.in_flight = 0;
            if queue.claim != Claim::Failed {
                queue.claim = Claim::Wanted;
            }
        }
    }
}

/// The record an op touches or makes; an op of an unknown kind goes by its own name.
pub(crate) fn target(id: OpId, body: &OpBody) -> RecordId {
    body.record().unwrap_or(id)
}
