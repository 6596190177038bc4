//! The door to a board's connection.

use std::sync::Arc;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Path, State, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::limits;

use super::Site;
use super::client::same_origin;
use super::problem::Problem;
use crate::connection::session::serve;

/// Bytes a socket reads at once. What clients send is short, and what is longer is read as one; the default of 128 KiB would be most of
/// what an idle connection weighs.
const READ_BUFFER_BYTES: usize = 2 * 1024;
/// Messages are gathered before they are written, so nothing waits for more.
const WRITE_BUFFER_BYTES: usize = 0;
/// One message is written at a time; this holds it with its head, and answers to pings.
const WRITE_BUFFER_BYTES_MAX: usize = 2 * limits::MESSAGE_BYTES_MAX;

/// Opens a connection to a board (WIRE section 1). Whether the board is there is said by a frame:
/// browsers do not tell a page why an upgrade was refused.
///
/// # Errors
/// 400 for what is no board's name, 403 for another site's page, 426 without an upgrade.
#[utoipa::path(get, path = "/api/v1/boards/{board}/socket", tag = "boards", params(("board" = String, Path, description = "The board's name")), responses(
    (status = 101, description = "A WebSocket of binary messages"),
    (status = 403, description = "`foreign_origin`", body = Problem, content_type = "application/problem+json"),
    (status = 426, description = "No upgrade was asked for", body = Problem, content_type = "application/problem+json"),
))]
pub async fn open(
    State(site): State<Arc<Site>>,
    Path(board): Path<String>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let board: BoardId = board.parse()?;
    same_origin(&headers)?;
    let upgrade = upgrade.map_err(|error| Problem::new(StatusCode::UPGRADE_REQUIRED, "upgrade", error.body_text()))?;
    if site.hub.services.drain.stopping() {
        return Err(Problem::busy("the server is shutting down"));
    }
    let hub = Arc::clone(&site.hub);
    Ok(upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_message_size(limits::MESSAGE_BYTES_MAX)
        .max_frame_size(limits::MESSAGE_BYTES_MAX)
        .on_upgrade(move |socket| serve(hub, board, socket)))
}
