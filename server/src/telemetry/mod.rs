//! What the server tells about itself: its own log on standard error, and numbers for Prometheus.

mod process;

use std::io::{self, IsTerminal};

use metrics::Unit;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Why the server cannot tell about itself.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TelemetryError {
    /// A filter that cannot be read.
    #[error("the log's filter {filter:?} cannot be read: {what}")]
    Filter {
        /// The filter.
        filter: String,
        /// What is wrong with it.
        what: String,
    },
    /// It was set up before in this process.
    #[error("{0} is set up already")]
    Twice(&'static str),
}

/// Libraries that say in the log what anybody sends them, a line for each oddity, from the one thread of all calls: only what
/// breaks is written, unless the filter names them.
const QUIET: &str = "is=error,str0m=error,str0m_proto=error,dimpl=error,sctp_proto=error";

/// Writes the server's own log to standard error from now on. Once in a process.
///
/// # Errors
/// [`TelemetryError`].
pub fn init_log(format: LogFormat, filter: &str) -> Result<(), TelemetryError> {
    let parsed = filter_of(filter)?;
    let log = tracing_subscriber::fmt().with_env_filter(parsed).with_writer(io::stderr);
    let set = match format {
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    set.map_err(|_| TelemetryError::Twice("the log"))
}

fn filter_of(filter: &str) -> Result<EnvFilter, TelemetryError> {
    // Of two that name the same, the later one holds.
    let wrong = |what: String| TelemetryError::Filter { filter: filter.to_owned(), what };
    format!("{QUIET},{filter}").parse::<EnvFilter>().map_err(|error| wrong(error.to_string()))
}

/// Bounds of what is measured in seconds: from a good disk's sync to a link's time-out.
const SECONDS: [f64; 13] = [0.000_1, 0.000_3, 0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0];
/// Bounds of what is counted: rows of a commit, ops of a batch.
const COUNTS: [f64; 11] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];
/// Bounds of what is measured in bytes.
const BYTES: [f64; 9] = [64.0, 256.0, 1024.0, 4096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0, 16_777_216.0];

/// The numbers of this process. Clones tell the same ones.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
}

impl Metrics {
    /// Keeps all that `metrics` macros say from now on. Histograms whose names end in `_seconds`,
    /// `_bytes`, `_rows` or `_ops` get the bounds for that. Once in a process.
    ///
    /// # Errors
    /// [`TelemetryError::Twice`].
    pub fn install() -> Result<Self, TelemetryError> {
        let recorder = builder().build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).map_err(|_| TelemetryError::Twice("the recorder of metrics"))?;
        describe();
        Ok(Self { handle })
    }

    /// All numbers in Prometheus' text format, this process's memory and the like among them.
    #[must_use]
    pub fn render(&self) -> String {
        process::record();
        self.handle.run_upkeep();
        self.handle.render()
    }

    /// Makes room for new values; to be called every few seconds where nobody asks for the numbers.
    pub fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

fn builder() -> PrometheusBuilder {
    let bounds = [("_seconds", &SECONDS[..]), ("_bytes", &BYTES), ("_rows", &COUNTS), ("_ops", &COUNTS)];
    bounds.into_iter().fold(PrometheusBuilder::new(), |builder, (ending, bounds)| {
        builder.set_buckets_for_metric(Matcher::Suffix(ending.to_owned()), bounds).expect("only an empty list of bounds is refused")
    })
}

fn describe() {
    metrics::describe_histogram!("kakehashi_log_commit_seconds", Unit::Seconds, "Time of one commit of the log, its sync included");
    metrics::describe_histogram!("kakehashi_log_commit_rows", "Rows that one commit of the log made durable");
    metrics::describe_counter!("kakehashi_log_commit_failures", "Commits of the log that failed");
    metrics::describe_counter!("kakehashi_log_checkpoints_ignored", "Checkpoints that were damaged or of another format");
    metrics::describe_counter!("kakehashi_log_heads_repaired", "Ends of logs kept outside the database that were damaged and written anew");
    metrics::describe_counter!("kakehashi_log_head_failures", "Ends of logs that could not be written or synced outside the database");
    metrics::describe_gauge!("kakehashi_log_damaged_boards", "Boards that were found damaged and are not served");
    metrics::describe_gauge!(
        "kakehashi_log_poisoned",
        "1 once nothing is written any more, after an error of the disk, until the server is started again"
    );
    metrics::describe_counter!("kakehashi_tls_handshake_failures", "TLS handshakes that failed or took too long");
    process::describe();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_once_and_with_their_bounds() {
        let metrics = Metrics::install().unwrap();
        assert_eq!(Metrics::install().err(), Some(TelemetryError::Twice("the recorder of metrics")));
        metrics::histogram!("kakehashi_log_commit_seconds").record(0.015);
        metrics::histogram!("kakehashi_log_commit_rows").record(3.0);
        let text = metrics.render();
        assert!(text.contains("kakehashi_log_commit_seconds_bucket{le=\"0.02\"}"), "{text}");
        assert!(text.contains("kakehashi_log_commit_rows_bucket{le=\"4\"}"), "{text}");
        assert!(text.contains("# HELP kakehashi_log_commit_rows "), "{text}");
        #[cfg(target_os = "linux")]
        for name in ["process_resident_memory_bytes", "process_threads", "process_open_fds", "process_cpu_seconds_total"] {
            let line = text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
            let value: f64 = line.rsplit(' ').next().unwrap().parse().unwrap();
            assert!(value > 0.0 || name == "process_cpu_seconds_total", "{line}");
        }
    }

    #[test]
    fn what_strangers_send_is_in_the_log_only_where_it_is_asked_for() {
        let said = |filter: &str, what: &str| filter_of(filter).unwrap().to_string().split(',').any(|part| part == what);
        assert!(said("info", "is=error") && said("trace", "str0m=error"));
        assert!(said("info,str0m=debug", "str0m=debug") && !said("info,str0m=debug", "str0m=error"));
    }

    #[test]
    fn a_bad_filter_is_named() {
        let error = init_log(LogFormat::Text, "a=b=c").unwrap_err();
        assert!(matches!(&error, TelemetryError::Filter { filter, .. } if filter == "a=b=c"), "{error:?}");
    }
}
