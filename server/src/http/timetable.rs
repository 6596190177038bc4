//! The timetable over HTTP: whoever has an account sees and changes their own sessions, an administrator all; a panel
//! reads those of its room.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use futures_util::future::join_all;
use kakehashi_protocol::ids::BoardId;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use utoipa::ToSchema;

use super::boards::{no_store, start_for};
use super::body::read_json;
use super::problem::Problem;
use super::snapshots::answer_of;
use super::who::{Device, Planner, reads_all};
use super::{Site, number_of};
use crate::directory::DirectoryError;
use crate::directory::accounts::Account;
use crate::directory::timetable::assistants::AHEAD_MS;
use crate::directory::timetable::plan::{Exception, Occurrence, Plan, date_of, time_of, written};
use crate::directory::timetable::{EARLY_MS, LATE_MS, Order, Room, Scheduled};
use crate::hub::assistants::dismiss_lapsed;
use crate::hub::clock::wall_ms;
use crate::room::command::Command;

/// The longest span of time that is told at once, milliseconds: two months.
const SPAN_MS_MAX: u64 = 62 * 24 * 60 * 60 * 1000;

/// How long boards may take to say whether anybody meets on them; all are asked at once.
const LIVE_DEADLINE: Duration = Duration::from_secs(1);

/// What a session is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionOrder {
    /// What it is called.
    pub title: String,
    /// The first date, or the only one.
    #[schema(example = "2027-04-08")]
    pub date: String,
    /// The time of day, there.
    #[schema(example = "09:40")]
    pub start: String,
    /// How long.
    pub minutes: u32,
    /// Where this is the date and the time: a name of the IANA time zone database.
    #[schema(example = "Asia/Tokyo")]
    pub zone: String,
    /// Every week until this date, which is included; once if it is left out.
    #[serde(default)]
    pub until: Option<String>,
    /// The rooms whose panels it is for.
    #[serde(default)]
    pub rooms: Vec<Room>,
    /// Of a new session: a board of one's own, and if it is left out, a new one. A session keeps its board.
    #[serde(default)]
    pub board: Option<String>,
}

/// A single date of a session, changed.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DateChange {
    /// Where it is moved to; both or neither. With neither it is cancelled.
    #[serde(default)]
    pub date: Option<String>,
    /// At what time of day.
    #[serde(default)]
    pub start: Option<String>,
}

/// A single date that is not as the others.
#[derive(Serialize, ToSchema)]
pub struct ChangedDate {
    /// The date that it has by the series.
    pub date: String,
    /// What is different.
    pub change: DateChange,
}

/// A scheduled session.
#[derive(Serialize, ToSchema)]
pub struct SessionInfo {
    /// Its number.
    pub session: i64,
    /// What it is called.
    pub title: String,
    /// Its board.
    pub board: String,
    /// The board's code.
    pub code: String,
    /// Whose it is: the login.
    pub owner: String,
    /// The first date.
    pub date: String,
    /// The time of day.
    pub start: String,
    /// How long.
    pub minutes: u32,
    /// Where this is the date and the time.
    pub zone: String,
    /// Every week until this date; `null`: once.
    pub until: Option<String>,
    /// The rooms whose panels it is for.
    pub rooms: Vec<Room>,
    /// Single dates that are cancelled or moved.
    pub changes: Vec<ChangedDate>,
}

/// One date of a session.
#[derive(Serialize, ToSchema)]
pub struct OccurrenceInfo {
    /// Of which session.
    pub session: i64,
    /// The date that it has by the series: by this it is cancelled, moved and restored.
    pub date: String,
    /// What it is called.
    pub title: String,
    /// Its board.
    pub board: String,
    /// The board's code.
    pub code: String,
    /// Who has scheduled it: their name.
    pub owner: String,
    /// The rooms whose panels it is for.
    pub rooms: Vec<Room>,
    /// Whether it is one of a series.
    pub weekly: bool,
    /// Whether it does not take place.
    pub cancelled: bool,
    /// Whether it was moved.
    pub moved: bool,
    /// Whether a session is on on its board now, in its time, with somebody there.
    pub live: bool,
    /// The time zone that it is planned in.
    pub zone: String,
    /// When it begins on a clock there: the date. By this and `local_start` it is moved.
    pub local_date: String,
    /// The time of day.
    pub local_start: String,
    /// When it begins, milliseconds since 1970.
    pub starts_ms: u64,
    /// When it ends.
    pub ends_ms: u64,
    /// From when on its rooms' panels are assistants on the board.
    pub opens_ms: u64,
    /// Until when.
    pub closes_ms: u64,
}

