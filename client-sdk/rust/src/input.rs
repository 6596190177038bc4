//! What the server sends. A message is taken in as a whole before anybody is told.

use kakehashi_protocol::ids::{ActorId, DocumentId, Seq};
use kakehashi_protocol::op::Op;
use kakehashi_protocol::people::Who;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::verdict::Refusal;
use kakehashi_protocol::wire::frame::{Failure, FailureCode, ServerFrame, Standing, Subscribed, Welcome, read_message};
use kakehashi_protocol::wire::part::{Part, read_part};
use kakehashi_protocol::wire::snapshot::read_snapshot;

use crate::client::Client;
use crate::connection::{Doubt, State};
use crate::event::{Event, NoticeCode, Request};
use crate::pending::{Claim, Held, target};
use crate::person::introduces;
use crate::replica::{BUFFER_BYTES_MAX, Fetch, Reading, Replica};

/// How long changes wait after the server's disk was full, milliseconds.
const DISK_FULL_HOLD_MS: u64 = 5_000;
/// How long changes wait after a gap, milliseconds: answers to what is on its way come first.
const GAP_HOLD_MS: u64 = 250;
/// The first wait before a snapshot is asked for again, milliseconds; it doubles up to 15 s.
pub const SNAPSHOT_RETRY_MS: u64 = 500;

/// A snapshot could not be had; the client asks again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the snapshot could not be fetched")]
pub struct FetchError;

impl Client {
    /// Takes a message of the server in.
    pub fn handle_message(&mut self, now: u64, message: &[u8]) {
        let now = self.time(now);
        if !self.connection.open() {
            return;
        }
        self.connection.heard(now);
        let frames: Vec<ServerFrame> = match read_message(message) {
            Ok(frames) => frames,
            Err(error) => {
                self.events.notice(NoticeCode::Protocol, error.to_string());
                return self.drop_connection(now);
            }
        };
        for frame in frames {
            self.handle_frame(now, frame);
            if !self.connection.open() {
                break;
            }
        }
        self.review_sight();
        self.review_local();
    }

    fn handle_frame(&mut self, now: u64, frame: ServerFrame) {
        if !matches!(
            frame,
            ServerFrame::Part(_) | ServerFrame::Presence(_) | ServerFrame::People(_) | ServerFrame::Stays(_) | ServerFrame::Call(_)
        ) {
            for (document, replica) in self.replicas.iter_mut() {
                replica.caught_up().into_iter().for_each(|record| self.events.touch(*document, record));
            }
        }
        match frame {
            ServerFrame::Welcome(welcome) => self.handle_welcome(now, welcome),
            ServerFrame::Claimed(standing) => {
                if self.pending.0.get(&standing.actor).is_some_and(|queue| queue.claim == Claim::Asked) {
                    self.handle_standing(now, &standing);
                }
            }
            ServerFrame::Subscribed(subscribed) => self.handle_subscribed(subscribed),
            ServerFrame::Part(bytes) => self.handle_part(now, &bytes),
            ServerFrame::Accepted { actor, next } => self.accept(actor, next, &[]),
            ServerFrame::Refused { actor, refusal } => self.refuse(actor, refusal),
            ServerFrame::Gap { actor, expected } => self.handle_gap(now, actor, expected),
            ServerFrame::Presence(shown) => {
                for shown in shown.into_iter().filter(|shown| shown.connection != self.own_connection) {
                    for document in self.presence.show(shown).into_iter().flatten() {
                        self.events.presence(document);
                    }
                }
            }
            ServerFrame::People(people) => {
                for participant in people.into_iter().filter(|participant| participant.connection != self.own_connection) {
                    self.presence.meet(participant);
                    self.events.people();
                }
            }
            ServerFrame::You(own) => self.handle_own(own),
            ServerFrame::Stays(stays) => {
                for stayed in stays {
                    self.presence.stay(stayed);
                }
                self.events.meeting();
            }
            ServerFrame::Call(tell) => self.events.push(Event::Call(tell)),
            ServerFrame::Withdrawn(document) => self.withdraw(document),
            ServerFrame::Behind(document) => self.ask_anew(document),
            ServerFrame::Failed(failure) => self.handle_failure(now, failure),
            ServerFrame::Pong { nonce, server_ms } => self.handle_pong(now, nonce, server_ms),
        }
    }

