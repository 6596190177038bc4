//! One try of one delivery: a request, and what became of it. No redirect is followed, no proxy is asked,
//! and of the answer nothing is read but its status.

use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Url};

use super::address::{AddressError, check_host, guarded};
use super::queue::Job;
use super::signature::signatures;
use crate::hub::clock::wall_ms;
use crate::outbound::builder;

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// Nothing is sent there.
    #[error("address: {0}")]
    Address(AddressError),
    /// It took too long.
    #[error("timeout: no answer within {} ms", .0.as_millis())]
    Slow(Duration),
    /// The name does not resolve, nobody listens, or what is spoken there is not what it should be.
    #[error("unreachable: {0}")]
    Unreachable(String),
}

/// How a try ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// With this status.
    Answered(u16),
    /// Without an answer.
    Unanswered(Trouble),
}

impl Outcome {
    pub(super) fn is_success(&self) -> bool {
        matches!(self, Self::Answered(200..=299))
    }

    /// Whether the receiver wants no more.
    pub(super) fn is_gone(&self) -> bool {
        *self == Self::Answered(410)
    }

    /// Whether it says something of the receiver rather than of this one delivery.
    pub(super) fn is_of_receiver(&self) -> bool {
        matches!(self, Self::Unanswered(_) | Self::Answered(429 | 502 | 503 | 504))
    }
}

/// A try that is over.
pub(super) struct Tried {
    pub(super) webhook: i64,
    pub(super) delivery: i64,
    pub(super) tried_ms: u64,
    pub(super) took_ms: u64,
    pub(super) outcome: Outcome,
}

/// What sends.
#[derive(Clone)]
pub(super) struct Sender {
    elsewhere: Client,
    /// For the port on which this server listens, where its own address is refused.
    own_port: Client,
    own: Option<SocketAddr>,
    at_most: Duration,
}

impl Sender {
    /// `own`: where this server listens.
    ///
    /// # Errors
    /// Where the system trusts no certificate at all.
    pub(super) fn new(own: Option<SocketAddr>, at_most: Duration) -> Result<Self, reqwest::Error> {
        // A proxy would resolve names itself; and a kept connection would not be resolved anew.
        let client = |own| builder().no_proxy().pool_max_idle_per_host(0).dns_resolver(guarded(own)).timeout(at_most).build();
        Ok(Self { elsewhere: client(None)?, own_port: client(own)?, own, at_most })
    }

    /// Tries a delivery.
    pub(super) async fn send(&self, job: Job) -> Tried {
        let (tried_ms, began) = (wall_ms(), Instant::now());
        let outcome = match self.answer(&job, tried_ms / 1_000).await {
            Ok(status) => Outcome::Answered(status),
            Err(trouble) => Outcome::Unanswered(trouble),
        };
        Tried { webhook: job.webhook, delivery: job.delivery, tried_ms, took_ms: began.elapsed().as_millis() as u64, outcome }
    }

    async fn answer(&self, job: &Job, at_s: u64) -> Result<u16, Trouble> {
        let url: Url = job.url.parse().map_err(|_| Trouble::Address(AddressError::Form))?;
        check_host(&url, self.own).map_err(Trouble::Address)?;
        let at_own_port = self.own.is_some_and(|own| url.port_or_known_default() == Some(own.port()));
        let client = if at_own_port { &self.own_port } else { &self.elsewhere };
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &job.id)
            .header("webhook-timestamp", at_s)
            .header("webhook-signature", signatures(&job.secrets, &job.id, at_s, &job.body))
            .body(job.body.clone());
        request.send().await.map(|response| response.status().as_u16()).map_err(|error| self.trouble(&error))
    }

    fn trouble(&self, error: &reqwest::Error) -> Trouble {
        if let Some(refused) = causes(error).find_map(|error| error.downcast_ref::<AddressError>()) {
            return Trouble::Address(*refused);
        }
        if error.is_timeout() {
            return Trouble::Slow(self.at_most);
        }
        // The last cause says what it was; the first repeats the address.
        Trouble::Unreachable(causes(error).last().map(ToString::to_string).unwrap_or_default())
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}
