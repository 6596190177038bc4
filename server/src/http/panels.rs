//! Looking after panels: approving, naming, moving and revoking them, and giving an owner to what was begun at one.
//! Whoever has an account may, but revoke only what they approved, unless they are administrators; each act stands in the audit log.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::boards::{no_store, random};
use super::body::read_json;
use super::problem::Problem;
use super::who::Staff;
use super::{Site, number_of};
use crate::directory::pairing::{PairingCode, ParsePairingCodeError};
use crate::directory::panels::{Panel, PanelRow, Place};
use crate::directory::token::hex;
use crate::hub::assistants::dismiss_lapsed;
use crate::hub::clock::wall_ms;
use crate::room::command::Command;

/// A panel that waits to be approved.
#[derive(Serialize, ToSchema)]
pub struct PairingInfo {
    /// Its browser, as it says.
    pub browser: String,
    /// The version of the app that it runs.
    pub version: String,
    /// When it asked, milliseconds since 1970.
    pub asked_ms: u64,
    /// When its code ends.
    pub ends_ms: u64,
}

/// A panel that is to be approved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The code that the panel shows.
    pub code: String,
    /// What it is called, also on boards.
    pub name: String,
    /// The place where it is, such as a school.
    pub site: String,
    /// The room there.
    pub room: String,
}

/// A change of a panel; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PanelChange {
    /// What it is called.
    pub name: Option<String>,
    /// The place.
    pub site: Option<String>,
    /// The room.
    pub room: Option<String>,
}

/// A board that was begun at a panel and has no owner.
#[derive(Serialize, ToSchema)]
pub struct BegunBoardInfo {
    /// Its name.
    pub board: String,
    /// Its code.
    pub code: String,
    /// When somebody began to write on it, milliseconds since 1970.
    pub begun_ms: u64,
}

/// Who is to own a board.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerChange {
    /// Whose it is to be; one's own if it is left out. Others' needs an administrator.
    #[serde(default)]
    pub login: Option<String>,
}

fn code_of(text: &str) -> Result<PairingCode, Problem> {
    text.parse().map_err(|error: ParsePairingCodeError| Problem::malformed(error.to_string()))
}

/// All panels that are not revoked.
///
/// # Errors
/// 401 for others than those who are signed in.
#[utoipa::path(get, path = "/api/v1/panels", tag = "panels", responses(
    (status = 200, description = "All panels, by site, room and name", body = Vec<PanelRow>),
    (status = 401, description = "`signed_out`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(site): State<Arc<Site>>, _by: Staff) -> Result<impl IntoResponse, Problem> {
    Ok((no_store(), Json(site.hub.services.directory.panels(wall_ms()).await?)))
}

