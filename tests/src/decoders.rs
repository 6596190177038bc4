//! Every decoder of bytes from outside, to be fed with anything: by cargo-fuzz (`fuzz/`), and by the
//! tests with what fuzzing found worth keeping (`fuzz/corpus`).
//!
//! A decoder may refuse. It may not panic, take memory beyond [`memory_max`], or read what it does not
//! write again in the same way.

use std::io::Write;

use bytes::Bytes;
use kakehashi_protocol::board::Board;
use kakehashi_protocol::codec::{ActorNames, DecodeError, Reader};
use kakehashi_protocol::ids::{ActorId, Cursor, DocumentId, LogId, Seq};
use kakehashi_protocol::ink::{Ink, InkState, Point, check, decode};
use kakehashi_protocol::limits;
use kakehashi_protocol::op::Change;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Value, check_value};
use kakehashi_protocol::wire::frame::{ClientFrame, ServerFrame, read_message, write_frame};
use kakehashi_protocol::wire::kept::{read_kept, write_kept};
use kakehashi_protocol::wire::part::{ActorBook, read_part};
use kakehashi_protocol::wire::row::{Introduction, LogActors, read_row, write_row};
use kakehashi_protocol::wire::snapshot::{digest, read_snapshot, write_snapshot};
use kakehashi_server::assets::{AssetKind, inspect};
use kakehashi_server::board_file::{Wanted, check as check_file};
use kakehashi_server::hub::drain::Drain;
use kakehashi_server::room::actors::Actors;
use kakehashi_server::room::core::{Now, Output, RoomCore};
use kakehashi_server::room::load::{Checkpoint, first_row, load};

use crate::call_decoders::{ask, glimpse, red, turn};
use crate::people_decoders::{credential, http_body};

