//! What the server writes by itself: who is in the meeting, who waits in the lobby, who leads while no
//! host is here, and who was here when (SPEC MEET-1, MEET-5 to MEET-8).
//!
//! Each is a [`Task`] that waits with the others' changes and is made into ops when its batch begins,
//! on the board as it is then: so the server's ops and everybody's have one order, and a task whose
//! reason is gone writes nothing.

use std::collections::BTreeSet;

use kakehashi_protocol::ids::{ActorId, DocumentId, OpId, RecordId};
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::people::{ATTENDANCE, LOBBY, role_of, session};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::{Role, Sight};
use kakehashi_protocol::schema::{Key, Kind, Value};

use super::batch::{Batch, Waiting};
use super::entry::{ParticipantId, holder};
use super::{ConnectionId, Now, RoomCore};

/// How long a session goes on without a host before an assistant leads, microseconds. A reload or a
/// lost cell of a phone takes less.
pub const HAND_OVER_US: u64 = 30_000_000;
/// How often it is written down who is here, microseconds: what a crash may cost an attendance.
const ATTEND_US: u64 = 60_000_000;
/// Participants written down at once; the others follow a minute later.
const ATTEND_MAX: usize = 2_000;

/// Something the server is to write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Task {
    /// A connection comes in, or into the lobby.
    Enter(ConnectionId),
    /// Those who were let in come in.
    Admit,
    /// Somebody who waited is gone.
    GiveUp(RecordId),
    /// A participant is here; `back`: after being away.
    Arrive { participant: RecordId, back: bool },
    /// A participant is gone.
    Depart(RecordId),
    /// All who are here are written down, in this session.
    Attend(i64),
    /// An assistant leads.
    Deputise,
    /// A host is back.
    HandBack,
    /// Whoever has this holder's hash has this role from now on, if they were here before and, where one is said, had that role.
    Appoint([u8; 16], Role, Option<Role>),
}

/// What the server keeps in mind of a meeting.
#[derive(Default)]
pub(super) struct Watch {
    /// Somebody came or went, or rights have changed: it is looked after anew.
    stale: bool,
    /// The session that was on when it was last looked after.
    session: Option<i64>,
    /// Since when that goes on without anybody who leads it.
    lead_gone: Option<u64>,
    /// Whether an assistant is here who could.
    deputy: bool,
    /// When it was last written down who is here.
    attended: u64,
}

fn set(key: Key, value: &Value) -> Property {
    Property { key: key.number(), value: value.encode() }
}

fn sets(document: DocumentId, record: RecordId, properties: Vec<Property>) -> Op {
    Op { document, body: OpBody::Set { record, properties } }
}

fn acts(participant: RecordId, acting: bool) -> Op {
    sets(DocumentId::COVER, participant, vec![set(Key::Acting, &Value::Bool(acting))])
}

