//! The meeting on a board: its session, its participants, hands, what is said; and what follows from
//! the own role (SPEC MEET-1 to MEET-8, SEE-2).
//!
//! What is written here is no gesture of a hand: nothing of it is undone.

use kakehashi_protocol::ids::{ActorId, DocumentId, RecordId};
use kakehashi_protocol::op::{Op, OpBody, Property};
use kakehashi_protocol::people::{self, ATTENDANCE, LOBBY, TALK};
use kakehashi_protocol::presence::{Reaction, Report, Stay};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::{MEETING, Role};
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::sorted::SortedMap;
use kakehashi_protocol::wire::frame::Own;

use crate::client::Client;
use crate::event::Event;
use crate::replica::{Reading, Replica};
use crate::write::{EditError, Staged};

/// A property to set; `None` unsets it.
pub type Setting = (Key, Option<Value>);

impl Client {
    /// What the client is in the meeting; `None` for somebody with the bare link.
    #[must_use]
    pub const fn me(&self) -> Option<Own> {
        self.own
    }

    /// What opens snapshots, and the board's file for those who lead, while this connection lives.
    #[must_use]
    pub fn ticket(&self) -> &str {
        &self.ticket
    }

    pub(crate) fn waits(&self) -> bool {
        self.own.is_some_and(|own| own.waits)
    }

    pub(crate) fn handle_own(&mut self, own: Own) {
        self.own = Some(own);
        self.role = Some(own.role);
        self.sight_changed = true;
        self.events.meeting();
    }

    /// The role at this moment, as the cover here says it; `None` while it is not known.
    #[must_use]
    pub fn who_writes(&self) -> Option<Role> {
        self.role?;
        let staged = Staged::default();
        self.who().role_on(&staged.over(&self.replicas, DocumentId::COVER))
    }

    /// Whether a document may be seen, as far as is known here.
    #[must_use]
    pub fn may_see(&self, document: DocumentId) -> bool {
        let staged = Staged::default();
        people::sees(self.who(), &staged.over(&self.replicas, document), document)
    }

    /// The session that is on.
    #[must_use]
    pub fn session(&self) -> Option<i64> {
        people::session_of(self.record(DocumentId::COVER, MEETING)?)
    }

    /// What a property of the cover says in the session that is on.
    #[must_use]
    pub fn in_session(&self, record: RecordId, key: Key) -> Option<i64> {
        let record = self.record(DocumentId::COVER, record)?;
        let staged = Staged::default();
        people::in_session(&staged.over(&self.replicas, DocumentId::COVER), record, key)
    }

    fn listed(&self, document: DocumentId, kind: Kind) -> Vec<&Record> {
        let records = self.replicas.get(&self.resolve_document(document)).into_iter().flat_map(Replica::records);
        let mut records: Vec<&Record> = records.filter(|record| record.kind() == Some(kind) && record.visible()).collect();
        records.sort_unstable_by_key(|record| (record.created(), record.id()));
        records
    }

    /// Who takes part, in the order in which they first came; those who were removed are not among them.
    #[must_use]
    pub fn participants(&self) -> Vec<&Record> {
        self.listed(DocumentId::COVER, Kind::Participant)
    }

    /// Who was removed, and can be let in again.
    #[must_use]
    pub fn removed(&self) -> Vec<&Record> {
        let records = self.replicas.get(&DocumentId::COVER).into_iter().flat_map(Replica::records);
        records.filter(|record| record.kind() == Some(Kind::Participant) && !record.visible()).collect()
    }

    /// Who waits in the lobby, the longest first; for those who lead and have opened it.
    #[must_use]
    pub fn lobby(&self) -> Vec<&Record> {
        self.listed(LOBBY, Kind::Participant)
    }

    /// What was said in the talk or at a desk, in order.
    #[must_use]
    pub fn messages(&self, document: DocumentId) -> Vec<&Record> {
        self.listed(document, Kind::Message)
    }

    /// Who was here when, over all sessions; for those who lead and have opened it.
    #[must_use]
    pub fn attendance(&self) -> Vec<&Record> {
        self.listed(ATTENDANCE, Kind::Attendance)
    }

