//! Golden vectors: the bytes of each frame, of a change with each kind of op, of parts, rows and a
//! snapshot. Released vectors are never edited; another codec has to give the same bytes.
//!
//! Numbers of frames are bincode's: up to 250 a byte, else 0xfb and two bytes, 0xfc and four, 0xfd
//! and eight, little-endian; signed ones zigzagged first. All other numbers are base 128.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::frame::{
    ClientFrame, Failure, FailureCode, Hello, Own, PROTOCOL_VERSION, Participant, ServerFrame, Shown, Standing, Stayed, Subscribed,
    Subscription, Welcome, message, read_message,
};
use super::kept::{Kept, read_kept, write_kept};
use super::part::{ActorBook, PartWriter, read_part};
use super::row::{Entry, Introduction, LogActors, Row, Verdict, read_row, write_row};
use super::snapshot::{digest, read_snapshot, write_snapshot};
use crate::codec::{ActorNames, ActorTable, DecodeError};
use crate::document::Document;
use crate::ids::{ActorId, Cursor, DocumentId, LogId, OpId, Seq, Stamp};
use crate::limits;
use crate::op::{Change, Op, OpBody, Property};
use crate::presence::{Area, Place, Presence, Preview, Reaction, Report, Stay, Transform};
use crate::rights::Role;
use crate::schema::{Key, Kind, Value};
use crate::text::{CharId, Side, Span};
use crate::verdict::{Reason, Refusal};

/// The bytes of lines of hexadecimal digits; what follows a `#` says what they are.
fn hex(lines: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        lines.lines().filter_map(|line| line.split('#').next()).flat_map(str::bytes).filter(|byte| !byte.is_ascii_whitespace()).collect();
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("a hexadecimal digit") as u8;
    digits.chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

#[track_caller]
fn same(bytes: &[u8], lines: &str) {
    let shown = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x} ")).collect::<String>();
    assert_eq!(shown(bytes), shown(&hex(lines)));
}

#[track_caller]
fn golden<F: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(frame: F, lines: &str) {
    same(&message(&frame), lines);
    assert_eq!(read_message::<F>(&hex(lines)), Ok(vec![frame]));
}

const A: ActorId = ActorId(0x1122_3344_5566_7788);
const B: ActorId = ActorId(2);
const PAGE: DocumentId = DocumentId(OpId { actor: A, counter: 1 });
const KEY: [u8; 16] = [0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf];
const LOG: LogId = LogId([0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe, 0xbf]);
/// 2023-11-14, in milliseconds.
const CLOCK: u64 = 1_700_000_000_000;

fn presence() -> Presence {
    Presence {
        name: "先生".into(),
        color: [255, 128, 0, 255],
        document: Some(PAGE),
        cursor: Some(Place { x: 80, y: -8 }),
        laser: None,
        viewport: Some(Area { x: 0, y: 0, width: 15_360, height: 8_640 }),
        selection: vec![OpId { actor: B, counter: 300 }],
        editing: None,
        preview: Some(Preview {
            records: vec![OpId { actor: B, counter: 300 }],
            transform: Transform { a: Transform::ONE, b: 0, c: -3, d: 1_000, e: 1, f: -1 },
        }),
        following: Some(B),
    }
}

