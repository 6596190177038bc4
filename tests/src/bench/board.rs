//! What is said to our server: over HTTP, and in frames.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

use kakehashi_handwriting::{Hand, Stroke, page};
use kakehashi_protocol::codec::Reader;
use kakehashi_protocol::ids::{ActorId, BoardId, DocumentId, OpId};
use kakehashi_protocol::ink::{InkState, Point, encode};
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::order;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::{ClientFrame, Hello, PROTOCOL_VERSION, ServerFrame, Subscription, Welcome, message, read_message};
use kakehashi_protocol::wire::snapshot::read_snapshot;

use super::Error;
use super::socket::Socket;

/// An answer over HTTP.
pub struct Answer {
    /// Status line and headers.
    pub head: String,
    /// As it came, compressed if it was.
    pub body: Vec<u8>,
}

/// Asks with a connection of its own.
///
/// # Errors
/// Those of the network; an answer that is not 200 or 201.
pub fn request(address: &str, method: &str, path: &str, headers: &str) -> Result<Answer, Error> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: 0\r\n{headers}\r\n")?;
    let mut read = Vec::new();
    stream.read_to_end(&mut read)?;
    let end = read.windows(4).position(|four| four == b"\r\n\r\n").ok_or("an answer without an end of its head")?;
    let head = String::from_utf8_lossy(&read[..end]).into_owned();
    if !head.starts_with("HTTP/1.1 20") {
        return Err(head.into());
    }
    Ok(Answer { head, body: read.split_off(end + 4) })
}

/// Has the server make a board.
///
/// # Errors
/// As [`request`].
pub fn new_board(address: &str) -> Result<BoardId, Error> {
    let answer = request(address, "POST", "/api/v1/boards", "")?;
    let body: serde_json::Value = serde_json::from_slice(&answer.body)?;
    Ok(body["board"].as_str().ok_or("no board in the answer")?.parse()?)
}

/// The path of a board's WebSocket.
#[must_use]
pub fn socket_path(board: BoardId) -> String {
    format!("/api/v1/boards/{board}/socket")
}

/// The path of a document's snapshot.
#[must_use]
pub fn snapshot_path(board: BoardId, document: DocumentId, ticket: &str) -> String {
    format!("/api/v1/boards/{board}/documents/{document}/snapshot?ticket={ticket}")
}

/// An actor nobody else is.
#[must_use]
pub fn new_actor() -> ActorId {
    ActorId(RandomState::new().build_hasher().finish() | 1)
}

/// The message a connection begins with.
#[must_use]
pub fn hello(actor: ActorId, documents: &[DocumentId]) -> Vec<u8> {
    let subscriptions = documents.iter().map(|document| Subscription { document: *document, cursor: None }).collect();
    message(&ClientFrame::Hello(Hello { protocol: PROTOCOL_VERSION, credential: Vec::new(), actor, key: [7; 16], subscriptions }))
}

/// Joins a board as a new actor, and waits until all documents are subscribed to.
///
/// # Errors
/// Those of the network, and a refusal.
pub async fn join(address: &str, board: BoardId, actor: ActorId, documents: &[DocumentId]) -> Result<(Socket, Welcome), Error> {
    let mut socket = Socket::connect(address, &socket_path(board)).await?;
    socket.send(&hello(actor, documents)).await?;
    let mut welcome = None;
    let mut subscribed = 0;
    let mut failed = None;
    while welcome.is_none() || subscribed < documents.len() {
        socket
            .read(|bytes| match read_message::<ServerFrame>(bytes) {
                Ok(frames) => frames.into_iter().for_each(|frame| match frame {
                    ServerFrame::Welcome(it) => welcome = Some(it),
                    ServerFrame::Subscribed(_) => subscribed += 1,
                    ServerFrame::Failed(failure) => failed = Some(failure.detail),
                    _ => {}
                }),
                Err(error) => failed = Some(error.to_string()),
            })
            .await?;
        if let Some(detail) = failed {
            return Err(detail.into());
        }
    }
    Ok((socket, welcome.ok_or("no welcome")?))
}

