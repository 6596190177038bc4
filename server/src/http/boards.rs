//! Boards and their codes.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kakehashi_protocol::ids::{ActorId, BoardId};
use kakehashi_protocol::rights::Role;
use serde::Serialize;
use utoipa::ToSchema;

use super::Site;
use super::client::Peer;
use super::problem::Problem;
use super::who::{Author, Planner, Starter, admitted};
use crate::directory::DirectoryError;
use crate::directory::accounts::Starts;
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
    /// The pass of its host, told only now, if neither somebody signed in nor a panel has made it: shown when the board is entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass: Option<String>,
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
/// 403 where only accounts start boards, 507 when the disk is full, 503 when the server stops.
#[utoipa::path(post, path = "/api/v1/boards", tag = "boards", responses(
    (status = 201, description = "The board, durable", body = NewBoard),
    (status = 403, description = "`accounts_only`", body = Problem, content_type = "application/problem+json"),
    (status = 507, description = "The disk is full", body = Problem, content_type = "application/problem+json"),
))]
pub async fn create(State(site): State<Arc<Site>>, Starter(author): Starter) -> Result<Response, Problem> {
    may_start(&site, &author).await?;
    let created_ms = wall_ms();
    let (board, code) = make(&site, created_ms).await?;
    made(&site, board, code, created_ms, &author).await
}

/// Makes a board for a session of an account.
///
/// # Errors
/// Those of making a board; 403 for a key that starts none.
pub(super) async fn start_for(site: &Site, headers: &HeaderMap) -> Result<BoardId, Problem> {
    let Starter(Author::Account(owner)) = Starter::of(site, headers).await? else { return Err(DirectoryError::SignedOut.into()) };
    let (board, _) = make(site, wall_ms()).await?;
    site.hub.services.directory.own(board, &owner).await?;
    Ok(board)
}

async fn make(site: &Site, created_ms: u64) -> Result<(BoardId, JoinCode), Problem> {
    let board = BoardId(random()?);
    // The actor that makes the first page never writes again, so nobody keeps its key.
    let server = ActorId(u64::from_be_bytes(random()?).max(1));
    let (_, code) = create_board(&*site.hub.services.log, board, first_row(server, &random()?, created_ms), created_ms).await?;
    tracing::debug!(%board, "a board was made");
    Ok((board, code))
}

/// The boards that belong to who asks.
///
/// # Errors
/// 401 for others than those who are signed in.
#[utoipa::path(get, path = "/api/v1/me/boards", tag = "boards", responses(
    (status = 200, description = "Boards and their codes", body = Vec<BoardInfo>),
    (status = 401, description = "`signed_out`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn own(State(site): State<Arc<Site>>, Planner(by): Planner) -> Result<impl IntoResponse, Problem> {
    let services = &site.hub.services;
    let mut told = Vec::new();
    for board in services.directory.boards_of(&by).await? {
        let code = services.log.code_of(board).await?.to_string();
        told.push(BoardInfo { board: board.to_string(), code });
    }
    Ok((no_store(), Json(told)))
}

/// Whether a board may be started by who asks.
///
/// # Errors
/// 403 where only accounts may and nobody is signed in; for a panel somebody with an account has vouched.
pub(super) async fn may_start(site: &Site, author: &Author) -> Result<(), Problem> {
    let (starts, _) = site.hub.services.directory.starts().await?;
    if starts == Starts::Accounts && matches!(author, Author::Nobody) {
        let detail = "on this server only those who are signed in start boards";
        return Err(Problem::new(StatusCode::FORBIDDEN, "accounts_only", detail));
    }
    Ok(())
}

/// Gives a new board to who started it, and the answer that tells of it.
pub(super) async fn made(site: &Site, board: BoardId, code: JoinCode, created_ms: u64, author: &Author) -> Result<Response, Problem> {
    let directory = &site.hub.services.directory;
    let pass = match author {
        Author::Account(owner) => {
            directory.own(board, owner).await?;
            None
        }
        Author::Panel(panel) => {
            directory.made_by_panel(board, panel.panel).await?;
            None
        }
        Author::Nobody => Some(directory.host_pass(board, created_ms).await?),
    };
    let body = NewBoard { board: board.to_string(), code: code.to_string(), created_ms, pass };
    let mut response = (StatusCode::CREATED, no_store(), Json(body)).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/boards/{board}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Says whether a board is there, and its code.
///
/// # Errors
/// 400 for what is no board's name, 403 if it is closed to who asks, 404 if it is not there.
#[utoipa::path(get, path = "/api/v1/boards/{board}", tag = "boards", params(("board" = String, Path, description = "The board's name")), responses(
    (status = 200, description = "It is there", body = BoardInfo),
    (status = 403, description = "`closed`, `removed`", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_board`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn show(State(site): State<Arc<Site>>, Path(board): Path<String>, headers: HeaderMap) -> Result<impl IntoResponse, Problem> {
    let board: BoardId = board.parse()?;
    let code = site.hub.services.log.code_of(board).await?;
    admitted(&site, board, &headers, Role::Viewer).await?;
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
    match opened_by(&site, code).await? {
        Some(board) => Ok((no_store(), Json(CodeInfo { board: board.to_string() }))),
        None => {
            site.misses.note(peer);
            Err(Problem::not_found("unknown_code", format!("no board has the code {code}")))
        }
    }
}

/// The board that a code opens: its own, unless it is closed to its bare link, or one that was made for it.
async fn opened_by(site: &Site, code: JoinCode) -> Result<Option<BoardId>, Problem> {
    let directory = &site.hub.services.directory;
    let own = match site.hub.services.log.board_of_code(code).await? {
        Some(board) => directory.door(board).await?.bare.map(|_| board),
        None => None,
    };
    // Asked for in any case, so that every code takes as long.
    let made = directory.board_of_code(code, wall_ms()).await?;
    Ok(own.or(made))
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
