//! The timetable: which board is used when, by whom, and in which rooms. It names times and rooms; whether a session
//! is live or has ended is the board's own state, and nothing here brings that back.
//!
//! A session is for rooms and not for panels: a panel that is replaced, or moved elsewhere, needs no new timetable. Each
//! panel of a room is an assistant on the board around a session's time, as long as both are so ([`assistants`]).
//!
//! # Layout
//! - [`plan`]: when a session takes place. [`sessions`]: making, changing and reading them.
//! - [`assistants`]: what it gives to panels. [`calendar`]: as iCalendar; `lines`: how that is written. [`feed`]: the link to it.

pub mod assistants;
pub mod calendar;
pub mod feed;
mod lines;
pub mod plan;
pub mod sessions;

use kakehashi_protocol::ids::BoardId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::plan::{Exceptions, Occurrence, Plan};
use super::accounts::Account;

/// Sessions of one account, also those that are over, for they can be moved again: every lesson of a week, each as a series, ten
/// times over.
pub const SESSIONS_MAX: i64 = 500;
/// Rooms of one session.
pub const ROOMS_MAX: usize = 16;
/// How long a session that is over is kept, milliseconds: longer than a school year.
const KEPT_MS: u64 = 400 * 24 * 60 * 60 * 1000;
/// How long before a session its rooms' panels open its board as assistants, milliseconds: a break between lessons.
pub const EARLY_MS: u64 = 15 * 60_000;
/// How long after its end they still do, milliseconds: lessons run late.
pub const LATE_MS: u64 = 15 * 60_000;

/// A room of a site, as its panels are named.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// The place, such as a school.
    pub site: String,
    /// The room there.
    pub room: String,
}

/// What a session is to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// What it is called.
    pub title: String,
    /// When it takes place.
    pub plan: Plan,
    /// Where there are panels for it.
    pub rooms: Vec<Room>,
}

/// A scheduled session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scheduled {
    /// Its number.
    pub session: i64,
    /// Its name in calendars, which stays.
    pub uid: [u8; 16],
    /// The board that it is held on.
    pub board: BoardId,
    /// Whose it is.
    pub owner: Account,
    /// What it is called.
    pub title: String,
    /// When it takes place.
    pub plan: Plan,
    /// Single dates that are cancelled or moved.
    pub exceptions: Exceptions,
    /// Where there are panels for it.
    pub rooms: Vec<Room>,
    /// How often it was changed.
    pub sequence: u32,
    /// When it was last changed, milliseconds since 1970.
    pub changed_ms: u64,
}

impl Scheduled {
    /// Its dates that lie in a span of time, or partly so.
    pub fn occurrences(&self, from_ms: u64, to_ms: u64) -> impl Iterator<Item = Occurrence> + '_ {
        self.plan.occurrences(&self.exceptions).filter(move |one| one.starts_ms() < to_ms && one.ends_ms() > from_ms)
    }

    /// Whether it is time for its panels.
    fn is_open(&self, now_ms: u64) -> bool {
        let mut all = self.plan.occurrences(&self.exceptions);
        all.any(|one| !one.is_cancelled() && (one.starts_ms().saturating_sub(EARLY_MS)..one.ends_ms() + LATE_MS).contains(&now_ms))
    }
}