/// The panel that shows a pairing code now: looked at before it is approved.
///
/// # Errors
/// 404 whatever is wrong with the code, 429 for an account that guesses.
#[utoipa::path(get, path = "/api/v1/panels/pairings/{code}", tag = "panels",
    params(("code" = String, Path, description = "Eight digits")), responses(
    (status = 200, description = "The panel", body = PairingInfo),
    (status = 404, description = "`pairing`", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "`too_often`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn waiting(State(site): State<Arc<Site>>, Staff(by): Staff, Path(code): Path<String>) -> Result<impl IntoResponse, Problem> {
    let directory = &site.hub.services.directory;
    directory.limits.pairing_try(by.account)?;
    let waiting = directory.pairing(code_of(&code)?, wall_ms())?;
    let ends_ms = waiting.ends_ms();
    Ok((no_store(), Json(PairingInfo { browser: waiting.browser, version: waiting.version, asked_ms: waiting.asked_ms, ends_ms })))
}

/// Approves the panel that shows a pairing code, names it and gives it to a room.
///
/// # Errors
/// 404 whatever is wrong with the code, 422 for a name that is none, 429 for an account that guesses.
#[utoipa::path(post, path = "/api/v1/panels", tag = "panels", request_body = Approval, responses(
    (status = 201, description = "The panel", body = Panel),
    (status = 404, description = "`pairing`", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`too_many_panels`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`name`", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "`too_often`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn approve(
    State(site): State<Arc<Site>>,
    Staff(by): Staff,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let directory = &site.hub.services.directory;
    directory.limits.pairing_try(by.account)?;
    let Approval { code, name, site: place, room } = read_json(&headers, body).await?;
    let place = Place { name, site: place, room };
    let panel = directory.approve_panel(&by, code_of(&code)?, place, wall_ms()).await?;
    Ok((StatusCode::CREATED, no_store(), Json(panel)))
}

/// Renames or moves a panel.
///
/// # Errors
/// 404 if there is none of this number, 422 for a name that is none.
#[utoipa::path(patch, path = "/api/v1/panels/{panel}", tag = "panels", request_body = PanelChange,
    params(("panel" = i64, Path, description = "Its number")), responses(
    (status = 204, description = "Changed"),
    (status = 404, description = "`unknown_panel`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`name`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn change(
    State(site): State<Arc<Site>>,
    Staff(by): Staff,
    Path(panel): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let panel = number_of(&panel, "a panel")?;
    let PanelChange { name, site: place, room } = read_json(&headers, body).await?;
    site.hub.services.directory.change_panel(&by, panel, [name, place, room], wall_ms()).await?;
    dismiss_lapsed(&site.hub).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Revokes a panel: its connections to boards end at once, and its key is refused for ever.
///
/// # Errors
/// 403 for others than who approved it and administrators, 404 if there is none of this number.
#[utoipa::path(delete, path = "/api/v1/panels/{panel}", tag = "panels", params(("panel" = i64, Path, description = "Its number")), responses(
    (status = 204, description = "Revoked"),
    (status = 403, description = "`approver`: neither an administrator nor who approved it", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_panel`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn revoke(State(site): State<Arc<Site>>, Staff(by): Staff, Path(panel): Path<String>) -> Result<StatusCode, Problem> {
    site.hub.services.directory.revoke_panel(&by, number_of(&panel, "a panel")?, wall_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The boards that were begun at a panel and have no owner, at most a hundred, the newest first.
///
/// # Errors
/// 404 if there is no panel of this number.
#[utoipa::path(get, path = "/api/v1/panels/{panel}/boards", tag = "panels", params(("panel" = i64, Path, description = "Its number")), responses(
    (status = 200, description = "Boards and their codes", body = Vec<BegunBoardInfo>),
    (status = 404, description = "`unknown_panel`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn boards(State(site): State<Arc<Site>>, _by: Staff, Path(panel): Path<String>) -> Result<impl IntoResponse, Problem> {
    let services = &site.hub.services;
    let mut told = Vec::new();
    for begun in services.directory.boards_of_panel(number_of(&panel, "a panel")?).await? {
        let code = services.log.code_of(begun.board).await?.to_string();
        told.push(BegunBoardInfo { board: begun.board.to_string(), code, begun_ms: begun.begun_ms });
    }
    Ok((no_store(), Json(told)))
}

/// Gives a board that was begun at a panel an owner: oneself, or, by an administrator, somebody else.
///
/// # Errors
/// 404 for a board of no panel or an account that is not there, 409 if it has an owner.
#[utoipa::path(put, path = "/api/v1/boards/{board}/owner", tag = "panels", request_body = OwnerChange,
    params(("board" = String, Path, description = "The board's name")), responses(
    (status = 204, description = "It has an owner, who leads it"),
    (status = 403, description = "`administrator`: only they give it to others", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`not_of_panel`, `unknown_account`", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`owned`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn give(
    State(site): State<Arc<Site>>,
    Staff(by): Staff,
    Path(board): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let board: BoardId = board.parse()?;
    let OwnerChange { login } = read_json(&headers, body).await?;
    let given = site.hub.services.directory.give_board(&by, board, login, wall_ms()).await?;
    // Who was on it before has a record there, which says what they are.
    let room = site.hub.room(board).await?;
    for (participant, role) in [(given.owner, Role::Host), (given.panel, given.left)] {
        let appoint = Command::Appoint { participant: participant.0, role, only: None, ticket: hex(&random::<16>()?) };
        room.commands.send(appoint).await.map_err(|_| Problem::busy("the board is being opened anew; try again"))?;
    }
    Ok(StatusCode::NO_CONTENT)
}
