//! A participant: a client core, the device's storage beside it, and hands that do things at random.

use std::collections::BTreeMap;

use kakehashi_client::{Client, Config};
use kakehashi_protocol::ids::{ActorId, DocumentId, OpId, RecordId};
use kakehashi_protocol::ink::{InkState, Point, encode};
use kakehashi_protocol::op::{Op, OpBody, Property};
use kakehashi_protocol::order::between;
use kakehashi_protocol::presence::{Place, Presence};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::text::Text;
use kakehashi_protocol::wire::frame::ActorKey;
use kakehashi_server::room::core::Entry;

use super::meeting;
use super::rng::Rng;

/// Changes kept on the device, by actor, with the actor's key.
pub type Device = BTreeMap<ActorId, (ActorKey, BTreeMap<u64, Vec<u8>>)>;

/// What was done, so that a run can say what it covered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Act {
    /// Began a stroke.
    Stroke,
    /// Went on with one.
    Ink,
    /// Made a shape.
    Shape,
    /// Set properties of somebody's record.
    Set,
    /// Deleted or restored one.
    Delete,
    /// Typed.
    Type,
    /// Deleted characters.
    Erase,
    /// Took back.
    Undo,
    /// Brought back.
    Redo,
    /// Added a page.
    Page,
    /// Turned the page.
    Turn,
    /// Several records in one change, over two documents.
    Move,
    /// Pointed.
    Point,
    /// Tried what is refused here already: ink for a stroke at a wrong offset.
    Refusable,
    /// Wrote what only a newer version knows; sometimes a lot of it.
    Newer,
    /// Kept the documents on the device.
    Keep,
    /// Did something of the meeting.
    Meet,
}

/// All that a person can do.
pub const ACTS: [Act; 17] = [
    Act::Stroke,
    Act::Ink,
    Act::Shape,
    Act::Set,
    Act::Delete,
    Act::Type,
    Act::Erase,
    Act::Undo,
    Act::Redo,
    Act::Page,
    Act::Turn,
    Act::Move,
    Act::Point,
    Act::Refusable,
    Act::Newer,
    Act::Keep,
    Act::Meet,
];

/// One page load.
pub struct Person {
    /// The core.
    pub client: Client,
    /// What would survive closing it.
    pub device: Device,
    /// Documents kept on the device.
    pub kept: BTreeMap<DocumentId, Vec<u8>>,
    /// The page on its screen.
    pub page: Option<DocumentId>,
    /// The stroke each hand is drawing.
    drawing: BTreeMap<u8, (DocumentId, RecordId, InkState)>,
    /// How many hands it has.
    pub hands: u8,
    /// How far the device's clock is off, milliseconds.
    pub clock_off_ms: i64,
    /// Whether it writes more than the rooms keep for readers.
    pub heavy: bool,
    /// What it is let in with.
    pub entry: Entry,
}

/// What a page load leaves on the device.
#[derive(Clone, Debug)]
pub struct Left {
    /// Whether something was not acknowledged.
    pub unsaved: bool,
    device: Device,
    kept: BTreeMap<DocumentId, Vec<u8>>,
}

/// A kind of op that no version of the protocol knows yet.
const NEWER_OP: u16 = 60_000;

impl Person {
    /// A page load with a new actor.
    #[must_use]
    pub fn new(rng: &mut Rng, clock_off_ms: i64) -> Self {
        let actor = ActorId(rng.next() | 1);
        let mut key = [0; 16];
        key[..8].copy_from_slice(&rng.next().to_le_bytes());
        key[8..].copy_from_slice(&rng.next().to_le_bytes());
        let mut client = Client::new(Config { actor, key, seed: rng.next(), credential: Vec::new() });
        client.recall_documents();
        let device = BTreeMap::from([(actor, (key, BTreeMap::new()))]);
        Self {
            client,
            device,
            kept: BTreeMap::new(),
            page: None,
            drawing: BTreeMap::new(),
            hands: 2,
            clock_off_ms,
            heavy: false,
            entry: Role::Member.into(),
        }
    }

    /// What it leaves behind on the device.
    #[must_use]
    pub fn after(&self) -> Left {
        Left { unsaved: self.client.unsaved() > 0, device: self.device.clone(), kept: self.kept.clone() }
    }

    /// Takes over what an earlier load left.
    pub fn take_over(&mut self, left: &Left) {
        self.kept.clone_from(&left.kept);
        for (actor, (key, changes)) in &left.device {
            let bytes: Vec<Vec<u8>> = changes.values().cloned().collect();
            self.device.insert(*actor, (*key, changes.clone()));
            self.client.adopt(*actor, *key, &bytes);
        }
    }

