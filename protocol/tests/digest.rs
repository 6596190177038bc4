//! Changing any single field of a document changes its digest.

mod common;

use std::collections::BTreeMap;

use common::draft::Habits;
use common::values;
use common::world::{World, steps};
use common::{Count, Dice, runner};
use kakehashi_protocol::document::Document;
use kakehashi_protocol::ids::{ActorId, Cursor, DocumentId, OpId, Stamp};
use kakehashi_protocol::ink::{InkState, Point, encode};
use kakehashi_protocol::op::{OpBody, Property};
use kakehashi_protocol::schema::{Key, Kind};
use kakehashi_protocol::text::{CharId, Side, Span};
use kakehashi_protocol::wire::snapshot::{digest, read_snapshot, write_snapshot};

type Ops = Vec<(OpId, Stamp, OpBody)>;

const A: u64 = 0xa;
const B: u64 = 0xb;

fn document(ops: &Ops) -> Document {
    let mut document = Document::default();
    for (id, stamp, body) in ops {
        assert_eq!(document.apply(*id, *stamp, body), Ok(()), "{id} {body:?}");
    }
    document
}

fn op(actor: u64, counter: u64, body: OpBody) -> (OpId, Stamp, OpBody) {
    (OpId::new(actor, counter), Stamp { clock: 1_000 + counter, actor: ActorId(actor) }, body)
}

fn ink(points: &[(i32, i32, u8, u32)]) -> Vec<u8> {
    let points: Vec<Point> = points.iter().map(|&(x, y, pressure, time_ms)| Point { x, y, pressure, time_ms }).collect();
    let mut bytes = Vec::new();
    encode(&mut InkState::default(), &points, &mut bytes).expect("in range");
    bytes
}

const STROKE: [(i32, i32, u8, u32); 3] = [(8, 8, 10, 0), (16, 20, 12, 17), (30, 40, 9, 33)];

/// A value that is neither unset nor `other`.
fn filled(key: Key, dice: &mut Dice, other: &[u8]) -> Vec<u8> {
    loop {
        let value = values::value(key, dice).encode();
        if !value.is_empty() && value != other {
            return value;
        }
    }
}

/// A page with each kind of record and each body there is.
fn base() -> Ops {
    let mut dice = Dice(11);
    let mut ops = Vec::new();
    // A record of each kind, one of an unknown kind; all properties by another actor, then one by the first.
    for (place, kind) in (1u64..).zip(Kind::ALL.iter().map(|kind| kind.number()).chain([values::UNKNOWN_KIND])) {
        let properties = vec![Property { key: Key::Title.number(), value: b"first".to_vec() }];
        ops.push(op(A, place, OpBody::Create { kind, properties }));
    }
    for place in 1..=Kind::ALL.len() as u64 + 1 {
        let mut properties: Vec<Property> =
            Key::ALL.iter().map(|key| Property { key: key.number(), value: filled(*key, &mut dice, &[]) }).collect();
        properties.push(Property { key: values::UNKNOWN_KEY, value: vec![1, 2] });
        ops.push(op(B, place, OpBody::Set { record: OpId::new(A, place), properties }));
    }
    let stroke = OpId::new(A, 2);
    ops.push(op(A, 40, OpBody::AppendInk { record: stroke, offset: 0, points: 3, ink: ink(&STROKE) }));
    let text = OpId::new(A, 8);
    ops.push(op(A, 41, OpBody::InsertText { record: text, parent: None, side: Side::Right, text: "abcd".into() }));
    ops.push(op(
        B,
        41,
        OpBody::InsertText { record: text, parent: Some(CharId { op: OpId::new(A, 41), index: 1 }), side: Side::Right, text: "橋".into() },
    ));
    ops.push(op(B, 42, OpBody::MarkText { record: text, spans: vec![Span { op: OpId::new(A, 41), start: 2, len: 2 }], visible: false }));
    ops.push(op(A, 43, OpBody::Create { kind: Kind::Note.number(), properties: vec![] }));
    ops.push(op(B, 44, OpBody::Purge { record: OpId::new(A, 43) }));
    ops.push(op(B, 45, OpBody::Unknown { kind: values::UNKNOWN_OP, body: vec![5, 6] }));
    ops
}

/// The base, and what differs from it.
struct Varied {
    base: Ops,
    list: Vec<(String, Ops)>,
}

impl Varied {
    fn vary(&mut self, what: String, place: usize, change: &dyn Fn(&mut (OpId, Stamp, OpBody))) {
        let mut ops = self.base.clone();
        change(&mut ops[place]);
        self.list.push((what, ops));
    }
}