/// The first page of a board.
///
/// # Errors
/// As [`join`].
pub async fn first_page(address: &str, board: BoardId) -> Result<DocumentId, Error> {
    let (_socket, welcome) = join(address, board, new_actor(), &[DocumentId::COVER]).await?;
    let answer = request(address, "GET", &snapshot_path(board, DocumentId::COVER, &welcome.ticket), "")?;
    let cover = read_snapshot(&answer.body)?.document;
    let page = cover.records().find(|record| record.kind() == Some(Kind::Page)).ok_or("a new board has a page")?;
    Ok(DocumentId(page.id()))
}

/// Points of a stroke as the codec takes them.
#[must_use]
pub fn points(stroke: &Stroke) -> Vec<Point> {
    let point =
        |&(x, y, pressure, time_ms): &(f32, f32, f32, u32)| Point::from_units(f64::from(x), f64::from(y), f64::from(pressure), time_ms);
    stroke.points.iter().map(point).collect()
}

/// Strokes of exactly so many points at 120 Hz, with the pressure of a hand.
#[must_use]
pub fn strokes_with_pressure(seed: u64, strokes: usize, points_per_stroke: usize) -> Vec<Stroke> {
    // The page's strokes have no pressure; that of the hand's strokes, which begin and end lightly,
    // is laid over them.
    let mut hand = Hand { seed, rate_hz: 120, size: 100.0, pressure: true };
    let mut pressures = Vec::new();
    while pressures.len() < strokes * points_per_stroke {
        let written = hand.write("壱岐島の学校海空山川花春夏秋冬", (0.0, 0.0));
        pressures.extend(written.iter().flat_map(|stroke| &stroke.points).map(|point| point.2));
    }
    let mut pressures = pressures.into_iter();
    let mut page = page(seed, strokes, points_per_stroke);
    for point in page.iter_mut().flat_map(|stroke| &mut stroke.points) {
        point.2 = pressures.next().unwrap_or(0.5);
    }
    page
}

/// One writer of one page, a stroke after the other.
pub struct Pen {
    actor: ActorId,
    page: DocumentId,
    next: u64,
    clock: u64,
    gesture: u32,
    top: Vec<u8>,
    stroke: OpId,
    ink: InkState,
}

impl Pen {
    /// A pen that has written nothing.
    #[must_use]
    pub fn new(actor: ActorId, page: DocumentId) -> Self {
        Self { actor, page, next: 1, clock: 0, gesture: 0, top: Vec::new(), stroke: OpId::default(), ink: InkState::default() }
    }

    /// The change of a client that has these points more; with `first`, of a new stroke.
    ///
    /// # Errors
    /// Points that cannot be ink.
    pub fn write(&mut self, points: &[Point], first: bool) -> Result<Change, Error> {
        let mut ops = Vec::new();
        if first {
            self.stroke = OpId { actor: self.actor, counter: self.next };
            self.ink = InkState::default();
            self.gesture += 1;
            self.top = order::between(Some(&self.top).filter(|top| !top.is_empty()).map(Vec::as_slice), None).ok_or("no room on top")?;
            let property = |key: Key, value: Value| Property { key: key.number(), value: value.encode() };
            // As the app makes them.
            let properties = vec![
                property(Key::Color, Value::Color([0x1f, 0x29, 0x37, 0xff])),
                property(Key::StrokeWidth, Value::Int(32)),
                property(Key::Order, Value::Order(self.top.clone())),
            ];
            ops.push(Op { document: self.page, body: OpBody::Create { kind: Kind::Stroke.number(), properties } });
        }
        let offset = self.ink.points();
        let mut ink = Vec::new();
        encode(&mut self.ink, points, &mut ink)?;
        let body = OpBody::AppendInk { record: self.stroke, offset, points: points.len() as u32, ink };
        ops.push(Op { document: self.page, body });
        Ok(self.change(ops))
    }

    /// The change of a client that moves the last stroke to the right, and down, from where it was written.
    pub fn drag(&mut self, right: i64, down: i64) -> Change {
        let to = [(Key::X, right), (Key::Y, down)];
        let properties = to.map(|(key, to)| Property { key: key.number(), value: Value::Int(to).encode() }).to_vec();
        self.change(vec![Op { document: self.page, body: OpBody::Set { record: self.stroke, properties } }])
    }

