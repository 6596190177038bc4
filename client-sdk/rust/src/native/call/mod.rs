//! The call of a board, for programs: bots, load tests, kiosk agents without a browser. It publishes
//! and receives RTP; encoding and decoding are the app's.
//!
//! A call goes over the connection of an open [`Board`], and mends itself: when that connection is lost
//! media go on and the server is told anew, when the network changes ICE begins anew from the new
//! address, and when the server has lost the member or is started again the call is joined again. A member whose role no longer sends
//! ([`CallEvent::Refused`], [`Why::Rights`]) listens on, until it publishes something that is granted. Media go over UDP from one address of this machine, that by which the server is reached;
//! TCP and TURN it has not.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use kakehashi_client::native::call::{Call, Joined, Options, Publish, synthetic::Voice};
//! use kakehashi_client::native::{Board, Options as BoardOptions};
//! use kakehashi_protocol::call::Source;
//!
//! let link = "http://localhost:8080/b/00000000000000000000000000";
//! let (board, _events) = Board::open(link, BoardOptions::default())?;
//! let Joined { call, mut packets, .. } = Call::join(&board, Options::default()).await?;
//! let microphone = call.publish(Publish::of(Source::Microphone)).await?;
//! microphone.write(Voice::new(1, 30).packet(0))?;
//! while let Some(packet) = packets.recv().await {
//!     println!("{} sends {:?}: {} bytes", packet.member, packet.source, packet.payload.len());
//! }
//! # Ok(()) }
//! ```
//!
//! # Layout
//! `media`: what travels; `track`: an own track; `wet`: ink for the lane; `stats`: what is counted; `session`: the state, without I/O;
//! `peer`: the peer connection beneath it; `task` and `socket`: what brings them time and datagrams;
//! [`synthetic`]: media made up for load tests.

mod media;
mod peer;
mod session;
mod socket;
mod stats;
pub mod synthetic;
mod task;
#[cfg(test)]
mod tests;
mod track;
mod wet;

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{Member, MemberId, Over, PICTURES_MAX, Place, Rung, Size, Source, VOICES_MAX, VideoCodec, Why, Wish};
use kakehashi_protocol::lane::{Glimpse, Shown};
use tokio::sync::{mpsc, oneshot};

use super::Board;
use session::Session;
use task::{Command, Task};

pub use media::{Codec, Layer, Outgoing, Packet, Publish};
pub use stats::{Flow, GAP, Stats};
pub use track::{Track, WriteError};
pub use wet::Wet;

/// Bytes of a payload: with all that is put around it, it fits the smallest path there is (1,280 bytes).
pub const PAYLOAD_BYTES_MAX: usize = 1_150;
/// Packets to be sent that may wait: more than a second of all tracks.
const COMMANDS_MAX: usize = 1_024;
/// Packets that may wait for the app: a second of a call with all places full; at most 1.5 MB.
const PACKETS_MAX: usize = 1_024;
/// Glimpses that may wait for the app: a second of ten who draw.
const GLIMPSES_MAX: usize = 512;
/// Events that may wait for the app; further ones are one of a kind.
const EVENTS_MAX: usize = 64;
/// How long joining may take until media flow.
const JOIN_MAX: Duration = Duration::from_secs(15);

/// How a call is joined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// The address of this machine from which media go; left away: that by which the server is reached.
    pub address: Option<IpAddr>,
    /// Voices that can come at once; the server may grant fewer.
    pub voices: usize,
    /// Pictures that can come at once; the server may grant fewer.
    pub pictures: usize,
    /// Tracks that are sent from the beginning: [`Call::track`] gives them.
    pub publish: Vec<Publish>,
}

impl Default for Options {
    /// All voices that one may have, four pictures, and nothing sent.
    fn default() -> Self {
        Self { address: None, voices: VOICES_MAX, pictures: 4, publish: Vec::new() }
    }
}