/// Every document that differs from the base in one field, with what it is.
fn variations() -> Vec<(String, Ops)> {
    let base = base();
    let mut all = Varied { base: base.clone(), list: Vec::new() };
    for (place, (id, _, body)) in base.iter().enumerate() {
        // Nothing remains of a purge but that it was; ink appended bears no stamp.
        let stamped = !matches!(body, OpBody::Purge { .. } | OpBody::AppendInk { .. } | OpBody::InsertText { .. });
        if stamped {
            all.vary(format!("{id}: clock up"), place, &|op| op.1.clock += 1);
            all.vary(format!("{id}: clock down"), place, &|op| op.1.clock -= 100);
        }
        match body {
            OpBody::Create { .. } => {
                all.vary(format!("{id}: kind"), place, &|op| {
                    if let OpBody::Create { kind, .. } = &mut op.2 {
                        *kind += 10_000
                    }
                });
            }
            OpBody::Set { properties, .. } => {
                all.vary(format!("{id}: actor of the stamp"), place, &|op| op.1.actor = ActorId(0xc));
                for (number, property) in properties.iter().enumerate() {
                    let at = format!("{id}: key {}", property.key);
                    let with = |change: &dyn Fn(&mut Vec<Property>)| {
                        let mut ops = base.clone();
                        if let OpBody::Set { properties, .. } = &mut ops[place].2 {
                            change(properties);
                        }
                        ops
                    };
                    let other = match Key::of(property.key) {
                        Some(key) => filled(key, &mut Dice(5), &property.value),
                        None => vec![1, 3],
                    };
                    all.list.push((format!("{at} another value"), with(&|properties| properties[number].value.clone_from(&other))));
                    all.list.push((format!("{at} unset"), with(&|properties| properties[number].value = Vec::new())));
                    all.list.push((format!("{at} never set"), with(&|properties| drop(properties.remove(number)))));
                    all.list.push((format!("{at} another key"), with(&|properties| properties[number].key += 10_000)));
                    // Its stamp alone: set by an op of its own, a little later.
                    let mut later = with(&|properties| drop(properties.remove(number)));
                    let (mut id, mut stamp) = (base[place].0, base[place].1);
                    id.counter += 500;
                    stamp.clock += 1;
                    later.push((
                        id,
                        stamp,
                        OpBody::Set { record: OpId::new(A, base[place].0.counter), properties: vec![property.clone()] },
                    ));
                    all.list.push((format!("{at} another stamp"), later));
                }
                all.vary(format!("{id}: properties left away"), place, &|op| {
                    if let OpBody::Set { properties, .. } = &mut op.2 {
                        properties.clear()
                    }
                });
            }
            OpBody::AppendInk { .. } => {
                for point in 0..STROKE.len() {
                    for field in 0..4 {
                        let mut stroke = STROKE;
                        match field {
                            0 => stroke[point].0 += 1,
                            1 => stroke[point].1 += 1,
                            2 => stroke[point].2 += 1,
                            _ => stroke[point].3 += 1,
                        }
                        all.vary(format!("{id}: point {point}, field {field}"), place, &|op| {
                            if let OpBody::AppendInk { ink: bytes, .. } = &mut op.2 {
                                *bytes = ink(&stroke)
                            }
                        });
                    }
                }
                all.vary(format!("{id}: a point less"), place, &|op| {
                    if let OpBody::AppendInk { ink: bytes, points, .. } = &mut op.2 {
                        *bytes = ink(&STROKE[..2]);
                        *points = 2;
                    }
                });
            }
            OpBody::InsertText { .. } if id.actor == ActorId(B) => {
                let with = |new: Option<CharId>, to: Side| {
                    move |op: &mut (OpId, Stamp, OpBody)| {
                        if let OpBody::InsertText { parent, side, .. } = &mut op.2 {
                            (*parent, *side) = (new, to)
                        }
                    }
                };
                all.vary(format!("{id}: parent's index"), place, &with(Some(CharId { op: OpId::new(A, 41), index: 2 }), Side::Right));
                all.vary(format!("{id}: the root"), place, &with(None, Side::Right));
                all.vary(format!("{id}: side"), place, &with(Some(CharId { op: OpId::new(A, 41), index: 1 }), Side::Left));
                all.vary(format!("{id}: letters"), place, &|op| {
                    if let OpBody::InsertText { text, .. } = &mut op.2 {
                        *text = "端".into()
                    }
                });
                all.vary(format!("{id}: more letters"), place, &|op| {
                    if let OpBody::InsertText { text, .. } = &mut op.2 {
                        text.push('a')
                    }
                });
                all.vary(format!("{id}: name"), place, &|op| op.0.counter += 900);
                all.vary(format!("{id}: author"), place, &|op| op.0.actor = ActorId(0xc));
            }
            OpBody::InsertText { .. } => {
                all.vary(format!("{id}: letters"), place, &|op| {
                    if let OpBody::InsertText { text, .. } = &mut op.2 {
                        *text = "abce".into()
                    }
                });
            }
            OpBody::MarkText { .. } => {
                let with = |change: fn(&mut Vec<Span>, &mut bool)| {
                    move |op: &mut (OpId, Stamp, OpBody)| {
                        if let OpBody::MarkText { spans, visible, .. } = &mut op.2 {
                            change(spans, visible)
                        }
                    }
                };
                all.vary(format!("{id}: shown"), place, &with(|_, visible| *visible = true));
                all.vary(format!("{id}: start"), place, &with(|spans, _| spans[0] = Span { start: 1, len: 3, ..spans[0] }));
                all.vary(format!("{id}: length"), place, &with(|spans, _| spans[0].len = 1));
                all.vary(format!("{id}: actor of the stamp"), place, &|op| op.1.actor = ActorId(0xc));
            }
            OpBody::Purge { .. } => {
                let mut ops = base.clone();
                ops.remove(place);
                all.list.push((format!("{id}: not purged"), ops));
            }
            OpBody::Unknown { .. } => {
                all.vary(format!("{id}: kind"), place, &|op| {
                    if let OpBody::Unknown { kind, .. } = &mut op.2 {
                        *kind += 1
                    }
                });
                all.vary(format!("{id}: body"), place, &|op| {
                    if let OpBody::Unknown { body, .. } = &mut op.2 {
                        body[1] += 1
                    }
                });
                all.vary(format!("{id}: shorter"), place, &|op| {
                    if let OpBody::Unknown { body, .. } = &mut op.2 {
                        body.truncate(1)
                    }
                });
                all.vary(format!("{id}: name"), place, &|op| op.0.counter += 1);
                all.vary(format!("{id}: author"), place, &|op| op.0.actor = ActorId(0xc));
                let mut ops = base.clone();
                ops.remove(place);
                all.list.push((format!("{id}: left away"), ops));
            }
        }
    }
    // The name of a record is its creation's.
    let mut ops = base.clone();
    ops.push(op(A, 90, OpBody::Create { kind: 2, properties: vec![] }));
    all.list.push(("one record more".into(), ops.clone()));
    ops.pop();
    ops.push(op(A, 91, OpBody::Create { kind: 2, properties: vec![] }));
    ops.last_mut().expect("pushed").1.clock -= 1;
    all.list.push(("the same record under another counter".into(), ops.clone()));
    ops.last_mut().expect("pushed").0.actor = ActorId(B);
    all.list.push(("the same record by another actor".into(), ops));
    all.list
}

