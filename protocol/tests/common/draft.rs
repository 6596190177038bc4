//! A change while it is written: each op is tried on a layer over the author's board, so that the
//! next may build on it, and what it wrote is noted for undo.

use std::collections::BTreeMap;

use kakehashi_protocol::board::Board;
use kakehashi_protocol::document::{Document, Layer, Layered, apply};
use kakehashi_protocol::ids::{DocumentId, OpId, RecordId};
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::MEETING;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::text::{CharId, Side, Span};
use kakehashi_protocol::undo::Written;
use kakehashi_protocol::verdict::Reason;

use super::Dice;
use super::values::{self, UNKNOWN_KIND, UNKNOWN_OP};

pub struct Draft<'a> {
    pub board: &'a Board,
    pub change: Change,
    pub written: Vec<(DocumentId, Written)>,
    layers: BTreeMap<DocumentId, Layer>,
    nothing: Document,
}

/// What a generator may do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    /// Records may be purged.
    pub purges: bool,
    /// Only what an undo can take back: no ink on older strokes, no unknown ops, no showing of hidden text.
    pub undoable: bool,
}

impl<'a> Draft<'a> {
    pub fn new(board: &'a Board, change: Change) -> Self {
        Self { board, change, written: Vec::new(), layers: BTreeMap::new(), nothing: Document::default() }
    }

    pub fn push(&mut self, document: DocumentId, body: OpBody) -> Result<OpId, Reason> {
        let index = self.change.ops.len();
        let (id, stamp) = (self.change.id(index), self.change.stamp(index));
        let base = self.board.document(document).unwrap_or(&self.nothing);
        let mut written = Vec::new();
        let layer = self.layers.entry(document).or_default();
        apply(&mut Layered { base, layer }, id, stamp, &body, Some(&mut written))?;
        self.written.extend(written.into_iter().map(|written| (document, written)));
        self.change.ops.push(Op { document, body });
        Ok(id)
    }

    pub fn record(&self, document: DocumentId, id: RecordId) -> Option<&Record> {
        let touched = self.layers.get(&document).and_then(|layer| layer.get(id));
        touched.or_else(|| self.board.document(document)?.records().find(|record| record.id() == id))
    }

    fn records(&self, document: DocumentId) -> Vec<RecordId> {
        let layer = self.layers.get(&document).into_iter().flat_map(Layer::records);
        let base = self.board.document(document).into_iter().flat_map(Document::records);
        let mut records: Vec<RecordId> = layer.chain(base).map(Record::id).collect();
        records.sort_unstable();
        records.dedup();
        records
    }

    /// The cover and all pages.
    fn documents(&self) -> Vec<DocumentId> {
        let page = |id: &RecordId| self.record(DocumentId::COVER, *id).and_then(Record::kind) == Some(Kind::Page);
        let pages = self.records(DocumentId::COVER).into_iter().filter(page).map(DocumentId);
        std::iter::once(DocumentId::COVER).chain(pages).collect()
    }

    fn page(&self, dice: &mut Dice) -> Option<DocumentId> {
        dice.pick(&self.documents()[1..]).copied()
    }

    /// A record of any document that `want` accepts.
    fn some(&self, dice: &mut Dice, want: impl Fn(&Record) -> bool) -> Option<(DocumentId, RecordId)> {
        let all: Vec<_> =
            self.documents().into_iter().flat_map(|document| self.records(document).into_iter().map(move |id| (document, id))).collect();
        let fit: Vec<_> = all.into_iter().filter(|(document, id)| self.record(*document, *id).is_some_and(&want)).collect();
        // The newest half of the time: conflicts are there.
        if dice.one_in(2) { fit.last().copied() } else { dice.pick(&fit).copied() }
    }

