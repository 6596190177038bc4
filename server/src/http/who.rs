//! Who asks: an account, by a browser's cookie or a program's key, a panel, by its token, and the participant of a board, by what is shown.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;

use super::Site;
use super::problem::Problem;
use super::snapshots::ask_room;
use crate::directory::DirectoryError;
use crate::directory::accounts::Account;
use crate::directory::credential::{CREDENTIAL_BYTES_MAX, VALID_MS};
use crate::directory::enter::{AdmitError, Admitted};
use crate::directory::keys::{KEY_PREFIX, Scope};
use crate::directory::panels::{PANEL_PREFIX, Panel};
use crate::directory::sessions::LONGEST_MS;
use crate::directory::token::TOKEN_LETTERS;
use crate::hub::clock::wall_ms;
use crate::oidc::attempt::{ATTEMPT_S, Attempt};
use crate::room::command::Command;
use crate::room::core::Recorded;
use crate::webhooks::event::By;

/// Whether a browser reached the server over TLS, itself or through a proxy that says so.
pub(super) fn is_secure(site: &Site, headers: &HeaderMap) -> bool {
    site.reached.tls || headers.get("x-forwarded-proto").is_some_and(|proto| proto.as_bytes().eq_ignore_ascii_case(b"https"))
}

/// The name of the session's cookie. With TLS the prefix makes browsers refuse one that another host
/// or an unencrypted page has set.
const fn session_cookie(secure: bool) -> &'static str {
    if secure { "__Host-kakehashi" } else { "kakehashi" }
}

/// The name of the cookie with a board's credential: what pictures and downloads are asked with.
const fn entry_cookie(secure: bool) -> &'static str {
    if secure { "__Secure-kakehashi-entry" } else { "kakehashi-entry" }
}

/// The name of the cookie of an attempt to sign in by the provider.
const fn attempt_name(secure: bool) -> &'static str {
    if secure { "__Host-kakehashi-oidc" } else { "kakehashi-oidc" }
}

/// A `Set-Cookie` of a session; without a token it is taken away.
pub(super) fn set_session(site: &Site, headers: &HeaderMap, token: Option<&str>) -> HeaderValue {
    let secure = is_secure(site, headers);
    let age_s = if token.is_some() { LONGEST_MS / 1000 } else { 0 };
    cookie(session_cookie(secure), token.unwrap_or_default(), "/", "Lax", age_s, secure)
}

/// A `Set-Cookie` of an attempt to sign in by the provider; without one it is taken away. Lax: the provider's page sends the browser back.
pub(super) fn set_attempt(site: &Site, headers: &HeaderMap, attempt: Option<&Attempt>) -> HeaderValue {
    let secure = is_secure(site, headers);
    let age_s = if attempt.is_some() { ATTEMPT_S } else { 0 };
    cookie(attempt_name(secure), &attempt.map(Attempt::cookie).unwrap_or_default(), "/", "Lax", age_s, secure)
}

/// What the cookie of an attempt holds.
pub(super) fn attempt_cookie<'a>(site: &Site, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie_of(headers, attempt_name(is_secure(site, headers)))
}

/// A `Set-Cookie` of a board's credential.
pub(super) fn set_entry(site: &Site, headers: &HeaderMap, board: BoardId, credential: &str) -> HeaderValue {
    let secure = is_secure(site, headers);
    let path = format!("/api/v1/boards/{board}");
    cookie(entry_cookie(secure), credential, &path, "Strict", VALID_MS / 1000, secure)
}

fn cookie(name: &str, value: &str, path: &str, same_site: &str, age_s: u64, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path={path}; Max-Age={age_s}; HttpOnly; SameSite={same_site}{secure}");
    // Tokens, credentials and boards' names are plain letters.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// A cookie's value. One that is there twice is not believed: somebody has put one of them there.
fn cookie_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lists = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut values =
        lists.flat_map(|list| list.split(';')).filter_map(|pair| pair.trim().split_once('=').filter(|(found, _)| *found == name));
    let (_, value) = values.next()?;
    if values.next().is_none() { Some(value) } else { None }
}

/// The token of the session's cookie.
pub(super) fn session_token(site: &Site, headers: &HeaderMap) -> Option<String> {
    let token = cookie_of(headers, session_cookie(is_secure(site, headers)))?;
    (token.len() == TOKEN_LETTERS).then(|| token.to_owned())
}

/// What stands in `Authorization`.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let shown = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
    let wrong = || Problem::malformed("Authorization is `Bearer` and a board's credential or a key");
    shown.ok_or_else(wrong).map(Some)
}

/// A program's key, if one is shown.
fn key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    Ok(bearer(headers)?.filter(|shown| shown.starts_with(KEY_PREFIX)))
}

