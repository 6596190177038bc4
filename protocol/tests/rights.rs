//! Who may do what: the whole table, role by op by state (SPEC MAY-1 to MAY-12).

use kakehashi_protocol::board::Board;
use kakehashi_protocol::document::{Document, Store};
use kakehashi_protocol::ids::{ActorId, DocumentId, OpId, RecordId, Stamp};
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::{MEETING, Role, Seen, may};
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::text::{CharId, Side, Span};
use kakehashi_protocol::verdict::Reason;

const ROLES: [Role; 5] = [Role::Viewer, Role::Member, Role::Assistant, Role::Host, Role::Server];
const ME: ActorId = ActorId(7);
const OTHER: u64 = 9;

/// Pages: open, locked; on each: my stroke, another's text, both also locked, a newer kind.
const OPEN: DocumentId = DocumentId(OpId::new(OTHER, 1));
const LOCKED: DocumentId = DocumentId(OpId::new(OTHER, 2));
const NOWHERE: DocumentId = DocumentId(OpId::new(OTHER, 99));
const MINE: RecordId = OpId::new(7, 10);
const MINE_LOCKED: RecordId = OpId::new(7, 11);
const THEIRS: RecordId = OpId::new(OTHER, 10);
const THEIRS_LOCKED: RecordId = OpId::new(OTHER, 11);
const NEWER: RecordId = OpId::new(OTHER, 12);
const NONE: RecordId = OpId::new(OTHER, 98);
/// In the cover: who I am, who another is.
const MYSELF: RecordId = OpId::new(7, 13);
const ANOTHER: RecordId = OpId::new(OTHER, 13);

fn set(key: Key, value: &Value) -> Property {
    Property { key: key.number(), value: value.encode() }
}

fn yes(key: Key) -> Property {
    set(key, &Value::Bool(true))
}

fn record(id: RecordId, kind: u16, properties: &[Property]) -> Record {
    Record::new(id, kind, Stamp { clock: 5, actor: id.actor }, properties)
}

/// With a session that is on.
fn board() -> Board {
    board_of(Some(1))
}

fn board_of(session: Option<i64>) -> Board {
    let mut board = Board::default();
    let mut cover = Document::cover();
    if let Some(session) = session {
        let properties = vec![set(Key::Session, &Value::Int(session))];
        let op = OpId::new(0, 2);
        cover.apply(op, Stamp { clock: 1, actor: op.actor }, &OpBody::Set { record: MEETING, properties }).expect("the meeting is there");
    }
    cover.insert(record(OPEN.0, Kind::Page.number(), &[]));
    cover.insert(record(LOCKED.0, Kind::Page.number(), &[yes(Key::Locked)]));
    cover.insert(record(NEWER, 900, &[]));
    for person in [MYSELF, ANOTHER] {
        cover.insert(record(person, Kind::Person.number(), &[]));
    }
    board.restore(DocumentId::COVER, cover, 5);
    for page in [OPEN, LOCKED] {
        let mut document = Document::default();
        document.insert(record(MINE, Kind::Stroke.number(), &[]));
        document.insert(record(MINE_LOCKED, Kind::Stroke.number(), &[yes(Key::Locked)]));
        for (id, properties) in [(THEIRS, vec![]), (THEIRS_LOCKED, vec![yes(Key::Locked)])] {
            document.insert(record(id, Kind::Text.number(), &properties));
            let letters = OpBody::InsertText { record: id, parent: None, side: Side::Right, text: "ab".into() };
            let op = OpId::new(OTHER, id.counter + 40);
            document.apply(op, Stamp { clock: 6, actor: op.actor }, &letters).expect("text");
        }
        document.insert(record(NEWER, 900, &[]));
        board.restore(page, document, 6);
    }
    board
}

fn create(kind: Kind, properties: &[Property]) -> OpBody {
    OpBody::Create { kind: kind.number(), properties: properties.to_vec() }
}

fn sets(record: RecordId, property: Property) -> OpBody {
    OpBody::Set { record, properties: vec![property] }
}

