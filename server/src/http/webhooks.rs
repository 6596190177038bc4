//! Webhooks, for administrators: where programs are told that sessions start and end and boards are exported.

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
use super::who::Administrator;
use super::{Site, number_of};
use crate::hub::clock::wall_ms;
use crate::webhooks::event::EventKind;
use crate::webhooks::queue::Delivery;
use crate::webhooks::subscription::{NewWebhook, Webhook, WebhookChange};

/// A webhook that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookOrder {
    /// Where it goes: `https` or `http`.
    #[schema(example = "https://timetable.school.example/hooks/kakehashi")]
    pub url: String,
    /// What it tells; at least one, and not `ping`, which each tells.
    pub events: Vec<EventKind>,
    /// What it is for, at most 200 letters.
    #[serde(default)]
    pub description: String,
}

/// A change of a webhook; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookPatch {
    /// Where it goes.
    pub url: Option<String>,
    /// What it tells.
    pub events: Option<Vec<EventKind>>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it tells anything.
    pub enabled: Option<bool>,
}

/// A webhook with its secret.
#[derive(Serialize, ToSchema)]
pub struct MadeWebhook {
    /// What it is.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// What signs; it is told only now.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    pub secret: String,
}

fn check_events(events: &[EventKind]) -> Result<(), Problem> {
    if !events.is_empty() && events.iter().all(|event| EventKind::CHOSEN.contains(event)) {
        return Ok(());
    }
    let all = EventKind::CHOSEN.map(EventKind::name).join(", ");
    Err(Problem::malformed(format!("`events` has at least one of {all}")))
}

/// All webhooks.
///
/// # Errors
/// 403 for others than administrators.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", responses(
    (status = 200, description = "All webhooks, without their secrets", body = Vec<Webhook>),
    (status = 403, description = "`administrator`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(site): State<Arc<Site>>, _by: Administrator) -> Result<impl IntoResponse, Problem> {
    Ok((no_store(), Json(site.hub.services.webhooks.list(wall_ms()).await?)))
}

