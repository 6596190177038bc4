//! Connections: who they are, which actors they write for, and what they show.

use std::collections::BTreeSet;

use kakehashi_protocol::ids::{ActorId, DocumentId, RecordId};
use kakehashi_protocol::limits;
use kakehashi_protocol::people::{TALK, Who};
use kakehashi_protocol::presence::{Presence, Report, Stay, Whereabouts};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::{
    ActorKey, FailureCode, Hello, Own, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN, Participant, ServerFrame, Shown, Standing, Stayed,
    Subscription, Welcome, message,
};
use kakehashi_protocol::wire::row::hash_key;

use crate::room::feed::Shows;

use super::entry::{Entry, holder};
use super::meeting::Task;
use super::{ConnectionId, Now, Output, RoomCore};

/// Presence is gathered for so long, microseconds: 30 times a second.
pub(super) const PRESENCE_US: u64 = 33_000;

pub(super) struct Connection {
    pub(super) entry: Entry,
    /// Who writes and reads by it.
    pub(super) who: Who,
    /// Whether it waits in the lobby, where it sees and writes nothing.
    pub(super) waits: bool,
    /// Its record in the lobby.
    pub(super) lobby: Option<RecordId>,
    /// What it wants to read once it is let in.
    pub(super) held: Vec<Subscription>,
    /// What it was last told that it is in the meeting.
    pub(super) told_own: Option<Own>,
    pub(super) report: Report,
    /// Whether it may speak in the call, as the call was told; `None`: it has asked nothing of it.
    pub(super) speaks: Option<bool>,
    pub(super) actors: BTreeSet<ActorId>,
    pub(super) documents: BTreeSet<DocumentId>,
    pub(super) ticket: String,
    pub(super) actor: ActorId,
    pub(super) presence: Option<Presence>,
    pub(super) shown_in: Option<DocumentId>,
    /// What everybody was last told of it: a pointer that moves is no news to those elsewhere.
    pub(super) told: Option<Whereabouts>,
}

impl Connection {
    /// Who its changes are judged as: whoever waits in the lobby writes nothing.
    pub(super) fn writes_as(&self) -> Who {
        if self.waits { Who::from(Role::Viewer) } else { self.who }
    }
}

impl RoomCore {
    /// A connection said hello. `ticket` opens its snapshots and is the driver's random.
    pub fn handle_join(&mut self, now: Now, connection: ConnectionId, entry: impl Into<Entry>, hello: &Hello, ticket: String) {
        let entry = entry.into();
        if !(PROTOCOL_VERSION_MIN..=PROTOCOL_VERSION).contains(&hello.protocol) {
            let detail = format!("protocol version {} is not spoken here, {PROTOCOL_VERSION_MIN} to {PROTOCOL_VERSION} is", hello.protocol);
            return self.fail(connection, FailureCode::Version, detail);
        }
        if let Err((code, detail)) = self.check_key(hello.actor, &hello.key) {
            self.fail(connection, code, detail);
            if !code.ends() {
                // Who was not welcomed cannot stay.
                self.outputs.push_back(Output::Close { connection });
            }
            return;
        }
        let record = entry.participant.as_ref().map(holder).and_then(|holder| self.participant_of(holder));
        if record.is_some_and(|record| !record.visible()) {
            return self.fail(connection, FailureCode::Credential, "you were removed from the board".into());
        }
        let who = Who { role: entry.role, participant: record.map(Record::id) };
        let waits = entry.waits && entry.participant.is_some() && record.is_none();
        let role = if waits { Role::Viewer } else { who.role_on(&self.state.board).unwrap_or(Role::Viewer) };
        let welcome = Welcome {
            protocol: hello.protocol,
            log: self.state.log,
            server_ms: now.wall_ms,
            connection,
            role,
            standing: self.standing(hello.actor),
            ticket: ticket.clone(),
        };
        if entry.participant.is_some() {
            self.set_writer(&ticket);
            self.meeting_changed();
        }
        let back = who.participant.map(|participant| (participant, !self.is_here(participant, connection)));
        let comes = entry.participant.is_some();
        self.connections.insert(
            connection,
            Connection {
                entry,
                who,
                waits,
                lobby: None,
                held: Vec::new(),
                told_own: None,
                report: Report::default(),
                speaks: None,
                actors: BTreeSet::from([hello.actor]),
                documents: BTreeSet::new(),
                ticket,
                actor: hello.actor,
                presence: None,
                shown_in: None,
                told: None,
            },
        );
        self.send(connection, &ServerFrame::Welcome(welcome));
        if let Some(own) = self.own(connection).filter(|own| own.waits || own.participant.is_some()) {
            self.tell_own(connection, own);
        }
        for subscription in &hello.subscriptions {
            self.handle_subscribe(connection, *subscription);
        }
        match back {
            Some((participant, back)) => self.do_later(Task::Arrive { participant, back }),
            None if comes => self.do_later(Task::Enter(connection)),
            None => {}
        }
        self.look_after_meeting(now);
        self.start_batch(now);
    }