fn ink(record: RecordId) -> OpBody {
    OpBody::AppendInk { record, offset: 0, points: 2, ink: vec![0x42, 0xa4, 0x15, 0xc8, 0x1c, 0x18] }
}

fn insert(record: RecordId) -> OpBody {
    OpBody::InsertText { record, parent: None, side: Side::Right, text: "x".into() }
}

fn mark(record: RecordId) -> OpBody {
    OpBody::MarkText { record, spans: vec![Span { op: OpId::new(OTHER, record.counter + 40), start: 0, len: 1 }], visible: false }
}

fn purge(record: RecordId) -> OpBody {
    OpBody::Purge { record }
}

const UNKNOWN: OpBody = OpBody::Unknown { kind: 700, body: Vec::new() };

/// What viewer, member, assistant, host and server are told; `-` is "yes", else the reason.
type Expected = &'static str;

fn expected(text: Expected) -> [Result<(), Reason>; 5] {
    let mut words = text.split_whitespace().map(|word| match word {
        "-" => Ok(()),
        "rights" => Err(Reason::Rights),
        "locked" => Err(Reason::Locked),
        "kind" => Err(Reason::Kind),
        "missing" => Err(Reason::Missing),
        "author" => Err(Reason::Author),
        "second" => Err(Reason::Duplicate),
        _ => panic!("unknown word {word}"),
    });
    std::array::from_fn(|_| words.next().expect("five words"))
}