    /// The connections of the meeting and how each is doing; for those who have opened the talk.
    pub fn stays(&self) -> impl Iterator<Item = (ActorId, Stay)> {
        self.presence.stays()
    }

    /// The participant that an actor is or was.
    #[must_use]
    pub fn participant_of(&self, actor: ActorId) -> Option<RecordId> {
        let stays = self.stays().find(|(other, _)| *other == actor).and_then(|(_, stay)| stay.participant);
        stays.or_else(|| match self.person(actor)?.get(Key::Participant) {
            Some(Value::Record(participant)) => Some(participant),
            _ => None,
        })
    }

    /// Starts a session, or ends the one that is on. Starting takes a number greater than any before:
    /// the server's time.
    ///
    /// # Errors
    /// As [`Self::edit`], for this and all below.
    pub fn hold_session(&mut self, now: u64, on: bool) -> Result<(), EditError> {
        let number = self.server_time(now) as i64;
        let setting = match (on, self.session()) {
            (true, None) => (Key::Session, Some(Value::Int(number))),
            (false, Some(session)) => (Key::Ended, Some(Value::Int(session))),
            _ => return Ok(()),
        };
        self.govern(now, DocumentId::COVER, MEETING, &[setting])
    }

    /// Sets what holds in the session that is on: [`Key::Writing`], [`Key::Timer`] or [`Key::Spotlight`]
    /// of the meeting, [`Key::Hand`] of a participant. `None` unsets it.
    ///
    /// # Errors
    /// Also `Session` if none is on.
    pub fn set_in_session(&mut self, now: u64, record: RecordId, key: Key, value: Option<i64>) -> Result<(), EditError> {
        // Without one the server would refuse it by this number too.
        let session = self.session().unwrap_or_default();
        self.govern(now, DocumentId::COVER, record, &[(key, value.map(|value| Value::InSession { session, value }))])
    }

    /// Lets the timer run for so many milliseconds; `None` stops it.
    ///
    /// # Errors
    /// As [`Self::set_in_session`].
    pub fn set_timer(&mut self, now: u64, length_ms: Option<i64>) -> Result<(), EditError> {
        let session = self.session().unwrap_or_default();
        let ends = length_ms.map(|length| Value::InSession { session, value: (self.server_time(now) as i64).saturating_add(length) });
        let settings = [(Key::Timer, ends), (Key::TimerLength, length_ms.map(Value::Int))];
        self.govern(now, DocumentId::COVER, MEETING, &settings)
    }

    /// Sets properties of what is of the meeting: the meeting's record, a participant, somebody who waits, a
    /// message.
    ///
    /// # Errors
    /// As [`Self::edit`].
    pub fn govern(&mut self, now: u64, document: DocumentId, record: RecordId, settings: &[Setting]) -> Result<(), EditError> {
        let properties = settings.iter().map(property).collect();
        self.write_meeting(now, Op { document, body: OpBody::Set { record, properties } })
    }

    /// Says something to all ([`TALK`]) or at a desk, which is named as its participant is.
    ///
    /// # Errors
    /// As [`Self::edit`].
    pub fn say(&mut self, now: u64, document: DocumentId, words: String) -> Result<(), EditError> {
        let mut settings = vec![(Key::Words, Some(Value::Text(words)))];
        settings.extend(self.who().participant.map(|own| (Key::Participant, Some(Value::Record(own)))));
        let properties = settings.iter().map(property).collect();
        self.write_meeting(now, Op { document, body: OpBody::Create { kind: Kind::Message.number(), properties } })
    }

    /// Gives a sign that all see for some seconds.
    pub fn react(&mut self, now: u64, sign: u8) {
        let at_ms = self.server_time(now);
        self.presence.report(|report| report.reaction = Some(Reaction { sign, at_ms }));
    }

    /// Says that the app has painted a page as it is now, and how long the server's answers take.
    pub fn painted(&mut self, page: DocumentId) {
        let (painted, round_trip_ms) = (self.read_to(page), self.connection.round_trip_ms());
        self.presence.report(|report| *report = Report { painted, round_trip_ms, ..*report });
    }

