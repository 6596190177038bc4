//! Webhooks: other programs are told when a session starts or ends and when a board is exported.
//!
//! What is guaranteed: each event that was acknowledged to somebody is queued durably and delivered at
//! least once, always under the same id, as long as its receiver comes back within [`pace::TRIED_MS`] and the
//! queue's limit holds. Order is not guaranteed: what fails is tried later and does not hold up what comes
//! after it. Everything stands in the directory's file: an event is written together with the audit entry
//! of what it tells, a disabled webhook together with its own, and one backup holds all of it.
//!
//! # Layout
//! - [`subscription`]: webhooks as administrators make them. [`queue`]: what is to be delivered, and how far it is.
//! - [`event`]: what is told. `sessions`: how rooms tell it.
//! - `courier`: the task that delivers; `attempt`: one request. [`pace`]: when. [`address`]: where to. [`signature`]: signed how.

pub mod address;
mod attempt;
mod courier;
pub mod event;
mod meters;
pub mod pace;
pub mod queue;
mod sessions;
pub mod signature;
pub mod subscription;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;

use self::attempt::Sender;
use self::courier::Courier;
use self::event::EventKind;
use self::meters::Meters;
use self::pace::Pace;
use self::sessions::Offer;
use crate::directory::{Directory, DirectoryError};
use crate::hub::Hub;

/// Why webhooks cannot be delivered at all.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The directory cannot be read or written.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The system trusts no certificate at all, or the like.
    #[error("webhooks cannot be sent: {0}")]
    Client(#[from] reqwest::Error),
}

/// All webhooks of a server.
pub struct Webhooks {
    directory: Arc<Directory>,
    /// What any webhook wants to hear of, as [`EventKind::bit`]s.
    wanted: AtomicU32,
    own: Mutex<Option<SocketAddr>>,
    offers: Mutex<VecDeque<Offer>>,
    flushing: tokio::sync::Mutex<()>,
    /// There is something to do for the courier.
    wake: Notify,
    meters: Meters,
}

impl Webhooks {
    /// Those of a directory. Nothing is told or delivered before [`Self::start`].
    #[must_use]
    pub fn new(directory: Arc<Directory>) -> Arc<Self> {
        Arc::new(Self {
            directory,
            wanted: AtomicU32::new(0),
            own: Mutex::new(None),
            offers: Mutex::default(),
            flushing: tokio::sync::Mutex::default(),
            wake: Notify::new(),
            meters: Meters::default(),
        })
    }

    /// Begins to deliver, at first what waits since before. `own`: where this server listens.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub async fn start(self: &Arc<Self>, hub: &Arc<Hub>, own: SocketAddr, pace: Pace) -> Result<(), WebhookError> {
        *self.own.lock() = Some(own);
        self.refresh().await?;
        self.resolve_doubts(hub).await?;
        let sender = Sender::new(Some(own), pace.attempt)?;
        tokio::spawn(Courier::new(Arc::clone(self), sender, pace).run(hub.services.drain.guard()));
        Ok(())
    }

    fn own(&self) -> Option<SocketAddr> {
        *self.own.lock()
    }

    /// Whether any webhook wants to hear of one of these.
    fn wants(&self, kinds: &[EventKind]) -> bool {
        let wanted = self.wanted.load(Ordering::Relaxed);
        kinds.iter().any(|kind| wanted & kind.bit() != 0)
    }

    /// Webhooks were changed.
    async fn refresh(&self) -> Result<(), DirectoryError> {
        let read = self.directory.run(|db| {
            let mut query = db.prepare_cached("SELECT events FROM webhooks WHERE enabled = 1")?;
            let bits = query.query_map([], |row| row.get::<_, u32>(0))?.collect::<Result<Vec<_>, _>>()?;
            Ok(bits.into_iter().fold(0, |all, bits| all | bits))
        });
        let wanted = read.await?;
        self.wanted.store(wanted, Ordering::Relaxed);
        self.wake.notify_one();
        Ok(())
    }
}