#[test]
fn client_frames() {
    let cursor = Some(Cursor { log: LOG, seq: Seq(251) });
    let subscriptions = vec![Subscription { document: DocumentId::COVER, cursor: None }, Subscription { document: PAGE, cursor }];
    golden(
        ClientFrame::Hello(Hello { protocol: PROTOCOL_VERSION, credential: vec![1, 2], actor: A, key: KEY, subscriptions }),
        "
        00                          # frame 0, hello
        01                          # protocol version
        02 01 02                    # credential: 2 bytes
        fd 88 77 66 55 44 33 22 11  # actor
        a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af  # its key
        02                          # subscriptions
        00 00 00                    # the cover, no cursor
        fd 88 77 66 55 44 33 22 11 01  # page
        01 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 ba bb bc bd be bf  # cursor: log
        fb fb 00                    # row 251
        ",
    );
    golden(
        ClientFrame::Claim { actor: B, key: KEY },
        "
        01                          # frame 1, claim
        02                          # actor
        a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af  # its key
        ",
    );
    golden(ClientFrame::Change(vec![0xc1, 0xc2, 0xc3]), "02 03 c1 c2 c3  # frame 2, change: 3 bytes");
    golden(
        ClientFrame::Subscribe(Subscription { document: PAGE, cursor: None }),
        "
        03                          # frame 3, subscribe
        fd 88 77 66 55 44 33 22 11 01  # document
        00                          # no cursor
        ",
    );
    golden(ClientFrame::Unsubscribe(PAGE), "04 fd 88 77 66 55 44 33 22 11 01  # frame 4, unsubscribe: document");
    golden(
        ClientFrame::Presence(presence()),
        "
        05                          # frame 5, presence
        06 e5 85 88 e7 94 9f        # name: 6 bytes
        ff 80 00 ff                 # colour
        01 fd 88 77 66 55 44 33 22 11 01  # document
        01 a0 0f                    # cursor: x 80, y -8
        00                          # no laser
        01 00 00 fb 00 78 fb 80 43  # viewport: 0, 0, 15360 wide, 8640 high
        01 02 fb 2c 01              # selection: one record
        00                          # editing nothing
        01 01 02 fb 2c 01           # preview: one record
        fc 00 00 20 00 00 05 fb d0 07  # a 1, b 0, c -3, d 1000 of 2^20
        02 01                       # e 1, f -1
        01 02                       # following
        ",
    );
    golden(ClientFrame::Ping(70_000), "06 fc 70 11 01 00  # frame 6, ping: number");
}

fn standing() -> Standing {
    Standing { actor: B, next: 9, refused: vec![Refusal { first: 4, count: 2, reason: Reason::Locked }] }
}

#[test]
fn server_frames_about_the_log() {
    let welcome = Welcome {
        protocol: PROTOCOL_VERSION,
        log: LOG,
        server_ms: CLOCK,
        connection: 7,
        role: Role::Member,
        standing: standing(),
        ticket: "00ff".into(),
    };
    golden(
        ServerFrame::Welcome(welcome),
        "
        00                          # frame 0, welcome
        01                          # protocol version
        b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 ba bb bc bd be bf  # log
        fd 00 68 e5 cf 8b 01 00 00  # server's clock
        07                          # connection
        01                          # role: member
        02 09                       # standing: actor, next counter
        01 04 02 01                 # one refusal: first, count, reason 1
        04 30 30 66 66              # ticket: 4 bytes
        ",
    );
    golden(
        ServerFrame::Claimed(standing()),
        "
        01                          # frame 1, claimed
        02 09                       # actor, next counter
        01 04 02 01                 # one refusal
        ",
    );
    golden(
        ServerFrame::Subscribed(Subscribed { document: PAGE, seq: Seq(300), snapshot: true, actors: vec![(1, A), (2, B)] }),
        "
        02                          # frame 2, subscribed
        fd 88 77 66 55 44 33 22 11 01  # document
        fb 2c 01                    # row 300
        01                          # take a snapshot
        02                          # actors
        01 fd 88 77 66 55 44 33 22 11  # number 1
        02 02                       # number 2
        ",
    );
    golden(ServerFrame::Part(vec![0xd1, 0xd2]), "03 02 d1 d2  # frame 3, part: 2 bytes");
    golden(ServerFrame::Accepted { actor: B, next: 9 }, "04 02 09  # frame 4, accepted: actor, next counter");
    golden(
        ServerFrame::Refused { actor: B, refusal: Refusal { first: 4, count: 2, reason: Reason::Duplicate } },
        "05 02 04 02 09  # frame 5, refused: actor, first, count, reason 9",
    );
    golden(ServerFrame::Gap { actor: B, expected: 5 }, "06 02 05  # frame 6, gap: actor, expected counter");
}