#[rustfmt::skip] // A table is read by its columns.
fn table() -> Vec<(&'static str, DocumentId, OpBody, Expected)> {
    let x = || set(Key::X, &Value::Int(8));
    let name = || set(Key::Name, &Value::Text("海".into()));
    let unlock = || set(Key::Locked, &Value::Bool(false));
    let cover = DocumentId::COVER;
    vec![
        // In the cover.                                            viewer member assistant host server
        ("a page", cover, create(Kind::Page, &[]),                  "rights - - - -"),
        ("a page with a title", cover, create(Kind::Page, &[set(Key::Title, &Value::Text("島".into()))]), "rights - - - -"),
        ("a locked page", cover, create(Kind::Page, &[yes(Key::Locked)]), "rights rights - - -"),
        ("a hidden page", cover, create(Kind::Page, &[yes(Key::Hidden)]), "rights rights - - -"),
        ("a second meeting", cover, create(Kind::Meeting, &[]),     "rights rights rights rights rights"),
        ("a stroke in the cover", cover, create(Kind::Stroke, &[]), "rights kind kind kind kind"),
        ("a text in the cover", cover, create(Kind::Text, &[]),     "rights kind kind kind kind"),
        ("a newer kind in the cover", cover, OpBody::Create { kind: 901, properties: vec![] }, "rights - - - -"),
        ("a page's title", cover, sets(OPEN.0, set(Key::Title, &Value::Text("1".into()))), "rights - - - -"),
        ("a page's deletion", cover, sets(OPEN.0, yes(Key::Deleted)), "rights - - - -"),
        ("a page's lock", cover, sets(OPEN.0, yes(Key::Locked)),    "rights rights - - -"),
        ("a page's hiding", cover, sets(OPEN.0, yes(Key::Hidden)),  "rights rights - - -"),
        ("a locked page's title", cover, sets(LOCKED.0, set(Key::Title, &Value::Text("1".into()))), "rights locked - - -"),
        ("a locked page's unlocking", cover, sets(LOCKED.0, unlock()), "rights rights - - -"),
        ("the meeting's state", cover, sets(MEETING, set(Key::Title, &Value::Text("1".into()))), "rights rights - - -"),
        ("what is not there, in the cover", cover, sets(NONE, x()), "rights missing missing missing missing"),
        ("a newer record's property", cover, sets(NEWER, x()),      "rights - - - -"),
        ("a newer op in the cover", cover, UNKNOWN,                 "rights - - - -"),
        ("my name",  cover, sets(MYSELF, name()),                   "rights - - - -"),
        ("my person locked", cover, sets(MYSELF, yes(Key::Locked)), "rights rights - - -"),
        ("another's name", cover, sets(ANOTHER, name()),            "rights author author author author"),
        ("another's person deleted", cover, sets(ANOTHER, yes(Key::Deleted)), "rights author author author author"),
        ("a second person", cover, create(Kind::Person, &[name()]), "rights second second second second"),
        ("another's person purged", cover, purge(ANOTHER),          "rights rights rights rights -"),
        ("a purged page entry", cover, purge(OPEN.0),               "rights rights rights rights -"),
        ("the meeting purged", cover, purge(MEETING),               "rights rights rights rights -"),
        // On an open page.
        ("a stroke", OPEN, create(Kind::Stroke, &[]),               "rights - - - -"),
        ("a locked shape", OPEN, create(Kind::Image, &[yes(Key::Locked)]), "rights - - - -"),
        ("a newer kind", OPEN, OpBody::Create { kind: 901, properties: vec![] }, "rights - - - -"),
        ("a page on a page", OPEN, create(Kind::Page, &[]),         "rights kind kind kind kind"),
        ("a person on a page", OPEN, create(Kind::Person, &[name()]), "rights kind kind kind kind"),
        ("a meeting on a page", OPEN, create(Kind::Meeting, &[]),   "rights rights rights rights rights"),
        ("my shape moved", OPEN, sets(MINE, x()),                   "rights - - - -"),
        ("another's shape moved", OPEN, sets(THEIRS, x()),          "rights - - - -"),
        ("another's shape deleted", OPEN, sets(THEIRS, yes(Key::Deleted)), "rights - - - -"),
        ("another's shape locked", OPEN, sets(THEIRS, yes(Key::Locked)), "rights - - - -"),
        ("a locked shape moved", OPEN, sets(THEIRS_LOCKED, x()),    "rights locked - - -"),
        ("my locked shape moved", OPEN, sets(MINE_LOCKED, x()),     "rights locked - - -"),
        ("a locked shape unlocked", OPEN, sets(THEIRS_LOCKED, unlock()), "rights - - - -"),
        ("a locked shape unlocked and moved", OPEN, OpBody::Set { record: THEIRS_LOCKED, properties: vec![unlock(), x()] }, "rights locked - - -"),
        ("ink on my stroke", OPEN, ink(MINE),                       "rights - - - -"),
        ("ink on my locked stroke", OPEN, ink(MINE_LOCKED),         "rights - - - -"),
        ("ink on another's", OPEN, ink(THEIRS),                     "rights author author author author"),
        ("letters in another's text", OPEN, insert(THEIRS),         "rights - - - -"),
        ("letters in a locked text", OPEN, insert(THEIRS_LOCKED),   "rights locked - - -"),
        ("letters hidden", OPEN, mark(THEIRS),                      "rights - - - -"),
        ("letters hidden in a locked text", OPEN, mark(THEIRS_LOCKED), "rights locked - - -"),
        ("what is not there moved", OPEN, sets(NONE, x()),          "rights missing missing missing missing"),
        ("ink on nothing", OPEN, ink(NONE),                         "rights missing missing missing missing"),
        ("letters in nothing", OPEN, insert(NONE),                  "rights missing missing missing missing"),
        ("letters of nothing hidden", OPEN, mark(NONE),             "rights missing missing missing missing"),
        ("a purge", OPEN, purge(THEIRS),                            "rights rights rights rights -"),
        ("a newer op", OPEN, UNKNOWN,                               "rights - - - -"),
        // On a locked page.
        ("a stroke on a locked page", LOCKED, create(Kind::Stroke, &[]), "rights locked - - -"),
        ("my shape on a locked page", LOCKED, sets(MINE, x()),      "rights locked - - -"),
        ("a shape unlocked on a locked page", LOCKED, sets(THEIRS_LOCKED, unlock()), "rights locked - - -"),
        ("ink on my stroke on a locked page", LOCKED, ink(MINE),    "rights locked - - -"),
        ("letters on a locked page", LOCKED, insert(THEIRS),        "rights locked - - -"),
        ("letters hidden on a locked page", LOCKED, mark(THEIRS),   "rights locked - - -"),
        ("a purge on a locked page", LOCKED, purge(THEIRS),         "rights locked rights rights -"),
        ("a newer op on a locked page", LOCKED, UNKNOWN,            "rights locked - - -"),
        // On no page.
        ("a stroke nowhere", NOWHERE, create(Kind::Stroke, &[]),    "rights missing missing missing missing"),
        ("a newer op nowhere", NOWHERE, UNKNOWN,                    "rights missing missing missing missing"),
        ("a purge nowhere", NOWHERE, purge(THEIRS),                 "rights missing missing missing missing"),
        ("a stroke in a document that is no page", DocumentId(NEWER), create(Kind::Stroke, &[]), "rights missing missing missing missing"),
        ("a stroke in the meeting's record", DocumentId(MEETING), create(Kind::Stroke, &[]), "rights missing missing missing missing"),
    ]
}

