//! HTTP: everything that is asked once, and the door to what goes on.
//!
//! # Layout
//! - [`accounts`], [`oidc`], [`invitations`]: who signs in. [`keys`], [`webhooks`]: for programs. [`panel`], [`panels`]: wall boards, and who looks after them. [`doors`]: who may enter a board. [`timetable`], [`calendars`]: which board is used when. `who`: who asks.
//! - [`boards`]: boards and their codes. [`files`]: boards as files. [`snapshots`], [`pictures`]: what is too large for messages.
//! - [`socket`]: the door to a board's connection. [`app`]: the app's files.
//! - [`health`]: for those who run the server. [`openapi`]: the description of all this.
//! - [`listener`]: from sockets to requests. [`problem`], [`body`], [`client`], `safety`: what all of them use.

pub mod accounts;
pub mod app;
pub mod boards;
pub mod body;
pub mod calendars;
pub mod client;
pub mod doors;
pub mod files;
pub mod health;
pub mod invitations;
pub mod keys;
pub mod listener;
pub mod oidc;
pub mod openapi;
pub mod panel;
pub mod panels;
pub mod pictures;
pub mod problem;
mod safety;
pub mod snapshots;
pub mod socket;
pub mod timetable;
pub mod webhooks;
mod who;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post, put};
use tokio::sync::Semaphore;

use self::client::{Misses, same_origin};
use self::problem::Problem;
use self::safety::guard_answer;
use self::who::is_secure;
use crate::app_files::AppFiles;
use crate::assets::AssetStore;
use crate::board_file::Transfers;
use crate::hub::Hub;
use crate::oidc::{CALLBACK, Oidc};

/// Pictures that are taken in at once: each is held in memory as a whole, 160 MiB at worst.
const UPLOADS_MAX: usize = 16;

/// The number by which a path names something; `what`: such as "a key".
fn number_of(text: &str, what: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::malformed(format!("{what} is named by its number")))
}

/// How browsers reach the server.
#[derive(Clone, Default)]
pub struct Reached {
    /// Whether this port is encrypted.
    pub tls: bool,
    /// The address that was set, such as `https://board.example`.
    pub public_url: Option<String>,
}

/// What requests need.
pub struct Site {
    /// Live boards, and the log.
    pub hub: Arc<Hub>,
    /// Pictures.
    pub assets: AssetStore,
    /// Boards on their way to files and back.
    pub transfers: Arc<Transfers>,
    /// The app.
    pub files: AppFiles,
    /// The text of `/metrics`.
    pub metrics: Box<dyn Fn() -> String + Send + Sync>,
    /// How browsers reach the server.
    pub reached: Reached,
    /// A provider by which people sign in.
    pub oidc: Option<Oidc>,
    misses: Misses,
    uploads: Semaphore,
}

impl Site {
    /// A site of these parts.
    #[must_use]
    pub fn new(
        hub: Arc<Hub>,
        assets: AssetStore,
        transfers: Transfers,
        files: AppFiles,
        reached: Reached,
        oidc: Option<Oidc>,
        metrics: Box<dyn Fn() -> String + Send + Sync>,
    ) -> Arc<Self> {
        let transfers = Arc::new(transfers);
        Arc::new(Self {
            hub,
            assets,
            transfers,
            files,
            metrics,
            reached,
            oidc,
            misses: Misses::default(),
            uploads: Semaphore::new(UPLOADS_MAX),
        })
    }
}

