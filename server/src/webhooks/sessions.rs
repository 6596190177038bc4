//! From rows of boards to events: that a session was started or has ended is told by its room when the row
//! is on the disk.
//!
//! A crash may come between a row and the queue. So before anybody hears of such a row, it also stands here
//! that the board is in doubt; after a restart those boards are opened, and every room that is opened tells
//! what its board says of the sessions that began and ended last. What was told before is known by number,
//! and its id is the same.

use std::sync::Arc;
use std::time::Duration;

use kakehashi_protocol::ids::{BoardId, LogId, Seq};
use rusqlite::{Connection, OptionalExtension, params};
use tokio::time::timeout;

use super::Webhooks;
use super::event::{By, Event, EventData, EventKind, moment};
use super::queue::put_for_all;
use crate::directory::DirectoryError;
use crate::directory::token::hex;
use crate::hub::Hub;
use crate::hub::clock::wall_ms;
use crate::hub::reading::ReadError;
use crate::room::core::Turn;

/// Offers that wait for the directory; then the oldest go. Some 300 bytes each.
const OFFERS_MAX: usize = 4_096;
/// How long a row is held up at most for the note that its board is in doubt, while both are written.
const DOUBT: Duration = Duration::from_secs(1);

/// What a room tells.
pub(super) struct Offer {
    board: BoardId,
    log: LogId,
    /// The row after which this holds.
    seq: Seq,
    turns: Vec<Turn>,
}

/// What was told of a board's sessions.
#[derive(Default)]
struct Told {
    started: Option<i64>,
    started_ms: u64,
    ended: Option<i64>,
    /// When the last of it was.
    at_ms: u64,
}

impl Webhooks {
    /// A board's sessions have begun or ended, as of this row. Takes no time: it is queued by others.
    pub fn offer(&self, board: BoardId, log: LogId, seq: Seq, turns: Vec<Turn>) {
        if turns.is_empty() || !self.wants(&[EventKind::SessionStarted, EventKind::SessionEnded]) {
            return;
        }
        let mut offers = self.offers.lock();
        if offers.len() >= OFFERS_MAX {
            offers.pop_front();
            self.meters.dropped.increment(1);
        }
        offers.push_back(Offer { board, log, seq, turns });
        self.wake.notify_one();
    }

    /// Notes that a row that is being written may have to be told.
    pub(crate) async fn doubt(&self, board: BoardId, seq: Seq) {
        if !self.wants(&[EventKind::SessionStarted, EventKind::SessionEnded]) {
            return;
        }
        let noted = self.directory.run(move |db| {
            db.prepare_cached("INSERT OR IGNORE INTO webhook_doubts (board, seq) VALUES (?1, ?2)")?.execute(params![board.0, seq.0])?;
            Ok(())
        });
        // The board goes on; what a crash takes then is told when it is opened the next time.
        match timeout(DOUBT, noted).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%board, %error, "it cannot be noted that webhooks have to hear of a session"),
            Err(_) => tracing::error!(%board, "it takes too long to note that webhooks have to hear of a session"),
        }
    }

    /// Queues all that was offered. What cannot be queued is kept.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn flush(&self) -> Result<(), DirectoryError> {
        let _alone = self.flushing.lock().await;
        loop {
            let offered: Arc<Vec<Offer>> = Arc::new(self.offers.lock().drain(..).collect());
            if offered.is_empty() {
                return Ok(());
            }
            let (taken, now_ms) = (Arc::clone(&offered), wall_ms());
            let queued = self.directory.run(move |db| {
                taken.iter().try_fold((0, 0), |sum: (u64, u64), offer| {
                    let (queued, dropped) = take(db, offer, now_ms)?;
                    Ok((sum.0 + queued, sum.1 + dropped))
                })
            });
            match queued.await {
                Ok((queued, dropped)) => {
                    self.meters.queued.increment(queued);
                    self.meters.dropped.increment(dropped);
                }
                Err(error) => {
                    let again = Arc::into_inner(offered).unwrap_or_default();
                    let mut offers = self.offers.lock();
                    again.into_iter().rev().for_each(|offer| offers.push_front(offer));
                    return Err(error);
                }
            }
        }
    }

    /// Opens the boards that a crash has left in doubt, so that they tell what they have to.
    pub(super) async fn resolve_doubts(&self, hub: &Arc<Hub>) -> Result<(), DirectoryError> {
        let listed = self.directory.run(|db| {
            let mut query = db.prepare("SELECT board, seq FROM webhook_doubts")?;
            let rows = query.query_map([], |row| Ok((BoardId(row.get(0)?), row.get::<_, u64>(1)?)))?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        });
        let mut told = Vec::new();
        for (board, seq) in listed.await? {
            match hub.room(board).await {
                Ok(_) | Err(ReadError::UnknownBoard(_)) => told.push((board, seq)),
                Err(error) => tracing::warn!(%board, %error, "webhooks may not hear of this board's last session yet"),
            }
        }
        self.flush().await?;
        let forget = self.directory.run(move |db| {
            let mut forget = db.prepare_cached("DELETE FROM webhook_doubts WHERE board = ?1 AND seq = ?2")?;
            told.iter().try_for_each(|(board, seq)| forget.execute(params![board.0, seq]).map(drop))?;
            Ok(())
        });
        forget.await
    }
}

