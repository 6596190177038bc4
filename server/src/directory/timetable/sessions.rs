//! Making, changing and reading scheduled sessions. Everybody has their own, administrators all; one of somebody
//! else is as if it were not there.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use kakehashi_protocol::ids::BoardId;
use rusqlite::{Connection, Params, Row, params};

use super::plan::{Exception, Exceptions, Plan, PlanError, check_near, date_of, written};
use super::{KEPT_MS, Order, ROOMS_MAX, Room, SESSIONS_MAX, Scheduled};
use crate::directory::accounts::Account;
use crate::directory::audit::{Act, note};
use crate::directory::doors::door_of;
use crate::directory::names::clean_name;
use crate::directory::token::random;
use crate::directory::{Directory, DirectoryError};

/// Time zones of single countries change; so much farther than it was reckoned a session is looked for, milliseconds.
const SLACK_MS: u64 = 24 * 60 * 60 * 1000;

impl Directory {
    /// Whether a session could be scheduled, before a board is made for it.
    ///
    /// # Errors
    /// Those of [`Directory::schedule`].
    pub async fn may_schedule(&self, by: &Account, order: Order, now_ms: u64) -> Result<(), DirectoryError> {
        let account = by.account;
        let order = order.checked(now_ms)?;
        self.run(move |db| {
            check_count(db, account)?;
            order.rooms.iter().try_for_each(|room| check_room(db, room))
        })
        .await
    }

    /// Schedules a session on a board of the account's.
    ///
    /// # Errors
    /// [`DirectoryError::Name`], [`DirectoryError::Plan`], [`DirectoryError::NotYours`], [`DirectoryError::UnknownRoom`],
    /// [`DirectoryError::TooManyRooms`], [`DirectoryError::TooManySessions`].
    pub async fn schedule(&self, by: &Account, board: BoardId, order: Order, now_ms: u64) -> Result<Scheduled, DirectoryError> {
        let by = by.clone();
        let order = order.checked(now_ms)?;
        self.run(move |db| {
            if door_of(db, board)?.owner != Some(by.account) {
                return Err(DirectoryError::NotYours);
            }
            db.execute("DELETE FROM scheduled WHERE ends_ms < ?1", [now_ms.saturating_sub(KEPT_MS)])?;
            check_count(db, by.account)?;
            let sql = "INSERT INTO scheduled (uid, board, owner, title, date, start, minutes, zone, begins_ms, ends_ms, changed_ms)
                VALUES (?1, ?2, ?3, '', '', '', 0, '', 0, 0, 0)";
            db.execute(sql, params![random::<16>()?, board.0, by.account])?;
            let session = db.last_insert_rowid();
            put(db, session, &order, &BTreeSet::new(), &Exceptions::new(), now_ms)?;
            note(db, now_ms, &by.login, Act::Scheduled, Some(board), &named(session, &order))?;
            of_number(db, session)
        })
        .await
    }

    /// Sessions that lie in a span of time, or partly so: one's own, or, as an administrator, those of `all`.
    ///
    /// # Errors
    /// [`DirectoryError::NotAdministrator`].
    pub async fn timetable(&self, of: &Account, all: bool, from_ms: u64, to_ms: u64) -> Result<Vec<Scheduled>, DirectoryError> {
        if all && !of.administrator {
            return Err(DirectoryError::NotAdministrator);
        }
        let owner = (!all).then_some(of.account);
        self.run(move |db| {
            let which = "WHERE (?1 IS NULL OR s.owner = ?1) AND s.begins_ms < ?2 AND s.ends_ms > ?3";
            read(db, which, params![owner, to_ms.saturating_add(SLACK_MS), from_ms.saturating_sub(SLACK_MS)])
        })
        .await
    }

    /// One session.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownSession`].
    pub async fn scheduled(&self, by: &Account, session: i64) -> Result<Scheduled, DirectoryError> {
        let by = by.clone();
        self.run(move |db| own(db, &by, session)).await
    }

    /// Makes a session another one, on the same board. Single dates stay as they were, if it still has them.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownSession`], and those of [`Directory::schedule`].
    pub async fn reschedule(&self, by: &Account, session: i64, order: Order, now_ms: u64) -> Result<Scheduled, DirectoryError> {
        let by = by.clone();
        let order = order.checked(now_ms)?;
        self.run(move |db| {
            let before = own(db, &by, session)?;
            let mut exceptions = before.exceptions;
            exceptions.retain(|date, _| order.plan.has(*date));
            put(db, session, &order, &before.rooms.into_iter().collect(), &exceptions, now_ms)?;
            note(db, now_ms, &by.login, Act::Rescheduled, Some(before.board), &named(session, &order))?;
            of_number(db, session)
        })
        .await
    }

