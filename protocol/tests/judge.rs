//! The judge: a change is accepted or refused as a whole, and each limit holds on both its sides.

mod common;

use common::draft::{Draft, Habits};
use common::world::{World, digests, steps};
use common::{Count, Dice, runner};
use kakehashi_protocol::board::Board;
use kakehashi_protocol::ids::{ActorId, DocumentId, OpId, RecordId};
use kakehashi_protocol::ink::{InkState, Point, encode};
use kakehashi_protocol::limits;
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::text::{CharId, INSERT_CHARS_MAX, Side, Span, TEXT_CHARS_MAX};
use kakehashi_protocol::verdict::Reason;

/// Ops that nobody may write, with the reason. `first` is the name of the first of them.
fn bad_ops(dice: &mut Dice, world: &World, first: OpId) -> (Vec<Op>, Reason) {
    let cover = DocumentId::COVER;
    let op = |document, body| Op { document, body };
    let page = world.replicas[0].board.documents().map(|(id, _)| id).find(|id| *id != cover);
    let nothing = OpId::new(0xdead, 1);
    let property = |key: Key, value: Vec<u8>| vec![Property { key: key.number(), value }];
    let stroke = |page| op(page, OpBody::Create { kind: Kind::Stroke.number(), properties: vec![] });
    let Some(page) = page.filter(|_| !dice.one_in(5)) else {
        return match dice.below(5) {
            0 => (vec![op(cover, OpBody::Set { record: nothing, properties: property(Key::X, vec![2]) })], Reason::Missing),
            1 => (vec![op(cover, OpBody::Create { kind: Kind::Meeting.number(), properties: vec![] })], Reason::Rights),
            2 => (vec![stroke(cover)], Reason::Kind),
            3 => (vec![stroke(DocumentId(nothing))], Reason::Missing),
            _ => (vec![op(cover, OpBody::Purge { record: OpId::new(0, 1) })], Reason::Rights),
        };
    };
    let append = |offset, ink| op(page, OpBody::AppendInk { record: first, offset, points: 2, ink });
    let good = vec![0x42, 0xa4, 0x15, 0xc8, 0x1c, 0x18];
    match dice.below(10) {
        0 => (vec![stroke(page), append(1, good)], Reason::Offset),
        1 => (vec![stroke(page), append(0, good[..5].to_vec())], Reason::Value),
        2 => (vec![stroke(page), append(0, vec![0xc0; 3])], Reason::Value),
        3 => (vec![stroke(page), append(0, good.clone()), append(0, good)], Reason::Offset),
        4 => (
            vec![stroke(page), op(page, OpBody::InsertText { record: first, parent: None, side: Side::Right, text: "a".into() })],
            Reason::Kind,
        ),
        5 => {
            let parent = Some(CharId { op: nothing, index: 0 });
            let text = op(page, OpBody::Create { kind: Kind::Text.number(), properties: vec![] });
            (vec![text, op(page, OpBody::InsertText { record: first, parent, side: Side::Right, text: "a".into() })], Reason::Missing)
        }
        6 => {
            let text = op(page, OpBody::Create { kind: Kind::Text.number(), properties: vec![] });
            let spans = vec![Span { op: nothing, start: 0, len: 1 }];
            (vec![text, op(page, OpBody::MarkText { record: first, spans, visible: false })], Reason::Missing)
        }
        7 => (
            vec![op(page, OpBody::Create { kind: Kind::Note.number(), properties: property(Key::Rotation, Value::Int(36_000).encode()) })],
            Reason::Value,
        ),
        8 => (vec![stroke(page), op(page, OpBody::Set { record: first, properties: property(Key::Color, vec![1, 2, 3]) })], Reason::Value),
        _ => (vec![stroke(page), op(page, OpBody::Purge { record: first })], Reason::Rights),
    }
}

