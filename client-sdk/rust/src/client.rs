//! The client's state, and opening and closing of documents.

use std::collections::VecDeque;

use kakehashi_protocol::codec::{ActorNames, DecodeError};
use kakehashi_protocol::document::{Document, Store};
use kakehashi_protocol::ids::{ActorId, DocumentId, LogId, OpId};
use kakehashi_protocol::limits;
use kakehashi_protocol::op::{Change, Op};
use kakehashi_protocol::people::{ATTENDANCE, LOBBY, TALK};
use kakehashi_protocol::presence::Presence;
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::Kind;
use kakehashi_protocol::sorted::SortedMap;
use kakehashi_protocol::undo::UndoStacks;
use kakehashi_protocol::wire::frame::{ActorKey, ClientFrame, Own};
use kakehashi_protocol::wire::part::ActorBook;

use crate::clock::Clock;
use crate::connection::{Connection, DEAD_MS, Doubt, Due, State};
use crate::event::{Event, Events, NoticeCode, Request, Status};
use crate::pending::{Claim, Held, Pending, Queue, target};
use crate::presence::PresenceBook;
use crate::replica::{Reading, Replica};
use crate::rng::Rng;

/// Documents whose state is kept after they were closed, so that a page that was shown can be shown
/// again without a connection. The oldest is forgotten beyond it; a full page weighs some 20 MB.
pub const PARKED_MAX: usize = 16;

/// Who the client is. Random, and never used twice (SPEC ID-1).
#[derive(Clone, Debug)]
pub struct Config {
    /// The page load, or start of a native client; not zero.
    pub actor: ActorId,
    /// What proves that it is this actor: 128 random bits.
    pub key: ActorKey,
    /// Random: jitter and, should a server lose what it had confirmed, the next actor are drawn from
    /// it and the key.
    pub seed: u64,
    /// What proves who the participant is; empty for a guest with the link.
    pub credential: Vec<u8>,
}

/// Actors by the log's numbers.
#[derive(Default, Debug)]
pub(crate) struct Book(pub SortedMap<u64, ActorId>);

impl ActorNames for Book {
    fn name(&self, number: u64) -> Result<ActorId, DecodeError> {
        if number == 0 {
            return Ok(ActorId(0));
        }
        self.0.get(&number).copied().ok_or(DecodeError::UnknownActor(number))
    }
}

impl ActorBook for Book {
    fn introduce(&mut self, number: u64, actor: ActorId) {
        self.0.insert(number, actor);
    }
}

/// A client of one board. See the head of the crate for how it is driven.
#[derive(Debug)]
pub struct Client {
    pub(crate) actor: ActorId,
    pub(crate) credential: Vec<u8>,
    pub(crate) rng: Rng,
    pub(crate) clock: Clock,
    /// What the server lets it do; `None` before the first welcome.
    pub(crate) role: Option<Role>,
    /// What it is in the meeting, if it came with a credential.
    pub(crate) own: Option<Own>,
    /// Until when what each actor made is set aside.
    pub(crate) aside: SortedMap<ActorId, u64>,
    /// Pages of which the device was told that they are not to be seen.
    pub(crate) veiled: SortedMap<DocumentId, ()>,
    /// What may be seen has perhaps changed.
    pub(crate) sight_changed: bool,
    pub(crate) log: Option<LogId>,
    pub(crate) book: Book,
    pub(crate) ticket: String,
    pub(crate) own_connection: u32,
    /// The own actor always has its queue.
    pub(crate) pending: Pending,
    /// Every actor it has written for: what they wrote comes back from the log.
    pub(crate) ours: SortedMap<ActorId, ()>,
    pub(crate) replicas: SortedMap<DocumentId, Replica>,
    pub(crate) stacks: UndoStacks,
    pub(crate) gesture: u32,
    pub(crate) connection: Connection,
    pub(crate) presence: PresenceBook,
    pub(crate) unsubscribe: Vec<DocumentId>,
    /// What the app asks of the board's call.
    pub(crate) call_asks: Vec<String>,
    pub(crate) requests: VecDeque<Request>,
    pub(crate) events: Events,
    pub(crate) sent_at: Option<u64>,
    /// Changes wait until then: the server asked for time.
    pub(crate) hold_until: Option<u64>,
    /// Names that unsaved records had before a renewal.
    pub(crate) renamed: SortedMap<OpId, OpId>,
    pub(crate) drafts: SortedMap<DocumentId, Vec<Op>>,
    parkings: u64,
    /// Whether the driver keeps documents.
    pub(crate) recalls: bool,
    /// The device's clock when it was last told.
    pub(crate) wall: u64,
    /// How far the device's clock was ever set back, milliseconds: timers run on regardless.
    pub(crate) set_back: u64,
    /// The device's clock leapt since it was last compared with the server's.
    pub(crate) leapt: bool,
}