/// Why something of a call did not work, or why it is over.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CallError {
    /// The board is closed.
    #[error("the board is closed")]
    Closed,
    /// The call has ended meanwhile.
    #[error("the call is over")]
    Ended,
    /// The server has ended it.
    #[error("the server has ended it: {0:?}")]
    Over(Over),
    /// The server refused what was asked.
    #[error("the server refused ({why:?}): {detail}")]
    Refused {
        /// Why.
        why: Why,
        /// In English, for logs.
        detail: String,
    },
    /// The server cannot be asked: it is not reached, or one waits in the lobby.
    #[error("the server has not answered within {} s: it is not reached, or one waits in the lobby", JOIN_MAX.as_secs())]
    Unanswered,
    /// Media do not flow.
    #[error("nothing came from the server's media port within {} s", JOIN_MAX.as_secs())]
    Unreachable,
    /// The connection for media was closed by the other end.
    #[error("the connection for media was closed by the server")]
    Lost,
    /// The system has no socket for media.
    #[error("no socket for media: {0}")]
    Network(String),
    /// From this address no media can go.
    #[error("no media can go from this address: {0}")]
    Address(String),
    /// The server's answer cannot be used.
    #[error("the server's answer cannot be used: {0}")]
    Answer(String),
    /// The server told what cannot be read.
    #[error("the server told what cannot be read: {0}")]
    Tell(String),
    /// There is no such track, or the server does not take it.
    #[error("{0:?} cannot be: sound is Opus without layers, pictures are VP8 or H.264 if the server takes it")]
    Codec(Publish),
    /// It is published already.
    #[error("{0:?} is published already; there is one of each source")]
    Published(Source),
    /// It is not published.
    #[error("{0:?} is not published")]
    NotPublished(Source),
    /// More places were wanted than there can be.
    #[error("a call has at most {VOICES_MAX} places for voices and {PICTURES_MAX} for pictures")]
    Places,
}

/// What the app may want to know. Events of one kind that nobody has read are one, the last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CallEvent {
    /// Media flow, for the first time or again.
    Connected,
    /// Nothing comes or goes; it is being mended.
    Interrupted,
    /// Who is in the call is other than before, or what they send.
    Members,
    /// The places carry others than before.
    Places,
    /// Who speaks, the loudest first.
    Speakers(Vec<MemberId>),
    /// Somebody who leads has made the own microphone silent: what is written goes nowhere until
    /// [`Call::mute`] says otherwise.
    Hushed {
        /// The actor of who did.
        by: String,
    },
    /// What somebody says, in writing.
    Caption {
        /// Who.
        member: MemberId,
        /// What; empty: nothing any more.
        text: String,
    },
    /// What the line carries.
    Line {
        /// How far.
        rung: Rung,
        /// What it is thought to hold, kbit/s.
        kbps: u32,
    },
    /// What others are sent of a picture of one's own: larger sizes need not be written.
    Demand {
        /// Which.
        source: Source,
        /// The largest size that anybody is sent; `None`: nobody is sent any.
        largest: Option<Size>,
        /// How they take it.
        codec: VideoCodec,
    },
    /// Something did not work; the call goes on.
    Refused(CallError),
    /// The call is over. Nothing comes after this.
    Over(CallError),
}

/// A call that was joined.
#[derive(Debug)]
pub struct Joined {
    /// To act in it.
    pub call: Call,
    /// What comes. If nobody reads, packets are dropped and counted as [`Stats::unread`].
    pub packets: mpsc::Receiver<Packet>,
    /// What others show by the lane. If nobody reads, it is lost.
    pub glimpses: mpsc::Receiver<Shown>,
    /// What happens. It ends with the call.
    pub events: mpsc::Receiver<CallEvent>,
}

/// A call. Dropping it, or [`Self::leave`], leaves it.
#[derive(Debug)]
pub struct Call {
    commands: mpsc::Sender<Command>,
    task: tokio::task::JoinHandle<()>,
}