    fn change(&mut self, ops: Vec<Op>) -> Change {
        self.clock = wall_ms().max(self.clock);
        let change = Change { actor: self.actor, first: self.next, clock: self.clock, hand: 0, gesture: self.gesture, ops };
        self.next = change.end();
        self.clock += change.ops.len() as u64;
        change
    }

    /// The counter after the last that was written.
    #[must_use]
    pub const fn next(&self) -> u64 {
        self.next
    }
}

fn wall_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

/// The counter below which an actor's ops are acknowledged by a message, if it says so.
#[must_use]
pub fn acknowledged(bytes: &[u8], actor: ActorId) -> Option<u64> {
    let frames = read_message::<ServerFrame>(bytes).ok()?;
    let of = |frame: &ServerFrame| match frame {
        ServerFrame::Accepted { actor: who, next } if *who == actor => Some(*next),
        _ => None,
    };
    frames.iter().filter_map(of).max()
}

/// The numbers of two ops, as WIRE.md gives them.
const SET: u64 = 2;
const APPEND_INK: u64 = 3;

/// Walks through a message of parts without keeping anything: calls `introduced` with the log's
/// number of an actor and the actor, and `update` with the number of the author of each change that appends or sets something.
pub fn walk(mut bytes: &[u8], mut introduced: impl FnMut(u64, ActorId), mut update: impl FnMut(u64)) -> Option<()> {
    while let Some((3, rest)) = bytes.split_first() {
        let (length, head) = length(rest)?;
        let part = rest.get(head..head + length)?;
        bytes = &rest[head + length..];
        let mut reader = Reader::new(part);
        let number = |reader: &mut Reader<'_>| reader.number("a part").ok();
        for _ in 0..3 {
            number(&mut reader)?;
        }
        for _ in 0..number(&mut reader)? {
            introduced(number(&mut reader)?, reader.actor("a part").ok()?);
        }
        while reader.left() > 0 {
            let head = reader.byte("a part").ok()?;
            let author = number(&mut reader)?;
            if head & 0x80 != 0 {
                number(&mut reader)?;
                number(&mut reader)?;
                let length = number(&mut reader)?;
                reader.take("a part", length as usize).ok()?;
                update(author);
                continue;
            }
            let count = if head == 127 { number(&mut reader)? } else { u64::from(head) + 1 };
            number(&mut reader)?;
            number(&mut reader)?;
            let mut updates = false;
            for _ in 0..count {
                number(&mut reader)?;
                updates |= matches!(number(&mut reader)?, SET | APPEND_INK);
                let length = number(&mut reader)?;
                reader.take("a part", length as usize).ok()?;
            }
            if updates {
                update(author);
            }
        }
    }
    Some(())
}

/// A length as bincode writes it, and how many bytes that takes.
fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes.first()? {
        251 => Some((usize::from(u16::from_le_bytes(bytes.get(1..3)?.try_into().ok()?)), 3)),
        252 => Some((u32::from_le_bytes(bytes.get(1..5)?.try_into().ok()?) as usize, 5)),
        short @ 0..251 => Some((usize::from(short), 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use kakehashi_protocol::codec::{ActorRefs, ActorTable};
    use kakehashi_protocol::ids::Seq;
    use kakehashi_protocol::wire::frame::part_frame;
    use kakehashi_protocol::wire::part::PartWriter;

    use super::*;

    #[test]
    fn a_walk_finds_every_update_and_introduction() {
        let page = DocumentId(OpId::new(9, 1));
        let (mut table, mut pen) = (ActorTable::default(), Pen::new(ActorId(5), page));
        let stroke = &strokes_with_pressure(1, 1, 300)[0];
        let points = points(stroke);
        let mut writer = PartWriter::new(page, Seq(300), &mut table);
        for (index, chunk) in points.chunks(2).enumerate() {
            writer.add(&pen.write(chunk, index == 0).expect("ink"), page, &mut table);
        }
        writer.add(&pen.drag(8, 16), page, &mut table);
        let author = table.number(ActorId(5));
        writer.introduce(author, ActorId(5));
        let message = part_frame(&writer.finish()).repeat(2);
        let (mut introduced, mut updates) = (Vec::new(), 0);
        let walked = walk(&message, |number, actor| introduced.push((number, actor)), |by| updates += u32::from(by == author));
        assert_eq!((walked, introduced, updates), (Some(()), vec![(author, ActorId(5)); 2], 302));
    }
}
