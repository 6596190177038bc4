//! The calls beside the boards: voices, cameras and screens, forwarded and never mixed or decoded.
//!
//! One thread holds all calls and one UDP port, since what it does most is to send small packets, and
//! nothing in it waits. Rooms reach it by [`Calls`]; it reaches a page by its connection's line.
//!
//! # Layout
//! - [`Calls`]: what rooms hold. [`thread`]: the thread, its clock and who is told. [`port`]: its sockets. [`reach`]: where they are.
//! - [`call`]: one board's. [`leg`]: one page's WebRTC. [`forward`]: the stream of one place.
//! - [`line`]: what a page's line is believed to hold. [`ladder`]: what fits through it. [`pace`]: how fast it goes. [`lane`]: ink and pointers that wait for nothing. [`speakers`]: who speaks, and who is heard. [`red`]: redundant audio.
//! - [`turn`]: for networks that let nothing else through.

pub mod call;
pub mod forward;
pub mod ladder;
pub mod lane;
pub mod leg;
pub mod line;
pub mod pace;
pub mod port;
pub mod reach;
pub mod red;
pub mod speakers;
pub mod thread;
pub mod turn;

use std::net::SocketAddr;
use std::sync::{Arc, Weak};

use bytes::Bytes;
use kakehashi_protocol::call::{Ask, Asked, Tell, Why};
use kakehashi_protocol::ids::{ActorId, BoardId};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc::WeakSender;
use tokio::sync::{Semaphore, mpsc};

use self::port::Heard;
use crate::connection::line::Line;
use crate::room::command;
use crate::room::core::{ConnectionId, call_message};

/// Commands that may wait for the thread, which is never far behind.
const COMMANDS_MAX: usize = 4_096;
/// Streams of TURN at a time that came by the server's own port; some 40 KiB each.
const TURN_STREAMS_MAX: usize = 1_024;

/// Who asks something of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asker {
    /// By this connection.
    pub connection: ConnectionId,
    /// The page.
    pub actor: ActorId,
    /// Whether its role lets it send.
    pub speaks: bool,
}

/// What the thread is told.
pub(crate) enum Command {
    /// A page asks something.
    Ask {
        /// On this board.
        board: BoardId,
        /// Who.
        asker: Asker,
        /// Where answers go; it outlives no connection.
        line: Weak<Line>,
        /// The board's room.
        room: WeakSender<command::Command>,
        /// What.
        ask: Box<Ask>,
    },
    /// A connection may speak, or no longer.
    MaySpeak(BoardId, ConnectionId, bool),
    /// A connection may no longer be on the board.
    End(BoardId, ConnectionId),
    /// What somebody shows by the lane, for those of these connections that have one.
    Show(BoardId, Arc<[ConnectionId]>, Bytes),
    /// The server ends.
    Stop,
}

/// The way from rooms to the calls.
#[derive(Clone)]
pub struct Calls {
    commands: Option<mpsc::Sender<Command>>,
    /// Where streams of TURN go, and how many more there may be.
    streams: Option<(mpsc::Sender<Heard>, Arc<Semaphore>)>,
}

impl Calls {
    /// A server without calls: who asks is told so.
    #[must_use]
    pub const fn off() -> Self {
        Self { commands: None, streams: None }
    }

    /// A page asks something that its role allows.
    pub fn ask(&self, board: BoardId, asker: Asker, line: &Arc<Line>, room: WeakSender<command::Command>, ask: Box<Ask>) {
        let asked = ask.asked();
        let Some(commands) = &self.commands else {
            return refuse(line, asked, Why::Off, "this server has no calls: it was started with --media off");
        };
        let command = Command::Ask { board, asker, line: Arc::downgrade(line), room, ask };
        if commands.try_send(command).is_err() {
            refuse(line, asked, Why::Limit, "the calls have more to do than they can; ask again later");
        }
    }

    /// A connection may speak, or no longer.
    pub fn may_speak(&self, board: BoardId, connection: ConnectionId, speaks: bool) {
        self.tell(Command::MaySpeak(board, connection, speaks));
    }

    /// A connection may no longer be on the board.
    pub fn end(&self, board: BoardId, connection: ConnectionId) {
        self.tell(Command::End(board, connection));
    }

    /// Shows something by the lanes of those of these connections that have one. It is lost if there is too much to do.
    pub fn show(&self, board: BoardId, readers: Arc<[ConnectionId]>, message: Bytes) {
        if let Some(commands) = &self.commands {
            // An error means that it is lost, as on the way.
            let _ = commands.try_send(Command::Show(board, readers, message));
        }
    }

    /// Serves a stream of TURN that came by another port, until it ends. A server without calls ends it at once.
    pub async fn turn(&self, stream: impl AsyncRead + AsyncWrite, peer: SocketAddr) {
        let Some((heard, open)) = &self.streams else { return };
        let Ok(_place) = open.try_acquire() else { return };
        let (read, write) = tokio::io::split(stream);
        turn::stream::serve(read, write, peer, heard.clone()).await;
    }

    /// The server ends: everybody is told.
    pub fn stop(&self) {
        self.tell(Command::Stop);
    }

    /// What takes away a right must not be lost, and the thread never waits for a room.
    fn tell(&self, command: Command) {
        if let Some(commands) = self.commands.clone()
            && let Err(mpsc::error::TrySendError::Full(command)) = commands.try_send(command)
        {
            tokio::spawn(async move { commands.send(command).await });
        }
    }
}

fn refuse(line: &Line, asked: Asked, why: Why, detail: &str) {
    line.say(call_message(&Tell::Refused { ask: Some(asked), why, detail: detail.into() }).into());
}