/// One decoder: its name, and what feeds it.
pub type Decoder = (&'static str, fn(&[u8]));

/// All of them. Each has a target in `fuzz/fuzz_targets` and a folder in `fuzz/corpus`.
pub const DECODERS: [Decoder; 20] = [
    ("client_message", client_message),
    ("server_message", server_message),
    ("change", change),
    ("value", value),
    ("ink", ink),
    ("text", text),
    ("part", part),
    ("row", row),
    ("snapshot", snapshot),
    ("kept", kept),
    ("log", log),
    ("room", room),
    ("picture", picture),
    ("file", file),
    ("http_body", http_body),
    ("credential", credential),
    ("ask", ask),
    ("turn", turn),
    ("glimpse", glimpse),
    ("red", red),
];

/// Feeds the decoder of this name.
///
/// # Panics
/// If there is none, or it does what a decoder may not.
pub fn feed(name: &str, bytes: &[u8]) {
    let (_, decoder) = DECODERS.iter().find(|(decoder, _)| *decoder == name).expect("a decoder of this name");
    decoder(bytes);
}

/// Bytes of memory that an input of so many bytes may make any decoder take. A record is some 400 bytes
/// and needs six of a snapshot; a JSON value is 32 and needs two of a manifest of 4 MiB.
#[must_use]
pub const fn memory_max(bytes: usize) -> usize {
    160 * 1024 * 1024 + 256 * bytes
}

fn client_message(bytes: &[u8]) {
    let Ok(frames) = read_message::<ClientFrame>(bytes) else { return };
    let mut again = Vec::new();
    frames.iter().for_each(|frame| write_frame(&mut again, frame));
    assert_eq!(read_message::<ClientFrame>(&again).as_ref(), Ok(&frames));
}

fn server_message(bytes: &[u8]) {
    let Ok(frames) = read_message::<ServerFrame>(bytes) else { return };
    let mut again = Vec::new();
    frames.iter().for_each(|frame| write_frame(&mut again, frame));
    assert_eq!(read_message::<ServerFrame>(&again).as_ref(), Ok(&frames));
}

fn change(bytes: &[u8]) {
    let Ok(change) = Change::from_bytes(bytes) else { return };
    assert_eq!(Change::from_bytes(&change.to_bytes()).as_ref(), Ok(&change));
    judge_and_merge(&mut Board::default(), &change);
}

fn value(bytes: &[u8]) {
    let Some((number, bytes)) = bytes.split_first() else { return };
    let Some(key) = Key::ALL.get(usize::from(*number)) else { return };
    let checked = check_value(key.number(), bytes);
    let decoded = Value::decode(*key, bytes);
    assert_eq!(checked.is_ok(), decoded.is_ok(), "what is checked can be read");
    if let Ok(Some(value)) = decoded {
        assert_eq!(value.encode(), bytes, "a value has one layout");
    }
}

fn ink(bytes: &[u8]) {
    const MAX: usize = limits::STROKE_POINTS_MAX;
    let mut points: Vec<Point> = Vec::new();
    let decoded = decode(&mut InkState::default(), bytes, MAX, &mut points);
    assert_eq!(check(&mut InkState::default(), bytes, MAX), decoded, "what is checked can be read");
    let Ok(stroke) = Ink::from_bytes(bytes, MAX as u32) else { return assert!(decoded.is_err()) };
    assert!(stroke.iter().eq(points.iter().copied()));
    let bounds = stroke.bounds();
    assert!(points.iter().all(|point| bounds.is_some_and(|bounds| bounds.x_min <= point.x && point.x <= bounds.x_max)));
}

/// Changes one after the other, each with its length before it, on one board: texts grow by them.
fn text(bytes: &[u8]) {
    let mut board = Board::default();
    let mut reader = Reader::new(bytes);
    while let Ok(bytes) = reader.bytes("a change", limits::CHANGE_BYTES_MAX) {
        if let Ok(change) = Change::from_bytes(bytes) {
            judge_and_merge(&mut board, &change);
        }
    }
    for (document, content) in board.documents() {
        let cursor = Cursor { log: LogId([1; 16]), seq: Seq(1) };
        let again = read_snapshot(&write_snapshot(document, cursor, content)).expect("a snapshot reads back");
        assert_eq!(digest(&again.document), digest(content));
    }
}

fn judge_and_merge(board: &mut Board, change: &Change) {
    for role in [Role::Viewer, Role::Member, Role::Server] {
        if board.judge(role, change, NOW_MS).is_ok() {
            assert_eq!(board.fits(change), Ok(()), "what is admitted fits");
            assert_eq!(board.merge(change), Ok(()), "what is admitted merges");
            return;
        }
    }
}

const NOW_MS: u64 = 1_750_000_000_000;

/// Actors as a reader's book or a log's table has them.
#[derive(Default)]
struct Names(Vec<(u64, ActorId)>);

impl ActorNames for Names {
    fn name(&self, number: u64) -> Result<ActorId, DecodeError> {
        let known = self.0.iter().rev().find(|(known, _)| *known == number);
        known.map_or(if number == 0 { Ok(ActorId(0)) } else { Err(DecodeError::UnknownActor(number)) }, |(_, actor)| Ok(*actor))
    }
}

impl ActorBook for Names {
    fn introduce(&mut self, number: u64, actor: ActorId) {
        self.0.push((number, actor));
    }
}

fn part(bytes: &[u8]) {
    let mut names = Names(vec![(1, ActorId(7)), (2, ActorId(8))]);
    let _ = read_part(bytes, &mut names);
}

fn row(bytes: &[u8]) {
    let mut actors = Actors::default();
    let introduction = Introduction { actor: ActorId(7), key: [0; 16] };
    actors.introduce(introduction);
    let Ok(row) = read_row(bytes, &mut actors) else { return };
    // An actor that is introduced twice has its first number.
    let names = std::iter::once(introduction.actor).chain(row.introductions.iter().map(|introduction| introduction.actor));
    if names.collect::<std::collections::BTreeSet<_>>().len() == row.introductions.len() + 1 {
        let mut again = Actors::default();
        again.introduce(introduction);
        assert_eq!(read_row(&write_row(&row, &mut &actors), &mut again).as_ref(), Ok(&row));
    }
}

fn snapshot(bytes: &[u8]) {
    let Ok(snapshot) = read_snapshot(bytes) else { return };
    let again = write_snapshot(snapshot.id, snapshot.cursor, &snapshot.document);
    let again = read_snapshot(&again).expect("a snapshot reads back");
    assert_eq!(digest(&again.document), digest(&snapshot.document));
}

fn kept(bytes: &[u8]) {
    let Ok(kept) = read_kept(bytes) else { return };
    let again = write_kept(kept.snapshot.id, kept.snapshot.cursor, &kept.snapshot.document, kept.accepted.clone().into_iter());
    assert_eq!(read_kept(&again).map(|again| again.accepted), Ok(kept.accepted));
}

/// The state of a checkpoint, and rows after it, each with its length before it.
fn log(bytes: &[u8]) {
    let mut reader = Reader::new(bytes);
    let Ok(state) = reader.bytes("a state", bytes.len()) else { return };
    let checkpoint = Checkpoint { seq: Seq(1), state: Bytes::copy_from_slice(state), documents: Vec::new() };
    let mut rows = Vec::new();
    while let Ok(row) = reader.bytes("a row", bytes.len()) {
        rows.push(Bytes::copy_from_slice(row));
    }
    let of = |first: u64| (first..).map(Seq).zip(rows.iter().cloned()).collect::<Vec<_>>();
    let _ = load(LogId([1; 16]), Some(&checkpoint), &of(2));
    if let Ok(loaded) = load(LogId([1; 16]), None, &of(1)) {
        let _ = RoomCore::new(loaded);
    }
}

/// A role, and messages of one connection, each with its length before it. The room writes a row as soon as
/// it is asked to, and must in the end be what its log holds.
fn room(bytes: &[u8]) {
    let Some((role, messages)) = bytes.split_first() else { return };
    let role = [Role::Viewer, Role::Member, Role::Assistant, Role::Host][usize::from(*role % 4)];
    let mut rows = vec![first_row(ActorId(1), &[9; 16], NOW_MS)];
    let numbered = |rows: &[Bytes]| (1..).map(Seq).zip(rows.iter().cloned()).collect::<Vec<_>>();
    let log = LogId([1; 16]);
    let mut room = RoomCore::new(load(log, None, &numbered(&rows)).expect("the first row loads"));
    let mut reader = Reader::new(messages);
    let mut mono_us = 0;
    while let Ok(message) = reader.bytes("a message", limits::MESSAGE_BYTES_MAX) {
        let Ok(frames) = read_message::<ClientFrame>(message) else { break };
        for frame in frames {
            mono_us += 40_000;
            let now = Now { wall_ms: NOW_MS + mono_us / 1_000, mono_us };
            match frame {
                ClientFrame::Hello(hello) => room.handle_join(now, 1, role, &hello, "ticket".to_owned()),
                ClientFrame::Claim { actor, key } => room.handle_claim(1, actor, &key),
                ClientFrame::Change(bytes) => match Change::from_bytes(&bytes) {
                    Ok(change) => room.handle_change(now, 1, change),
                    Err(_) => room.handle_leave(1),
                },
                ClientFrame::Subscribe(subscription) => room.handle_subscribe(1, subscription),
                ClientFrame::Unsubscribe(document) => room.handle_unsubscribe(1, document),
                ClientFrame::Presence(presence) => room.handle_presence(1, presence),
                ClientFrame::Report(report) => room.handle_report(1, report),
                ClientFrame::Ping(nonce) => room.handle_ping(now, 1, nonce),
                ClientFrame::Call(json) => {
                    room.handle_call(1, serde_json::from_str(&json).map(Box::new).map_err(|error| error.to_string()))
                }
            }
            room.handle_timeout(now);
            room.handle_snapshot(1, "ticket".to_owned(), DocumentId::COVER);
            while let Some(output) = room.poll_output() {
                if let Output::Append { body, .. } = output {
                    rows.push(body);
                    room.handle_committed(now, Seq(rows.len() as u64));
                }
            }
        }
    }
    let again = RoomCore::new(load(log, None, &numbered(&rows)).expect("what a room wrote loads"));
    for (document, content) in room.board().documents() {
        assert_eq!(again.board().document(document).map(digest), Some(digest(content)), "the log holds {document}");
    }
}

fn picture(bytes: &[u8]) {
    let Some(kind) = AssetKind::of_bytes(bytes) else { return };
    let _ = inspect(kind.media_type(), bytes);
}

fn file(bytes: &[u8]) {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("the file is written");
    let (wanted, _asker) = Wanted::new(Drain::default().guard());
    let _ = check_file(file, tempfile::tempfile().expect("a file"), NOW_MS, &wanted);
}