    /// Adds one act, of one to three ops. Nothing if the dice ask for what is not there.
    pub fn act(&mut self, dice: &mut Dice, habits: Habits) {
        let added = match dice.below(17) {
            0 => self.create(DocumentId::COVER, Kind::Page.number(), dice),
            1 | 2 => self.stroke(dice),
            3 => self.shape(dice),
            4 => self.write_text(dice),
            5 | 6 => self.set(dice),
            7 => self.delete(dice),
            8 if !habits.undoable => self.append(dice),
            9 | 10 => self.insert(dice),
            11 | 12 => self.mark(dice, habits),
            13 if !habits.undoable => self.unknown(dice),
            14 if habits.purges => self.purge(dice),
            15 => self.move_between_pages(dice),
            _ => self.set(dice),
        };
        added.unwrap_or(Ok(())).expect("an act is valid where it is written");
    }

    fn create(&mut self, document: DocumentId, kind: u16, dice: &mut Dice) -> Option<Result<(), Reason>> {
        let properties = values::properties(dice, 6);
        Some(self.push(document, OpBody::Create { kind, properties }).map(drop))
    }

    fn stroke(&mut self, dice: &mut Dice) -> Option<Result<(), Reason>> {
        let page = self.page(dice)?;
        let properties = values::properties(dice, 3);
        let made = self.push(page, OpBody::Create { kind: Kind::Stroke.number(), properties });
        Some(made.and_then(|record| self.append_to(page, record, dice)))
    }

    fn shape(&mut self, dice: &mut Dice) -> Option<Result<(), Reason>> {
        let page = self.page(dice)?;
        let shapes: Vec<u16> = Kind::ALL.iter().filter(|kind| kind.is_shape()).map(|kind| kind.number()).collect();
        let kind = if dice.one_in(5) { UNKNOWN_KIND + dice.below(2) as u16 } else { shapes[dice.below(shapes.len())] };
        // A newer kind may stand in the cover too.
        let document = if kind >= UNKNOWN_KIND && dice.one_in(4) { DocumentId::COVER } else { page };
        self.create(document, kind, dice)
    }

    fn write_text(&mut self, dice: &mut Dice) -> Option<Result<(), Reason>> {
        let page = self.page(dice)?;
        let kind = if dice.one_in(2) { Kind::Text } else { Kind::Note };
        let made = self.push(page, OpBody::Create { kind: kind.number(), properties: values::properties(dice, 3) });
        Some(made.and_then(|record| self.insert_at(page, record, dice)))
    }

    fn set(&mut self, dice: &mut Dice) -> Option<Result<(), Reason>> {
        let (document, record) = self.some(dice, |_| true)?;
        let mut properties = values::properties(dice, 4);
        if record == MEETING {
            // What is of a session must name the one that is on: `rights.rs` asks about that.
            let of_sessions =
                [Key::Session, Key::Ended, Key::Hand, Key::Writing, Key::Timer, Key::TimerLength, Key::Spotlight].map(Key::number);
            properties.retain(|property| !of_sessions.contains(&property.key));
        }
        if properties.is_empty() {
            properties.push(Property { key: Key::Title.number(), value: values::value(Key::Title, dice).encode() });
        }
        Some(self.push(document, OpBody::Set { record, properties }).map(drop))
    }

    fn delete(&mut self, dice: &mut Dice) -> Option<Result<(), Reason>> {
        let (document, record) = self.some(dice, |_| true)?;
        let value = Value::Bool(!dice.one_in(4)).encode();
        let properties = vec![Property { key: Key::Deleted.number(), value }];
        Some(self.push(document, OpBody::Set { record, properties }).map(drop))
    }

    fn append(&mut self, dice: &mut Dice) -> Option<Result<(), Reason>> {
        let me = self.change.actor;
        let (document, record) = self.some(dice, |record| record.takes_ink() && record.id().actor == me && !record.purged())?;
        Some(self.append_to(document, record, dice))
    }

    fn append_to(&mut self, document: DocumentId, record: RecordId, dice: &mut Dice) -> Result<(), Reason> {
        let state = self.record(document, record).and_then(Record::ink).and_then(|ink| ink.state().ok().copied()).unwrap_or_default();
        let most = if dice.one_in(10) { 200 } else { 6 };
        let points = 1 + dice.below(most);
        let ink = values::ink(&state, points, dice);
        self.push(document, OpBody::AppendInk { record, offset: state.points(), points: points as u32, ink }).map(drop)
    }

