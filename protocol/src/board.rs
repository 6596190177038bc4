//! A board: a cover, a document for each page, and how far each actor has been heard.
//!
//! [`Board::judge`] is asked once, by the first log that is offered a change; [`Board::merge`]
//! takes what some log has accepted, and asks nothing.

use std::collections::BTreeMap;

use crate::document::{Document, Layer, Layered, Store, apply};
use crate::ids::{ActorId, DocumentId, OpId, RecordId, Stamp};
use crate::ink::InkState;
use crate::limits;
use crate::op::{Change, OpBody, Property};
use crate::people::{Who, place, sees};
use crate::record::Record;
use crate::rights::{MEETING, Sight, any_person, may};
use crate::schema::{Key, Kind, check_value, is_plain};
use crate::sorted::SortedMap;
use crate::verdict::Reason;

/// Per actor the next counter that has not been seen: what a replica has is everything below.
pub type Version = BTreeMap<ActorId, u64>;

/// All documents of a board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Board {
    documents: BTreeMap<DocumentId, Document>,
    /// Entries of pages at desks, with the participant whose desk it is.
    at_desks: BTreeMap<RecordId, RecordId>,
    pages: usize,
    people: usize,
    participants: usize,
    clock: u64,
}

impl Default for Board {
    fn default() -> Self {
        Self {
            documents: BTreeMap::from([(DocumentId::COVER, Document::cover())]),
            at_desks: BTreeMap::new(),
            pages: 0,
            people: 0,
            participants: 0,
            clock: 0,
        }
    }
}

impl Document {
    /// A cover as every board begins: with the meeting's record, which no op makes.
    #[must_use]
    pub fn cover() -> Self {
        let mut cover = Self::default();
        cover.insert(Record::new(MEETING, Kind::Meeting.number(), Stamp::default(), &[]));
        cover
    }
}

static EMPTY: Document = Document { records: BTreeMap::new(), unknown: SortedMap::new(), ink_bytes: 0 };

impl Board {
    /// A document that exists: the cover, those of the meeting, a page with its entry, a desk. One that
    /// nobody has written on is empty.
    #[must_use]
    pub fn document(&self, id: DocumentId) -> Option<&Document> {
        self.documents.get(&id).or_else(|| place(self, id).is_some().then_some(&EMPTY))
    }

    /// Whether somebody may see a document.
    #[must_use]
    pub fn sees(&self, who: Who, document: DocumentId) -> bool {
        sees(who, self, document)
    }

