//! Files that are not what they say, and what becomes of a board on the way. The rules stand in
//! `protocol/KAKEHASHI-FILE.md`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use kakehashi_protocol::ids::{ActorId, BoardId, DocumentId, OpId, Seq};
use kakehashi_protocol::ink::{InkState, Point, encode};
use kakehashi_protocol::limits;
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::text::Side;
use kakehashi_protocol::verdict::{Reason, Refusal};
use kakehashi_protocol::wire::row::{Entry, Introduction, LogActors, Row, Verdict, read_row, write_row};
use kakehashi_protocol::wire::snapshot::digest;
use rawzip::time::UtcDateTime;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::container::Packer;
use super::rows::RowsWriter;
use super::*;
use crate::assets::{AssetId, AssetStore};
use crate::hub::drain::Drain;
use crate::log::{Faults, LogError, MemoryLog, create_board};
use crate::room::actors::Actors;
use crate::room::core::RoomCore;
use crate::room::load::{first_row, load};

const BOARD: BoardId = BoardId([1; 16]);
const COPY: BoardId = BoardId([2; 16]);
const NOW: u64 = 1_900_000_000_000;
const SERVER: ActorId = ActorId(5);
const WRITER: ActorId = ActorId(77);
const PAGE: DocumentId = DocumentId(OpId { actor: SERVER, counter: 1 });

/// One transparent pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

/// A server without its doors.
struct Place {
    folder: TempDir,
    runtime: Runtime,
    store: Store,
    faults: Faults,
    transfers: Transfers,
    drain: Drain,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let memory = MemoryLog::new();
        let faults = memory.faults();
        let assets = AssetStore::open(&folder.path().join("assets")).unwrap();
        let store = Store { runtime: runtime.handle().clone(), log: Arc::new(memory), assets };
        let transfers = runtime.block_on(Transfers::open(&folder.path().join("transfers"), &*store.log, &store.assets)).unwrap();
        Self { folder, runtime, store, faults, transfers, drain: Drain::default() }
    }

    /// A place with a board that has all there can be on one.
    fn with_board() -> Self {
        let place = Self::new();
        place.runtime.block_on(async {
            let asset = place.store.assets.put(BOARD, "image/gif", Bytes::from_static(GIF)).await.unwrap();
            let mut actors = Actors::default();
            actors.introduce(Introduction { actor: SERVER, key: [9; 16] });
            create_board(&*place.store.log, BOARD, first_row(SERVER, &[3; 16], NOW - 1_000_000), NOW - 1_000_000).await.unwrap();
            for (number, row) in rows(asset.id).into_iter().enumerate() {
                row.introductions.iter().for_each(|introduction| actors.introduce(*introduction));
                let body = write_row(&row, &mut &actors).into();
                place.store.log.append(BOARD, Seq(1 + number as u64), body).await.unwrap();
            }
        });
        place
    }

    fn wanted(&self) -> (Wanted, Asker) {
        Wanted::new(self.drain.guard())
    }

    fn export(&self) -> Vec<u8> {
        let (wanted, _asker) = self.wanted();
        let mut exported = export(&self.store, BOARD, self.transfers.file().unwrap(), NOW, &wanted).unwrap();
        let mut bytes = Vec::new();
        exported.file.read_to_end(&mut bytes).unwrap();
        assert_eq!(exported.bytes, bytes.len() as u64);
        bytes
    }

    fn check(&self, bytes: &[u8]) -> Result<check::Checked, FileError> {
        let (wanted, _asker) = self.wanted();
        let mut file = self.transfers.file().unwrap();
        file.write_all(bytes).unwrap();
        check(file, self.transfers.file().unwrap(), NOW, &wanted)
    }

    fn bring_in(&self, bytes: &[u8]) -> Result<Brought, FileError> {
        let (wanted, _asker) = self.wanted();
        bring_in(&self.store, &self.transfers, &self.check(bytes)?, COPY, NOW, &wanted)
    }

    /// Nothing of the copy is there, nor on its way.
    fn has_no_copy(&self) {
        assert_eq!(self.runtime.block_on(self.store.log.open(COPY)), Err(LogError::UnknownBoard(COPY)));
        assert_eq!(names(&self.folder.path().join("transfers")), [""; 0]);
        assert!(!self.folder.path().join("assets/boards").join(COPY.to_string()).exists());
    }

    /// What is wrong with a file, after which nothing of it is there.
    fn refusal(&self, bytes: &[u8]) -> String {
        let error = self.bring_in(bytes).expect_err("it is refused").to_string();
        self.has_no_copy();
        error
    }
}

