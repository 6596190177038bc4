//! The bytes: what is written is read back, what is read never breaks the reader.

mod common;

use std::collections::BTreeMap;

use common::draft::Habits;
use common::values::{UNKNOWN_KEY, UNKNOWN_KIND, UNKNOWN_OP};
use common::world::{World, digests, steps};
use common::{Count, Dice, runner};
use kakehashi_protocol::board::Board;
use kakehashi_protocol::codec::{ActorNames, ActorRefs, ActorTable, DecodeError, put_signed};
use kakehashi_protocol::document::Document;
use kakehashi_protocol::ids::{ActorId, Cursor, DocumentId, LogId, OpId, Seq, Stamp};
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::presence::{Area, Place, Presence, Preview, Transform, Whereabouts};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Kind, Value, check_value};
use kakehashi_protocol::verdict::{Reason, Refusal};
use kakehashi_protocol::wire::frame::{
    ClientFrame, Failure, FailureCode, Hello, Participant, ServerFrame, Shown, Standing, Subscribed, Subscription, Welcome, message,
    part_frame, read_message, write_frame,
};
use kakehashi_protocol::wire::part::{ActorBook, Part, PartWriter, read_part};
use kakehashi_protocol::wire::row::{Entry, Introduction, LogActors, Row, Verdict, read_row, write_row};
use kakehashi_protocol::wire::snapshot::{digest, read_snapshot, write_snapshot};

/// A reader's and a log's actors by number.
#[derive(Clone, Default)]
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

fn world(steps: &[common::world::Step]) -> World {
    let mut world = World::new(3, Habits { purges: true, undoable: false });
    for step in steps {
        world.step(*step);
    }
    world
}

/// The changes in an order that a log could have.
fn in_order(world: &World) -> Vec<Change> {
    // An author's own change is written after all it has seen, so the order of writing is causal.
    world.sent.iter().map(|sent| sent.change.clone()).collect()
}

// WIRE 3.
#[test]
fn changes_read_back() {
    static OPS: Count = Count::new();
    let result = runner(400).run(&steps(60), |steps| {
        for change in in_order(&world(&steps)) {
            let bytes = change.to_bytes();
            proptest::prop_assert_eq!(Change::from_bytes(&bytes), Ok(change.clone()));
            OPS.add(change.ops.len());
        }
        Ok(())
    });
    result.expect("changes read back");
    println!("changes read back: {} ops", OPS.get());
}

// WIRE 5, SPEC ID-2, CLOCK-2: a reader that only gets parts has the same documents; names and stamps
// follow from those of a change's first op.
#[test]
fn parts_read_back_and_merge_to_the_same() {
    static PARTS: Count = Count::new();
    static SHORT: Count = Count::new();
    let result = runner(400).run(&(steps(60), proptest::num::u64::ANY), |(steps, seed)| {
        let changes = in_order(&world(&steps));
        let mut board = Board::default();
        let mut readers: BTreeMap<DocumentId, Document> = BTreeMap::from([(DocumentId::COVER, Document::cover())]);
        let (mut log, mut dice, mut seq) = (ActorTable::default(), Dice(seed), Seq(0));
        let mut rest = changes.as_slice();
        while !rest.is_empty() {
            let (row, after) = rest.split_at((1 + dice.below(4)).min(rest.len()));
            rest = after;
            seq = seq.next();
            for change in row {
                board.merge(change).expect("merges");
            }
            let mut documents: Vec<DocumentId> = row.iter().flat_map(|change| change.ops.iter().map(|op| op.document)).collect();
            documents.sort_unstable();
            documents.dedup();
            for document in documents {
                let mut writer = PartWriter::new(document, seq, &mut log);
                row.iter().for_each(|change| writer.add(change, document, &mut log));
                log.0.iter().zip(1..).for_each(|(actor, number)| writer.introduce(number, *actor));
                let part: Part = read_part(&writer.finish(), &mut Book::default()).expect("a part reads back");
                proptest::prop_assert_eq!((part.document, part.seq), (document, seq));
                let expected: Vec<(OpId, Stamp, &OpBody)> = row
                    .iter()
                    .flat_map(Change::iter)
                    .filter(|(_, _, op)| op.document == document)
                    .map(|(id, stamp, op)| (id, stamp, &op.body))
                    .collect();
                proptest::prop_assert_eq!(part.ops.len(), expected.len());
                for ((id, stamp, body), (expected_id, expected_stamp, expected_body)) in part.ops.iter().zip(expected) {
                    proptest::prop_assert_eq!(body, expected_body);
                    if id.counter == 0 {
                        let short = matches!(body, OpBody::AppendInk { points: 1..=127, .. });
                        proptest::prop_assert!(short && id.actor == expected_id.actor);
                        SHORT.add(1);
                    } else {
                        proptest::prop_assert_eq!((*id, *stamp), (expected_id, expected_stamp));
                    }
                    let reader = readers.entry(document).or_default();
                    proptest::prop_assert_eq!(reader.apply(*id, *stamp, body), Ok(()));
                }
                PARTS.add(1);
            }
        }
        for (id, document) in board.documents() {
            proptest::prop_assert_eq!(readers.get(&id).map(digest), Some(digest(document)));
        }
        Ok(())
    });
    result.expect("parts read back");
    assert!(SHORT.get() > 0, "short appends were among them");
    println!("parts: {}, {} appends in the short form", PARTS.get(), SHORT.get());
}

