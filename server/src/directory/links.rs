//! Further doors of a board: links and codes, each with a role and an end. A link's token is told
//! once; a code is short enough to be guessed slowly, so it ends sooner and is shown again.

use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use rusqlite::{Connection, OptionalExtension, params};

use super::audit::{Act, note};
use super::role::{number, of_number};
use super::token::{hash_of, new_token};
use super::{Directory, DirectoryError};
use crate::log::JoinCode;

/// Links and codes of one board.
pub const LINKS_MAX: i64 = 100;
/// The longest time of a link, milliseconds: a school year.
pub const LINK_MS_MAX: u64 = 366 * 24 * 60 * 60 * 1000;
/// The longest time of a code, milliseconds.
pub const CODE_MS_MAX: u64 = 7 * 24 * 60 * 60 * 1000;

/// What is shown at a door.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Key {
    /// A link's token.
    Link(String),
    /// A code that is not the board's own.
    Code(JoinCode),
}

/// A link or code that is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Its number.
    pub link: i64,
    /// Its code, if it is one.
    pub code: Option<JoinCode>,
    /// What it gives.
    pub role: Role,
    /// When it was made, milliseconds since 1970.
    pub made_ms: u64,
    /// When it ends.
    pub ends_ms: u64,
    /// How many may still enter by it; `None`: any number.
    pub uses_left: Option<u32>,
    /// Whether who comes by it waits in the lobby until they are let in.
    pub waits: bool,
}

/// What a link or code is to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewLink {
    /// A code of these digits, which no board has; a token otherwise.
    pub code: Option<JoinCode>,
    /// What it gives.
    pub role: Role,
    /// How long, milliseconds.
    pub valid_ms: u64,
    /// How many may enter by it; `None`: any number.
    pub uses: Option<u32>,
    /// Whether who comes by it waits in the lobby until they are let in.
    pub waits: bool,
}

/// What a link gives to whom it lets in.
pub(super) struct Opened {
    pub(super) link: i64,
    pub(super) role: Role,
    pub(super) waits: bool,
}

/// What a key gives on a board now.
pub(super) fn opened(db: &Connection, board: BoardId, key: &Key, now_ms: u64) -> Result<Option<Opened>, DirectoryError> {
    let sql = "SELECT link, role, waits FROM links WHERE board = ?1 AND (token = ?2 OR code = ?3) AND ends_ms > ?4 AND coalesce(uses_left, 1) > 0";
    let (token, code) = match key {
        Key::Link(token) => (Some(hash_of(token)), None),
        Key::Code(code) => (None, Some(code.number())),
    };
    let found = db
        .prepare_cached(sql)?
        .query_row(params![board.0, token, code, now_ms], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(found.and_then(|(link, role, waits)| Some(Opened { link, role: of_number(role)?, waits })))
}

/// As the audit log names it.
fn written(link: i64, role: Role, waits: bool) -> String {
    format!("{link}: {role:?}{}", if waits { ", lobby" } else { "" }).to_lowercase()
}

/// Somebody new has entered by a link.
pub(super) fn used(db: &Connection, link: i64) -> Result<(), DirectoryError> {
    db.prepare_cached("UPDATE links SET uses_left = uses_left - 1 WHERE link = ?1 AND uses_left IS NOT NULL")?.execute([link])?;
    Ok(())
}

impl Directory {
    /// Makes a link or code; answers with it, and with the token of a link, which is told only now.
    ///
    /// # Errors
    /// [`DirectoryError::TooManyLinks`]; [`DirectoryError::Storage`] if the code is in use.
    pub async fn make_link(
        &self,
        board: BoardId,
        new: NewLink,
        who: String,
        now_ms: u64,
    ) -> Result<(Link, Option<String>), DirectoryError> {
        self.run(move |db| {
            db.execute("DELETE FROM links WHERE ends_ms <= ?1 OR uses_left = 0", [now_ms])?;
            let count: i64 = db.prepare_cached("SELECT count(*) FROM links WHERE board = ?1")?.query_row([board.0], |row| row.get(0))?;
            if count >= LINKS_MAX {
                return Err(DirectoryError::TooManyLinks);
            }
            let NewLink { code, role, valid_ms, uses, waits } = new;
            let (token, hash) = if code.is_none() { Some(new_token()?) } else { None }.unzip();
            let ends_ms = now_ms + valid_ms.min(if code.is_some() { CODE_MS_MAX } else { LINK_MS_MAX });
            let sql =
                "INSERT INTO links (board, token, code, role, made_ms, ends_ms, uses_left, waits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            db.execute(sql, params![board.0, hash, code.map(JoinCode::number), number(role), now_ms, ends_ms, uses, waits])?;
            let link = db.last_insert_rowid();
            note(db, now_ms, &who, Act::LinkMade, Some(board), &written(link, role, waits))?;
            Ok((Link { link, code, role, made_ms: now_ms, ends_ms, uses_left: uses, waits }, token))
        })
        .await
    }

    /// The links and codes of a board that open it now.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn links(&self, board: BoardId, now_ms: u64) -> Result<Vec<Link>, DirectoryError> {
        self.run(move |db| {
            let sql = "SELECT link, code, role, made_ms, ends_ms, uses_left, waits FROM links
                WHERE board = ?1 AND ends_ms > ?2 AND coalesce(uses_left, 1) > 0 ORDER BY link";
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_map(params![board.0, now_ms], |row| {
                Ok(Link {
                    link: row.get(0)?,
                    code: row.get::<_, Option<u32>>(1)?.and_then(JoinCode::new),
                    role: of_number(row.get(2)?).unwrap_or(Role::Viewer),
                    made_ms: row.get(3)?,
                    ends_ms: row.get(4)?,
                    uses_left: row.get(5)?,
                    waits: row.get(6)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Closes a link: nobody new enters by it. Who has entered stays, and can be removed.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownLink`].
    pub async fn revoke_link(&self, board: BoardId, link: i64, who: String, now_ms: u64) -> Result<(), DirectoryError> {
        self.run(move |db| {
            let sql = "DELETE FROM links WHERE board = ?1 AND link = ?2 RETURNING role, waits";
            let revoked = db.query_row(sql, params![board.0, link], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let (role, waits) = revoked.ok_or(DirectoryError::UnknownLink)?;
            note(db, now_ms, &who, Act::LinkRevoked, Some(board), &written(link, of_number(role).unwrap_or(Role::Viewer), waits))
        })
        .await
    }

    /// The board that a code opens now, where it is not a board's own.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn board_of_code(&self, code: JoinCode, now_ms: u64) -> Result<Option<BoardId>, DirectoryError> {
        self.run(move |db| {
            let sql = "SELECT board FROM links WHERE code = ?1 AND ends_ms > ?2 AND coalesce(uses_left, 1) > 0";
            let found = db.prepare_cached(sql)?.query_row(params![code.number(), now_ms], |row| row.get(0)).optional()?;
            Ok(found.map(BoardId))
        })
        .await
    }
}
