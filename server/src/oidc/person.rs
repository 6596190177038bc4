//! Whom the claims of a provider mean, what they are called here, and whether this server lets them in.

use std::collections::HashMap;

use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::OidcSettings;
use crate::directory::identities::Identity;
use crate::directory::names::{NAME_LETTERS_MAX, clean_name};

/// Claims that the standard does not name, such as groups.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Further {
    #[serde(flatten)]
    all: HashMap<String, Value>,
}

impl AdditionalClaims for Further {}

/// What is read of claims, wherever they came from.
#[derive(Clone, Debug, Deserialize)]
pub struct Claims {
    sub: String,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    preferred_username: Option<String>,
    email: Option<String>,
    /// Whether the provider says that the address is theirs; without its word it is not.
    email_verified: Option<bool>,
    #[serde(flatten)]
    further: HashMap<String, Value>,
}

impl Claims {
    /// Of claims that the crate has read and checked.
    pub(super) fn of(claims: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::from_value(serde_json::to_value(claims)?)
    }

    /// Adds what others of the same subject say; what is there stays.
    pub(super) fn add(&mut self, others: Self) {
        if self.email.is_none() || (self.email_verified.is_none() && self.email == others.email) {
            (self.email, self.email_verified) = (others.email, others.email_verified);
        }
        self.name = self.name.take().or(others.name);
        self.given_name = self.given_name.take().or(others.given_name);
        self.family_name = self.family_name.take().or(others.family_name);
        self.preferred_username = self.preferred_username.take().or(others.preferred_username);
        for (claim, value) in others.further {
            self.further.entry(claim).or_insert(value);
        }
    }

    /// What they are called, the best first.
    fn names(&self) -> impl Iterator<Item = String> {
        let parts = [&self.family_name, &self.given_name].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        [self.name.clone(), Some(parts), self.preferred_username.clone()].into_iter().flatten()
    }

    /// Their address, if it is theirs.
    fn own_email(&self) -> Option<&str> {
        self.email.as_deref().filter(|_| self.email_verified == Some(true))
    }

    fn is_of_domain(&self, domains: &[String]) -> bool {
        let domain = self.own_email().and_then(|email| email.rsplit_once('@')).map(|(_, domain)| domain.to_ascii_lowercase());
        domain.is_some_and(|domain| domains.contains(&domain))
    }

    fn is_of_group(&self, claim: &str, groups: &[String]) -> bool {
        let named = |value: &Value| value.as_str().is_some_and(|group| groups.iter().any(|named| named == group));
        match self.further.get(claim) {
            Some(Value::Array(values)) => values.iter().any(named),
            Some(value) => named(value),
            None => false,
        }
    }
}

/// Somebody whom the provider has proven.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Who they are.
    pub identity: Identity,
    /// Whether this server lets them in at all.
    pub is_let_in: bool,
    /// Whether their account is made an administrator's.
    pub administrator: bool,
}

impl Person {
    pub(super) fn of(settings: &OidcSettings, claims: &Claims) -> Self {
        let subject = claims.sub.clone();
        let shown = [claims.preferred_username.as_deref(), claims.own_email()].into_iter().flatten().find_map(clipped).unwrap_or_default();
        let name = claims.names().find_map(|name| clipped(&name)).unwrap_or_else(|| settings.label.clone());
        let everybody = settings.domains.is_empty() && settings.groups.is_empty();
        let is_let_in = everybody || claims.is_of_domain(&settings.domains) || claims.is_of_group(&settings.groups_claim, &settings.groups);
        let administrator = settings.administrators.contains(&subject);
        Self { identity: Identity { issuer: settings.issuer.clone(), subject, name, shown }, is_let_in, administrator }
    }
}

/// A name as names here are: cleaned, and cut where it is too long.
fn clipped(text: &str) -> Option<String> {
    let short: String = text.chars().take(NAME_LETTERS_MAX).collect();
    clean_name(&short).ok()
}
