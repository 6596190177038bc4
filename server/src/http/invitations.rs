//! Invitations, also to set a forgotten password anew, and what was done: for administrators, and for those who are invited.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::signed_in;
use super::boards::no_store;
use super::body::{read_counted, read_json};
use super::client::Peer;
use super::problem::Problem;
use super::who::{Administrator, SignedIn};
use super::{Site, number_of};
use crate::directory::DirectoryError;
use crate::directory::accounts::{Account, NewAccount};
use crate::directory::audit::AuditEntry;
use crate::directory::invitations::Invitation;
use crate::directory::limits::Limits;
use crate::hub::clock::wall_ms;

/// An invitation that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// Whether it makes an administrator.
    pub administrator: bool,
}

/// An invitation that was made.
#[derive(Serialize, ToSchema)]
pub struct MadeInvitation {
    /// What it is.
    #[serde(flatten)]
    pub invitation: Invitation,
    /// What is passed on; it is told only now. The app takes it at `/invite#TOKEN`, one for a new password at `/reset#TOKEN`.
    pub token: String,
}

/// The account that is made of an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// From the invitation.
    pub token: String,
    /// What to sign in with.
    pub login: String,
    /// What others see.
    pub name: String,
    /// At least ten letters.
    pub password: String,
}

/// Makes an invitation.
///
/// # Errors
/// 403 for others than administrators.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "administration", request_body = NewInvitation, responses(
    (status = 201, description = "The invitation, with its token", body = MadeInvitation),
    (status = 403, description = "`administrator`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make(
    State(site): State<Arc<Site>>,
    Administrator(by): Administrator,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let NewInvitation { administrator } = read_json(&headers, body).await?;
    let (invitation, token) = site.hub.services.directory.invite(&by, administrator, wall_ms()).await?;
    Ok((StatusCode::CREATED, no_store(), Json(MadeInvitation { invitation, token })))
}

/// Invitations that can still be taken.
///
/// # Errors
/// 403 for others than administrators.
#[utoipa::path(get, path = "/api/v1/invitations", tag = "administration", responses(
    (status = 200, description = "Open invitations, without their tokens", body = Vec<Invitation>),
    (status = 403, description = "`administrator`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(site): State<Arc<Site>>, _by: Administrator) -> Result<impl IntoResponse, Problem> {
    Ok((no_store(), Json(site.hub.services.directory.invitations(wall_ms()).await?)))
}

/// Takes an invitation back.
///
/// # Errors
/// 404 if it is not open.
#[utoipa::path(delete, path = "/api/v1/invitations/{invitation}", tag = "administration",
    params(("invitation" = i64, Path, description = "Its number")), responses(
    (status = 204, description = "Taken back"),
    (status = 404, description = "`invitation`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn revoke(
    State(site): State<Arc<Site>>,
    Administrator(by): Administrator,
    Path(invitation): Path<String>,
) -> Result<StatusCode, Problem> {
    let invitation = number_of(&invitation, "an invitation")?;
    site.hub.services.directory.revoke_invitation(&by, invitation, wall_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes an account of an invitation, and signs it in.
///
/// # Errors
/// 404 for an invitation that is not valid, 409 for a login in use, 422 for a name or password that is none.
#[utoipa::path(post, path = "/api/v1/invitations/accept", tag = "accounts", request_body = Acceptance, responses(
    (status = 201, description = "The account, signed in", body = Account),
    (status = 404, description = "`invitation`: unknown, used or too old", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`login_taken`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`name`, `login`, `password`", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "`too_often`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn accept(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let directory = &site.hub.services.directory;
    let Acceptance { token, login, name, password } = read_counted(&site, peer, Limits::sign_in, &headers, body).await?;
    let signed = directory.accept(&token, NewAccount { login, name, password }, wall_ms()).await?;
    Ok(signed_in(&site, &headers, StatusCode::CREATED, &signed))
}

/// A password that is set anew.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// From the invitation.
    pub token: String,
    /// At least ten letters.
    pub password: String,
}

/// Makes an invitation to set another's forgotten password anew, within a day. No key may be used for it: a program signs in nowhere.
///
/// # Errors
/// 403 for others than administrators, 404 for no account or a closed one, 409 for one's own.
#[utoipa::path(post, path = "/api/v1/accounts/{account}/reset", tag = "administration",
    params(("account" = i64, Path, description = "Its number")), responses(
    (status = 201, description = "The invitation, with its token", body = MadeInvitation),
    (status = 403, description = "`administrator`, `key_not_here`", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_account`", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`own_account`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn invite_to_reset(
    State(site): State<Arc<Site>>,
    SignedIn(by): SignedIn,
    Path(account): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    if !by.administrator {
        return Err(DirectoryError::NotAdministrator.into());
    }
    let account = number_of(&account, "an account")?;
    let (invitation, token) = site.hub.services.directory.invite_to_reset(&by, account, wall_ms()).await?;
    Ok((StatusCode::CREATED, no_store(), Json(MadeInvitation { invitation, token })))
}

/// Sets a forgotten password anew, by an invitation, and signs in; all other browsers of the account are signed out.
///
/// # Errors
/// 404 for an invitation that is not valid, 422 for a password that is none.
#[utoipa::path(post, path = "/api/v1/invitations/reset", tag = "accounts", request_body = NewPassword, responses(
    (status = 200, description = "The account, signed in", body = Account),
    (status = 404, description = "`invitation`: unknown, used or too old", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`password`", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "`too_often`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn reset(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let NewPassword { token, password } = read_counted(&site, peer, Limits::sign_in, &headers, body).await?;
    let signed = site.hub.services.directory.reset(&token, password, wall_ms()).await?;
    Ok(signed_in(&site, &headers, StatusCode::OK, &signed))
}

/// Which entries of the audit log are asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditPage {
    /// Only those before this one.
    before: Option<i64>,
}

/// What was done: the newest 200 entries, or those before one.
///
/// # Errors
/// 403 for others than administrators.
#[utoipa::path(get, path = "/api/v1/audit", tag = "administration",
    params(("before" = Option<i64>, Query, description = "Only entries before this one")), responses(
    (status = 200, description = "At most 200 entries, the newest first", body = Vec<AuditEntry>),
    (status = 403, description = "`administrator`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn audit(
    State(site): State<Arc<Site>>,
    _by: Administrator,
    page: Result<Query<AuditPage>, QueryRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Query(AuditPage { before }) = page.map_err(|_| Problem::malformed("`before` is the number of an entry"))?;
    Ok((no_store(), Json(site.hub.services.directory.audit(before).await?)))
}