    /// A document is not there any more, or may no longer be seen.
    pub fn withdrawn(&mut self, document: DocumentId) {
        self.kept.remove(&document);
        self.page.take_if(|page| *page == document);
    }

    /// The device's clock, milliseconds.
    #[must_use]
    pub const fn clock(&self, at_us: u64) -> u64 {
        super::WALL_START_MS.saturating_add_signed(self.clock_off_ms) + at_us / 1_000
    }

    /// Does something, if the board is far enough for it; says whether it was done.
    pub fn act(&mut self, rng: &mut Rng, at_us: u64, act: Act) -> bool {
        let now = self.clock(at_us);
        let hand = rng.below(u64::from(self.hands)) as u8;
        let gesture = self.client.new_gesture();
        let Some(page) = self.page.or_else(|| self.turn(rng)) else { return false };
        if !self.client.is_ready(page) && act != Act::Turn {
            return false;
        }
        match act {
            Act::Stroke => {
                let id = self.client.next_id(0);
                let mut state = InkState::default();
                let ink = ink(rng, &mut state, 2);
                let order = between(None, None).map(|key| Property { key: Key::Order.number(), value: key });
                let create = OpBody::Create { kind: Kind::Stroke.number(), properties: order.into_iter().collect() };
                let append = OpBody::AppendInk { record: id, offset: 0, points: 2, ink };
                let done = self.edit(now, hand, gesture, page, vec![create, append]);
                self.draws(hand, done.then_some((page, id, state)))
            }
            Act::Ink => self.go_on(rng, now, hand, gesture),
            Act::Shape => {
                let kind = [Kind::Rectangle, Kind::Text, Kind::Note, Kind::Line][rng.below(4) as usize];
                let properties = vec![property(Key::X, rng.below(15_000) as i64), property(Key::Y, rng.below(8_000) as i64)];
                self.edit(now, hand, gesture, page, vec![OpBody::Create { kind: kind.number(), properties }])
            }
            Act::Set => {
                let Some(record) = self.some_record(rng, page, |_| true) else { return false };
                let key = [Key::X, Key::Y, Key::Width][rng.below(3) as usize];
                self.edit(now, hand, gesture, page, vec![OpBody::Set { record, properties: vec![property(key, rng.below(9_000) as i64)] }])
            }
            Act::Delete => {
                let Some(record) = self.some_record(rng, page, |_| true) else { return false };
                let value = Value::Bool(!rng.once_in(4)).encode();
                let properties = vec![Property { key: Key::Deleted.number(), value }];
                self.edit(now, hand, gesture, page, vec![OpBody::Set { record, properties }])
            }
            Act::Type => {
                let Some(record) = self.some_record(rng, page, |kind| kind.has_text()) else { return false };
                let text = self.client.record(page, record).and_then(|record| record.text()).cloned().unwrap_or_else(Text::new);
                let (parent, side) = text.place(rng.below(text.len() as u64 + 1) as usize);
                let letters: String = (0..rng.between(1, 5)).map(|_| char::from(b'a' + rng.below(26) as u8)).collect();
                self.edit(now, hand, gesture, page, vec![OpBody::InsertText { record, parent, side, text: letters }])
            }
            Act::Erase => {
                let Some(record) = self.some_record(rng, page, |kind| kind.has_text()) else { return false };
                let Some(text) = self.client.record(page, record).and_then(|record| record.text()) else { return false };
                if text.is_empty() {
                    return false;
                }
                let start = rng.below(text.len() as u64) as usize;
                let spans = text.spans(start, rng.between(1, 3).min((text.len() - start) as u64) as usize);
                self.edit(now, hand, gesture, page, vec![OpBody::MarkText { record, spans, visible: false }])
            }
            Act::Undo => self.client.undo(now, hand).unwrap_or(false),
            Act::Redo => self.client.redo(now, hand).unwrap_or(false),
            Act::Page => {
                let properties = between(None, None).map(|key| Property { key: Key::Order.number(), value: key }).into_iter().collect();
                self.edit(now, hand, gesture, DocumentId::COVER, vec![OpBody::Create { kind: Kind::Page.number(), properties }])
            }
            Act::Turn => self.turn(rng).is_some(),
            Act::Move => {
                let Some(record) = self.some_record(rng, page, |kind| !kind.has_ink() && !kind.has_text()) else { return false };
                let Some(other) = self.some_page(rng).filter(|other| *other != page) else { return false };
                let Some(moved) = self.client.record(page, record) else { return false };
                let properties = moved.entries().iter().map(|entry| Property { key: entry.key, value: entry.value.to_vec() });
                let create = OpBody::Create {
                    kind: moved.kind_number(),
                    properties: properties.filter(|p| p.key != Key::Deleted.number()).collect(),
                };
                let delete = OpBody::Set { record, properties: vec![Property { key: Key::Deleted.number(), value: vec![1] }] };
                // The other page may not be open here: its record is made all the same.
                self.client.open(other);
                let ops = vec![Op { document: other, body: create }, Op { document: page, body: delete }];
                self.client.edit(now, hand, gesture, ops).is_ok()
            }
            Act::Point => {
                let cursor = Some(Place { x: rng.below(15_360) as i32, y: rng.below(8_640) as i32 });
                let presence = Presence { name: "Guest".into(), document: Some(page), cursor, ..Presence::default() };
                self.client.set_presence(presence).is_ok()
            }
            Act::Refusable => {
                let Some((document, record, state)) = self.drawing.get(&hand).copied().filter(|(document, ..)| *document == page) else {
                    return false;
                };
                let mut other = state;
                let ink = ink(rng, &mut other, 1);
                let append = OpBody::AppendInk { record, offset: state.points() + 7, points: 1, ink };
                // The core says what the server would say, and uses up no counter.
                !self.edit(now, hand, gesture, document, vec![append])
            }
            Act::Newer => {
                // In one run of eight there is so much of it that slow readers are left behind.
                let bytes = if self.heavy { 60_000 } else { rng.below(60) as usize };
                self.edit(now, hand, gesture, page, vec![OpBody::Unknown { kind: NEWER_OP, body: vec![7; bytes] }; 2])
            }
            Act::Keep => {
                for document in [DocumentId::COVER, page] {
                    if let Some(bytes) = self.client.kept(document) {
                        self.kept.insert(document, bytes);
                    }
                }
                self.kept.contains_key(&page)
            }
            Act::Meet => meeting::act(&mut self.client, rng, now),
        }
    }

