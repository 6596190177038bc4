//! For those who run the server.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::Site;
use super::problem::Problem;
use crate::log::JoinCode;

/// The process answers. A second line says how many boards were found damaged: they are not served,
/// and restarting does not mend them.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, description = "The process answers")))]
pub async fn alive(State(site): State<Arc<Site>>) -> String {
    match site.hub.services.log.health().damaged {
        0 => "ok\n".to_owned(),
        damaged => format!("ok\ndamaged boards, which are not served: {damaged}; the server's log names them\n"),
    }
}

/// The server takes new work: its storage reads, the latest write went well, and it is not stopping.
///
/// # Errors
/// 503 otherwise, with the reason.
#[utoipa::path(get, path = "/readyz", tag = "operation", responses(
    (status = 200, description = "Ready"),
    (status = 503, description = "Not ready", body = Problem, content_type = "application/problem+json"),
))]
pub async fn ready(State(site): State<Arc<Site>>) -> Result<&'static str, Problem> {
    let not = |code, detail| Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail).retry_after(5);
    let services = &site.hub.services;
    if services.drain.stopping() {
        return Err(not("busy", "the server is shutting down"));
    }
    if services.log.health().poisoned.is_some() {
        let detail = "nothing is written since an error of the disk, which the server's log names; the server must be started again";
        return Err(not("storage", detail));
    }
    if !services.writable() {
        return Err(not("storage", "the latest write to the log failed"));
    }
    let code = JoinCode::new(0).ok_or_else(|| not("storage", "there is no code 0"))?;
    if services.log.board_of_code(code).await.is_err() {
        return Err(not("storage", "the log cannot be read"));
    }
    Ok("ready\n")
}

/// What is counted, as Prometheus reads it.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, description = "Prometheus text", content_type = "text/plain")))]
pub async fn metrics(State(site): State<Arc<Site>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], (site.metrics)())
}
