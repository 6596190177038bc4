//! From offered changes to durable rows: what waits, what is judged, and what becomes of a batch.

use std::collections::BTreeSet;

use kakehashi_protocol::ids::{ActorId, Seq};
use kakehashi_protocol::limits;
use kakehashi_protocol::op::Change;
use kakehashi_protocol::people::{Who, session};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::verdict::Refusal;
use kakehashi_protocol::wire::frame::{FailureCode, ServerFrame};
use kakehashi_protocol::wire::row::{Entry, Introduction, LogActors, Row, Verdict, write_row};

use crate::room::actors::{Offer, UNKNOWN_HASH, hash_change};

use super::meeting::Task;
use super::people::Connection;
use super::sessions::Turn;
use super::{AppendFailure, ConnectionId, Loaded, Now, Output, RoomCore, frame};

/// Changes that may wait for the batch under way, all connections together. Beyond it a connection
/// is told that the server is busy; at 200 bytes each this is 3 MiB.
const WAITING_MAX: usize = 16_384;

/// Bytes of changes that may wait before [`RoomCore::crowded`] asks the driver to bring no more: the
/// disk is behind, and the rest waits in the senders' sockets.
const WAITING_BYTES_MAX: usize = 1024 * 1024;

/// Bytes of changes after which a row takes no more. The last change may be as long as
/// [`limits::CHANGE_BYTES_MAX`], and a row's part still fits a message.
pub const ROW_BYTES_MAX: usize = limits::MESSAGE_BYTES_MAX / 4;

/// What each reader adds to the time a batch waits for more, microseconds, up to [`GATHER_US_FRAME`]:
/// a write to a reader costs some microseconds whatever it carries, so fewer and larger ones are
/// the lever. Ten readers wait 1.8 ms in all, which nobody sees.
const GATHER_US_PER_READER: u64 = 167;

/// One frame of a 60 Hz screen: what is gathered within it would be painted together anyway.
const GATHER_US_FRAME: u64 = 16_667;

/// What each reader adds besides, microseconds, up to [`GATHER_US_LATER`]: writing to a thousand readers
/// takes some milliseconds of itself, and must not fill the time between two batches.
const GATHER_US_PER_READER_LATER: u64 = 13;

/// What all readers add besides at the most: a thousand and more.
const GATHER_US_LATER: u64 = 13_333;

/// Rows after which the room asks for a checkpoint, so that loading stays quick: reading a thousand
/// rows takes some milliseconds.
const CHECKPOINT_ROWS: u64 = 2_048;

pub(super) enum Waiting {
    /// To be judged here. Who wrote it counts also if the connection is gone by now, for what was sent
    /// before leaving was meant; their role is what the cover says when it is judged.
    Change(ConnectionId, Who, Box<Change>),
    /// To be written by the server.
    Task(Task),
    /// Judged by another log.
    Decided(Box<Entry>, Option<Introduction>),
}

impl Waiting {
    /// About how many bytes it takes in a row.
    fn size(&self) -> usize {
        match self {
            Self::Change(_, _, change) => change_size(change),
            Self::Task(_) => TASK_BYTES,
            Self::Decided(entry, _) => match &entry.verdict {
                Verdict::Accepted(change) => change_size(change),
                Verdict::Refused { .. } => 16,
            },
        }
    }
}

/// About how many bytes what the server writes by itself takes.
const TASK_BYTES: usize = 100;

/// The batch that is being written.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) row: Row,
    /// Whether it may change what anybody may do or see.
    pub(super) governs: bool,
    /// The sessions that begin and end by it.
    pub(super) turns: Vec<Turn>,
    pub(super) waiters: BTreeSet<(ConnectionId, ActorId)>,
}

