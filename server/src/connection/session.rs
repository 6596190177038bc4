//! A connection from its first message to its last.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::people::Entrance;
use kakehashi_protocol::wire::frame::{ClientFrame, Failure, FailureCode, ServerFrame, message};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::incoming::{commands, failure, read_first, read_next};
use super::line::Line;
use super::wire::{Event, Wire};
use crate::directory::DirectoryError;
use crate::directory::credential::{ParticipantId, ParticipantKind};
use crate::directory::enter::{AdmitError, Admitted};
use crate::hub::Hub;
use crate::hub::clock::wall_ms;
use crate::hub::drain::Guard;
use crate::hub::meters::Meters;
use crate::hub::reading::ReadError;
use crate::room::command::{Command, Room};
use crate::room::core::{ConnectionId, Entry};

/// How long a connection may take to say hello.
pub const HELLO_DEADLINE: Duration = Duration::from_secs(10);
/// How long a write may take before the connection counts as dead. It is looked at every
/// [`LOOK_EVERY`], so a fifth as much again may pass.
pub const WRITE_DEADLINE: Duration = Duration::from_secs(20);
/// How long a connection may be silent: so long somebody whose cable is cut stays in the list of people.
pub const SILENCE_DEADLINE: Duration = Duration::from_secs(20);
/// After so much silence the peer is asked for a sign of life: browsers answer for tabs that sleep. It has
/// eight seconds for it, several round trips of the worst link. Asking and being answered costs some 20
/// microseconds and 120 bytes each time: a four-hundredth of a core and 120 kbit/s for a thousand who only look on.
const ASK_AFTER: Duration = Duration::from_secs(8);
/// How often deadlines are looked at; one timer a connection, set this seldom, costs next to nothing.
const LOOK_EVERY: Duration = Duration::from_secs(4);
/// Into how many moments the first looks of connections fall.
const LOOKS_APART: u32 = 64;
/// How long the peer may take to close its side, after it was told why.
const CLOSE_DEADLINE: Duration = Duration::from_secs(2);

/// The code of a close that was meant (RFC 6455, section 7.4.1).
const CLOSE_NORMAL: u16 = 1000;
/// The peer has broken the protocol.
const CLOSE_PROTOCOL: u16 = 1002;
/// The server goes away or starts again.
const CLOSE_RESTART: u16 = 1012;

/// How a connection came to its end.
enum End {
    /// The peer is gone.
    Gone,
    /// The peer is told, and then closed.
    Tell(Failure),
    /// All that was to be said is said.
    Said,
    /// It is cut off: it does not read, or is silent.
    Cut,
}

/// Serves a WebSocket of a board until its end.
pub async fn serve(hub: Arc<Hub>, board: BoardId, mut wire: Wire) {
    let meters = &hub.services.meters;
    meters.connections.increment(1.0);
    let mut guard = hub.services.drain.guard();
    let (end, wire) = match Box::pin(enter(&hub, board, &mut wire, &mut guard)).await {
        Ok((session, leash, rest)) => {
            session.line.sit(wire, session.stay.connection);
            let end = session.run(&hub, leash, rest).await;
            (end, session.line.rise().map(|seat| seat.wire))
        }
        Err(end) => (end, Some(wire)),
    };
    if let Some(wire) = wire {
        leave(board, wire, end).await;
    }
    meters.connections.decrement(1.0);
}

async fn leave(board: BoardId, mut wire: Wire, end: End) {
    match end {
        End::Gone | End::Cut => {}
        End::Tell(failure) => {
            let code = if failure.code == FailureCode::Restart { CLOSE_RESTART } else { CLOSE_PROTOCOL };
            tracing::debug!(%board, code = ?failure.code, detail = failure.detail, "a connection is ended");
            Box::pin(bid_farewell(&mut wire, Some(failure), code)).await;
        }
        End::Said => Box::pin(bid_farewell(&mut wire, None, CLOSE_NORMAL)).await,
    }
}

