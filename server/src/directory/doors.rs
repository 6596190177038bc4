//! The door of a board: who owns it, and what its bare link gives. A board of which nothing is kept is
//! open to its bare link, for members.

use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use rusqlite::{Connection, OptionalExtension, params};

use super::accounts::Account;
use super::audit::{Act, note};
use super::credential::ParticipantId;
use super::role::{number, of_number};
use super::{Directory, DirectoryError};

/// The door of a board.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Door {
    /// The account that owns the board.
    pub owner: Option<i64>,
    /// What the bare link gives; `None`: it is closed.
    pub bare: Option<Role>,
}

pub(super) fn door_of(db: &Connection, board: BoardId) -> Result<Door, DirectoryError> {
    let sql = "SELECT owner, bare_role FROM board_doors WHERE board = ?1";
    let kept = db.prepare_cached(sql)?.query_row([board.0], |row| Ok((row.get(0)?, row.get::<_, Option<u8>>(1)?))).optional()?;
    Ok(kept.map_or(Door { owner: None, bare: Some(Role::Member) }, |(owner, bare)| Door { owner, bare: bare.and_then(of_number) }))
}

impl Directory {
    /// The door of a board.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn door(&self, board: BoardId) -> Result<Door, DirectoryError> {
        self.run(move |db| door_of(db, board)).await
    }

    /// Whether a participant is the account that owns the board.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn owns(&self, board: BoardId, participant: ParticipantId) -> Result<bool, DirectoryError> {
        let owner = self.door(board).await?.owner;
        Ok(owner.is_some_and(|owner| self.credentials.participant_of(owner, board) == participant))
    }

    /// Gives a new board to an account.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn own(&self, board: BoardId, owner: &Account) -> Result<(), DirectoryError> {
        let owner = owner.account;
        self.run(move |db| {
            let sql = "INSERT INTO board_doors (board, owner, bare_role) VALUES (?1, ?2, ?3)";
            db.execute(sql, params![board.0, owner, number(Role::Member)])?;
            Ok(())
        })
        .await
    }

    /// Says what the bare link of a board gives. Who came in by it has from now on what it gives.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn set_bare(&self, board: BoardId, bare: Option<Role>, who: String, now_ms: u64) -> Result<(), DirectoryError> {
        self.run(move |db| {
            let sql = "INSERT INTO board_doors (board, bare_role) VALUES (?1, ?2) ON CONFLICT (board) DO UPDATE SET bare_role = ?2";
            db.execute(sql, params![board.0, bare.map(number)])?;
            let what = match bare {
                None => "closed".to_owned(),
                Some(role) => format!("{role:?}").to_lowercase(),
            };
            note(db, now_ms, &who, Act::Door, Some(board), &what)
        })
        .await
    }
}