impl Call {
    /// Joins the call of a board, and waits until media flow. A board has one call: who joins it again
    /// while the first goes on takes its place.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn join(board: &Board, options: Options) -> Result<Joined, CallError> {
        if options.voices > VOICES_MAX || options.pictures > PICTURES_MAX {
            return Err(CallError::Places);
        }
        if let Some(publish) = options.publish.iter().find(|publish| !publish.is_sound_as_sound()) {
            return Err(CallError::Codec(*publish));
        }
        let server = board.address();
        let local = socket::Local { server: (server.host.clone(), server.port), chosen: options.address };
        let network = |error: std::io::Error| CallError::Network(error.to_string());
        let socket = local.bind().await.map_err(network)?;
        let session = Session::new(options, socket.local_addr().map_err(network)?);
        let news = board.hear_call().await.map_err(|_| CallError::Closed)?;
        let (commands, queue) = mpsc::channel(COMMANDS_MAX);
        let (packet_sender, packets) = mpsc::channel(PACKETS_MAX);
        let (glimpse_sender, glimpses) = mpsc::channel(GLIMPSES_MAX);
        let (event_sender, events) = mpsc::channel(EVENTS_MAX);
        let (joined, flows) = oneshot::channel();
        let task = Task {
            session,
            socket,
            local,
            board: board.commands.downgrade(),
            packets: packet_sender,
            glimpses: glimpse_sender,
            events: event_sender,
            joined: Some(joined),
            waiting: VecDeque::new(),
            publishing: Vec::new(),
        };
        let call = Self { commands, task: tokio::spawn(task.run(news, queue)) };
        match tokio::time::timeout(JOIN_MAX, flows).await {
            Ok(Ok(joined)) => joined.map(|()| Joined { call, packets, glimpses, events }),
            Ok(Err(_)) => Err(CallError::Ended),
            Err(_) => Err(if call.me().await?.is_some() { CallError::Unreachable } else { CallError::Unanswered }),
        }
    }

    /// Sends one track more, and waits until the server takes it.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn publish(&self, publish: Publish) -> Result<Track, CallError> {
        let (published, taken) = oneshot::channel();
        self.commands.send(Command::Publish(publish, published)).await.map_err(|_| CallError::Ended)?;
        let keyframes = taken.await.map_err(|_| CallError::Ended)??;
        Ok(Track { publish, commands: self.commands.downgrade(), keyframes })
    }

    /// A track that is published.
    ///
    /// # Errors
    /// [`CallError::NotPublished`] and [`CallError::Ended`].
    pub async fn track(&self, source: Source) -> Result<Track, CallError> {
        let found = self.act(move |session, _| session.published(source)).await?;
        let (publish, keyframes) = found.ok_or(CallError::NotPublished(source))?;
        Ok(Track { publish, commands: self.commands.downgrade(), keyframes })
    }

    /// The own number.
    ///
    /// # Errors
    /// [`CallError::Ended`].
    pub async fn me(&self) -> Result<Option<MemberId>, CallError> {
        self.act(|session, _| session.me).await
    }

    /// Who is in the call, oneself included, by number.
    ///
    /// # Errors
    /// [`CallError::Ended`].
    pub async fn members(&self) -> Result<Vec<Member>, CallError> {
        self.act(|session, _| session.members.values().cloned().collect()).await
    }

    /// What the places carry.
    ///
    /// # Errors
    /// [`CallError::Ended`].
    pub async fn places(&self) -> Result<Vec<Place>, CallError> {
        self.act(|session, _| session.places.clone()).await
    }

    /// What was sent and what came.
    ///
    /// # Errors
    /// [`CallError::Ended`].
    pub async fn stats(&self) -> Result<Stats, CallError> {
        self.act(|session, _| session.stats.clone()).await
    }

    /// Makes an own track silent or dark, or no longer. What is written meanwhile goes nowhere.
    ///
    /// # Errors
    /// [`CallError::NotPublished`] and [`CallError::Ended`].
    pub async fn mute(&self, source: Source, muted: bool) -> Result<(), CallError> {
        self.act(move |session, _| session.mute(source, muted)).await?
    }

    /// Says which pictures are wanted, the most wanted first, and how high.
    ///
    /// # Errors
    /// [`CallError::Ended`]; what the server thinks of it comes as [`CallEvent::Refused`].
    pub async fn want(&self, pictures: Vec<Wish>) -> Result<(), CallError> {
        self.act(move |session, _| session.want(pictures)).await
    }

    /// Makes somebody's microphone silent, or everybody's but the own.
    ///
    /// # Errors
    /// [`CallError::Ended`]; what the server thinks of it comes as [`CallEvent::Refused`].
    pub async fn hush(&self, member: Option<MemberId>) -> Result<(), CallError> {
        self.act(move |session, _| session.hush(member)).await
    }

    /// Shows something by the lane, with the next number; says whether it took it: a line that is full loses
    /// what is new. [`Wet`] makes glimpses of ink so that a loss is no gap.
    ///
    /// # Errors
    /// [`CallError::Ended`].
    pub async fn show(&self, glimpse: Glimpse) -> Result<bool, CallError> {
        self.act(move |session, now| session.show(now, glimpse)).await
    }

    /// Asks for a picture that builds on none before: for a decoder that begins, or has lost its way.
    ///
    /// # Errors
    /// [`CallError::Ended`].
    pub async fn request_keyframe(&self, member: MemberId, source: Source) -> Result<(), CallError> {
        self.act(move |session, now| session.request_keyframe(now, member, source)).await
    }

    /// Shows what one says in writing, until another or an empty one takes its place.
    ///
    /// # Errors
    /// [`CallError::Ended`]; what the server thinks of it comes as [`CallEvent::Refused`].
    pub async fn caption(&self, text: String) -> Result<(), CallError> {
        self.act(move |session, _| session.caption(text)).await
    }

    /// Leaves, once everything written before is on its way.
    pub async fn leave(self) {
        drop(self.commands);
        // A panic in it has been printed.
        let _ = self.task.await;
    }

    async fn act<T: Send + 'static>(&self, act: impl FnOnce(&mut Session, Instant) -> T + Send + 'static) -> Result<T, CallError> {
        let (answer, answered) = oneshot::channel();
        let act = Box::new(move |session: &mut Session, now| {
            // Nobody may wait for the answer any more; the act is done all the same.
            let _ = answer.send(act(session, now));
        });
        self.commands.send(Command::Act(act)).await.map_err(|_| CallError::Ended)?;
        answered.await.map_err(|_| CallError::Ended)
    }
}
