//! Commands: their output goes to a log file, a line about their progress to the terminal,
//! and the tests that they ran are counted from what they print.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::counts::Counts;
use crate::repo;

/// How often a command that runs long says what it is doing, where the output is no terminal.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// How long output is read on after the command has ended.
const LATE_OUTPUT: Duration = Duration::from_secs(2);

/// A command in the repository's root.
pub fn command(program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(repo::root());
    command
}

/// Cargo, the one that runs this.
pub fn cargo(args: &[&str]) -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), args)
}

/// What a command printed, its exit, and the tests counted in it.
pub struct Ran {
    /// Whether the command exited with 0.
    pub ok: bool,
    /// Standard output and error, as they came.
    pub output: String,
    /// The tests that its output tells of.
    pub counts: Counts,
}

/// Runs a command to its end, with its output in the log file of `step`, or of `step/part`.
/// Lines that begin with `covered:` are shown, so that a suite can say what it covered.
///
/// # Errors
/// The program cannot be started, or the log cannot be written.
pub fn watch(step: &str, command: &mut Command) -> Result<Ran> {
    let path = repo::memory().join("logs").join(format!("{step}.log"));
    fs::create_dir_all(path.parent().context("a log lies in a folder")?)?;
    let mut log = File::options().create(true).append(true).open(path)?;
    writeln!(log, "$ {}", show(command))?;

    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env("CARGO_TERM_COLOR", "never")
        .env("NO_COLOR", "1")
        .env_remove("FORCE_COLOR")
        .spawn()
        .with_context(|| format!("cannot start {}", show(command)))?;
    let (send, receive) = mpsc::channel();
    let readers: Vec<Box<dyn std::io::Read + Send>> = vec![
        Box::new(child.stdout.take().context("the child has no stdout")?),
        Box::new(child.stderr.take().context("the child has no stderr")?),
    ];
    for reader in readers {
        let send = send.clone();
        thread::spawn(move || {
            for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                if send.send(line).is_err() {
                    break;
                }
            }
        });
    }
    drop(send);

    let mut progress = Progress::new();
    let mut output = String::new();
    let mut exited = None;
    // A server that a killed test left behind may hold the pipes open for ever, so what comes
    // later than a moment after the exit is not waited for.
    while exited.is_none_or(|at: Instant| at.elapsed() < LATE_OUTPUT) {
        match receive.recv_timeout(Duration::from_millis(200)) {
            Ok(line) => {
                writeln!(log, "{line}")?;
                output.push_str(&line);
                output.push('\n');
                progress.line(&line);
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                progress.beat();
                if exited.is_none() && child.try_wait()?.is_some() {
                    exited = Some(Instant::now());
                }
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait()?;
    progress.clear();
    let counts = Counts::read(&output);
    Ok(Ran { ok: status.success(), output, counts })
}

/// Runs a command with its output straight to the terminal; anything but success is an error.
///
/// # Errors
/// The program cannot be started, or it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", show(command)))?;
    if !status.success() {
        bail!("failed: {}", show(command));
    }
    Ok(())
}

/// The standard output of a command that must succeed.
///
/// # Errors
/// The program cannot be started, or it fails.
pub fn read(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start {}", show(command)))?;
    if !output.status.success() {
        bail!("failed: {}", show(command));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one could type it, without the environment.
pub fn show(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut line = name.to_string_lossy().into_owned();
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}

/// The one line on the terminal that says what the running command last printed.
struct Progress {
    terminal: bool,
    last: String,
    shown: Instant,
}

impl Progress {
    fn new() -> Self {
        Self { terminal: std::io::stdout().is_terminal(), last: String::new(), shown: Instant::now() }
    }

    fn line(&mut self, line: &str) {
        if line.starts_with("covered:") {
            self.clear();
            println!("    {line}");
            return;
        }
        if line.trim().is_empty() {
            return;
        }
        line.trim().clone_into(&mut self.last);
        if self.terminal {
            let short: String = self.last.chars().take(96).collect();
            print!("\r\x1b[K    {short}");
            let _ = std::io::stdout().flush();
        } else {
            self.beat();
        }
    }

    fn beat(&mut self) {
        if !self.terminal && self.shown.elapsed() > HEARTBEAT {
            println!("    ... {}", self.last.chars().take(120).collect::<String>());
            self.shown = Instant::now();
        }
    }

    fn clear(&self) {
        if self.terminal {
            print!("\r\x1b[K");
            let _ = std::io::stdout().flush();
        }
    }
}
