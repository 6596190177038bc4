//! Boards and their codes.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kakehashi_protocol::ids::{ActorId, BoardId};
use serde::Serialize;
use utoipa::ToSchema;

use super::Site;
use super::client::Peer;
use super::problem::Problem;
use crate::hub::clock::wall_ms;
use crate::log::{JoinCode, create_board};
use crate::room::load::first_row;

/// A board that was made.
#[derive(Serialize, ToSchema)]
pub struct NewBoard {
    /// Its name: 26 digits and letters. Whoever has it can open the board.
    #[schema(example = "2gv4mzt6ksc8w5rjq9h3xbnpde")]
    pub board: String,
    /// Its code: nine digits, to be read out.
    #[schema(example = "123-456-789")]
    pub code: String,
    /// When it was made, milliseconds since 1970.
    pub created_ms: u64,
}

/// A board that is there.
#[derive(Serialize, ToSchema)]
pub struct BoardInfo {
    /// Its name.
    pub board: String,
    /// Its code.
    pub code: String,
}

/// The board a code opens.
#[derive(Serialize, ToSchema)]
pub struct CodeInfo {
    /// Its name.
    pub board: String,
}

/// Makes a board with one empty page.
///
/// # Errors
/// 507 when the disk is full, 503 when the server stops.
#[utoipa::path(post, path = "/api/v1/boards", tag = "boards", responses(
    (status = 201, description = "The board, durable", body = NewBoard),
    (status = 507, description = "The disk is full", body = Problem, content_type = "application/problem+json"),
))]
pub async fn create(State(site): State<Arc<Site>>) -> Result<Response, Problem> {
    let created_ms = wall_ms();
    let board = BoardId(random()?);
    // The actor that makes the first page never writes again, so nobody keeps its key.
    let server = ActorId(u64::from_be_bytes(random()?).max(1));
    let (_, code) = create_board(&*site.hub.services.log, board, first_row(server, &random()?, created_ms), created_ms).await?;
    tracing::debug!(%board, "a board was made");
    Ok(made(board, code, created_ms))
}

/// The answer that tells of a new board.
pub(super) fn made(board: BoardId, code: JoinCode, created_ms: u64) -> Response {
    let body = NewBoard { board: board.to_string(), code: code.to_string(), created_ms };
    let mut response = (StatusCode::CREATED, no_store(), Json(body)).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/boards/{board}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Says whether a board is there, and its code.
///
/// # Errors
/// 400 for what is no board's name, 404 if it is not there.
#[utoipa::path(get, path = "/api/v1/boards/{board}", tag = "boards", params(("board" = String, Path, description = "The board's name")), responses(
    (status = 200, description = "It is there", body = BoardInfo),
    (status = 404, description = "`unknown_board`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn show(State(site): State<Arc<Site>>, Path(board): Path<String>) -> Result<impl IntoResponse, Problem> {
    let board: BoardId = board.parse()?;
    let code = site.hub.services.log.code_of(board).await?;
    Ok((no_store(), Json(BoardInfo { board: board.to_string(), code: code.to_string() })))
}

/// The board that a code opens.
///
/// # Errors
/// 400 for what is no code, 404 if it opens none, 429 for an address that guesses.
#[utoipa::path(get, path = "/api/v1/codes/{code}", tag = "boards",
    params(("code" = String, Path, description = "Nine digits, with or without dashes")), responses(
    (status = 200, description = "The board", body = CodeInfo),
    (status = 404, description = "`unknown_code`", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many wrong codes", body = Problem, content_type = "application/problem+json"),
))]
pub async fn of_code(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    Path(code): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let code: JoinCode = code.parse().map_err(|error: crate::log::code::ParseCodeError| Problem::malformed(error.to_string()))?;
    site.misses.check(peer)?;
    match site.hub.services.log.board_of_code(code).await? {
        Some(board) => Ok((no_store(), Json(CodeInfo { board: board.to_string() }))),
        None => {
            site.misses.note(peer);
            Err(Problem::not_found("unknown_code", format!("no board has the code {code}")))
        }
    }
}

/// Boards are private: no cache keeps what is said of them.
pub(super) fn no_store() -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"))]
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the system gives no random bytes");
        Problem::busy("the server has no randomness to give")
    })?;
    Ok(bytes)
}
