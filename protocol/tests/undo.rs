//! Undo by every hand, among others who write.

mod common;

use std::collections::BTreeMap;

use common::draft::Habits;
use common::world::{World, digests, steps};
use common::{Count, Dice, runner};
use kakehashi_protocol::board::Board;
use kakehashi_protocol::ids::{ActorId, DocumentId, OpId, RecordId, Stamp};
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::text::{CharId, Side};
use kakehashi_protocol::undo::{GESTURES_MAX, Origin, UndoStacks};

/// What one field is and who wrote it last.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Field {
    stamp: Stamp,
    value: Vec<u8>,
}

/// All that hands write, each with its last writer.
fn fields(board: &Board) -> BTreeMap<(DocumentId, RecordId, u16), Field> {
    let mut fields = BTreeMap::new();
    for (document, content) in board.documents() {
        for record in content.records() {
            for entry in record.entries() {
                fields.insert((document, record.id(), entry.key), Field { stamp: entry.stamp, value: entry.value.to_vec() });
            }
        }
    }
    fields
}

/// A character with its last mark, if it has one, and whether it shows.
type Chars = BTreeMap<(DocumentId, RecordId, CharId), (Option<Stamp>, bool, char)>;

fn chars(board: &Board) -> Chars {
    let mut chars = BTreeMap::new();
    for (document, content) in board.documents() {
        for record in content.records() {
            for run in record.text().into_iter().flat_map(|text| text.export()) {
                // Names of all characters of the run, op by op.
                let mut names = Vec::new();
                let mut counter = run.id.counter;
                for ops in &run.ops {
                    for _ in 0..ops.count {
                        names.extend((0..ops.len).map(|index| CharId { op: OpId { actor: run.id.actor, counter }, index }));
                        counter += 1;
                    }
                }
                for (place, (name, char)) in names.into_iter().zip(run.text.chars()).enumerate() {
                    let mark = run.marks.iter().find(|mark| (mark.start..mark.start + mark.len).contains(&(place as u32)));
                    chars.insert((document, record.id(), name), (mark.map(|mark| mark.stamp), mark.is_none_or(|mark| mark.visible), char));
                }
            }
        }
    }
    chars
}

/// What is seen of a record: its kind, what is set, its text, and how many points.
type Look = (u16, BTreeMap<u16, Vec<u8>>, String, u32);

/// What is seen of a board: no stamps, nothing deleted.
fn view(board: &Board) -> BTreeMap<(DocumentId, RecordId), Look> {
    let mut view = BTreeMap::new();
    for (document, content) in board.documents() {
        for record in content.records().filter(|record| record.visible()) {
            let set = record.entries().iter().filter(|entry| !entry.value.is_empty() && entry.key != Key::Deleted.number());
            let values = set.map(|entry| (entry.key, entry.value.to_vec())).collect();
            let text = record.text().map(ToString::to_string).unwrap_or_default();
            let points = record.ink().map_or(0, |ink| ink.points());
            view.insert((document, record.id()), (record.kind_number(), values, text, points));
        }
    }
    view
}

