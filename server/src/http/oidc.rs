//! Signing in by a provider, for a browser: the way there, the way back, and an account's connection with it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Site;
use super::boards::no_store;
use super::body::read_json;
use super::client::{Peer, network};
use super::problem::Problem;
use super::who::{MaybeSignedIn, SignedIn, attempt_cookie, session_token, set_attempt, set_session};
use crate::directory::DirectoryError;
use crate::directory::identities::Newcomers;
use crate::hub::clock::wall_ms;
use crate::oidc::attempt::{Attempt, Purpose};
use crate::oidc::{Oidc, OidcError};

/// The app's screen where every attempt ends; what became of it stands behind `#`.
const SCREEN: &str = "/account";

/// A provider by which people sign in here.
#[derive(Serialize, ToSchema)]
pub struct ProviderOffer {
    /// What people call it.
    pub label: String,
    /// Where browsers have to be for it: it sends them back there.
    pub at: String,
    /// Whether one can sign out there too, as far as it was asked.
    pub ends: bool,
}

impl ProviderOffer {
    pub(super) fn of(site: &Site) -> Option<Self> {
        let oidc = site.oidc.as_ref()?;
        let settings = oidc.settings();
        Some(Self { label: settings.label.clone(), at: settings.public_url.clone(), ends: oidc.end().is_some() })
    }
}

/// What is wanted of the provider.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttemptStart {
    /// The token of an invitation that is taken thereby.
    pub invitation: Option<String>,
    /// Whether the account that is signed in is connected with it, in place of signing in.
    #[serde(default)]
    pub connect: bool,
}

/// Where the browser goes.
#[derive(Serialize, ToSchema)]
pub struct AttemptPlace {
    /// An address of the provider.
    pub location: String,
}

/// What the provider sends a browser back with. It may say more, which is not read.
#[derive(Deserialize)]
pub struct Callback {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    iss: Option<String>,
}

fn oidc(site: &Site) -> Result<&Oidc, Problem> {
    site.oidc.as_ref().ok_or_else(|| Problem::not_found("no_provider", "nobody signs in by a provider here"))
}

impl From<OidcError> for Problem {
    fn from(error: OidcError) -> Self {
        // What the provider said is for who runs the server.
        tracing::warn!(%error, "somebody is not signed in by the provider");
        match error {
            OidcError::Unreachable(_) => Self::new(
                StatusCode::BAD_GATEWAY,
                "provider_unreachable",
                "the provider cannot be asked at the moment; the server's log says why",
            ),
            OidcError::Refused(_) => Self::new(StatusCode::FORBIDDEN, "provider_refused", "the provider did not sign anybody in"),
            OidcError::NoProof(_) => Self::new(StatusCode::FORBIDDEN, "provider_proof", "what came back is no proof of the provider"),
            OidcError::NotLetIn(_) => {
                Self::new(StatusCode::FORBIDDEN, "not_let_in", "the provider knows them, but they are not let in here")
            }
        }
    }
}

/// Begins to sign in by the provider, or to connect an account with it.
///
/// # Errors
/// 404 without a provider, 502 if it cannot be asked.
#[utoipa::path(post, path = "/api/v1/oidc/start", tag = "accounts", request_body = AttemptStart, responses(
    (status = 200, description = "Where the browser goes; it has a cookie for the way back", body = AttemptPlace),
    (status = 401, description = "`signed_out`: nobody is signed in whose account could be connected", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`no_provider`", body = Problem, content_type = "application/problem+json"),
    (status = 502, description = "`provider_unreachable`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn start(
    State(site): State<Arc<Site>>,
    MaybeSignedIn(account): MaybeSignedIn,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let oidc = oidc(&site)?;
    let AttemptStart { invitation, connect } = read_json(&headers, body).await?;
    let purpose = match (invitation, connect) {
        (None, false) => Purpose::SignIn,
        (Some(invitation), false) => Purpose::Join { invitation },
        (None, true) => {
            let session = account.and_then(|_| session_token(&site, &headers)).ok_or(DirectoryError::SignedOut)?;
            Purpose::Connect { session }
        }
        (Some(_), true) => return Err(Problem::malformed("an invitation makes an account, and `connect` takes the one there is")),
    };
    let attempt = Attempt::new(purpose)?;
    let location = oidc.begin(&attempt).await?.into();
    Ok((no_store(), [(header::SET_COOKIE, set_attempt(&site, &headers, Some(&attempt)))], Json(AttemptPlace { location })).into_response())
}

/// Where the provider sends browsers back to. Whatever comes of it, the app's page for accounts is next: the place is
/// fixed, so no address in the request can lead anywhere else.
///
/// # Errors
/// None: they are told by the app, with their code behind `#problem=`.
#[utoipa::path(get, path = "/api/v1/oidc/callback", tag = "accounts", responses(
    (status = 303, description = "To `/account`, signed in or connected, or with a problem's code behind `#problem=`")
))]
pub async fn callback(
    State(site): State<Arc<Site>>,
    Extension(Peer(peer)): Extension<Peer>,
    callback: Result<Query<Callback>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let end = match callback {
        Ok(Query(callback)) => finish(&site, network(peer), callback, &headers).await,
        Err(_) => Err(attempt_over("the address is not one of a provider")),
    };
    let (place, session) = match end {
        Ok(End::SignedIn(token)) => (format!("{SCREEN}#signed-in"), Some(set_session(&site, &headers, Some(&token)))),
        Ok(End::Connected) => (format!("{SCREEN}#connected"), None),
        Err(problem) => (format!("{SCREEN}#problem={}", problem.code), None),
    };
    // A code never contains what an address does not.
    let place = HeaderValue::from_str(&place).unwrap_or(HeaderValue::from_static(SCREEN));
    let mut response = (StatusCode::SEE_OTHER, no_store(), [(header::LOCATION, place)]).into_response();
    let cookies = response.headers_mut();
    cookies.append(header::SET_COOKIE, set_attempt(&site, &headers, None));
    if let Some(session) = session {
        cookies.append(header::SET_COOKIE, session);
    }
    response
}

