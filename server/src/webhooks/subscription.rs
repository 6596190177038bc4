//! Webhooks as administrators make them: where to, which events, and the secret that signs.
//!
//! A secret is derived from the server's key and a salt, which alone stands in the file: a copy of the
//! directory signs nothing. Rolling it takes a new salt; the old one goes on signing beside it for a day.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::Webhooks;
use super::address::parse;
use super::event::EventKind;
use super::signature::Secret;
use crate::directory::DirectoryError;
use crate::directory::accounts::Account;
use crate::directory::audit::{Act, note};
use crate::directory::token::random;

/// Webhooks of one server: each may have a try under way at any time.
pub const WEBHOOKS_MAX: i64 = 20;
/// Letters of a description.
pub const DESCRIPTION_LETTERS_MAX: usize = 200;
/// How long a secret that was replaced still signs, milliseconds: a day, in which the receiver gets the new one.
pub const OLD_SECRET_MS: u64 = 24 * 3_600 * 1_000;

/// Why the server itself has disabled a webhook.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisabledBy {
    /// Its receiver answered 410: it wants no more.
    Gone,
    /// Nothing was taken for five days.
    Failing,
}

/// A webhook, without its secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Its number.
    pub webhook: i64,
    /// Where it goes.
    #[schema(example = "https://timetable.school.example/hooks/kakehashi")]
    pub url: String,
    /// What it tells.
    pub events: Vec<EventKind>,
    /// What it is for, in an administrator's words; may be empty.
    pub description: String,
    /// Whether it tells anything.
    pub enabled: bool,
    /// Why the server has disabled it, if it has.
    pub disabled_by: Option<DisabledBy>,
    /// Since when nothing was taken, milliseconds since 1970; `null` while all is well.
    pub failing_since_ms: Option<u64>,
    /// Until when the secret of before signs as well.
    pub old_secret_until_ms: Option<u64>,
    /// How many deliveries wait.
    pub waiting: u32,
    /// How many were dropped because too many waited.
    pub dropped: u32,
    /// When it was made.
    pub made_ms: u64,
}

/// What a webhook is to be.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Where it goes.
    pub url: String,
    /// What it tells.
    pub events: Vec<EventKind>,
    /// What it is for.
    pub description: String,
}

/// What is to be another; `None` stays.
#[derive(Clone, Default, Debug)]
pub struct WebhookChange {
    /// Where it goes.
    pub url: Option<String>,
    /// What it tells.
    pub events: Option<Vec<EventKind>>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it tells anything.
    pub enabled: Option<bool>,
}

const COLUMNS: &str = "webhook, url, events, description, enabled, disabled_by, failing_since_ms, old_until_ms, dropped, made_ms,
    (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook = w.webhook AND d.state = 0)";

impl Webhooks {
    /// Makes a webhook; answers with it and its secret, which is told only now.
    ///
    /// # Errors
    /// [`DirectoryError::WebhookAddress`], [`DirectoryError::WebhookText`], [`DirectoryError::TooManyWebhooks`].
    pub async fn make(&self, by: &Account, new: NewWebhook, now_ms: u64) -> Result<(Webhook, Secret), DirectoryError> {
        let url = self.address(&new.url)?;
        let (events, description, by) = (bits(&new.events), described(new.description)?, by.clone());
        let salt = random::<16>()?;
        let made = self.directory.run(move |db| {
            let count: i64 = db.query_row("SELECT count(*) FROM webhooks", [], |row| row.get(0))?;
            if count >= WEBHOOKS_MAX {
                return Err(DirectoryError::TooManyWebhooks);
            }
            let sql =
                "INSERT INTO webhooks (url, events, description, enabled, salt, since_ms, made_ms) VALUES (?1, ?2, ?3, 1, ?4, ?5, ?5)";
            db.execute(sql, params![url, events, description, salt, now_ms])?;
            let webhook = db.last_insert_rowid();
            note(db, now_ms, &by.login, Act::WebhookMade, None, &format!("{webhook}: {}", host_of(&url)))?;
            of_number(db, webhook, now_ms)
        });
        let made = made.await?;
        self.refresh().await?;
        Ok((made, self.secret(&salt)))
    }