    /// Takes a session from the timetable; its board stays.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownSession`].
    pub async fn unschedule(&self, by: &Account, session: i64, now_ms: u64) -> Result<(), DirectoryError> {
        let by = by.clone();
        self.run(move |db| {
            let before = own(db, &by, session)?;
            db.execute("DELETE FROM scheduled WHERE session = ?1", [session])?;
            note(db, now_ms, &by.login, Act::Unscheduled, Some(before.board), &format!("{} ({session})", before.title))
        })
        .await
    }

    /// Cancels or moves a single date, or, with `None`, has it as the others again.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownSession`], [`DirectoryError::Plan`].
    pub async fn except(
        &self,
        by: &Account,
        session: i64,
        date: Date,
        exception: Option<Exception>,
        now_ms: u64,
    ) -> Result<Scheduled, DirectoryError> {
        let by = by.clone();
        if let Some(Exception::Moved(to)) = exception {
            check_near(to.date(), now_ms)?;
        }
        self.run(move |db| {
            let mut before = own(db, &by, session)?;
            if !before.plan.has(date) {
                return Err(PlanError::NotOnThisDate.into());
            }
            let what = match exception {
                None => "as planned".to_owned(),
                Some(Exception::Cancelled) => "cancelled".to_owned(),
                Some(Exception::Moved(to)) => format!("{} {}", to.date(), written(to.time())),
            };
            match exception {
                Some(exception) => before.exceptions.insert(date, exception),
                None => before.exceptions.remove(&date),
            };
            let order = Order { title: before.title, plan: before.plan, rooms: before.rooms };
            put(db, session, &order, &order.rooms.iter().cloned().collect(), &before.exceptions, now_ms)?;
            let what = format!("{} ({session}): {date}: {what}", order.title);
            note(db, now_ms, &by.login, Act::Rescheduled, Some(before.board), &what)?;
            of_number(db, session)
        })
        .await
    }

    /// The boards that belong to an account.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn boards_of(&self, owner: &Account) -> Result<Vec<BoardId>, DirectoryError> {
        let owner = owner.account;
        self.run(move |db| {
            let mut query = db.prepare_cached("SELECT board FROM board_doors WHERE owner = ?1")?;
            let boards = query.query_map([owner], |row| Ok(BoardId(row.get(0)?)))?;
            Ok(boards.collect::<Result<_, _>>()?)
        })
        .await
    }
}

impl Order {
    fn checked(mut self, now_ms: u64) -> Result<Self, DirectoryError> {
        self.title = clean_name(&self.title)?;
        check_near(self.plan.first.date(), now_ms)?;
        if self.rooms.len() > ROOMS_MAX {
            return Err(DirectoryError::TooManyRooms);
        }
        for Room { site, room } in &mut self.rooms {
            (*site, *room) = (clean_name(site)?, clean_name(room)?);
        }
        Ok(self)
    }
}

/// As the audit log names it.
fn named(session: i64, order: &Order) -> String {
    format!("{} ({session}): {}", order.title, order.plan)
}

/// A session that is one's own, or anybody's to an administrator.
fn own(db: &Connection, by: &Account, session: i64) -> Result<Scheduled, DirectoryError> {
    let found = of_number(db, session)?;
    if found.owner.account == by.account || by.administrator { Ok(found) } else { Err(DirectoryError::UnknownSession) }
}

fn of_number(db: &Connection, session: i64) -> Result<Scheduled, DirectoryError> {
    read(db, "WHERE s.session = ?1", [session])?.pop().ok_or(DirectoryError::UnknownSession)
}