// SPEC ID-5, VER-1: one bad op and nothing of the change is there.
#[test]
fn all_or_nothing() {
    static REFUSED: Count = Count::new();
    static OPS: Count = Count::new();
    let mut runner = runner(1_500);
    let cases = runner.config().cases;
    let result = runner.run(&(steps(40), proptest::num::u64::ANY), |(steps, seed)| {
        let mut world = World::new(2, Habits::default());
        steps.iter().for_each(|step| world.step(*step));
        let mut dice = Dice(seed);
        let replica = &world.replicas[0];
        let first = replica.version.get(&replica.actor).copied().unwrap_or(1);
        let empty = Change { actor: replica.actor, first, clock: replica.board.clock() + 1, hand: 0, gesture: 0, ops: Vec::new() };
        let mut draft = Draft::new(&replica.board, empty);
        for _ in 0..1 + dice.below(4) {
            draft.act(&mut dice, Habits::default());
        }
        let good = draft.change;
        let mut bad = good.clone();
        let place = dice.below(good.ops.len() + 1);
        let (ops, reason) = bad_ops(&mut dice, &world, bad.id(place));
        bad.ops.splice(place..place, ops);
        let before = replica.board.clone();
        proptest::prop_assert_eq!(replica.board.judge(Role::Host, &bad, good.clock), Err(reason), "op {} of {:?}", place, bad);
        proptest::prop_assert_eq!(&replica.board, &before);
        // Without the bad op it is taken.
        if !good.ops.is_empty() {
            proptest::prop_assert_eq!(replica.board.judge(Role::Host, &good, good.clock), Ok(()));
            let mut board = before.clone();
            proptest::prop_assert_eq!(board.merge(&good), Ok(()));
            proptest::prop_assert_ne!(digests(&board), digests(&before));
        }
        REFUSED.add(1);
        OPS.add(bad.ops.len());
        Ok(())
    });
    result.expect("all or nothing");
    println!("all or nothing: {cases} boards, {} changes refused with {} ops", REFUSED.get(), OPS.get());
}

/// One actor's board.
struct Author {
    board: Board,
    next: u64,
}

const ME: ActorId = ActorId(5);
const PAGE: DocumentId = DocumentId(OpId { actor: ME, counter: 1 });
const NOW: u64 = 1_700_000_000_000;

impl Author {
    fn new() -> Self {
        let mut author = Self { board: Board::default(), next: 1 };
        author.must(vec![(DocumentId::COVER, create(Kind::Page, vec![]))]);
        author
    }

    fn change(&self, ops: Vec<(DocumentId, OpBody)>) -> Change {
        let ops = ops.into_iter().map(|(document, body)| Op { document, body }).collect();
        Change { actor: ME, first: self.next, clock: NOW + self.next, hand: 0, gesture: 0, ops }
    }

    fn ask(&self, ops: Vec<(DocumentId, OpBody)>) -> Result<(), Reason> {
        self.board.judge(Role::Host, &self.change(ops), NOW)
    }

    fn must(&mut self, ops: Vec<(DocumentId, OpBody)>) -> RecordId {
        let change = self.change(ops);
        assert_eq!(self.board.judge(Role::Host, &change, NOW), Ok(()));
        self.board.merge(&change).expect("accepted");
        self.next = change.end();
        change.id(0)
    }
}

fn create(kind: Kind, properties: Vec<Property>) -> OpBody {
    OpBody::Create { kind: kind.number(), properties }
}

fn set(record: RecordId, key: u16, value: Vec<u8>) -> OpBody {
    OpBody::Set { record, properties: vec![Property { key, value }] }
}

