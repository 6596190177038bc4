//! How people sign in by a provider of OpenID Connect, as it was set.

use std::fmt;

use clap::Args;
use openidconnect::url::{Host, Url};

use super::{ConfigError, Key, Sources, key};

/// The longest file of a secret that is read, bytes; secrets have some hundred.
const SECRET_BYTES_MAX: u64 = 4 * 1024;

/// A provider, and whom this server lets in who is known there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OidcSettings {
    /// Whose word is taken, exactly as the provider says it of itself.
    pub issuer: String,
    /// What this server is called at the provider.
    pub client: String,
    /// What it proves that with; a public client has none.
    pub secret: Option<Secret>,
    /// What is asked for, besides `openid`.
    pub scopes: Vec<String>,
    /// What people call the provider.
    pub label: String,
    /// Domains of e-mail addresses that are let in, in small letters.
    pub domains: Vec<String>,
    /// Groups that are let in.
    pub groups: Vec<String>,
    /// The claim that names somebody's groups.
    pub groups_claim: String,
    /// Whether whoever is let in has an account from then on, also without an invitation.
    pub create: bool,
    /// Subjects whose account is made an administrator's.
    pub administrators: Vec<String>,
    /// Where browsers reach this server: scheme, host and port, without a path.
    pub public_url: String,
}

/// Something that is never written anywhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

pub(super) const PUBLIC_URL: Key =
    key("public_url", None, "the address at which browsers reach this server, such as https://board.school.example, without a path");
const ISSUER: Key = key(
    "oidc_issuer",
    None,
    "the provider's https address as it names itself (on this machine also http), such as https://login.school.example",
);
const CLIENT: Key = key("oidc_client", None, "what this server is called at the provider (client id)");
const SECRET: Key = key("oidc_secret", None, "the secret that the provider gave for this server");
const SECRET_FILE: Key = key("oidc_secret_file", None, "the path of a file with the provider's secret for this server");
const SCOPES: Key = key("oidc_scopes", Some("profile email"), "names with spaces between them");
const LABEL: Key = key("oidc_label", None, "what people call the provider, at most 40 letters");
const DOMAINS: Key = key("oidc_domains", Some(""), "domains of e-mail addresses with spaces between them, such as school.example");
const GROUPS: Key = key("oidc_groups", Some(""), "groups with commas between them");
const GROUPS_CLAIM: Key = key("oidc_groups_claim", Some("groups"), "the name of the claim with somebody's groups");
const CREATE: Key = key("oidc_create", Some("true"), "true or false");
const ADMINISTRATORS: Key = key("oidc_administrators", Some(""), "subjects (the claim sub) with spaces between them");

pub(super) const KEYS: [Key; 11] =
    [ISSUER, CLIENT, SECRET, SECRET_FILE, SCOPES, LABEL, DOMAINS, GROUPS, GROUPS_CLAIM, CREATE, ADMINISTRATORS];

/// The flags for it. The secret has none: whoever is on the machine sees flags.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Sign-in by a provider of OpenID Connect")]
pub struct OidcArgs {
    /// Address of the provider as it names itself; with it, --oidc-client and --public-url are needed
    #[arg(long, value_name = "URL")]
    pub oidc_issuer: Option<String>,
    /// What this server is called at the provider
    #[arg(long, value_name = "ID")]
    pub oidc_client: Option<String>,
    /// File with the provider's secret for this server; it may also be in KAKEHASHI_OIDC_SECRET
    #[arg(long, value_name = "FILE")]
    pub oidc_secret_file: Option<String>,
    /// What is asked of the provider, besides openid [default: "profile email"]
    #[arg(long, value_name = "NAMES")]
    pub oidc_scopes: Option<String>,
    /// What people call the provider, for the button [default: the host of its address]
    #[arg(long, value_name = "NAME")]
    pub oidc_label: Option<String>,
    /// Let in only those whose verified e-mail address is of one of these domains, or who are in --oidc-groups
    #[arg(long, value_name = "DOMAINS")]
    pub oidc_domains: Option<String>,
    /// Let in only those who are in one of these groups, or of --oidc-domains
    #[arg(long, value_name = "GROUPS")]
    pub oidc_groups: Option<String>,
    /// Claim with somebody's groups [default: groups]
    #[arg(long, value_name = "CLAIM")]
    pub oidc_groups_claim: Option<String>,
    /// Whether whoever is let in gets an account, also without an invitation [default: true]
    #[arg(long, value_name = "true|false")]
    pub oidc_create: Option<String>,
    /// Subjects whose account is made an administrator's
    #[arg(long, value_name = "SUBJECTS")]
    pub oidc_administrators: Option<String>,
}

