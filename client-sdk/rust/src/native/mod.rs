//! A driver on tokio: one task a board, WebSocket for the messages, HTTP for snapshots, and, if
//! wanted, a directory in which pending changes outlive the process.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use kakehashi_client::native::{Board, Options};
//!
//! let options = Options::default();
//! let (board, mut events) = Board::open("http://localhost:8080/b/00000000000000000000000000", options)?;
//! let pages = board.with(|client, _now| client.pages().len()).await?;
//! println!("{pages} pages so far");
//! while let Some(event) = events.recv().await {
//!     println!("{event:?}");
//! }
//! # Ok(()) }
//! ```
//!
//! # Layout
//! `address`: what a link says; `http`: streams, requests, TLS; `link`: one connection; `store`: the
//! directory; `task`: what brings them to the core; `call` (with the feature of that name): the board's
//! call, and `to_call`: the way to it.

mod address;
#[cfg(feature = "call")]
pub mod call;
mod http;
mod link;
mod store;
mod task;
mod to_call;

use std::path::PathBuf;
use std::sync::Arc;

use kakehashi_protocol::ids::{ActorId, ParseIdError};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::sync::{mpsc, oneshot};

use crate::client::{Client, Config};
use crate::event::Event;

pub use address::Address;
pub use http::HttpError;
pub use to_call::CallNews;

/// Commands that may wait for the task; whoever has more waits.
const COMMANDS_MAX: usize = 64;
/// Events that may wait for the app. Further ones are gathered in the core, where those of a kind are
/// one.
const EVENTS_MAX: usize = 256;

/// How a board is opened.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where changes without a verdict are kept, if they are to outlive the process: a directory of
    /// this board's own, or of several boards. Processes may share it: each claims what others left.
    pub directory: Option<PathBuf>,
    /// Certificates in PEM that the server's may be signed by, instead of those of the public web: a
    /// site's server makes its own.
    pub certificates: Option<Vec<u8>>,
    /// What proves who the participant is; empty for a guest with the link.
    pub credential: Vec<u8>,
    /// A seed for everything that is drawn at random, for runs that can be repeated; never for real
    /// boards, since two clients of one seed are one actor.
    pub seed: Option<u64>,
}

/// Why a board could not be opened. That it cannot be reached is no error: the client goes on trying.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The link is none.
    #[error("a board's link looks like https://host/b/ and 26 digits and letters: {0}")]
    Address(String),
    /// The board's name is none.
    #[error(transparent)]
    Board(#[from] ParseIdError),
    /// The certificates cannot be read.
    #[error("the certificates: {0}")]
    Certificates(String),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
    /// The directory cannot be used.
    #[error("the directory for pending changes: {0}")]
    Directory(#[from] std::io::Error),
    /// The server did not make a board.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// The board was closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the board is closed")]
pub struct Closed;

pub(crate) type Act = Box<dyn FnOnce(&mut Client, u64) + Send>;

/// What the board's task is told.
pub(crate) enum Command {
    /// Something is read or written.
    Act(Act),
    /// Somebody listens to the call.
    HearCall(mpsc::Sender<CallNews>),
}

/// An open board. Dropping it, or [`Self::close`], leaves the board.
#[derive(Debug)]
pub struct Board {
    commands: mpsc::Sender<Command>,
    address: Address,
    task: tokio::task::JoinHandle<()>,
}

impl Board {
    /// Opens the board of a link, such as `https://host/b/BOARD` (`http`, `ws` and `wss` too), and
    /// begins to connect. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(link: &str, options: Options) -> Result<(Self, mpsc::Receiver<Event>), OpenError> {
        let address = Address::parse(link)?;
        let tls = http::tls(roots(&options)?);
        let (actor, key, seed) = name(options.seed)?;
        let mut client = Client::new(Config { actor, key, seed, credential: options.credential });
        let store = match &options.directory {
            None => None,
            Some(directory) => {
                let mut store = store::Store::open(&directory.join(address.board.to_string()), actor, key)?;
                for leftover in store.claim_leftovers()? {
                    client.adopt(leftover.actor, leftover.key, &leftover.changes);
                }
                Some(store)
            }
        };
        let (commands, queue) = mpsc::channel(COMMANDS_MAX);
        let (events, told) = mpsc::channel(EVENTS_MAX);
        let task = tokio::spawn(task::Task::new(client, address.clone(), tls, store, events).run(queue));
        Ok((Self { commands, address, task }, told))
    }

    /// Has a server make a new board, and gives its link and the code to be read aloud.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn start(server: &str, options: &Options) -> Result<(String, String), OpenError> {
        let address = Address::parse_server(server)?;
        let made = http::start_board(&address, http::tls(roots(options)?)).await?;
        Ok((address.link(made.board), made.code))
    }

    /// Reads or writes the board: `act` is called with the client and the device's clock in
    /// milliseconds, and what it does is sent right after. It must not block.
    ///
    /// # Errors
    /// [`Closed`].
    pub async fn with<T, F>(&self, act: F) -> Result<T, Closed>
    where
        T: Send + 'static,
        F: FnOnce(&mut Client, u64) -> T + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let act: Act = Box::new(move |client, now| {
            // Nobody may wait for the answer any more; the act is done all the same.
            let _ = answer.send(act(client, now));
        });
        self.commands.send(Command::Act(act)).await.map_err(|_| Closed)?;
        answered.await.map_err(|_| Closed)
    }

    /// Which board it is, and on which server.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// Takes what the board's call tells out of the board's events, for as long as the receiver lives: for who
    /// has the media. Whoever listens last has it. Asks go by [`Client::ask_call`].
    ///
    /// # Errors
    /// [`Closed`].
    pub async fn hear_call(&self) -> Result<mpsc::Receiver<CallNews>, Closed> {
        let (news, heard) = mpsc::channel(to_call::NEWS_MAX);
        self.commands.send(Command::HearCall(news)).await.map_err(|_| Closed)?;
        Ok(heard)
    }

    /// Leaves the board once everything sent before is on its way. What has no verdict stays in the
    /// directory, if there is one.
    pub async fn close(self) {
        drop(self.commands);
        // The task ends when nobody can command it any more; a panic in it has been printed.
        let _ = self.task.await;
    }
}

fn roots(options: &Options) -> Result<Arc<rustls::RootCertStore>, OpenError> {
    let mut roots = rustls::RootCertStore::empty();
    match &options.certificates {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|error| OpenError::Certificates(error.to_string()))?;
                roots.add(certificate).map_err(|error| OpenError::Certificates(error.to_string()))?;
            }
            if roots.is_empty() {
                return Err(OpenError::Certificates("there is none".into()));
            }
        }
    }
    Ok(Arc::new(roots))
}

fn name(seed: Option<u64>) -> Result<(ActorId, [u8; 16], u64), OpenError> {
    let mut bytes = [0; 32];
    match seed {
        None => getrandom::fill(&mut bytes).map_err(|error| OpenError::Random(error.to_string()))?,
        Some(seed) => {
            let mut rng = crate::rng::Rng::new(&[seed]);
            bytes.chunks_exact_mut(8).for_each(|word| word.copy_from_slice(&rng.next().to_le_bytes()));
        }
    }
    let word = |place: usize| bytes[place * 8..place * 8 + 8].iter().fold(0u64, |word, byte| (word << 8) | u64::from(*byte));
    let mut key = [0; 16];
    key.copy_from_slice(&bytes[8..24]);
    Ok((ActorId(word(0).max(1)), key, word(3)))
}
