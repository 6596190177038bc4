//! The test programs of the workspace: built by cargo, then run beside each other. Cargo itself runs
//! them one after the other, and most suites keep only one core busy.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use crate::runner::Done;
use crate::shell;

/// A program with tests in it.
pub struct Program {
    /// The package's and the target's names; its log is called so.
    pub name: String,
    path: PathBuf,
    package: PathBuf,
}

impl Program {
    /// The command that runs it where cargo would.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = shell::command(&self.path, args);
        command.current_dir(&self.package);
        command
    }
}

/// The programs that `cargo test` with these arguments would run, in any order; they should be built.
///
/// # Errors
/// They cannot be built, or cargo tells of them in words unknown here.
pub fn built(cargo_test: &[&str]) -> Result<Vec<Program>> {
    let mut command = shell::cargo(cargo_test);
    let messages = shell::read(command.args(["--no-run", "--quiet", "--message-format", "json-render-diagnostics"]))?;
    let mut programs = Vec::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line).with_context(|| format!("cargo said {line}"))?;
        if message["reason"] == "compiler-artifact" && message["profile"]["test"] == true {
            programs.extend(program(&message));
        }
    }
    Ok(programs)
}

fn program(artifact: &Value) -> Option<Program> {
    let package = Path::new(artifact["manifest_path"].as_str()?).parent()?.to_owned();
    let folder = package.file_name()?.to_string_lossy();
    let name = format!("{folder}-{}", artifact["target"]["name"].as_str()?);
    Some(Program { name, path: artifact["executable"].as_str()?.into(), package })
}

/// Runs the commands, as many at once as there are cores, each with a log of its own in the step's folder.
///
/// # Errors
/// One cannot be started.
pub fn run(step: &str, commands: Vec<(String, Command)>) -> Result<Done> {
    let waiting = Mutex::new(commands.into_iter());
    let next = || waiting.lock().ok()?.next();
    let runs = || -> Result<Done> {
        let mut done = Done::plain(true, String::new());
        while let Some((name, mut command)) = next() {
            done.add(shell::watch(&format!("{step}/{name}"), &mut command)?.into());
        }
        Ok(done)
    };
    thread::scope(|scope| {
        let at_once: Vec<_> = (0..thread::available_parallelism()?.get()).map(|_| scope.spawn(runs)).collect();
        let mut all = Done::plain(true, String::new());
        for ran in at_once {
            all.add(ran.join().map_err(|_| anyhow!("a thread of xtask itself has failed"))??);
        }
        Ok(all)
    })
}