impl OidcArgs {
    pub(super) fn values(&self) -> [(&'static str, &Option<String>); 10] {
        [
            ("oidc_issuer", &self.oidc_issuer),
            ("oidc_client", &self.oidc_client),
            ("oidc_secret_file", &self.oidc_secret_file),
            ("oidc_scopes", &self.oidc_scopes),
            ("oidc_label", &self.oidc_label),
            ("oidc_domains", &self.oidc_domains),
            ("oidc_groups", &self.oidc_groups),
            ("oidc_groups_claim", &self.oidc_groups_claim),
            ("oidc_create", &self.oidc_create),
            ("oidc_administrators", &self.oidc_administrators),
        ]
    }
}

impl Sources {
    /// Where browsers reach this server, if that was set.
    pub(super) fn public_url(&self) -> Result<Option<String>, ConfigError> {
        self.is_set(&PUBLIC_URL).then(|| self.parsed(&PUBLIC_URL, origin)).transpose()
    }

    pub(super) fn oidc(&self) -> Result<Option<OidcSettings>, ConfigError> {
        if !self.is_set(&ISSUER) {
            let alone = KEYS.iter().find(|key| key.default.is_none() && self.is_set(key));
            return alone.map_or(Ok(None), |key| Err(ConfigError::Missing { by: key.name, key: ISSUER.name, allowed: ISSUER.allowed }));
        }
        for needed in [&CLIENT, &PUBLIC_URL] {
            if !self.is_set(needed) {
                return Err(ConfigError::Missing { by: ISSUER.name, key: needed.name, allowed: needed.allowed });
            }
        }
        let issuer = self.parsed(&ISSUER, issuer)?;
        let host = Url::parse(&issuer).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        Ok(Some(OidcSettings {
            client: self.parsed(&CLIENT, |text| (!text.is_empty()).then(|| text.to_owned()))?,
            secret: self.secret(&SECRET, &SECRET_FILE)?,
            scopes: self.parsed(&SCOPES, |text| Some(words(text)))?,
            label: if self.is_set(&LABEL) { self.parsed(&LABEL, label)? } else { host },
            domains: self.parsed(&DOMAINS, domains)?,
            groups: self.parsed(&GROUPS, |text| Some(groups(text)))?,
            groups_claim: self.parsed(&GROUPS_CLAIM, |text| (!text.is_empty()).then(|| text.to_owned()))?,
            create: self.parsed(&CREATE, |text| text.parse().ok())?,
            administrators: self.parsed(&ADMINISTRATORS, |text| Some(words(text)))?,
            public_url: self.parsed(&PUBLIC_URL, origin)?,
            issuer,
        }))
    }

    /// A secret, by itself or in a file.
    pub(super) fn secret(&self, secret: &Key, secret_file: &Key) -> Result<Option<Secret>, ConfigError> {
        if self.is_set(secret_file) {
            let read = |file: &str| {
                let short = std::fs::metadata(file).ok()?.len() <= SECRET_BYTES_MAX;
                let text = short.then(|| std::fs::read_to_string(file).ok()).flatten()?;
                (!text.trim().is_empty()).then(|| Secret(text.trim().to_owned()))
            };
            return self.parsed(secret_file, read).map(Some);
        }
        self.is_set(secret).then(|| self.parsed(secret, |text| Some(Secret(text.to_owned())))).transpose()
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Groups have spaces in their names.
fn groups(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|group| !group.is_empty()).map(str::to_owned).collect()
}

fn domains(text: &str) -> Option<Vec<String>> {
    let domains: Vec<_> = words(text).iter().map(|domain| domain.to_ascii_lowercase()).collect();
    domains.iter().all(|domain| domain.contains('.') && !domain.contains(['@', '*', '/'])).then_some(domains)
}

fn label(text: &str) -> Option<String> {
    let label = text.trim();
    (!label.is_empty() && label.chars().count() <= 40).then(|| label.to_owned())
}

/// Scheme, host and port, as browsers name a page's origin.
fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())?;
    let bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    bare.then(|| url.origin().ascii_serialization())
}

/// Whoever sits between could say anything over http, so that is only for a provider on this machine.
fn issuer(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let here = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let allowed = url.scheme() == "https" || (url.scheme() == "http" && here);
    (allowed && url.query().is_none() && url.fragment().is_none()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
