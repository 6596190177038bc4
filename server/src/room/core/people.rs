//! Connections: who they are, which actors they write for, and what they show.

use std::collections::BTreeSet;

use kakehashi_protocol::ids::{ActorId, DocumentId};
use kakehashi_protocol::limits;
use kakehashi_protocol::presence::{Presence, Whereabouts};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::{
    ActorKey, FailureCode, Hello, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN, Participant, ServerFrame, Shown, Standing, Welcome, message,
};
use kakehashi_protocol::wire::row::hash_key;

use crate::room::feed::Shows;

use super::{ConnectionId, Now, Output, RoomCore};

/// Presence is gathered for so long, microseconds: 30 times a second.
pub(super) const PRESENCE_US: u64 = 33_000;

pub(super) struct Connection {
    pub(super) role: Role,
    pub(super) actors: BTreeSet<ActorId>,
    pub(super) documents: BTreeSet<DocumentId>,
    pub(super) ticket: String,
    pub(super) actor: ActorId,
    pub(super) presence: Option<Presence>,
    pub(super) shown_in: Option<DocumentId>,
    /// What everybody was last told of it: a pointer that moves is no news to those elsewhere.
    pub(super) told: Option<Whereabouts>,
}

impl RoomCore {
    /// A connection said hello. `ticket` opens its snapshots and is the driver's random.
    pub fn handle_join(&mut self, now: Now, connection: ConnectionId, role: Role, hello: &Hello, ticket: String) {
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
        let welcome = Welcome {
            protocol: hello.protocol,
            log: self.state.log,
            server_ms: now.wall_ms,
            connection,
            role,
            standing: self.standing(hello.actor),
            ticket: ticket.clone(),
        };
        self.connections.insert(
            connection,
            Connection {
                role,
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
        for subscription in &hello.subscriptions {
            self.handle_subscribe(connection, *subscription);
        }
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
        self.presence_dirty.remove(&connection);
        if let Some(document) = known.shown_in {
            self.show(document, connection, known.actor, None);
        }
        if known.told.is_some() {
            self.tell_whereabouts(connection, known.actor, None);
        }
        if let Some(batch) = &mut self.batch {
            batch.waiters.retain(|(waiter, _)| *waiter != connection);
        }
    }

    /// A connection shows something of itself.
    pub fn handle_presence(&mut self, connection: ConnectionId, presence: Presence) {
        if let Err(error) = presence.check() {
            return self.fail(connection, FailureCode::Limit, error.to_string());
        }
        if let Some(known) = self.connections.get_mut(&connection) {
            known.presence = Some(presence);
            self.presence_dirty.insert(connection);
        }
    }

    /// Rows are durable that may have made pages: whoever looks at one of them can be shown there now.
    pub(super) fn show_on_new_pages(&mut self) {
        let page = |whereabouts: &Whereabouts| whereabouts.document;
        let waits =
            |known: &Connection| known.presence.as_ref().and_then(|presence| presence.document) != known.told.as_ref().and_then(page);
        self.presence_dirty.extend(self.connections.iter().filter(|(_, known)| waits(known)).map(|(connection, _)| *connection));
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

    pub(super) fn show_presence(&mut self, now: Now) {
        if self.presence_dirty.is_empty() || now.mono_us < self.presence_at + PRESENCE_US {
            return;
        }
        self.presence_at = now.mono_us;
        for connection in std::mem::take(&mut self.presence_dirty) {
            let Some(known) = self.connections.get_mut(&connection) else { continue };
            let actor = known.actor;
            let Some(presence) = known.presence.clone() else { continue };
            // In a document that is not there nothing is shown: nobody reads it, and it must not take memory.
            let there = presence.document.is_none_or(|document| self.state.board.document(document).is_some());
            let document = there.then(|| presence.document.unwrap_or(DocumentId::COVER));
            let mut whereabouts = presence.whereabouts();
            whereabouts.document = whereabouts.document.filter(|_| there);
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