/// Makes a webhook: from then on what happens is sent there as `POST`, with the body `WebhookBody`, signed after the
/// Standard Webhooks specification.
///
/// # Errors
/// 409 where there are too many, 422 for an address or description that is not taken.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = WebhookOrder, responses(
    (status = 201, description = "The webhook, with its secret", body = MadeWebhook),
    (status = 403, description = "`administrator`", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`too_many_webhooks`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`webhook_address`, `webhook_text`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make(
    State(site): State<Arc<Site>>,
    Administrator(by): Administrator,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let WebhookOrder { url, events, description } = read_json(&headers, body).await?;
    check_events(&events)?;
    let new = NewWebhook { url, events, description };
    let (webhook, secret) = site.hub.services.webhooks.make(&by, new, wall_ms()).await?;
    Ok((StatusCode::CREATED, no_store(), Json(MadeWebhook { webhook, secret: secret.shown() })))
}

/// Changes, enables or disables a webhook.
///
/// # Errors
/// 404 if there is none of this number, 422 for an address or description that is not taken.
#[utoipa::path(patch, path = "/api/v1/webhooks/{webhook}", tag = "webhooks", request_body = WebhookPatch,
    params(("webhook" = i64, Path, description = "Its number")), responses(
    (status = 200, description = "The webhook as it is now", body = Webhook),
    (status = 403, description = "`administrator`", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_webhook`", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`webhook_address`, `webhook_text`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn change(
    State(site): State<Arc<Site>>,
    Administrator(by): Administrator,
    Path(webhook): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let webhook = number_of(&webhook, "a webhook")?;
    let WebhookPatch { url, events, description, enabled } = read_json(&headers, body).await?;
    events.as_deref().map_or(Ok(()), check_events)?;
    let change = WebhookChange { url, events, description, enabled };
    Ok((no_store(), Json(site.hub.services.webhooks.change(&by, webhook, change, wall_ms()).await?)))
}

/// Takes a webhook away, with all that waits for it.
///
/// # Errors
/// 404 if there is none of this number.
#[utoipa::path(delete, path = "/api/v1/webhooks/{webhook}", tag = "webhooks",
    params(("webhook" = i64, Path, description = "Its number")), responses(
    (status = 204, description = "Taken away"),
    (status = 404, description = "`unknown_webhook`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn delete(
    State(site): State<Arc<Site>>,
    Administrator(by): Administrator,
    Path(webhook): Path<String>,
) -> Result<StatusCode, Problem> {
    let webhook = number_of(&webhook, "a webhook")?;
    site.hub.services.webhooks.delete(&by, webhook, wall_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a webhook a new secret. The one of before signs as well for a day.
///
/// # Errors
/// 404 if there is none of this number.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/secret", tag = "webhooks",
    params(("webhook" = i64, Path, description = "Its number")), responses(
    (status = 200, description = "The webhook, with its new secret", body = MadeWebhook),
    (status = 404, description = "`unknown_webhook`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn roll(
    State(site): State<Arc<Site>>,
    Administrator(by): Administrator,
    Path(webhook): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let webhook = number_of(&webhook, "a webhook")?;
    let (webhook, secret) = site.hub.services.webhooks.roll(&by, webhook, wall_ms()).await?;
    Ok((no_store(), Json(MadeWebhook { webhook, secret: secret.shown() })))
}

/// Sends a `ping`, to try a webhook. What became of it stands among its deliveries.
///
/// # Errors
/// 404 if there is none of this number, 409 if it is disabled.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/ping", tag = "webhooks",
    params(("webhook" = i64, Path, description = "Its number")), responses(
    (status = 202, description = "The delivery, which is tried at once", body = Delivery),
    (status = 404, description = "`unknown_webhook`", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`webhook_disabled`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn ping(
    State(site): State<Arc<Site>>,
    Administrator(by): Administrator,
    Path(webhook): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let webhook = number_of(&webhook, "a webhook")?;
    Ok((StatusCode::ACCEPTED, no_store(), Json(site.hub.services.webhooks.ping(&by, webhook, wall_ms()).await?)))
}

/// The newest deliveries of a webhook: those that wait, and the last hundred that are over.
///
/// # Errors
/// 404 if there is none of this number.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook}/deliveries", tag = "webhooks",
    params(("webhook" = i64, Path, description = "Its number")), responses(
    (status = 200, description = "At most a hundred, the newest first", body = Vec<Delivery>),
    (status = 404, description = "`unknown_webhook`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn deliveries(
    State(site): State<Arc<Site>>,
    _by: Administrator,
    Path(webhook): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let webhook = number_of(&webhook, "a webhook")?;
    Ok((no_store(), Json(site.hub.services.webhooks.deliveries(webhook, wall_ms()).await?)))
}

/// Sends a delivery again under the same id, or at once if it waits.
///
/// # Errors
/// 404 if the webhook has none of this number, 409 if it is disabled.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/deliveries/{delivery}/send", tag = "webhooks",
    params(("webhook" = i64, Path, description = "The webhook's number"), ("delivery" = i64, Path, description = "The delivery's")), responses(
    (status = 202, description = "The delivery, which is tried at once", body = Delivery),
    (status = 404, description = "`unknown_webhook`, `unknown_delivery`", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`webhook_disabled`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn send_again(
    State(site): State<Arc<Site>>,
    _by: Administrator,
    Path((webhook, delivery)): Path<(String, String)>,
) -> Result<impl IntoResponse, Problem> {
    let (webhook, delivery) = (number_of(&webhook, "a webhook")?, number_of(&delivery, "a delivery")?);
    Ok((StatusCode::ACCEPTED, no_store(), Json(site.hub.services.webhooks.send_again(webhook, delivery, wall_ms()).await?)))
}
