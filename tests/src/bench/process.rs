//! Servers as processes of their own, and what the kernel says of them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::Error;
use super::board::request;

/// How many ticks of `/proc/PID/stat` make a second: 100 on every Linux that is used.
const TICKS_PER_SECOND: f64 = 100.0;
/// How long a server may take until it listens.
const READY: Duration = Duration::from_secs(20);

/// A server's process; dropping it ends it.
pub struct Process {
    child: Child,
    /// Host and port.
    pub address: String,
}

impl Process {
    /// Starts the command and waits for a line of its standard output with `address` after `before`.
    ///
    /// # Errors
    /// It does not start, or ends before it listens.
    pub fn start(mut command: Command, before: &str) -> Result<Self, Error> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().ok_or("the server has no standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        let mut process = Self { child, address: String::new() };
        while let Some(line) = lines.next().transpose()? {
            if let Some(address) = line.strip_prefix(before) {
                process.address = address.trim().to_owned();
                // What follows is read and dropped, so that the server never waits for us.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(process);
            }
        }
        Err("the server ended before it listened".into())
    }

    /// Starts the command and waits until something accepts connections at the address.
    ///
    /// # Errors
    /// It does not start, or does not listen in time.
    pub fn start_at(mut command: Command, address: String) -> Result<Self, Error> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let mut process = Self { child, address };
        let began = Instant::now();
        while began.elapsed() < READY {
            if let Some(status) = process.child.try_wait()? {
                return Err(format!("the server ended with {status}").into());
            }
            if std::net::TcpStream::connect(&process.address).is_ok() {
                return Ok(process);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("the server does not listen in time".into())
    }

    /// Our own server on a free port, with its boards in `data`.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn kakehashi(data: &Path, flags: &[&str]) -> Result<Self, Error> {
        let mut command = Command::new(kakehashi()?);
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-filter", "warn", "--data"]).arg(data).args(flags);
        Self::start(command, "listening on http://")
    }

    /// CPU seconds it has used, in user and kernel mode, all threads together.
    ///
    /// # Errors
    /// It is gone.
    pub fn cpu_s(&self) -> Result<f64, Error> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in parentheses may hold blanks; the fields after it begin with the third.
        let rest = stat.rsplit_once(')').ok_or("an unreadable stat")?.1;
        let field = |place: usize| rest.split_whitespace().nth(place - 3).and_then(|ticks| ticks.parse::<f64>().ok());
        let (user, system) = (field(14).ok_or("no user time")?, field(15).ok_or("no system time")?);
        Ok((user + system) / TICKS_PER_SECOND)
    }

    /// The same by the scheduler's own clock, in nanoseconds rather than steps of 10 ms, of the threads
    /// that there are.
    ///
    /// # Errors
    /// It is gone.
    pub fn cpu_s_of_threads(&self) -> Result<f64, Error> {
        let mut ns = 0.0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // One that has ended meanwhile is passed over.
            let Ok(text) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
            ns += text.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).ok_or("an unreadable schedstat")?;
        }
        Ok(ns / 1e9)
    }

    /// One of our own server's figures.
    ///
    /// # Errors
    /// It is gone, or has no figure of that name.
    pub fn metric(&self, name: &str) -> Result<f64, Error> {
        let answer = request(&self.address, "GET", "/metrics", "")?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let line = text.lines().find_map(|line| line.strip_prefix(name)).ok_or_else(|| format!("there is no {name}"))?;
        Ok(line.trim().parse()?)
    }

    /// Resident memory in KiB.
    ///
    /// # Errors
    /// It is gone.
    pub fn rss_kib(&self) -> Result<f64, Error> {
        self.status("VmRSS:")
    }

    /// The greatest resident memory so far, in KiB.
    ///
    /// # Errors
    /// It is gone.
    pub fn rss_peak_kib(&self) -> Result<f64, Error> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> Result<f64, Error> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line in its status")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The server's program: named by `KAKEHASHI_BIN`, or beside this one (tests are one folder deeper).
///
/// # Errors
/// It is not there.
pub fn kakehashi() -> Result<PathBuf, Error> {
    let named = std::env::var_os("KAKEHASHI_BIN").map(PathBuf::from);
    let program = match named {
        Some(program) => program,
        None => {
            let own = std::env::current_exe()?;
            let folder = own.parent().ok_or("this program is in no folder")?;
            let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
            folder.join("kakehashi")
        }
    };
    if program.exists() { Ok(program) } else { Err(format!("{} is not built", program.display()).into()) }
}

/// An address of this machine that nothing listens at.
///
/// # Errors
/// Those of the system.
pub fn free_address() -> Result<String, Error> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