/// Which sessions.
#[derive(Deserialize)]
pub struct Span {
    /// From when on, milliseconds since 1970.
    from_ms: u64,
    /// Until when, at most 62 days later.
    to_ms: u64,
    /// Those of all accounts, for administrators.
    #[serde(default)]
    all: bool,
}

impl SessionOrder {
    fn read(self) -> Result<Order, Problem> {
        let plan = Plan::of(&self.date, &self.start, self.minutes, &self.zone, self.until.as_deref());
        let plan = plan.map_err(DirectoryError::from)?;
        Ok(Order { title: self.title, plan, rooms: self.rooms })
    }
}

impl DateChange {
    fn of(exception: Exception) -> Self {
        match exception {
            Exception::Cancelled => Self { date: None, start: None },
            Exception::Moved(to) => Self { date: Some(to.date().to_string()), start: Some(written(to.time())) },
        }
    }

    fn read(&self) -> Result<Exception, Problem> {
        match (&self.date, &self.start) {
            (None, None) => Ok(Exception::Cancelled),
            (Some(date), Some(start)) => {
                let to = date_of(date).and_then(|date| Ok(date.to_datetime(time_of(start)?)));
                Ok(Exception::Moved(to.map_err(DirectoryError::from)?))
            }
            _ => Err(Problem::malformed("a date is moved to a `date` and a `start`, or cancelled with neither")),
        }
    }
}

async fn told(site: &Site, session: Scheduled) -> Result<SessionInfo, Problem> {
    let code = site.hub.services.log.code_of(session.board).await?.to_string();
    let changes =
        session.exceptions.iter().map(|(date, one)| ChangedDate { date: date.to_string(), change: DateChange::of(*one) }).collect();
    let plan = session.plan;
    Ok(SessionInfo {
        session: session.session,
        title: session.title,
        board: session.board.to_string(),
        code,
        owner: session.owner.login,
        date: plan.first.date().to_string(),
        start: written(plan.first.time()),
        minutes: plan.minutes,
        zone: plan.zone.name().to_owned(),
        until: plan.until.map(|until| until.to_string()),
        rooms: session.rooms,
        changes,
    })
}

/// The occurrences of sessions in a span of time, in its order.
async fn told_all(site: &Site, sessions: &[Scheduled], from_ms: u64, to_ms: u64) -> Result<Vec<OccurrenceInfo>, Problem> {
    let now_ms = wall_ms();
    let is_now = |told: &OccurrenceInfo| !told.cancelled && (told.opens_ms..told.closes_ms).contains(&now_ms);
    let mut codes: HashMap<BoardId, String> = HashMap::new();
    let mut asked = BTreeSet::new();
    let mut all = Vec::new();
    for session in sessions {
        for one in session.occurrences(from_ms, to_ms) {
            let code = match codes.entry(session.board) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(place) => place.insert(site.hub.services.log.code_of(session.board).await?.to_string()).clone(),
            };
            let told = occurrence(session, &one, code);
            if is_now(&told) {
                asked.insert(session.board);
            }
            all.push(told);
        }
    }
    let answers = join_all(asked.into_iter().map(|board| async move { is_live(site, board).await.then(|| board.to_string()) })).await;
    let live: BTreeSet<String> = answers.into_iter().flatten().collect();
    for told in &mut all {
        told.live = is_now(told) && live.contains(&told.board);
    }
    all.sort_by_key(|one| (one.starts_ms, one.session));
    Ok(all)
}

/// Whether anybody meets on a board. Where it is not in memory nobody does, and it is not read to find out; one that does not
/// answer holds up no list.
async fn is_live(site: &Site, board: BoardId) -> bool {
    let asked = async {
        let room = site.hub.live(board).await?;
        answer_of(&room, |answer| Command::Meets { answer }).await.ok()
    };
    timeout(LIVE_DEADLINE, asked).await.ok().flatten().unwrap_or(false)
}

