//! Coming onto a board, and who may: entering, the bare link, further links and codes, removal.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::boards::no_store;
use super::body::{read_counted, read_json};
use super::client::Peer;
use super::problem::Problem;
use super::who::{Author, Comer, admitted, called, set_entry};
use super::{Site, number_of};
use crate::directory::credential::ParticipantKind;
use crate::directory::enter::Visitor;
use crate::directory::limits::Limits;
use crate::directory::links::{CODE_MS_MAX, Key, LINK_MS_MAX, Link, NewLink};
use crate::directory::role::RoleName;
use crate::directory::token::TOKEN_LETTERS;
use crate::hub::assistants::raise;
use crate::hub::clock::wall_ms;
use crate::log::JoinCode;

/// Random codes that are tried for one that no board has.
const CODE_TRIES: usize = 30;
/// The shortest time of a link, seconds.
const LINK_S_MIN: u64 = 60;

/// Who wants to enter. Signed in, nothing of it is needed.
#[derive(Deserialize, Default, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Entry {
    /// What a guest wants to be called.
    pub name: Option<String>,
    /// The token of a link.
    pub link: Option<String>,
    /// A code of nine digits.
    pub code: Option<String>,
    /// A guest's pass from before.
    pub pass: Option<String>,
}

/// Who has entered.
#[derive(Serialize, ToSchema)]
pub struct EntryInfo {
    /// What a connection shows in its hello, and requests as `Authorization: Bearer`.
    pub credential: String,
    /// Until when it lets new connections in, milliseconds since 1970.
    pub expires_ms: u64,
    /// Who one is on this board: 32 hexadecimal digits.
    pub participant: String,
    /// Whether with an account.
    pub kind: ParticipantKind,
    /// As what.
    pub role: RoleName,
    /// What others see.
    pub name: String,
    /// Whether they wait in the lobby, unless they were let in before.
    pub waits: bool,
    /// What the bare link of the board gives; nothing if it is closed to it.
    pub bare: Option<RoleName>,
    /// A new guest's pass: shown the next time, they are the same participant. It is told only now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass: Option<String>,
}

/// What the bare link of a board gives.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Doors {
    /// The role, or nothing if the board is closed to its bare link.
    #[serde(deserialize_with = "Option::deserialize")]
    pub bare: Option<RoleName>,
}

/// A link or code that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkOrder {
    /// What it gives: viewer, member or assistant.
    pub role: RoleName,
    /// For how many seconds: at most a year, a code at most a week.
    pub valid_s: u64,
    /// Whether it is a code of nine digits.
    #[serde(default)]
    pub code: bool,
    /// How many may enter by it; any number if left out.
    #[serde(default)]
    pub uses: Option<u32>,
    /// Whether who comes by it waits in the lobby until they are let in.
    #[serde(default)]
    pub waits: bool,
}

/// A link or code.
#[derive(Serialize, ToSchema)]
pub struct LinkInfo {
    /// Its number.
    pub link: i64,
    /// What it gives.
    pub role: RoleName,
    /// Its code, if it is one.
    pub code: Option<String>,
    /// When it was made, milliseconds since 1970.
    pub made_ms: u64,
    /// When it ends.
    pub ends_ms: u64,
    /// How many may still enter by it.
    pub uses_left: Option<u32>,
    /// Whether who comes by it waits in the lobby until they are let in.
    pub waits: bool,
    /// The token of a link that was just made; it is told only now. The app takes it at `/b/BOARD#link=TOKEN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl LinkInfo {
    fn of(link: &Link, token: Option<String>) -> Self {
        let Link { link, code, role, made_ms, ends_ms, uses_left, waits } = *link;
        Self { link, role: role.into(), code: code.map(|code| code.to_string()), made_ms, ends_ms, uses_left, waits, token }
    }
}

