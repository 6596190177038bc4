//! The hub: which boards are in memory. It decides nothing about what is on them.
//!
//! # Layout
//! - [`Hub`]: live rooms by board, loaded at the first use and forgotten when idle.
//! - [`reading`]: from the log to a room's state. [`assistants`]: panels whose time on a board is over. [`drain`]: shutting down. [`clock`], [`meters`].

pub mod assistants;
pub mod clock;
pub mod drain;
pub mod meters;
pub mod reading;

use std::sync::Arc;
use std::time::{Duration, Instant};

use dashmap::DashMap;
use kakehashi_protocol::ids::BoardId;
use parking_lot::Mutex;

use self::clock::Clock;
use self::drain::Drain;
use self::meters::Meters;
use self::reading::{ReadError, read_board};
use crate::directory::Directory;
use crate::log::Log;
use crate::media::Calls;
use crate::room::command::Room;
use crate::room::task::RoomTask;
use crate::webhooks::Webhooks;

/// What every room needs.
pub struct Services {
    /// Where boards are kept.
    pub log: Arc<dyn Log>,
    /// What is known of people.
    pub directory: Arc<Directory>,
    /// Whom other programs hear by what happens on boards.
    pub webhooks: Arc<Webhooks>,
    /// The calls beside the boards.
    pub calls: Calls,
    /// What is counted.
    pub meters: Meters,
    /// Both clocks.
    pub clock: Clock,
    /// Shutting down.
    pub drain: Drain,
    /// How long a room that nobody uses stays in memory.
    pub idle_room: Duration,
    write_failed: Mutex<Option<Instant>>,
}

impl Services {
    /// Services on a log and a directory.
    #[must_use]
    pub fn new(log: Arc<dyn Log>, directory: Arc<Directory>, idle_room: Duration) -> Self {
        Self {
            log,
            webhooks: Webhooks::new(Arc::clone(&directory)),
            directory,
            calls: Calls::off(),
            meters: Meters::default(),
            clock: Clock::default(),
            drain: Drain::default(),
            idle_room,
            write_failed: Mutex::new(None),
        }
    }

    /// Whether no write to the log failed lately. Where nobody is sent because of it, nobody writes
    /// that would show that it works again, so it counts for a minute.
    #[must_use]
    pub fn writable(&self) -> bool {
        self.write_failed.lock().is_none_or(|failed| failed.elapsed() > Duration::from_secs(60))
    }

    /// Notes how a write went.
    pub fn note_write(&self, went_well: bool) {
        *self.write_failed.lock() = (!went_well).then(Instant::now);
    }
}

/// All live rooms of this server.
pub struct Hub {
    /// What every room needs.
    pub services: Services,
    rooms: DashMap<BoardId, Arc<Slot>>,
}

/// The place of one board. Its lock is held while the board is read, so that two who come at once
/// read it once, and while it is left, so that nobody comes meanwhile.
#[derive(Default)]
pub(crate) struct Slot {
    pub(crate) state: tokio::sync::Mutex<SlotState>,
}

#[derive(Default)]
pub(crate) struct SlotState {
    pub(crate) room: Option<Arc<Room>>,
    /// The slot was taken out of the map; another stands in its place, or will.
    pub(crate) removed: bool,
}

impl Hub {
    /// A hub with no rooms yet.
    #[must_use]
    pub fn new(services: Services) -> Arc<Self> {
        Arc::new(Self { services, rooms: DashMap::new() })
    }

    /// The room of a board, read from the log if nobody uses it yet. It stays in memory while the
    /// answer is held.
    ///
    /// # Errors
    /// [`ReadError`]; other boards go on.
    pub async fn room(self: &Arc<Self>, board: BoardId) -> Result<Arc<Room>, ReadError> {
        loop {
            if self.services.drain.stopping() {
                return Err(ReadError::Stopping);
            }
            let slot = Arc::clone(&self.rooms.entry(board).or_default());
            let mut state = slot.state.lock().await;
            if state.removed {
                continue;
            }
            if let Some(room) = state.room.as_ref().filter(|room| room.is_alive()) {
                return Ok(Arc::clone(room));
            }
            let loaded = match read_board(&*self.services.log, board).await {
                Ok(loaded) => loaded,
                Err(error) => {
                    self.remove(board, &slot, &mut state);
                    return Err(error);
                }
            };
            self.services.meters.rooms_loaded.increment(1);
            let room = RoomTask::spawn(Arc::clone(self), Arc::clone(&slot), board, loaded);
            state.room = Some(Arc::clone(&room));
            return Ok(room);
        }
    }

    /// The room of a board, if it is in memory.
    pub async fn live(&self, board: BoardId) -> Option<Arc<Room>> {
        let slot = Arc::clone(&*self.rooms.get(&board)?);
        let state = slot.state.lock().await;
        state.room.as_ref().filter(|room| room.is_alive()).cloned()
    }

    /// How many boards are in memory.
    #[must_use]
    pub fn rooms(&self) -> usize {
        self.rooms.len()
    }

    /// Takes a slot out of the map while its lock is held.
    pub(crate) fn remove(&self, board: BoardId, slot: &Arc<Slot>, state: &mut SlotState) {
        state.removed = true;
        state.room = None;
        self.rooms.remove_if(&board, |_, known| Arc::ptr_eq(known, slot));
    }
}