// WIRE 6, SPEC LOG-4.
#[test]
fn rows_read_back() {
    static ROWS: Count = Count::new();
    let result = runner(400).run(&(steps(60), proptest::num::u64::ANY), |(steps, seed)| {
        let (mut log, mut book, mut dice) = (ActorTable::default(), Book::default(), Dice(seed));
        for changes in in_order(&world(&steps)).chunks(3) {
            let mut row = Row::default();
            for change in changes {
                if !log.0.contains(&change.actor) {
                    log.number(change.actor);
                    row.introductions.push(Introduction { actor: change.actor, key: [dice.next() as u8; 16] });
                }
                let accepted_ms = 1_700_000_000_000 + dice.next() % 4_000;
                let refusal = Refusal { first: change.first, count: change.ops.len() as u64, reason: Reason::ALL[dice.below(10)] };
                let verdict =
                    if dice.one_in(4) { Verdict::Refused { actor: change.actor, refusal } } else { Verdict::Accepted(change.clone()) };
                row.entries.push(Entry { accepted_ms, verdict });
            }
            let known = log.0.len();
            let bytes = write_row(&row, &mut log);
            proptest::prop_assert_eq!(log.0.len(), known, "an accepted change names nobody the log does not know");
            proptest::prop_assert_eq!(read_row(&bytes, &mut book), Ok(row));
            ROWS.add(1);
        }
        Ok(())
    });
    result.expect("rows read back");
    println!("rows: {}", ROWS.get());
}

// SPEC REC-3: what a newer peer writes goes through this version unharmed: merged, in a row, in a
// part and in a snapshot.
#[test]
fn what_is_unknown_survives() {
    let newer = ActorId(0x77);
    let page = DocumentId(OpId { actor: newer, counter: 1 });
    let property = Property { key: UNKNOWN_KEY, value: vec![0xff, 0, 7] };
    let ops = vec![
        Op { document: DocumentId::COVER, body: OpBody::Create { kind: Kind::Page.number(), properties: vec![property.clone()] } },
        Op { document: page, body: OpBody::Create { kind: UNKNOWN_KIND, properties: vec![property.clone()] } },
        Op {
            document: page,
            body: OpBody::Set {
                record: OpId { actor: newer, counter: 2 },
                properties: vec![Property { key: UNKNOWN_KEY + 1, value: vec![] }],
            },
        },
        Op { document: page, body: OpBody::Unknown { kind: UNKNOWN_OP, body: vec![1, 2, 3] } },
        Op { document: DocumentId::COVER, body: OpBody::Unknown { kind: 7, body: vec![] } },
    ];
    let change = Change { actor: newer, first: 1, clock: 500, hand: 9, gesture: 8, ops };
    let read = Change::from_bytes(&change.to_bytes()).expect("reads");
    assert_eq!(read, change);

    let mut board = Board::default();
    assert_eq!(board.judge(Role::Member, &read, 500), Ok(()));
    board.merge(&read).expect("merges");

    let row = Row {
        introductions: vec![Introduction { actor: newer, key: [1; 16] }],
        entries: vec![Entry { accepted_ms: 500, verdict: Verdict::Accepted(read.clone()) }],
    };
    let bytes = write_row(&row, &mut ActorTable(vec![newer]));
    assert_eq!(read_row(&bytes, &mut Book::default()), Ok(row));

    let mut restored = Board::default();
    for (id, document) in board.documents() {
        let snapshot = read_snapshot(&write_snapshot(id, Cursor::default(), document)).expect("reads");
        restored.restore(id, snapshot.document, board.clock());
    }
    assert_eq!(digests(&restored), digests(&board));
    let document = restored.document(page).expect("the page");
    let (id, op) = document.unknown().next().expect("the unknown op");
    assert_eq!((id.counter, op.clock, op.kind, op.body.as_slice()), (4, 503, UNKNOWN_OP, &[1, 2, 3][..]));
    let record = document.records().next().expect("the unknown record");
    assert_eq!(record.kind_number(), UNKNOWN_KIND);
    assert_eq!(
        record.entries().iter().map(|entry| (entry.key, entry.value.to_vec())).collect::<Vec<_>>(),
        [(UNKNOWN_KEY, property.value), (UNKNOWN_KEY + 1, vec![])]
    );
    println!("unknown: 2 ops, 1 record, 3 properties through change, row and snapshot; parts in the suite of parts");
}

