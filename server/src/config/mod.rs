//! What this server is told to be: flags, then the environment, then a TOML file, then defaults. It
//! runs with none of them.

mod cli;
mod oidc;
mod turn;

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use config::{Config, Environment, File, FileFormat};

pub use cli::{BackupArgs, Cli, Command, RestoreArgs, ScrubArgs, ServeArgs};
pub use oidc::{OidcSettings, Secret};
pub use turn::TurnSettings;

/// What precedes a key in the environment: `KAKEHASHI_LISTEN`.
const PREFIX: &str = "KAKEHASHI";

/// Everything that can be set, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The one address and port of the server.
    pub listen: SocketAddr,
    /// The folder of all that is kept.
    pub data: PathBuf,
    /// Whether and how connections are encrypted.
    pub tls: TlsMode,
    /// How the server's own log is written.
    pub log_format: LogFormat,
    /// What the server's own log holds, as `tracing-subscriber`'s `EnvFilter` reads it.
    pub log_filter: String,
    /// How long a board without connections stays in memory.
    pub idle_room: Duration,
    /// Where browsers reach this server, where that was said: scheme, host and port, without a path.
    pub public_url: Option<String>,
    /// Whether and where calls are reached.
    pub media: MediaMode,
    /// The addresses at which browsers are told that calls are reached; none: those of this machine.
    pub media_addresses: Vec<IpAddr>,
    /// Whether two who are alone in a call may send directly, by which each learns the other's addresses.
    pub media_direct: bool,
    /// Another TURN server, that pages are told in place of this one.
    pub turn: Option<TurnSettings>,
    /// A provider by which people sign in.
    pub oidc: Option<OidcSettings>,
    /// A folder with the app's files, in place of those in the program.
    pub app: Option<PathBuf>,
    /// Waited before each commit, for tests.
    pub sync_delay: Duration,
}

/// Whether and how connections are encrypted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TlsMode {
    /// Not at all; behind a proxy, or on this machine alone.
    Off,
    /// With a certificate that the server makes and keeps.
    SelfMade,
    /// With a certificate chain and key in PEM files.
    Files {
        /// The chain, the server's own certificate first.
        cert: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
}

/// Whether and where calls are reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MediaMode {
    /// There are no calls.
    Off,
    /// By UDP at the server's own address and port, by TCP at the port after it.
    Beside,
    /// At this one, and the port after it.
    At(SocketAddr),
}

impl MediaMode {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "off" => Some(Self::Off),
            "on" => Some(Self::Beside),
            address => address.parse().ok().map(Self::At),
        }
    }
}