fn change(document: DocumentId, body: &OpBody) -> Change {
    Change { actor: ME, first: 100, clock: 50, hand: 0, gesture: 0, ops: vec![Op { document, body: body.clone() }] }
}

// SPEC MAY-1, MAY-3, MAY-4, MAY-5, MAY-6, MAY-7, MAY-8, MAY-9, MAY-10, MAY-11, REC-2.
#[test]
fn the_table_holds() {
    let board = board();
    let table = table();
    for (what, document, body, told) in &table {
        for (role, expected) in ROLES.into_iter().zip(expected(told)) {
            // The client's way of asking.
            let cover = board.document(DocumentId::COVER).expect("the cover");
            let seen = board.document(*document).unwrap_or(cover);
            let asked = may(role, ME, &Seen { cover, document: seen }, *document, body);
            assert_eq!(asked, expected, "{what}, {role:?}, asked by a client");
            // The judge's.
            let judged = board.judge(role, &change(*document, body), 1_000);
            assert_eq!(judged, expected, "{what}, {role:?}, judged");
        }
    }
    println!("rights: {} questions by {} roles, asked by client and judge", table.len(), ROLES.len());
}

// SPEC MAY-12: without a session members lock and hide too, and nothing else is different.
#[test]
fn without_a_session_the_board_belongs_to_all_who_write() {
    let board = board_of(None);
    let freed = ["a locked page", "a hidden page", "a page's lock", "a page's hiding", "a locked page's unlocking", "my person locked"];
    for (what, document, body, told) in &table() {
        for (role, expected) in ROLES.into_iter().zip(expected(told)) {
            let expected = if role == Role::Member && freed.contains(what) { Ok(()) } else { expected };
            assert_eq!(board.judge(role, &change(*document, body), 1_000), expected, "{what}, {role:?}");
        }
    }
    assert!(freed.iter().all(|name| table().iter().any(|(what, ..)| what == name)));
    // A lock that one member set, another takes away; what else is locked stays.
    let both = OpBody::Set { record: LOCKED.0, properties: vec![set(Key::Locked, &Value::Bool(false)), yes(Key::Hidden)] };
    assert_eq!(board.judge(Role::Member, &change(DocumentId::COVER, &both), 1_000), Err(Reason::Locked));
    for session in [0, 1 << 53] {
        let lock = change(DocumentId::COVER, &sets(OPEN.0, yes(Key::Locked)));
        assert_eq!(board_of(Some(session)).judge(Role::Member, &lock, 1_000), Err(Reason::Rights));
    }
}

// SPEC MAY-1: a viewer writes nothing whatever it is, and every kind of op is in the table.
#[test]
fn the_table_is_whole_and_denies_by_default() {
    let table = table();
    let number = |body: &OpBody| match body {
        OpBody::Create { .. } => 1,
        OpBody::Set { .. } => 2,
        OpBody::AppendInk { .. } => 3,
        OpBody::InsertText { .. } => 4,
        OpBody::MarkText { .. } => 5,
        OpBody::Purge { .. } => 6,
        OpBody::Unknown { .. } => 7,
    };
    for kind in 1..=7 {
        for document in [OPEN, LOCKED] {
            assert!(table.iter().any(|(_, of, body, _)| *of == document && number(body) == kind), "op kind {kind}");
        }
    }
    assert!(table.iter().all(|(_, _, _, told)| expected(told)[0] == Err(Reason::Rights)));
    // Each role may all that the one before it may.
    for (what, _, _, told) in &table {
        let told = expected(told);
        assert!(told.windows(2).all(|pair| pair[0].is_err() || pair[1].is_ok()), "{what}");
    }
}

