//! Another TURN server, as it was set.

use clap::Args;

use super::{ConfigError, Key, Secret, Sources, key};

/// Most addresses of it: a browser tries each of them.
const URLS_MAX: usize = 8;

/// A TURN server that pages are told in place of this one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TurnSettings {
    /// Where it is reached, such as `turns:turn.school.example:443?transport=tcp`.
    pub urls: Vec<String>,
    /// What it makes passwords from.
    pub secret: Secret,
}

const URLS: Key = key("turn_urls", None, "at most eight addresses with commas, such as turns:turn.school.example:443?transport=tcp");
const SECRET: Key = key("turn_secret", None, "the secret that the TURN server makes passwords from (coturn: static-auth-secret)");
const SECRET_FILE: Key = key("turn_secret_file", None, "the path of a file with the secret that the TURN server makes passwords from");

pub(super) const KEYS: [Key; 3] = [URLS, SECRET, SECRET_FILE];

/// The flags for it. The secret has none: whoever is on the machine sees flags.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Another TURN server, in place of this one")]
pub struct TurnArgs {
    /// Its addresses, with commas; its secret is needed too
    #[arg(long, value_name = "URL,…")]
    pub turn_urls: Option<String>,
    /// File with the secret that it shares (coturn: static-auth-secret); it may also be in KAKEHASHI_TURN_SECRET
    #[arg(long, value_name = "FILE")]
    pub turn_secret_file: Option<String>,
}

impl TurnArgs {
    pub(super) fn values(&self) -> [(&'static str, &Option<String>); 2] {
        [("turn_urls", &self.turn_urls), ("turn_secret_file", &self.turn_secret_file)]
    }
}

impl Sources {
    pub(super) fn turn(&self) -> Result<Option<TurnSettings>, ConfigError> {
        let secret = self.secret(&SECRET, &SECRET_FILE)?;
        let urls = self.is_set(&URLS).then(|| self.parsed(&URLS, urls)).transpose()?;
        let missing = |by: &Key, needed: &Key| Err(ConfigError::Missing { by: by.name, key: needed.name, allowed: needed.allowed });
        match (urls, secret) {
            (None, None) => Ok(None),
            (Some(urls), Some(secret)) => Ok(Some(TurnSettings { urls, secret })),
            (Some(_), None) => missing(&URLS, &SECRET),
            (None, Some(_)) => missing(&SECRET, &URLS),
        }
    }
}

fn urls(text: &str) -> Option<Vec<String>> {
    let urls: Vec<String> = text.split(',').map(|url| url.trim().to_owned()).collect();
    let allowed = |url: &String| {
        let named = url.strip_prefix("turn:").or_else(|| url.strip_prefix("turns:"));
        named.is_some_and(|rest| !rest.is_empty() && !rest.starts_with("//") && rest.bytes().all(|byte| byte.is_ascii_graphic()))
    };
    (urls.len() <= URLS_MAX && urls.iter().all(allowed)).then_some(urls)
}

#[cfg(test)]
mod tests {
    use super::super::tests::load;
    use super::*;

    #[test]
    fn addresses_and_secret_go_together() {
        let urls = ["--turn-urls", "turn:turn.example:3478?transport=udp, turns:turn.example:443?transport=tcp"];
        let settings = load(&urls, &[("KAKEHASHI_TURN_SECRET", "north")]).unwrap().turn.unwrap();
        assert_eq!(settings.urls, ["turn:turn.example:3478?transport=udp", "turns:turn.example:443?transport=tcp"]);
        assert_eq!(settings.secret, Secret("north".into()));
        assert!(!format!("{settings:?}").contains("north"));
        assert!(matches!(load(&urls, &[]), Err(ConfigError::Missing { by: "turn_urls", key: "turn_secret", .. })));
        let alone = load(&[], &[("KAKEHASHI_TURN_SECRET", "north")]);
        assert!(matches!(alone, Err(ConfigError::Missing { by: "turn_secret", key: "turn_urls", .. })));
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("secret");
        std::fs::write(&file, "south\n").unwrap();
        let from_file = load(&[&urls[..], &["--turn-secret-file", file.to_str().unwrap()]].concat(), &[]).unwrap();
        assert_eq!(from_file.turn.unwrap().secret, Secret("south".into()));
    }

    #[test]
    fn what_no_browser_takes_is_refused() {
        for bad in ["turn.example", "stun:turn.example", "turn://turn.example", "turn:", "turn:a b", "turn:a,", &["turn:a"; 9].join(",")] {
            let loaded = load(&["--turn-urls", bad], &[("KAKEHASHI_TURN_SECRET", "north")]);
            assert!(matches!(loaded, Err(ConfigError::Value { key: "turn_urls", .. })), "{bad:?}: {loaded:?}");
        }
    }
}
