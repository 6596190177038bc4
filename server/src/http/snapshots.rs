//! Snapshots: a document as a whole, for who joins; and how else a room is asked.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kakehashi_protocol::ids::{BoardId, DocumentId};
use serde::Deserialize;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::Site;
use super::problem::Problem;
use crate::room::command::{Command, Room};

/// How long a room may take: it answers between two batches.
const ANSWER_DEADLINE: Duration = Duration::from_secs(20);

/// What opens a snapshot.
#[derive(Deserialize)]
pub struct Opening {
    /// From the connection's welcome.
    ticket: String,
}

/// A document's state (WIRE section 7), for a connection that subscribes to it.
///
/// # Errors
/// 403 if the ticket is of no connection that reads the document; 503 if the room does not answer.
#[utoipa::path(get, path = "/api/v1/boards/{board}/documents/{document}/snapshot", tag = "boards",
    params(("board" = String, Path, description = "The board's name"), ("document" = String, Path, description = "The document's name"),
        ("ticket" = String, Query, description = "From the welcome of a connection that subscribes to the document")), responses(
    (status = 200, description = "The snapshot", body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 403, description = "`ticket`", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "`busy`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn show(
    State(site): State<Arc<Site>>,
    Path((board, document)): Path<(String, String)>,
    opening: Result<Query<Opening>, QueryRejection>,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let board: BoardId = board.parse()?;
    let document: DocumentId = document.parse()?;
    let refused = || Problem::new(StatusCode::FORBIDDEN, "ticket", "this needs the ticket of a connection that subscribes to the document");
    let Query(Opening { ticket }) = opening.map_err(|_| refused())?;
    // A ticket is of a connection, and a connection holds its room in memory.
    let room = site.hub.live(board).await.ok_or_else(refused)?;
    let kept = answer_of(&room, |answer| Command::Snapshot { ticket, document, answer }).await?.ok_or_else(refused)?;
    let compressed = if accepts(&request, "gzip") { kept.gzip().await } else { None };
    let encoded = compressed.is_some();
    let mut response = compressed.unwrap_or_else(|| kept.bytes.clone()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if encoded {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

/// What the room of a board answers; it is opened if nobody uses it yet.
///
/// # Errors
/// 404 without the board, 500 if it cannot be read, 503 if the room does not answer.
pub(super) async fn ask_room<T>(site: &Site, board: BoardId, ask: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, Problem> {
    answer_of(&*site.hub.room(board).await?, ask).await
}

pub(super) async fn answer_of<T>(room: &Room, ask: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, Problem> {
    let (answer, answered) = oneshot::channel();
    let asked = async {
        room.commands.send(ask(answer)).await.ok()?;
        answered.await.ok()
    };
    match timeout(ANSWER_DEADLINE, asked).await {
        Ok(answered) => answered.ok_or_else(|| Problem::busy("the board is being opened anew; try again")),
        Err(_) => Err(Problem::busy("the board waits for the disk; try again")),
    }
}

/// Whether a request takes this encoding (RFC 9110, section 12.5.3).
pub(super) fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|list| list.split(',')).any(|item| {
        let mut parts = item.split(';');
        let name = parts.next().unwrap_or_default().trim();
        let refused = parts.filter_map(|part| part.trim().strip_prefix("q=")).any(|q| q.parse() == Ok(0.0_f32));
        name.eq_ignore_ascii_case(encoding) && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_used_only_if_it_is_accepted() {
        let mut headers = HeaderMap::new();
        assert!(!accepts(&headers, "gzip"));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("deflate, gzip;q=0.5, br;q=0"));
        assert!(accepts(&headers, "gzip"));
        assert!(!accepts(&headers, "br"));
        assert!(!accepts(&headers, "zstd"));
    }
}