/// Enters a board: gives a credential, as the account that is signed in, as a panel or as a guest. The same
/// credential is left in a cookie for the board's pictures and files.
///
/// # Errors
/// 403 if the board is closed, the link or code does not open it, or they were removed; 503 if it cannot be told of a panel.
#[utoipa::path(post, path = "/api/v1/boards/{board}/enter", tag = "doors", request_body = Entry,
    params(("board" = String, Path, description = "The board's name")), responses(
    (status = 200, description = "Who one is there, and as what", body = EntryInfo),
    (status = 403, description = "`closed`, `door`, `removed`", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_board`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`name`", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "`too_often`, or too many wrong codes", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "`busy`: the board cannot be told yet that a panel assists by the timetable", body = Problem, content_type = "application/problem+json"),
))]
pub async fn enter(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    Comer(author): Comer,
    Path(board): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let board: BoardId = board.parse()?;
    let directory = &site.hub.services.directory;
    let Entry { name, link, code, pass } = read_counted(&site, peer, Limits::enter, &headers, body).await?;
    let own = site.hub.services.log.code_of(board).await?;
    let key = match (link, code) {
        (Some(_), Some(_)) => return Err(Problem::malformed("one enters by a link or by a code, not by both")),
        (Some(link), None) => Some(Key::Link(link)),
        (None, Some(code)) => {
            let code: JoinCode = code.parse().map_err(|error: crate::log::code::ParseCodeError| Problem::malformed(error.to_string()))?;
            // The board's own code is its bare link, short.
            (code != own).then_some(Key::Code(code))
        }
        (None, None) => None,
    };
    let guesses = key.is_some();
    if guesses {
        site.misses.check(peer)?;
    }
    let pass = pass.filter(|pass| pass.len() == TOKEN_LETTERS);
    let (account, panel) = match author {
        Author::Nobody => (None, None),
        Author::Account(account) => (Some(account), None),
        Author::Panel(panel) => (None, Some(panel)),
    };
    let entered = directory.enter(board, Visitor { account, panel, name, pass, key }, wall_ms()).await;
    if guesses && matches!(entered, Err(crate::directory::DirectoryError::Door)) {
        site.misses.note(peer);
    }
    let entered = entered?;
    if let Some(raised) = entered.raised
        && !raise(&site.hub, board, entered.entrant.participant, raised).await?
    {
        return Err(Problem::busy("the board could not be told that this panel assists; enter again"));
    }
    let cookie = set_entry(&site, &headers, board, &entered.credential);
    let info = EntryInfo {
        expires_ms: entered.expires_ms,
        participant: entered.entrant.participant.to_string(),
        kind: entered.entrant.kind,
        role: entered.entrant.role.into(),
        name: entered.entrant.name,
        waits: entered.entrant.waits,
        credential: entered.credential,
        bare: entered.bare.map(RoleName::from),
        pass: entered.pass,
    };
    Ok((no_store(), [(header::SET_COOKIE, cookie)], Json(info)).into_response())
}

/// What the bare link of a board gives.
///
/// # Errors
/// 403 for others than its hosts.
#[utoipa::path(get, path = "/api/v1/boards/{board}/doors", tag = "doors", params(("board" = String, Path, description = "The board's name")), responses(
    (status = 200, description = "The door", body = Doors),
    (status = 403, description = "`role`: not a host", body = Problem, content_type = "application/problem+json"),
))]
pub async fn show(State(site): State<Arc<Site>>, Path(board): Path<String>, headers: HeaderMap) -> Result<impl IntoResponse, Problem> {
    let board: BoardId = board.parse()?;
    admitted(&site, board, &headers, Role::Host).await?;
    let door = site.hub.services.directory.door(board).await?;
    Ok((no_store(), Json(Doors { bare: door.bare.map(RoleName::from) })))
}

/// Says what the bare link of a board gives: viewer, member, or nothing.
///
/// # Errors
/// 403 for others than its hosts.
#[utoipa::path(put, path = "/api/v1/boards/{board}/doors", tag = "doors", request_body = Doors,
    params(("board" = String, Path, description = "The board's name")), responses(
    (status = 204, description = "Set"),
    (status = 403, description = "`role`: not a host", body = Problem, content_type = "application/problem+json"),
))]
pub async fn set(State(site): State<Arc<Site>>, Path(board): Path<String>, headers: HeaderMap, body: Body) -> Result<StatusCode, Problem> {
    let board: BoardId = board.parse()?;
    let host = admitted(&site, board, &headers, Role::Host).await?;
    let Doors { bare } = read_json(&headers, body).await?;
    let bare = bare.map(Role::from);
    if bare.is_some_and(|bare| bare > Role::Member) {
        return Err(Problem::malformed("`bare` is \"viewer\", \"member\" or null"));
    }
    site.hub.services.directory.set_bare(board, bare, called(&host), wall_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The links and codes of a board that open it now.
///
/// # Errors
/// 403 for others than its hosts.
#[utoipa::path(get, path = "/api/v1/boards/{board}/links", tag = "doors", params(("board" = String, Path, description = "The board's name")), responses(
    (status = 200, description = "Links without their tokens, and codes", body = Vec<LinkInfo>),
    (status = 403, description = "`role`: not a host", body = Problem, content_type = "application/problem+json"),
))]
pub async fn links(State(site): State<Arc<Site>>, Path(board): Path<String>, headers: HeaderMap) -> Result<impl IntoResponse, Problem> {
    let board: BoardId = board.parse()?;
    admitted(&site, board, &headers, Role::Host).await?;
    let links = site.hub.services.directory.links(board, wall_ms()).await?;
    Ok((no_store(), Json(links.iter().map(|link| LinkInfo::of(link, None)).collect::<Vec<_>>())))
}

/// Makes a link or code.
///
/// # Errors
/// 403 for others than hosts, 409 where there are too many.
#[utoipa::path(post, path = "/api/v1/boards/{board}/links", tag = "doors", request_body = LinkOrder,
    params(("board" = String, Path, description = "The board's name")), responses(
    (status = 201, description = "The link with its token, or the code", body = LinkInfo),
    (status = 403, description = "`role`: not a host", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`too_many_links`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make_link(
    State(site): State<Arc<Site>>,
    Path(board): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let board: BoardId = board.parse()?;
    let host = admitted(&site, board, &headers, Role::Host).await?;
    let LinkOrder { role, valid_s, code, uses, waits } = read_json(&headers, body).await?;
    let role = Role::from(role);
    if role > Role::Assistant {
        return Err(Problem::malformed("`role` of a link is \"viewer\", \"member\" or \"assistant\""));
    }
    let longest_s = if code { CODE_MS_MAX } else { LINK_MS_MAX } / 1000;
    if !(LINK_S_MIN..=longest_s).contains(&valid_s) {
        return Err(Problem::malformed(format!("`valid_s` is from {LINK_S_MIN} to {longest_s}")));
    }
    if uses == Some(0) {
        return Err(Problem::malformed("`uses` is at least 1"));
    }
    let code = if code { Some(free_code(&site).await?) } else { None };
    let new = NewLink { code, role, valid_ms: valid_s * 1000, uses, waits };
    let (link, token) = site.hub.services.directory.make_link(board, new, called(&host), wall_ms()).await?;
    Ok((StatusCode::CREATED, no_store(), Json(LinkInfo::of(&link, token))))
}

/// A code that neither a board nor a link has.
async fn free_code(site: &Site) -> Result<JoinCode, Problem> {
    for _ in 0..CODE_TRIES {
        let code = JoinCode::random()?;
        let services = &site.hub.services;
        if services.log.board_of_code(code).await?.is_none() && services.directory.board_of_code(code, 0).await?.is_none() {
            return Ok(code);
        }
    }
    Err(Problem::busy("no free code was found"))
}

/// Revokes a link or code: nobody new enters by it.
///
/// # Errors
/// 403 for others than hosts, 404 where there is none of this number.
#[utoipa::path(delete, path = "/api/v1/boards/{board}/links/{link}", tag = "doors",
    params(("board" = String, Path, description = "The board's name"), ("link" = i64, Path, description = "Its number")), responses(
    (status = 204, description = "Revoked"),
    (status = 403, description = "`role`: not a host", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_link`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn revoke_link(
    State(site): State<Arc<Site>>,
    Path((board, link)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let board: BoardId = board.parse()?;
    let link = number_of(&link, "a link")?;
    let host = admitted(&site, board, &headers, Role::Host).await?;
    site.hub.services.directory.revoke_link(board, link, called(&host), wall_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes somebody from a board: their connections end at once, and their pass and credential let
/// nobody in any more.
///
/// # Errors
/// 403 for others than hosts, 404 for nobody.
#[utoipa::path(delete, path = "/api/v1/boards/{board}/participants/{participant}", tag = "doors",
    params(("board" = String, Path, description = "The board's name"), ("participant" = String, Path, description = "32 hexadecimal digits")), responses(
    (status = 204, description = "Removed"),
    (status = 403, description = "`role`: not a host", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_participant`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn remove(
    State(site): State<Arc<Site>>,
    Path((board, participant)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let board: BoardId = board.parse()?;
    let participant = participant.parse().map_err(|_| Problem::malformed("a participant is named by 32 hexadecimal digits"))?;
    let host = admitted(&site, board, &headers, Role::Host).await?;
    site.hub.services.directory.remove(board, participant, called(&host), wall_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}
