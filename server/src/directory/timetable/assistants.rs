//! What the timetable gives to panels: the sessions of their room, and, around the time of one, the role of an assistant
//! on its board. The role is lent: it stands in no pass, and whatever the panel shows is held against the timetable again.
//!
//! That a panel assists is noted until the board's record of it says otherwise again, also over a restart; so a host who
//! made it less during the session is not overruled when the panel comes back to it.

use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use rusqlite::{Connection, OptionalExtension, params};

use super::sessions::read;
use super::{EARLY_MS, LATE_MS, Scheduled};
use crate::directory::credential::ParticipantId;
use crate::directory::doors::door_of;
use crate::directory::panels::{Panel, panel_that_made};
use crate::directory::role::of_number;
use crate::directory::{Directory, DirectoryError};

/// How far ahead a panel is told of sessions, milliseconds: its day, wherever it is, and the next morning.
pub const AHEAD_MS: u64 = 36 * 60 * 60 * 1000;

/// A panel that the timetable makes an assistant, of which its board is still to be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Raised {
    /// Which panel.
    pub panel: i64,
    /// What it is without the timetable: the board's record of it may say so still.
    pub plain: Role,
}

/// A panel whose time as an assistant is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lapsed {
    /// On which board.
    pub board: BoardId,
    /// Which panel.
    pub panel: i64,
    /// Who it is there.
    pub participant: ParticipantId,
    /// What it is from now on; `None`: the board is closed to it.
    pub left: Option<Role>,
}

impl Directory {
    /// The sessions of a panel's room that are not over, of accounts that are not closed.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn timetable_of_panel(&self, panel: &Panel, now_ms: u64) -> Result<Vec<Scheduled>, DirectoryError> {
        let (site, room) = (panel.site.clone(), panel.room.clone());
        self.run(move |db| {
            let which = "JOIN scheduled_rooms r USING (session)
                WHERE r.site = ?1 AND r.room = ?2 AND a.closed = 0 AND s.ends_ms > ?3 AND s.begins_ms < ?4";
            read(db, which, params![site, room, now_ms.saturating_sub(LATE_MS), now_ms + AHEAD_MS])
        })
        .await
    }

    /// Panels whose time as an assistant is over, or which no session gives it to any more.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn lapsed_assistants(&self, now_ms: u64) -> Result<Vec<Lapsed>, DirectoryError> {
        let lapsed = self.run(move |db| {
            let mut query = db.prepare_cached("SELECT board, panel FROM assisting")?;
            let rows = query.query_map([], |row| Ok((BoardId(row.get(0)?), row.get(1)?)))?;
            let mut lapsed = Vec::new();
            for (board, panel) in rows.collect::<Result<Vec<_>, _>>()? {
                if !assists(db, board, panel, now_ms)? {
                    lapsed.push((board, panel, own_role(db, board, panel)?));
                }
            }
            Ok(lapsed)
        });
        let named = |(board, panel, left)| Lapsed { board, panel, participant: self.credentials.participant_of_panel(panel, board), left };
        Ok(lapsed.await?.into_iter().map(named).collect())
    }

    /// Notes that a board was told that a panel assists: what its record says from now on is meant.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn settle_assistant(&self, board: BoardId, panel: i64) -> Result<(), DirectoryError> {
        self.run(move |db| {
            db.execute("UPDATE assisting SET settled = 1 WHERE board = ?1 AND panel = ?2", params![board.0, panel])?;
            Ok(())
        })
        .await
    }

    /// Notes that a board's record of a panel says so, and ends its connections if the board is closed to it.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn dismiss(&self, lapsed: Lapsed) -> Result<(), DirectoryError> {
        self.run(move |db| {
            db.execute("DELETE FROM assisting WHERE board = ?1 AND panel = ?2", params![lapsed.board.0, lapsed.panel])?;
            Ok(())
        })
        .await?;
        if lapsed.left.is_none() {
            // Nobody hears it where nobody is connected.
            let _ = self.removals.send((lapsed.board, lapsed.participant));
        }
        Ok(())
    }
}

/// Whether the timetable makes a panel an assistant on a board now.
pub(in crate::directory) fn assists(db: &Connection, board: BoardId, panel: i64, now_ms: u64) -> Result<bool, DirectoryError> {
    let which = "JOIN scheduled_rooms r USING (session) JOIN panels p ON p.site = r.site AND p.room = r.room
        WHERE s.board = ?1 AND p.panel = ?2 AND p.revoked_ms IS NULL AND a.closed = 0 AND s.begins_ms < ?3 AND s.ends_ms > ?4";
    let near = read(db, which, params![board.0, panel, now_ms + EARLY_MS, now_ms.saturating_sub(LATE_MS)])?;
    Ok(near.iter().any(|session| session.is_open(now_ms)))
}

/// Notes that a panel assists from now on; says whether the board is still to be told.
pub(in crate::directory) fn begins(db: &Connection, board: BoardId, panel: i64) -> Result<bool, DirectoryError> {
    let sql = "INSERT OR IGNORE INTO assisting (board, panel, settled) VALUES (?1, ?2, 0)";
    db.prepare_cached(sql)?.execute(params![board.0, panel])?;
    let sql = "SELECT 1 FROM assisting WHERE board = ?1 AND panel = ?2 AND settled = 0";
    Ok(db.prepare_cached(sql)?.exists(params![board.0, panel])?)
}

/// What a panel is on a board now, whatever it was when it entered.
pub(in crate::directory) fn standing(
    db: &Connection,
    board: BoardId,
    participant: ParticipantId,
    now_ms: u64,
) -> Result<Option<Role>, DirectoryError> {
    let sql = "SELECT panel FROM passes WHERE board = ?1 AND participant = ?2";
    let panel: Option<i64> = db.prepare_cached(sql)?.query_row(params![board.0, participant.0], |row| row.get(0)).optional()?.flatten();
    let Some(panel) = panel else { return Ok(None) };
    let lent = if assists(db, board, panel, now_ms)? { Some(Role::Assistant) } else { None };
    Ok(own_role(db, board, panel)?.max(lent))
}

/// What a panel is on a board without the timetable.
fn own_role(db: &Connection, board: BoardId, panel: i64) -> Result<Option<Role>, DirectoryError> {
    let door = door_of(db, board)?;
    if door.owner.is_none() && panel_that_made(db, board)? == Some(panel) {
        return Ok(Some(Role::Host));
    }
    let sql = "SELECT role FROM passes WHERE board = ?1 AND panel = ?2";
    let held: Option<Option<u8>> = db.prepare_cached(sql)?.query_row(params![board.0, panel], |row| row.get(0)).optional()?;
    Ok(held.flatten().and_then(of_number).or(door.bare))
}