// SPEC LIM-3: values at their ends are taken, one beyond is not.
#[test]
fn values_hold_to_their_ranges() {
    let mut author = Author::new();
    let record = author.must(vec![(PAGE, create(Kind::Rectangle, vec![]))]);
    let far = limits::COORDINATE_MAX;
    #[rustfmt::skip] // A table is read by its columns.
    let ints = [
        (Key::X, -far, far), (Key::Y, -far, far), (Key::Width, 0, far), (Key::Height, 0, far), (Key::Rotation, 0, 35_999), (Key::StrokeWidth, 0, 8_000),
        (Key::Tool, 0, 1), (Key::FontSize, 8, 8_000), (Key::Align, 0, 2), (Key::Background, 0, 6), (Key::ScaleX, -1_000_000, 1_000_000), (Key::ScaleY, -1_000_000, 1_000_000),
    ];
    for (key, min, max) in ints {
        for (value, expected) in [
            (min, Ok(())),
            (max, Ok(())),
            (min - 1, Err(Reason::Value)),
            (max + 1, Err(Reason::Value)),
            (i64::MIN, Err(Reason::Value)),
            (i64::MAX, Err(Reason::Value)),
        ] {
            let value = Value::Int(value).encode();
            assert_eq!(author.ask(vec![(PAGE, set(record, key.number(), value.clone()))]), expected, "{key:?}");
            let made = create(Kind::Rectangle, vec![Property { key: key.number(), value }]);
            assert_eq!(author.ask(vec![(PAGE, made)]), expected, "{key:?} of a new record");
        }
    }
    let order = |length: usize, last: u8| {
        let mut key = vec![1; length];
        key[length - 1] = last;
        key
    };
    let path = |corners: usize| Value::Path(vec![(1, 1); corners]).encode();
    let corner = |x: i64| Value::Path(vec![(0, 0), (x as i32, 0)]).encode();
    #[rustfmt::skip] // As above.
    let others: Vec<(Key, Vec<u8>, bool)> = vec![
        (Key::Deleted, vec![1], true), (Key::Deleted, vec![2], false), (Key::Deleted, vec![], true),
        (Key::Color, vec![0; 4], true), (Key::Color, vec![0; 5], false), (Key::Color, vec![0; 3], false),
        (Key::Order, order(limits::ORDER_KEY_BYTES_MAX, 1), true), (Key::Order, order(limits::ORDER_KEY_BYTES_MAX + 1, 1), false), (Key::Order, order(3, 0), false),
        (Key::Path, path(limits::PATH_POINTS_MAX), true), (Key::Path, path(limits::PATH_POINTS_MAX + 1), false),
        (Key::Path, corner(far), true), (Key::Path, corner(far + 1), false), (Key::Path, corner(-far - 1), false),
        (Key::Asset, vec![9; 32], true), (Key::Asset, vec![9; 31], false),
        (Key::From, Value::Record(record).encode(), true), (Key::From, vec![1; 8], false),
        (Key::Title, "島".repeat(limits::TITLE_CHARS_MAX).into(), true), (Key::Title, "島".repeat(limits::TITLE_CHARS_MAX + 1).into(), false),
        (Key::Title, vec![0xff], false),
    ];
    for (key, value, good) in others {
        let expected = if good { Ok(()) } else { Err(Reason::Value) };
        assert_eq!(author.ask(vec![(PAGE, set(record, key.number(), value.clone()))]), expected, "{key:?} {} bytes", value.len());
    }
    for (length, expected) in [(limits::VALUE_BYTES_MAX, Ok(())), (limits::VALUE_BYTES_MAX + 1, Err(Reason::Value))] {
        assert_eq!(author.ask(vec![(PAGE, set(record, 40_000, vec![0; length]))]), expected, "a value of {length} bytes");
    }
    println!("values: both ends of {} numbers, and 23 other values", ints.len());
}

// SPEC LIM-1.
#[test]
fn properties_of_a_record() {
    let mut author = Author::new();
    let record = author.must(vec![(PAGE, create(Kind::Rectangle, vec![]))]);
    let some = |from: usize, count: usize| {
        (from..from + count).map(|key| Property { key: 1_000 + key as u16, value: vec![1] }).collect::<Vec<_>>()
    };
    author.must(vec![(PAGE, OpBody::Set { record, properties: some(0, limits::PROPERTIES_MAX - 1) })]);
    assert_eq!(author.ask(vec![(PAGE, OpBody::Set { record, properties: some(63, 2) })]), Err(Reason::Properties));
    author.must(vec![(PAGE, OpBody::Set { record, properties: some(63, 1) })]);
    assert_eq!(author.ask(vec![(PAGE, OpBody::Set { record, properties: some(64, 1) })]), Err(Reason::Properties));
    assert_eq!(author.ask(vec![(PAGE, OpBody::Set { record, properties: some(0, 64) })]), Ok(()), "those that are there are set again");
}