fn number(value: u64) -> Value {
    Value::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

impl RoomCore {
    /// The participant with a holder's hash, removed ones included.
    pub(super) fn participant_of(&self, holder: [u8; 16]) -> Option<&Record> {
        held_by(self.state.board.document(DocumentId::COVER)?.records(), holder)
    }

    fn waiting_of(&self, holder: [u8; 16]) -> Option<&Record> {
        held_by(self.state.board.document(LOBBY)?.records(), holder)
    }

    /// Whether somebody who waits was turned away.
    pub(super) fn turned_away(&self, connection: ConnectionId) -> bool {
        let waits = self.connections.get(&connection).and_then(|known| known.lobby);
        waits.and_then(|record| self.state.board.record(LOBBY, record)).is_some_and(|record| !record.visible() && !record.is(Key::Admitted))
    }

    /// The name under which the server writes: new for each life of a room, drawn from the first
    /// ticket, which is random. Its key hashes to zero, which none does.
    pub(super) fn set_writer(&mut self, ticket: &str) {
        if self.writer.is_none() {
            let mut name = [0; 8];
            name.copy_from_slice(&blake3::derive_key("kakehashi 2026 room writer", ticket.as_bytes())[..8]);
            let actor = ActorId(u64::from_le_bytes(name).max(1));
            self.keys.insert(actor, [0; 16]);
            self.writer = Some(actor);
        }
    }

    /// The board was read anew: what was not durable of who is here is written again.
    pub(super) fn come_again(&mut self) {
        let lost = |record: Option<RecordId>, document| record.is_none_or(|record| self.state.board.record(document, record).is_none());
        let mut again = Vec::new();
        for (connection, known) in self.connections.iter().filter(|(_, known)| known.entry.participant.is_some()) {
            let missing = if known.waits { lost(known.lobby, LOBBY) } else { lost(known.who.participant, DocumentId::COVER) };
            if missing {
                again.push(*connection);
            }
        }
        for connection in again {
            if let Some(known) = self.connections.get_mut(&connection) {
                known.waits = known.entry.waits;
                (known.lobby, known.who.participant) = (None, None);
            }
            self.do_later(Task::Enter(connection));
        }
        self.meeting_changed();
        self.review();
    }

    /// The directory has given somebody another role; `only`: if they have this one on the board. `ticket`: random, for the name
    /// under which the server writes.
    pub fn handle_appoint(&mut self, now: Now, participant: &ParticipantId, role: Role, only: Option<Role>, ticket: &str) {
        self.set_writer(ticket);
        self.do_later(Task::Appoint(holder(participant), role.min(Role::Host), only));
        self.start_batch(now);
    }

    pub(super) fn do_later(&mut self, task: Task) {
        self.wait(Waiting::Task(task));
    }

    /// Whether anybody of a participant is here besides a connection.
    pub(super) fn is_here(&self, participant: RecordId, besides: ConnectionId) -> bool {
        self.connections.iter().any(|(connection, known)| *connection != besides && known.who.participant == Some(participant))
    }

    /// Writes a task's ops into the batch; gives their size there.
    pub(super) fn perform(&mut self, now: Now, batch: &mut Batch, task: Task) -> usize {
        let Some(actor) = self.writer else { return 0 };
        let first = OpId { actor, counter: self.state.actors.next(actor) };
        let ops = match task {
            Task::Enter(connection) => self.enter(now, first, connection),
            Task::Admit => self.admit(now, first),
            Task::GiveUp(record) => {
                let waits = self.state.board.record(LOBBY, record).is_some_and(|record| record.visible() && !record.is(Key::Admitted));
                let back = self.connections.values().any(|known| known.lobby == Some(record));
                if waits && !back { vec![sets(LOBBY, record, vec![set(Key::Deleted, &Value::Bool(true))])] } else { Vec::new() }
            }
            Task::Arrive { participant, back } => self.arrive(now, participant, back).into_iter().collect(),
            Task::Depart(participant) if self.is_here(participant, 0) => Vec::new(),
            Task::Depart(participant) => {
                session(&self.state.board).and_then(|on| self.last_seen(now, participant, on)).into_iter().collect()
            }
            Task::Attend(session) => {
                self.here().into_iter().take(ATTEND_MAX).filter_map(|participant| self.last_seen(now, participant, session)).collect()
            }
            Task::Deputise => self.deputy().into_iter().map(|deputy| acts(deputy, true)).collect(),
            Task::HandBack => self.acting().into_iter().map(|deputy| acts(deputy, false)).collect(),
            Task::Appoint(holder, role, only) => {
                let to_change = |has: Role| has != role && only.is_none_or(|only| only == has);
                let found = self.participant_of(holder).filter(|record| record.visible() && to_change(role_of(record)));
                let appointed = vec![set(Key::Role, &Value::Int(role as i64))];
                found.map(|record| sets(DocumentId::COVER, record.id(), appointed)).into_iter().collect()
            }
        };
        if ops.is_empty() {
            return 0;
        }
        let clock = now.wall_ms.max(self.state.board.clock() + 1);
        self.write_own(now, batch, Change { actor, first: first.counter, clock, hand: 0, gesture: 0, ops })
    }

    /// The record of somebody who comes in, unless there is one already.
    fn enter(&mut self, now: Now, first: OpId, connection: ConnectionId) -> Vec<Op> {
        let Some(known) = self.connections.get(&connection) else { return Vec::new() };
        let Some(holder) = known.entry.participant.as_ref().map(holder) else { return Vec::new() };
        let (entry, waits) = (known.entry.clone(), known.waits);
        let found = if waits { self.waiting_of(holder) } else { self.participant_of(holder) }.map(|record| (record.id(), record.visible()));
        let mut ops = Vec::new();
        let record = match found {
            Some((record, visible)) => {
                if waits && !visible {
                    let anew = vec![
                        set(Key::Deleted, &Value::Bool(false)),
                        set(Key::Admitted, &Value::Bool(false)),
                        set(Key::Name, &Value::Text(entry.name)),
                    ];
                    ops.push(sets(LOBBY, record, anew));
                }
                record
            }
            None => {
                let properties = vec![
                    set(Key::Name, &Value::Text(entry.name)),
                    set(Key::Role, &Value::Int(entry.role.min(Role::Host) as i64)),
                    set(Key::Holder, &Value::Token(holder)),
                    set(Key::Entrance, &Value::Int(entry.entrance as i64)),
                ];
                let document = if waits { LOBBY } else { DocumentId::COVER };
                ops.push(Op { document, body: OpBody::Create { kind: Kind::Participant.number(), properties } });
                first
            }
        };
        if let Some(known) = self.connections.get_mut(&connection) {
            if waits {
                known.lobby = Some(record);
            } else {
                known.who.participant = Some(record);
            }
        }
        if waits && self.any_admitted() {
            // Let in by a row after which the server was gone.
            return self.admit(now, first);
        }
        self.meeting_changed();
        if !waits && found.is_none() {
            ops.extend(self.arrive(now, record, false));
        }
        ops
    }

    /// Those who wait and were let in become participants.
    fn admit(&mut self, now: Now, first: OpId) -> Vec<Op> {
        let lobby = self.state.board.document(LOBBY).into_iter().flat_map(|lobby| lobby.records());
        let admitted: Vec<(RecordId, Vec<Property>, [u8; 16])> = lobby
            .filter(|record| is_admitted(record))
            .filter_map(|record| {
                let Some(Value::Token(holder)) = record.get(Key::Holder) else { return None };
                let kept = [Key::Name, Key::Role, Key::Holder, Key::Entrance];
                let kept = kept.into_iter().filter_map(|key| record.entry(key.number()));
                Some((record.id(), kept.map(|entry| Property { key: entry.key, value: entry.value.to_vec() }).collect(), holder))
            })
            .collect();
        let mut ops = Vec::new();
        for (waited, properties, holder) in admitted {
            let known = self.participant_of(holder).map(Record::id);
            let participant = known.unwrap_or(OpId { counter: first.counter + ops.len() as u64, ..first });
            if known.is_none() {
                ops.push(Op { document: DocumentId::COVER, body: OpBody::Create { kind: Kind::Participant.number(), properties } });
            }
            ops.push(sets(LOBBY, waited, vec![set(Key::Deleted, &Value::Bool(true))]));
            for known in self.connections.values_mut().filter(|known| known.lobby == Some(waited)) {
                known.lobby = None;
                known.waits = false;
                known.who.participant = Some(participant);
            }
            ops.extend(self.arrive(now, participant, false));
        }
        ops
    }

    fn attendance(&self, participant: RecordId, session: i64) -> Option<&Record> {
        let mut records = self.state.board.document(ATTENDANCE)?.records();
        records.find(|record| {
            record.get(Key::Participant) == Some(Value::Record(participant)) && record.get(Key::Session) == Some(Value::Int(session))
        })
    }

    fn arrive(&self, now: Now, participant: RecordId, back: bool) -> Option<Op> {
        let session = session(&self.state.board)?;
        let seen = number(now.wall_ms);
        let Some(record) = self.attendance(participant, session) else {
            let properties = vec![
                set(Key::Participant, &Value::Record(participant)),
                set(Key::Session, &Value::Int(session)),
                set(Key::FirstSeen, &seen),
                set(Key::LastSeen, &seen),
                set(Key::Connections, &Value::Int(1)),
            ];
            return Some(Op { document: ATTENDANCE, body: OpBody::Create { kind: Kind::Attendance.number(), properties } });
        };
        let mut properties = vec![set(Key::LastSeen, &seen), set(Key::Connections, &Value::Int(record.int(Key::Connections) + 1))];
        if back {
            let away = now.wall_ms.saturating_sub(record.int(Key::LastSeen).unsigned_abs());
            properties.push(set(Key::Outages, &Value::Int(record.int(Key::Outages) + 1)));
            properties.push(set(Key::Away, &number(away + record.int(Key::Away).unsigned_abs())));
        }
        Some(sets(ATTENDANCE, record.id(), properties))
    }

    fn last_seen(&self, now: Now, participant: RecordId, session: i64) -> Option<Op> {
        let record = self.attendance(participant, session)?;
        Some(sets(ATTENDANCE, record.id(), vec![set(Key::LastSeen, &number(now.wall_ms))]))
    }

    /// The participants who are here, each once.
    fn here(&self) -> BTreeSet<RecordId> {
        self.connections.values().filter_map(|known| known.who.participant).collect()
    }

    pub(super) fn participants(&self) -> impl Iterator<Item = &Record> {
        let cover = self.state.board.document(DocumentId::COVER).into_iter().flat_map(|cover| cover.records());
        cover.filter(|record| record.kind() == Some(Kind::Participant))
    }

    /// Who leads while no host is here, and is not to any more.
    fn acting(&self) -> Vec<RecordId> {
        self.participants().filter(|record| record.is(Key::Acting)).map(Record::id).collect()
    }

    /// The assistant who is here and came to the board first; `None` while somebody leads.
    fn deputy(&self) -> Option<RecordId> {
        if self.is_led() {
            return None;
        }
        let assists = |record: &&Record| record.visible() && role_of(record) == Role::Assistant && self.is_here(record.id(), 0);
        self.participants().filter(assists).min_by_key(|record| record.created()).map(Record::id)
    }

    /// Whether anybody is here who leads: a host, or one who acts for them.
    fn is_led(&self) -> bool {
        self.connections.values().any(|known| !known.waits && known.who.role_on(&self.state.board) == Some(Role::Host))
    }

    fn host_is_here(&self) -> bool {
        let hosts = |name: RecordId| self.state.board.cover(name).is_some_and(|record| record.visible() && role_of(record) == Role::Host);
        self.connections.values().filter_map(|known| known.who.participant).any(hosts)
    }

    /// Somebody came or went, or rights have changed.
    pub(super) fn meeting_changed(&mut self) {
        self.watch.stale = self.writer.is_some();
    }

    /// When the meeting has to be looked after.
    pub(super) fn meeting_timeout(&self) -> Option<u64> {
        if self.watch.stale {
            return Some(0);
        }
        self.watch.session.filter(|_| !self.connections.is_empty())?;
        let lead = self.watch.lead_gone.filter(|_| self.watch.deputy).map(|since| since + HAND_OVER_US);
        lead.into_iter().chain([self.watch.attended + ATTEND_US]).min()
    }

    /// Looks after the meeting if it is time: who leads it, and who is here.
    pub(super) fn look_after_meeting(&mut self, now: Now) {
        if self.meeting_timeout().is_none_or(|due| due > now.mono_us) {
            return;
        }
        self.watch.stale = false;
        let Some(on) = session(&self.state.board) else {
            if let Some(ended) = std::mem::take(&mut self.watch).session {
                self.do_later(Task::Attend(ended));
            }
            return;
        };
        if self.watch.session != Some(on) {
            self.watch = Watch { session: Some(on), attended: now.mono_us, ..Watch::default() };
            for participant in self.here().into_iter().filter(|participant| self.attendance(*participant, on).is_none()).collect::<Vec<_>>()
            {
                self.do_later(Task::Arrive { participant, back: false });
            }
        }
        if now.mono_us >= self.watch.attended + ATTEND_US {
            self.watch.attended = now.mono_us;
            self.do_later(Task::Attend(on));
        }
        if self.is_led() {
            self.watch.lead_gone = None;
            if self.host_is_here() && !self.acting().is_empty() {
                self.do_later(Task::HandBack);
            }
            return;
        }
        let since = *self.watch.lead_gone.get_or_insert(now.mono_us);
        self.watch.deputy = self.deputy().is_some();
        if self.watch.deputy && now.mono_us >= since + HAND_OVER_US {
            // Should it not come to that, it is tried again.
            self.watch.lead_gone = Some(now.mono_us);
            self.do_later(Task::Deputise);
        }
    }

    /// Whether anybody waits who was let in.
    pub(super) fn any_admitted(&self) -> bool {
        let lobby = self.state.board.document(LOBBY).into_iter().flat_map(|lobby| lobby.records());
        lobby.into_iter().any(is_admitted)
    }
}

fn is_admitted(record: &Record) -> bool {
    record.visible() && record.is(Key::Admitted)
}

fn held_by<'a>(mut records: impl Iterator<Item = &'a Record>, holder: [u8; 16]) -> Option<&'a Record> {
    records.find(|record| record.kind() == Some(Kind::Participant) && record.get(Key::Holder) == Some(Value::Token(holder)))
}
