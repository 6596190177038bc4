//! Accounts: the first one, signing in, and what administrators change.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::{Act, note};
use super::enter::stays_of;
use super::names::{check_password, clean_login, clean_name};
use super::token::hash_of;
use super::{Directory, DirectoryError, sessions, set_value, value};

/// Wrong passwords in a row after which an account is locked: a person mistypes less.
pub const FAILURES_MAX: u32 = 10;
/// How long it is locked, milliseconds: forty guesses an hour, and nobody is locked out for a lesson.
pub const LOCKED_MS: u64 = 15 * 60 * 1000;

/// Somebody who signs in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Account {
    /// Its number.
    pub account: i64,
    /// What they sign in with.
    pub login: String,
    /// What they are called.
    pub name: String,
    /// Whether they may invite others and change what holds for the server.
    pub administrator: bool,
}

impl Account {
    /// Of a row that begins with number, login, name, administrator.
    pub(super) fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { account: row.get(0)?, login: row.get(1)?, name: row.get(2)?, administrator: row.get(3)? })
    }
}

/// An account as administrators see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct AccountRow {
    /// Who.
    #[serde(flatten)]
    pub account: Account,
    /// Whether it is closed: nobody signs in with it.
    pub closed: bool,
    /// When it was made, milliseconds since 1970.
    pub created_ms: u64,
}

/// What an account is made of.
#[derive(Clone)]
pub struct NewAccount {
    /// What they will sign in with.
    pub login: String,
    /// What they are called.
    pub name: String,
    /// The password.
    pub password: String,
}

/// A browser that is signed in from now on.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// What its cookie holds.
    pub token: String,
}

/// Who may start a board.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Starts {
    /// Whoever opens the app.
    Anyone,
    /// Who is signed in.
    Accounts,
}

pub(super) fn has_administrator(db: &Connection) -> Result<bool, DirectoryError> {
    Ok(db.prepare_cached("SELECT 1 FROM accounts WHERE administrator = 1 AND closed = 0 LIMIT 1")?.exists([])?)
}

/// A new account, checked, with its password hashed.
pub(super) struct Prepared {
    login: String,
    name: String,
    hash: String,
}

impl Prepared {
    /// For somebody who signs in by a provider: no password is theirs.
    pub(super) const fn without_password(login: String, name: String) -> Self {
        Self { login, name, hash: String::new() }
    }
}

pub(super) fn insert(db: &Connection, new: &Prepared, administrator: bool, now_ms: u64) -> Result<Account, DirectoryError> {
    let taken = db.prepare_cached("SELECT 1 FROM accounts WHERE login = ?1")?.exists([&new.login])?;
    if taken {
        return Err(DirectoryError::LoginTaken);
    }
    let sql = "INSERT INTO accounts (login, name, password, administrator, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)";
    db.execute(sql, params![new.login, new.name, new.hash, administrator, now_ms])?;
    Ok(Account { account: db.last_insert_rowid(), login: new.login.clone(), name: new.name.clone(), administrator })
}

impl Directory {
    pub(super) async fn prepare(&self, new: NewAccount) -> Result<Prepared, DirectoryError> {
        let login = clean_login(&new.login)?;
        let name = clean_name(&new.name)?;
        check_password(&new.password, &login)?;
        Ok(Prepared { login, name, hash: self.passwords.hash(new.password).await? })
    }

    /// Makes the first administrator.
    ///
    /// # Errors
    /// [`DirectoryError::SetUp`] for another secret, or when there is an administrator.
    pub async fn set_up(&self, secret: &str, new: NewAccount, now_ms: u64) -> Result<SignedIn, DirectoryError> {
        // Hashes are compared, so that the time says nothing of the secret.
        if self.setup_secret().is_none_or(|known| hash_of(&known) != hash_of(secret)) {
            return Err(DirectoryError::SetUp);
        }
        let new = self.prepare(new).await?;
        let made = self.run(move |db| {
            if has_administrator(db)? {
                return Err(DirectoryError::SetUp);
            }
            let account = insert(db, &new, true, now_ms)?;
            note(db, now_ms, &account.login, Act::SetUp, None, "")?;
            Ok(SignedIn { token: sessions::begin(db, account.account, None, now_ms)?, account })
        });
        let made = made.await?;
        *self.setup.lock() = None;
        Ok(made)
    }

    /// Signs in. `before`: the cookie that the browser has, which ends.
    ///
    /// # Errors
    /// [`DirectoryError::SignIn`], whatever is wrong, after the same time.
    pub async fn sign_in(&self, login: &str, password: String, before: Option<String>, now_ms: u64) -> Result<SignedIn, DirectoryError> {
        let account = self.proven(login, password, now_ms).await?;
        self.run(move |db| {
            note(db, now_ms, &account.login, Act::SignedIn, None, "")?;
            Ok(SignedIn { token: sessions::begin(db, account.account, before.as_deref(), now_ms)?, account })
        })
        .await
    }

    /// The account that has this login and password. A try is counted before it is looked at, so
    /// that many at once are not more than the account allows.
    async fn proven(&self, login: &str, password: String, now_ms: u64) -> Result<Account, DirectoryError> {
        let login = clean_login(login).unwrap_or_default();
        let found = self.run(move |db| count_try(db, &login, now_ms)).await?;
        let kept = found.as_ref().and_then(|tried| tried.hash.clone());
        let right = self.passwords.is(password, kept).await?;
        let Tried { account, locks, .. } = found.ok_or(DirectoryError::SignIn)?;
        if !right {
            if locks {
                self.run(move |db| note(db, now_ms, &account.login, Act::Locked, None, "")).await?;
            }
            return Err(DirectoryError::SignIn);
        }
        self.run(move |db| {
            db.prepare_cached("UPDATE accounts SET failures = 0, locked_until_ms = 0 WHERE account = ?1")?.execute([account.account])?;
            Ok(account)
        })
        .await
    }

