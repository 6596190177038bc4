//! What is to be delivered, durable: one row for each event and webhook. A row waits until it is delivered
//! or has failed for good; of those some are kept to be looked at, and to be sent again.

use kakehashi_protocol::ids::BoardId;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::Webhooks;
use super::attempt::{Outcome, Tried};
use super::event::{By, Event, EventKind};
use super::pace::{FAILING_MS, Pace, TRIED_MS};
use super::signature::Secret;
use super::subscription::{DisabledBy, disable, of_number};
use crate::directory::accounts::Account;
use crate::directory::audit::{Act, note};
use crate::directory::{DirectoryError, value};

/// Deliveries that may wait for one webhook; then the oldest is dropped, and counted. Some 600 bytes each on
/// the disk: 6 MB.
pub const WAITING_MAX: u32 = 10_000;
/// Deliveries of one webhook that are kept when they are over.
pub const KEPT_MAX: u32 = 100;
/// Deliveries of one answer.
const SHOWN_MAX: u32 = 100;

/// How far a delivery is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is tried, now or later.
    Waiting,
    /// The receiver has taken it.
    Delivered,
    /// It is not tried any more.
    Failed,
}

impl DeliveryState {
    const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];
}

/// A delivery, as administrators see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// Its number.
    pub delivery: i64,
    /// The event's id: `webhook-id`.
    pub id: String,
    /// What has happened.
    pub event: EventKind,
    /// When, milliseconds since 1970.
    pub at_ms: u64,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was tried last.
    pub tried_ms: Option<u64>,
    /// How long that took, milliseconds.
    pub took_ms: Option<u64>,
    /// What the receiver answered then.
    pub status: Option<u16>,
    /// What was wrong, if there was no answer: `address`, `timeout` or `unreachable`, and in English what it was.
    #[schema(example = "unreachable: connection refused")]
    pub error: Option<String>,
    /// When it is tried next, if it waits.
    pub due_ms: Option<u64>,
}

/// A delivery that is to be tried.
pub(super) struct Job {
    pub(super) webhook: i64,
    pub(super) delivery: i64,
    pub(super) id: String,
    pub(super) url: String,
    pub(super) body: String,
    pub(super) secrets: Vec<Secret>,
    pub(super) due_ms: u64,
}

/// What has become of a try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Settled {
    Delivered,
    Again,
    Failed,
}

/// Queues an event for a webhook, unless it is known there. Says how many were dropped for it.
pub(super) fn put(db: &Connection, webhook: i64, event: &Event, now_ms: u64) -> Result<u32, DirectoryError> {
    let sql = "INSERT INTO webhook_deliveries (webhook, event, kind, at_ms, body, state, due_ms, queued_ms) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?6)
        ON CONFLICT (webhook, event) DO NOTHING";
    let row = params![webhook, event.id, event.kind as u32, event.at_ms, event.body, now_ms];
    if db.prepare_cached(sql)?.execute(row)? == 0 {
        return Ok(0);
    }
    let sql = "DELETE FROM webhook_deliveries WHERE webhook = ?1 AND state = 0 AND delivery <=
        (SELECT delivery FROM webhook_deliveries WHERE webhook = ?1 AND state = 0 ORDER BY delivery DESC LIMIT 1 OFFSET ?2)";
    let dropped = db.prepare_cached(sql)?.execute(params![webhook, WAITING_MAX])? as u32;
    if dropped > 0 {
        db.prepare_cached("UPDATE webhooks SET dropped = dropped + ?2 WHERE webhook = ?1")?.execute(params![webhook, dropped])?;
    }
    Ok(dropped)
}

/// Queues an event for all who want to hear of it and did when it happened.
pub(super) fn put_for_all(db: &Connection, event: &Event, now_ms: u64) -> Result<u32, DirectoryError> {
    let mut query =
        db.prepare_cached("SELECT webhook FROM webhooks WHERE enabled = 1 AND events & ?1 <> 0 AND since_ms <= ?2 ORDER BY webhook")?;
    let webhooks: Vec<i64> = query.query_map(params![event.kind.bit(), event.at_ms], |row| row.get(0))?.collect::<Result<_, _>>()?;
    webhooks.into_iter().try_fold(0, |dropped, webhook| Ok(dropped + put(db, webhook, event, now_ms)?))
}