    /// The documents something was written in.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = (DocumentId, &Document)> {
        self.documents.iter().map(|(id, document)| (*id, document))
    }

    /// The greatest clock of any change.
    #[must_use]
    pub const fn clock(&self) -> u64 {
        self.clock
    }

    /// Puts a document in as a snapshot holds it; `clock` is the greatest the board has seen.
    pub fn restore(&mut self, id: DocumentId, document: Document, clock: u64) {
        if id == DocumentId::COVER {
            let count = |kind| document.records().filter(|record| record.kind() == Some(kind)).count();
            (self.pages, self.people) = (count(Kind::Page), count(Kind::Person));
            self.participants = count(Kind::Participant);
        } else {
            let entries = document.records().filter(|record| record.kind() == Some(Kind::Page));
            self.at_desks.extend(entries.map(|entry| (entry.id(), id.0)));
        }
        self.documents.insert(id, document);
        self.clock = self.clock.max(clock);
    }

    /// Whether a change may be accepted: rights, limits, types and that what it names is there. The
    /// actor's counter is the log's matter and not looked at.
    ///
    /// # Errors
    /// The reason for refusing the whole change.
    pub fn judge(&self, who: impl Into<Who>, change: &Change, now_ms: u64) -> Result<(), Reason> {
        let who = who.into();
        self.judge_clock(change, now_ms)?;
        let mut trial = Trial { board: self, layers: BTreeMap::new(), records: BTreeMap::new() };
        for (id, stamp, op) in change.iter() {
            may(who, change.actor, &trial, op.document, &op.body)?;
            trial.check_limits(op.document, &op.body)?;
            trial.apply(op.document, id, stamp, &op.body, change.ops.len() == 1)?;
        }
        Ok(())
    }

    fn judge_clock(&self, change: &Change, now_ms: u64) -> Result<(), Reason> {
        let last = change.clock + change.ops.len() as u64;
        let by_time = now_ms.saturating_add(limits::CLOCK_AHEAD_MS_MAX);
        let by_board = self.clock.saturating_add(limits::CLOCK_STEP_MS_MAX);
        if last <= by_time || last <= by_board { Ok(()) } else { Err(Reason::Clock) }
    }

    /// Whether all that a change builds on is there. Asks neither who may nor for limits: for what
    /// another log has accepted.
    ///
    /// # Errors
    /// What is missing.
    pub fn fits(&self, change: &Change) -> Result<(), Reason> {
        let mut trial = Trial { board: self, layers: BTreeMap::new(), records: BTreeMap::new() };
        for (id, stamp, op) in change.iter() {
            if place(&trial, op.document).is_none() {
                return Err(Reason::Missing);
            }
            trial.apply(op.document, id, stamp, &op.body, change.ops.len() == 1)?;
        }
        Ok(())
    }

    /// Takes an accepted change in. The caller sees to it that each change comes once.
    ///
    /// # Errors
    /// If something the change builds on is not there, which an accepted change in a causally
    /// closed log cannot meet: the board is then not to be trusted and must be read anew.
    pub fn merge(&mut self, change: &Change) -> Result<(), (OpId, Reason)> {
        for (id, stamp, op) in change.iter() {
            if !self.documents.contains_key(&op.document) {
                if self.document(op.document).is_none() {
                    return Err((id, Reason::Missing));
                }
                self.documents.insert(op.document, Document::default());
            }
            let document = self.documents.get_mut(&op.document).ok_or((id, Reason::Missing))?;
            document.apply(id, stamp, &op.body).map_err(|reason| (id, reason))?;
            match (op.document, &op.body) {
                (DocumentId::COVER, OpBody::Create { kind, .. }) => {
                    self.pages += usize::from(*kind == Kind::Page.number());
                    self.people += usize::from(*kind == Kind::Person.number());
                    self.participants += usize::from(*kind == Kind::Participant.number());
                }
                (document, OpBody::Create { kind, .. }) if *kind == Kind::Page.number() => {
                    self.at_desks.insert(id, document.0);
                }
                _ => {}
            }
            self.clock = self.clock.max(stamp.clock);
        }
        Ok(())
    }
}

impl Sight for Board {
    fn cover(&self, record: RecordId) -> Option<&Record> {
        self.documents[&DocumentId::COVER].record(record)
    }
    fn record(&self, document: DocumentId, record: RecordId) -> Option<&Record> {
        self.documents.get(&document)?.record(record)
    }
    fn has_person(&self, actor: ActorId) -> bool {
        any_person(self.documents[&DocumentId::COVER].made_by(actor))
    }
    fn desk(&self, page: RecordId) -> Option<RecordId> {
        self.at_desks.get(&page).copied()
    }
}

/// A board with a change being tried on it.
struct Trial<'a> {
    board: &'a Board,
    layers: BTreeMap<DocumentId, Layer>,
    /// How many records the change makes, per document.
    records: BTreeMap<DocumentId, usize>,
}

impl Sight for Trial<'_> {
    fn cover(&self, record: RecordId) -> Option<&Record> {
        self.record(DocumentId::COVER, record)
    }
    fn record(&self, document: DocumentId, record: RecordId) -> Option<&Record> {
        self.layers.get(&document).and_then(|layer| layer.get(record)).or_else(|| self.board.documents.get(&document)?.record(record))
    }
    fn has_person(&self, actor: ActorId) -> bool {
        let cover = DocumentId::COVER;
        let made = self.layers.get(&cover).into_iter().flat_map(|layer| layer.made_by(actor));
        any_person(made.chain(self.board.documents[&cover].made_by(actor)))
    }
    fn desk(&self, page: RecordId) -> Option<RecordId> {
        let made = self.layers.iter().find(|(document, layer)| **document != DocumentId::COVER && layer.get(page).is_some_and(is_entry));
        self.board.desk(page).or_else(|| made.map(|(document, _)| document.0))
    }
}