/// The account for which somebody asks, if for any. `scope`: what a key needs for it; `None` where no key is taken.
async fn account(site: &Site, headers: &HeaderMap, scope: Option<Scope>) -> Result<Option<Account>, Problem> {
    let directory = &site.hub.services.directory;
    if let Some(key) = key(headers)? {
        let Some(scope) = scope else {
            let detail = "this is for people who sign in; no key may be used for it";
            return Err(Problem::new(StatusCode::FORBIDDEN, "key_not_here", detail));
        };
        return Ok(Some(directory.acts_for(key, scope, wall_ms()).await?));
    }
    let Some(token) = session_token(site, headers) else { return Ok(None) };
    Ok(directory.signed_in(token, wall_ms()).await?)
}

/// Who is signed in, if anybody is.
pub struct MaybeSignedIn(pub Option<Account>);

impl FromRequestParts<Arc<Site>> for MaybeSignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        Ok(Self(account(site, &parts.headers, None).await?))
    }
}

/// The panel that shows its token, if one does.
async fn panel(site: &Site, headers: &HeaderMap) -> Result<Option<Panel>, Problem> {
    let Some(token) = bearer(headers)?.filter(|shown| shown.starts_with(PANEL_PREFIX)) else { return Ok(None) };
    Ok(Some(site.hub.services.directory.panel_of(token, wall_ms()).await?))
}

/// For whom something is done, if for anybody: a panel that says so is itself, whoever is signed in on it.
pub enum Author {
    /// Nobody who is known.
    Nobody,
    /// Whoever is signed in, or a program's account.
    Account(Account),
    /// A panel.
    Panel(Panel),
}

impl Author {
    async fn of(site: &Site, headers: &HeaderMap, scope: Scope) -> Result<Self, Problem> {
        if let Some(panel) = panel(site, headers).await? {
            return Ok(Self::Panel(panel));
        }
        Ok(account(site, headers, Some(scope)).await?.map_or(Self::Nobody, Self::Account))
    }
}

/// Who wants to start a board: whoever is signed in, if anybody is, a program or a panel.
pub struct Starter(pub Author);

impl FromRequestParts<Arc<Site>> for Starter {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        Self::of(site, &parts.headers).await
    }
}

impl Starter {
    /// The same, where only some requests start a board.
    pub(super) async fn of(site: &Site, headers: &HeaderMap) -> Result<Self, Problem> {
        Ok(Self(Author::of(site, headers, Scope::Start).await?))
    }
}

/// Who wants to enter a board: whoever is signed in, if anybody is, a program or a panel.
pub struct Comer(pub Author);

impl FromRequestParts<Arc<Site>> for Comer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        Ok(Self(Author::of(site, &parts.headers, Scope::Enter).await?))
    }
}

/// A panel that shows its token.
pub struct Device(pub Panel);

impl FromRequestParts<Arc<Site>> for Device {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        Ok(Self(panel(site, &parts.headers).await?.ok_or(DirectoryError::PanelToken)?))
    }
}

/// Somebody with an account, who looks after panels, or a program of theirs.
pub struct Staff(pub Account);

impl FromRequestParts<Arc<Site>> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        let scope = if parts.method == Method::GET { Scope::ServerRead } else { Scope::ServerChange };
        Ok(Self(account(site, &parts.headers, Some(scope)).await?.ok_or(DirectoryError::SignedOut)?))
    }
}

/// Somebody with an account, who reads or changes a timetable, or a program of theirs. A key reaches others' sessions only with the
/// scope that reaches the rest of the server; without it an administrator's is as anybody's.
pub struct Planner(pub Account);

impl FromRequestParts<Arc<Site>> for Planner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        let reads = parts.method == Method::GET;
        let (own, all) = if reads { (Scope::Read, Scope::ServerRead) } else { (Scope::Lead, Scope::ServerChange) };
        let mut by = account(site, &parts.headers, Some(own)).await?.ok_or(DirectoryError::SignedOut)?;
        if by.administrator
            && let Some(key) = key(&parts.headers)?
        {
            by.administrator = match site.hub.services.directory.acts_for(key, all, wall_ms()).await {
                Err(DirectoryError::Scope(_)) => false,
                reached => reached?.administrator,
            };
        }
        Ok(Self(by))
    }
}

/// Refuses a key that does not reach what is others'.
pub(super) async fn reads_all(site: &Site, headers: &HeaderMap) -> Result<(), Problem> {
    account(site, headers, Some(Scope::ServerRead)).await.map(drop)
}

/// Who is signed in.
pub struct SignedIn(pub Account);