// SPEC LIM-1.
#[test]
fn records_of_a_document_and_pages_of_a_board() {
    let mut author = Author::new();
    let note = || (PAGE, create(Kind::Note, vec![]));
    let mut left = limits::RECORDS_MAX - 3;
    while left > 0 {
        let some = left.min(limits::CHANGE_OPS_MAX);
        author.must(vec![note(); some]);
        left -= some;
    }
    assert_eq!(author.ask(vec![note(); 4]), Err(Reason::Records));
    author.must(vec![note(); 3]);
    assert_eq!(author.ask(vec![note()]), Err(Reason::Records));

    let page = || (DocumentId::COVER, create(Kind::Page, vec![]));
    author.must(vec![page(); limits::PAGES_MAX - 2]);
    assert_eq!(author.ask(vec![page(); 2]), Err(Reason::Pages));
    author.must(vec![page()]);
    assert_eq!(author.ask(vec![page()]), Err(Reason::Pages));
    for actor in 0..limits::PEOPLE_MAX as u64 {
        let ops = vec![Op { document: DocumentId::COVER, body: create(Kind::Person, vec![]) }];
        let change = Change { actor: ActorId(1_000 + actor), first: 1, clock: 1, hand: 0, gesture: 0, ops };
        author.board.merge(&change).expect("it merges");
    }
    assert_eq!(author.ask(vec![(DocumentId::COVER, create(Kind::Person, vec![]))]), Err(Reason::Records));
    // A board read from a snapshot counts the same.
    let mut restored = Board::default();
    author.board.documents().for_each(|(id, document)| restored.restore(id, document.clone(), author.board.clock()));
    author.board = restored;
    assert_eq!(author.ask(vec![page()]), Err(Reason::Pages));
    assert_eq!(author.ask(vec![(DocumentId::COVER, create(Kind::Person, vec![]))]), Err(Reason::Records));
    assert_eq!(author.ask(vec![(DocumentId::COVER, set(PAGE.0, Key::Hidden.number(), vec![1]))]), Ok(()), "what is there may be changed");
}

/// So many points at one place, as chunks one after the other.
fn points(state: &mut InkState, count: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(state, &vec![Point { x: 8, y: 8, pressure: 0, time_ms: 0 }; count], &mut bytes).expect("in range");
    bytes
}

// SPEC LIM-1, INK-1.
#[test]
fn points_of_a_stroke() {
    let most = limits::STROKE_POINTS_MAX;
    let mut author = Author::new();
    let record = author.must(vec![(PAGE, create(Kind::Stroke, vec![]))]);
    let append = |offset: usize, count: usize, ink: Vec<u8>| {
        vec![(PAGE, OpBody::AppendInk { record, offset: offset as u32, points: count as u32, ink })]
    };
    let mut state = InkState::default();
    assert_eq!(author.ask(append(0, most + 1, points(&mut InkState::default(), most + 1))), Err(Reason::Points));
    author.must(append(0, most - 2, points(&mut state, most - 2)));
    let more = |count| points(&mut state.clone(), count);
    assert_eq!(author.ask(append(most - 2, 3, more(3))), Err(Reason::Points));
    assert_eq!(author.ask(append(most - 2, 1, more(2))), Err(Reason::Value), "more points than it says");
    assert_eq!(author.ask(append(most - 2, 2, more(1))), Err(Reason::Value), "fewer points than it says");
    assert_eq!(author.ask(append(most - 2, 0, vec![])), Err(Reason::Value), "no points");
    assert_eq!(author.ask(append(most - 3, 2, more(2))), Err(Reason::Offset));
    author.must(append(most - 2, 2, more(2)));
    let one = points(&mut InkState::default(), 1);
    assert_eq!(author.ask(append(most, 1, one)), Err(Reason::Points));
}

