//! Signing in, the first administrator, and what administrators change.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::boards::no_store;
use super::body::{read_counted, read_json};
use super::client::Peer;
use super::oidc::ProviderOffer;
use super::problem::Problem;
use super::who::{Administrator, MaybeSignedIn, SignedIn, session_token, set_session};
use super::{Site, number_of};
use crate::directory::accounts::{self, Account, AccountRow, NewAccount, Starts};
use crate::directory::identities::Ways;
use crate::directory::limits::Limits;
use crate::hub::clock::wall_ms;

/// What holds for the one who asks.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// Who is signed in in this browser.
    pub account: Option<Account>,
    /// Whether the server has an administrator; without one it waits to be set up.
    pub set_up: bool,
    /// Who may start a board.
    pub starts: Starts,
    /// A provider by which people sign in.
    pub provider: Option<ProviderOffer>,
    /// The ways by which the account is signed in.
    pub ways: Option<Ways>,
}

/// An account that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// From the server's log.
    pub secret: String,
    /// What to sign in with.
    pub login: String,
    /// What others see.
    pub name: String,
    /// At least ten letters.
    pub password: String,
}

/// Login and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// What one signs in with.
    pub login: String,
    /// The password.
    pub password: String,
}

/// A change of password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The present one; empty where there is none, for those who sign in by a provider.
    pub present: String,
    /// The one from now on.
    pub new: String,
}

/// A change of an account; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    /// Whether it is an administrator's.
    pub administrator: Option<bool>,
    /// Whether it is closed.
    pub closed: Option<bool>,
}

/// What holds for the server.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// Who may start a board.
    pub starts: Starts,
}

/// The answer to signing in: the account, and its cookie.
pub(super) fn signed_in(site: &Site, headers: &HeaderMap, status: StatusCode, signed: &accounts::SignedIn) -> Response {
    let cookie = set_session(site, headers, Some(&signed.token));
    (status, no_store(), [(header::SET_COOKIE, cookie)], Json(&signed.account)).into_response()
}

/// Who is signed in, and whether the server is set up.
///
/// # Errors
/// Those of the storage.
#[utoipa::path(get, path = "/api/v1/me", tag = "accounts", responses((status = 200, description = "Who asks", body = Me)))]
pub async fn me(State(site): State<Arc<Site>>, MaybeSignedIn(account): MaybeSignedIn) -> Result<impl IntoResponse, Problem> {
    let directory = &site.hub.services.directory;
    let (starts, set_up) = directory.starts().await?;
    let issuer = site.oidc.as_ref().map(|oidc| oidc.settings().issuer.clone());
    let ways = match &account {
        Some(account) => Some(directory.ways(account.account, issuer).await?),
        None => None,
    };
    Ok((no_store(), Json(Me { account, set_up, starts, provider: ProviderOffer::of(&site), ways })))
}

/// Makes the first administrator, with the secret from the server's log.
///
/// # Errors
/// 403 for another secret or once there is one.
#[utoipa::path(post, path = "/api/v1/setup", tag = "accounts", request_body = SetUp, responses(
    (status = 201, description = "The administrator, signed in", body = Account),
    (status = 403, description = "`setup`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`name`", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "`too_often`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn set_up(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let directory = &site.hub.services.directory;
    let SetUp { secret, login, name, password } = read_counted(&site, peer, Limits::sign_in, &headers, body).await?;
    let signed = directory.set_up(&secret, NewAccount { login, name, password }, wall_ms()).await?;
    tracing::info!(login = signed.account.login, "the server is set up");
    Ok(signed_in(&site, &headers, StatusCode::CREATED, &signed))
}

/// Signs in. The browser's session is a new one, whatever it had before.
///
/// # Errors
/// 401, whatever of it was wrong.
#[utoipa::path(post, path = "/api/v1/sign-in", tag = "accounts", request_body = Login, responses(
    (status = 200, description = "Signed in", body = Account),
    (status = 401, description = "`sign_in`: login or password is wrong, or the account is locked", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "`too_often`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn sign_in(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let directory = &site.hub.services.directory;
    let Login { login, password } = read_counted(&site, peer, Limits::sign_in, &headers, body).await?;
    directory.limits.login(&login)?;
    let signed = directory.sign_in(&login, password, session_token(&site, &headers), wall_ms()).await?;
    Ok(signed_in(&site, &headers, StatusCode::OK, &signed))
}

/// Signs this browser out; one that is not signed in is no error.
///
/// # Errors
/// Those of the storage.
#[utoipa::path(post, path = "/api/v1/sign-out", tag = "accounts", responses((status = 204, description = "Signed out")))]
pub async fn sign_out(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = session_token(&site, &headers) {
        site.hub.services.directory.sign_out(token).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, set_session(&site, &headers, None))]).into_response())
}

/// Changes one's password, or sets one; all other browsers are signed out.
///
/// # Errors
/// 401 if the present one is wrong, 422 if the new one is none.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "accounts", request_body = PasswordChange, responses(
    (status = 200, description = "Changed", body = Account),
    (status = 401, description = "`sign_in`, `signed_out`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`password`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn password(
    State(site): State<Arc<Site>>,
    SignedIn(account): SignedIn,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let PasswordChange { present, new } = read_json(&headers, body).await?;
    let directory = &site.hub.services.directory;
    directory.limits.login(&account.login)?;
    let signed = directory.change_password(account, present, new, wall_ms()).await?;
    Ok(signed_in(&site, &headers, StatusCode::OK, &signed))
}

/// All accounts.
///
/// # Errors
/// 403 for others than administrators.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "administration", responses(
    (status = 200, description = "All accounts, by login", body = Vec<AccountRow>),
    (status = 403, description = "`administrator`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(site): State<Arc<Site>>, _by: Administrator) -> Result<impl IntoResponse, Problem> {
    Ok((no_store(), Json(site.hub.services.directory.accounts().await?)))
}

/// Changes what an account may, or closes it.
///
/// # Errors
/// 404 for no account, 409 for the last administrator.
#[utoipa::path(patch, path = "/api/v1/accounts/{account}", tag = "administration", request_body = AccountChange,
    params(("account" = i64, Path, description = "Its number")), responses(
    (status = 204, description = "Changed"),
    (status = 403, description = "`administrator`", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_account`", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`last_administrator`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn change(
    State(site): State<Arc<Site>>,
    Administrator(by): Administrator,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let account = number_of(&account, "an account")?;
    let AccountChange { administrator, closed } = read_json(&headers, body).await?;
    site.hub.services.directory.change_account(&by, account, administrator, closed, wall_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says who may start a board.
///
/// # Errors
/// 403 for others than administrators.
#[utoipa::path(put, path = "/api/v1/settings", tag = "administration", request_body = ServerSettings, responses(
    (status = 204, description = "Set"),
    (status = 403, description = "`administrator`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn settings(
    State(site): State<Arc<Site>>,
    Administrator(by): Administrator,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let ServerSettings { starts } = read_json(&headers, body).await?;
    site.hub.services.directory.set_starts(&by, starts, wall_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}