/// What an attempt has come to.
enum End {
    /// A session, by the token of its cookie.
    SignedIn(String),
    /// The account is connected.
    Connected,
}

async fn finish(site: &Site, peer: IpAddr, callback: Callback, headers: &HeaderMap) -> Result<End, Problem> {
    let oidc = oidc(site)?;
    let directory = &site.hub.services.directory;
    directory.limits.sign_in(peer)?;
    let session = session_token(site, headers);
    let attempt = attempt_cookie(site, headers).and_then(|cookie| Attempt::of_cookie(cookie, session.clone()));
    let attempt = attempt.ok_or_else(|| attempt_over("this browser has begun none, or too long ago"))?;
    if !callback.state.is_some_and(|state| attempt.has_state(&state)) {
        return Err(attempt_over("the state is of another one"));
    }
    if callback.iss.is_some_and(|issuer| issuer != oidc.settings().issuer) {
        return Err(OidcError::NoProof("another provider has answered".to_owned()).into());
    }
    let code = match (callback.code, callback.error) {
        (Some(code), None) => code,
        (_, error) => {
            let said = [error, callback.error_description].into_iter().flatten().collect::<Vec<_>>().join(": ");
            // It stands in an address, so anybody may have written it.
            return Err(OidcError::Refused(said.chars().take(200).flat_map(char::escape_default).collect()).into());
        }
    };
    let person = oidc.finish(&attempt, code).await?;
    let now_ms = wall_ms();
    match attempt.purpose {
        Purpose::Connect { session } => {
            let account = directory.signed_in(session, now_ms).await?.ok_or(DirectoryError::SignedOut)?;
            directory.connect(account, person.identity, now_ms).await?;
            Ok(End::Connected)
        }
        Purpose::SignIn | Purpose::Join { .. } => {
            let invitation = if let Purpose::Join { invitation } = attempt.purpose { Some(invitation) } else { None };
            let newcomers = Newcomers { uninvited: oidc.settings().create, administrator: person.administrator };
            Ok(End::SignedIn(directory.sign_in_by(person.identity, newcomers, invitation, session, now_ms).await?.token))
        }
    }
}

fn attempt_over(why: &str) -> Problem {
    tracing::info!(why, "an attempt to sign in by the provider is not gone on with");
    Problem::new(StatusCode::FORBIDDEN, "attempt", format!("{why}; begin again"))
}

/// Where one signs out at the provider too.
///
/// # Errors
/// 404 if it offers no such place, or was not asked for it yet.
#[utoipa::path(get, path = "/api/v1/oidc/end", tag = "accounts", responses(
    (status = 303, description = "To the provider"),
    (status = 404, description = "`no_provider`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn end(State(site): State<Arc<Site>>) -> Result<Response, Problem> {
    let place = oidc(&site)?.end().ok_or_else(|| Problem::not_found("no_provider", "the provider has not said where one signs out"))?;
    Ok((no_store(), Redirect::to(place.as_str())).into_response())
}

/// Takes the connection of one's account with the provider away.
///
/// # Errors
/// 404 if there is none, 409 if it is the only way to sign in.
#[utoipa::path(delete, path = "/api/v1/me/provider", tag = "accounts", responses(
    (status = 204, description = "Taken away"),
    (status = 401, description = "`signed_out`", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`no_provider`, `not_connected`", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`last_way`: the account has no password", body = Problem, content_type = "application/problem+json"),
))]
pub async fn disconnect(State(site): State<Arc<Site>>, SignedIn(account): SignedIn) -> Result<StatusCode, Problem> {
    let issuer = oidc(&site)?.settings().issuer.clone();
    site.hub.services.directory.disconnect(account, issuer, wall_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}
