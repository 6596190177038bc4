//! Invitations: a token that makes one account, or sets the forgotten password of one anew, once, within its time.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::accounts::{Account, NewAccount, SignedIn, insert};
use super::audit::{Act, note};
use super::names::check_password;
use super::token::{TokenHash, hash_of, new_token};
use super::{Directory, DirectoryError, sessions};

/// How long an invitation is valid, milliseconds: two weeks, so that it outlasts a holiday's week.
pub const VALID_MS: u64 = 14 * 24 * 60 * 60 * 1000;
/// The same for a new password, milliseconds: it opens what somebody has, so it is passed on at once.
pub const RESET_MS: u64 = 24 * 60 * 60 * 1000;

/// An invitation that is open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Invitation {
    /// Its number.
    pub invitation: i64,
    /// Whether it makes an administrator, or is for one.
    pub administrator: bool,
    /// The login of the account whose password it sets anew; nothing if it makes an account.
    pub resets: Option<String>,
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
            note(db, now_ms, &by.login, Act::Invited, None, &written(invitation, administrator))?;
            Ok((Invitation { invitation, administrator, resets: None, made_by: by.login, ends_ms }, token))
        })
        .await
    }

    /// Makes an invitation to set the password of another's account anew; one that was made for it before ends. The present
    /// password stays until it is taken.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownAccount`], also for one that is closed; [`DirectoryError::OwnAccount`].
    pub async fn invite_to_reset(&self, by: &Account, account: i64, now_ms: u64) -> Result<(Invitation, String), DirectoryError> {
        if by.account == account {
            return Err(DirectoryError::OwnAccount);
        }
        let by = by.clone();
        self.run(move |db| {
            db.execute("DELETE FROM invitations WHERE ends_ms <= ?1 OR account = ?2", params![now_ms, account])?;
            let sql = "SELECT login, administrator FROM accounts WHERE account = ?1 AND closed = 0";
            let found = db.query_row(sql, [account], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let (login, administrator): (String, bool) = found.ok_or(DirectoryError::UnknownAccount)?;
            let (token, hash) = new_token()?;
            let ends_ms = now_ms + RESET_MS;
            let sql = "INSERT INTO invitations (token, administrator, made_by, made_ms, ends_ms, account) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            db.execute(sql, params![hash, administrator, by.account, now_ms, ends_ms, account])?;
            let invitation = db.last_insert_rowid();
            note(db, now_ms, &by.login, Act::Reset, None, &login)?;
            Ok((Invitation { invitation, administrator, resets: Some(login), made_by: by.login, ends_ms }, token))
        })
        .await
    }

    /// Invitations that can still be taken.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn invitations(&self, now_ms: u64) -> Result<Vec<Invitation>, DirectoryError> {
        self.run(move |db| {
            let sql = "SELECT i.invitation, i.administrator, a.login, i.ends_ms, b.login FROM invitations i
                JOIN accounts a ON a.account = i.made_by LEFT JOIN accounts b ON b.account = i.account
                WHERE i.ends_ms > ?1 ORDER BY i.invitation";
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_map([now_ms], |row| {
                let (invitation, administrator, made_by) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(Invitation { invitation, administrator, resets: row.get(4)?, made_by, ends_ms: row.get(3)? })
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
            let sql = "DELETE FROM invitations WHERE invitation = ?1
                RETURNING administrator, (SELECT login FROM accounts WHERE accounts.account = invitations.account)";
            let revoked = db.query_row(sql, [invitation], |row| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?))).optional()?;
            let (administrator, resets) = revoked.ok_or(DirectoryError::Invitation)?;
            match resets {
                Some(login) => note(db, now_ms, &by, Act::ResetRevoked, None, &login),
                None => note(db, now_ms, &by, Act::InvitationRevoked, None, &written(invitation, administrator)),
            }
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
        self.run(move |db| if is_open(db, &token, now_ms)? { Ok(()) } else { Err(DirectoryError::Invitation) }).await?;
        let new = self.prepare(new).await?;
        self.run(move |db| {
            let (invitation, administrator) = take(db, &token, now_ms)?;
            let account = insert(db, &new, administrator, now_ms)?;
            note(db, now_ms, &account.login, Act::Joined, None, &format!("invitation {invitation}"))?;
            Ok(SignedIn { token: sessions::begin(db, account.account, None, now_ms)?, account })
        })
        .await
    }

    /// Sets a password anew by an invitation, which is used up thereby; all browsers of the account are signed out but this one.
    ///
    /// # Errors
    /// [`DirectoryError::Invitation`], [`DirectoryError::Name`].
    pub async fn reset(&self, token: &str, password: String, now_ms: u64) -> Result<SignedIn, DirectoryError> {
        let token = hash_of(token);
        let login = self.run(move |db| Ok(for_reset(db, &token, now_ms)?.ok_or(DirectoryError::Invitation)?.login)).await?;
        check_password(&password, &login)?;
        let hash = self.passwords.hash(password).await?;
        self.run(move |db| {
            let account = for_reset(db, &token, now_ms)?.ok_or(DirectoryError::Invitation)?;
            db.execute("DELETE FROM invitations WHERE token = ?1", [token])?;
            let sql = "UPDATE accounts SET password = ?2, failures = 0, locked_until_ms = 0 WHERE account = ?1";
            db.execute(sql, params![account.account, hash])?;
            sessions::end_all(db, account.account)?;
            note(db, now_ms, &account.login, Act::Password, None, "link")?;
            Ok(SignedIn { token: sessions::begin(db, account.account, None, now_ms)?, account })
        })
        .await
    }
}

/// Uses an invitation up that makes an account; answers with its number, and whether it makes an administrator.
pub(super) fn take(db: &Connection, token: &TokenHash, now_ms: u64) -> Result<(i64, bool), DirectoryError> {
    let sql = "DELETE FROM invitations WHERE token = ?1 AND ends_ms > ?2 AND account IS NULL RETURNING invitation, administrator";
    let taken = db.query_row(sql, params![token, now_ms], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    taken.ok_or(DirectoryError::Invitation)
}

/// Whether an invitation makes an account now.
fn is_open(db: &Connection, token: &TokenHash, now_ms: u64) -> Result<bool, DirectoryError> {
    let sql = "SELECT 1 FROM invitations WHERE token = ?1 AND ends_ms > ?2 AND account IS NULL";
    Ok(db.prepare_cached(sql)?.exists(params![token, now_ms])?)
}

/// The account whose password an invitation sets anew now.
fn for_reset(db: &Connection, token: &TokenHash, now_ms: u64) -> Result<Option<Account>, DirectoryError> {
    let sql = "SELECT a.account, a.login, a.name, a.administrator FROM invitations i JOIN accounts a USING (account)
        WHERE i.token = ?1 AND i.ends_ms > ?2 AND a.closed = 0";
    Ok(db.prepare_cached(sql)?.query_row(params![token, now_ms], Account::of_row).optional()?)
}

/// As the audit log names it.
fn written(invitation: i64, administrator: bool) -> String {
    format!("{invitation}: {}", if administrator { "administrator" } else { "account" })
}
