//! The link to an account's calendar. Calendar programs cannot sign in, so whoever has the link reads it: it is long and
//! random, kept as a hash, told once, and ends when it is renewed or revoked, or the account is closed.

use rusqlite::{OptionalExtension, params};

use super::Scheduled;
use super::sessions::read;
use crate::directory::accounts::Account;
use crate::directory::audit::{Act, note};
use crate::directory::token::{TOKEN_LETTERS, hash_of, new_token};
use crate::directory::{Directory, DirectoryError};

/// How long a session that is over stays in the calendar, milliseconds.
const PAST_MS: u64 = 60 * 24 * 60 * 60 * 1000;

impl Directory {
    /// Makes a new link in place of the one that was; answers with its token, which is told only now.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn renew_feed(&self, of: &Account, now_ms: u64) -> Result<String, DirectoryError> {
        let of = of.clone();
        self.run(move |db| {
            let (token, hash) = new_token()?;
            let sql = "INSERT INTO calendar_feeds (account, token, made_ms) VALUES (?1, ?2, ?3)
                ON CONFLICT (account) DO UPDATE SET token = ?2, made_ms = ?3";
            db.execute(sql, params![of.account, hash, now_ms])?;
            note(db, now_ms, &of.login, Act::FeedMade, None, "")?;
            Ok(token)
        })
        .await
    }

    /// When the link was made, if there is one.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn feed_made_ms(&self, of: &Account) -> Result<Option<u64>, DirectoryError> {
        let account = of.account;
        self.run(move |db| {
            let sql = "SELECT made_ms FROM calendar_feeds WHERE account = ?1";
            Ok(db.query_row(sql, [account], |row| row.get(0)).optional()?)
        })
        .await
    }

    /// Revokes the link: it gives nothing from the next request on.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownFeed`].
    pub async fn revoke_feed(&self, of: &Account, now_ms: u64) -> Result<(), DirectoryError> {
        let of = of.clone();
        self.run(move |db| {
            if db.execute("DELETE FROM calendar_feeds WHERE account = ?1", [of.account])? == 0 {
                return Err(DirectoryError::UnknownFeed);
            }
            note(db, now_ms, &of.login, Act::FeedRevoked, None, "")
        })
        .await
    }

    /// Whose calendar a token gives, and what is in it.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownFeed`], whatever is wrong with the token.
    pub async fn feed(&self, token: &str, now_ms: u64) -> Result<(Account, Vec<Scheduled>), DirectoryError> {
        if token.len() != TOKEN_LETTERS {
            return Err(DirectoryError::UnknownFeed);
        }
        let token = hash_of(token);
        self.run(move |db| {
            let sql = "SELECT a.account, a.login, a.name, a.administrator FROM calendar_feeds JOIN accounts a USING (account)
                WHERE token = ?1 AND closed = 0";
            let of = db.query_row(sql, [token], Account::of_row).optional()?.ok_or(DirectoryError::UnknownFeed)?;
            let sessions = read(db, "WHERE s.owner = ?1 AND s.ends_ms > ?2", params![of.account, now_ms.saturating_sub(PAST_MS)])?;
            Ok((of, sessions))
        })
        .await
    }
}
