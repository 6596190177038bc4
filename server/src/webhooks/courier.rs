//! The task that delivers: for each webhook one try at a time, the one that has waited longest first.
//! Webhooks do not wait for each other. When the server stops, tries under way get a moment; those that are
//! cut off then are made again after the start.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use super::Webhooks;
use super::attempt::{Sender, Tried};
use super::pace::Pace;
use super::queue::Settled;
use crate::directory::DirectoryError;
use crate::hub::clock::wall_ms;
use crate::hub::drain::Guard;

/// What a try under way may still take when the server stops: far receivers are not waited for.
const LAST_TRIES: Duration = Duration::from_secs(1);
/// The wall clock may be set: nothing is slept over for longer.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// How long it is waited when the directory cannot be read or written.
const STORAGE_AGAIN: Duration = Duration::from_secs(5);
/// How often it is counted how many deliveries wait: counting two hundred thousand takes some milliseconds.
const COUNT_AGAIN: Duration = Duration::from_secs(10);

/// What delivers.
pub(super) struct Courier {
    webhooks: Arc<Webhooks>,
    sender: Sender,
    pace: Pace,
    tries: JoinSet<Tried>,
    /// Webhooks with a try under way, by its task.
    busy: HashMap<Id, i64>,
    counted: Option<Instant>,
}

impl Courier {
    pub(super) fn new(webhooks: Arc<Webhooks>, sender: Sender, pace: Pace) -> Self {
        Self { webhooks, sender, pace, tries: JoinSet::new(), busy: HashMap::new(), counted: None }
    }

    /// Delivers until the server stops.
    pub(super) async fn run(mut self, mut guard: Guard) {
        let webhooks = Arc::clone(&self.webhooks);
        loop {
            let wait = match self.begin().await {
                Ok(wait) => wait,
                Err(DirectoryError::Closed) => return,
                Err(error) => {
                    tracing::error!(%error, "webhooks cannot be delivered");
                    STORAGE_AGAIN
                }
            };
            let settled = tokio::select! {
                biased;
                () = guard.stopped() => return self.finish().await,
                Some(tried) = self.tries.join_next_with_id() => self.end(tried).await,
                () = webhooks.wake.notified() => Ok(()),
                () = sleep(wait) => Ok(()),
            };
            if let Err(error) = settled {
                // It waits as before: it is tried again, but not at once.
                tracing::error!(%error, "what became of a webhook cannot be written down");
                tokio::select! {
                    () = guard.stopped() => return,
                    () = sleep(STORAGE_AGAIN) => {}
                }
            }
        }
    }

    /// Waits a moment for the tries under way.
    async fn finish(mut self) {
        let all = async {
            while let Some(tried) = self.tries.join_next_with_id().await {
                if let Err(error) = self.end(tried).await {
                    tracing::error!(%error, "what became of a webhook cannot be written down");
                }
            }
        };
        // Those that are cut off wait as before.
        let _ = timeout(LAST_TRIES, all).await;
    }

    /// Queues what was offered and begins the tries that are due; says when to look again.
    async fn begin(&mut self) -> Result<Duration, DirectoryError> {
        self.webhooks.flush().await?;
        if self.counted.is_none_or(|counted| counted.elapsed() >= COUNT_AGAIN) {
            self.counted = Some(Instant::now());
            self.webhooks.meters.waiting.set(self.webhooks.waiting().await?);
        }
        let now_ms = wall_ms();
        let next = self.webhooks.next(self.busy.values().copied().collect(), now_ms).await?;
        let mut wait = LOOK_AGAIN;
        for job in next {
            if job.due_ms > now_ms {
                wait = wait.min(Duration::from_millis(job.due_ms - now_ms));
                continue;
            }
            let (webhook, sender) = (job.webhook, self.sender.clone());
            let task = self.tries.spawn(async move { sender.send(job).await });
            self.busy.insert(task.id(), webhook);
        }
        Ok(wait)
    }

    async fn end(&mut self, tried: Result<(Id, Tried), JoinError>) -> Result<(), DirectoryError> {
        let tried = match tried {
            Ok((task, tried)) => {
                self.busy.remove(&task);
                tried
            }
            Err(error) => {
                self.busy.remove(&error.id());
                return Err(DirectoryError::Storage(format!("a try has struck a broken invariant: {error}")));
            }
        };
        let (webhook, delivery, outcome) = (tried.webhook, tried.delivery, tried.outcome.clone());
        let meters = &self.webhooks.meters;
        meters.attempts.increment(1);
        meters.attempt_seconds.record(Duration::from_millis(tried.took_ms).as_secs_f64());
        match self.webhooks.settle(tried, &self.pace, wall_ms()).await? {
            Some(Settled::Delivered) => meters.delivered.increment(1),
            Some(Settled::Again) => {
                meters.failures.increment(1);
                tracing::debug!(webhook, delivery, ?outcome, "a webhook is tried again later");
            }
            Some(Settled::Failed) => {
                meters.failures.increment(1);
                meters.given_up.increment(1);
                tracing::warn!(webhook, delivery, ?outcome, "a webhook was not delivered and is given up");
            }
            None => {}
        }
        Ok(())
    }
}