fn occurrence(session: &Scheduled, one: &Occurrence, code: String) -> OccurrenceInfo {
    OccurrenceInfo {
        session: session.session,
        date: one.date.to_string(),
        title: session.title.clone(),
        board: session.board.to_string(),
        code,
        owner: session.owner.name.clone(),
        rooms: session.rooms.clone(),
        weekly: session.plan.until.is_some(),
        cancelled: one.is_cancelled(),
        moved: matches!(one.exception, Some(Exception::Moved(_))),
        live: false,
        zone: session.plan.zone.name().to_owned(),
        local_date: one.starts.date().to_string(),
        local_start: written(one.starts.time()),
        starts_ms: one.starts_ms(),
        ends_ms: one.ends_ms(),
        opens_ms: one.starts_ms().saturating_sub(EARLY_MS),
        closes_ms: one.ends_ms() + LATE_MS,
    }
}

/// What takes place in a span of time, in its order; cancelled dates too.
///
/// # Errors
/// 400 for a span that is none or too long, 403 for `all` by others than administrators.
#[utoipa::path(get, path = "/api/v1/timetable", tag = "timetable", params(
    ("from_ms" = u64, Query, description = "From when on, milliseconds since 1970"),
    ("to_ms" = u64, Query, description = "Until when, at most 62 days later"),
    ("all" = Option<bool>, Query, description = "Those of all accounts, for administrators")), responses(
    (status = 200, description = "Dates of sessions", body = Vec<OccurrenceInfo>),
    (status = 400, description = "`malformed`: no span, or too long a one", body = Problem, content_type = "application/problem+json"),
    (status = 401, description = "`signed_out`", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "`administrator`; `scope`: a key that reads `all` needs server.read too", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(
    State(site): State<Arc<Site>>,
    Planner(by): Planner,
    span: Result<Query<Span>, QueryRejection>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let Query(Span { from_ms, to_ms, all }) = span.map_err(|error| Problem::malformed(error.body_text()))?;
    if !(from_ms..=from_ms.saturating_add(SPAN_MS_MAX)).contains(&to_ms) {
        return Err(Problem::malformed(format!("`to_ms` lies from `from_ms` to {SPAN_MS_MAX} ms after it")));
    }
    if all {
        reads_all(&site, &headers).await?;
    }
    let sessions = site.hub.services.directory.timetable(&by, all, from_ms, to_ms).await?;
    Ok((no_store(), Json(told_all(&site, &sessions, from_ms, to_ms).await?)))
}

/// Schedules a session, on a board of one's own or on a new one.
///
/// # Errors
/// 403 for another's board, 404 for a room without a panel, 409 where there are too many, 422 for times that are none.
#[utoipa::path(post, path = "/api/v1/timetable", tag = "timetable", request_body = SessionOrder, responses(
    (status = 201, description = "The session", body = SessionInfo),
    (status = 400, description = "`malformed`", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "`not_yours`; `scope`: a key that makes a new board needs boards.start too", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_room`", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`too_many_sessions`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`name`, `plan`, `too_many_rooms`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make(
    State(site): State<Arc<Site>>,
    Planner(by): Planner,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let order: SessionOrder = read_json(&headers, body).await?;
    let board = order.board.as_deref().map(str::parse).transpose()?;
    let order = order.read()?;
    let board = match board {
        Some(board) => board,
        None => {
            site.hub.services.directory.may_schedule(&by, order.clone(), wall_ms()).await?;
            start_for(&site, &headers).await?
        }
    };
    let session = site.hub.services.directory.schedule(&by, board, order, wall_ms()).await?;
    Ok((StatusCode::CREATED, no_store(), Json(told(&site, session).await?)))
}

/// One session.
///
/// # Errors
/// 404 if there is none of this number, or it is not one's own.
#[utoipa::path(get, path = "/api/v1/timetable/{session}", tag = "timetable", params(("session" = i64, Path, description = "Its number")), responses(
    (status = 200, description = "The session", body = SessionInfo),
    (status = 404, description = "`unknown_session`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn show(State(site): State<Arc<Site>>, Planner(by): Planner, Path(session): Path<String>) -> Result<impl IntoResponse, Problem> {
    let session = site.hub.services.directory.scheduled(&by, number(&session)?).await?;
    Ok((no_store(), Json(told(&site, session).await?)))
}

/// Makes a session another one, on the same board. Its rooms' panels are assistants by what it says now, at once.
///
/// # Errors
/// 404 if there is none of this number or a room has no panel, 422 for times that are none.
#[utoipa::path(put, path = "/api/v1/timetable/{session}", tag = "timetable", request_body = SessionOrder,
    params(("session" = i64, Path, description = "Its number")), responses(
    (status = 200, description = "The session", body = SessionInfo),
    (status = 404, description = "`unknown_session`, `unknown_room`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`name`, `plan`, `too_many_rooms`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn change(
    State(site): State<Arc<Site>>,
    Planner(by): Planner,
    Path(session): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let order: SessionOrder = read_json(&headers, body).await?;
    if order.board.is_some() {
        return Err(Problem::malformed("a session keeps its board; schedule another one for another `board`"));
    }
    let session = site.hub.services.directory.reschedule(&by, number(&session)?, order.read()?, wall_ms()).await?;
    dismiss_lapsed(&site.hub).await;
    Ok((no_store(), Json(told(&site, session).await?)))
}

/// Takes a session from the timetable. Its board stays.
///
/// # Errors
/// 404 if there is none of this number.
#[utoipa::path(delete, path = "/api/v1/timetable/{session}", tag = "timetable", params(("session" = i64, Path, description = "Its number")), responses(
    (status = 204, description = "It is gone"),
    (status = 404, description = "`unknown_session`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn remove(State(site): State<Arc<Site>>, Planner(by): Planner, Path(session): Path<String>) -> Result<StatusCode, Problem> {
    site.hub.services.directory.unschedule(&by, number(&session)?, wall_ms()).await?;
    dismiss_lapsed(&site.hub).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Cancels a single date of a session, or moves it.
///
/// # Errors
/// 404 if there is no session of this number, 422 if it is not on this date or is moved to none.
#[utoipa::path(put, path = "/api/v1/timetable/{session}/dates/{date}", tag = "timetable", request_body = DateChange,
    params(("session" = i64, Path, description = "Its number"), ("date" = String, Path, description = "The date that it has by the series")), responses(
    (status = 200, description = "The session", body = SessionInfo),
    (status = 404, description = "`unknown_session`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`plan`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn change_date(
    State(site): State<Arc<Site>>,
    Planner(by): Planner,
    Path((session, date)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let change: DateChange = read_json(&headers, body).await?;
    except(&site, &by, &session, &date, Some(change.read()?)).await
}

/// Has a single date of a session as the others again.
///
/// # Errors
/// 404 if there is no session of this number, 422 if it is not on this date.
#[utoipa::path(delete, path = "/api/v1/timetable/{session}/dates/{date}", tag = "timetable",
    params(("session" = i64, Path, description = "Its number"), ("date" = String, Path, description = "The date that it has by the series")), responses(
    (status = 200, description = "The session", body = SessionInfo),
    (status = 404, description = "`unknown_session`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`plan`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn restore_date(
    State(site): State<Arc<Site>>,
    Planner(by): Planner,
    Path((session, date)): Path<(String, String)>,
) -> Result<impl IntoResponse, Problem> {
    except(&site, &by, &session, &date, None).await
}

async fn except(
    site: &Site,
    by: &Account,
    session: &str,
    date: &str,
    exception: Option<Exception>,
) -> Result<impl IntoResponse + use<>, Problem> {
    let date = date_of(date).map_err(DirectoryError::from)?;
    let session = site.hub.services.directory.except(by, number(session)?, date, exception, wall_ms()).await?;
    dismiss_lapsed(&site.hub).await;
    Ok((no_store(), Json(told(site, session).await?)))
}

/// What takes place in a panel's room in the next day and a half, in its order, without cancelled dates.
///
/// # Errors
/// 401 for a token that is not valid any more, 403 once the panel is revoked.
#[utoipa::path(get, path = "/api/v1/panel/timetable", tag = "panels", responses(
    (status = 200, description = "Dates of sessions", body = Vec<OccurrenceInfo>),
    (status = 401, description = "`panel_token`", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "`panel_revoked`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn of_panel(State(site): State<Arc<Site>>, Device(panel): Device) -> Result<impl IntoResponse, Problem> {
    let now_ms = wall_ms();
    let sessions = site.hub.services.directory.timetable_of_panel(&panel, now_ms).await?;
    let mut all = told_all(&site, &sessions, now_ms.saturating_sub(LATE_MS), now_ms + AHEAD_MS).await?;
    all.retain(|one| !one.cancelled);
    Ok((no_store(), Json(all)))
}

pub(super) fn number(session: &str) -> Result<i64, Problem> {
    number_of(session, "a session")
}