    /// A connection also writes for an actor that is gone.
    pub fn handle_claim(&mut self, connection: ConnectionId, actor: ActorId, key: &ActorKey) {
        if let Err((code, detail)) = self.check_key(actor, key) {
            return self.fail(connection, code, detail);
        }
        let standing = self.standing(actor);
        let Some(known) = self.connections.get_mut(&connection) else { return };
        if known.actors.len() >= limits::CLAIMS_MAX {
            return self.fail(connection, FailureCode::Limit, format!("a connection writes for at most {} actors", limits::CLAIMS_MAX));
        }
        known.actors.insert(actor);
        self.send(connection, &ServerFrame::Claimed(standing));
    }

    /// A connection asks whether anybody is there.
    pub fn handle_ping(&mut self, now: Now, connection: ConnectionId, nonce: u32) {
        self.send(connection, &ServerFrame::Pong { nonce, server_ms: now.wall_ms });
    }

    /// A connection is gone.
    pub fn handle_leave(&mut self, connection: ConnectionId) {
        let Some(known) = self.connections.remove(&connection) else { return };
        if let Some(speaks) = known.speaks {
            self.stay_in_call(connection, known.who, speaks);
        }
        self.presence_dirty.remove(&connection);
        self.reports_dirty.remove(&connection);
        if let Some(document) = known.shown_in {
            self.show(document, connection, known.actor, None);
        }
        if known.told.is_some() {
            self.tell_whereabouts(connection, known.actor, None);
        }
        if let Some(batch) = &mut self.batch {
            batch.waiters.retain(|(waiter, _)| *waiter != connection);
        }
        if known.told_own.is_some_and(|own| !own.waits) {
            self.tell_stay(connection, known.actor, None);
        }
        if let Some(participant) = known.who.participant.filter(|participant| !self.is_here(*participant, connection)) {
            self.do_later(Task::Depart(participant));
        }
        if let Some(record) = known.lobby {
            self.do_later(Task::GiveUp(record));
        }
        self.meeting_changed();
    }

    /// A connection shows something of itself.
    pub fn handle_presence(&mut self, connection: ConnectionId, presence: Presence) {
        if let Err(error) = presence.check() {
            return self.fail(connection, FailureCode::Limit, error.to_string());
        }
        if let Some(known) = self.connections.get_mut(&connection).filter(|known| !known.waits) {
            known.presence = Some(presence);
            self.presence_dirty.insert(connection);
        }
    }

    /// A connection says how it is doing.
    pub fn handle_report(&mut self, connection: ConnectionId, report: Report) {
        if let Some(known) = self.connections.get_mut(&connection).filter(|known| !known.waits) {
            known.report = report;
            self.reports_dirty.insert(connection);
        }
    }

    /// Rows are durable that may have made, hidden or shown pages: who looks at one of them is shown
    /// there, or no longer.
    pub(super) fn show_on_new_pages(&mut self) {
        let page = |whereabouts: &Whereabouts| whereabouts.document;
        let differs = |known: &Connection| {
            let looks_at = known.presence.as_ref().and_then(|presence| presence.document);
            looks_at.filter(|document| self.is_public(*document)) != known.told.as_ref().and_then(page)
        };
        let changed: Vec<ConnectionId> =
            self.connections.iter().filter(|(_, known)| differs(known)).map(|(connection, _)| *connection).collect();
        self.presence_dirty.extend(changed);
    }

