//! The program `kakehashi`: puts the parts together, says where it listens, and shuts down in order.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use clap::Parser;
use kakehashi_server::app_files::AppFiles;
use kakehashi_server::assets::{AssetError, AssetStore};
use kakehashi_server::backup::{self, BOARDS, BackupError, Copied, PICTURES, TRANSFERS};
use kakehashi_server::board_file::{FileError, Transfers};
use kakehashi_server::config::{BackupArgs, Cli, Command, ConfigError, MediaMode, RestoreArgs, ScrubArgs, ServeArgs, Settings};
use kakehashi_server::directory::{Directory, DirectoryError};
use kakehashi_server::http::listener::listen;
use kakehashi_server::http::{Reached, Site, router};
use kakehashi_server::hub::assistants::look_after;
use kakehashi_server::hub::{Hub, Services};
use kakehashi_server::log::{Log, LogError, SqliteLog, SqliteOptions};
use kakehashi_server::media::Calls;
use kakehashi_server::media::reach::Reach;
use kakehashi_server::oidc::Oidc;
use kakehashi_server::outbound::OutboundError;
use kakehashi_server::scrub::{ScrubError, Scrubbed, scrub};
use kakehashi_server::telemetry::{Metrics, TelemetryError, init_log};
use kakehashi_server::tls::{PortListener, TlsError, server_config};
use kakehashi_server::webhooks::WebhookError;
use kakehashi_server::webhooks::pace::Pace;
use tokio::signal::unix::{SignalKind, signal};

/// How long rooms and connections may take to end. With the last requests and the log's own end this
/// stays under the ten seconds that supervisors commonly allow.
const DRAIN: Duration = Duration::from_secs(7);
/// How often numbers are tidied where nobody asks for them.
const UPKEEP: Duration = Duration::from_secs(5);

