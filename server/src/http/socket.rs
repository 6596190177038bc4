//! The door to a board's connection.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use hyper::upgrade::{OnUpgrade, Parts};
use hyper_util::rt::TokioIo;
use kakehashi_protocol::ids::BoardId;
use tungstenite::handshake::server::create_response_with_body;

use super::Site;
use super::client::same_origin;
use super::problem::Problem;
use super::who::is_secure;
use crate::connection::session::serve;
use crate::connection::wire::Wire;
use crate::hub::Hub;
use crate::tls::PortStream;

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
pub async fn open(State(site): State<Arc<Site>>, Path(board): Path<String>, mut request: Request) -> Result<Response, Problem> {
    let board: BoardId = board.parse()?;
    same_origin(request.headers(), is_secure(&site, request.headers()))?;
    let no_upgrade = |detail: String| Problem::new(StatusCode::UPGRADE_REQUIRED, "upgrade", detail);
    let response = create_response_with_body(&request, Body::empty).map_err(|error| no_upgrade(error.to_string()))?;
    let upgrade = request.extensions_mut().remove().ok_or_else(|| no_upgrade("the connection cannot be upgraded".into()))?;
    if site.hub.services.drain.stopping() {
        return Err(Problem::busy("the server is shutting down"));
    }
    tokio::spawn(upgraded(Arc::clone(&site.hub), board, upgrade));
    Ok(response)
}

/// Takes the stream over once the answer is sent.
async fn upgraded(hub: Arc<Hub>, board: BoardId, upgrade: OnUpgrade) {
    // Without its stream nobody is there any more.
    let Ok(upgraded) = upgrade.await else { return };
    let Ok(Parts { io, read_buf, .. }) = upgraded.downcast::<TokioIo<PortStream>>() else {
        return tracing::error!(%board, "a WebSocket came by another way than the port");
    };
    let wire = Wire::new(io.into_inner(), &read_buf);
    // It is part of a buffer of 8 KiB, and would hold it as long as the connection lives.
    drop(read_buf);
    serve(hub, board, wire).await;
}