fn presence(dice: &mut Dice) -> Presence {
    let mut place = || Place { x: dice.next() as i32, y: dice.next() as i32 };
    let (cursor, laser, by) = (place(), place(), place());
    let transform = Transform { a: by.x, b: by.y, c: cursor.x, d: -1, e: laser.x, f: laser.y };
    let records: Vec<OpId> = (0..dice.below(4)).map(|_| OpId::new(dice.next(), dice.next())).collect();
    Presence {
        name: "先生 Mori".into(),
        color: (dice.next() as u32).to_le_bytes(),
        document: dice.one_in(2).then_some(DocumentId(OpId::new(dice.next(), 300))),
        cursor: dice.one_in(2).then_some(cursor),
        laser: dice.one_in(2).then_some(laser),
        viewport: dice.one_in(2).then_some(Area { x: cursor.x, y: 0, width: laser.y, height: -1 }),
        selection: records.clone(),
        editing: records.first().copied(),
        preview: dice.one_in(2).then_some(Preview { records, transform }),
        following: dice.one_in(2).then_some(ActorId(dice.next())),
    }
}

fn client_frames(dice: &mut Dice) -> Vec<ClientFrame> {
    let cursor = Cursor { log: LogId([dice.next() as u8; 16]), seq: Seq(dice.next()) };
    let subscription = Subscription { document: DocumentId(OpId::new(dice.next(), 1)), cursor: dice.one_in(2).then_some(cursor) };
    vec![
        ClientFrame::Hello(Hello {
            protocol: 1,
            credential: vec![dice.next() as u8; dice.below(9)],
            actor: ActorId(dice.next()),
            key: [7; 16],
            subscriptions: vec![subscription; dice.below(3)],
        }),
        ClientFrame::Claim { actor: ActorId(dice.next()), key: [dice.next() as u8; 16] },
        ClientFrame::Change(vec![dice.next() as u8; dice.below(400)]),
        ClientFrame::Subscribe(subscription),
        ClientFrame::Unsubscribe(subscription.document),
        ClientFrame::Presence(presence(dice)),
        ClientFrame::Ping(dice.next() as u32),
    ]
}

fn server_frames(dice: &mut Dice) -> Vec<ServerFrame> {
    let actor = ActorId(dice.next());
    let refusal = Refusal { first: dice.next(), count: 3, reason: Reason::ALL[dice.below(10)] };
    let standing = Standing { actor, next: dice.next(), refused: vec![refusal; dice.below(3)] };
    let document = DocumentId(OpId::new(dice.next(), 1));
    let shown = Shown { connection: 9, actor, presence: dice.one_in(2).then(|| presence(dice)) };
    let whereabouts = dice.one_in(2).then(|| presence(dice).whereabouts()).or(Some(Whereabouts::default()));
    vec![
        ServerFrame::Welcome(Welcome {
            protocol: 1,
            log: LogId([3; 16]),
            server_ms: dice.next(),
            connection: 4,
            role: Role::Assistant,
            standing: standing.clone(),
            ticket: "0123456789abcdef".into(),
        }),
        ServerFrame::Claimed(standing),
        ServerFrame::Subscribed(Subscribed {
            document,
            seq: Seq(dice.next()),
            snapshot: dice.one_in(2),
            actors: vec![(2, actor); dice.below(3)],
        }),
        ServerFrame::Part(vec![dice.next() as u8; dice.below(300)]),
        ServerFrame::Accepted { actor, next: 7 },
        ServerFrame::Refused { actor, refusal },
        ServerFrame::Gap { actor, expected: 1 },
        ServerFrame::Presence(vec![shown; dice.below(3)]),
        ServerFrame::Withdrawn(document),
        ServerFrame::Behind(document),
        ServerFrame::Failed(Failure { code: FailureCode::Conflict, detail: "op 5 was written before".into() }),
        ServerFrame::Pong { nonce: 6, server_ms: dice.next() },
        ServerFrame::People(vec![Participant { connection: 9, actor, whereabouts }; dice.below(3)]),
    ]
}