    /// The server's time, milliseconds since 1970.
    #[must_use]
    pub fn server_time(&self, now: u64) -> u64 {
        now.saturating_add_signed(self.clock_offset_ms())
    }

    fn write_meeting(&mut self, now: u64, op: Op) -> Result<(), EditError> {
        let gesture = self.new_gesture();
        self.write(now, 0, gesture, vec![op]).map(drop)
    }

    /// Whether a shape or entry is shown: neither hidden nor set aside with all that its author made.
    #[must_use]
    pub fn is_shown(&self, record: &Record) -> bool {
        record.visible() && self.aside.get(&record.id().actor).is_none_or(|until| record.created().clock > *until)
    }

    /// The cover or the own role has changed: documents that may no longer be seen are gone, and what
    /// was set aside is looked up anew.
    pub(crate) fn review_sight(&mut self) {
        if !std::mem::take(&mut self.sight_changed) {
            return;
        }
        self.review_aside();
        let staged = Staged::default();
        let board = staged.over(&self.replicas, DocumentId::COVER);
        let read = self.replicas.iter().filter(|(_, replica)| !matches!(replica.reading, Reading::Local)).map(|(id, _)| *id);
        let entries = self.replicas.get(&DocumentId::COVER).into_iter().flat_map(Replica::records);
        let hidden =
            entries.filter(|record| record.kind() == Some(Kind::Page) && record.is(Key::Hidden)).map(|record| DocumentId(record.id()));
        let who = self.who();
        // A page that is not listed yet, or not any more, is no secret. Of the cover the server judges, which may have another.
        let unseen = |document: &DocumentId| {
            *document != DocumentId::COVER && people::place(&board, *document).is_some() && !people::sees(who, &board, *document)
        };
        let unseen: SortedMap<DocumentId, ()> = read.chain(hidden).filter(unseen).map(|document| (document, ())).collect();
        let before = std::mem::replace(&mut self.veiled, unseen);
        let news: Vec<DocumentId> = self.veiled.keys().copied().filter(|document| !before.contains_key(document)).collect();
        for (document, replica) in self.replicas.iter_mut().filter(|(_, replica)| replica.confirmed.is_none()) {
            if self.veiled.contains_key(document) {
                replica.reading = Reading::Absent;
            }
        }
        for document in news {
            let held = self.replicas.get(&document).is_none_or(|replica| replica.confirmed.is_some());
            if held {
                self.withdraw(document);
            }
        }
    }

    fn review_aside(&mut self) {
        let people = self.replicas.get(&DocumentId::COVER).into_iter().flat_map(Replica::records);
        let until = |person: &Record| match person.get(Key::Participant) {
            Some(Value::Record(participant)) => {
                let erased = self.record(DocumentId::COVER, participant).map_or(0, |record| record.int(Key::Erased));
                (erased > 0).then(|| (person.id().actor, erased.unsigned_abs()))
            }
            _ => None,
        };
        let aside: SortedMap<ActorId, u64> = people.filter(|record| record.kind() == Some(Kind::Person)).filter_map(until).collect();
        if aside == self.aside {
            return;
        }
        self.aside = aside;
        let documents: Vec<DocumentId> = self.replicas.keys().copied().collect();
        documents.into_iter().for_each(|document| self.events.touch_all(document));
    }

    /// Opens the documents of the meeting that this role reads: the talk, the own desk, and for those
    /// who lead the lobby and the attendance.
    pub fn open_meeting(&mut self) {
        let desk = self.who().participant.map(DocumentId);
        for document in [Some(TALK), Some(LOBBY), Some(ATTENDANCE), desk].into_iter().flatten() {
            if self.may_see(document) {
                self.open(document);
            }
        }
        self.events.push(Event::Meeting);
    }
}

fn property((key, value): &Setting) -> Property {
    Property { key: key.number(), value: value.as_ref().map(Value::encode).unwrap_or_default() }
}