// SPEC UNDO-1, UNDO-2: what others wrote last stays, whoever undoes and redoes what.
#[test]
fn nobodys_undo_touches_what_another_did() {
    static UNDONE: Count = Count::new();
    static FIELDS: Count = Count::new();
    static CHARS: Count = Count::new();
    let mut runner = runner(1_000);
    let cases = runner.config().cases;
    let result = runner.run(&(steps(90), proptest::num::u64::ANY), |(steps, seed)| {
        let mut world = World::new(3, Habits { purges: false, undoable: false });
        for step in steps {
            let (who, hand) = (usize::from(step.who) % 3, step.what % 2);
            if step.what < 200 {
                world.step(step);
                continue;
            }
            let me = (world.replicas[who].actor, hand);
            let (fields_before, chars_before) = (fields(&world.replicas[who].board), chars(&world.replicas[who].board));
            if !world.undo(who, hand, step.dice % 2 == 0) {
                continue;
            }
            UNDONE.add(1);
            let (fields_after, chars_after) = (fields(&world.replicas[who].board), chars(&world.replicas[who].board));
            for (key, before) in &fields_before {
                if fields_after.get(key) != Some(before) {
                    FIELDS.add(1);
                    proptest::prop_assert_eq!(world.hands.get(&before.stamp), Some(&me), "{:?} was another's", key);
                }
            }
            // A field that was never set bears the stamp of its record's creation.
            for key in fields_after.keys().filter(|key| !fields_before.contains_key(key)) {
                proptest::prop_assert_eq!(world.names.get(&key.1), Some(&me), "{:?} belongs to another's record", key);
            }
            for (key, before) in &chars_before {
                if chars_after.get(key) != Some(before) {
                    CHARS.add(1);
                    let writer = before.0.map_or_else(|| world.names.get(&key.2.op), |stamp| world.hands.get(&stamp));
                    proptest::prop_assert_eq!(writer, Some(&me), "{:?} was another's", key);
                }
            }
            proptest::prop_assert_eq!(chars_after.len(), chars_before.len());
        }
        // Undo is a change like others: replicas agree on it.
        world.deliver_all(&mut Dice(seed));
        proptest::prop_assert_eq!(digests(&world.replicas[0].board), digests(&world.replicas[2].board));
        Ok(())
    });
    result.expect("undo leaves what others wrote");
    assert!(FIELDS.get() > 0 && CHARS.get() > 0, "the undos took something back");
    println!(
        "undo among others: {cases} runs, {} undos and redos, {} fields and {} characters taken back",
        UNDONE.get(),
        FIELDS.get(),
        CHARS.get()
    );
}

// SPEC UNDO-1, UNDO-3: a hand that is alone goes back to what it saw, and forth again.
#[test]
fn a_lone_hand_goes_back_and_forth() {
    static GESTURES: Count = Count::new();
    let mut runner = runner(1_000);
    let cases = runner.config().cases;
    let strategy = (proptest::collection::vec((proptest::bool::ANY, proptest::num::u64::ANY), 1..40), proptest::num::u8::ANY);
    let result = runner.run(&strategy, |(acts, back)| {
        let mut world = World::new(1, Habits { purges: false, undoable: true });
        // What was seen before each gesture, and at the end.
        let mut seen = vec![view(&world.replicas[0].board)];
        for (begins, dice) in acts {
            let wrote = world.sent.len();
            let begins = begins || wrote == 0;
            world.act(0, 0, begins, &mut Dice(dice));
            if world.sent.len() == wrote {
                // The dice asked for what is not there.
                continue;
            }
            let goes_on = wrote > 0 && world.sent[wrote - 1].change.gesture == world.sent[wrote].change.gesture;
            if goes_on {
                seen.pop();
            }
            seen.push(view(&world.replicas[0].board));
        }
        // What is to be seen after each undo, the next one last, and after each redo.
        seen.pop();
        let (mut undone, mut redone) = (seen, Vec::new());
        for _ in 0..2 {
            for _ in 0..usize::from(back) % (undone.len() + 1) {
                let now = view(&world.replicas[0].board);
                let wrote = world.sent.len();
                proptest::prop_assert!(world.undo(0, 0, false), "there is a gesture to undo");
                proptest::prop_assert_eq!(Some(view(&world.replicas[0].board)), undone.pop());
                GESTURES.add(1);
                // A gesture that erased all it made leaves nothing to do, so nothing to do again.
                if world.sent.len() > wrote {
                    redone.push(now);
                }
            }
            while let Some(expected) = redone.pop() {
                undone.push(view(&world.replicas[0].board));
                proptest::prop_assert!(world.undo(0, 0, true), "there is an undo to take back");
                proptest::prop_assert_eq!(view(&world.replicas[0].board), expected);
            }
            proptest::prop_assert!(!world.replicas[0].stacks.can_redo(0));
        }
        Ok(())
    });
    result.expect("back and forth");
    println!("undo alone: {cases} runs, {} gestures back and forth, twice", GESTURES.get());
}

