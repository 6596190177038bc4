//! Benchmarks: they print figures and judge nothing. Each makes one table and one JSON file in
//! `target/bench`, with the machine's description.
//!
//! # Layout
//! - [`canvas`], [`idle`], [`ink`], [`fanout`] with [`checkpoint`], [`join`] with [`painted`], [`lane`], [`links`], [`log`], [`media`], [`rooms`], [`slow`], [`soak`]: one benchmark each.
//! - [`lesson`]: the load that those of a live board have in common.
//! - [`process`]: servers as processes, their CPU and memory; [`socket`]: a cheap WebSocket client;
//!   [`board`]: what is said to our server through it; [`peers`]: the servers that are compared.
//! - [`report`]: tables and files; [`plot`]: growth as SVG; [`stats`]: percentiles.

pub mod board;
pub mod canvas;
pub mod checkpoint;
pub mod fanout;
pub mod idle;
pub mod ink;
pub mod join;
pub mod lane;
pub mod lesson;
pub mod links;
pub mod log;
pub mod media;
pub mod painted;
pub mod peers;
pub mod plot;
pub mod process;
pub mod report;
pub mod rooms;
pub mod slow;
pub mod soak;
pub mod socket;
pub mod stats;

use std::path::Path;

/// Whatever ends a benchmark early.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// What a benchmark is told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Shorter runs, for a look rather than for figures to keep.
    pub quick: bool,
    /// Only these sizes (viewers, boards), if any are named.
    pub sizes: Vec<usize>,
    /// Only these servers, if any are named.
    pub peers: Vec<String>,
}

impl Options {
    /// Whether a server of this name is to be run.
    #[must_use]
    pub fn wants(&self, peer: &str) -> bool {
        self.peers.is_empty() || self.peers.iter().any(|name| name == peer)
    }

    /// The sizes to run.
    #[must_use]
    pub fn sizes(&self, all: &[usize]) -> Vec<usize> {
        if self.sizes.is_empty() { all.to_vec() } else { self.sizes.clone() }
    }
}

struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(&Options) -> Result<(), Error>,
}

const BENCHES: [Bench; 12] = [
    Bench { name: "canvas", about: "painting, moving and writing on a page of many strokes, beside Excalidraw", run: canvas::run },
    Bench { name: "fanout", about: "CPU, bytes and latency of a lesson's ink, beside other servers", run: fanout::run },
    Bench { name: "idle", about: "what an idle viewer weighs", run: idle::run },
    Bench { name: "ink", about: "bytes of a point of ink", run: ink::run },
    Bench { name: "join", about: "joining a page of 600,000 points", run: join::run },
    Bench { name: "lane", about: "age of ink at the far end of bad links, with and without the call's lane", run: lane::run },
    Bench { name: "links", about: "a call and ink over bad links, in browsers; --peers names profiles of the link", run: links::run },
    Bench { name: "log", about: "durable appends a second, beside plain SQLite and the disk itself", run: log::run },
    Bench {
        name: "media",
        about: "CPU, delay and memory of calls of thirty and of four browsers, beside a bare forwarder and Janus",
        run: media::run,
    },
    Bench { name: "rooms", about: "many boards at once, and how the cost grows", run: rooms::run },
    Bench { name: "slow", about: "what readers that stop reading and silent sockets cost", run: slow::run },
    Bench { name: "soak", about: "forty writers for ten minutes", run: soak::run },
];

/// Runs what the arguments say.
///
/// # Errors
/// An unknown name, or whatever ended the benchmark.
pub fn main(args: Vec<String>) -> Result<(), Error> {
    let mut options = Options::default();
    let mut names = Vec::new();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--serve" => return peers::serve(&value()?),
            "--lane" => return lane::part(&value()?),
            "--quick" => options.quick = true,
            "--sizes" => options.sizes = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--peers" => options.peers = value()?.split(',').map(str::to_owned).collect(),
            _ => names.push(arg),
        }
    }
    let [name] = names.as_slice() else { return Err(usage().into()) };
    let bench = BENCHES.iter().find(|bench| bench.name == name).ok_or_else(usage)?;
    if !Path::new("tests/peers/package.json").exists() {
        return Err("run it from the repository's root: cargo xtask bench NAME".into());
    }
    (bench.run)(&options)
}

fn usage() -> String {
    let mut text = String::from("usage: cargo xtask bench NAME [--quick] [--sizes N,N] [--peers NAME,NAME]\n");
    for Bench { name, about, .. } in &BENCHES {
        text.push_str(&format!("\n  {name:8} {about}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_lists_the_names() {
        let error = main(vec!["nothing".into()]).expect_err("it is unknown").to_string();
        assert!(BENCHES.iter().all(|bench| error.contains(bench.name)), "{error}");
    }
}