// SPEC MAY-11, WHO-1: each actor makes one person, also within one change, and names have a length.
#[test]
fn each_actor_makes_one_person() {
    let mut board = board();
    let name = |letters: &str| create(Kind::Person, &[set(Key::Name, &Value::Text(letters.into()))]);
    let newcomer = |first, bodies: &[OpBody]| {
        let ops = bodies.iter().map(|body| Op { document: DocumentId::COVER, body: body.clone() }).collect();
        Change { actor: ActorId(11), first, clock: 50, hand: 0, gesture: 0, ops }
    };
    for role in &ROLES[1..] {
        assert_eq!(board.judge(*role, &newcomer(1, &[name("空")]), 1_000), Ok(()));
        assert_eq!(board.judge(*role, &newcomer(1, &[name("空"), name("空")]), 1_000), Err(Reason::Duplicate));
        assert_eq!(board.judge(*role, &newcomer(1, &[name(&"x".repeat(65))]), 1_000), Err(Reason::Value));
        let at_once = [name("空"), sets(OpId { actor: ActorId(11), counter: 1 }, set(Key::Name, &Value::Text("海".into())))];
        assert_eq!(board.judge(*role, &newcomer(1, &at_once), 1_000), Ok(()));
    }
    board.merge(&newcomer(1, &[name("空")])).expect("it merges");
    assert_eq!(board.judge(Role::Host, &newcomer(2, &[name("空")]), 1_000), Err(Reason::Duplicate));
}

// SPEC MAY-9, REC-1: kinds that hold no ink or text take none, whoever asks.
#[test]
fn only_kinds_with_ink_take_ink() {
    let board = board();
    for role in &ROLES[1..] {
        assert_eq!(board.judge(*role, &change(OPEN, &insert(MINE)), 1_000), Err(Reason::Kind));
        assert_eq!(board.judge(*role, &change(DocumentId::COVER, &insert(OPEN.0)), 1_000), Err(Reason::Kind));
        assert_eq!(board.judge(*role, &change(OPEN, &insert(NEWER)), 1_000), Ok(()));
    }
    let hidden = OpBody::MarkText { record: MINE, spans: vec![Span { op: OpId::new(1, 1), start: 0, len: 1 }], visible: false };
    assert_eq!(board.judge(Role::Host, &change(OPEN, &hidden), 1_000), Err(Reason::Kind));
    let parent =
        OpBody::InsertText { record: THEIRS, parent: Some(CharId { op: OpId::new(1, 1), index: 0 }), side: Side::Left, text: "x".into() };
    assert_eq!(board.judge(Role::Host, &change(OPEN, &parent), 1_000), Err(Reason::Missing));
}

// SPEC MAY-2: a change of several ops is judged as it goes: what it makes it may use, and a lock it
// sets binds what follows.
#[test]
fn a_change_is_judged_op_by_op() {
    let board = board();
    let page = OpId { actor: ME, counter: 100 };
    let mut whole = change(DocumentId::COVER, &create(Kind::Page, &[]));
    whole.ops.push(Op { document: DocumentId(page), body: create(Kind::Stroke, &[]) });
    whole.ops.push(Op { document: DocumentId(page), body: ink(OpId { actor: ME, counter: 101 }) });
    assert_eq!(board.judge(Role::Member, &whole, 1_000), Ok(()));
    let mut locks = change(OPEN, &sets(MINE, yes(Key::Locked)));
    locks.ops.push(Op { document: OPEN, body: sets(MINE, set(Key::X, &Value::Int(1))) });
    assert_eq!(board.judge(Role::Member, &locks, 1_000), Err(Reason::Locked));
    assert_eq!(board.judge(Role::Host, &locks, 1_000), Ok(()));
}