impl FromRequestParts<Arc<Site>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        let MaybeSignedIn(account) = MaybeSignedIn::from_request_parts(parts, site).await?;
        Ok(Self(account.ok_or(DirectoryError::SignedOut)?))
    }
}

/// An administrator who is signed in, or a program of theirs.
pub struct Administrator(pub Account);

impl FromRequestParts<Arc<Site>> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        let scope = if parts.method == Method::GET { Scope::ServerRead } else { Scope::ServerChange };
        let account = account(site, &parts.headers, Some(scope)).await?.ok_or(DirectoryError::SignedOut)?;
        if account.administrator { Ok(Self(account)) } else { Err(DirectoryError::NotAdministrator.into()) }
    }
}

/// Who asks for something of a board, with at least this role: by a credential or a key in `Authorization`,
/// by the credential that entering has left in a cookie, or with the bare link. Once the board has a record of
/// them, that says their role, as it does for ops (SPEC MEET-2); an owner leads what they own.
///
/// # Errors
/// 401 for a credential or key that is none, 403 where the role is less, the board is closed, they were removed or wait.
pub(super) async fn admitted(site: &Site, board: BoardId, headers: &HeaderMap, least: Role) -> Result<Admitted, Problem> {
    let directory = &site.hub.services.directory;
    let now_ms = wall_ms();
    let mut admitted = if let Some(key) = key(headers)? {
        let scope = if least == Role::Viewer { Scope::Read } else { Scope::Lead };
        let account = directory.acts_for(key, scope, now_ms).await?;
        Admitted::Entrant(directory.standing(board, account).await?)
    } else if let Some(shown) = bearer(headers)? {
        directory.admit(board, shown.as_bytes(), now_ms).await?
    } else {
        let kept = cookie_of(headers, entry_cookie(is_secure(site, headers))).filter(|kept| kept.len() <= CREDENTIAL_BYTES_MAX);
        match directory.admit(board, kept.unwrap_or_default().as_bytes(), now_ms).await {
            // A cookie of before is as none.
            Err(AdmitError::Credential(_)) => directory.admit(board, &[], now_ms).await?,
            admitted => admitted?,
        }
    };
    if let Admitted::Entrant(entrant) = &mut admitted {
        let participant = entrant.participant;
        match ask_room(site, board, |answer| Command::Recorded { participant: participant.0, answer }).await? {
            Recorded::Role(role) if role < entrant.role && directory.owns(board, participant).await? => {}
            Recorded::Role(role) => entrant.role = role,
            Recorded::Removed => return Err(DirectoryError::Removed.into()),
            Recorded::Nothing if entrant.waits => {
                return Err(Problem::new(StatusCode::FORBIDDEN, "lobby", "this is for those who were let in; you wait in the lobby"));
            }
            Recorded::Nothing => {}
        }
    }
    if admitted.role() < least {
        let detail = format!("this needs the role {least:?} on the board; yours is {:?}", admitted.role()).to_lowercase();
        return Err(Problem::new(StatusCode::FORBIDDEN, "role", detail));
    }
    Ok(admitted)
}

/// Who somebody is, for webhooks.
pub(super) fn author(admitted: &Admitted) -> Option<By> {
    match admitted {
        Admitted::Bare(_) => None,
        Admitted::Entrant(entrant) => Some(By { participant: Some(entrant.participant.to_string()), name: entrant.name.clone() }),
    }
}

/// The address of this server: the one that was set, else as who asks has reached it, such as `https://board.example`.
pub(super) fn origin_of(site: &Site, headers: &HeaderMap) -> Option<String> {
    if site.reached.public_url.is_some() {
        return site.reached.public_url.clone();
    }
    let host = headers.get("x-forwarded-host").or_else(|| headers.get(header::HOST))?.to_str().ok()?;
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    let scheme = if is_secure(site, headers) { "https" } else { "http" };
    (plain && !host.is_empty()).then(|| format!("{scheme}://{host}"))
}

/// Who a host is, for the audit log.
pub(super) fn called(admitted: &Admitted) -> String {
    match admitted {
        Admitted::Bare(_) => "somebody with the link".to_owned(),
        Admitted::Entrant(entrant) => format!("{} ({})", entrant.name, entrant.participant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_is_there_twice_is_not_believed() {
        let headers = |text: &'static str| HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(text))]);
        assert_eq!(cookie_of(&headers("a=1; kakehashi=x; b=2"), "kakehashi"), Some("x"));
        assert_eq!(cookie_of(&headers("kakehashi=x; kakehashi=y"), "kakehashi"), None);
        assert_eq!(cookie_of(&headers("kakehashi2=x; xkakehashi=y"), "kakehashi"), None);
    }
}