    fn insert(&mut self, dice: &mut Dice) -> Option<Result<(), Reason>> {
        let (document, record) = self.some(dice, |record| record.takes_text() && !record.purged())?;
        Some(self.insert_at(document, record, dice))
    }

    fn insert_at(&mut self, document: DocumentId, record: RecordId, dice: &mut Dice) -> Result<(), Reason> {
        let text = self.record(document, record).and_then(Record::text);
        let any: Vec<CharId> = text.into_iter().flat_map(|text| text.runs().map(|piece| piece.first)).collect();
        let (parent, side) = match (text, any.is_empty()) {
            // Where no client of ours would put it, but another may.
            (Some(_), false) if dice.one_in(4) => (dice.pick(&any).copied(), if dice.one_in(2) { Side::Left } else { Side::Right }),
            // Mostly at the end, as one types.
            (Some(text), _) if dice.one_in(2) => text.place(text.len()),
            (Some(text), _) => text.place(dice.below(text.len() + 1)),
            (None, _) => (None, Side::Right),
        };
        let words = ["a", "橋", "bridge", "か", "🎏🎏", "\n", "hello "];
        let text = (0..=dice.below(3)).map(|_| words[dice.below(words.len())]).collect();
        self.push(document, OpBody::InsertText { record, parent, side, text }).map(drop)
    }

    fn mark(&mut self, dice: &mut Dice, habits: Habits) -> Option<Result<(), Reason>> {
        let (document, record) = self.some(dice, |record| !record.purged() && record.text().is_some_and(|text| text.total() > 0))?;
        let text = self.record(document, record)?.text()?;
        let show = !habits.undoable && dice.one_in(3);
        let spans: Vec<Span> = if show {
            let hidden = text.runs().filter(|piece| !piece.visible);
            hidden.map(|piece| Span { op: piece.first.op, start: piece.first.index, len: piece.text.chars().count() as u32 }).collect()
        } else {
            text.spans(dice.below(text.len()), 1 + dice.below(5))
        };
        if spans.is_empty() {
            return None;
        }
        Some(self.push(document, OpBody::MarkText { record, spans, visible: show }).map(drop))
    }

    fn unknown(&mut self, dice: &mut Dice) -> Option<Result<(), Reason>> {
        let document = *dice.pick(&self.documents())?;
        let body = (0..dice.below(9)).map(|_| dice.next() as u8).collect();
        Some(self.push(document, OpBody::Unknown { kind: UNKNOWN_OP + dice.below(3) as u16, body }).map(drop))
    }

    fn purge(&mut self, dice: &mut Dice) -> Option<Result<(), Reason>> {
        let (document, record) = self.some(dice, |record| record.kind().is_none_or(Kind::is_shape))?;
        Some(self.push(document, OpBody::Purge { record }).map(drop))
    }

    /// A copy on another page and the deletion of the original, in one change.
    fn move_between_pages(&mut self, dice: &mut Dice) -> Option<Result<(), Reason>> {
        let (document, record) = self.some(dice, |record| record.kind().is_some_and(Kind::is_shape))?;
        let page = self.page(dice)?;
        let original = self.record(document, record)?;
        let mut properties: Vec<Property> = original
            .entries()
            .iter()
            .filter(|entry| entry.key != Key::From.number())
            .map(|entry| Property { key: entry.key, value: entry.value.to_vec() })
            .collect();
        properties.push(Property { key: Key::From.number(), value: Value::Record(record).encode() });
        let kind = original.kind_number();
        let made = self.push(page, OpBody::Create { kind, properties });
        let properties = vec![Property { key: Key::Deleted.number(), value: Value::Bool(true).encode() }];
        Some(made.and_then(|_| self.push(document, OpBody::Set { record, properties })).map(drop))
    }
}