impl Client {
    /// A client that has not connected yet. The cover is open from the start.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let (low, high) = config.key.split_at(8);
        let word = |bytes: &[u8]| bytes.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte));
        let pending = Pending(SortedMap::from([(config.actor, Queue::new(config.key, 1))]));
        let cover = Replica::new(Reading::Wanted, None, DocumentId::COVER, &pending);
        Self {
            actor: config.actor,
            credential: config.credential,
            rng: Rng::new(&[config.seed, word(low), word(high), config.actor.0]),
            clock: Clock::default(),
            role: None,
            own: None,
            aside: SortedMap::new(),
            veiled: SortedMap::new(),
            sight_changed: false,
            log: None,
            book: Book::default(),
            ticket: String::new(),
            own_connection: 0,
            pending,
            ours: SortedMap::from([(config.actor, ())]),
            replicas: SortedMap::from([(DocumentId::COVER, cover)]),
            stacks: UndoStacks::default(),
            gesture: 0,
            connection: Connection::new(),
            presence: PresenceBook::default(),
            unsubscribe: Vec::new(),
            call_asks: Vec::new(),
            requests: VecDeque::new(),
            events: Events::default(),
            sent_at: None,
            hold_until: None,
            renamed: SortedMap::new(),
            drafts: SortedMap::new(),
            parkings: 0,
            recalls: false,
            wall: 0,
            set_back: 0,
            leapt: false,
        }
    }

    /// The time that timers go by: the device's clock, but never going back.
    pub(crate) fn time(&mut self, now: u64) -> u64 {
        self.set_back += self.wall.saturating_sub(now);
        // The clock is looked at every few seconds: the device slept, or its clock was set.
        if now.abs_diff(self.wall) > DEAD_MS {
            self.leapt = true;
            if self.connection.open() {
                self.connection.doubt = Some(Doubt::Raised);
            }
        }
        self.wall = now;
        now + self.set_back
    }

    /// What the next hello shows: credentials last for minutes, and clients for hours.
    pub fn set_credential(&mut self, credential: Vec<u8>) {
        self.credential = credential;
    }

    /// The name it writes under. It changes only with [`Event::Renewed`].
    #[must_use]
    pub const fn actor(&self) -> ActorId {
        self.actor
    }

    /// The key of [`Self::actor`].
    #[must_use]
    pub fn key(&self) -> ActorKey {
        self.own().key
    }

    pub(crate) fn own(&self) -> &Queue {
        // The own actor's queue is put in by `new` and `renew`, and taken out by nobody.
        &self.pending.0[&self.actor]
    }

    /// What the server lets this client do; `None` before the first welcome.
    #[must_use]
    pub const fn role(&self) -> Option<Role> {
        self.role
    }

    /// Whether the server is reached. `Offline` comes after five seconds without a connection.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.connection.status
    }

    /// Ops that the server has not answered, leftovers of other actors included.
    #[must_use]
    pub fn unsaved(&self) -> usize {
        self.pending.ops()
    }

    /// How far the device's clock is behind the server's, milliseconds; 0 until it was measured.
    #[must_use]
    pub const fn clock_offset_ms(&self) -> i64 {
        self.clock.offset
    }

    /// Begins to connect, and goes on until [`Self::disconnect`].
    pub fn connect(&mut self, now: u64) {
        let now = self.time(now);
        if matches!(self.connection.state, State::Idle | State::Stopped) {
            self.connection.status = Status::Connecting;
            self.connection.opening(now);
            self.requests.push_back(Request::Connect);
        }
    }

    /// Leaves. What is pending stays pending.
    pub fn disconnect(&mut self) {
        if !matches!(self.connection.state, State::Idle | State::Stopped) {
            self.requests.push_back(Request::Disconnect);
            self.lost_connection();
        }
        self.connection.left(State::Idle);
    }

    /// The driver's connection is open: [`Self::poll_transmit`] gives the hello.
    pub fn handle_connected(&mut self, now: u64) {
        let now = self.time(now);
        if matches!(self.connection.state, State::Opening { .. }) {
            self.connection.opened(now);
        }
    }

    /// The driver's connection closed, or could not be opened.
    pub fn handle_disconnected(&mut self, now: u64) {
        let now = self.time(now);
        if self.connection.open() || matches!(self.connection.state, State::Opening { .. }) {
            self.lost_connection();
            self.connection.lost(now, &mut self.rng);
        }
    }

    /// The network is another, or the device woke up: tries at once, or asks whether the connection
    /// still lives.
    pub fn network_changed(&mut self, now: u64) {
        let time = self.time(now);
        self.connection.probe(time);
        self.handle_timeout(now);
    }

    /// Drops the connection and tries again later.
    pub(crate) fn drop_connection(&mut self, now: u64) {
        self.requests.push_back(Request::Disconnect);
        self.lost_connection();
        self.connection.lost(now, &mut self.rng);
    }

    /// Gives up: there is no such board, or not for this client.
    pub(crate) fn stop(&mut self) {
        self.requests.push_back(Request::Disconnect);
        self.lost_connection();
        self.connection.left(State::Stopped);
    }

    fn lost_connection(&mut self) {
        self.pending.disconnected();
        self.unsubscribe.clear();
        self.call_asks.clear();
        self.hold_until = None;
        if self.presence.has_people() {
            self.events.people();
        }
        for document in self.presence.clear() {
            self.events.presence(document);
        }
        for replica in self.replicas.values_mut() {
            if matches!(replica.reading, Reading::Asked | Reading::Live | Reading::Fetching(_) | Reading::Absent) {
                replica.reading = Reading::Wanted;
            }
        }
    }

    /// Time has passed. Calling it early does no harm.
    pub fn handle_timeout(&mut self, now: u64) {
        let now = self.time(now);
        match self.connection.due(now) {
            Some(Due::Connect) => {
                self.connection.opening(now);
                self.requests.push_back(Request::Connect);
            }
            Some(Due::Dead) => self.drop_connection(now),
            None => {}
        }
        if self.hold_until.is_some_and(|until| until <= now) {
            self.hold_until = None;
        }
        self.retry_snapshots(now);
    }

    /// When to call [`Self::handle_timeout`] and then poll again, by `now`'s clock.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<u64> {
        let live = self.connection.live();
        let snapshots = self.replicas.values().filter_map(|replica| match &replica.reading {
            Reading::Fetching(fetch) if live => fetch.retry_at,
            _ => None,
        });
        let timers = [self.connection.timeout(), self.hold_until, self.transmit_at()];
        timers.into_iter().flatten().chain(snapshots).min().map(|at| at.saturating_sub(self.set_back))
    }

    /// What the driver is to do next.
    pub fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }

    /// What happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        let unsaved = self.unsaved();
        let event = self.events.poll(self.connection.status, unsaved)?;
        if let Event::Changed { document: DocumentId::COVER, records, all } = &event {
            let is = |record: &OpId, kinds: &[Kind]| {
                self.record(DocumentId::COVER, *record).and_then(Record::kind).is_some_and(|kind| kinds.contains(&kind))
            };
            let person = |record: &OpId| is(record, &[Kind::Person]);
            let people = *all || records.iter().any(person);
            let meeting = *all || records.iter().any(|record| is(record, &[Kind::Meeting, Kind::Participant]));
            if *all || !records.iter().all(|record| is(record, &[Kind::Person, Kind::Participant])) {
                self.events.push(Event::Pages);
            }
            if meeting {
                self.events.meeting();
            }
            if people {
                self.events.people();
            }
        }
        if let Event::Changed { document: LOBBY | TALK | ATTENDANCE, .. } = &event {
            self.events.meeting();
        }
        if let Event::Changed { document, .. } = &event
            && self.is_desk(*document)
        {
            self.events.push(Event::Pages);
        }
        Some(event)
    }

    /// Begins to read a document, and keeps it in step. `false` if there are too many open already.
    pub fn open(&mut self, document: DocumentId) -> bool {
        let document = self.resolve_document(document);
        let open = self.replicas.values().filter(|replica| !matches!(replica.reading, Reading::Parked)).count();
        match self.replicas.get_mut(&document) {
            Some(replica) if !matches!(replica.reading, Reading::Parked) => true,
            _ if open >= limits::SUBSCRIPTIONS_MAX => false,
            Some(replica) => {
                replica.reading = Reading::Wanted;
                true
            }
            None => {
                let (reading, confirmed) = if self.is_local(document) {
                    (Reading::Local, Some(Document::default()))
                } else if self.recalls {
                    self.requests.push_back(Request::Recall { document });
                    (Reading::Recalling, None)
                } else {
                    (Reading::Wanted, None)
                };
                self.replicas.insert(document, Replica::new(reading, confirmed, document, &self.pending));
                self.events.touch_all(document);
                true
            }
        }
    }

    /// Whether a page is known to this client alone.
    pub(crate) fn is_local(&self, document: DocumentId) -> bool {
        !self.is_listed(document) && self.replicas.values().any(|listing| listing.layer.get(document.0).is_some())
    }

    /// Whether the server's cover, or a desk, lists a page.
    fn is_listed(&self, document: DocumentId) -> bool {
        if [LOBBY, TALK, ATTENDANCE].contains(&document) {
            return true;
        }
        self.replicas.values().any(|listing| listing.confirmed.as_ref().is_some_and(|known| known.record(document.0).is_some()))
    }

    /// Some document that was asked for does not exist: those that are not listed wait for it. With a `new` cover the
    /// others are asked for again, for the answer may have been that it does not exist yet.
    pub(crate) fn await_listing(&mut self, new: bool) {
        let asked = self.replicas.iter().filter(|(id, replica)| **id != DocumentId::COVER && matches!(replica.reading, Reading::Asked));
        let asked: Vec<DocumentId> = asked.map(|(id, _)| *id).collect();
        for document in asked {
            let listed = self.is_listed(document) && self.may_see(document);
            if let Some(replica) = self.replicas.get_mut(&document).filter(|_| new || !listed) {
                replica.reading = if listed { Reading::Wanted } else { Reading::Absent };
            }
        }
    }

    /// No longer reads a document. Its state is kept for a while ([`PARKED_MAX`]); what is pending in
    /// it is sent all the same. The cover stays open.
    pub fn close(&mut self, document: DocumentId) {
        let document = self.resolve_document(document);
        let Some(replica) = self.replicas.get_mut(&document) else { return };
        if document == DocumentId::COVER || matches!(replica.reading, Reading::Parked | Reading::Local) {
            // A page that nobody else knows is kept: there is no other copy.
            return;
        }
        if matches!(replica.reading, Reading::Asked | Reading::Live | Reading::Fetching(_)) {
            self.unsubscribe.push(document);
        }
        if replica.confirmed.is_none() {
            self.replicas.remove(&document);
            return;
        }
        self.parkings += 1;
        replica.parked = self.parkings;
        replica.reading = Reading::Parked;
        let parked = self.replicas.iter().filter(|(_, replica)| matches!(replica.reading, Reading::Parked));
        let (count, oldest) = (parked.clone().count(), parked.min_by_key(|(_, replica)| replica.parked).map(|(id, _)| *id));
        if let (true, Some(oldest)) = (count > PARKED_MAX, oldest) {
            self.replicas.remove(&oldest);
        }
    }

    /// Pages whose entry was accepted are asked for; those whose entry was refused are gone.
    pub(crate) fn review_local(&mut self) {
        let absent = self.replicas.iter().filter(|(_, replica)| matches!(replica.reading, Reading::Absent)).map(|(id, _)| *id);
        let listed: Vec<DocumentId> = absent.filter(|document| self.is_listed(*document) && !self.veiled.contains_key(document)).collect();
        for document in listed {
            if let Some(replica) = self.replicas.get_mut(&document) {
                replica.reading = Reading::Wanted;
            }
        }
        let local: Vec<DocumentId> =
            self.replicas.iter().filter(|(_, replica)| matches!(replica.reading, Reading::Local)).map(|(id, _)| *id).collect();
        for document in local {
            if self.is_local(document) {
                continue;
            }
            let known = self.replicas.values().any(|listing| listing.record(document.0).is_some());
            if let (true, Some(replica)) = (known, self.replicas.get_mut(&document)) {
                replica.reading = Reading::Wanted;
            } else {
                self.replicas.remove(&document);
                self.events.forget(document);
                self.events.push(Event::Withdrawn(document));
            }
        }
    }

    /// Takes over changes of an actor that is gone, as [`Request::Persist`] had them kept: they are
    /// sent unchanged, and shown until they are answered. Nothing is ever added to them.
    pub fn adopt(&mut self, actor: ActorId, key: ActorKey, changes: &[Vec<u8>]) {
        if self.ours.contains_key(&actor) {
            return;
        }
        let claims = self.pending.0.len();
        let mut read: Vec<(Change, Vec<u8>)> = Vec::with_capacity(changes.len());
        let mut damaged = claims >= limits::CLAIMS_MAX;
        for bytes in changes {
            match Change::from_bytes(bytes) {
                Ok(change) if change.actor == actor && claims < limits::CLAIMS_MAX => read.push((change, bytes.clone())),
                _ => damaged = true,
            }
        }
        read.sort_by_key(|(change, _)| change.first);
        // What follows after a gap cannot be sent under its name.
        let whole = 1 + read.windows(2).take_while(|pair| pair[0].0.end() == pair[1].0.first).count();
        damaged |= whole < read.len();
        read.truncate(whole);
        if damaged {
            self.events.notice(NoticeCode::Storage, "changes kept on this device could not all be read");
        }
        let Some((first, _)) = read.first() else {
            if !damaged {
                self.requests.push_back(Request::Release(actor));
            }
            return;
        };
        self.ours.insert(actor, ());
        let mut queue = Queue::new(key, first.first);
        queue.claim = Claim::Wanted;
        for (change, bytes) in read {
            self.clock.wrote(change.stamp(change.ops.len() - 1).clock);
            for (id, _, op) in change.iter() {
                if let Some(replica) = self.replicas.get_mut(&op.document) {
                    replica.hold(target(id, &op.body));
                    self.events.touch(op.document, target(id, &op.body));
                }
            }
            // What another life of the client kept may have been sent: its bytes are fixed.
            queue.push(Held { change, bytes, sent: true, written: 0, heard: self.clock.heard() });
        }
        self.pending.0.insert(actor, queue);
        self.correct_leftovers();
        for (id, replica) in self.replicas.iter_mut() {
            replica.reload(*id, &self.pending);
        }
        self.settle_local();
    }

    /// Shows something of oneself to the others. The last value counts.
    ///
    /// # Errors
    /// Which limit it goes beyond.
    pub fn set_presence(&mut self, presence: Presence) -> Result<(), DecodeError> {
        presence.check()?;
        self.presence.set(presence);
        self.rename_person();
        Ok(())
    }

    /// A number for a new gesture: what one undo takes back.
    pub fn new_gesture(&mut self) -> u32 {
        self.gesture = self.gesture.wrapping_add(1);
        self.gesture
    }

    /// Ops that were pending in documents which may no longer be seen: the person's own draft.
    #[must_use]
    pub const fn drafts(&self) -> &SortedMap<DocumentId, Vec<Op>> {
        &self.drafts
    }

    /// The name a record has now, if a renewal gave it another.
    #[must_use]
    pub fn resolve(&self, id: OpId) -> OpId {
        self.renamed.get(&id).copied().unwrap_or(id)
    }

    /// As [`Self::resolve`]; but another page load may have sent the page under its old name too, and it is there.
    pub(crate) fn resolve_document(&self, document: DocumentId) -> DocumentId {
        self.renamed.get(&document.0).filter(|_| !self.is_listed(document)).map_or(document, |new| DocumentId(*new))
    }

    pub(crate) fn subscriptions(&mut self) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        for (document, replica) in self.replicas.iter_mut() {
            if matches!(replica.reading, Reading::Wanted) {
                replica.reading = Reading::Asked;
                let cursor = replica.cursor.filter(|_| replica.confirmed.is_some());
                frames.push(ClientFrame::Subscribe(kakehashi_protocol::wire::frame::Subscription { document: *document, cursor }));
            }
        }
        frames
    }
}