impl RoomCore {
    /// A connection offers a change.
    pub fn handle_change(&mut self, now: Now, connection: ConnectionId, change: Change) {
        let Some(known) = self.connections.get(&connection) else { return };
        if !known.actors.contains(&change.actor) {
            let detail = format!("this connection does not write for actor {}", change.actor);
            return self.fail(connection, FailureCode::ForeignActor, detail);
        }
        if self.waiting.len() >= WAITING_MAX {
            return self.fail(connection, FailureCode::Busy, "too many changes wait for the disk".into());
        }
        let who = known.writes_as();
        self.wait(Waiting::Change(connection, who, Box::new(change)));
        self.start_batch(now);
    }

    /// Another log of the same board brings what it has decided: it is taken as it is (SPEC LINK-1).
    /// Entries must come in that log's order; what is known already is passed over.
    pub fn handle_replicated(&mut self, now: Now, entries: impl IntoIterator<Item = (Entry, Option<Introduction>)>) {
        for (entry, introduction) in entries {
            self.wait(Waiting::Decided(Box::new(entry), introduction));
        }
        self.start_batch(now);
    }

    pub(super) fn wait(&mut self, waiting: Waiting) {
        self.waiting_bytes += waiting.size();
        self.waiting.push_back(waiting);
    }

    /// Whether so much waits for the disk that the driver should bring no more before the next batch.
    #[must_use]
    pub fn crowded(&self) -> bool {
        self.waiting_bytes >= WAITING_BYTES_MAX || self.waiting.len() >= WAITING_MAX / 2
    }

    /// How long a batch waits for more after the one before it, microseconds. What the disk takes is
    /// taken off: on a slow one that gathers enough, and nobody waits for both.
    #[must_use]
    pub fn gather_us(&self) -> u64 {
        let readers = self.connections.len() as u64;
        let gather = (readers * GATHER_US_PER_READER).min(GATHER_US_FRAME) + (readers * GATHER_US_PER_READER_LATER).min(GATHER_US_LATER);
        gather.saturating_sub(self.disk_us)
    }

    /// How many ops of the batch under way are accepted and refused.
    #[must_use]
    pub fn batch_ops(&self) -> (u64, u64) {
        let mut counts = (0, 0);
        for entry in self.batch.iter().flat_map(|batch| &batch.row.entries) {
            match &entry.verdict {
                Verdict::Accepted(change) => counts.0 += change.ops.len() as u64,
                Verdict::Refused { refusal, .. } => counts.1 += refusal.count,
            }
        }
        counts
    }

    /// The batch is durable as row `seq`.
    pub fn handle_committed(&mut self, now: Now, seq: Seq) {
        let Some(batch) = self.batch.take() else { return };
        assert_eq!(seq, self.state.end.next(), "one batch is one row");
        self.disk_us = now.mono_us.saturating_sub(self.appended_at);
        if batch.governs {
            self.review();
        }
        self.state.publish(seq, &batch.row).into_iter().for_each(|row| self.outputs.push_back(Output::Publish(row)));
        for (connection, actor) in batch.waiters.iter().filter(|(connection, _)| self.connections.contains_key(connection)) {
            let mut message = Vec::new();
            for entry in &batch.row.entries {
                if let Verdict::Refused { actor: refused, refusal } = &entry.verdict
                    && refused == actor
                {
                    frame(&mut message, &ServerFrame::Refused { actor: *actor, refusal: *refusal });
                }
            }
            frame(&mut message, &ServerFrame::Accepted { actor: *actor, next: self.state.actors.next(*actor) });
            self.outputs.push_back(Output::Send { connection: *connection, message: message.into() });
        }
        self.answer_snapshots();
        self.answer_wanted();
        if batch.governs {
            self.show_on_new_pages();
            if self.any_admitted() {
                self.do_later(Task::Admit);
            }
            self.meeting_changed();
            self.look_after_meeting(now);
        }
        self.start_batch(now);
    }

