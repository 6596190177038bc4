//! The servers that `fanout` and `idle` compare: how each is started, and how its writers and
//! viewers speak.

pub mod bare;
pub mod floor;
pub mod kakehashi;
mod plain;
mod yjs;

use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;

use super::Error;
use super::process::{Process, free_address};
use super::report::folder;

/// Updates are known by their writer (from 0) and their index in what it wrote (from 0).
pub type Mark = (usize, u32);

/// How a server's clients speak.
pub trait Dialect: Send + Sync {
    /// The path of the WebSocket.
    fn path(&self) -> String;
    /// What is sent first by everybody; `writer` is `None` for a viewer.
    fn hello(&self, writer: Option<usize>) -> Vec<Vec<u8>>;
    /// Whether a message says that the hello was taken and updates will follow.
    fn welcomes(&self, message: &[u8]) -> bool;
    /// A writer.
    fn writer(&self, writer: usize) -> Result<Box<dyn Writes>, Error>;
    /// A viewer.
    fn viewer(&self) -> Box<dyn Reads>;
}

/// A writer's side.
pub trait Writes: Send {
    /// The message of the next update: two points.
    fn update(&mut self) -> Result<Vec<u8>, Error>;
    /// How many of its updates are acknowledged as durable, as far as a message tells.
    fn acknowledged(&mut self, _message: &[u8]) -> Option<u32> {
        None
    }
}

/// A viewer's side.
pub trait Reads: Send {
    /// Finds the updates in a message.
    fn read(&mut self, message: &[u8], each: &mut dyn FnMut(Mark));
}

/// A server that runs, and how to speak to it.
pub struct Peer {
    /// Its process.
    pub process: Process,
    /// Its language.
    pub dialect: Arc<dyn Dialect>,
    _data: Option<TempDir>,
}

/// The servers by name.
pub const NAMES: [&str; 5] = ["kakehashi", "bare", "floor", "hocuspocus", "y-websocket"];

/// Whether a server can be had here.
#[must_use]
pub fn available(name: &str) -> bool {
    match name {
        "hocuspocus" | "y-websocket" => std::path::Path::new("tests/peers/node_modules").exists(),
        _ => true,
    }
}

/// Starts a server; ours with these flags.
///
/// # Errors
/// It does not start.
pub fn start(name: &str, flags: &[&str]) -> Result<Peer, Error> {
    let peer = |process, dialect| Peer { process, dialect, _data: None };
    Ok(match name {
        "kakehashi" => {
            // On the disk that is measured, not on one in memory.
            let data = TempDir::new_in(folder()?)?;
            let process = Process::kakehashi(data.path(), flags)?;
            let dialect = kakehashi::Kakehashi::new(&process.address)?;
            Peer { process, dialect: Arc::new(dialect), _data: Some(data) }
        }
        "bare" | "floor" => {
            let mut command = Command::new(std::env::current_exe()?);
            command.args(["--serve", name]);
            peer(Process::start(command, "listening on ")?, Arc::new(plain::Plain))
        }
        "hocuspocus" => {
            let address = free_address()?;
            let mut command = node("tests/peers/hocuspocus.mjs");
            command.arg(port(&address));
            peer(Process::start_at(command, address)?, Arc::new(yjs::Yjs::HOCUSPOCUS))
        }
        "y-websocket" => {
            let address = free_address()?;
            let mut command = node("tests/peers/node_modules/@y/websocket-server/src/server.js");
            command.env("HOST", "127.0.0.1").env("PORT", port(&address));
            peer(Process::start_at(command, address)?, Arc::new(yjs::Yjs::Y_WEBSOCKET))
        }
        _ => return Err(format!("there is no server {name}; there are {}", NAMES.join(", ")).into()),
    })
}

fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(script).env("NODE_ENV", "production");
    command
}

fn port(address: &str) -> &str {
    address.rsplit(':').next().unwrap_or(address)
}

/// Is one of the plain servers, until it is killed.
///
/// # Errors
/// It cannot listen.
pub fn serve(name: &str) -> Result<(), Error> {
    match name.split_once(' ').unwrap_or((name, "")) {
        ("media", _) => return super::media::bare::serve(),
        ("links", profile) => return super::links::serve(profile),
        ("links-ink", rest) => return super::links::ink::serve(rest),
        _ => {}
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match name {
            "bare" => bare::serve().await,
            "floor" => floor::serve().await,
            _ => Err(format!("{name} is not a plain server").into()),
        }
    })
}
