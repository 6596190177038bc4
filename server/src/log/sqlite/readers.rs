//! Connections that only read, lent to blocking tasks one at a time.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::schema::DbFile;
use crate::log::LogError;

/// A few read connections. Readers beyond their number wait.
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
    count: u32,
}

impl Readers {
    pub(super) fn open(file: &DbFile, count: u32) -> Result<Self, LogError> {
        let count = count.max(1);
        let idle = (0..count).map(|_| file.open_reader()).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { idle: Arc::new(Mutex::new(idle)), permits: Arc::new(Semaphore::new(count as usize)), count })
    }

    /// Reads on a thread that may block. The connection comes back even if nobody waits any more.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, LogError> + Send + 'static,
    ) -> Result<T, LogError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| LogError::Closed)?;
        let idle = Arc::clone(&self.idle);
        let task = tokio::task::spawn_blocking(move || {
            let connection = lock(&idle).pop().ok_or(LogError::Closed)?;
            let answer = read(&connection);
            lock(&idle).push(connection);
            drop(permit);
            answer
        });
        match task.await {
            Ok(answer) => answer,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime stops.
            Err(_) => Err(LogError::Closed),
        }
    }

    /// Waits for those who read, then closes the connections.
    pub(super) async fn close(&self) {
        // Closed already if there is no permit to be had.
        if let Ok(permits) = self.permits.acquire_many(self.count).await {
            lock(&self.idle).clear();
            permits.forget();
            self.permits.close();
        }
    }
}

fn lock(idle: &Mutex<Vec<Connection>>) -> std::sync::MutexGuard<'_, Vec<Connection>> {
    // Pushing and popping leave nothing half done.
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