    /// The batch could not be written. Nothing of it was seen by anybody; its authors keep it.
    pub fn handle_append_failed(&mut self, failure: AppendFailure) {
        let Some(batch) = self.batch.take() else { return };
        let connections: BTreeSet<ConnectionId> = batch.waiters.iter().map(|(connection, _)| *connection).collect();
        let (code, detail) = match failure {
            AppendFailure::DiskFull => (FailureCode::DiskFull, "the server's disk is full; nothing was accepted"),
            AppendFailure::Broken => (FailureCode::Damaged, "the server could not write to its disk; nothing was accepted"),
        };
        for connection in connections {
            self.fail(connection, code, detail.into());
        }
        // What waits stays: it is judged again on the board as it is read anew, and what built on the
        // lost batch is answered with the counter that is missing.
        self.keys.extend(batch.row.introductions.iter().map(|introduction| (introduction.actor, introduction.key)));
        self.reloading = true;
        self.outputs.push_back(Output::Reload);
    }

    /// The board was read anew after [`Output::Reload`].
    ///
    /// If the log turns out to hold the row that seemed to have failed, no reader has seen it: all
    /// connections end and come back, and the driver takes [`Self::feed`] anew.
    pub fn handle_reloaded(&mut self, now: Now, mut state: Loaded) {
        if state.end == self.state.end {
            // Readers go on in the feed they have: nothing was published that is not in the log.
            state.feed = std::mem::take(&mut self.state.feed);
            state.announced = std::mem::take(&mut self.state.announced);
            self.state = state;
        } else {
            self.state = state;
            for connection in self.connections.keys().copied().collect::<Vec<_>>() {
                self.fail(connection, FailureCode::Restart, "the board was read anew; connect again".into());
            }
        }
        self.reloading = false;
        self.come_again();
        self.answer_wanted();
        self.answer_snapshots();
        self.start_batch(now);
    }

    /// Whether enough rows have come since the last checkpoint, and none is under way.
    #[must_use]
    pub fn checkpoint_due(&self) -> bool {
        self.batch.is_none() && !self.reloading && self.state.end.0 >= self.state.checkpoint.0 + CHECKPOINT_ROWS
    }

    /// A checkpoint of the durable state, or `None` if nothing changed since the last, or a batch is
    /// under way. Documents unchanged since the last are left out, so the driver takes the next only
    /// when this one is saved or has failed; see [`Self::handle_checkpoint_saved`].
    #[must_use]
    pub fn take_checkpoint(&self) -> Option<crate::room::load::Checkpoint> {
        let nothing = self.batch.is_some() || self.reloading || self.state.checkpoint == self.state.end;
        (!nothing).then(|| crate::room::load::take_checkpoint(&self.state))
    }

    /// The checkpoint of row `seq` is durable. One that failed is not told: the next holds its documents too.
    pub fn handle_checkpoint_saved(&mut self, seq: Seq) {
        self.state.checkpoint = self.state.checkpoint.max(seq);
    }

    pub(super) fn start_batch(&mut self, now: Now) {
        if self.batch.is_some() || self.reloading || self.waiting.is_empty() || now.mono_us < self.appended_at + self.gather_us() {
            return;
        }
        let mut batch = Batch::default();
        let mut size = 0;
        while size < ROW_BYTES_MAX
            && let Some(waiting) = self.waiting.pop_front()
        {
            self.waiting_bytes -= waiting.size();
            size += match waiting {
                Waiting::Change(connection, who, change) => self.decide(now, &mut batch, connection, who, *change),
                Waiting::Task(task) => self.perform(now, &mut batch, task),
                Waiting::Decided(entry, introduction) => self.take_over(&mut batch, *entry, introduction),
            };
        }
        if batch.row.entries.is_empty() {
            return;
        }
        self.appended_at = now.mono_us;
        let body = write_row(&batch.row, &mut &self.state.actors).into();
        self.batch = Some(batch);
        self.outputs.push_back(Output::Append { expected_end: self.state.end, body });
    }