/// All routes.
pub fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/api/v1/me", get(accounts::me))
        .route("/api/v1/me/password", post(accounts::password))
        .route("/api/v1/me/provider", delete(oidc::disconnect))
        .route("/api/v1/me/keys", get(keys::list).post(keys::make))
        .route("/api/v1/me/keys/{key}", delete(keys::revoke))
        .route("/api/v1/setup", post(accounts::set_up))
        .route("/api/v1/sign-in", post(accounts::sign_in))
        .route("/api/v1/sign-out", post(accounts::sign_out))
        .route("/api/v1/oidc/start", post(oidc::start))
        .route(CALLBACK, get(oidc::callback))
        .route("/api/v1/oidc/end", get(oidc::end))
        .route("/api/v1/accounts", get(accounts::list))
        .route("/api/v1/accounts/{account}", patch(accounts::change))
        .route("/api/v1/settings", put(accounts::settings))
        .route("/api/v1/invitations", get(invitations::list).post(invitations::make))
        .route("/api/v1/invitations/accept", post(invitations::accept))
        .route("/api/v1/invitations/reset", post(invitations::reset))
        .route("/api/v1/accounts/{account}/reset", post(invitations::invite_to_reset))
        .route("/api/v1/invitations/{invitation}", delete(invitations::revoke))
        .route("/api/v1/audit", get(invitations::audit))
        .route("/api/v1/webhooks", get(webhooks::list).post(webhooks::make))
        .route("/api/v1/webhooks/{webhook}", patch(webhooks::change).delete(webhooks::delete))
        .route("/api/v1/webhooks/{webhook}/secret", post(webhooks::roll))
        .route("/api/v1/webhooks/{webhook}/ping", post(webhooks::ping))
        .route("/api/v1/webhooks/{webhook}/deliveries", get(webhooks::deliveries))
        .route("/api/v1/webhooks/{webhook}/deliveries/{delivery}/send", post(webhooks::send_again))
        .route("/api/v1/panel/pairing", post(panel::pair))
        .route("/api/v1/panel/challenge", post(panel::challenge))
        .route("/api/v1/panel/session", post(panel::session))
        .route("/api/v1/panel/heartbeat", put(panel::heartbeat))
        .route("/api/v1/panels", get(panels::list).post(panels::approve))
        .route("/api/v1/panels/pairings/{code}", get(panels::waiting))
        .route("/api/v1/panels/{panel}", patch(panels::change).delete(panels::revoke))
        .route("/api/v1/panels/{panel}/boards", get(panels::boards))
        .route("/api/v1/panel/timetable", get(timetable::of_panel))
        .route("/api/v1/timetable", get(timetable::list).post(timetable::make))
        .route("/api/v1/timetable/{session}", get(timetable::show).put(timetable::change).delete(timetable::remove))
        .route("/api/v1/timetable/{session}/dates/{date}", put(timetable::change_date).delete(timetable::restore_date))
        .route("/api/v1/timetable/{session}/calendar.ics", get(calendars::show))
        .route("/api/v1/me/boards", get(boards::own))
        .route("/api/v1/me/calendar", get(calendars::about).post(calendars::renew).delete(calendars::revoke))
        .route("/api/v1/calendars/{file}", get(calendars::feed))
        .route("/api/v1/boards/{board}/owner", put(panels::give))
        .route("/api/v1/boards/{board}/enter", post(doors::enter))
        .route("/api/v1/boards/{board}/doors", get(doors::show).put(doors::set))
        .route("/api/v1/boards/{board}/links", get(doors::links).post(doors::make_link))
        .route("/api/v1/boards/{board}/links/{link}", delete(doors::revoke_link))
        .route("/api/v1/boards/{board}/participants/{participant}", delete(doors::remove))
        .route("/api/v1/boards", post(boards::create))
        .route("/api/v1/boards/import", post(files::import))
        .route("/api/v1/boards/{board}/export", get(files::export))
        .route("/api/v1/boards/{board}", get(boards::show))
        .route("/api/v1/codes/{code}", get(boards::of_code))
        .route("/api/v1/boards/{board}/socket", get(socket::open))
        .route("/api/v1/boards/{board}/documents/{document}/snapshot", get(snapshots::show))
        .route("/api/v1/boards/{board}/assets", post(pictures::put))
        .route("/api/v1/boards/{board}/assets/{asset}", get(pictures::show))
        .route("/api/openapi.json", get(openapi::show))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(app::show)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(Arc::clone(&site), guard))
        .with_state(site)
}

/// What holds for every request and every answer.
async fn guard(State(site): State<Arc<Site>>, request: Request<Body>, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let refused = if changes { same_origin(request.headers(), is_secure(&site, request.headers())).err() } else { None };
    let mut response = match refused {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    };
    guard_answer(response.headers_mut());
    response
}

async fn wrong_method(method: Method) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", format!("{method} is not allowed here; the Allow header names what is"))
}
