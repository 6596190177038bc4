//! The description of the HTTP API.

use std::sync::OnceLock;

use axum::http::header;
use axum::response::IntoResponse;
use utoipa::OpenApi;

use super::problem::Problem;
use super::{
    accounts, boards, calendars, doors, files, health, invitations, keys, oidc, panel, panels, pictures, snapshots, socket, timetable,
    webhooks,
};
use crate::webhooks::event::WebhookBody;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kakehashi",
        description = "Boards, their doors, snapshots and pictures, the accounts of those who run them, panels, and the timetable. What goes on on a board travels over its WebSocket. Browsers ask with their session's cookie, panels with `Authorization: Bearer` and their token, programs with a key; each key has scopes, and a request beyond them is answered 403 `scope`."
    ),
    paths(
        accounts::me,
        accounts::password,
        keys::list,
        keys::make,
        keys::revoke,
        accounts::set_up,
        accounts::sign_in,
        accounts::sign_out,
        oidc::start,
        oidc::callback,
        oidc::end,
        oidc::disconnect,
        accounts::list,
        accounts::change,
        accounts::settings,
        invitations::list,
        invitations::make,
        invitations::accept,
        invitations::revoke,
        invitations::reset,
        invitations::invite_to_reset,
        invitations::audit,
        webhooks::list,
        webhooks::make,
        webhooks::change,
        webhooks::delete,
        webhooks::roll,
        webhooks::ping,
        webhooks::deliveries,
        webhooks::send_again,
        panel::pair,
        panel::challenge,
        panel::session,
        panel::heartbeat,
        panels::list,
        panels::waiting,
        panels::approve,
        panels::change,
        panels::revoke,
        panels::boards,
        panels::give,
        timetable::list,
        timetable::make,
        timetable::show,
        timetable::change,
        timetable::remove,
        timetable::change_date,
        timetable::restore_date,
        timetable::of_panel,
        calendars::show,
        calendars::feed,
        calendars::about,
        calendars::renew,
        calendars::revoke,
        boards::own,
        doors::enter,
        doors::show,
        doors::set,
        doors::links,
        doors::make_link,
        doors::revoke_link,
        doors::remove,
        boards::create,
        boards::show,
        boards::of_code,
        files::export,
        files::import,
        socket::open,
        snapshots::show,
        pictures::put,
        pictures::show,
        health::alive,
        health::ready,
        health::metrics
    ),
    components(schemas(Problem, WebhookBody))
)]
struct Description;

static TEXT: OnceLock<String> = OnceLock::new();

/// The description as JSON.
pub fn text() -> &'static str {
    TEXT.get_or_init(|| Description::openapi().to_pretty_json().unwrap_or_default())
}

/// Gives it to who asks.
pub async fn show() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_names_every_route() {
        let description: serde_json::Value = serde_json::from_str(text()).expect("it is JSON");
        let paths = description["paths"].as_object().expect("it has paths");
        assert_eq!(paths.len(), 60);
        assert!(paths["/api/v1/boards"]["post"]["responses"]["201"].is_object());
    }
}