/// One hand on one page.
struct Hand {
    board: Board,
    stacks: UndoStacks,
    next: u64,
}

const PAGE: DocumentId = DocumentId(OpId::new(5, 1));

impl Hand {
    fn new() -> Self {
        let mut hand = Self { board: Board::default(), stacks: UndoStacks::default(), next: 1 };
        hand.write(0, Origin::Hand, vec![(DocumentId::COVER, OpBody::Create { kind: Kind::Page.number(), properties: vec![] })]);
        hand
    }

    fn write(&mut self, gesture: u32, origin: Origin, ops: Vec<(DocumentId, OpBody)>) -> OpId {
        let first = self.next;
        let change = Change { actor: ActorId(5), first, clock: 1_000 + first, hand: 0, gesture, ops: Vec::new() };
        let mut draft = common::draft::Draft::new(&self.board, change);
        for (document, body) in ops {
            draft.push(document, body).expect("valid");
        }
        let (change, written) = (draft.change, draft.written);
        self.next = change.end();
        assert_eq!(self.board.judge(Role::Member, &change, change.clock), Ok(()));
        self.board.merge(&change).expect("merges");
        self.stacks.wrote(0, gesture, origin, written);
        change.id(0)
    }

    fn take_back(&mut self, redo: bool) {
        let gesture = if redo { self.stacks.pop_redo(0) } else { self.stacks.pop_undo(0) }.expect("something to take back");
        let board = &self.board;
        let ops: Vec<Op> = gesture.invert(|document, id| board.document(document)?.records().find(|record| record.id() == id));
        let origin = if redo { Origin::Redo } else { Origin::Undo };
        self.write(1_000 + self.next as u32, origin, ops.into_iter().map(|op| (op.document, op.body)).collect());
    }

    fn record(&self, id: OpId) -> &Record {
        self.board.document(PAGE).expect("the page").records().find(|record| record.id() == id).expect("the record")
    }
}

fn set_deleted(record: RecordId, deleted: bool) -> (DocumentId, OpBody) {
    (PAGE, OpBody::Set { record, properties: vec![Property { key: Key::Deleted.number(), value: Value::Bool(deleted).encode() }] })
}

// SPEC UNDO-4: an eraser's gesture makes fragments and may erase them again; undoing it brings back
// the stroke and none of the fragments.
#[test]
fn what_a_gesture_made_and_erased_stays_away() {
    let mut hand = Hand::new();
    let made = hand.write(1, Origin::Hand, vec![(PAGE, OpBody::Create { kind: Kind::Stroke.number(), properties: vec![] })]);
    let fragment = hand.write(
        2,
        Origin::Hand,
        vec![(PAGE, OpBody::Create { kind: Kind::Stroke.number(), properties: vec![] }), set_deleted(made, true)],
    );
    hand.write(2, Origin::Hand, vec![set_deleted(fragment, true)]);
    hand.take_back(false);
    assert!(hand.record(made).visible() && !hand.record(fragment).visible());
    hand.take_back(true);
    assert!(!hand.record(made).visible() && !hand.record(fragment).visible());
    hand.take_back(false);
    assert!(hand.record(made).visible() && !hand.record(fragment).visible());
}

// SPEC UNDO-4: what was made and locked in one gesture is taken back and brought again, as a member may.
#[test]
fn what_a_gesture_made_and_locked_is_taken_back() {
    let mut hand = Hand::new();
    let made = hand.write(1, Origin::Hand, vec![(PAGE, OpBody::Create { kind: Kind::Rectangle.number(), properties: vec![] })]);
    let lock = |value| {
        let properties = vec![Property { key: Key::Locked.number(), value: Value::Bool(value).encode() }];
        (PAGE, OpBody::Set { record: made, properties })
    };
    hand.write(1, Origin::Hand, vec![lock(true)]);
    for _ in 0..2 {
        hand.take_back(false);
        assert!(!hand.record(made).visible() && !hand.record(made).is(Key::Locked));
        hand.take_back(true);
        assert!(hand.record(made).visible() && hand.record(made).is(Key::Locked));
    }
}