/// Why the server cannot run.
#[derive(Debug, thiserror::Error)]
enum MainError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    #[error(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    #[error(transparent)]
    Assets(#[from] AssetError),
    #[error(transparent)]
    Files(#[from] FileError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("nobody can sign in by a provider: {0}")]
    Oidc(#[from] OutboundError),
    #[error(transparent)]
    Webhooks(#[from] WebhookError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("{} damaged and left out:\n{}", .0.len(), .0.join("\n"))]
    Damaged(Vec<String>),
    #[error(transparent)]
    Scrub(#[from] ScrubError),
    #[error("what is damaged is named above")]
    Found,
    #[error("{what}: {error}")]
    System { what: String, error: std::io::Error },
}

fn system(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> MainError {
    let what = what.into();
    |error| MainError::System { what, error }
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(args) => serve(&args),
        Command::Backup(args) => back_up(&args),
        Command::Restore(args) => restore(&args),
        Command::Scrub(args) => look(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kakehashi: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(args: &ServeArgs) -> Result<(), MainError> {
    let settings = Settings::load(args)?;
    init_log(settings.log_format, &settings.log_filter)?;
    let metrics = Metrics::install()?;
    runtime()?.block_on(run(settings, metrics))
}

fn runtime() -> Result<tokio::runtime::Runtime, MainError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(system("the runtime cannot be started"))
}

fn back_up(args: &BackupArgs) -> Result<(), MainError> {
    tell(runtime()?.block_on(backup::backup(&args.data, &args.to))?, &args.to)
}

fn restore(args: &RestoreArgs) -> Result<(), MainError> {
    tell(runtime()?.block_on(backup::restore(&args.from, &args.data))?, &args.data)
}

/// Says what was copied; an error names what was not.
fn tell(copied: Copied, to: &Path) -> Result<(), MainError> {
    let Copied { boards, rows, pictures, damaged } = copied;
    writeln!(std::io::stdout(), "{boards} boards with {rows} rows and {pictures} pictures are in {}", to.display())
        .map_err(system("standard output"))?;
    if damaged.is_empty() { Ok(()) } else { Err(MainError::Damaged(damaged)) }
}

fn look(args: &ScrubArgs) -> Result<(), MainError> {
    let mut told = Ok(());
    let mut say = |words: std::fmt::Arguments<'_>| {
        let said = writeln!(std::io::stdout(), "{words}").map_err(system("standard output"));
        if told.is_ok() {
            told = said;
        }
    };
    let all = runtime()?.block_on(scrub(&args.data, |damage| match damage {
        LogError::Damaged { .. } => say(format_args!("{damage}")),
        unread => say(format_args!("damaged: {unread}")),
    }))?;
    let Scrubbed { boards, rows, checkpoints, unguarded, damaged } = all;
    say(format_args!("{boards} boards with {rows} whole rows and {checkpoints} checkpoints were read: {damaged} damaged"));
    if unguarded > 0 {
        say(format_args!("the ends of {unguarded} logs do not stand beside the database; the next row of each puts it there"));
    }
    told?;
    if damaged == 0 { Ok(()) } else { Err(MainError::Found) }
}

async fn run(settings: Settings, metrics: Metrics) -> Result<(), MainError> {
    let options = SqliteOptions { sync_delay: settings.sync_delay, ..SqliteOptions::default() };
    let log: Arc<dyn Log> = Arc::new(SqliteLog::open(&settings.data.join(BOARDS), options)?);
    let assets = AssetStore::open(&settings.data.join(PICTURES))?;
    let transfers = Transfers::open(&settings.data.join(TRANSFERS), &*log, &assets).await?;
    let tls = server_config(&settings.tls, &settings.data)?;
    let encrypted = tls.is_some();
    let scheme = if encrypted { "https" } else { "http" };
    let mut terminate = signal(SignalKind::terminate()).map_err(system("SIGTERM cannot be heard"))?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(system("SIGINT cannot be heard"))?;

    let port = PortListener::bind(settings.listen, tls).await.map_err(system(format!("cannot listen on {}", settings.listen)))?;
    let address = port.local_addr().map_err(system("the port has no address"))?;
    let directory = Directory::open(&settings.data)?;
    let mut services = Services::new(Arc::clone(&log), Arc::clone(&directory), settings.idle_room);
    let media = match settings.media {
        MediaMode::Off => None,
        MediaMode::Beside => Some(address),
        MediaMode::At(address) => Some(address),
    };
    if let Some(media) = media {
        let reach = Reach::new(media, &settings.media_addresses);
        let reach = reach.map(|reach| reach.beside(address, &settings.tls, settings.public_url.as_deref(), settings.turn));
        let started = reach.and_then(|reach| Calls::start(reach, settings.media_direct, services.meters.clone()));
        services.calls = started.map_err(system(format!("calls cannot be reached at {media}")))?;
    }
    let hub = Hub::new(services);
    let numbers = metrics.clone();
    let files = match &settings.app {
        Some(folder) => AppFiles::read(folder).map_err(system(format!("the app in {}", folder.display())))?,
        None => AppFiles::default(),
    };
    let public_url = settings.public_url.clone();
    let oidc = settings.oidc.map(Oidc::new).transpose()?;
    let reached = Reached { tls: encrypted, public_url: public_url.clone() };
    let site = Site::new(Arc::clone(&hub), assets, transfers, files, reached, oidc, Box::new(move || numbers.render()));
    let webhooks = Arc::clone(&hub.services.webhooks);
    webhooks.start(&hub, address, Pace::default()).await?;
    let listening = tokio::spawn(listen(port, router(site), hub.services.calls.clone(), hub.services.drain.guard()));
    tokio::spawn(look_after(Arc::clone(&hub)));
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            metrics.upkeep();
        }
    });

    let mut stdout = std::io::stdout();
    writeln!(stdout, "listening on {scheme}://{address}").and_then(|()| stdout.flush()).map_err(system("standard output"))?;
    tracing::info!(%address, scheme, data = %settings.data.display(), "the server is ready");
    if let Some(secret) = directory.setup_secret() {
        let at = public_url.unwrap_or_else(|| format!("{scheme}://{address}"));
        tracing::info!(
            "there is no administrator yet: open {at}/setup#{secret} to make the first one (the secret is valid once, until this server ends)"
        );
    }

    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("the server is stopping");
    hub.services.calls.stop();
    if !hub.services.drain.finish(DRAIN).await {
        tracing::warn!("some connections did not end in time and are cut off");
    }
    listening.abort();
    // What the last rows told, now that all rooms are closed.
    if !matches!(tokio::time::timeout(Duration::from_secs(1), webhooks.flush()).await, Ok(Ok(()))) {
        tracing::warn!("not all that webhooks have to hear of was queued; it will be after the start");
    }
    // All that was accepted is durable already; this closes the files in order.
    if tokio::time::timeout(Duration::from_secs(2), log.close()).await.is_err() {
        tracing::warn!("the log did not close in time; it will be recovered when it is opened");
    }
    tracing::info!("the server has stopped");
    Ok(())
}
