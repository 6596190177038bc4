//! What a room's task has of the disk: rows that are appended, checkpoints that are saved, and the board read anew.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kakehashi_protocol::ids::Seq;
use kakehashi_protocol::wire::frame::FailureCode;
use tokio::time::Instant;

use super::{Ended, RoomTask};
use crate::hub::reading::read_board;
use crate::log::{Checkpoint, LogError};
use crate::room::core::AppendFailure;

/// How long a room whose append failed waits before it reads the board anew: a full disk is not freed
/// in a moment, and reading costs.
const RELOAD_DELAY: Duration = Duration::from_millis(500);

impl RoomTask {
    pub(super) fn append(&mut self, expected_end: Seq, body: Bytes) {
        let log = Arc::clone(&self.hub.services.log);
        let board = self.board;
        self.hub.services.meters.row_bytes.increment(body.len() as u64);
        self.append_began = Instant::now();
        if self.core.batch_turns().is_empty() {
            self.append = Some(Box::pin(async move { log.append(board, expected_end, body).await }));
            return;
        }
        // Both are durable before anybody hears of the row.
        let webhooks = Arc::clone(&self.hub.services.webhooks);
        self.append = Some(Box::pin(async move {
            let doubt = webhooks.doubt(board, expected_end.next());
            tokio::join!(log.append(board, expected_end, body), doubt).0
        }));
    }

    pub(super) fn appended(&mut self, result: Result<Seq, LogError>) {
        self.recent.note_answer(&result);
        let services = &self.hub.services;
        let failure = match result {
            Ok(seq) => {
                services.note_write(true);
                services.meters.append_seconds.record(self.append_began.elapsed().as_secs_f64());
                services.meters.rows.increment(1);
                let (accepted, refused) = self.core.batch_ops();
                services.meters.ops_accepted.increment(accepted);
                services.meters.ops_refused.increment(refused);
                services.webhooks.offer(self.board, self.core.log(), seq, self.core.batch_turns().to_vec());
                return self.core.handle_committed(services.clock.now(), seq);
            }
            Err(LogError::DiskFull { .. }) => AppendFailure::DiskFull,
            Err(_) => AppendFailure::Broken,
        };
        services.note_write(false);
        services.meters.append_failures.increment(1);
        if let Err(error) = result {
            tracing::error!(board = %self.board, %error, "a row could not be appended; nothing of it was accepted");
        }
        self.core.handle_append_failed(failure);
    }

    /// Begins to save a checkpoint, unless one is under way.
    pub(super) fn save(&mut self) {
        if self.saving.is_some() || Instant::now() < self.save_not_before {
            return;
        }
        let Some(checkpoint) = self.core.take_checkpoint() else { return };
        let log = Arc::clone(&self.hub.services.log);
        let (board, seq) = (self.board, checkpoint.seq);
        let checkpoint = Checkpoint { seq, state: checkpoint.state, documents: checkpoint.documents };
        self.saving = Some(Box::pin(async move { (seq, log.checkpoint_save(board, checkpoint).await) }));
    }

    pub(super) fn saved(&mut self, seq: Seq, result: Result<(), LogError>) {
        match result {
            Ok(()) => {
                self.core.handle_checkpoint_saved(seq);
                self.hub.services.meters.checkpoints.increment(1);
            }
            Err(error) => {
                // The log alone is enough; only loading takes longer.
                tracing::warn!(board = %self.board, %error, "a checkpoint could not be saved");
                self.save_not_before = Instant::now() + Duration::from_secs(60);
            }
        }
    }

    /// Saves a checkpoint if there is anything to save, and waits for it.
    pub(super) async fn save_now(&mut self) {
        if let Some(saving) = self.saving.take() {
            let (seq, result) = saving.await;
            self.saved(seq, result);
        }
        self.save();
        if let Some(saving) = self.saving.take() {
            let (seq, result) = saving.await;
            self.saved(seq, result);
        }
    }

    /// The log holds less than the core thought: it is given what the log holds.
    pub(super) async fn read_anew(&mut self) -> Result<(), Ended> {
        self.reload = false;
        tokio::time::sleep(RELOAD_DELAY).await;
        let services = &self.hub.services;
        match read_board(&*services.log, self.board).await {
            Ok(loaded) => {
                let end = self.core.end();
                self.core.handle_reloaded(services.clock.now(), loaded);
                if self.core.end() != end {
                    // The row that seemed to have failed may have been of a session.
                    services.webhooks.offer(self.board, self.core.log(), self.core.end(), self.core.last_turns());
                    *self.feed.write() = self.core.feed().clone();
                }
                Ok(())
            }
            Err(error) => {
                tracing::error!(board = %self.board, %error, "the board cannot be read anew");
                self.end_all(FailureCode::Damaged, "the board cannot be read; the server's log says why");
                Err(Ended::Unreadable)
            }
        }
    }
}