fn is_entry(record: &Record) -> bool {
    record.kind() == Some(Kind::Page)
}

impl Trial<'_> {
    fn apply(&mut self, document: DocumentId, id: OpId, stamp: Stamp, body: &OpBody, alone: bool) -> Result<(), Reason> {
        let base = self.board.documents.get(&document).unwrap_or(&EMPTY);
        // An append that is a change by itself is by far the most frequent: it is checked where it
        // stands, without copying the stroke.
        if let (true, OpBody::AppendInk { record, offset, points, ink }) = (alone, body) {
            let target = base.record(*record).ok_or(Reason::Missing)?;
            if !target.takes_ink() {
                return Err(Reason::Kind);
            }
            if target.purged() {
                return Ok(());
            }
            let mut state = target.ink().map_or(Ok(InkState::default()), |ink| ink.state().copied()).map_err(|_| Reason::Value)?;
            if state.points() != *offset {
                return Err(Reason::Offset);
            }
            let found = crate::ink::check(&mut state, ink, *points as usize).map_err(|_| Reason::Value)?;
            return if found == *points as usize && found > 0 { Ok(()) } else { Err(Reason::Value) };
        }
        let layer = self.layers.entry(document).or_default();
        apply(&mut Layered { base, layer }, id, stamp, body, None)
    }

    fn check_limits(&mut self, document: DocumentId, body: &OpBody) -> Result<(), Reason> {
        let base = self.board.documents.get(&document).unwrap_or(&EMPTY);
        match body {
            OpBody::Create { kind, properties } => {
                let made = self.records.entry(document).or_default();
                *made += 1;
                let (have, max, reason) = match Kind::of(*kind) {
                    Some(Kind::Page) => (self.board.pages + self.board.at_desks.len(), limits::PAGES_MAX, Reason::Pages),
                    Some(Kind::Participant) => (self.board.participants, limits::PARTICIPANTS_MAX, Reason::Records),
                    Some(Kind::Person) => (self.board.people, limits::PEOPLE_MAX, Reason::Records),
                    _ => (base.records.len(), limits::RECORDS_MAX, Reason::Records),
                };
                if have + *made > max {
                    return Err(reason);
                }
                check_properties(properties)
            }
            OpBody::Set { record, properties } => {
                let target = self.record(document, *record).ok_or(Reason::Missing)?;
                let new = properties.iter().filter(|property| target.entry(property.key).is_none()).count();
                if target.entries().len() + new > limits::PROPERTIES_MAX {
                    return Err(Reason::Properties);
                }
                check_properties(properties)
            }
            OpBody::AppendInk { offset, points, ink, .. } => {
                if *offset as usize + *points as usize > limits::STROKE_POINTS_MAX {
                    return Err(Reason::Points);
                }
                if base.ink_bytes() + ink.len() > limits::INK_BYTES_MAX { Err(Reason::Ink) } else { Ok(()) }
            }
            OpBody::InsertText { record, text, .. } => {
                let target = self.record(document, *record).ok_or(Reason::Missing)?;
                let total = target.text().map_or(0, crate::text::Text::total);
                if total + text.chars().count() > crate::text::TEXT_CHARS_MAX { Err(Reason::Characters) } else { Ok(()) }
            }
            OpBody::Unknown { .. } => {
                let made = self.layers.get(&document).map_or(0, |layer| layer.unknown().len());
                if base.unknown.len() + made < limits::UNKNOWN_OPS_MAX { Ok(()) } else { Err(Reason::Unknown) }
            }
            _ => Ok(()),
        }
    }
}

fn check_properties(properties: &[Property]) -> Result<(), Reason> {
    let fits = |property: &Property| {
        check_value(property.key, &property.value).is_ok() && (!is_name(property.key) || reads_plain(&property.value))
    };
    if properties.iter().all(fits) { Ok(()) } else { Err(Reason::Value) }
}

fn is_name(key: u16) -> bool {
    [Key::Name, Key::Title].map(Key::number).contains(&key)
}

fn reads_plain(value: &[u8]) -> bool {
    std::str::from_utf8(value).is_ok_and(is_plain)
}