    fn check_key(&mut self, actor: ActorId, key: &ActorKey) -> Result<(), (FailureCode, String)> {
        if actor.0 == 0 {
            return Err((FailureCode::WrongKey, "actor zero does not write".into()));
        }
        let hash = hash_key(key);
        let known = self.state.actors.get(actor).map(|known| known.key).or_else(|| self.keys.get(&actor).copied());
        match known {
            Some(known) if known != hash => Err((FailureCode::WrongKey, format!("actor {actor} exists with another key"))),
            Some(_) => Ok(()),
            None if self.state.actors.len() + self.keys.len() >= limits::ACTORS_MAX => {
                Err((FailureCode::Limit, format!("a board has at most {} actors", limits::ACTORS_MAX)))
            }
            None => {
                self.keys.insert(actor, hash);
                Ok(())
            }
        }
    }

    /// How far an actor is heard durably: what is under way is answered when it is written.
    pub(super) fn standing(&self, actor: ActorId) -> Standing {
        let under_way = self.batch.iter().flat_map(|batch| &batch.row.entries).find(|entry| entry.verdict.actor() == actor);
        let next = under_way.map_or_else(|| self.state.actors.next(actor), |entry| entry.verdict.first());
        let refused =
            self.state.actors.get(actor).map(|known| known.refused.iter().filter(|refusal| refusal.first < next).copied().collect());
        Standing { actor, next, refused: refused.unwrap_or_default() }
    }

    pub(super) fn has_presence_to_show(&self) -> bool {
        !self.presence_dirty.is_empty() || !self.reports_dirty.is_empty()
    }

    /// However often connections show or report something, the others are told the latest of it once in [`PRESENCE_US`].
    pub(super) fn show_presence(&mut self, now: Now) {
        if !self.has_presence_to_show() || now.mono_us < self.presence_at + PRESENCE_US {
            return;
        }
        self.presence_at = now.mono_us;
        for connection in std::mem::take(&mut self.reports_dirty) {
            self.show_stay(connection);
        }
        for connection in std::mem::take(&mut self.presence_dirty) {
            let Some(presence) = self.connections.get(&connection).and_then(|known| known.presence.clone()) else { continue };
            // In a document that is not there nothing is shown: nobody reads it, and it must not take
            // memory. Of one that not everybody sees, only its readers are told.
            let document = presence.document.unwrap_or(DocumentId::COVER);
            let document = Some(document).filter(|document| self.shows(connection, *document));
            let mut whereabouts = presence.whereabouts();
            whereabouts.document = whereabouts.document.filter(|document| self.is_public(*document));
            let Some(known) = self.connections.get_mut(&connection) else { continue };
            let actor = known.actor;
            let news = known.told.as_ref() != Some(&whereabouts);
            if news {
                known.told = Some(whereabouts.clone());
            }
            let before = std::mem::replace(&mut known.shown_in, document);
            if let Some(before) = before.filter(|before| Some(*before) != document) {
                self.show(before, connection, actor, None);
            }
            if let Some(document) = document {
                self.show(document, connection, actor, Some(presence));
            }
            if news {
                self.tell_whereabouts(connection, actor, Some(whereabouts));
            }
        }
    }

    /// Shows in the talk who a connection is in the meeting and how it is doing (SPEC PRES-3).
    pub(super) fn show_stay(&mut self, connection: ConnectionId) {
        let Some(known) = self.connections.get(&connection) else { return };
        let (actor, stay) = (known.actor, Stay { participant: known.who.participant, report: known.report });
        self.tell_stay(connection, actor, Some(stay));
    }

    fn tell_stay(&mut self, connection: ConnectionId, actor: ActorId, stay: Option<Stay>) {
        let frame = message(&ServerFrame::Stays(vec![Stayed { connection, actor, stay }])).into();
        self.outputs.push_back(Output::Show { document: TALK, connection, shows: Shows::Stay, frame, gone: stay.is_none() });
    }

    fn show(&mut self, document: DocumentId, connection: ConnectionId, actor: ActorId, presence: Option<Presence>) {
        let gone = presence.is_none();
        let frame = message(&ServerFrame::Presence(vec![Shown { connection, actor, presence }])).into();
        self.outputs.push_back(Output::Show { document, connection, shows: Shows::Presence, frame, gone });
    }

    /// Tells the readers of the cover who a connection is and where (SPEC PRES-2).
    fn tell_whereabouts(&mut self, connection: ConnectionId, actor: ActorId, whereabouts: Option<Whereabouts>) {
        let gone = whereabouts.is_none();
        let frame = message(&ServerFrame::People(vec![Participant { connection, actor, whereabouts }])).into();
        self.outputs.push_back(Output::Show { document: DocumentId::COVER, connection, shows: Shows::Whereabouts, frame, gone });
    }
}