/// Waits for the hello and enters the room.
async fn enter(
    hub: &Arc<Hub>,
    board: BoardId,
    wire: &mut Wire,
    guard: &mut Guard,
) -> Result<(Session, Option<Leash>, Vec<ClientFrame>), End> {
    let first = tokio::select! {
        first = timeout(HELLO_DEADLINE, first_message(wire)) => first,
        () = guard.stopped() => return Err(restart()),
    };
    let Ok(first) = first else {
        return Err(End::Tell(failure(FailureCode::Order, format!("no hello within {} s", HELLO_DEADLINE.as_secs()))));
    };
    let first = first?;
    hub.services.meters.messages_in.increment(1);
    hub.services.meters.bytes_in.increment(first.len() as u64);
    let (hello, rest) = read_first(&first).map_err(End::Tell)?;
    // Before it is looked up, so that no removal falls between.
    let removals = hub.services.directory.removals();
    let admitted = hub.services.directory.admit(board, &hello.credential, wall_ms()).await.map_err(|error| End::Tell(of_admit(&error)))?;
    let entry = entry_of(&admitted);
    let room = hub.room(board).await.map_err(|error| End::Tell(of_read(board, &error)))?;
    let ticket = ticket().map_err(End::Tell)?;
    let connection = room.new_connection();
    let line = Arc::new(Line::default());
    let join = Command::Join { connection, line: Arc::clone(&line), hello, entry, ticket };
    if room.commands.send(join).await.is_err() {
        return Err(restart());
    }
    let leash = match admitted {
        Admitted::Entrant(entrant) => Some(Leash { board, participant: entrant.participant, removals }),
        Admitted::Bare(_) => None,
    };
    Ok((Session { stay: Stay { room, connection }, line }, leash, rest))
}

async fn first_message(wire: &mut Wire) -> Result<Bytes, End> {
    loop {
        match wire.heard().await {
            Event::Message(bytes) => return Ok(bytes),
            event => no_message(&event)?,
        }
    }
}

/// What an event means that is no message.
fn no_message(event: &Event) -> Result<(), End> {
    match event {
        Event::Message(_) | Event::Alive => Ok(()),
        Event::Text => Err(End::Tell(failure(FailureCode::Malformed, "messages are binary, not text"))),
        Event::TooLarge => {
            let max = kakehashi_protocol::limits::MESSAGE_BYTES_MAX;
            Err(End::Tell(failure(FailureCode::TooLarge, format!("a message may have {max} bytes"))))
        }
        Event::Said => Err(End::Said),
        Event::Gone => Err(End::Gone),
    }
}

fn restart() -> End {
    End::Tell(failure(FailureCode::Restart, "the board is being opened anew; connect again"))
}

fn of_read(board: BoardId, error: &ReadError) -> Failure {
    match error {
        ReadError::UnknownBoard(_) => failure(FailureCode::UnknownBoard, format!("there is no board {board}")),
        ReadError::Stopping => failure(FailureCode::Restart, "the server is shutting down; connect again"),
        ReadError::Log(_) | ReadError::Damaged { .. } | ReadError::Broken(_) => {
            tracing::error!(%board, %error, "the board cannot be opened");
            failure(FailureCode::Damaged, "the board cannot be read; the server's log says why")
        }
    }
}

/// What the room is told of who was let in.
fn entry_of(admitted: &Admitted) -> Entry {
    match admitted {
        Admitted::Bare(role) => (*role).into(),
        Admitted::Entrant(entrant) => Entry {
            participant: Some(entrant.participant.0),
            role: entrant.role,
            name: entrant.name.clone(),
            entrance: match entrant.kind {
                ParticipantKind::Account => Entrance::Account,
                ParticipantKind::Guest => Entrance::Guest,
                ParticipantKind::Panel => Entrance::Panel,
            },
            waits: entrant.waits,
        },
    }
}

fn of_admit(error: &AdmitError) -> Failure {
    match error {
        AdmitError::Credential(_) | AdmitError::Directory(DirectoryError::ClosedBoard | DirectoryError::Removed) => {
            failure(FailureCode::Credential, error.to_string())
        }
        AdmitError::Directory(_) => {
            tracing::error!(%error, "the directory cannot be asked");
            failure(FailureCode::Busy, "the server cannot look up who may enter; connect again later")
        }
    }
}

/// 128 random bits as hexadecimal digits.
fn ticket() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the system gives no random bytes");
        failure(FailureCode::Busy, "the server has no randomness to give; connect again later")
    })?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// A connection's place in its room. Dropping it leaves the room, however the connection ended.
struct Stay {
    room: Arc<Room>,
    connection: ConnectionId,
}

impl Drop for Stay {
    fn drop(&mut self) {
        let leave = Command::Leave(self.connection);
        if let Err(TrySendError::Full(leave)) = self.room.commands.try_send(leave) {
            let room = Arc::clone(&self.room);
            tokio::spawn(async move {
                // An error means that the room is gone, which is left thereby.
                let _ = room.commands.send(leave).await;
            });
        }
    }
}

/// What ends the connections of somebody who is removed from the board.
struct Leash {
    board: BoardId,
    participant: ParticipantId,
    removals: broadcast::Receiver<(BoardId, ParticipantId)>,
}

