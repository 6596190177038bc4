//! The directory: what the server knows of people. Accounts and their sessions, the doors of boards,
//! who has entered and who may no more. It knows nothing of what is on a board.
//!
//! Everything is in one SQLite file apart from the boards' log, written by one thread. Secrets are
//! kept as hashes: passwords as argon2id, random tokens as BLAKE3. Times are arguments.
//!
//! # Layout
//! - [`accounts`], [`invitations`], [`sessions`], [`identities`]: signing in. [`keys`]: for programs. [`password`]: hashing. [`limits`]: how often.
//! - [`panels`]: wall boards that are looked after; [`pairing`]: how they become so; [`device_key`]: what they prove.
//! - [`doors`], [`links`], [`enter`]: how one comes onto a board, and [`credential`] what is shown there.
//! - [`timetable`]: which board is used when, and in which rooms.
//! - [`audit`]: who did what. [`names`], [`role`], [`token`]: what all of them use.
//! - `schema`: the file. `thread`: who writes it.

pub mod accounts;
pub mod audit;
pub mod credential;
pub mod device_key;
pub mod doors;
pub mod enter;
mod error;
pub mod identities;
pub mod invitations;
pub mod keys;
pub mod limits;
pub mod links;
pub mod names;
pub mod pairing;
pub mod panels;
pub mod password;
pub mod role;
mod schema;
pub mod sessions;
#[cfg(test)]
mod tests;
mod thread;
pub mod timetable;
pub mod token;

use std::path::Path;
use std::sync::Arc;

use kakehashi_protocol::ids::BoardId;
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::broadcast;

use self::credential::{Credentials, ParticipantId};
pub use self::error::DirectoryError;
use self::limits::Limits;
use self::panels::PanelDesk;
use self::password::Passwords;
use self::thread::Thread;
use self::token::{hex, random};
use crate::disk;

/// The directory in a folder of data, and in a backup.
pub const DIRECTORY: &str = "directory.sqlite";
/// The key of credentials in both.
pub const ENTRY_KEY: &str = "entry-key.pem";
/// Removals that a connection may be late with hearing of; who misses some looks itself up again.
const REMOVALS_WAITING: usize = 64;

/// What the server knows of people.
pub struct Directory {
    thread: Thread,
    /// Makes and checks what is shown at a board.
    pub credentials: Credentials,
    /// How often something may be tried.
    pub limits: Limits,
    passwords: Passwords,
    desk: PanelDesk,
    /// Shown in the server's log while there is no administrator.
    setup: Mutex<Option<String>>,
    removals: broadcast::Sender<(BoardId, ParticipantId)>,
}

impl Directory {
    /// Opens the directory in a folder, and makes it if it is not there. Blocks the thread.
    ///
    /// # Errors
    /// [`DirectoryError`].
    pub fn open(folder: &Path) -> Result<Arc<Self>, DirectoryError> {
        disk::create_dir(folder).map_err(|error| DirectoryError::Storage(error.to_string()))?;
        let db = schema::open(&folder.join(DIRECTORY))?;
        let name = match value(&db, "name")? {
            Some(name) => name,
            None => {
                let name = hex(&random::<16>()?);
                set_value(&db, "name", &name)?;
                name
            }
        };
        let setup = if accounts::has_administrator(&db)? { None } else { Some(hex(&random::<16>()?)) };
        let credentials = Credentials::open(&folder.join(ENTRY_KEY), name)?;
        let passwords = Passwords::new()?;
        let limits = Limits::default();
        let desk = PanelDesk::new()?;
        let removals = broadcast::Sender::new(REMOVALS_WAITING);
        Ok(Arc::new(Self { thread: Thread::start(db)?, credentials, limits, passwords, desk, setup: Mutex::new(setup), removals }))
    }

    /// What makes the first administrator, while there is none.
    #[must_use]
    pub fn setup_secret(&self) -> Option<String> {
        self.setup.lock().clone()
    }

    /// Hears of everyone who is removed from a board from now on.
    #[must_use]
    pub fn removals(&self) -> broadcast::Receiver<(BoardId, ParticipantId)> {
        self.removals.subscribe()
    }

    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, DirectoryError> + Send + 'static,
    ) -> Result<T, DirectoryError> {
        self.thread.run(job).await
    }
}

/// Something that holds for the whole server.
pub(crate) fn value(db: &Connection, key: &str) -> Result<Option<String>, DirectoryError> {
    Ok(db.prepare_cached("SELECT value FROM server WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()?)
}

fn set_value(db: &Connection, key: &str, value: &str) -> Result<(), DirectoryError> {
    db.execute("INSERT INTO server (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2", params![key, value])?;
    Ok(())
}