#[test]
fn server_frames_about_the_rest() {
    let gone = Shown { connection: 8, actor: A, presence: None };
    golden(
        ServerFrame::Presence(vec![Shown { connection: 7, actor: B, presence: Some(Presence::default()) }, gone]),
        "
        07                          # frame 7, presence
        02                          # of two
        07 02                       # connection, actor
        01 00 00 00 00 00 00 00 00 00 00 00 00 00  # an empty presence
        08 fd 88 77 66 55 44 33 22 11  # connection, actor
        00                          # gone
        ",
    );
    golden(ServerFrame::Withdrawn(PAGE), "08 fd 88 77 66 55 44 33 22 11 01  # frame 8, withdrawn: document");
    golden(ServerFrame::Behind(PAGE), "09 fd 88 77 66 55 44 33 22 11 01  # frame 9, behind: document");
    golden(
        ServerFrame::Failed(Failure { code: FailureCode::Busy, detail: "later".into() }),
        "
        0a                          # frame 10, failed
        0e                          # code 14
        05 6c 61 74 65 72           # detail: 5 bytes
        ",
    );
    golden(
        ServerFrame::Pong { nonce: 6, server_ms: CLOCK },
        "
        0b 06                       # frame 11, pong: the ping's number
        fd 00 68 e5 cf 8b 01 00 00  # server's clock
        ",
    );
    let gone = Participant { connection: 8, actor: A, whereabouts: None };
    golden(
        ServerFrame::People(vec![Participant { connection: 7, actor: B, whereabouts: Some(presence().whereabouts()) }, gone]),
        "
        0c                          # frame 12, people
        02                          # two
        07 02                       # connection, actor
        01 06 e5 85 88 e7 94 9f     # name: 6 bytes
        ff 80 00 ff                 # colour
        01 fd 88 77 66 55 44 33 22 11 01  # document
        01 02                       # following
        08 fd 88 77 66 55 44 33 22 11  # connection, actor
        00                          # gone
        ",
    );
}

/// A change with each kind of op.
#[test]
fn frames_about_the_meeting() {
    let report = Report { reaction: Some(Reaction { sign: 3, at_ms: CLOCK }), painted: Some(Seq(300)), round_trip_ms: Some(42) };
    golden(
        ClientFrame::Report(report),
        "07             # report
         01 03          # a sign, number 3
         fd 00 68 e5 cf 8b 01 00 00 # when it was given
         01 fb 2c 01    # row 300 is painted
         01 2a          # 42 ms",
    );
    golden(ClientFrame::Report(Report::default()), "07 00 00 00 # nothing to report");
    golden(ClientFrame::Call("{}".into()), "08 02 7b 7d # call, its JSON");
    golden(
        ServerFrame::You(Own { participant: Some(OpId { actor: A, counter: 9 }), role: Role::Assistant, waits: false }),
        "0d             # you
         01 fd 88 77 66 55 44 33 22 11 09 # the participant
         02             # assistant
         00             # does not wait",
    );
    golden(ServerFrame::You(Own { participant: None, role: Role::Viewer, waits: true }), "0d 00 00 01 # waits in the lobby");
    let stay = Some(Stay { participant: Some(OpId { actor: B, counter: 1 }), report: Report::default() });
    golden(
        ServerFrame::Stays(vec![Stayed { connection: 7, actor: B, stay }, Stayed { connection: 8, actor: B, stay: None }]),
        "0e 02          # stays, two
         07 02 01       # connection, actor, is here
         01 02 01       # its participant
         00 00 00       # nothing to report
         08 02 00       # this one is gone",
    );
    golden(ServerFrame::Call("{}".into()), "0f 02 7b 7d # call, its JSON");
}