impl Webhooks {
    /// A board was exported: writes that down in the audit log, and queues it.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn exported(&self, at_ms: u64, who: String, by: Option<By>, board: BoardId) -> Result<(), DirectoryError> {
        let wanted = self.wants(&[EventKind::BoardExported]);
        let written = self.directory.run(move |db| {
            note(db, at_ms, &who, Act::Exported, Some(board), "")?;
            if !wanted {
                return Ok(0);
            }
            let entry = db.last_insert_rowid();
            let server = value(db, "name")?.unwrap_or_default();
            put_for_all(db, &Event::of_export(&server, entry, at_ms, board, by), at_ms)
        });
        let dropped = written.await?;
        if wanted {
            self.meters.queued.increment(1);
            self.meters.dropped.increment(dropped.into());
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Queues a ping, for a webhook that is to be tried.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownWebhook`], [`DirectoryError::WebhookDisabled`].
    pub async fn ping(&self, by: &Account, webhook: i64, now_ms: u64) -> Result<Delivery, DirectoryError> {
        let event = Event::ping(now_ms, by.login.clone())?;
        let queued = self.directory.run(move |db| {
            check_enabled(db, webhook, now_ms)?;
            put(db, webhook, &event, now_ms)?;
            delivery(db, webhook, "event = ?2", &event.id)
        });
        let queued = queued.await?;
        self.meters.queued.increment(1);
        self.wake.notify_one();
        Ok(queued)
    }

    /// The newest deliveries of a webhook, at most a hundred.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownWebhook`].
    pub async fn deliveries(&self, webhook: i64, now_ms: u64) -> Result<Vec<Delivery>, DirectoryError> {
        let listed = self.directory.run(move |db| {
            of_number(db, webhook, now_ms)?;
            let sql = format!("SELECT {COLUMNS} FROM webhook_deliveries WHERE webhook = ?1 ORDER BY delivery DESC LIMIT ?2");
            let mut query = db.prepare_cached(&sql)?;
            let rows = query.query_map(params![webhook, SHOWN_MAX], of_row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        });
        listed.await
    }

    /// Sends a delivery again, under the same id, or at once if it waits.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownWebhook`], [`DirectoryError::WebhookDisabled`], [`DirectoryError::UnknownDelivery`].
    pub async fn send_again(&self, webhook: i64, number: i64, now_ms: u64) -> Result<Delivery, DirectoryError> {
        let queued = self.directory.run(move |db| {
            check_enabled(db, webhook, now_ms)?;
            let sql =
                "UPDATE webhook_deliveries SET state = 0, attempts = 0, due_ms = ?3, queued_ms = ?3 WHERE webhook = ?1 AND delivery = ?2";
            if db.execute(sql, params![webhook, number, now_ms])? == 0 {
                return Err(DirectoryError::UnknownDelivery);
            }
            delivery(db, webhook, "delivery = ?2", &number)
        });
        let queued = queued.await?;
        self.wake.notify_one();
        Ok(queued)
    }

    /// How many deliveries wait.
    pub(super) async fn waiting(&self) -> Result<u32, DirectoryError> {
        let count = "SELECT count(*) FROM webhook_deliveries WHERE state = 0";
        self.directory.run(|db| Ok(db.prepare_cached(count)?.query_row([], |row| row.get(0))?)).await
    }

    /// The delivery of each webhook that is tried next, the webhooks in `busy` left out.
    pub(super) async fn next(&self, busy: Vec<i64>, now_ms: u64) -> Result<Vec<Job>, DirectoryError> {
        let found = self.directory.run(move |db| {
            let mut query = db.prepare_cached("SELECT webhook FROM webhooks WHERE enabled = 1")?;
            let webhooks: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let sql = "SELECT d.delivery, d.event, d.body, d.due_ms, w.url, w.salt, w.old_salt, w.old_until_ms
                FROM webhook_deliveries d JOIN webhooks w USING (webhook) WHERE d.webhook = ?1 AND d.state = 0 ORDER BY d.due_ms, d.delivery LIMIT 1";
            let mut query = db.prepare_cached(sql)?;
            let mut next = Vec::new();
            for webhook in webhooks.into_iter().filter(|webhook| !busy.contains(webhook)) {
                let row = query.query_row([webhook], |row| {
                    let old_until_ms: Option<u64> = row.get(7)?;
                    let old: Option<[u8; 16]> = if old_until_ms.is_some_and(|until_ms| until_ms > now_ms) { row.get(6)? } else { None };
                    let salts = std::iter::once(row.get::<_, [u8; 16]>(5)?).chain(old).collect::<Vec<_>>();
                    let job = Job {
                        webhook,
                        delivery: row.get(0)?,
                        id: row.get(1)?,
                        body: row.get(2)?,
                        due_ms: row.get(3)?,
                        url: row.get(4)?,
                        secrets: Vec::new(),
                    };
                    Ok((job, salts))
                });
                next.extend(row.optional()?);
            }
            Ok(next)
        });
        let secrets = |salts: Vec<_>| salts.iter().map(|salt| self.secret(salt)).collect();
        Ok(found.await?.into_iter().map(|(job, salts)| Job { secrets: secrets(salts), ..job }).collect())
    }

    /// Writes down what has become of a try. A delivery that is gone meanwhile stays gone.
    pub(super) async fn settle(&self, tried: Tried, pace: &Pace, now_ms: u64) -> Result<Option<Settled>, DirectoryError> {
        let pace = pace.clone();
        self.directory.run(move |db| settle(db, &tried, &pace, now_ms)).await
    }
}

fn check_enabled(db: &Connection, webhook: i64, now_ms: u64) -> Result<(), DirectoryError> {
    if of_number(db, webhook, now_ms)?.enabled { Ok(()) } else { Err(DirectoryError::WebhookDisabled) }
}

fn settle(db: &Connection, tried: &Tried, pace: &Pace, now_ms: u64) -> Result<Option<Settled>, DirectoryError> {
    let (status, error) = match &tried.outcome {
        Outcome::Answered(status) => (Some(*status), None),
        Outcome::Unanswered(trouble) => (None, Some(trouble.to_string())),
    };
    let sql = "UPDATE webhook_deliveries SET attempts = attempts + 1, tried_ms = ?2, took_ms = ?3, status = ?4, error = ?5
        WHERE delivery = ?1 AND state = 0 RETURNING attempts, queued_ms";
    let row = db.prepare_cached(sql)?.query_row(params![tried.delivery, tried.tried_ms, tried.took_ms, status, error], |row| {
        Ok((row.get::<_, u32>(0)?, row.get::<_, u64>(1)?))
    });
    let Some((attempts, queued_ms)) = row.optional()? else { return Ok(None) };
    if tried.outcome.is_success() {
        db.prepare_cached("UPDATE webhooks SET failing_since_ms = NULL WHERE webhook = ?1")?.execute([tried.webhook])?;
        over(db, tried, DeliveryState::Delivered)?;
        return Ok(Some(Settled::Delivered));
    }
    let sql = "UPDATE webhooks SET failing_since_ms = ifnull(failing_since_ms, ?2) WHERE webhook = ?1 RETURNING failing_since_ms";
    let failing_since_ms: u64 = db.prepare_cached(sql)?.query_row(params![tried.webhook, now_ms], |row| row.get(0))?;
    if tried.outcome.is_gone() {
        disable(db, tried.webhook, DisabledBy::Gone, now_ms)?;
    } else if now_ms.saturating_sub(failing_since_ms) >= FAILING_MS {
        disable(db, tried.webhook, DisabledBy::Failing, now_ms)?;
    } else if let Some(again_ms) = pace.again_ms(attempts)?
        && now_ms + again_ms < queued_ms + TRIED_MS
    {
        let due_ms = now_ms + again_ms;
        db.prepare_cached("UPDATE webhook_deliveries SET due_ms = ?2 WHERE delivery = ?1")?.execute(params![tried.delivery, due_ms])?;
        if tried.outcome.is_of_receiver() {
            // All else would meet the same: it waits for this one.
            let sql = "UPDATE webhook_deliveries SET due_ms = max(due_ms, ?2) WHERE webhook = ?1 AND state = 0";
            db.prepare_cached(sql)?.execute(params![tried.webhook, due_ms])?;
        }
        return Ok(Some(Settled::Again));
    }
    over(db, tried, DeliveryState::Failed)?;
    Ok(Some(Settled::Failed))
}

/// A delivery is over; of those that are, only the newest are kept.
fn over(db: &Connection, tried: &Tried, state: DeliveryState) -> Result<(), DirectoryError> {
    db.prepare_cached("UPDATE webhook_deliveries SET state = ?2 WHERE delivery = ?1")?.execute(params![tried.delivery, state as u32])?;
    let sql = "DELETE FROM webhook_deliveries WHERE webhook = ?1 AND state <> 0 AND delivery <=
        (SELECT delivery FROM webhook_deliveries WHERE webhook = ?1 AND state <> 0 ORDER BY delivery DESC LIMIT 1 OFFSET ?2)";
    db.prepare_cached(sql)?.execute(params![tried.webhook, KEPT_MAX])?;
    Ok(())
}

const COLUMNS: &str = "delivery, event, kind, at_ms, state, attempts, tried_ms, took_ms, status, error, due_ms";

fn delivery(db: &Connection, webhook: i64, which: &str, value: &dyn rusqlite::ToSql) -> Result<Delivery, DirectoryError> {
    let sql = format!("SELECT {COLUMNS} FROM webhook_deliveries WHERE webhook = ?1 AND {which}");
    Ok(db.prepare_cached(&sql)?.query_row(params![webhook, value], of_row)?)
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let state = DeliveryState::ALL.get(row.get::<_, usize>(4)?).copied().unwrap_or(DeliveryState::Failed);
    Ok(Delivery {
        delivery: row.get(0)?,
        id: row.get(1)?,
        event: EventKind::of_number(row.get(2)?),
        at_ms: row.get(3)?,
        state,
        attempts: row.get(5)?,
        tried_ms: row.get(6)?,
        took_ms: row.get(7)?,
        status: row.get(8)?,
        error: row.get(9)?,
        due_ms: if state == DeliveryState::Waiting { row.get(10)? } else { None },
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::directory::Directory;
    use crate::directory::accounts::NewAccount;
    use crate::webhooks::attempt::Trouble;
    use crate::webhooks::subscription::{NewWebhook, Webhook};

    const NOW: u64 = 1_800_000_000_000;
    const HOUR: u64 = 3_600_000;

    /// A webhook of which nothing is delivered, in a directory of its own.
    async fn webhook() -> (Arc<Webhooks>, Account, i64, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let directory = Directory::open(folder.path()).unwrap();
        let new = NewAccount { login: "ada".into(), name: "Ada".into(), password: "correct horse".into() };
        let ada = directory.set_up(&directory.setup_secret().unwrap(), new, NOW).await.unwrap().account;
        let webhooks = Webhooks::new(directory);
        let new = NewWebhook { url: "http://10.0.0.1/".into(), events: EventKind::CHOSEN.into(), description: String::new() };
        let (made, _) = webhooks.make(&ada, new, NOW).await.unwrap();
        (webhooks, ada, made.webhook, folder)
    }

    async fn put_many(webhooks: &Webhooks, webhook: i64, count: u32) -> u32 {
        let put_all = move |db: &Connection| {
            (0..count).try_fold(0, |dropped, _| Ok(dropped + put(db, webhook, &Event::ping(NOW, String::new())?, NOW)?))
        };
        webhooks.directory.run(put_all).await.unwrap()
    }

    async fn shown(webhooks: &Webhooks) -> Webhook {
        webhooks.list(NOW).await.unwrap().remove(0)
    }

    /// The next delivery fails at this moment.
    async fn fail(webhooks: &Webhooks, outcome: Outcome, now_ms: u64) -> Settled {
        let job = webhooks.next(Vec::new(), now_ms).await.unwrap().remove(0);
        let tried = Tried { webhook: job.webhook, delivery: job.delivery, tried_ms: now_ms, took_ms: 1, outcome };
        webhooks.settle(tried, &Pace::default(), now_ms).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_full_queue_loses_its_oldest_and_counts_them() {
        let (webhooks, _, webhook, _folder) = webhook().await;
        assert_eq!(put_many(&webhooks, webhook, WAITING_MAX).await, 0);
        assert_eq!(put_many(&webhooks, webhook, 3).await, 3);
        let full = shown(&webhooks).await;
        assert_eq!((full.waiting, full.dropped), (WAITING_MAX, 3));
        assert_eq!(webhooks.next(Vec::new(), NOW).await.unwrap()[0].delivery, 4, "the oldest went");
    }

    #[tokio::test]
    async fn an_event_is_queued_once_and_only_a_hundred_that_are_over_are_kept() {
        let (webhooks, _, webhook, _folder) = webhook().await;
        let event = Event::ping(NOW, String::new()).unwrap();
        let twice = move |db: &Connection| (0..2).try_for_each(|_| put(db, webhook, &event, NOW).map(drop));
        webhooks.directory.run(twice).await.unwrap();
        assert_eq!(shown(&webhooks).await.waiting, 1);
        put_many(&webhooks, webhook, KEPT_MAX + 10).await;
        for _ in 0..KEPT_MAX + 11 {
            assert_eq!(fail(&webhooks, Outcome::Answered(204), NOW).await, Settled::Delivered);
        }
        let kept = webhooks.deliveries(webhook, NOW).await.unwrap();
        assert_eq!((kept.len() as u32, kept[0].delivery, shown(&webhooks).await.waiting), (KEPT_MAX, i64::from(KEPT_MAX) + 12, 0));
    }

    #[tokio::test]
    async fn while_a_receiver_is_not_there_all_wait_for_the_next_try() {
        let (webhooks, _, webhook, _folder) = webhook().await;
        put_many(&webhooks, webhook, 3).await;
        let away = Outcome::Unanswered(Trouble::Unreachable("refused".into()));
        assert_eq!(fail(&webhooks, away, NOW).await, Settled::Again);
        let waiting = webhooks.deliveries(webhook, NOW).await.unwrap();
        assert!(waiting.iter().all(|delivery| delivery.due_ms.is_some_and(|due_ms| due_ms >= NOW + 5_000)), "{waiting:?}");
        assert_eq!(waiting.iter().map(|delivery| delivery.attempts).sum::<u32>(), 1);
        // What is refused for itself waits alone.
        assert_eq!(fail(&webhooks, Outcome::Answered(500), NOW + HOUR).await, Settled::Again);
        assert!(webhooks.next(Vec::new(), NOW + HOUR).await.unwrap()[0].due_ms < NOW + HOUR);
    }

    #[tokio::test]
    async fn after_two_days_a_delivery_and_after_five_its_receiver_is_given_up() {
        let (webhooks, ada, webhook, _folder) = webhook().await;
        put_many(&webhooks, webhook, 3).await;
        assert_eq!(fail(&webhooks, Outcome::Answered(500), NOW).await, Settled::Again);
        assert_eq!(fail(&webhooks, Outcome::Answered(500), NOW + 48 * HOUR).await, Settled::Failed);
        assert!(shown(&webhooks).await.enabled);
        assert_eq!(fail(&webhooks, Outcome::Answered(500), NOW + 120 * HOUR).await, Settled::Failed);
        let disabled = shown(&webhooks).await;
        assert_eq!((disabled.enabled, disabled.disabled_by), (false, Some(DisabledBy::Failing)));
        let audit = webhooks.directory.audit(None).await.unwrap();
        assert_eq!((&*audit[0].act, &*audit[0].what), ("webhook-disabled", "1: 10.0.0.1, failing"));
        assert_eq!(webhooks.ping(&ada, webhook, NOW).await, Err(DirectoryError::WebhookDisabled));
    }
}
