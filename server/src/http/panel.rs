//! What a panel asks for itself: a pairing code, a challenge, a token for its key, and to say how it is.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use kakehashi_protocol::ids::BoardId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Site;
use super::boards::no_store;
use super::body::{read_counted, read_json};
use super::client::{Peer, network};
use super::problem::Problem;
use super::who::Device;
use crate::directory::device_key::{DeviceKey, ParseKeyError};
use crate::directory::limits::Limits;
use crate::directory::pairing::Waiting;
use crate::directory::panels::{BEGUN_MAX, HEARTBEAT_MS, Heartbeat, Panel};
use crate::hub::clock::wall_ms;

/// A panel that wants to be approved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PairingAsk {
    /// The public half of its key: an uncompressed point on P-256, 130 hexadecimal digits.
    pub key: String,
    /// Its browser, to be recognised by.
    pub browser: String,
    /// The version of the app that it runs.
    pub version: String,
}

/// What a panel shows while it waits.
#[derive(Serialize, ToSchema)]
pub struct PairingShown {
    /// Eight digits.
    #[schema(example = "4820-0931")]
    pub code: String,
    /// When it ends, milliseconds since 1970.
    pub ends_ms: u64,
}

/// Something to sign.
#[derive(Serialize, ToSchema)]
pub struct Challenge {
    /// Signed with `kakehashi panel` and a line feed before it: ECDSA on P-256 with SHA-256. It is good for a minute, once.
    pub challenge: String,
}

/// A challenge that was signed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The public half of the key.
    pub key: String,
    /// The challenge.
    pub challenge: String,
    /// r and s (IEEE P1363), 128 hexadecimal digits.
    pub signature: String,
}

/// What a panel has after it has proved its key.
#[derive(Serialize, ToSchema)]
pub struct PanelToken {
    /// Who it is.
    #[serde(flatten)]
    pub panel: Panel,
    /// What it shows as `Authorization: Bearer` from now on, told only now.
    pub token: String,
    /// Until when, milliseconds since 1970.
    pub ends_ms: u64,
}

/// How a panel is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Beat {
    /// The version of the app that it runs.
    pub version: String,
    /// Its browser.
    pub browser: String,
    /// How long a question to the server and its answer take, milliseconds.
    #[serde(default)]
    pub round_trip_ms: Option<u32>,
    /// Changes that it has not handed in yet.
    pub unsent: u32,
    /// Boards that it has made and on which somebody has begun to write, at most 20; others are left out of account.
    #[serde(default)]
    pub begun: Vec<String>,
}

/// What a panel is told in return.
#[derive(Serialize, ToSchema)]
pub struct BeatAnswer {
    /// Who it is now: it may have been renamed or moved.
    #[serde(flatten)]
    pub panel: Panel,
    /// When it should say again how it is, milliseconds from now.
    pub again_ms: u64,
}

fn key_of(text: &str) -> Result<DeviceKey, Problem> {
    text.parse().map_err(|error: ParseKeyError| Problem::malformed(error.to_string()))
}

/// Asks for a pairing code; the one that this key had before ends.
///
/// # Errors
/// 409 for a key that was approved or revoked, 503 while too many wait.
#[utoipa::path(post, path = "/api/v1/panel/pairing", tag = "panels", request_body = PairingAsk, responses(
    (status = 201, description = "The code to show", body = PairingShown),
    (status = 409, description = "`panel_paired`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`name`: `browser` or `version` is none", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "`too_often`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn pair(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let directory = &site.hub.services.directory;
    let PairingAsk { key, browser, version } = read_counted(&site, peer, Limits::panel_ask, &headers, body).await?;
    let waiting = Waiting { key: key_of(&key)?, browser, version, asked_ms: wall_ms(), address: network(peer.0) };
    let (code, ends_ms) = directory.ask_pairing(waiting).await?;
    Ok((StatusCode::CREATED, no_store(), Json(PairingShown { code: code.to_string(), ends_ms })))
}

/// Gives something to sign.
///
/// # Errors
/// 429 for an address that asks too often.
#[utoipa::path(post, path = "/api/v1/panel/challenge", tag = "panels", responses(
    (status = 200, description = "A challenge", body = Challenge),
    (status = 429, description = "`too_often`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn challenge(State(site): State<Arc<Site>>, Extension(peer): Extension<Peer>) -> Result<impl IntoResponse, Problem> {
    let directory = &site.hub.services.directory;
    directory.limits.panel_ask(network(peer.0))?;
    Ok((no_store(), Json(Challenge { challenge: directory.panel_challenge(wall_ms())? })))
}

/// Proves the key by a signed challenge; gives a token for a quarter of an hour.
///
/// # Errors
/// 401 if it proves nothing; then 404 while the panel is not approved, 403 once it is revoked.
#[utoipa::path(post, path = "/api/v1/panel/session", tag = "panels", request_body = Proof, responses(
    (status = 200, description = "Who the panel is, and its token", body = PanelToken),
    (status = 401, description = "`panel_proof`: another key, or a challenge that is not ours, was answered or is over", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "`panel_revoked`", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_panel`: not approved yet", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "`too_often`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn session(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let directory = &site.hub.services.directory;
    let Proof { key, challenge, signature } = read_counted(&site, peer, Limits::panel_ask, &headers, body).await?;
    let proved = directory.prove_panel(key_of(&key)?, &challenge, &signature, wall_ms()).await?;
    Ok((no_store(), Json(PanelToken { panel: proved.panel, token: proved.token, ends_ms: proved.ends_ms })))
}

/// Says how the panel is.
///
/// # Errors
/// 401 for a token that is not valid any more, 403 once the panel is revoked.
#[utoipa::path(put, path = "/api/v1/panel/heartbeat", tag = "panels", request_body = Beat, responses(
    (status = 200, description = "Who the panel is now", body = BeatAnswer),
    (status = 401, description = "`panel_token`", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "`panel_revoked`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`name`: `browser` or `version` is none", body = Problem, content_type = "application/problem+json"),
))]
pub async fn heartbeat(
    State(site): State<Arc<Site>>,
    Device(panel): Device,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let Beat { version, browser, round_trip_ms, unsent, begun } = read_json(&headers, body).await?;
    if begun.len() > BEGUN_MAX {
        return Err(Problem::malformed(format!("`begun` has at most {BEGUN_MAX} boards")));
    }
    let begun = begun.iter().map(|board| board.parse::<BoardId>()).collect::<Result<_, _>>()?;
    let beat = Heartbeat { version, browser, round_trip_ms, unsent, begun };
    site.hub.services.directory.heard_of_panel(panel.panel, beat, wall_ms()).await?;
    Ok((no_store(), Json(BeatAnswer { panel, again_ms: HEARTBEAT_MS })))
}