// SPEC LIM-1, TXT-13, MERGE-4.
#[test]
fn characters_of_a_text() {
    let mut author = Author::new();
    let record = author.must(vec![(PAGE, create(Kind::Text, vec![]))]);
    let insert = |count: usize| vec![(PAGE, OpBody::InsertText { record, parent: None, side: Side::Right, text: "字".repeat(count) })];
    assert_eq!(author.ask(insert(INSERT_CHARS_MAX + 1)), Err(Reason::Characters));
    assert_eq!(author.ask(insert(0)), Err(Reason::Value));
    let mut left = TEXT_CHARS_MAX - 1;
    while left > 0 {
        let some = left.min(INSERT_CHARS_MAX);
        author.must(insert(some));
        left -= some;
    }
    assert_eq!(author.ask(insert(2)), Err(Reason::Characters));
    // Hidden characters count: they stay for undo.
    let spans = author.board.document(PAGE).and_then(|page| page.records().next()?.text().map(|text| text.spans(0, 100))).expect("text");
    author.must(vec![(PAGE, OpBody::MarkText { record, spans, visible: false })]);
    assert_eq!(author.ask(insert(2)), Err(Reason::Characters));
    author.must(insert(1));
    assert_eq!(author.ask(insert(1)), Err(Reason::Characters));
    // What another log admitted is taken all the same.
    let change = author.change(insert(10));
    assert_eq!(author.board.judge(Role::Viewer, &change, NOW), Err(Reason::Rights));
    assert_eq!(author.board.merge(&change), Ok(()));
}

// SPEC LIM-1.
#[test]
fn unknown_ops_of_a_document() {
    let mut author = Author::new();
    let unknown = || (PAGE, OpBody::Unknown { kind: 900, body: vec![] });
    author.must(vec![unknown(); 4_000]);
    author.must(vec![unknown(); 4_000]);
    assert_eq!(author.ask(vec![unknown(); 2_001]), Err(Reason::Unknown));
    author.must(vec![unknown(); 2_000]);
    assert_eq!(author.ask(vec![unknown()]), Err(Reason::Unknown));
}

// SPEC ID-3, ID-4: a board begins with the cover and the meeting; a page is there with its entry.
#[test]
fn a_board_begins_with_its_cover() {
    let mut board = Board::default();
    let cover: Vec<RecordId> = board.document(DocumentId::COVER).expect("the cover").records().map(|record| record.id()).collect();
    assert_eq!(cover, [OpId::new(0, 1)]);
    assert!(board.document(PAGE).is_none() && board.document(DocumentId(OpId::new(0, 1))).is_none());
    let author = Author { board: board.clone(), next: 1 };
    assert_eq!(author.ask(vec![(PAGE, create(Kind::Note, vec![]))]), Err(Reason::Missing), "no page yet");
    board.merge(&author.change(vec![(DocumentId::COVER, create(Kind::Page, vec![]))])).expect("merges");
    assert_eq!(board.document(PAGE).map(|page| page.records().len()), Some(0));
}

// SPEC CLOCK-4: a clock may be ahead of the server's by a day, or of the board's by a step.
#[test]
fn clocks_are_held_to_the_servers_and_the_boards() {
    let mut author = Author::new();
    let ask = |author: &Author, clock: u64, ops: usize| {
        let mut change = author.change(vec![(PAGE, create(Kind::Note, vec![])); ops]);
        change.clock = clock;
        author.board.judge(Role::Host, &change, NOW)
    };
    let day = NOW + limits::CLOCK_AHEAD_MS_MAX;
    assert_eq!(ask(&author, day - 1, 1), Ok(()));
    assert_eq!(ask(&author, day, 1), Err(Reason::Clock));
    assert_eq!(ask(&author, day - 9, 10), Err(Reason::Clock), "the last op counts");
    assert_eq!(ask(&author, 0, 1), Ok(()), "a slow clock costs recency, not admission");
    let mut change = author.change(vec![(PAGE, create(Kind::Note, vec![]))]);
    change.clock = day - 1;
    author.board.merge(&change).expect("merges");
    author.next += 1;
    let step = day - 1 + limits::CLOCK_STEP_MS_MAX;
    assert_eq!(ask(&author, step - 1, 1), Ok(()), "a board that is ahead can still be written on");
    assert_eq!(ask(&author, step, 1), Err(Reason::Clock));
    assert!(limits::CLOCK_STEP_MS_MAX > limits::CHANGE_OPS_MAX as u64);
}