/// How the server's own log is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Why the settings cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value that is not allowed.
    #[error("{origin}: {value:?} is not allowed; allowed is {allowed}")]
    Value {
        /// The key, as in the file.
        key: &'static str,
        /// Where the value was set.
        origin: Origin,
        /// The value.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A value that another one needs.
    #[error("{by} needs {key}: {allowed}")]
    Missing {
        /// What needs it.
        by: &'static str,
        /// The key, as in the file.
        key: &'static str,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A key in the file that means nothing.
    #[error("{}: there is no setting {key:?}; there are {known}", file.display())]
    UnknownKey {
        /// The file.
        file: PathBuf,
        /// The key.
        key: String,
        /// All keys there are.
        known: String,
    },
    /// The file cannot be read.
    #[error("the settings' file cannot be read: {0}")]
    File(String),
}

/// Where a value was set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// On the command line.
    Flag(&'static str),
    /// In the environment.
    Environment(&'static str),
    /// In the file.
    File(&'static str, PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(key) => write!(f, "--{}", key.replace('_', "-")),
            Self::Environment(key) => write!(f, "{PREFIX}_{}", key.to_uppercase()),
            Self::File(key, file) => write!(f, "{key} in {}", file.display()),
        }
    }
}

/// A setting: its key, what it is when nobody sets it, and what it may be.
struct Key {
    name: &'static str,
    default: Option<&'static str>,
    allowed: &'static str,
}

const fn key(name: &'static str, default: Option<&'static str>, allowed: &'static str) -> Key {
    Key { name, default, allowed }
}

const LISTEN: Key = key("listen", Some("127.0.0.1:8080"), "an IP address and a port, such as 0.0.0.0:8080 or [::]:443");
const DATA: Key = key("data", Some("./data"), "the path of a folder");
const TLS: Key = key("tls", Some("off"), "off, self or files");
const TLS_CERT: Key = key("tls_cert", None, "the path of a PEM file with the certificate chain");
const TLS_KEY: Key = key("tls_key", None, "the path of a PEM file with the private key");
const LOG_FORMAT: Key = key("log_format", Some("text"), "text or json");
const LOG_FILTER: Key = key("log_filter", Some("info"), "a level (error, warn, info, debug, trace), or module=level with commas");
const IDLE_ROOM_S: Key = key("idle_room_s", Some("60"), "a whole number of seconds from 1 to 86400");
const MEDIA: Key = key("media", Some("on"), "on, off, or an IP address and a port");
const MEDIA_ADDRESSES: Key = key("media_addresses", None, "IP addresses with commas, such as 203.0.113.7");
const MEDIA_DIRECT: Key = key("media_direct", Some("on"), "on or off");
const APP: Key = key("app", None, "the path of a folder with the app's built files");
const SYNC_DELAY_MS: Key = key("sync_delay_ms", Some("0"), "a whole number of milliseconds from 0 to 10000");
const KEYS: [Key; 14] = [
    LISTEN,
    DATA,
    TLS,
    TLS_CERT,
    TLS_KEY,
    LOG_FORMAT,
    LOG_FILTER,
    IDLE_ROOM_S,
    oidc::PUBLIC_URL,
    MEDIA,
    MEDIA_ADDRESSES,
    MEDIA_DIRECT,
    APP,
    SYNC_DELAY_MS,
];

fn keys() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().chain(&turn::KEYS).chain(&oidc::KEYS)
}

impl Settings {
    /// The settings of this process.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load(args: &ServeArgs) -> Result<Self, ConfigError> {
        let environment = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::load_with(args, environment)
    }

    /// The settings that these flags and this environment make, together with the file they name.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load_with(args: &ServeArgs, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        Sources::read(args, environment.into_iter().collect())?.settings()
    }
}

/// All that was set, and by whom.
struct Sources {
    merged: Config,
    flags: Vec<(&'static str, Option<String>)>,
    environment: HashMap<String, String>,
    file: Option<PathBuf>,
}

impl Sources {
    fn read(args: &ServeArgs, environment: HashMap<String, String>) -> Result<Self, ConfigError> {
        let named = environment.get("KAKEHASHI_CONFIG").filter(|name| !name.is_empty());
        let file = args.config.clone().or_else(|| named.map(PathBuf::from));
        let flags = args.values();
        let merge = || {
            let mut builder = Config::builder();
            for key in keys() {
                if let Some(default) = key.default {
                    builder = builder.set_default(key.name, default)?;
                }
            }
            if let Some(file) = &file {
                builder = builder.add_source(read_file(file));
            }
            let variables = environment.clone().into_iter().collect();
            builder = builder.add_source(Environment::with_prefix(PREFIX).ignore_empty(true).source(Some(variables)));
            for (key, value) in &flags {
                builder = builder.set_override_option(*key, value.clone())?;
            }
            builder.build()
        };
        if let Some(file) = &file {
            check_keys(file)?;
        }
        let merged = merge().map_err(|error| ConfigError::File(error.to_string()))?;
        Ok(Self { merged, flags, environment, file })
    }