// SPEC UNDO-4: typing and the backspaces in it are one gesture; undo does not show what was taken
// back while typing, and redo does not either.
#[test]
fn what_a_gesture_typed_and_took_back_stays_away() {
    let mut hand = Hand::new();
    let text = hand.write(1, Origin::Hand, vec![(PAGE, OpBody::Create { kind: Kind::Text.number(), properties: vec![] })]);
    let insert = |text: &str, record| (PAGE, OpBody::InsertText { record, parent: None, side: Side::Right, text: text.into() });
    hand.write(2, Origin::Hand, vec![insert("橋abc", text)]);
    let spans = hand.record(text).text().expect("text").spans(2, 2);
    hand.write(2, Origin::Hand, vec![(PAGE, OpBody::MarkText { record: text, spans, visible: false })]);
    let shown = |hand: &Hand| hand.record(text).text().expect("text").to_string();
    assert_eq!(shown(&hand), "橋a");
    hand.take_back(false);
    assert_eq!(shown(&hand), "");
    hand.take_back(true);
    assert_eq!(shown(&hand), "橋a");
}

// SPEC UNDO-3: what an undo brings back is the earlier gesture's again, and can be taken back too.
#[test]
fn gestures_upon_each_other_go_back_one_by_one() {
    let mut hand = Hand::new();
    let made = hand.write(1, Origin::Hand, vec![(PAGE, OpBody::Create { kind: Kind::Rectangle.number(), properties: vec![] })]);
    let x =
        |x: i64| (PAGE, OpBody::Set { record: made, properties: vec![Property { key: Key::X.number(), value: Value::Int(x).encode() }] });
    for step in 1..=3 {
        hand.write(10 + step, Origin::Hand, vec![x(i64::from(step))]);
    }
    hand.write(20, Origin::Hand, vec![set_deleted(made, true)]);
    hand.take_back(false);
    for expected in [2, 1, 0] {
        hand.take_back(false);
        assert_eq!(hand.record(made).int(Key::X), expected);
    }
    hand.take_back(false);
    assert!(!hand.record(made).visible(), "its creation is taken back last");
    hand.take_back(true);
    for expected in [1, 2, 3] {
        assert!(hand.record(made).visible());
        hand.take_back(true);
        assert_eq!(hand.record(made).int(Key::X), expected);
    }
    hand.take_back(true);
    assert!(!hand.record(made).visible(), "its deletion is done again last");
}

// SPEC UNDO-5.
#[test]
fn a_hand_keeps_so_many_gestures_and_ink_goes_with_its_stroke() {
    let mut hand = Hand::new();
    let made = hand.write(1, Origin::Hand, vec![(PAGE, OpBody::Create { kind: Kind::Stroke.number(), properties: vec![] })]);
    let ink = vec![0x42, 0xa4, 0x15, 0xc8, 0x1c, 0x18];
    hand.write(2, Origin::Hand, vec![(PAGE, OpBody::AppendInk { record: made, offset: 0, points: 2, ink })]);
    hand.take_back(false);
    let stroke = hand.record(made);
    assert!(!stroke.visible() && stroke.ink().is_some_and(|ink| ink.points() == 2), "ink is no gesture of its own");
    for step in 0..GESTURES_MAX as u32 + 5 {
        let x = Property { key: Key::X.number(), value: Value::Int(i64::from(step)).encode() };
        hand.write(100 + step, Origin::Hand, vec![(PAGE, OpBody::Set { record: made, properties: vec![x] })]);
    }
    for _ in 0..GESTURES_MAX {
        hand.take_back(false);
    }
    assert!(!hand.stacks.can_undo(0));
    assert_eq!(hand.record(made).int(Key::X), 4, "the oldest are forgotten");
}