    /// Judges a change and puts its verdict into the batch; gives its size there.
    fn decide(&mut self, now: Now, batch: &mut Batch, connection: ConnectionId, who: Who, change: Change) -> usize {
        let who = self.connections.get(&connection).map_or(who, Connection::writes_as);
        let actor = change.actor;
        match self.state.actors.offer(&change) {
            Offer::New => {}
            Offer::Gap { expected } => {
                self.send(connection, &ServerFrame::Gap { actor, expected });
                return 0;
            }
            Offer::Conflict => {
                let detail = format!("op {} was written before with other bytes", change.id(0));
                self.fail(connection, FailureCode::Conflict, detail);
                return 0;
            }
            Offer::Resent => {
                let in_batch = batch.row.entries.iter().any(|entry| entry.verdict.actor() == actor);
                if in_batch {
                    batch.waiters.insert((connection, actor));
                } else {
                    self.answer_resend(connection, &change);
                }
                return 0;
            }
        }
        let size = change_size(&change);
        let hash = hash_change(&change);
        self.introduce(batch, actor, None);
        let before = self.governed(batch, &change);
        let verdict = match self.state.board.judge(who, &change, now.wall_ms) {
            Ok(()) => Verdict::Accepted(change),
            Err(reason) => {
                let refusal = Refusal { first: change.first, count: change.ops.len() as u64, reason };
                Verdict::Refused { actor, refusal }
            }
        };
        if let Verdict::Accepted(change) = &verdict {
            // Half a change must never be shown or saved: the room stops here and is read anew.
            let merged = self.state.board.merge(change);
            assert!(merged.is_ok(), "what was judged merges: {merged:?}");
        }
        if let Some(before) = before {
            self.note_turns(batch, before, now.wall_ms, Some(connection), actor);
        }
        self.state.actors.decided(&verdict, hash);
        batch.waiters.insert((connection, actor));
        batch.row.entries.push(Entry { accepted_ms: now.wall_ms, verdict });
        size
    }

    /// Puts what the server itself writes into the batch; gives its size there.
    pub(super) fn write_own(&mut self, now: Now, batch: &mut Batch, change: Change) -> usize {
        // A limit that is reached: somebody then stays without a record, and nobody's work is touched.
        if self.state.board.judge(Role::Server, &change, now.wall_ms).is_err() {
            return 0;
        }
        let (size, hash) = (change_size(&change), hash_change(&change));
        batch.governs |= self.governs(&change);
        self.introduce(batch, change.actor, None);
        let merged = self.state.board.merge(&change);
        assert!(merged.is_ok(), "what was judged merges: {merged:?}");
        let verdict = Verdict::Accepted(change);
        self.state.actors.decided(&verdict, hash);
        batch.row.entries.push(Entry { accepted_ms: now.wall_ms, verdict });
        size
    }

    /// Puts another log's entry into the batch.
    fn take_over(&mut self, batch: &mut Batch, entry: Entry, introduction: Option<Introduction>) -> usize {
        let actor = entry.verdict.actor();
        if entry.verdict.first() != self.state.actors.next(actor) {
            return 0;
        }
        let (size, hash) = match &entry.verdict {
            Verdict::Accepted(change) => {
                let before = self.governed(batch, change);
                // What does not fit yet is left out, and with it all its actor wrote later: the link brings it again.
                if self.state.board.fits(change).is_err() || self.state.board.merge(change).is_err() {
                    return 0;
                }
                if let Some(before) = before {
                    self.note_turns(batch, before, entry.accepted_ms, None, actor);
                }
                (change_size(change), hash_change(change))
            }
            Verdict::Refused { .. } => (16, UNKNOWN_HASH),
        };
        self.introduce(batch, actor, introduction);
        self.state.actors.decided(&entry.verdict, hash);
        batch.row.entries.push(entry);
        size
    }

