//! The server's program on a folder and a port of its own.

use std::fs::OpenOptions;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::bench::process::kakehashi;
use crate::sim::rng::Rng;

/// How long the server may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(30);
/// Ports below those that the system gives to connections: none of a client's own attempts to
/// connect while the server is down can take the server's port.
const PORTS: std::ops::RangeInclusive<u64> = 10_000..=30_000;

/// A server that may run, and its data.
pub struct Server {
    data: PathBuf,
    port: u16,
    /// Variables of its environment.
    pub environment: Vec<(String, String)>,
    child: Option<Child>,
}

impl Server {
    /// On a folder, which need not be there; not started yet.
    ///
    /// # Panics
    /// If no port is free.
    #[must_use]
    pub fn new(data: &Path, rng: &mut Rng) -> Self {
        let free = (0..1_000).find_map(|_| {
            let port = rng.between(*PORTS.start(), *PORTS.end()) as u16;
            TcpListener::bind(("127.0.0.1", port)).ok().map(|_| port)
        });
        Self { data: data.to_owned(), port: free.expect("a free port"), environment: Vec::new(), child: None }
    }

    /// Where its data is.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// What clients connect to.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A file with all that it said on standard error.
    #[must_use]
    pub fn words(&self) -> PathBuf {
        self.data.with_extension("log")
    }

    /// Starts it; says whether it came so far that it listens.
    ///
    /// # Panics
    /// If the program cannot be started, or neither listens nor ends.
    pub async fn start(&mut self) -> bool {
        let words = OpenOptions::new().create(true).append(true).open(self.words()).expect("a file for what it says");
        let mut command = Command::new(kakehashi().expect("the server is built"));
        command.args(["serve", "--listen", &self.address(), "--log-filter", "warn", "--data"]).arg(&self.data);
        command.envs(self.environment.iter().cloned()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(words).kill_on_drop(true);
        let mut child = command.spawn().expect("the program starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("it has a standard output"));
        // A line, or its end.
        let _ = timeout(PATIENCE, stdout.read_line(&mut line)).await.expect("it listens or ends in time");
        self.child = Some(child);
        line.starts_with("listening on ")
    }

    /// Ends it at once, wherever it is.
    ///
    /// # Panics
    /// If the system does not let it.
    pub async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().await.expect("it can be killed");
        }
    }

    /// Has it end in order, with a checkpoint of each board.
    ///
    /// # Panics
    /// If it does not.
    pub async fn stop(&mut self) {
        let id = self.child.as_ref().and_then(Child::id).expect("it runs");
        let told = Command::new("kill").args(["-TERM", &id.to_string()]).status().await.expect("there is a kill");
        assert!(told.success());
        let status = self.ended(PATIENCE).await.expect("it ends in time");
        assert!(status.success(), "{status}");
    }

    /// Waits until it has ended by itself; `None` if it goes on.
    ///
    /// # Panics
    /// If it does not run.
    pub async fn ended(&mut self, within: Duration) -> Option<ExitStatus> {
        let child = self.child.as_mut().expect("it was started");
        let status = timeout(within, child.wait()).await.ok()?.expect("it can be waited for");
        self.child = None;
        Some(status)
    }
}