/// Writes all that can be changed of a session. `before`: rooms that it has whether there is a panel in them or not.
fn put(
    db: &Connection,
    session: i64,
    order: &Order,
    before: &BTreeSet<Room>,
    exceptions: &Exceptions,
    now_ms: u64,
) -> Result<(), DirectoryError> {
    let Order { title, plan, rooms } = order;
    let (begins_ms, ends_ms) = plan.span_ms(exceptions);
    let sql = "UPDATE scheduled SET title = ?2, date = ?3, start = ?4, minutes = ?5, zone = ?6, until = ?7, begins_ms = ?8, ends_ms = ?9,
        changed_ms = ?10, sequence = sequence + (changed_ms > 0) WHERE session = ?1";
    let (date, start) = (plan.first.date().to_string(), written(plan.first.time()));
    let until = plan.until.map(|until| until.to_string());
    db.execute(sql, params![session, title, date, start, plan.minutes, plan.zone.name(), until, begins_ms, ends_ms, now_ms])?;
    db.execute("DELETE FROM scheduled_rooms WHERE session = ?1", [session])?;
    for room in rooms {
        if !before.contains(room) {
            check_room(db, room)?;
        }
        let sql = "INSERT OR IGNORE INTO scheduled_rooms (session, site, room) VALUES (?1, ?2, ?3)";
        db.execute(sql, params![session, room.site, room.room])?;
    }
    db.execute("DELETE FROM scheduled_dates WHERE session = ?1", [session])?;
    for (date, exception) in exceptions {
        let to = match exception {
            Exception::Cancelled => None,
            Exception::Moved(to) => Some(to.to_string()),
        };
        db.execute("INSERT INTO scheduled_dates (session, date, moved_to) VALUES (?1, ?2, ?3)", params![session, date.to_string(), to])?;
    }
    Ok(())
}

fn check_room(db: &Connection, room: &Room) -> Result<(), DirectoryError> {
    let sql = "SELECT 1 FROM panels WHERE site = ?1 AND room = ?2 AND revoked_ms IS NULL";
    let has_panel = db.prepare_cached(sql)?.exists(params![room.site, room.room])?;
    if has_panel { Ok(()) } else { Err(DirectoryError::UnknownRoom(room.clone())) }
}

fn check_count(db: &Connection, owner: i64) -> Result<(), DirectoryError> {
    let count: i64 = db.query_row("SELECT count(*) FROM scheduled WHERE owner = ?1", [owner], |row| row.get(0))?;
    if count < SESSIONS_MAX { Ok(()) } else { Err(DirectoryError::TooManySessions) }
}

/// A row of a session, its texts not looked at yet.
struct Kept {
    scheduled: (i64, [u8; 16], BoardId, Account, String),
    times: (String, String, u32, String, Option<String>),
    changes: (u32, u64),
}

/// The sessions that a clause says, by when they begin.
pub(super) fn read(db: &Connection, which: &str, params: impl Params) -> Result<Vec<Scheduled>, DirectoryError> {
    let sql = format!(
        "SELECT s.session, s.uid, s.board, a.account, a.login, a.name, a.administrator, s.title, s.date, s.start, s.minutes, s.zone, s.until,
            s.sequence, s.changed_ms FROM scheduled s JOIN accounts a ON a.account = s.owner {which} ORDER BY s.begins_ms, s.session"
    );
    let mut query = db.prepare_cached(&sql)?;
    let rows: Vec<Kept> = query.query_map(params, kept)?.collect::<Result<_, _>>()?;
    rows.into_iter().map(|kept| whole(db, kept)).collect()
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let owner = Account { account: row.get(3)?, login: row.get(4)?, name: row.get(5)?, administrator: row.get(6)? };
    Ok(Kept {
        scheduled: (row.get(0)?, row.get(1)?, BoardId(row.get(2)?), owner, row.get(7)?),
        times: (row.get(8)?, row.get(9)?, row.get(10)?, row.get(11)?, row.get(12)?),
        changes: (row.get(13)?, row.get(14)?),
    })
}

fn whole(db: &Connection, kept: Kept) -> Result<Scheduled, DirectoryError> {
    let ((session, uid, board, owner, title), (date, start, minutes, zone, until), (sequence, changed_ms)) =
        (kept.scheduled, kept.times, kept.changes);
    let damaged = |what: &dyn std::fmt::Display| DirectoryError::Storage(format!("scheduled session {session}: {what}"));
    let plan = Plan::of(&date, &start, minutes, &zone, until.as_deref()).map_err(|error| damaged(&error))?;
    let mut query = db.prepare_cached("SELECT date, moved_to FROM scheduled_dates WHERE session = ?1")?;
    let dates: Vec<(String, Option<String>)> =
        query.query_map([session], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut exceptions = Exceptions::new();
    for (date, to) in dates {
        let to = to.map(|to| to.parse::<DateTime>()).transpose().map_err(|error| damaged(&error))?;
        exceptions.insert(date_of(&date).map_err(|error| damaged(&error))?, to.map_or(Exception::Cancelled, Exception::Moved));
    }
    let mut query = db.prepare_cached("SELECT site, room FROM scheduled_rooms WHERE session = ?1 ORDER BY site, room")?;
    let rooms = query.query_map([session], |row| Ok(Room { site: row.get(0)?, room: row.get(1)? }))?.collect::<Result<_, _>>()?;
    Ok(Scheduled { session, uid, board, owner, title, plan, exceptions, rooms, sequence, changed_ms })
}