    /// A pong tells the time as well, if it was in doubt.
    fn handle_pong(&mut self, now: u64, nonce: u32, server_ms: u64) {
        self.connection.answered(now, nonce);
        if let Some(Doubt::Asked { nonce: asked, wall }) = self.connection.doubt
            && asked == nonce
        {
            self.connection.doubt = None;
            self.correct(wall, server_ms);
        }
    }

    fn handle_welcome(&mut self, now: u64, welcome: Welcome) {
        let State::Greeting { asked_at: Some(asked_at) } = self.connection.state else {
            self.events.notice(NoticeCode::Protocol, "a welcome that nobody asked for");
            return self.drop_connection(now);
        };
        self.connection.welcomed(now);
        self.sent_at = None;
        self.presence.connected();
        if self.log != Some(welcome.log) {
            self.log = Some(welcome.log);
            self.book.0.clear();
        }
        self.role = Some(welcome.role);
        // Who has no participant is not told so: a credential brings word with the welcome.
        self.own = None;
        self.sight_changed = true;
        self.ticket = welcome.ticket;
        self.own_connection = welcome.connection;
        if self.connection.doubt.is_none() {
            self.correct(asked_at, welcome.server_ms);
        }
        if let Some(queue) = self.pending.0.get_mut(&self.actor) {
            queue.claim = Claim::Asked;
        }
        self.handle_standing(now, &welcome.standing);
    }

    /// How far the server has heard one of our actors: what it knows is answered, what it does not is
    /// sent again.
    fn handle_standing(&mut self, now: u64, standing: &Standing) {
        let Some(queue) = self.pending.0.get_mut(&standing.actor) else { return };
        queue.claim = Claim::Granted;
        queue.in_flight = 0;
        let forgot = standing.next < queue.answered;
        // Of a leftover more may have been sent than was kept; of our own nothing.
        let invented = standing.actor == self.actor && standing.next > queue.end();
        if forgot || invented {
            return self.renew(now, standing.actor);
        }
        self.accept(standing.actor, standing.next, &standing.refused);
    }

    /// Everything below `next` is answered: accepted, but for `refused`.
    fn accept(&mut self, actor: ActorId, next: u64, refused: &[Refusal]) {
        for refusal in refused {
            self.refuse(actor, *refusal);
        }
        let Some(queue) = self.pending.0.get_mut(&actor) else { return };
        while let Some(held) = queue.pop_answered(next) {
            for (index, op) in held.change.ops.iter().enumerate() {
                let (id, stamp) = (held.change.id(index), held.change.stamp(index));
                if let Some(replica) = self.replicas.get_mut(&op.document) {
                    self.events.touch(op.document, target(id, &op.body));
                    replica.settle(id, stamp, &op.body);
                }
            }
        }
        if queue.forgotten < next {
            queue.forgotten = next;
            self.requests.push_back(Request::Forget { actor, below: next });
        }
        self.release(actor);
    }

    /// A leftover queue that is empty is of no more use.
    fn release(&mut self, actor: ActorId) {
        if actor != self.actor && self.pending.0.get(&actor).is_some_and(|queue| queue.changes.is_empty()) {
            self.pending.0.remove(&actor);
            self.requests.push_back(Request::Release(actor));
        }
    }

    fn refuse(&mut self, actor: ActorId, refusal: Refusal) {
        let mut ops = 0;
        let mut first = refusal.first;
        while first < refusal.first.saturating_add(refusal.count) {
            let Some(held) = self.pending.0.get_mut(&actor).and_then(|queue| queue.take(first)) else { break };
            // Whose name was not taken has lost nothing.
            if !introduces(&held.change) {
                ops += held.change.ops.len();
            }
            first = held.change.end();
            self.take_back(&held);
        }
        if ops > 0 {
            self.events.push(Event::Refused { reason: refusal.reason, ops });
        }
    }

    fn take_back(&mut self, held: &Held) {
        for (id, _, op) in held.change.iter() {
            let record = target(id, &op.body);
            if let Some(replica) = self.replicas.get_mut(&op.document) {
                replica.refuse(op.document, record, &self.pending);
                self.events.touch(op.document, record);
            }
        }
    }

    fn handle_gap(&mut self, now: u64, actor: ActorId, expected: u64) {
        let Some(queue) = self.pending.0.get_mut(&actor) else { return };
        if expected < queue.answered {
            return self.renew(now, actor);
        }
        if self.hold_until.is_none() {
            queue.in_flight = 0;
            self.hold_until = Some(now + GAP_HOLD_MS);
        }
    }

