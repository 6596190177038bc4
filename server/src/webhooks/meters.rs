//! What is counted of webhooks, under the names that `/metrics` shows.

use metrics::{Counter, Gauge, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

/// Handles to all that webhooks count.
pub(super) struct Meters {
    /// Events queued.
    pub(super) queued: Counter,
    /// Deliveries that wait.
    pub(super) waiting: Gauge,
    /// Deliveries, or offers of rooms, that were dropped because too many waited.
    pub(super) dropped: Counter,
    /// Tries.
    pub(super) attempts: Counter,
    /// Seconds of one try.
    pub(super) attempt_seconds: Histogram,
    /// Deliveries taken by their receiver.
    pub(super) delivered: Counter,
    /// Tries that failed.
    pub(super) failures: Counter,
    /// Deliveries that are not tried any more.
    pub(super) given_up: Counter,
}

impl Default for Meters {
    fn default() -> Self {
        describe_counter!("kakehashi_webhook_events_total", "Events queued for webhooks");
        describe_gauge!("kakehashi_webhook_waiting", "Deliveries to webhooks that wait");
        describe_counter!("kakehashi_webhook_dropped_total", "Deliveries to webhooks dropped because too many waited");
        describe_counter!("kakehashi_webhook_attempts_total", "Tries to deliver to webhooks");
        describe_histogram!("kakehashi_webhook_attempt_seconds", Unit::Seconds, "Time of one try to deliver to a webhook");
        describe_counter!("kakehashi_webhook_delivered_total", "Deliveries that webhooks have taken");
        describe_counter!("kakehashi_webhook_failures_total", "Tries to deliver to webhooks that failed");
        describe_counter!("kakehashi_webhook_given_up_total", "Deliveries to webhooks that are not tried any more");
        Self {
            queued: counter!("kakehashi_webhook_events_total"),
            waiting: gauge!("kakehashi_webhook_waiting"),
            dropped: counter!("kakehashi_webhook_dropped_total"),
            attempts: counter!("kakehashi_webhook_attempts_total"),
            attempt_seconds: histogram!("kakehashi_webhook_attempt_seconds"),
            delivered: counter!("kakehashi_webhook_delivered_total"),
            failures: counter!("kakehashi_webhook_failures_total"),
            given_up: counter!("kakehashi_webhook_given_up_total"),
        }
    }
}