    fn go_on(&mut self, rng: &mut Rng, now: u64, hand: u8, gesture: u32) -> bool {
        let Some((document, record, mut state)) = self.drawing.get(&hand).copied() else { return false };
        let offset = state.points();
        let points = rng.between(1, 4) as u32;
        let ink = ink(rng, &mut state, points);
        let done = self.edit(now, hand, gesture, document, vec![OpBody::AppendInk { record, offset, points, ink }]);
        self.draws(hand, done.then_some((document, record, state)))
    }

    fn draws(&mut self, hand: u8, stroke: Option<(DocumentId, RecordId, InkState)>) -> bool {
        match stroke {
            Some(stroke) => self.drawing.insert(hand, stroke),
            None => self.drawing.remove(&hand),
        };
        stroke.is_some()
    }

    fn edit(&mut self, now: u64, hand: u8, gesture: u32, document: DocumentId, bodies: Vec<OpBody>) -> bool {
        let ops = bodies.into_iter().map(|body| Op { document, body }).collect();
        self.client.edit(now, hand, gesture, ops).is_ok()
    }

    fn turn(&mut self, rng: &mut Rng) -> Option<DocumentId> {
        let page = self.some_page(rng)?;
        if let Some(before) = self.page.filter(|before| *before != page) {
            self.client.close(before);
        }
        self.client.open(page);
        self.page = Some(page);
        Some(page)
    }

    fn some_page(&self, rng: &mut Rng) -> Option<DocumentId> {
        let pages: Vec<DocumentId> = self.client.pages().iter().map(|page| DocumentId(page.id())).collect();
        rng.pick(&pages).copied()
    }

    fn some_record(&self, rng: &mut Rng, page: DocumentId, fits: impl Fn(Kind) -> bool) -> Option<OpId> {
        let records: Vec<OpId> =
            self.client.records(page).into_iter().filter(|record| record.kind().is_some_and(&fits)).map(|record| record.id()).collect();
        rng.pick(&records).copied()
    }
}

fn property(key: Key, value: i64) -> Property {
    Property { key: key.number(), value: Value::Int(value).encode() }
}

fn ink(rng: &mut Rng, state: &mut InkState, points: u32) -> Vec<u8> {
    let from = state.last().unwrap_or(Point { x: rng.below(15_000) as i32, y: rng.below(8_000) as i32, pressure: 0, time_ms: 0 });
    let mut last = from;
    let points: Vec<Point> = (0..points)
        .map(|_| {
            last = Point {
                x: last.x + rng.below(40) as i32 - 20,
                y: last.y + rng.below(40) as i32 - 20,
                pressure: 0,
                time_ms: last.time_ms + 8,
            };
            last
        })
        .collect();
    let mut out = Vec::new();
    encode(state, &points, &mut out).expect("points within the range");
    out
}
