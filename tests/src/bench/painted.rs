//! From click to painted in a browser: our app on a page, beside the same strokes in a Yjs document on
//! y-websocket, painted by the least page that can do it.

use std::path::Path;
use std::process::{Command, Stdio};

use kakehashi_handwriting::Stroke;
use serde_json::{Value, json};

use super::Error;
use super::canvas::{quietly, write_strokes};
use super::process::{Process, free_address};
use super::report::{Report, Row, folder, number};

/// Opens each so often; the best counts, for what else ran only adds.
const RUNS: usize = 3;
/// The page and server for Yjs.
const YJS: &str = "tests/peers/yjs-join";

/// Adds a row for our server, which has the page at `path`, and one for Yjs; without what runs them a
/// line says why.
pub fn add(report: &mut Report, server: &Process, path: &str, strokes: &[Stroke]) {
    let rows = [("our own", opened("kakehashi", server, path)), ("Yjs", yjs(strokes).and_then(|yjs| opened("y-websocket", &yjs, "/")))];
    for (peer, row) in rows {
        match row {
            Ok(row) => report.add(row),
            Err(error) => eprintln!("{peer} in a browser is left out: {error}"),
        }
    }
}

fn opened(peer: &str, server: &Process, path: &str) -> Result<Row, Error> {
    let url = format!("http://{}{path}", server.address);
    let before = server.cpu_s()?;
    let runs = (0..RUNS).map(|_| open(&url)).collect::<Result<Vec<_>, _>>()?;
    let least = |name: &str| runs.iter().filter_map(|run| run[name].as_f64()).fold(f64::INFINITY, f64::min);
    Ok(vec![
        ("peer", json!(format!("{peer}, in a browser"))),
        ("strokes_painted_s", number(least("painted_ms") / 1_000.0)),
        ("wire_mb", number(least("wire_mb"))),
        ("server_cpu_ms", number((server.cpu_s()? - before) * 1_000.0 / RUNS as f64)),
        ("rss_mb", number(server.rss_kib()? / 1024.0)),
    ])
}

fn open(url: &str) -> Result<Value, Error> {
    let output = Command::new("node").args(["tests/browser/bench/join.mjs", url]).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("the browser's run ended with {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn yjs(strokes: &[Stroke]) -> Result<Process, Error> {
    if !Path::new("tests/peers/node_modules").exists() {
        return Err("npm ci has not been run in tests/peers".into());
    }
    let built = std::env::current_dir()?.join(folder()?).join("yjs-join");
    quietly(Command::new("npx").args(["--no-install", "vite", "build", YJS, "--emptyOutDir", "--outDir"]).arg(&built))?;
    write_strokes(&built.join("strokes.bin"), strokes)?;
    let address = free_address()?;
    let mut command = Command::new("node");
    let port = address.rsplit(':').next().unwrap_or_default();
    command.arg(format!("{YJS}/serve.mjs")).arg(port).arg(&built).env("NODE_ENV", "production");
    Process::start_at(command, address)
}