    /// Notes whether a change may touch what anybody may do or see. If so, gives the session that is on before it.
    fn governed(&self, batch: &mut Batch, change: &Change) -> Option<Option<i64>> {
        let governs = self.governs(change);
        batch.governs |= governs;
        governs.then(|| session(&self.state.board))
    }

    fn introduce(&mut self, batch: &mut Batch, actor: ActorId, introduction: Option<Introduction>) {
        if self.state.actors.get(actor).is_some() {
            return;
        }
        let key = self.keys.remove(&actor).unwrap_or_default();
        let introduction = introduction.unwrap_or(Introduction { actor, key });
        self.state.actors.introduce(introduction);
        batch.row.introductions.push(introduction);
    }

    fn answer_resend(&mut self, connection: ConnectionId, change: &Change) {
        let actor = change.actor;
        let refused: Vec<Refusal> = self
            .state
            .actors
            .get(actor)
            .map(|known| known.refused.iter().filter(|refusal| (change.first..change.end()).contains(&refusal.first)).copied().collect())
            .unwrap_or_default();
        let mut message = Vec::new();
        for refusal in refused {
            frame(&mut message, &ServerFrame::Refused { actor, refusal });
        }
        frame(&mut message, &ServerFrame::Accepted { actor, next: self.standing(actor).next });
        self.outputs.push_back(Output::Send { connection, message: message.into() });
    }
}

/// About how many bytes a change takes in a row and in its parts.
#[must_use]
pub fn change_size(change: &Change) -> usize {
    change.ops.iter().map(|op| 16 + body_size(&op.body)).sum()
}

fn body_size(body: &kakehashi_protocol::op::OpBody) -> usize {
    use kakehashi_protocol::op::{OpBody, Property};
    let properties = |properties: &[Property]| properties.iter().map(|property| property.value.len() + 3).sum();
    match body {
        OpBody::Create { properties: list, .. } | OpBody::Set { properties: list, .. } => properties(list),
        OpBody::AppendInk { ink, .. } => ink.len(),
        OpBody::InsertText { text, .. } => text.len(),
        OpBody::MarkText { spans, .. } => spans.len() * 6,
        OpBody::Purge { .. } => 0,
        OpBody::Unknown { body, .. } => body.len(),
    }
}

#[cfg(test)]
mod tests {
    use kakehashi_protocol::ids::{DocumentId, LogId};
    use kakehashi_protocol::op::{Op, OpBody};
    use kakehashi_protocol::wire::frame::Hello;

    use super::*;
    use crate::room::load::{first_row, load};

    fn at(mono_us: u64) -> Now {
        Now { wall_ms: 1_000, mono_us }
    }

    #[test]
    fn what_the_disk_takes_counts_as_gathering() {
        let first = first_row(ActorId(1), &[0; 16], 1);
        let mut core = RoomCore::new(load(LogId([1; 16]), None, &[(Seq(1), first)]).expect("a board"));
        for connection in 2..=101 {
            let actor = ActorId(connection.into());
            let hello = Hello { protocol: 1, credential: Vec::new(), actor, key: [1; 16], subscriptions: Vec::new() };
            core.handle_join(at(0), connection, Role::Member, &hello, String::new());
        }
        let gather = core.gather_us();
        let began = 1_000_000;
        for first in 1..=2 {
            let body = OpBody::Unknown { kind: 900, body: Vec::new() };
            let ops = vec![Op { document: DocumentId::COVER, body }];
            let change = Change { actor: ActorId(2), first, clock: 1_000, hand: 0, gesture: 1, ops };
            core.handle_change(at(began), 2, change);
        }
        assert_eq!(core.poll_timeout(), None, "one batch at a time");
        core.handle_committed(at(began + 4_000), Seq(2));
        assert_eq!(core.poll_timeout(), Some(began + gather - 4_000));
        core.handle_timeout(at(began + gather));
        core.handle_committed(at(began + gather + 50_000), Seq(3));
        assert_eq!(core.gather_us(), 0, "a disk slower than gathering gathers enough");
    }
}
