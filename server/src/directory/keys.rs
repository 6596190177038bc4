//! Keys for programs. A program that shows one acts as the account that made it, within the key's
//! scopes, and until the key ends, is revoked, or the account is closed.

use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::Account;
use super::audit::{Act, note};
use super::credential::{Entrant, ParticipantKind};
use super::doors::door_of;
use super::enter::{Standing, is_removed, pass_of};
use super::names::clean_name;
use super::token::{TOKEN_LETTERS, TokenHash, hash_of, new_token};
use super::{Directory, DirectoryError};

/// What a key begins with, so that no credential is taken for one, and programs that look for lost keys find it.
pub const KEY_PREFIX: &str = "kk_";
/// Keys of one account: one for each program that a person looks after.
pub const KEYS_MAX: i64 = 50;
/// The longest time of a key, milliseconds: two school years.
pub const KEY_MS_MAX: u64 = 2 * 366 * 24 * 60 * 60 * 1000;
/// Its use is written down this seldom, milliseconds.
const TOUCH_MS: u64 = 60 * 60 * 1000;

/// What a key may be used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub enum Scope {
    /// Starting boards, and making them of files.
    #[serde(rename = "boards.start")]
    Start,
    /// Entering boards: connections, as the account.
    #[serde(rename = "boards.enter")]
    Enter,
    /// Reading boards: snapshots, pictures, files; and one's own timetable.
    #[serde(rename = "boards.read")]
    Read,
    /// Links, doors and removals of boards that the account leads, its timetable, and bringing pictures.
    #[serde(rename = "boards.lead")]
    Lead,
    /// Reading panels, and accounts, invitations, the audit log and, with boards.read, everybody's timetable, if the account is an administrator's.
    #[serde(rename = "server.read")]
    ServerRead,
    /// Looking after panels, and inviting, changing accounts, settings and, with boards.lead, everybody's timetable, if the account is an administrator's.
    #[serde(rename = "server.change")]
    ServerChange,
}

impl Scope {
    /// All there are.
    pub const ALL: [Self; 6] = [Self::Start, Self::Enter, Self::Read, Self::Lead, Self::ServerRead, Self::ServerChange];

    /// Its name, as in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "boards.start",
            Self::Enter => "boards.enter",
            Self::Read => "boards.read",
            Self::Lead => "boards.lead",
            Self::ServerRead => "server.read",
            Self::ServerChange => "server.change",
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A key, without its token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct ApiKey {
    /// Its number.
    pub key: i64,
    /// What the program is called.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it was made, milliseconds since 1970.
    pub made_ms: u64,
    /// When it ends.
    pub ends_ms: u64,
    /// When it was last used, to the hour.
    pub used_ms: Option<u64>,
}

/// What a key is to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewKey {
    /// What the program is called.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// How long, milliseconds.
    pub valid_ms: u64,
}

impl Directory {
    /// Makes a key; answers with it and its token, which is told only now.
    ///
    /// # Errors
    /// [`DirectoryError::Name`], [`DirectoryError::TooManyKeys`].
    pub async fn make_key(&self, by: &Account, new: NewKey, now_ms: u64) -> Result<(ApiKey, String), DirectoryError> {
        let by = by.clone();
        let name = clean_name(&new.name)?;
        self.run(move |db| {
            db.execute("DELETE FROM api_keys WHERE ends_ms <= ?1", [now_ms])?;
            let count: i64 = db.query_row("SELECT count(*) FROM api_keys WHERE account = ?1", [by.account], |row| row.get(0))?;
            if count >= KEYS_MAX {
                return Err(DirectoryError::TooManyKeys);
            }
            let (token, _) = new_token()?;
            let token = format!("{KEY_PREFIX}{token}");
            let ends_ms = now_ms + new.valid_ms.min(KEY_MS_MAX);
            let scopes = new.scopes.iter().fold(0, |bits, scope| bits | scope.bit());
            let sql = "INSERT INTO api_keys (token, account, name, scopes, made_ms, ends_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            db.execute(sql, params![hash_of(&token), by.account, name, scopes, now_ms, ends_ms])?;
            let key = ApiKey { key: db.last_insert_rowid(), name, scopes: scopes_of(scopes), made_ms: now_ms, ends_ms, used_ms: None };
            let names: Vec<_> = key.scopes.iter().map(|scope| scope.name()).collect();
            note(db, now_ms, &by.login, Act::KeyMade, None, &format!("{} ({}): {}", key.name, key.key, names.join(" ")))?;
            Ok((key, token))
        })
        .await
    }

