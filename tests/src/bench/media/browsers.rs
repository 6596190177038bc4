//! Pages of Chromium in a call: ours and Janus's by the same bare page, and ours by the app's own button.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::super::board::new_board;
use super::super::canvas::quietly;
use super::super::process::Process;
use super::super::report::{Report, Row, folder, number};
use super::super::stats::Latencies;
use super::super::{Error, Options};
use super::janus;

/// Pages of a call.
const PAGES: usize = 4;
/// Joins of the app whose time is taken.
const JOINS: usize = 40;
/// The page that is opened in a call.
const PAGE: &str = "tests/peers/call";

/// Adds a row for our server and one for Janus; without what runs them a line says why.
pub fn add(report: &mut Report, options: &Options, warm_up: Duration, measured: Duration) {
    let page = page().inspect_err(|error| eprintln!("browsers in a call are left out: {error}"));
    let Ok(page) = page else { return };
    for peer in ["kakehashi", "janus"] {
        if peer == "janus" && !janus::is_installed() {
            println!("Janus is left out: it is not installed here (Debian: apt-get install janus)");
            continue;
        }
        match call(peer, &page, warm_up, measured) {
            Ok(row) => report.add(row),
            Err(error) => eprintln!("browsers in a call of {peer}: {error}"),
        }
    }
    let joins = if options.quick { JOINS / 4 } else { JOINS };
    match first_frames(joins) {
        Ok(row) => report.add(row),
        Err(error) => eprintln!("the app in a call: {error}"),
    }
}

/// One server's row.
fn call(peer: &str, page: &Path, warm_up: Duration, measured: Duration) -> Result<Row, Error> {
    let data = TempDir::new_in(folder()?)?;
    let (process, query) = match peer {
        "janus" => (janus::start(data.path())?, format!("room={}", janus::ROOM)),
        _ => {
            let process = Process::kakehashi(data.path(), &[])?;
            let board = new_board(&process.address)?;
            (process, format!("board={board}"))
        }
    };
    // What a server does after its start is none of the call's.
    std::thread::sleep(Duration::from_secs(1));
    let empty_kib = process.rss_kib()?;
    let mut command = Command::new("node");
    command.args(["tests/browser/bench/call.mjs", peer, &process.address, &query]).arg(page);
    command.args([PAGES.to_string(), warm_up.as_secs().to_string(), measured.as_secs().to_string()]);
    let mut node = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let (mut began_s, mut cpu_s, mut rss_kib, mut counts) = (0.0, 0.0, 0.0, Value::Null);
    for line in BufReader::new(node.stdout.take().ok_or("the browser's run has no standard output")?).lines() {
        match line?.as_str() {
            "begin" => began_s = process.cpu_s_of_threads()?,
            "end" => {
                cpu_s = process.cpu_s_of_threads()? - began_s;
                rss_kib = process.rss_kib()?;
            }
            text => counts = serde_json::from_str(text)?,
        }
    }
    let status = node.wait()?;
    if !status.success() {
        return Err(format!("the browser's run ended with {status}").into());
    }
    let (seconds, count) = (measured.as_secs_f64(), |name: &str| counts[name].as_f64().unwrap_or(0.0));
    let wanted = count("wanted") * (PAGES - 1) as f64;
    Ok(vec![
        ("peer", json!(peer)),
        ("browsers", json!(PAGES)),
        ("sent_per_s", number(count("sent") / seconds)),
        ("forwarded_per_s", number(count("received") / seconds)),
        ("of_sent_in_full", number(count("received") / wanted)),
        ("lost", counts["lost"].clone()),
        ("mbit_per_s", number(count("bytes") * 8e-6 / seconds)),
        ("pictures", counts["pictures"].clone()),
        ("least_height", counts["height"].clone()),
        ("frames_per_s", number(count("frames") / seconds)),
        ("cpu_us_per_packet", number(cpu_s * 1e6 / count("received"))),
        ("cpu_cores", number(cpu_s / seconds)),
        ("kib_per_member", number((rss_kib - empty_kib) / PAGES as f64)),
        ("rss_mb", number(rss_kib / 1024.0)),
    ])
}

/// From the click until another's picture is shown, over so many joins.
fn first_frames(joins: usize) -> Result<Row, Error> {
    let data = TempDir::new_in(folder()?)?;
    let server = Process::kakehashi(data.path(), &[])?;
    let link = format!("http://{}/b/{}?lang=en", server.address, new_board(&server.address)?);
    let output =
        Command::new("node").args(["tests/browser/bench/first-frame.mjs", &link, &joins.to_string()]).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("the browser's run ended with {}", output.status).into());
    }
    let runs: Vec<Value> = serde_json::from_slice(&output.stdout)?;
    let at = |name: &str| {
        let mut all = Latencies::default();
        for ms in runs.iter().filter_map(|run| run[name].as_f64()) {
            all.add(Duration::from_secs_f64(ms / 1_000.0));
        }
        all
    };
    let frames = at("frame");
    let [devices, offered, answered, connected] =
        ["devices", "offered", "answered", "connected"].map(|name| number(at(name).percentile_ms(0.5)));
    Ok(vec![
        ("peer", json!("kakehashi, first frame")),
        ("joins", json!(frames.count())),
        ("devices_p50_ms", devices),
        ("offer_p50_ms", offered),
        ("answer_p50_ms", answered),
        ("connected_p50_ms", connected),
        ("p50_ms", number(frames.percentile_ms(0.5))),
        ("p95_ms", number(frames.percentile_ms(0.95))),
        ("worst_ms", number(frames.percentile_ms(1.0))),
    ])
}

/// The built page.
fn page() -> Result<PathBuf, Error> {
    let built = std::env::current_dir()?.join(folder()?).join("call");
    quietly(Command::new("npx").args(["--no-install", "vite", "build", PAGE, "--base", "./", "--emptyOutDir", "--outDir"]).arg(&built))?;
    Ok(built)
}