fn names(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn property(key: Key, value: Value) -> Property {
    Property { key: key.number(), value: value.encode() }
}

fn change(first: u64, clock: u64, ops: Vec<OpBody>) -> Change {
    let ops = ops.into_iter().map(|body| Op { document: PAGE, body }).collect();
    Change { actor: WRITER, first, clock, hand: 0, gesture: 1, ops }
}

fn ink(points: &[Point]) -> Vec<u8> {
    let mut out = Vec::new();
    encode(&mut InkState::default(), points, &mut out).unwrap();
    out
}

fn accepted(accepted_ms: u64, change: Change) -> Entry {
    Entry { accepted_ms, verdict: Verdict::Accepted(change) }
}

/// What a writer did after the board was made: ink, text, a picture, a deletion, a refusal, and
/// things that a newer version would know.
fn rows(picture: AssetId) -> Vec<Row> {
    let own = |counter| OpId { actor: WRITER, counter };
    let points: Vec<Point> = (0..40).map(|step| Point { x: step * 9, y: step * step, pressure: 90, time_ms: step as u32 * 8 }).collect();
    let ink = ink(&points);
    let first = change(
        1,
        NOW - 900_000,
        vec![
            OpBody::Create { kind: Kind::Stroke.number(), properties: vec![property(Key::Color, Value::Color([1, 2, 3, 255]))] },
            OpBody::AppendInk { record: own(1), offset: 0, points: 40, ink },
            OpBody::Create { kind: Kind::Note.number(), properties: Vec::new() },
            OpBody::InsertText { record: own(3), parent: None, side: Side::Right, text: "橋を架ける".into() },
        ],
    );
    let second = change(
        6,
        NOW - 800_000,
        vec![
            OpBody::Create { kind: Kind::Image.number(), properties: vec![property(Key::Asset, Value::Hash(picture.0))] },
            OpBody::Set { record: own(1), properties: vec![property(Key::Deleted, Value::Bool(true))] },
            OpBody::Unknown { kind: 900, body: vec![1, 2, 3] },
        ],
    );
    let refusal = Refusal { first: 5, count: 1, reason: Reason::Locked };
    let refused = Entry { accepted_ms: NOW - 850_000, verdict: Verdict::Refused { actor: WRITER, refusal } };
    vec![
        Row { introductions: vec![Introduction { actor: WRITER, key: [8; 16] }], entries: vec![accepted(NOW - 900_000, first), refused] },
        Row { introductions: Vec::new(), entries: vec![accepted(NOW - 800_000, second)] },
    ]
}

/// The parts of a file.
#[derive(Clone)]
struct Parts {
    manifest: serde_json::Value,
    rows: Vec<u8>,
    others: Vec<(String, Vec<u8>)>,
}

impl Parts {
    fn of(bytes: &[u8]) -> Self {
        let archive = rawzip::ZipArchive::from_slice(bytes).unwrap();
        let mut parts = Self { manifest: serde_json::Value::Null, rows: Vec::new(), others: Vec::new() };
        for entry in archive.entries() {
            let entry = entry.unwrap();
            let name = String::from_utf8(entry.file_path().as_bytes().to_vec()).unwrap();
            let data = archive.get_entry(entry.wayfinder()).unwrap();
            let mut content = Vec::new();
            match entry.compression_method() {
                rawzip::CompressionMethod::STORE => content.extend_from_slice(data.data()),
                _ => drop(flate2::read::DeflateDecoder::new(data.data()).read_to_end(&mut content).unwrap()),
            }
            match &*name {
                MANIFEST => parts.manifest = serde_json::from_slice(&content).unwrap(),
                ROWS => parts.rows = content,
                _ => parts.others.push((name, content)),
            }
        }
        parts
    }

    fn pack(&self) -> Vec<u8> {
        let mut zip = Packer::new(Vec::new(), UtcDateTime::from_unix(0));
        let write = |bytes: &[u8]| {
            let bytes = bytes.to_vec();
            move |out: &mut dyn Write| out.write_all(&bytes).map_err(|error| FileError::io("memory", &error))
        };
        zip.part(MANIFEST, write(&serde_json::to_vec(&self.manifest).unwrap())).unwrap();
        zip.part(ROWS, write(&self.rows)).unwrap();
        for (name, content) in &self.others {
            zip.part(name, write(content)).unwrap();
        }
        zip.finish().unwrap()
    }

    /// The same with other rows; the manifest stays, for they are refused before it is compared.
    fn with_rows(&self, rows: &[Row]) -> Vec<u8> {
        let mut actors = Actors::default();
        let mut writer = RowsWriter::new(Vec::new());
        for row in rows {
            row.introductions.iter().for_each(|introduction| actors.introduce(*introduction));
            writer.row(&write_row(row, &mut &actors)).unwrap();
        }
        Self { rows: writer.into_inner(), ..self.clone() }.pack()
    }

    fn with_other(&self, name: &str, content: &[u8]) -> Vec<u8> {
        let mut parts = self.clone();
        parts.others.push((name.to_owned(), content.to_vec()));
        parts.pack()
    }

    /// The same with another picture in the place of its only one.
    fn with_picture(&self, name: &str, content: &[u8]) -> Vec<u8> {
        let mut parts = self.clone();
        parts.others = vec![(name.to_owned(), content.to_vec())];
        parts.pack()
    }
}

fn all_rows(place: &Place) -> Vec<Row> {
    let mut actors = Actors::default();
    let stored = place.runtime.block_on(place.store.log.read(BOARD, Seq(0), usize::MAX)).unwrap();
    stored.iter().map(|row| read_row(&row.body, &mut actors).unwrap()).collect()
}

fn entries(rows: &[Row]) -> Vec<Entry> {
    rows.iter().flat_map(|row| row.entries.clone()).collect()
}

// FILE-2.
#[test]
fn a_board_comes_back_from_its_file_as_it_was() {
    let place = Place::with_board();
    let bytes = place.export();
    let brought = place.bring_in(&bytes).unwrap();
    assert_eq!(brought.board, COPY);
    let Place { runtime, store, folder, .. } = &place;
    let expected = entries(&all_rows(&place));
    runtime.block_on(async {
        let (before, after) = (store.log.open(BOARD).await.unwrap(), store.log.open(COPY).await.unwrap());
        assert_ne!(before.log, after.log);
        assert_eq!(store.log.board_of_code(brought.code).await.unwrap(), Some(COPY));
        let read = async |board, log| {
            let rows = store.log.read(board, Seq(0), usize::MAX).await.unwrap();
            let rows: Vec<(Seq, Bytes)> = rows.into_iter().map(|row| (row.seq, row.body)).collect();
            (RoomCore::new(load(log, None, &rows).unwrap()), rows)
        };
        let (old, _) = read(BOARD, before.log).await;
        let (new, rows) = read(COPY, after.log).await;
        let digests = |room: &RoomCore| room.board().documents().map(|(id, document)| (id, digest(document))).collect::<Vec<_>>();
        assert_eq!(digests(&old), digests(&new));
        assert_eq!(old.board().clock(), new.board().clock());
        // What was decided, when and in which order, refusals too.
        let mut actors = Actors::default();
        let copied: Vec<Row> = rows.iter().map(|(_, body)| read_row(body, &mut actors).unwrap()).collect();
        assert_eq!(entries(&copied), expected);
        // Nobody writes on as an actor of the file: its key is the hash of none.
        assert!(actors.iter().all(|actor| actor.key == [0; 16]));
        assert_eq!(actors.iter().map(|actor| actor.id).collect::<Vec<_>>(), [SERVER, WRITER]);
        // The checkpoint gives the same board as the rows.
        let saved = store.log.checkpoint_load(COPY).await.unwrap().expect("a checkpoint");
        assert_eq!(saved.seq, after.end);
        let saved = crate::room::load::Checkpoint { seq: saved.seq, state: saved.state, documents: saved.documents };
        assert_eq!(RoomCore::new(load(after.log, Some(&saved), &[]).unwrap()).board(), new.board());
        let picture = AssetId::of(GIF);
        assert_eq!(store.assets.get(COPY, picture).await.unwrap().1, GIF);
    });
    assert_eq!(names(&folder.path().join("transfers")), [""; 0]);
    // A copy of a copy is no other.
    let (wanted, _asker) = place.wanted();
    let again = export(store, COPY, place.transfers.file().unwrap(), NOW, &wanted).unwrap();
    let first: Manifest = serde_json::from_value(Parts::of(&bytes).manifest).unwrap();
    assert_eq!(
        (again.manifest.documents, again.manifest.history, again.manifest.pictures),
        (first.documents, first.history, first.pictures)
    );
}

// FILE-4.
#[test]
fn the_file_opens_no_board_and_holds_no_keys() {
    let place = Place::with_board();
    let parts = Parts::of(&place.export());
    let text = parts.manifest.to_string();
    assert!(!text.contains(&BOARD.to_string()), "{text}");
    assert_eq!(parts.manifest["origin"], blake3::hash(&BOARD.0).to_hex().as_str()[..32]);
    for key in [[8; 16], [9; 16]] {
        assert!(parts.rows.windows(16).all(|bytes| bytes != key));
    }
    assert_eq!(parts.manifest["exported_at"], "2030-03-17T17:46:40Z");
    assert_eq!(parts.manifest["history"]["ops"], 8);
    assert_eq!(parts.manifest["documents"].as_array().unwrap().len(), 2);
}

#[test]
fn a_picture_the_server_does_not_have_is_named() {
    let place = Place::with_board();
    place.runtime.block_on(place.store.assets.forget(BOARD)).unwrap();
    let bytes = place.export();
    let manifest = Parts::of(&bytes).manifest;
    assert_eq!(manifest["missing_pictures"], serde_json::json!([AssetId::of(GIF).to_string()]));
    place.bring_in(&bytes).unwrap();
}

#[test]
fn what_is_no_file_of_a_board_is_told_so() {
    let place = Place::with_board();
    let parts = Parts::of(&place.export());
    let not = |bytes: &[u8]| {
        let error = place.check(bytes).err().expect("it is refused");
        assert!(matches!(error, FileError::NotABoard { .. }), "{error:?}");
        place.has_no_copy();
    };
    not(b"");
    not(b"%PDF-1.7");
    not(&vec![0; 100_000]);
    let mut empty = Packer::new(Vec::new(), UtcDateTime::from_unix(0));
    empty.stored("word/document.xml", b"<x/>").unwrap();
    not(&empty.finish().unwrap());
    let mut other = parts.clone();
    other.manifest["kind"] = "something".into();
    not(&other.pack());
    other.manifest = serde_json::json!([1, 2]);
    not(&other.pack());

    let mut newer = parts.clone();
    newer.manifest["format"] = 2.into();
    newer.manifest["history"] = "in another way".into();
    assert_eq!(place.check(&newer.pack()).err(), Some(FileError::Newer { found: 2, known: 1 }));
    newer.manifest["format"] = "one".into();
    assert!(matches!(place.check(&newer.pack()).err(), Some(FileError::Damaged { .. })));
}

/// However a file is cut off or changed, it is refused, or holds what it held.
#[test]
fn a_damaged_file_is_refused_or_whole() {
    let place = Place::with_board();
    let bytes = place.export();
    let whole = |checked: &check::Checked| checked.board.documents().map(|(id, document)| (id, digest(document))).collect::<Vec<_>>();
    let expected = whole(&place.check(&bytes).ok().unwrap());
    for end in 0..bytes.len() {
        if let Ok(checked) = place.check(&bytes[..end]) {
            assert_eq!(whole(&checked), expected, "cut off at {end}");
        }
    }
    let mut refused = 0;
    for place_of_change in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place_of_change] ^= 0x11;
        match place.check(&changed) {
            Ok(checked) => assert_eq!(whole(&checked), expected, "byte {place_of_change}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > bytes.len() / 2, "{refused} of {}", bytes.len());
}

// FILE-5, FILE-8.
#[test]
fn what_does_not_belong_into_a_file_is_refused() {
    let place = Place::with_board();
    let parts = Parts::of(&place.export());
    let picture = AssetId::of(GIF);
    for name in ["../x", "/etc/passwd", "pictures/../x.gif", "pictures/x.gif", "index.html", "pictures\\x.gif", "manifest.json ", "a/b"] {
        let error = place.refusal(&parts.with_other(name, GIF));
        assert!(error.contains("no such entry"), "{name}: {error}");
    }
    let upper = format!("pictures/{}.gif", picture.to_string().to_uppercase());
    assert!(place.refusal(&parts.with_other(&upper, GIF)).contains("no such entry"));
    assert!(place.refusal(&parts.with_other(&format!("pictures/{picture}.svg"), GIF)).contains("no such entry"));
    assert!(place.refusal(&parts.with_other(&format!("pictures/{picture}.png"), GIF)).contains("twice"));
    assert!(place.refusal(&parts.with_other(ROWS, b"")).contains("two entries"));
    let mut many = parts.clone();
    many.others.extend((0..ENTRIES_MAX).map(|number| (format!("pictures/{number}.gif"), Vec::new())));
    assert!(place.refusal(&many.pack()).contains("entries of the ZIP archive"));
    // A bomb: some kilobytes that unpack to more than a part may have.
    let mut bomb = parts.clone();
    bomb.manifest["program"] = " ".repeat(MANIFEST_BYTES_MAX).into();
    let packed = bomb.pack();
    assert!(packed.len() < 20_000);
    assert!(place.refusal(&packed).contains("unpacked"));
    // What the directory says of sizes is not believed.
    let bytes = parts.pack();
    let at = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    let mut lying = bytes.clone();
    lying[at + 24..at + 28].copy_from_slice(&7_u32.to_le_bytes());
    assert!(place.refusal(&lying).contains("damaged"));
    let mut encrypted = bytes;
    encrypted[at + 8] |= 1;
    assert!(place.refusal(&encrypted).contains("encrypted"));
}

// FILE-5, FILE-6.
#[test]
fn a_history_that_no_log_would_have_is_refused() {
    let place = Place::with_board();
    let parts = Parts::of(&place.export());
    let good = all_rows(&place);
    assert!(place.check(&parts.with_rows(&good)).is_ok() || good.len() > 1, "only the gathering differs");
    let told = |rows: &[Row], sentence: &str| {
        let error = place.refusal(&parts.with_rows(rows));
        assert!(error.contains(sentence) && error.contains("row"), "{error}");
    };
    let with = |act: &dyn Fn(&mut Vec<Row>)| {
        let mut rows = good.clone();
        act(&mut rows);
        rows
    };
    let changed = |row: usize, act: &dyn Fn(&mut Change)| {
        with(&|rows| {
            let Verdict::Accepted(change) = &mut rows[row].entries[0].verdict else { panic!("a change") };
            act(change);
        })
    };
    told(&with(&|rows| rows[1].introductions.push(Introduction { actor: ActorId(0), key: [0; 16] })), "actor zero");
    told(&with(&|rows| rows[2].introductions.push(Introduction { actor: WRITER, key: [0; 16] })), "twice");
    told(&with(&|rows| rows[1].introductions.clear()), "damaged");
    told(&changed(2, &|change| change.first = 7), "do not follow");
    told(&changed(2, &|change| change.first = 5), "do not follow");
    told(&with(&|rows| rows.push(rows[2].clone())), "do not follow");
    // SPEC CLOCK-4.
    told(&changed(2, &|change| change.clock = NOW + limits::CLOCK_AHEAD_MS_MAX + limits::CLOCK_STEP_MS_MAX), "clock");
    told(&changed(2, &|change| change.clock = u64::MAX >> 16), "clock");
    told(&with(&|rows| rows[2].entries[0].accepted_ms = NOW + limits::CLOCK_AHEAD_MS_MAX + 1), "more than a day");
    let op = |body: OpBody| changed(2, &|change| change.ops[0].body = body.clone());
    let far = Value::Int(limits::COORDINATE_MAX + 1);
    let own = |counter| OpId { actor: WRITER, counter };
    told(&op(OpBody::Set { record: own(1), properties: vec![property(Key::X, far)] }), "out of range");
    told(&op(OpBody::Set { record: own(99), properties: Vec::new() }), "not there");
    told(&op(OpBody::AppendInk { record: own(1), offset: 40, points: 3, ink: vec![0xff; 9] }), "out of range");
    told(
        &op(OpBody::AppendInk { record: own(1), offset: 7, points: 1, ink: ink(&[Point { x: 1, y: 1, pressure: 0, time_ms: 0 }]) }),
        "offset",
    );
    told(&op(OpBody::Create { kind: Kind::Meeting.number(), properties: Vec::new() }), "may not");
    told(&changed(2, &|change| change.ops[0].document = DocumentId(OpId::new(9, 9))), "not there");
    let large = OpBody::Unknown { kind: 900, body: vec![0; limits::UNKNOWN_OP_BYTES_MAX] };
    told(&changed(2, &|change| change.ops = (0..3).map(|_| Op { document: PAGE, body: large.clone() }).collect()), "bytes");
    // More than a document may hold.
    let unknown = OpBody::Unknown { kind: 900, body: Vec::new() };
    told(
        &with(&|rows| {
            let mut first = 9;
            for _ in 0..=limits::UNKNOWN_OPS_MAX / 1_000 {
                rows.push(Row {
                    introductions: Vec::new(),
                    entries: vec![accepted(NOW, change(first, NOW - 700_000 + first, vec![unknown.clone(); 1_000]))],
                });
                first += 1_000;
            }
        }),
        "unknown kinds",
    );

    // The rows are fine, and others than the manifest says.
    let without_last = place.refusal(&parts.with_rows(&good[..2]));
    assert!(without_last.contains("last checksum"), "{without_last}");
    let mut empty = parts.clone();
    empty.rows.clear();
    assert!(place.refusal(&empty.pack()).contains("empty"));
    let mut lying = parts.clone();
    lying.manifest["documents"][1]["digest"] = "0".repeat(32).into();
    assert!(place.refusal(&lying.pack()).contains("document "));
    lying.manifest["documents"] = serde_json::json!([]);
    assert!(place.refusal(&lying.pack()).contains("document "));
    // Another version of the protocol may have another digest for the same rows.
    lying.manifest["protocol"] = 999.into();
    assert!(place.check(&lying.pack()).is_ok());
}

// FILE-7.
#[test]
fn pictures_of_a_file_are_checked_as_uploads_are() {
    let place = Place::with_board();
    let parts = Parts::of(&place.export());
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let named = |bytes: &[u8]| format!("pictures/{}.gif", AssetId::of(bytes));
    let own = named(GIF);
    assert!(place.refusal(&parts.with_picture(&own, svg)).contains("not those it is named by"));
    let large = vec![0; limits::ASSET_BYTES_MAX + 1];
    assert!(place.refusal(&parts.with_picture(&own, &large)).contains("unpacked"));
    // Nothing shows it.
    assert!(place.refusal(&parts.with_other(&named(svg), svg)).contains("name each picture once"));
    let mut said = parts.clone();
    said.manifest["pictures"]
        .as_array_mut()
        .unwrap()
        .push(serde_json::json!({ "picture": AssetId::of(svg).to_string(), "media_type": "image/gif", "bytes": 1 }));
    assert!(place.refusal(&said.pack()).contains("is missing"));
    said.others.push((named(svg), svg.to_vec()));
    assert!(place.refusal(&said.pack()).contains("nothing on the board shows"));
    // The history names it, its name fits its bytes, and yet it is no picture that is kept.
    for (bytes, sentence) in [(svg.to_vec(), "no type that is kept"), (b"GIF89a\xff\xff\xff\xff\0\0\0;".to_vec(), "pixels")] {
        let hostile = Place::new();
        hostile.runtime.block_on(async {
            create_board(&*hostile.store.log, BOARD, first_row(SERVER, &[3; 16], NOW - 1_000_000), NOW).await.unwrap();
            let mut actors = Actors::default();
            actors.introduce(Introduction { actor: SERVER, key: [0; 16] });
            for (number, row) in rows(AssetId::of(&bytes)).into_iter().enumerate() {
                row.introductions.iter().for_each(|introduction| actors.introduce(*introduction));
                hostile.store.log.append(BOARD, Seq(1 + number as u64), write_row(&row, &mut &actors).into()).await.unwrap();
            }
        });
        let mut parts = Parts::of(&hostile.export());
        parts.manifest["pictures"] =
            serde_json::json!([{ "picture": AssetId::of(&bytes).to_string(), "media_type": "image/gif", "bytes": 1 }]);
        let error = hostile.refusal(&parts.with_picture(&named(&bytes), &bytes));
        assert!(error.contains(sentence), "{error}");
    }
}

// FILE-3.
#[test]
fn a_board_that_cannot_be_brought_in_leaves_nothing() {
    let place = Place::with_board();
    let bytes = place.export();
    let checked = place.check(&bytes).ok().unwrap();
    // Whoever asked has gone before it is there.
    let (wanted, asker) = place.wanted();
    drop(asker);
    assert_eq!(bring_in(&place.store, &place.transfers, &checked, COPY, NOW, &wanted), Err(FileError::Unwanted));
    place.has_no_copy();
    // The disk takes no picture.
    let boards = place.folder.path().join("assets/boards");
    std::fs::rename(&boards, boards.with_extension("away")).unwrap();
    File::create(&boards).unwrap();
    let (wanted, _asker) = place.wanted();
    assert!(matches!(bring_in(&place.store, &place.transfers, &checked, COPY, NOW, &wanted), Err(FileError::Assets(_))));
    std::fs::remove_file(&boards).unwrap();
    std::fs::rename(boards.with_extension("away"), &boards).unwrap();
    assert_eq!(place.runtime.block_on(place.store.log.open(COPY)), Err(LogError::UnknownBoard(COPY)));

    // It takes nothing at all, not even a removal: the next start finds what was left.
    place.faults.set_full(true);
    assert!(matches!(
        bring_in(&place.store, &place.transfers, &checked, COPY, NOW, &wanted),
        Err(FileError::Log(LogError::DiskFull { .. }))
    ));
    place.faults.set_full(false);
    let folder = place.folder.path().join("transfers");
    assert_eq!(names(&folder), [COPY.to_string()]);
    place.runtime.block_on(Transfers::open(&folder, &*place.store.log, &place.store.assets)).map(drop).unwrap();
    place.has_no_copy();
    bring_in(&place.store, &place.transfers, &checked, COPY, NOW, &wanted).unwrap();
    // It is there now, and a start does not touch it.
    place.runtime.block_on(Transfers::open(&folder, &*place.store.log, &place.store.assets)).map(drop).unwrap();
    place.runtime.block_on(place.store.log.open(COPY)).unwrap();
}

// FILE-3.
#[test]
fn what_a_crash_left_of_a_board_is_removed_at_the_next_start() {
    let place = Place::with_board();
    let bytes = place.export();
    place.bring_in(&bytes).unwrap();
    // As though the process had ended before the marker was gone.
    let folder = place.folder.path().join("transfers");
    File::create(folder.join(COPY.to_string())).unwrap();
    File::create(folder.join("file-7")).unwrap();
    place.runtime.block_on(Transfers::open(&folder, &*place.store.log, &place.store.assets)).map(drop).unwrap();
    place.has_no_copy();
    // The board it was made of is untouched, its picture too.
    assert_eq!(place.runtime.block_on(place.store.assets.get(BOARD, AssetId::of(GIF))).unwrap().1, GIF);
    place.runtime.block_on(place.store.log.open(BOARD)).unwrap();
}

#[test]
fn a_long_history_is_gathered_into_few_rows() {
    let place = Place::with_board();
    let mut actors = Actors::default();
    all_rows(&place).iter().flat_map(|row| &row.introductions).for_each(|introduction| actors.introduce(*introduction));
    let rows: Vec<Bytes> = (0..5_000)
        .map(|step| {
            let moved = OpBody::Set { record: OpId { actor: WRITER, counter: 3 }, properties: vec![property(Key::X, Value::Int(step))] };
            let entry = accepted(NOW - 500_000 + step as u64, change(9 + step as u64, NOW - 500_000 + step as u64, vec![moved]));
            write_row(&Row { introductions: Vec::new(), entries: vec![entry] }, &mut &actors).into()
        })
        .collect();
    place.runtime.block_on(place.store.log.extend(BOARD, Seq(3), rows)).unwrap();
    place.bring_in(&place.export()).unwrap();
    let copied = place.runtime.block_on(place.store.log.read(COPY, Seq(0), usize::MAX)).unwrap();
    assert!(copied.len() < 10, "{} rows", copied.len());
    let mut actors = Actors::default();
    let copied: Vec<Row> = copied.iter().map(|row| read_row(&row.body, &mut actors).unwrap()).collect();
    assert_eq!(entries(&copied), entries(&all_rows(&place)));
}

#[test]
fn a_file_under_way_has_no_name() {
    let place = Place::new();
    let mut file = place.transfers.file().unwrap();
    file.write_all(b"here").unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    let mut read = String::new();
    file.read_to_string(&mut read).unwrap();
    assert_eq!((read.as_str(), names(&place.folder.path().join("transfers"))), ("here", Vec::new()));
}