    /// All webhooks.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn list(&self, now_ms: u64) -> Result<Vec<Webhook>, DirectoryError> {
        let listed = self.directory.run(move |db| {
            let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM webhooks w ORDER BY webhook"))?;
            let rows = query.query_map([], |row| of_row(row, now_ms))?;
            Ok(rows.collect::<Result<_, _>>()?)
        });
        listed.await
    }

    /// Changes a webhook. One that is enabled again tells what happens from then on, and what still waits.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownWebhook`], and those of [`Self::make`].
    pub async fn change(&self, by: &Account, webhook: i64, change: WebhookChange, now_ms: u64) -> Result<Webhook, DirectoryError> {
        let url = change.url.map(|url| self.address(&url)).transpose()?;
        let events = change.events.as_deref().map(bits);
        let description = change.description.map(described).transpose()?;
        let (enabled, by) = (change.enabled, by.clone());
        let changed = self.directory.run(move |db| {
            let sql = "UPDATE webhooks SET url = ifnull(?2, url), description = ifnull(?3, description),
                since_ms = CASE WHEN events | ifnull(?4, events) <> events OR (enabled = 0 AND ?5 = 1) THEN ?6 ELSE since_ms END,
                events = ifnull(?4, events), disabled_by = CASE WHEN ?5 IS NULL THEN disabled_by END,
                failing_since_ms = CASE WHEN ?5 = 1 OR ?2 IS NOT NULL THEN NULL ELSE failing_since_ms END, enabled = ifnull(?5, enabled)
                WHERE webhook = ?1 RETURNING url, enabled";
            let row = db.query_row(sql, params![webhook, url, description, events, enabled, now_ms], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?))
            });
            let (url, enabled) = row.optional()?.ok_or(DirectoryError::UnknownWebhook)?;
            let state = if enabled { "enabled" } else { "disabled" };
            note(db, now_ms, &by.login, Act::WebhookChanged, None, &format!("{webhook}: {}, {state}", host_of(&url)))?;
            of_number(db, webhook, now_ms)
        });
        let changed = changed.await?;
        self.refresh().await?;
        Ok(changed)
    }

    /// Gives a webhook a new secret, which is told only now. The one of before signs as well for a day.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownWebhook`].
    pub async fn roll(&self, by: &Account, webhook: i64, now_ms: u64) -> Result<(Webhook, Secret), DirectoryError> {
        let (salt, by) = (random::<16>()?, by.clone());
        let rolled = self.directory.run(move |db| {
            let sql = "UPDATE webhooks SET old_salt = salt, old_until_ms = ?3, salt = ?2 WHERE webhook = ?1 RETURNING url";
            let url: Option<String> = db.query_row(sql, params![webhook, salt, now_ms + OLD_SECRET_MS], |row| row.get(0)).optional()?;
            let url = url.ok_or(DirectoryError::UnknownWebhook)?;
            note(db, now_ms, &by.login, Act::WebhookRolled, None, &format!("{webhook}: {}", host_of(&url)))?;
            of_number(db, webhook, now_ms)
        });
        Ok((rolled.await?, self.secret(&salt)))
    }

    /// Takes a webhook away, with all that waits for it.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownWebhook`].
    pub async fn delete(&self, by: &Account, webhook: i64, now_ms: u64) -> Result<(), DirectoryError> {
        let by = by.clone();
        let deleted = self.directory.run(move |db| {
            let url: Option<String> =
                db.query_row("DELETE FROM webhooks WHERE webhook = ?1 RETURNING url", [webhook], |row| row.get(0)).optional()?;
            let url = url.ok_or(DirectoryError::UnknownWebhook)?;
            note(db, now_ms, &by.login, Act::WebhookDeleted, None, &format!("{webhook}: {}", host_of(&url)))
        });
        deleted.await?;
        self.refresh().await
    }

    /// The secret of a salt.
    pub(super) fn secret(&self, salt: &[u8; 16]) -> Secret {
        Secret(self.directory.credentials.webhook_secret(salt))
    }

    fn address(&self, url: &str) -> Result<String, DirectoryError> {
        Ok(parse(url, self.own())?.into())
    }
}

/// The host alone, for the audit log: what stands behind it is a secret at some receivers.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest)
}

/// Disables a webhook for the server's own reasons.
pub(super) fn disable(db: &Connection, webhook: i64, by: DisabledBy, now_ms: u64) -> Result<(), DirectoryError> {
    let sql = "UPDATE webhooks SET enabled = 0, disabled_by = ?2 WHERE webhook = ?1 RETURNING url";
    let url: String = db.query_row(sql, params![webhook, by as u32], |row| row.get(0))?;
    let why = match by {
        DisabledBy::Gone => "gone",
        DisabledBy::Failing => "failing",
    };
    note(db, now_ms, "-", Act::WebhookDisabled, None, &format!("{webhook}: {}, {why}", host_of(&url)))
}

fn described(text: String) -> Result<String, DirectoryError> {
    let text = text.trim().to_owned();
    let fits = text.chars().count() <= DESCRIPTION_LETTERS_MAX && !text.contains(char::is_control);
    if fits { Ok(text) } else { Err(DirectoryError::WebhookText) }
}

fn bits(events: &[EventKind]) -> u32 {
    events.iter().fold(0, |bits, event| bits | event.bit())
}

pub(super) fn of_number(db: &Connection, webhook: i64, now_ms: u64) -> Result<Webhook, DirectoryError> {
    let sql = format!("SELECT {COLUMNS} FROM webhooks w WHERE webhook = ?1");
    let found = db.prepare_cached(&sql)?.query_row([webhook], |row| of_row(row, now_ms)).optional()?;
    found.ok_or(DirectoryError::UnknownWebhook)
}

fn of_row(row: &Row<'_>, now_ms: u64) -> rusqlite::Result<Webhook> {
    let bits: u32 = row.get(2)?;
    Ok(Webhook {
        webhook: row.get(0)?,
        url: row.get(1)?,
        events: EventKind::CHOSEN.into_iter().filter(|event| bits & event.bit() != 0).collect(),
        description: row.get(3)?,
        enabled: row.get(4)?,
        disabled_by: row.get::<_, Option<u32>>(5)?.map(|by| if by == 0 { DisabledBy::Gone } else { DisabledBy::Failing }),
        failing_since_ms: row.get(6)?,
        old_secret_until_ms: row.get::<_, Option<u64>>(7)?.filter(|until_ms| *until_ms > now_ms),
        dropped: row.get(8)?,
        made_ms: row.get(9)?,
        waiting: row.get(10)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audit_log_is_told_the_host_alone() {
        assert_eq!(host_of("https://hooks.example:8443/services/T0/B0/secret?token=1"), "hooks.example:8443");
        assert_eq!(host_of("http://[fd12::1]/"), "[fd12::1]");
        assert_eq!(host_of("http://school.example?token=1"), "school.example");
    }
}