/// The values of the meeting's properties, as they are stored (WIRE section 4).
#[test]
fn values_of_the_meeting() {
    let of = |value: Value| value.encode();
    same(&of(Value::Token(KEY)), "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
    same(&of(Value::InSession { session: 3, value: 1 }), "06 02");
    same(&of(Value::InSession { session: CLOCK as i64, value: -1 }), "80a0abfef962 01");
}

fn change() -> Change {
    let stroke = OpId { actor: A, counter: 2 };
    let text = OpId { actor: B, counter: 70 };
    let title = Property { key: Key::Title.number(), value: Value::Text("島".into()).encode() };
    let on = |document, body| Op { document, body };
    let ops = vec![
        on(DocumentId::COVER, OpBody::Create { kind: Kind::Page.number(), properties: vec![title] }),
        on(PAGE, OpBody::Create { kind: Kind::Stroke.number(), properties: vec![] }),
        on(
            PAGE,
            OpBody::Set {
                record: stroke,
                properties: vec![
                    Property { key: Key::X.number(), value: Value::Int(-3).encode() },
                    Property { key: Key::Deleted.number(), value: vec![] },
                ],
            },
        ),
        on(PAGE, OpBody::AppendInk { record: stroke, offset: 0, points: 2, ink: vec![0x42, 0xa4, 0x15, 0xc8, 0x1c, 0x18] }),
        on(PAGE, OpBody::InsertText { record: text, parent: None, side: Side::Right, text: "ab".into() }),
        on(
            PAGE,
            OpBody::InsertText {
                record: text,
                parent: Some(CharId { op: OpId { actor: A, counter: 5 }, index: 1 }),
                side: Side::Left,
                text: "橋".into(),
            },
        ),
        on(
            PAGE,
            OpBody::MarkText { record: text, spans: vec![Span { op: OpId { actor: A, counter: 5 }, start: 0, len: 2 }], visible: true },
        ),
        on(PAGE, OpBody::Purge { record: text }),
        on(PAGE, OpBody::Unknown { kind: 900, body: vec![0xee] }),
    ];
    Change { actor: A, first: 1, clock: CLOCK, hand: 3, gesture: 70_000, ops }
}

#[test]
fn a_change_with_each_kind_of_op() {
    let lines = "
        02                          # actors, in full
        88 77 66 55 44 33 22 11     # number 1
        02 00 00 00 00 00 00 00     # number 2
        01                          # the change's actor
        01                          # first counter
        80 d0 95 ff bc 31           # clock
        03                          # hand
        f0 a2 04                    # gesture 70000
        09                          # ops
        00 00 01 07                 # in the cover, kind 1 create, 7 bytes
        01 01 12 03 e5 b3 b6        # kind 1 page, one property: key 18, 3 bytes
        01 01 01 02                 # on the page, create, 2 bytes
        02 00                       # kind 2 stroke, no properties
        01 01 02 08                 # kind 2 set, 8 bytes
        01 02 02                    # record, two properties
        03 01 05                    # key 3: -3
        01 00                       # key 1: unset
        01 01 03 0a                 # kind 3 append, 10 bytes
        01 02 00 02                 # record, offset, points
        42 a4 15 c8 1c 18           # ink
        01 01 04 05                 # kind 4 insert, 5 bytes
        02 46 02                    # record, right of the root
        61 62                       # the text
        01 01 04 09                 # insert, 9 bytes
        02 46 01 01 05 01           # record, left of character 1 of op 5
        e6 a9 8b                    # the text
        01 01 05 08                 # kind 5 mark, 8 bytes
        02 46 01 01                 # record, shown, one span
        01 05 00 02                 # op, start, length
        01 01 06 02                 # kind 6 purge, 2 bytes
        02 46                       # record
        01 01 84 07 01              # kind 900, 1 byte
        ee
        ";
    same(&change().to_bytes(), lines);
    assert_eq!(Change::from_bytes(&hex(lines)), Ok(change()));
}

/// The numbers of a log or a reader.
#[derive(Default)]
struct Book(BTreeMap<u64, ActorId>);

impl ActorNames for Book {
    fn name(&self, number: u64) -> Result<ActorId, DecodeError> {
        if number == 0 { Ok(ActorId(0)) } else { self.0.get(&number).copied().ok_or(DecodeError::UnknownActor(number)) }
    }
}
impl ActorBook for Book {
    fn introduce(&mut self, number: u64, actor: ActorId) {
        self.0.insert(number, actor);
    }
}
impl LogActors for Book {
    fn introduce(&mut self, introduction: Introduction) {
        self.0.insert(self.0.len() as u64 + 1, introduction.actor);
    }
}

/// A short append, a change of which one op is about another document, and a short append.
fn part_bytes() -> Vec<u8> {
    let stroke = OpId { actor: B, counter: 300 };
    let append = |offset, ink: &[u8]| Change {
        actor: B,
        first: 301,
        clock: CLOCK,
        hand: 0,
        gesture: 0,
        ops: vec![Op { document: PAGE, body: OpBody::AppendInk { record: stroke, offset, points: 2, ink: ink.to_vec() } }],
    };
    let mut log = ActorTable(vec![A, B]);
    let mut part = PartWriter::new(PAGE, Seq(300), &mut log);
    part.introduce(1, A);
    part.introduce(2, B);
    part.add(&append(0, &[0x42, 0xa4, 0x15, 0xc8, 0x1c, 0x18]), PAGE, &mut log);
    let on = |document, kind: Kind| Op { document, body: OpBody::Create { kind: kind.number(), properties: vec![] } };
    let ops = vec![on(PAGE, Kind::Note), on(DocumentId::COVER, Kind::Page), on(PAGE, Kind::Line)];
    part.add(&Change { actor: A, first: 20, clock: CLOCK, hand: 0, gesture: 0, ops }, PAGE, &mut log);
    part.add(&append(2, &[0x41, 0x11, 0x08]), PAGE, &mut log);
    part.finish()
}

/// Selecting a page and moving all of it is one change of hundreds of ops.
#[test]
fn a_part_of_a_change_of_many_ops() {
    for count in [1, 126, 127, 128, 129, 163, limits::CHANGE_OPS_MAX] {
        let op = Op { document: PAGE, body: OpBody::Create { kind: Kind::Note.number(), properties: vec![] } };
        let change = Change { actor: B, first: 20, clock: CLOCK, hand: 0, gesture: 0, ops: vec![op; count] };
        let mut log = ActorTable(vec![A, B]);
        let mut writer = PartWriter::new(PAGE, Seq(300), &mut log);
        writer.introduce(1, A);
        writer.introduce(2, B);
        writer.add(&change, PAGE, &mut log);
        writer.add(&change, PAGE, &mut log);
        let bytes = writer.finish();
        if count == 128 {
            // The head, the count, then the actor, the counter and the clock.
            let head = hex("7f 80 01 02 14 80 d0 95 ff bc 31");
            assert!(bytes.windows(head.len()).any(|window| window == head), "{bytes:02x?}");
        }
        let part = read_part(&bytes, &mut Book::default()).expect("a part");
        let names: Vec<OpId> = part.ops.iter().map(|(id, _, _)| *id).collect();
        let expected: Vec<OpId> = change.iter().chain(change.iter()).map(|(id, _, _)| id).collect();
        assert_eq!(names, expected, "{count} ops");
    }
}

#[test]
fn a_part_in_both_forms() {
    let lines = "
        01 01                       # document
        ac 02                       # row 300
        02                          # introductions
        01 88 77 66 55 44 33 22 11  # number 1
        02 02 00 00 00 00 00 00 00  # number 2
        82                          # the short form: 2 points
        02 ac 02 00                 # actor, stroke's counter 300, offset
        06 42 a4 15 c8 1c 18        # ink
        01                          # the long form: 2 ops
        01 14 80 d0 95 ff bc 31     # actor, counter 20, clock
        00 01 02 09 00              # counter as expected, create, 2 bytes: a note
        01 01 02 05 00              # one counter left away, create: a line
        82                          # the short form: 2 points
        02 ac 02 02                 # actor, stroke's counter, offset
        03 41 11 08                 # ink
        ";
    same(&part_bytes(), lines);
    let mut book = Book::default();
    let part = read_part(&hex(lines), &mut book).expect("a part");
    assert_eq!((part.document, part.seq, book.0), (PAGE, Seq(300), BTreeMap::from([(1, A), (2, B)])));
    let names: Vec<(OpId, u64)> = part.ops.iter().map(|(id, stamp, _)| (*id, stamp.clock)).collect();
    let note = OpId { actor: A, counter: 20 };
    let line = OpId { actor: A, counter: 22 };
    let append = OpId { actor: B, counter: 0 };
    assert_eq!(names, [(append, 0), (note, CLOCK), (line, CLOCK + 2), (append, 0)]);
    let offsets = part.ops.iter().filter_map(|(_, _, body)| if let OpBody::AppendInk { offset, .. } = body { Some(*offset) } else { None });
    assert_eq!(offsets.collect::<Vec<_>>(), [0, 2]);
}

fn row() -> Row {
    let ops = vec![Op { document: DocumentId::COVER, body: OpBody::Create { kind: Kind::Page.number(), properties: vec![] } }];
    let change = Change { actor: A, first: 1, clock: CLOCK, hand: 0, gesture: 1, ops };
    Row {
        introductions: vec![Introduction { actor: A, key: KEY }, Introduction { actor: B, key: [0xcc; 16] }],
        entries: vec![
            Entry { accepted_ms: CLOCK, verdict: Verdict::Accepted(change) },
            Entry {
                accepted_ms: CLOCK - 1,
                verdict: Verdict::Refused { actor: B, refusal: Refusal { first: 4, count: 200, reason: Reason::Records } },
            },
        ],
    }
}
#[test]
fn a_row_with_both_entries() {
    let lines = "
        01                          # format
        02                          # introductions
        88 77 66 55 44 33 22 11 a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af  # number 1, the hash of its key
        02 00 00 00 00 00 00 00 cc cc cc cc cc cc cc cc cc cc cc cc cc cc cc cc  # number 2
        80 d0 95 ff bc 31           # the first entry's time
        00 00                       # accepted, then
        01 01 80 d0 95 ff bc 31 00 01 01  # actor, counter, clock, hand, gesture, one op
        00 00 01 02 01 00           # in the cover, create, 2 bytes: a page
        01 01                       # refused, 1 ms before
        02 04 c8 01 02              # actor, first, count 200, reason 2
        ";
    same(&write_row(&row(), &mut ActorTable(vec![A, B])), lines);
    assert_eq!(read_row(&hex(lines), &mut Book::default()), Ok(row()));
}

/// A page with each body a record can have.
fn document() -> Document {
    let mut document = Document::default();
    let mut apply = |actor: ActorId, counter: u64, body: OpBody| {
        let stamp = Stamp { clock: 1_000 + counter, actor };
        assert_eq!(document.apply(OpId { actor, counter }, stamp, &body), Ok(()));
    };
    let color = Property { key: Key::Color.number(), value: vec![0x10, 0x20, 0x30, 0xff] };
    apply(A, 2, OpBody::Create { kind: Kind::Stroke.number(), properties: vec![color] });
    let stroke = OpId { actor: A, counter: 2 };
    apply(A, 3, OpBody::AppendInk { record: stroke, offset: 0, points: 2, ink: vec![0x42, 0xa4, 0x15, 0xc8, 0x1c, 0x18] });
    apply(A, 4, OpBody::AppendInk { record: stroke, offset: 2, points: 2, ink: vec![0x41, 0x11, 0x08] });
    apply(B, 5, OpBody::Set { record: stroke, properties: vec![Property { key: Key::Deleted.number(), value: vec![1] }] });
    apply(A, 6, OpBody::Create { kind: Kind::Text.number(), properties: vec![] });
    let text = OpId { actor: A, counter: 6 };
    apply(A, 7, OpBody::InsertText { record: text, parent: None, side: Side::Right, text: "abc".into() });
    let c = CharId { op: OpId { actor: A, counter: 7 }, index: 2 };
    apply(A, 8, OpBody::InsertText { record: text, parent: Some(c), side: Side::Right, text: "d".into() });
    let b = CharId { op: OpId { actor: A, counter: 7 }, index: 1 };
    apply(B, 9, OpBody::InsertText { record: text, parent: Some(b), side: Side::Left, text: "橋".into() });
    apply(
        B,
        10,
        OpBody::MarkText { record: text, spans: vec![Span { op: OpId { actor: A, counter: 7 }, start: 2, len: 2 }], visible: false },
    );
    apply(A, 11, OpBody::Create { kind: Kind::Note.number(), properties: vec![] });
    apply(B, 12, OpBody::Purge { record: OpId { actor: A, counter: 11 } });
    apply(B, 13, OpBody::Unknown { kind: 900, body: vec![0xee, 0xef] });
    document
}

#[test]
fn a_snapshot_with_each_body() {
    let document = document();
    let cursor = Cursor { log: LOG, seq: Seq(300) };
    let lines = "
        01                          # format
        b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 ba bb bc bd be bf  # log
        ac 02                       # row 300
        88 77 66 55 44 33 22 11 01  # document
        02                          # actors, ascending
        02 00 00 00 00 00 00 00     # number 1
        88 77 66 55 44 33 22 11     # number 2
        03                          # records
        02 02 02 d4 0f 02 02        # name, a stroke, clock 1002, with ink, two properties
        01 02 06 01 01              # key 1: by number 1, 3 ms after the creation: yes
        08 00 04 10 20 30 ff        # key 8: by the creation: a colour
        09 42 a4 15 c8 1c 18 41 11 08  # ink: both chunks
        02 06 08 08 04 00           # name, a text, 4 ms after the last, with text, no properties
        02                          # runs
        01 09 01 01 01              # first op, one group of ops: one of one character
        01 02 07 01                 # left of character 1 of that op
        03 e6 a9 8b 00              # the text, no marks
        02 07 02 01 03 01 01        # first op, two groups: one of three, one of one
        02                          # right of the root
        04 61 62 63 64              # the text
        01 02 02 02 08 00           # one mark: from 2, two characters, by number 1, 4 ms after: hidden
        02 0b 09 0a 01 00           # name, a note, 5 ms after, purged, no properties
        01                          # unknown ops
        01 0d f5 07 84 07           # name, clock 1013, kind 900
        02 ee ef                    # its body
        ";
    same(&write_snapshot(PAGE, cursor, &document), lines);
    let snapshot = read_snapshot(&hex(lines)).expect("a snapshot");
    assert_eq!((snapshot.id, snapshot.cursor), (PAGE, cursor));
    assert_eq!(snapshot.document, document);
    // SPEC DIG-1: of the bytes from the actors on.
    same(&digest(&document), "43 36 58 a9 5c 9c 12 e7 61 6f 4f 96 cd ff 55 00");
}

#[test]
fn a_kept_document_with_an_accepted_op() {
    let cursor = Cursor { log: LOG, seq: Seq(300) };
    let op = Op { document: PAGE, body: OpBody::Create { kind: Kind::Note.number(), properties: vec![] } };
    let accepted = Change { actor: B, first: 14, clock: 1_020, hand: 0, gesture: 0, ops: vec![op] };
    let lines = "
        01                          # format
        bb 36 38 cd 3c f5 3c 03 74 34 0c 87 96 f0 b4 3c  # check
        1f                          # snapshot: 31 bytes
        01                          # format
        b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 ba bb bc bd be bf  # log
        ac 02                       # row 300
        88 77 66 55 44 33 22 11 01  # document
        00 00 00                    # no actors, no records, no unknown ops
        01                          # accepted
        1e                          # change: 30 bytes
        02 02 00 00 00 00 00 00 00 88 77 66 55 44 33 22 11  # actors
        01 0e fc 07 00 00 01        # actor, counter, clock, hand, gesture, one op
        02 01 01 02 09 00           # on the page, create, 2 bytes: a note
        ";
    let document = Document::default();
    let bytes = write_kept(PAGE, cursor, &document, std::iter::once(accepted.clone()));
    same(&bytes, lines);
    assert_eq!(
        read_kept(&bytes),
        Ok(Kept { snapshot: read_snapshot(&write_snapshot(PAGE, cursor, &document)).unwrap(), accepted: vec![accepted] })
    );
}