    /// Changes a password, or sets one where there is none, with an empty one as the present; all browsers of the account but
    /// this one are signed out.
    ///
    /// # Errors
    /// [`DirectoryError::SignIn`] if the present one is another, [`DirectoryError::Name`].
    pub async fn change_password(&self, account: Account, present: String, new: String, now_ms: u64) -> Result<SignedIn, DirectoryError> {
        check_password(&new, &account.login)?;
        let first = present.is_empty();
        let account = if first { account } else { self.proven(&account.login, present, now_ms).await? };
        let hash = self.passwords.hash(new).await?;
        self.run(move |db| {
            let sql = "UPDATE accounts SET password = ?2 WHERE account = ?1 AND (?3 = 0 OR password = '')";
            if db.execute(sql, params![account.account, hash, first])? == 0 {
                return Err(DirectoryError::SignIn);
            }
            sessions::end_all(db, account.account)?;
            note(db, now_ms, &account.login, Act::Password, None, "")?;
            Ok(SignedIn { token: sessions::begin(db, account.account, None, now_ms)?, account })
        })
        .await
    }

    /// All accounts, by login.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn accounts(&self) -> Result<Vec<AccountRow>, DirectoryError> {
        self.run(|db| {
            let mut query =
                db.prepare_cached("SELECT account, login, name, administrator, closed, created_ms FROM accounts ORDER BY login")?;
            let rows = query
                .query_map([], |row| Ok(AccountRow { account: Account::of_row(row)?, closed: row.get(4)?, created_ms: row.get(5)? }))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Changes what an account may, or closes it; a closed one is signed out everywhere, and its connections to boards end.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownAccount`], [`DirectoryError::LastAdministrator`].
    pub async fn change_account(
        &self,
        by: &Account,
        account: i64,
        administrator: Option<bool>,
        closed: Option<bool>,
        now_ms: u64,
    ) -> Result<(), DirectoryError> {
        let by = by.login.clone();
        let gone = self.run(move |db| {
            let sql = "UPDATE accounts SET administrator = coalesce(?2, administrator), closed = coalesce(?3, closed),
                failures = 0, locked_until_ms = 0 WHERE account = ?1 RETURNING login, administrator, closed";
            let changed = db
                .query_row(sql, params![account, administrator, closed], |row| {
                    Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?, row.get::<_, bool>(2)?))
                })
                .optional()?;
            let (login, administrator, closed) = changed.ok_or(DirectoryError::UnknownAccount)?;
            if !has_administrator(db)? {
                return Err(DirectoryError::LastAdministrator);
            }
            let gone = if closed {
                sessions::end_all(db, account)?;
                stays_of(db, account)?
            } else {
                Vec::new()
            };
            let state = if closed { "closed" } else { "open" };
            let rights = if administrator { "administrator" } else { "account" };
            note(db, now_ms, &by, Act::Account, None, &format!("{login}: {rights}, {state}"))?;
            Ok(gone)
        });
        for stay in gone.await? {
            // Nobody hears it where nobody is connected.
            let _ = self.removals.send(stay);
        }
        Ok(())
    }

    /// Who may start a board, and whether there is an administrator.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn starts(&self) -> Result<(Starts, bool), DirectoryError> {
        self.run(|db| {
            let there = has_administrator(db)?;
            let only = there && value(db, "starts")?.as_deref() == Some("accounts");
            Ok((if only { Starts::Accounts } else { Starts::Anyone }, there))
        })
        .await
    }

    /// Says who may start a board.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn set_starts(&self, by: &Account, starts: Starts, now_ms: u64) -> Result<(), DirectoryError> {
        let by = by.login.clone();
        self.run(move |db| {
            let word = match starts {
                Starts::Anyone => "anyone",
                Starts::Accounts => "accounts",
            };
            set_value(db, "starts", word)?;
            note(db, now_ms, &by, Act::Starts, None, word)
        })
        .await
    }
}

/// An account whose password is being tried.
struct Tried {
    account: Account,
    /// None where they sign in by a provider alone.
    hash: Option<String>,
    /// Whether this was the last try, unless it is right.
    locks: bool,
}

/// Counts a try for a login that may be tried.
fn count_try(db: &Connection, login: &str, now_ms: u64) -> Result<Option<Tried>, DirectoryError> {
    let sql = "SELECT account, login, name, administrator, nullif(password, ''), failures, locked_until_ms FROM accounts WHERE login = ?1 AND closed = 0";
    let found = db
        .prepare_cached(sql)?
        .query_row([login], |row| Ok((Account::of_row(row)?, row.get(4)?, row.get::<_, u32>(5)?, row.get::<_, u64>(6)?)))
        .optional()?;
    let Some((account, hash, failures, locked_until_ms)) = found else { return Ok(None) };
    if locked_until_ms > now_ms {
        return Ok(None);
    }
    let failures = failures + 1;
    let locks = failures >= FAILURES_MAX;
    let (failures, until) = if locks { (0, now_ms + LOCKED_MS) } else { (failures, 0) };
    let update = "UPDATE accounts SET failures = ?2, locked_until_ms = ?3 WHERE account = ?1";
    db.prepare_cached(update)?.execute(params![account.account, failures, until])?;
    Ok(Some(Tried { account, hash, locks }))
}
