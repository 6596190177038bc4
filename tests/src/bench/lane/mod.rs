//! `bench lane`: how old ink is when it is seen at the far end of a bad link, by the WebSocket and by the call's
//! lane, in one run over the same link.
//!
//! The link is a `wanlink` between two network namespaces (its path in the variable `WANLINK`, and root's rights).
//! The server and one who writes are on the mainland, those who see it on the island. All are processes of one
//! machine with one clock.
//!
//! # Layout
//! - [`parts`]: the one who writes and one who sees, each in a namespace of its own.

mod parts;

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;

use super::process::{Process, kakehashi};
use super::report::{Report, folder, number};
use super::stats::Latencies;
use super::{Error, Options};
use parts::{Point, Said, Seen};

/// The links, and how long a packet is under way on each when nothing waits, milliseconds.
const LINKS: [(&str, f64); 5] = [("island-cable", 17.5), ("lte-edge", 60.0), ("leo", 25.0), ("geo", 300.0), ("thin", 150.0)];
/// Those who see it.
const VIEWERS: usize = 3;

/// Runs it.
///
/// # Errors
/// No `wanlink`, or what ended a part of it.
pub fn run(options: &Options) -> Result<(), Error> {
    let wanlink = std::env::var("WANLINK").map_err(|_| "set WANLINK to the path of wanlink: the emulator of links that this needs")?;
    let seconds = if options.quick { 20 } else { 60 };
    let mut report = Report::new("lane");
    for (profile, propagation) in LINKS.into_iter().filter(|(profile, _)| options.wants(profile)) {
        let folder = tempfile::TempDir::new_in(folder()?)?;
        let status = Command::new(&wanlink)
            .args(["--profile", profile, "--"])
            .arg(std::env::current_exe()?)
            .args(["--lane", &json!({ "part": "link", "folder": folder.path(), "seconds": seconds }).to_string()])
            .stdout(Stdio::null())
            .status()?;
        if !status.success() {
            return Err(format!("the run on {profile} ended with {status}").into());
        }
        let ages = Ages::read(folder.path())?;
        for (peer, latencies, arrived) in [("WebSocket alone", &ages.ops, ages.ops.count()), ("with the lane", &ages.either, ages.lane)] {
            let excess = |share| number(latencies.percentile_ms(share) - propagation);
            report.add(vec![
                ("peer", json!(peer)),
                ("profile", json!(profile)),
                ("points", json!(ages.points)),
                ("arrived", number(arrived as f64 / ages.points as f64)),
                ("p50_ms", number(latencies.percentile_ms(0.5))),
                ("p95_ms", number(latencies.percentile_ms(0.95))),
                ("p99_ms", number(latencies.percentile_ms(0.99))),
                ("excess_p50_ms", excess(0.5)),
                ("excess_p95_ms", excess(0.95)),
            ]);
        }
    }
    println!("\ngoal: with the lane at most half of excess_p95_ms on geo, leo and lte-edge");
    report.finish()
}

/// One part of a run, in the process that a run starts for it.
///
/// # Errors
/// Whatever ended it.
pub fn part(said: &str) -> Result<(), Error> {
    match serde_json::from_str(said)? {
        Said::Link { folder, seconds } => link(&folder, seconds),
        Said::Writer { server, file, seconds } => parts::write(&server, &file, seconds),
        Said::Viewer { link, file } => parts::view(&link, &file),
    }
}

/// How old the points were when they came, at all viewers together.
#[derive(Default)]
struct Ages {
    /// Points that were drawn, for each viewer.
    points: usize,
    /// By the WebSocket.
    ops: Latencies,
    /// By what was first.
    either: Latencies,
    /// Points that came by the lane.
    lane: usize,
}

impl Ages {
    fn read(folder: &Path) -> Result<Self, Error> {
        let mut ages = Self::default();
        let drawn: Vec<Point> = lines(&folder.join("writer"))?;
        for viewer in 0..VIEWERS {
            let seen: Vec<Seen> = lines(&folder.join(format!("viewer-{viewer}")))?;
            let seen: HashMap<(&str, u32), &Seen> = seen.iter().map(|seen| ((&*seen.record, seen.index), seen)).collect();
            ages.points += drawn.len();
            for point in &drawn {
                let Some(seen) = seen.get(&(&*point.record, point.index)) else { continue };
                let age = |at: u64| Duration::from_micros(at.saturating_sub(point.at_us));
                if let Some(at) = seen.op_us {
                    ages.ops.add(age(at));
                }
                if let Some(first) = seen.op_us.into_iter().chain(seen.lane_us).min() {
                    ages.either.add(age(first));
                }
                ages.lane += usize::from(seen.lane_us.is_some());
            }
        }
        Ok(ages)
    }
}

fn lines<T: serde::de::DeserializeOwned>(file: &Path) -> Result<Vec<T>, Error> {
    BufReader::new(File::open(file)?).lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// Within the link: the server and who writes on one side, who sees it on the other.
fn link(folder: &Path, seconds: u64) -> Result<(), Error> {
    let told = |name: &str| std::env::var(name).map_err(|_| format!("wanlink has set no {name}"));
    let (island, mainland, address) = (told("WANLINK_ISLAND_NS")?, told("WANLINK_MAINLAND_NS")?, told("WANLINK_MAINLAND_IP")?);
    let inside = |namespace: &str, program: &Path| {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", namespace]).arg(program);
        command
    };
    let data = folder.join("data");
    let mut server = inside(&mainland, &kakehashi()?);
    server.args(["serve", "--listen", &format!("{address}:0"), "--media", &format!("{address}:9000"), "--log-filter", "warn", "--data"]);
    let server = Process::start(
        {
            server.arg(&data);
            server
        },
        "listening on http://",
    )?;
    let own = std::env::current_exe()?;
    let start = |namespace: &str, said: serde_json::Value| -> Result<Child, Error> {
        Ok(inside(namespace, &own).args(["--lane", &said.to_string()]).stdout(Stdio::piped()).spawn()?)
    };
    let said = json!({ "part": "writer", "server": server.address, "file": folder.join("writer"), "seconds": seconds });
    let mut writer = start(&mainland, said)?;
    let mut link = String::new();
    BufReader::new(writer.stdout.take().ok_or("no standard output")?).read_line(&mut link)?;
    let mut viewers = Vec::new();
    for viewer in 0..VIEWERS {
        let said = json!({ "part": "viewer", "link": link.trim(), "file": folder.join(format!("viewer-{viewer}")) });
        viewers.push(start(&island, said)?);
    }
    if !writer.wait()?.success() {
        return Err("who writes has failed".into());
    }
    for mut viewer in viewers {
        if !viewer.wait()?.success() {
            return Err("a viewer has failed".into());
        }
    }
    Ok(())
}