// SPEC LIM-1, ID-1, ID-2: what a change may hold is checked when it is read.
#[test]
fn a_change_is_held_to_its_size() {
    let author = Author::new();
    let read = |change: &Change| Change::from_bytes(&change.to_bytes());
    let many = |count| author.change(vec![(PAGE, OpBody::Unknown { kind: 99, body: vec![] }); count]);
    assert!(read(&many(limits::CHANGE_OPS_MAX)).is_ok() && read(&many(limits::CHANGE_OPS_MAX + 1)).is_err() && read(&many(0)).is_err());
    let body = |length| author.change(vec![(PAGE, OpBody::Unknown { kind: 99, body: vec![0; length] })]);
    assert!(read(&body(limits::UNKNOWN_OP_BYTES_MAX)).is_ok() && read(&body(limits::UNKNOWN_OP_BYTES_MAX + 1)).is_err());
    let properties = |count: usize| author.change(vec![(PAGE, create(Kind::Note, vec![Property { key: 900, value: vec![] }; count]))]);
    assert!(read(&properties(limits::PROPERTIES_MAX)).is_ok() && read(&properties(limits::PROPERTIES_MAX + 1)).is_err());
    let value = |length| author.change(vec![(PAGE, set(PAGE.0, 900, vec![0; length]))]);
    assert!(read(&value(limits::VALUE_BYTES_MAX)).is_ok() && read(&value(limits::VALUE_BYTES_MAX + 1)).is_err());
    let mut whole = author.change(vec![(PAGE, OpBody::Unknown { kind: 99, body: vec![0; limits::UNKNOWN_OP_BYTES_MAX - 40] }); 2]);
    let room = limits::CHANGE_BYTES_MAX - whole.to_bytes().len();
    whole.ops.push(Op { document: DocumentId::COVER, body: OpBody::Unknown { kind: 99, body: vec![0; room - 4] } });
    assert_eq!(whole.to_bytes().len(), limits::CHANGE_BYTES_MAX);
    assert!(read(&whole).is_ok());
    whole.ops.push(Op { document: DocumentId::COVER, body: OpBody::Unknown { kind: 99, body: vec![] } });
    assert!(read(&whole).is_err());
    let mut zero = many(1);
    zero.first = 0;
    assert!(read(&zero).is_err(), "counters begin at 1");
    zero.first = 1;
    zero.actor = ActorId(0);
    assert!(read(&zero).is_err(), "actor zero writes nothing");
}

// SPEC DEL-1, DEL-2: a deleted stroke is finished, a purged one stays dead.
#[test]
fn what_is_deleted_goes_on_and_what_is_purged_does_not() {
    let mut author = Author::new();
    let record = author.must(vec![(PAGE, create(Kind::Stroke, vec![]))]);
    let mut state = InkState::default();
    let append = |offset, ink| vec![(PAGE, OpBody::AppendInk { record, offset, points: 2, ink })];
    author.must(append(0, points(&mut state, 2)));
    author.must(vec![(PAGE, set(record, Key::Deleted.number(), vec![1]))]);
    author.must(append(2, points(&mut state, 2)));
    let purge = author.change(vec![(PAGE, OpBody::Purge { record })]);
    assert_eq!(author.board.judge(Role::Server, &purge, NOW), Ok(()));
    author.board.merge(&purge).expect("merges");
    author.next += 1;
    assert_eq!(author.board.document(PAGE).map(|page| page.ink_bytes()), Some(0));
    author.must(append(4, points(&mut state, 2)));
    author.must(vec![(PAGE, set(record, Key::Deleted.number(), vec![0]))]);
    let page = author.board.document(PAGE).expect("page");
    let dead = page.records().next().expect("record");
    assert!(dead.purged() && !dead.visible() && dead.ink().is_none() && dead.entries().is_empty() && page.ink_bytes() == 0);
}
