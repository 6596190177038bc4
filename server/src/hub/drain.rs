//! Shutting down: everything that must finish holds a [`Guard`], hears by it that the end has come,
//! and is waited for.

use std::convert::Infallible;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};

/// Tells all guards to end, and waits until they are gone.
pub struct Drain {
    stopping: watch::Sender<bool>,
    alive: Mutex<Option<mpsc::Sender<Infallible>>>,
    gone: tokio::sync::Mutex<mpsc::Receiver<Infallible>>,
}

/// Held by a task for as long as shutting down should wait for it.
#[derive(Clone)]
pub struct Guard {
    stopping: watch::Receiver<bool>,
    /// Its only use is to be dropped. `None`: shutting down had begun before the task.
    _alive: Option<mpsc::Sender<Infallible>>,
}

impl Default for Drain {
    fn default() -> Self {
        let (alive, gone) = mpsc::channel(1);
        Self { stopping: watch::channel(false).0, alive: Mutex::new(Some(alive)), gone: tokio::sync::Mutex::new(gone) }
    }
}

impl Drain {
    /// A guard for a task that begins.
    #[must_use]
    pub fn guard(&self) -> Guard {
        Guard { stopping: self.stopping.subscribe(), _alive: self.alive.lock().clone() }
    }

    /// Whether shutting down has begun.
    #[must_use]
    pub fn stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Tells all guards, and waits until the last is gone, at most so long. Says whether all are.
    pub async fn finish(&self, at_most: Duration) -> bool {
        self.alive.lock().take();
        self.stopping.send_replace(true);
        let mut gone = self.gone.lock().await;
        tokio::time::timeout(at_most, gone.recv()).await.is_ok()
    }
}

impl Guard {
    /// Whether shutting down has begun.
    #[must_use]
    pub fn stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Resolves when shutting down begins. Cancel safe.
    pub async fn stopped(&mut self) {
        // An error means that the drain itself is gone, which is an end as well.
        let _ = self.stopping.wait_for(|stopping| *stopping).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_end_waits_for_the_last_guard() {
        let drain = Drain::default();
        let mut guard = drain.guard();
        let task = tokio::spawn(async move {
            guard.stopped().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        });
        assert!(!drain.stopping());
        assert!(drain.finish(Duration::from_secs(5)).await);
        assert!(task.is_finished());
        assert!(drain.guard().stopping());
    }

    #[tokio::test]
    async fn a_guard_that_stays_is_not_waited_for_longer_than_said() {
        let drain = Drain::default();
        let _guard = drain.guard();
        assert!(!drain.finish(Duration::from_millis(10)).await);
    }
}