    fn handle_subscribed(&mut self, subscribed: Subscribed) {
        for (number, actor) in subscribed.actors {
            kakehashi_protocol::wire::part::ActorBook::introduce(&mut self.book, number, actor);
        }
        let Some(replica) = self.replicas.get_mut(&subscribed.document) else { return };
        match &mut replica.reading {
            Reading::Asked => {}
            // Asked for twice, and the first answer was taken for the last, which leaves out the rows between.
            Reading::Live if subscribed.snapshot => {}
            Reading::Fetching(fetch) => {
                fetch.floor = fetch.floor.max(subscribed.seq);
                return;
            }
            _ => return,
        }
        if subscribed.snapshot || replica.confirmed.is_none() {
            let fetch = Fetch { floor: subscribed.seq, parts: Vec::new(), bytes: 0, failures: 0, retry_at: None };
            replica.reading = Reading::Fetching(fetch);
            self.requests.push_back(Request::FetchSnapshot { document: subscribed.document, ticket: self.ticket.clone() });
        } else {
            replica.reading = Reading::Live;
            // Whether what was accepted before stands in what is here or is still to come, the next answer tells.
            self.connection.ask |= replica.settled().len() > 0;
            replica.cursor = self.log.map(|log| kakehashi_protocol::ids::Cursor { log, seq: subscribed.seq });
        }
    }

    fn handle_part(&mut self, now: u64, bytes: &[u8]) {
        // A part of a document that is no longer read is read all the same: it may introduce actors.
        let part = match read_part(bytes, &mut self.book) {
            Ok(part) => part,
            Err(error) => {
                self.events.notice(NoticeCode::Protocol, error.to_string());
                return self.drop_connection(now);
            }
        };
        let document = part.document;
        let Some(replica) = self.replicas.get_mut(&document) else { return };
        match &mut replica.reading {
            Reading::Live => self.merge_part(part),
            Reading::Fetching(fetch) => {
                fetch.bytes += bytes.len();
                let full = fetch.bytes > BUFFER_BYTES_MAX;
                fetch.parts.push(part);
                if full {
                    self.unsubscribe.push(document);
                    self.ask_anew(document);
                }
            }
            _ => {}
        }
    }

    /// Merges a part that the document does not have yet.
    fn merge_part(&mut self, part: Part) {
        let Some(replica) = self.replicas.get_mut(&part.document) else { return };
        if replica.cursor.is_some_and(|cursor| part.seq <= cursor.seq) {
            return;
        }
        let mut broken = None;
        for (id, stamp, body) in &part.ops {
            if let Err(reason) = replica.merge(part.document, *id, *stamp, body, &self.pending) {
                broken = Some(reason);
                break;
            }
            self.clock.hear(stamp.clock);
            self.events.touch(part.document, target(*id, body));
        }
        if let Some(cursor) = &mut replica.cursor {
            cursor.seq = part.seq;
        }
        self.sight_changed |= part.document == DocumentId::COVER;
        if broken.is_some() {
            // An accepted op builds on something that is not here: this copy is worth nothing.
            self.unsubscribe.push(part.document);
            self.ask_anew(part.document);
        }
    }

    /// Asks for a document from the beginning; what is shown stays until the snapshot is here.
    fn ask_anew(&mut self, document: DocumentId) {
        if let Some(replica) =
            self.replicas.get_mut(&document).filter(|replica| !matches!(replica.reading, Reading::Parked | Reading::Local))
        {
            replica.cursor = None;
            replica.reading = Reading::Wanted;
        }
    }

    /// The answer to [`Request::FetchSnapshot`]: the body, decompressed.
    pub fn handle_snapshot(&mut self, now: u64, document: DocumentId, snapshot: Result<&[u8], FetchError>) {
        let now = self.time(now);
        let Some(replica) = self.replicas.get_mut(&document) else { return };
        let Reading::Fetching(fetch) = &mut replica.reading else { return };
        let floor = fetch.floor;
        let read = match snapshot {
            Ok(bytes) => read_snapshot(bytes).inspect_err(|error| self.events.notice(NoticeCode::Protocol, error.to_string())).ok(),
            Err(FetchError) => None,
        };
        let fits = read.filter(|snapshot| snapshot.id == document && Some(snapshot.cursor.log) == self.log && snapshot.cursor.seq >= floor);
        let Some(snapshot) = fits else {
            let ceiling = (SNAPSHOT_RETRY_MS << fetch.failures.min(5)).min(15_000);
            fetch.failures += 1;
            fetch.retry_at = Some(now + ceiling / 2 + self.rng.up_to(ceiling / 2));
            return;
        };
        let parts = std::mem::take(&mut fetch.parts);
        self.clock.hear(replica.restore(document, snapshot.document, &self.pending));
        replica.cursor = Some(snapshot.cursor);
        replica.reading = Reading::Live;
        self.sight_changed |= document == DocumentId::COVER;
        for part in parts {
            // A part that breaks the copy asks for it anew; the others are then of no use.
            if self.replicas.get(&document).is_some_and(|replica| matches!(replica.reading, Reading::Live)) {
                self.merge_part(part);
            }
        }
        self.events.touch_all(document);
        if document == DocumentId::COVER {
            // Pages that were asked for by a cover the server no longer has.
            self.await_listing(true);
        }
        self.review_sight();
        self.review_local();
    }

