//! Keys for programs, made and revoked by the person whose account they act for.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::boards::no_store;
use super::body::read_json;
use super::problem::Problem;
use super::who::SignedIn;
use super::{Site, number_of};
use crate::directory::keys::{ApiKey, KEY_MS_MAX, NewKey, Scope};
use crate::hub::clock::wall_ms;

/// The shortest time of a key, seconds.
const KEY_S_MIN: u64 = 60;

/// A key that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyOrder {
    /// What the program is called.
    pub name: String,
    /// What it may be used for; at least one.
    pub scopes: Vec<Scope>,
    /// For how many seconds: from a minute to two years.
    pub valid_s: u64,
}

/// A key that was made.
#[derive(Serialize, ToSchema)]
pub struct MadeKey {
    /// What it is.
    #[serde(flatten)]
    pub key: ApiKey,
    /// What programs show as `Authorization: Bearer`; it is told only now.
    pub token: String,
}

/// One's keys.
///
/// # Errors
/// 401 for others than those who are signed in.
#[utoipa::path(get, path = "/api/v1/me/keys", tag = "accounts", responses(
    (status = 200, description = "Keys that have not ended, without their tokens", body = Vec<ApiKey>),
    (status = 401, description = "`signed_out`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(site): State<Arc<Site>>, SignedIn(account): SignedIn) -> Result<impl IntoResponse, Problem> {
    Ok((no_store(), Json(site.hub.services.directory.keys(&account, wall_ms()).await?)))
}

/// Makes a key. A program that shows it acts as this account, within the key's scopes.
///
/// # Errors
/// 409 where there are too many, 422 for a name that is none.
#[utoipa::path(post, path = "/api/v1/me/keys", tag = "accounts", request_body = KeyOrder, responses(
    (status = 201, description = "The key, with its token", body = MadeKey),
    (status = 401, description = "`signed_out`", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`too_many_keys`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`name`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make(
    State(site): State<Arc<Site>>,
    SignedIn(account): SignedIn,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let KeyOrder { name, scopes, valid_s } = read_json(&headers, body).await?;
    if scopes.is_empty() {
        let all = Scope::ALL.map(Scope::name).join(", ");
        return Err(Problem::malformed(format!("`scopes` has at least one of {all}")));
    }
    if !(KEY_S_MIN..=KEY_MS_MAX / 1000).contains(&valid_s) {
        return Err(Problem::malformed(format!("`valid_s` is from {KEY_S_MIN} to {}", KEY_MS_MAX / 1000)));
    }
    let new = NewKey { name, scopes, valid_ms: valid_s * 1000 };
    let (key, token) = site.hub.services.directory.make_key(&account, new, wall_ms()).await?;
    Ok((StatusCode::CREATED, no_store(), Json(MadeKey { key, token })))
}

/// Revokes a key: it is refused from the next request on.
///
/// # Errors
/// 404 if the account has none of this number.
#[utoipa::path(delete, path = "/api/v1/me/keys/{key}", tag = "accounts", params(("key" = i64, Path, description = "Its number")), responses(
    (status = 204, description = "Revoked"),
    (status = 401, description = "`signed_out`", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_key`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn revoke(State(site): State<Arc<Site>>, SignedIn(account): SignedIn, Path(key): Path<String>) -> Result<StatusCode, Problem> {
    let key = number_of(&key, "a key")?;
    site.hub.services.directory.revoke_key(&account, key, wall_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}