// SPEC DIG-1, REC-4: a property that was unset is another state than one that was never set.
#[test]
fn any_single_field_changes_the_digest() {
    let mut seen: BTreeMap<[u8; 16], String> = BTreeMap::from([(digest(&document(&base())), "the base".into())]);
    let variations = variations();
    let count = variations.len();
    for (what, ops) in variations {
        if let Some(other) = seen.insert(digest(&document(&ops)), what.clone()) {
            panic!("{what} has the digest of {other}");
        }
    }
    println!("digest: {count} documents that differ in one field, all of another digest");
    assert!(count > 1_400);
}

// SPEC DIG-1: over all states that bytes can hold, equal digests are equal states.
#[test]
fn other_states_have_other_digests() {
    static STATES: Count = Count::new();
    let result = runner(150).run(&(steps(40), proptest::num::u64::ANY), |(steps, seed)| {
        let mut world = World::new(2, Habits { purges: true, undoable: false });
        steps.iter().for_each(|step| world.step(*step));
        let mut dice = Dice(seed);
        let mut seen: BTreeMap<[u8; 16], Document> = BTreeMap::new();
        for (_, document) in world.replicas[0].board.documents() {
            let bytes = write_snapshot(DocumentId::COVER, Cursor::default(), document);
            seen.insert(digest(document), document.clone());
            for _ in 0..200 {
                let mut changed = bytes.clone();
                // Behind the position, which is no part of the state.
                let place = 27 + dice.below(changed.len() - 27);
                changed[place] ^= 1 << dice.below(8);
                let Ok(other) = read_snapshot(&changed) else { continue };
                STATES.add(1);
                let key = digest(&other.document);
                let known = seen.entry(key).or_insert_with(|| other.document.clone());
                proptest::prop_assert_eq!(&*known, &other.document);
            }
        }
        Ok(())
    });
    result.expect("equal digests are equal states");
    println!("digest: {} states from changed bytes, each with a digest of its own", STATES.get());
}
