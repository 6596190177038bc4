//! The command line. What a flag may hold is checked together with the other sources.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::oidc::OidcArgs;
use super::turn::TurnArgs;

/// A realtime collaboration server for meeting boards.
#[derive(Clone, Debug, Parser)]
#[command(name = "kakehashi", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program does.
#[derive(Clone, Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one of it in a run")]
pub enum Command {
    /// Run the server.
    ///
    /// Each setting is a flag, a variable of the environment (KAKEHASHI_LISTEN for --listen) or a
    /// line of a TOML file (listen = "..."); flags come before the environment, the environment
    /// before the file.
    Serve(ServeArgs),
    /// Copy all boards and pictures to a new folder, also while the server runs.
    ///
    /// Every row is checked as it is copied. A board that is damaged is named and left out; then the
    /// program ends with 1, though the other boards are saved. The folder appears when it is whole.
    /// Settings and keys of TLS are not part of a backup.
    Backup(BackupArgs),
    /// Make the data of a server from a backup, in a new folder.
    ///
    /// What is damaged in the backup is named and left out; then the program ends with 1.
    Restore(RestoreArgs),
    /// Look for damage in the boards of a server or of a backup, also while the server runs.
    ///
    /// Every row, checkpoint and kept end is read and held against its checksum; nothing is changed. Each
    /// damage is a line of the output that begins with "damaged:" and names the board and the row; if there is any, the
    /// program ends with 1. Pictures are checked by a backup.
    Scrub(ScrubArgs),
}

/// The flags of `kakehashi backup`.
#[derive(Args, Clone, Debug)]
pub struct BackupArgs {
    /// Folder of the server's data
    #[arg(long, value_name = "FOLDER", default_value = "./data")]
    pub data: PathBuf,
    /// Folder to make; there must be nothing in it
    #[arg(long, value_name = "FOLDER")]
    pub to: PathBuf,
}

/// The flags of `kakehashi restore`.
#[derive(Args, Clone, Debug)]
pub struct RestoreArgs {
    /// Folder of the backup
    #[arg(long, value_name = "FOLDER")]
    pub from: PathBuf,
    /// Folder of the server's data to make; there must be nothing in it
    #[arg(long, value_name = "FOLDER", default_value = "./data")]
    pub data: PathBuf,
}

/// The flags of `kakehashi scrub`.
#[derive(Args, Clone, Debug)]
pub struct ScrubArgs {
    /// Folder of the server's data, or of a backup
    #[arg(long, value_name = "FOLDER", default_value = "./data")]
    pub data: PathBuf,
}

/// The flags of `kakehashi serve`, as they were typed.
#[derive(Args, Clone, Debug, Default)]
pub struct ServeArgs {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// Folder of all that is kept [default: ./data]
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<String>,
    /// Encrypt connections: off, self (a certificate the server makes and keeps) or files
    /// [default: off]
    #[arg(long, value_name = "off|self|files")]
    pub tls: Option<String>,
    /// PEM file with the certificate chain, for --tls files
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<String>,
    /// PEM file with the private key, for --tls files
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<String>,
    /// TOML file with settings [env: KAKEHASHI_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How the server's own log is written: text or json [default: text]
    #[arg(long, value_name = "text|json")]
    pub log_format: Option<String>,
    /// What the server's own log holds: a level, or module=level with commas [default: info]
    #[arg(long, value_name = "FILTER")]
    pub log_filter: Option<String>,
    /// Seconds that a board without connections stays in memory [default: 60]
    #[arg(long, value_name = "SECONDS")]
    pub idle_room_s: Option<String>,
    /// Address at which browsers reach the server, if that is not the one it listens on
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Calls: on, off, or where they are reached by UDP, and by TCP at the port after it
    /// [default: on, at the address and port of --listen]
    #[arg(long, value_name = "on|off|ADDRESS:PORT")]
    pub media: Option<String>,
    /// Addresses at which browsers reach the calls, with commas, if those of this machine are not them
    #[arg(long, value_name = "IP,…")]
    pub media_addresses: Option<String>,
    /// Whether two who are alone in a call may send to each other directly, and learn each other's addresses: on or off
    /// [default: on]
    #[arg(long, value_name = "on|off")]
    pub media_direct: Option<String>,
    /// Another TURN server.
    #[command(flatten)]
    pub turn: TurnArgs,
    /// How people sign in by a provider.
    #[command(flatten)]
    pub oidc: OidcArgs,
    /// Folder of the app's built files, in place of those in the program: for work on the app
    #[arg(long, value_name = "FOLDER", hide = true)]
    pub app: Option<String>,
    /// Milliseconds waited before each commit, for tests
    #[arg(long, value_name = "MILLISECONDS", hide = true)]
    pub sync_delay_ms: Option<String>,
}

impl ServeArgs {
    /// What was typed, by key.
    pub(super) fn values(&self) -> Vec<(&'static str, Option<String>)> {
        [
            ("listen", &self.listen),
            ("data", &self.data),
            ("tls", &self.tls),
            ("tls_cert", &self.tls_cert),
            ("tls_key", &self.tls_key),
            ("log_format", &self.log_format),
            ("log_filter", &self.log_filter),
            ("idle_room_s", &self.idle_room_s),
            ("public_url", &self.public_url),
            ("media", &self.media),
            ("media_addresses", &self.media_addresses),
            ("media_direct", &self.media_direct),
            ("app", &self.app),
            ("sync_delay_ms", &self.sync_delay_ms),
        ]
        .into_iter()
        .chain(self.turn.values())
        .chain(self.oidc.values())
        .map(|(key, value)| (key, value.clone()))
        .collect()
    }
}
