//! `bench canvas`: a full page in a browser, beside Excalidraw. The same strokes go to our server, from
//! which the app reads them as everybody does, and to Excalidraw's component as its scene. What is
//! measured, and how, stands in `tests/browser/bench`; both peers are measured by the same code.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kakehashi_handwriting::{Stroke, page};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Builder;

use super::join::write;
use super::process::Process;
use super::report::{Report, Row, folder, number};
use super::{Error, Options};

/// Strokes of the pages: the last is what the limits are sized for, the others show how it grows.
const STROKES: [usize; 3] = [1_000, 5_000, 20_000];
/// Points of each.
const POINTS: usize = 120;
/// Where Excalidraw's page is kept.
const EXCALIDRAW: &str = "tests/peers/excalidraw";

/// What is to be reached on the largest page: a column, how many times less than Excalidraw's, and how
/// much at most.
const GOALS: [(&str, f64, Option<f64>); 6] = [
    ("first_paint_ms", 5.0, None),
    ("frame_p95_ms", 5.0, None),
    ("frame_worst_ms", 5.0, None),
    ("work_p95_ms", 5.0, Some(16.7)),
    ("pss_mb", 5.0, Some(300.0)),
    ("ink_p95_ms", 5.0, None),
];

/// Runs it.
///
/// # Errors
/// Whatever keeps the pages from being made. A peer that fails gets a line that says so.
pub fn run(options: &Options) -> Result<(), Error> {
    let sizes = options.sizes(if options.quick { &STROKES[..1] } else { &STROKES });
    let excalidraw = if options.wants("excalidraw") { excalidraw() } else { None };
    let mut report = Report::new("canvas");
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut largest: Vec<Value> = Vec::new();
    for strokes in sizes {
        let page = page(1, strokes, POINTS);
        largest.clear();
        if options.wants("kakehashi") {
            let data = TempDir::new_in(folder()?)?;
            let server = Process::kakehashi(data.path(), &[])?;
            let (board, _, _) = runtime.block_on(write(&server.address, &page))?;
            let url = format!("http://{}/b/{board}?lang=en", server.address);
            largest.extend(measure(&mut report, "kakehashi", &url, strokes));
        }
        if let Some(built) = &excalidraw {
            write_strokes(&built.join("strokes.bin"), &page)?;
            let built = built.to_str().ok_or("the build folder's path is no text")?;
            largest.extend(measure(&mut report, "excalidraw", built, strokes));
        }
    }
    goals(&largest);
    report.finish()
}

/// One peer's row, which is also added to the report.
fn measure(report: &mut Report, peer: &str, place: &str, strokes: usize) -> Option<Value> {
    match figures(peer, place) {
        Ok(figures) => {
            let columns = [
                "first_paint_ms",
                "frame_p50_ms",
                "frame_p95_ms",
                "frame_p99_ms",
                "frame_worst_ms",
                "work_p50_ms",
                "work_p95_ms",
                "work_worst_ms",
                "frames",
                "script_s",
                "heap_mb",
                "wasm_mb",
                "pss_mb",
                "ink_p50_ms",
                "ink_p95_ms",
            ];
            let mut row: Row = vec![("peer", json!(peer)), ("strokes", json!(strokes))];
            row.extend(columns.map(|name| (name, number(figures[name].as_f64().unwrap_or(0.0)))));
            row.push(("ink_seen", figures["ink_seen"].clone()));
            report.add(row);
            Some(figures)
        }
        Err(error) => {
            eprintln!("{peer} with {strokes} strokes: {error}");
            None
        }
    }
}

fn figures(peer: &str, place: &str) -> Result<Value, Error> {
    let output = Command::new("node").args(["tests/browser/bench/canvas.mjs", peer, place]).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("the browser's run ended with {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The largest page's figures beside the goals.
fn goals(rows: &[Value]) {
    let [ours, theirs] = rows else { return };
    println!("\n{:16}  {:>10}  {:>10}  {:>8}  goal", "largest page", "kakehashi", "excalidraw", "times");
    for (name, times, most) in GOALS {
        let (ours, theirs) = (ours[name].as_f64().unwrap_or(0.0), theirs[name].as_f64().unwrap_or(0.0));
        let reached = ours * times <= theirs && most.is_none_or(|most| ours <= most);
        let bound = most.map_or_else(String::new, |most| format!(", at most {most}"));
        println!(
            "{name:16}  {:>10}  {:>10}  {:>8}  {times} times less{bound}: {}",
            number(ours),
            number(theirs),
            number(theirs / ours.max(1e-9)),
            if reached { "reached" } else { "not reached" }
        );
    }
}

/// Excalidraw's page, built; nothing if it cannot be had here, and then a line says why.
fn excalidraw() -> Option<PathBuf> {
    let built = || -> Result<PathBuf, Error> {
        let built = std::env::current_dir()?.join(folder()?).join("excalidraw");
        if !Path::new(EXCALIDRAW).join("node_modules").exists() {
            println!("installing Excalidraw into {EXCALIDRAW}");
            quietly(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(EXCALIDRAW))?;
        }
        if !built.join("index.html").exists() {
            quietly(Command::new("npx").args(["--no-install", "vite", "build", EXCALIDRAW, "--emptyOutDir", "--outDir"]).arg(&built))?;
        }
        Ok(built)
    };
    built().inspect_err(|error| eprintln!("Excalidraw is left out: {error}")).ok()
}

/// Runs a command whose output is shown only if it fails.
pub(super) fn quietly(command: &mut Command) -> Result<(), Error> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr)).into())
}

/// The strokes as `tests/peers/excalidraw/main.js` and `tests/peers/yjs-join/serve.mjs` read them.
pub(super) fn write_strokes(path: &Path, strokes: &[Stroke]) -> Result<(), Error> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    file.write_all(&u32::try_from(strokes.len())?.to_le_bytes())?;
    file.write_all(&(POINTS as u32).to_le_bytes())?;
    for &(x, y, _, _) in strokes.iter().flat_map(|stroke| &stroke.points) {
        file.write_all(&x.to_le_bytes())?;
        file.write_all(&y.to_le_bytes())?;
    }
    file.flush()?;
    Ok(())
}