    fn settings(&self) -> Result<Settings, ConfigError> {
        let tls = match &*self.required(&TLS)? {
            "off" => TlsMode::Off,
            "self" => TlsMode::SelfMade,
            "files" => TlsMode::Files { cert: self.path(&TLS_CERT)?, key: self.path(&TLS_KEY)? },
            other => return Err(self.not_allowed(&TLS, other)),
        };
        let log_format = match &*self.required(&LOG_FORMAT)? {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            other => return Err(self.not_allowed(&LOG_FORMAT, other)),
        };
        Ok(Settings {
            listen: self.parsed(&LISTEN, |text| text.parse().ok())?,
            data: self.path(&DATA)?,
            tls,
            log_format,
            log_filter: self.parsed(&LOG_FILTER, |text| text.parse::<tracing_subscriber::EnvFilter>().ok().map(|_| text.to_owned()))?,
            idle_room: self.parsed(&IDLE_ROOM_S, |text| number(text, 1, 86_400).map(Duration::from_secs))?,
            public_url: self.public_url()?,
            media: self.parsed(&MEDIA, MediaMode::parse)?,
            media_addresses: if self.is_set(&MEDIA_ADDRESSES) { self.parsed(&MEDIA_ADDRESSES, addresses)? } else { Vec::new() },
            media_direct: match &*self.required(&MEDIA_DIRECT)? {
                "on" => true,
                "off" => false,
                other => return Err(self.not_allowed(&MEDIA_DIRECT, other)),
            },
            turn: self.turn()?,
            oidc: self.oidc()?,
            app: if self.is_set(&APP) { Some(self.path(&APP)?) } else { None },
            sync_delay: self.parsed(&SYNC_DELAY_MS, |text| number(text, 0, 10_000).map(Duration::from_millis))?,
        })
    }

    fn is_set(&self, key: &Key) -> bool {
        self.merged.get::<config::Value>(key.name).is_ok()
    }

    fn required(&self, key: &Key) -> Result<String, ConfigError> {
        match self.merged.get::<config::Value>(key.name) {
            Ok(value) => match value.clone().into_string() {
                Ok(text) => Ok(text),
                Err(_) => Err(self.not_allowed(key, &value.to_string())),
            },
            Err(_) => Err(ConfigError::Missing { by: "tls = files", key: key.name, allowed: key.allowed }),
        }
    }

    fn parsed<T>(&self, key: &Key, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, ConfigError> {
        let text = self.required(key)?;
        parse(&text).ok_or_else(|| self.not_allowed(key, &text))
    }

    fn path(&self, key: &Key) -> Result<PathBuf, ConfigError> {
        self.parsed(key, |text| (!text.is_empty()).then(|| PathBuf::from(text)))
    }

    fn not_allowed(&self, key: &Key, value: &str) -> ConfigError {
        let flag = self.flags.iter().any(|(name, value)| *name == key.name && value.is_some());
        let variable = format!("{PREFIX}_{}", key.name.to_uppercase());
        let origin = match &self.file {
            _ if flag => Origin::Flag(key.name),
            Some(file) if self.environment.get(&variable).is_none_or(String::is_empty) => Origin::File(key.name, file.clone()),
            _ => Origin::Environment(key.name),
        };
        ConfigError::Value { key: key.name, origin, value: value.to_owned(), allowed: key.allowed }
    }
}

fn read_file(file: &Path) -> File<config::FileSourceFile, FileFormat> {
    File::from(file).format(FileFormat::Toml)
}

/// Refuses a key that means nothing: it is a misspelt one.
fn check_keys(file: &Path) -> Result<(), ConfigError> {
    let read = || Config::builder().add_source(read_file(file)).build()?.try_deserialize::<HashMap<String, config::Value>>();
    let named = read().map_err(|error| ConfigError::File(error.to_string()))?;
    let unknown = named.into_keys().filter(|name| keys().all(|key| key.name != name)).min();
    match unknown {
        None => Ok(()),
        Some(key) => {
            let known = keys().map(|key| key.name).collect::<Vec<_>>().join(", ");
            Err(ConfigError::UnknownKey { file: file.to_owned(), key, known })
        }
    }
}

/// At least one address.
fn addresses(text: &str) -> Option<Vec<IpAddr>> {
    text.split(',').map(|address| address.trim().parse().ok()).collect()
}

fn number(text: &str, min: u64, max: u64) -> Option<u64> {
    text.parse().ok().filter(|number| (min..=max).contains(number))
}

#[cfg(test)]
mod tests;