impl Leash {
    /// Returns when its participant is removed.
    async fn cut(mut self, hub: &Hub) {
        loop {
            let removed = match self.removals.recv().await {
                Ok(removed) => removed == (self.board, self.participant),
                Err(RecvError::Lagged(_)) => hub.services.directory.was_removed(self.board, self.participant).await.unwrap_or(false),
                Err(RecvError::Closed) => return std::future::pending().await,
            };
            if removed {
                return;
            }
        }
    }
}

/// A connection that is in a room.
struct Session {
    stay: Stay,
    line: Arc<Line>,
}

impl Session {
    async fn run(&self, hub: &Hub, leash: Option<Leash>, rest: Vec<ClientFrame>) -> End {
        let meters = &hub.services.meters;
        let Stay { room, connection } = &self.stay;
        let mut gone = pin!(room.commands.closed());
        // What was read and the room has no place for yet: until it has, nothing more is read.
        let mut pending = VecDeque::new();
        if let Err(failure) = commands(rest, *connection, &mut pending) {
            return End::Tell(failure);
        }
        let mut heard = Instant::now();
        let mut asked = false;
        // A class that came at once is not asked at once.
        let mut look = pin!(sleep(LOOK_EVERY * (connection % LOOKS_APART) / LOOKS_APART));
        let mut cut = pin!(async {
            match leash {
                Some(leash) => leash.cut(hub).await,
                None => std::future::pending().await,
            }
        });
        loop {
            while let Some(command) = pending.pop_front() {
                match room.commands.try_send(command) {
                    Ok(()) => {}
                    Err(TrySendError::Full(command)) => {
                        pending.push_front(command);
                        break;
                    }
                    // Its last words, if it had any, stand in the line.
                    Err(TrySendError::Closed(_)) => return self.last_words(meters).await,
                }
            }
            tokio::select! {
                biased;
                event = self.line.event(&room.feed, meters, pending.is_empty()) => {
                    heard = Instant::now();
                    match event {
                        Event::Message(bytes) => {
                            meters.messages_in.increment(1);
                            meters.bytes_in.increment(bytes.len() as u64);
                            if let Err(failure) = read_next(&bytes, *connection, &mut pending) {
                                return End::Tell(failure);
                            }
                        }
                        event => if let Err(end) = no_message(&event) {
                            return end;
                        }
                    }
                },
                place = room.commands.reserve(), if !pending.is_empty() => match (place, pending.pop_front()) {
                    (Ok(place), Some(command)) => place.send(command),
                    _ => return self.last_words(meters).await,
                },
                () = self.line.wanted() => {}
                () = &mut cut => return End::Tell(failure(FailureCode::Credential, DirectoryError::Removed.to_string())),
                () = &mut gone => return self.last_words(meters).await,
                () = &mut look => {
                    if heard.elapsed() >= SILENCE_DEADLINE || self.line.stuck_since().is_some_and(|since| since.elapsed() >= WRITE_DEADLINE) {
                        return End::Cut;
                    }
                    if heard.elapsed() < ASK_AFTER {
                        asked = false;
                    } else if !asked {
                        asked = true;
                        self.line.ping();
                    }
                    look.set(sleep_until(Instant::now() + LOOK_EVERY));
                }
            }
        }
    }

    /// The room is gone: what it still had to say, or else that it is gone.
    async fn last_words(&self, meters: &Meters) -> End {
        let feed = &self.stay.room.feed;
        match timeout(WRITE_DEADLINE, self.line.said(feed, meters)).await {
            Ok(Some(true)) => End::Said,
            Ok(Some(false)) => restart(),
            Ok(None) | Err(_) => End::Cut,
        }
    }
}

/// Tells the peer why it is closed, closes, and waits for it to have read that: a socket that is
/// dropped with bytes unread takes back what was sent.
async fn bid_farewell(wire: &mut Wire, failure: Option<Failure>, code: u16) {
    let words = async {
        if !wire.flushed().await {
            return;
        }
        if let Some(failure) = failure {
            wire.write(message(&ServerFrame::Failed(failure)).into());
            if !wire.flushed().await {
                return;
            }
        }
        wire.close(code);
        if !wire.flushed().await {
            return;
        }
        while !matches!(wire.heard().await, Event::Gone | Event::TooLarge) {}
        sleep(CLOSE_DEADLINE / 4).await;
    };
    // Whoever does not listen is dropped.
    let _ = timeout(CLOSE_DEADLINE, words).await;
}