// SPEC LIM-1, WIRE 8: what a preview does to records is bounded.
#[test]
fn a_transform_beyond_its_bounds_is_refused() {
    let shows = |transform| {
        let preview = Some(Preview { records: vec![], transform });
        Presence { preview, ..Presence::default() }.check()
    };
    let most = 1_000 * Transform::ONE;
    assert_eq!(shows(Transform { a: most, b: -most, c: most, d: -most, e: 1 << 30, f: -(1 << 30) }), Ok(()));
    let still = Transform::default();
    for wrong in [
        Transform { a: most + 1, ..still },
        Transform { b: -most - 1, ..still },
        Transform { c: i32::MIN, ..still },
        Transform { d: i32::MAX, ..still },
        Transform { e: (1 << 30) + 1, ..still },
        Transform { f: i32::MIN, ..still },
    ] {
        assert!(shows(wrong).is_err(), "{wrong:?}");
    }
}

// WIRE 1.
#[test]
fn messages_read_back() {
    static FRAMES: Count = Count::new();
    let result = runner(300).run(&proptest::num::u64::ANY, |seed| {
        let mut dice = Dice(seed);
        let (client, server) = (client_frames(&mut dice), server_frames(&mut dice));
        let (mut up, mut down) = (Vec::new(), Vec::new());
        client.iter().for_each(|frame| write_frame(&mut up, frame));
        server.iter().for_each(|frame| write_frame(&mut down, frame));
        FRAMES.add(client.len() + server.len());
        if let ServerFrame::Part(part) = &server[3] {
            proptest::prop_assert_eq!(part_frame(part), message(&server[3]));
        }
        proptest::prop_assert_eq!(read_message(&up), Ok(client));
        proptest::prop_assert_eq!(read_message(&down), Ok(server));
        Ok(())
    });
    result.expect("messages read back");
    println!("messages: {} frames of all 19 kinds", FRAMES.get());
}

// SPEC LIM-2: a snapshot with clocks that no stamp can have is refused, and does not overflow later.
#[test]
fn clocks_beyond_reason_are_refused() {
    // One record with one property; the clock of its creation, and how far the property's is from it.
    let snapshot = |created: i64, by: i64| {
        let mut bytes = [vec![1], vec![0; 16], vec![0], vec![0; 8], vec![0, 0, 1, 0, 1, 2]].concat();
        put_signed(&mut bytes, created);
        bytes.extend([0, 1, 3, 1]);
        put_signed(&mut bytes, by);
        bytes.extend([0, 0]);
        read_snapshot(&bytes)
    };
    let most = 1 << 49;
    for (created, by, good) in
        [(5, 6, true), (most, -most, true), (0, most, true), (most + 1, 0, false), (-1, 1, false), (5, -6, false), (most, 1, false)]
    {
        assert_eq!(snapshot(created, by).is_ok(), good, "{created}, {by}");
    }
    assert!(snapshot(i64::MAX, i64::MAX).is_err() && snapshot(1, i64::MAX).is_err() && snapshot(0, i64::MIN).is_err());
}

