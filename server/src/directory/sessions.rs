//! Browsers that are signed in. Each has a cookie with a token of its own, made at the moment of
//! signing in, so that nobody can know it from before.

use rusqlite::{Connection, OptionalExtension, params};

use super::accounts::Account;
use super::token::{hash_of, new_token};
use super::{Directory, DirectoryError};

/// A browser that is not used for so long is signed out, milliseconds: a school's day.
pub const IDLE_MS: u64 = 12 * 60 * 60 * 1000;
/// No browser stays signed in longer than this.
pub const LONGEST_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// Its use is written down this seldom.
const TOUCH_MS: u64 = 5 * 60 * 1000;

/// Begins a session for an account; answers with the cookie's token. `before`: the token the browser
/// had until now, which ends.
pub(super) fn begin(db: &Connection, account: i64, before: Option<&str>, now_ms: u64) -> Result<String, DirectoryError> {
    if let Some(before) = before {
        end(db, before)?;
    }
    let over = "DELETE FROM web_sessions WHERE used_ms < ?1 OR began_ms < ?2";
    db.prepare_cached(over)?.execute([now_ms.saturating_sub(IDLE_MS), now_ms.saturating_sub(LONGEST_MS)])?;
    let (token, hash) = new_token()?;
    let sql = "INSERT INTO web_sessions (token, account, began_ms, used_ms) VALUES (?1, ?2, ?3, ?3)";
    db.prepare_cached(sql)?.execute(params![hash, account, now_ms])?;
    Ok(token)
}

fn end(db: &Connection, token: &str) -> Result<(), DirectoryError> {
    db.prepare_cached("DELETE FROM web_sessions WHERE token = ?1")?.execute([hash_of(token)])?;
    Ok(())
}

/// Ends all sessions of an account.
pub(super) fn end_all(db: &Connection, account: i64) -> Result<(), DirectoryError> {
    db.prepare_cached("DELETE FROM web_sessions WHERE account = ?1")?.execute([account])?;
    Ok(())
}

impl Directory {
    /// Who is signed in with this cookie.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn signed_in(&self, token: String, now_ms: u64) -> Result<Option<Account>, DirectoryError> {
        self.run(move |db| {
            let sql = "SELECT a.account, a.login, a.name, a.administrator, s.used_ms FROM web_sessions s JOIN accounts a USING (account)
                WHERE s.token = ?1 AND s.used_ms >= ?2 AND s.began_ms >= ?3 AND a.closed = 0";
            let hash = hash_of(&token);
            let oldest = params![hash, now_ms.saturating_sub(IDLE_MS), now_ms.saturating_sub(LONGEST_MS)];
            let found = db.prepare_cached(sql)?.query_row(oldest, |row| Ok((Account::of_row(row)?, row.get::<_, u64>(4)?))).optional()?;
            let Some((account, used_ms)) = found else { return Ok(None) };
            if now_ms.saturating_sub(used_ms) > TOUCH_MS {
                db.prepare_cached("UPDATE web_sessions SET used_ms = ?2 WHERE token = ?1")?.execute(params![hash, now_ms])?;
            }
            Ok(Some(account))
        })
        .await
    }

    /// Signs a browser out.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn sign_out(&self, token: String) -> Result<(), DirectoryError> {
        self.run(move |db| end(db, &token)).await
    }
}
