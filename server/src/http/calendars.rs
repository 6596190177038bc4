//! Sessions as iCalendar: one as a file, and all of an account by a secret link that calendar programs read again and again.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::Site;
use super::boards::no_store;
use super::problem::Problem;
use super::timetable::number;
use super::who::{Planner, SignedIn, origin_of};
use crate::directory::DirectoryError;
use crate::directory::timetable::calendar::write;
use crate::hub::clock::wall_ms;

const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("text/calendar; charset=utf-8");

/// The link to one's calendar.
#[derive(Serialize, ToSchema)]
pub struct FeedInfo {
    /// When it was made, milliseconds since 1970; `null`: there is none.
    pub made_ms: Option<u64>,
    /// Where the calendar is, on this server, if the link was just made: it is told only now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

fn calendar(text: String) -> Response {
    (no_store(), [(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response()
}

/// One session as a file for a calendar.
///
/// # Errors
/// 404 if there is none of this number, or it is not one's own.
#[utoipa::path(get, path = "/api/v1/timetable/{session}/calendar.ics", tag = "timetable", params(("session" = i64, Path, description = "Its number")), responses(
    (status = 200, description = "The session with all its dates", body = String, content_type = "text/calendar"),
    (status = 404, description = "`unknown_session`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn show(
    State(site): State<Arc<Site>>,
    Planner(by): Planner,
    Path(session): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let session = site.hub.services.directory.scheduled(&by, number(&session)?).await?;
    let name = format!("attachment; filename=\"session-{}.ics\"", session.session);
    let mut answer = calendar(write(&session.title, origin_of(&site, &headers).as_deref(), std::slice::from_ref(&session)));
    if let Ok(name) = HeaderValue::from_str(&name) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(answer)
}

/// All sessions of an account, for whoever has the link: two months back, and all that is to come.
///
/// # Errors
/// 404, whatever is wrong with the link.
#[utoipa::path(get, path = "/api/v1/calendars/{token}.ics", tag = "timetable", params(("token" = String, Path, description = "The secret of the link")), responses(
    (status = 200, description = "The calendar", body = String, content_type = "text/calendar"),
    (status = 404, description = "`unknown_feed`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn feed(State(site): State<Arc<Site>>, Path(file): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let token = file.strip_suffix(".ics").ok_or(DirectoryError::UnknownFeed)?;
    let (of, sessions) = site.hub.services.directory.feed(token, wall_ms()).await?;
    Ok(calendar(write(&format!("Kakehashi: {}", of.name), origin_of(&site, &headers).as_deref(), &sessions)))
}

/// Whether there is a link to one's calendar.
///
/// # Errors
/// 401 for others than those who are signed in.
#[utoipa::path(get, path = "/api/v1/me/calendar", tag = "timetable", responses(
    (status = 200, description = "Without its secret", body = FeedInfo),
    (status = 401, description = "`signed_out`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn about(State(site): State<Arc<Site>>, SignedIn(of): SignedIn) -> Result<impl IntoResponse, Problem> {
    let made_ms = site.hub.services.directory.feed_made_ms(&of).await?;
    Ok((no_store(), Json(FeedInfo { made_ms, path: None })))
}

/// Makes the link to one's calendar anew; the one before gives nothing any more.
///
/// # Errors
/// 401 for others than those who are signed in.
#[utoipa::path(post, path = "/api/v1/me/calendar", tag = "timetable", responses(
    (status = 201, description = "With its secret, told only now", body = FeedInfo),
    (status = 401, description = "`signed_out`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn renew(State(site): State<Arc<Site>>, SignedIn(of): SignedIn) -> Result<impl IntoResponse, Problem> {
    let now_ms = wall_ms();
    let token = site.hub.services.directory.renew_feed(&of, now_ms).await?;
    let info = FeedInfo { made_ms: Some(now_ms), path: Some(format!("/api/v1/calendars/{token}.ics")) };
    Ok((StatusCode::CREATED, no_store(), Json(info)))
}

/// Revokes the link to one's calendar.
///
/// # Errors
/// 404 if there is none.
#[utoipa::path(delete, path = "/api/v1/me/calendar", tag = "timetable", responses(
    (status = 204, description = "It gives nothing any more"),
    (status = 404, description = "`unknown_feed`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn revoke(State(site): State<Arc<Site>>, SignedIn(of): SignedIn) -> Result<StatusCode, Problem> {
    site.hub.services.directory.revoke_feed(&of, wall_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}
