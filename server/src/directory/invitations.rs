//! Invitations: a token that makes one account, once, within its time.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::accounts::{Account, NewAccount, SignedIn, insert};
use super::audit::{Act, note};
use super::token::{TokenHash, hash_of, new_token};
use super::{Directory, DirectoryError, sessions};

/// How long an invitation is valid, milliseconds: two weeks, so that it outlasts a holiday's week.
pub const VALID_MS: u64 = 14 * 24 * 60 * 60 * 1000;

/// An invitation that is open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Invitation {
    /// Its number.
    pub invitation: i64,
    /// Whether it makes an administrator.
    pub administrator: bool,
    /// The login of who made it.
    pub made_by: String,
    /// When it ends, milliseconds since 1970.
    pub ends_ms: u64,
}

impl Directory {
    /// Makes an invitation; answers with it and its token, which is told only now.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn invite(&self, by: &Account, administrator: bool, now_ms: u64) -> Result<(Invitation, String), DirectoryError> {
        let by = by.clone();
        self.run(move |db| {
            db.execute("DELETE FROM invitations WHERE ends_ms <= ?1", [now_ms])?;
            let (token, hash) = new_token()?;
            let ends_ms = now_ms + VALID_MS;
            let sql = "INSERT INTO invitations (token, administrator, made_by, made_ms, ends_ms) VALUES (?1, ?2, ?3, ?4, ?5)";
            db.execute(sql, params![hash, administrator, by.account, now_ms, ends_ms])?;
            let invitation = db.last_insert_rowid();
            let what = if administrator { "administrator" } else { "account" };
            note(db, now_ms, &by.login, Act::Invited, None, &format!("{invitation}: {what}"))?;
            Ok((Invitation { invitation, administrator, made_by: by.login, ends_ms }, token))
        })
        .await
    }

    /// Invitations that can still be taken.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn invitations(&self, now_ms: u64) -> Result<Vec<Invitation>, DirectoryError> {
        self.run(move |db| {
            let sql = "SELECT i.invitation, i.administrator, a.login, i.ends_ms FROM invitations i JOIN accounts a ON a.account = i.made_by
                WHERE i.ends_ms > ?1 ORDER BY i.invitation";
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_map([now_ms], |row| {
                Ok(Invitation { invitation: row.get(0)?, administrator: row.get(1)?, made_by: row.get(2)?, ends_ms: row.get(3)? })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// [`DirectoryError::Invitation`] if there is none of this number.
    pub async fn revoke_invitation(&self, by: &Account, invitation: i64, now_ms: u64) -> Result<(), DirectoryError> {
        let by = by.login.clone();
        self.run(move |db| {
            if db.execute("DELETE FROM invitations WHERE invitation = ?1", [invitation])? == 0 {
                return Err(DirectoryError::Invitation);
            }
            note(db, now_ms, &by, Act::InvitationRevoked, None, &invitation.to_string())
        })
        .await
    }

    /// Makes an account of an invitation, which is used up thereby.
    ///
    /// # Errors
    /// [`DirectoryError::Invitation`], [`DirectoryError::Name`], [`DirectoryError::LoginTaken`].
    pub async fn accept(&self, token: &str, new: NewAccount, now_ms: u64) -> Result<SignedIn, DirectoryError> {
        let token = hash_of(token);
        // Looked up first: nobody makes the server hash a password without an invitation.
        self.run(move |db| {
            let mut valid = db.prepare_cached("SELECT 1 FROM invitations WHERE token = ?1 AND ends_ms > ?2")?;
            if valid.exists(params![token, now_ms])? { Ok(()) } else { Err(DirectoryError::Invitation) }
        })
        .await?;
        let new = self.prepare(new).await?;
        self.run(move |db| {
            let administrator = take(db, &token, now_ms)?;
            let account = insert(db, &new, administrator, now_ms)?;
            note(db, now_ms, &account.login, Act::Joined, None, "")?;
            Ok(SignedIn { token: sessions::begin(db, account.account, None, now_ms)?, account })
        })
        .await
    }
}

/// Uses an invitation up; answers whether it makes an administrator.
pub(super) fn take(db: &Connection, token: &TokenHash, now_ms: u64) -> Result<bool, DirectoryError> {
    let sql = "DELETE FROM invitations WHERE token = ?1 AND ends_ms > ?2 RETURNING administrator";
    db.query_row(sql, params![token, now_ms], |row| row.get(0)).optional()?.ok_or(DirectoryError::Invitation)
}