    pub(crate) fn retry_snapshots(&mut self, now: u64) {
        for (document, replica) in self.replicas.iter_mut() {
            if let Reading::Fetching(fetch) = &mut replica.reading
                && fetch.retry_at.is_some_and(|at| at <= now)
            {
                fetch.retry_at = None;
                self.requests.push_back(Request::FetchSnapshot { document: *document, ticket: self.ticket.clone() });
            }
        }
    }

    /// A document may no longer be seen: nothing of it stays but what the person wrote and nobody has.
    /// Whoever had it open reads it anew once it is shown again.
    pub(crate) fn withdraw(&mut self, document: DocumentId) {
        let ops: Vec<Op> = self.pending.of(document, None).map(|(_, _, body)| Op { document, body: body.clone() }).collect();
        if !ops.is_empty() {
            self.drafts.or_default(document).extend(ops);
        }
        // Until the cover or the own role has changed there is no use in asking for it.
        self.veiled.insert(document, ());
        let gone = self.replicas.remove(&document);
        self.events.forget(document);
        self.events.push(Event::Withdrawn(document));
        if gone.is_some_and(|gone| !matches!(gone.reading, Reading::Parked)) {
            self.replicas.insert(document, Replica::new(Reading::Absent, None, document, &self.pending));
        }
    }

    fn handle_failure(&mut self, now: u64, failure: Failure) {
        let Failure { code, detail } = failure;
        let welcomed = self.connection.live();
        match code {
            FailureCode::UnknownBoard | FailureCode::Version | FailureCode::Credential => {
                self.events.notice(NoticeCode::Failure(code), detail);
                self.stop();
                self.events.push(Event::Stopped(code));
            }
            // Somebody has our name: it was made anew by a device whose randomness is not.
            FailureCode::WrongKey if !welcomed => {
                let actor = self.actor;
                self.renew(now, actor);
            }
            FailureCode::WrongKey | FailureCode::Limit => {
                self.fail_claims();
                self.events.notice(NoticeCode::Failure(code), detail);
                if code.ends() {
                    self.drop_connection(now);
                }
            }
            FailureCode::DiskFull => {
                for queue in self.pending.0.values_mut() {
                    queue.in_flight = 0;
                }
                self.hold_until = Some(now + DISK_FULL_HOLD_MS);
                self.events.notice(NoticeCode::Failure(code), detail);
            }
            // A standing sets it right.
            FailureCode::ForeignActor | FailureCode::Conflict => {
                self.events.notice(NoticeCode::Failure(code), detail);
                self.drop_connection(now);
            }
            FailureCode::Restart => self.drop_connection(now),
            FailureCode::UnknownDocument => {
                self.await_listing(false);
                self.events.notice(NoticeCode::Failure(code), detail);
            }
            _ => {
                self.events.notice(NoticeCode::Failure(code), detail);
                if code.ends() {
                    self.drop_connection(now);
                }
            }
        }
    }

    fn fail_claims(&mut self) {
        let own = self.actor;
        for (_, queue) in self.pending.0.iter_mut().filter(|(actor, queue)| **actor != own && queue.claim == Claim::Asked) {
            queue.claim = Claim::Failed;
        }
    }

    /// Who writes here; the role is the greatest while it is not known, for the verdict comes later.
    pub(crate) fn who(&self) -> Who {
        Who { role: self.role.unwrap_or(Role::Host), participant: self.own.and_then(|own| own.participant) }
    }

    /// Where a document is read to; `None` if there is no state of it.
    #[must_use]
    pub fn read_to(&self, document: DocumentId) -> Option<Seq> {
        Some(self.replicas.get(&self.resolve_document(document))?.cursor?.seq)
    }
}