    /// The keys of an account that have not ended.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn keys(&self, of: &Account, now_ms: u64) -> Result<Vec<ApiKey>, DirectoryError> {
        let account = of.account;
        self.run(move |db| {
            let sql = "SELECT key, name, scopes, made_ms, ends_ms, used_ms FROM api_keys WHERE account = ?1 AND ends_ms > ?2 ORDER BY key";
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_map(params![account, now_ms], of_row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Revokes a key of an account: it is refused from the next request on.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownKey`].
    pub async fn revoke_key(&self, by: &Account, key: i64, now_ms: u64) -> Result<(), DirectoryError> {
        let by = by.clone();
        self.run(move |db| {
            let sql = "DELETE FROM api_keys WHERE key = ?1 AND account = ?2 RETURNING name";
            let name: Option<String> = db.query_row(sql, params![key, by.account], |row| row.get(0)).optional()?;
            let name = name.ok_or(DirectoryError::UnknownKey)?;
            note(db, now_ms, &by.login, Act::KeyRevoked, None, &format!("{name} ({key})"))
        })
        .await
    }

    /// Whom a program acts for that shows this key, for something of this scope.
    ///
    /// # Errors
    /// [`DirectoryError::ApiKey`], [`DirectoryError::Scope`].
    pub async fn acts_for(&self, token: &str, scope: Scope, now_ms: u64) -> Result<Account, DirectoryError> {
        if token.len() != KEY_PREFIX.len() + TOKEN_LETTERS {
            return Err(DirectoryError::ApiKey);
        }
        let token = hash_of(token);
        self.run(move |db| {
            let (account, scopes) = holder(db, &token, now_ms)?.ok_or(DirectoryError::ApiKey)?;
            if scopes & scope.bit() == 0 { Err(DirectoryError::Scope(scope)) } else { Ok(account) }
        })
        .await
    }

    /// What an account is on a board, without entering it.
    ///
    /// # Errors
    /// [`DirectoryError::Removed`], [`DirectoryError::ClosedBoard`].
    pub async fn standing(&self, board: BoardId, account: Account) -> Result<Entrant, DirectoryError> {
        let participant = self.credentials.participant_of(account.account, board);
        self.run(move |db| {
            if is_removed(db, board, participant)? {
                return Err(DirectoryError::Removed);
            }
            let door = door_of(db, board)?;
            let held = if door.owner == Some(account.account) {
                Some(Standing { role: Role::Host, waits: false })
            } else {
                pass_of(db, board, participant)?.and_then(|pass| pass.held)
            };
            let Standing { role, waits } = held.or(Standing::free(door.bare)).ok_or(DirectoryError::ClosedBoard)?;
            Ok(Entrant { participant, role, kind: ParticipantKind::Account, name: account.name, waits })
        })
        .await
    }
}

/// Whose key this is now, and its scopes.
fn holder(db: &Connection, token: &TokenHash, now_ms: u64) -> Result<Option<(Account, u32)>, DirectoryError> {
    let sql = "SELECT a.account, a.login, a.name, a.administrator, k.scopes, k.used_ms FROM api_keys k JOIN accounts a USING (account)
        WHERE k.token = ?1 AND k.ends_ms > ?2 AND a.closed = 0";
    let found = db
        .prepare_cached(sql)?
        .query_row(params![token, now_ms], |row| Ok((Account::of_row(row)?, row.get::<_, u32>(4)?, row.get::<_, Option<u64>>(5)?)))
        .optional()?;
    let Some((account, scopes, used_ms)) = found else { return Ok(None) };
    if used_ms.is_none_or(|used_ms| now_ms.saturating_sub(used_ms) > TOUCH_MS) {
        db.prepare_cached("UPDATE api_keys SET used_ms = ?2 WHERE token = ?1")?.execute(params![token, now_ms])?;
    }
    Ok(Some((account, scopes)))
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<ApiKey> {
    Ok(ApiKey {
        key: row.get(0)?,
        name: row.get(1)?,
        scopes: scopes_of(row.get(2)?),
        made_ms: row.get(3)?,
        ends_ms: row.get(4)?,
        used_ms: row.get(5)?,
    })
}

fn scopes_of(bits: u32) -> Vec<Scope> {
    Scope::ALL.into_iter().filter(|scope| bits & scope.bit() != 0).collect()
}