/// Gives bytes to every reader. Those that are read are written again and read the same.
fn read_all(bytes: &[u8]) -> usize {
    let mut read = 0;
    if let Ok(change) = Change::from_bytes(bytes) {
        read += 1;
        assert_eq!(Change::from_bytes(&change.to_bytes()), Ok(change.clone()));
        // Nothing that can be read breaks the judge.
        let mut board = Board::default();
        if board.judge(Role::Server, &change, 1_700_000_000_000).is_ok() {
            board.merge(&change).expect("what was accepted merges");
        }
    }
    if let Ok(frames) = read_message::<ClientFrame>(bytes) {
        read += 1;
        for frame in &frames {
            if let ClientFrame::Presence(presence) = frame {
                let _ = presence.check();
            }
        }
        let mut again = Vec::new();
        frames.iter().for_each(|frame| write_frame(&mut again, frame));
        assert_eq!(read_message(&again), Ok(frames));
    }
    if let Ok(frames) = read_message::<ServerFrame>(bytes) {
        read += 1;
        let mut again = Vec::new();
        frames.iter().for_each(|frame| write_frame(&mut again, frame));
        assert_eq!(read_message(&again), Ok(frames));
    }
    let book = Book((1..5).map(|number| (number, ActorId(number * 99))).collect());
    if let Ok(part) = read_part(bytes, &mut book.clone()) {
        read += 1;
        let mut document = Document::cover();
        for (id, stamp, body) in &part.ops {
            let _ = document.apply(*id, *stamp, body);
        }
        let _ = digest(&document);
    }
    read += usize::from(read_row(bytes, &mut book.clone()).is_ok());
    if let Ok(snapshot) = read_snapshot(bytes) {
        read += 1;
        let again = write_snapshot(snapshot.id, snapshot.cursor, &snapshot.document);
        assert_eq!(read_snapshot(&again).as_ref(), Ok(&snapshot));
    }
    for key in Key::ALL {
        if let Ok(Some(value)) = Value::decode(*key, bytes) {
            read += 1;
            assert_eq!(Value::decode(*key, &value.encode()), Ok(Some(value)));
        }
        let _ = check_value(key.number(), bytes);
    }
    read
}

// SPEC LIM-2: outside bytes never break a reader.
#[test]
fn any_bytes_are_read_or_refused() {
    static READ: Count = Count::new();
    let mut runner = runner(20_000);
    let cases = runner.config().cases;
    let result = runner.run(&(proptest::collection::vec(proptest::num::u8::ANY, 0..300), proptest::num::u8::ANY), |(mut bytes, small)| {
        // Small numbers come further than any.
        if small % 2 == 0 {
            bytes.iter_mut().for_each(|byte| *byte %= 1 + small % 16);
        }
        READ.add(read_all(&bytes));
        Ok(())
    });
    result.expect("no reader breaks");
    println!("any bytes: {cases} given to 28 readers, {} times read", READ.get());
}

// SPEC LIM-2: nor do valid bytes that were changed.
#[test]
fn changed_bytes_are_read_or_refused() {
    static READ: Count = Count::new();
    static GIVEN: Count = Count::new();
    let result = runner(200).run(&(steps(30), proptest::num::u64::ANY), |(steps, seed)| {
        let (world, mut dice) = (world(&steps), Dice(seed));
        let mut valid: Vec<Vec<u8>> = world.sent.iter().map(|sent| sent.change.to_bytes()).collect();
        valid.extend(client_frames(&mut dice).iter().map(message));
        valid.extend(server_frames(&mut dice).iter().map(message));
        let mut log = ActorTable::default();
        for (sent, replica) in world.sent.iter().zip(world.replicas.iter().cycle()) {
            let document = sent.change.ops[0].document;
            let mut part = PartWriter::new(document, Seq(5), &mut log);
            part.add(&sent.change, document, &mut log);
            valid.push(part.finish());
            let introductions = vec![Introduction { actor: sent.change.actor, key: [4; 16] }];
            let entries = vec![Entry { accepted_ms: 3, verdict: Verdict::Accepted(sent.change.clone()) }];
            valid.push(write_row(&Row { introductions, entries }, &mut log));
            valid.extend(replica.board.documents().map(|(id, document)| write_snapshot(id, Cursor::default(), document)));
        }
        for bytes in valid {
            READ.add(read_all(&bytes));
            for _ in 0..8 {
                let mut changed = bytes.clone();
                for _ in 0..=dice.below(2) {
                    let place = dice.below(changed.len());
                    match dice.below(5) {
                        _ if changed.is_empty() => {}
                        0 => changed.truncate(place),
                        1 => changed.insert(place, dice.next() as u8),
                        2 => drop(changed.remove(place)),
                        3 => changed[place] ^= 1 << dice.below(8),
                        _ => changed[place] = [0, 1, 0x7f, 0x80, 0xff][dice.below(5)],
                    }
                }
                READ.add(read_all(&changed));
                GIVEN.add(1);
            }
        }
        Ok(())
    });
    result.expect("no reader breaks");
    println!("changed bytes: {} given to 28 readers, {} times read", GIVEN.get(), READ.get());
}