/// Queues what is new in an offer; says how many events that were, and how many were dropped for them.
fn take(db: &Connection, offer: &Offer, now_ms: u64) -> Result<(u64, u64), DirectoryError> {
    let (board, log) = (offer.board, offer.log);
    let sql = "SELECT log, started, started_ms, ended, at_ms FROM webhook_told WHERE board = ?1";
    let row = db.prepare_cached(sql)?.query_row([board.0], |row| {
        let told = Told { started: row.get(1)?, started_ms: row.get(2)?, ended: row.get(3)?, at_ms: row.get(4)? };
        Ok((LogId(row.get(0)?), told))
    });
    let known = row.optional()?;
    let same_log = known.as_ref().is_some_and(|(known, _)| *known == log);
    let mut told = known.map(|(_, told)| told).unwrap_or_default();
    // A copy of the board under another log may use numbers anew, but later.
    let before_ms = if same_log { u64::MAX } else { told.at_ms };
    let (mut queued, mut dropped) = (0, 0);
    for turn in &offer.turns {
        let last = if turn.began { told.started } else { told.ended };
        if last.is_some_and(|last| turn.session <= last) && turn.at_ms <= before_ms {
            continue;
        }
        let started_at = (!turn.began && told.started == Some(turn.session)).then(|| moment(told.started_ms));
        let by = turn.by.as_ref().map(|by| By { participant: by.participant.map(|id| hex(&id)), name: by.name.clone() });
        let data = EventData { session: Some(turn.session), started_at, by, board: None };
        let kind = if turn.began { EventKind::SessionStarted } else { EventKind::SessionEnded };
        dropped += u64::from(put_for_all(db, &Event::of_session(kind, log, turn.at_ms, board, data), now_ms)?);
        queued += 1;
        if turn.began {
            (told.started, told.started_ms) = (Some(turn.session), turn.at_ms);
        } else {
            told.ended = Some(turn.session);
        }
        told.at_ms = told.at_ms.max(turn.at_ms);
    }
    if queued > 0 {
        let sql = "INSERT OR REPLACE INTO webhook_told (board, log, started, started_ms, ended, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let row = params![board.0, log.0, told.started, told.started_ms, told.ended, told.at_ms];
        db.prepare_cached(sql)?.execute(row)?;
    }
    db.prepare_cached("DELETE FROM webhook_doubts WHERE board = ?1 AND seq <= ?2")?.execute(params![board.0, offer.seq.0])?;
    Ok((queued, dropped))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Directory;
    use crate::directory::accounts::NewAccount;
    use crate::webhooks::subscription::NewWebhook;

    const NOW: u64 = 1_800_000_000_000;

    async fn webhooks() -> (Arc<Webhooks>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let directory = Directory::open(folder.path()).unwrap();
        let new = NewAccount { login: "ada".into(), name: "Ada".into(), password: "correct horse".into() };
        let ada = directory.set_up(&directory.setup_secret().unwrap(), new, NOW).await.unwrap().account;
        let webhooks = Webhooks::new(directory);
        let new = NewWebhook { url: "http://10.0.0.1/".into(), events: EventKind::CHOSEN.into(), description: String::new() };
        webhooks.make(&ada, new, NOW).await.unwrap();
        (webhooks, folder)
    }

    /// Offers turns `(session, began, at_ms)` of a log; gives how many deliveries wait then, and forgets them.
    async fn offer(webhooks: &Webhooks, log: u8, turns: &[(i64, bool, u64)]) -> u32 {
        let turns = turns.iter().map(|(session, began, at_ms)| Turn { session: *session, began: *began, at_ms: *at_ms, by: None });
        webhooks.offer(BoardId([1; 16]), LogId([log; 16]), Seq(1), turns.collect());
        webhooks.flush().await.unwrap();
        let waiting = webhooks.waiting().await.unwrap();
        webhooks.directory.run(|db| Ok(db.execute_batch("DELETE FROM webhook_deliveries")?)).await.unwrap();
        waiting
    }

    #[tokio::test]
    async fn what_was_told_is_not_told_again_however_long_ago() {
        let (webhooks, _folder) = webhooks().await;
        let first = [(1, true, NOW), (1, false, NOW + 5)];
        assert_eq!(offer(&webhooks, 1, &first).await, 2);
        assert_eq!(offer(&webhooks, 1, &first).await, 0, "though the deliveries are not kept any more");
        assert_eq!(offer(&webhooks, 1, &[(1, false, NOW + 5), (2, true, NOW + 9)]).await, 1);
        // A copy of the board: what it was taken with is known, and what is newer is told, whatever its number.
        assert_eq!(offer(&webhooks, 2, &first).await, 0);
        assert_eq!(offer(&webhooks, 2, &[(2, true, NOW + 20)]).await, 1);
    }

    #[tokio::test]
    async fn a_webhook_hears_of_nothing_that_was_before_it() {
        let (webhooks, _folder) = webhooks().await;
        assert_eq!(offer(&webhooks, 1, &[(1, true, NOW - 1), (1, false, NOW)]).await, 1);
    }
}
