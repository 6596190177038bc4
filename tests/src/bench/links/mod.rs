//! `bench links`: a call and ink over bad links. The server, a member who speaks, shows a face and shares a
//! screen, and one hand are on the mainland; a page that receives it all and sends voice and camera, and another
//! hand, are on the island. The link is made by a program beside the repository that `WANLINK` names.
//!
//! The two do not talk directly, so that it is the ladder which says what comes. For each profile: ink alone, joining, both together, the link at a fifth of its rate and so narrow that something has to go, and as before.
//!
//! # Layout
//! - [`ink`]: the hands; [`line`]: what the server thinks of the line; `tests/browser/bench/links.mjs`: the pages.

pub mod ink;
mod line;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tempfile::TempDir;

use self::ink::{Ink, Side, UPDATE_EVERY};
use self::line::Lines;
use super::board::{first_page, new_board};
use super::process::{Process, kakehashi};
use super::report::{Report, folder, number};
use super::stats::Latencies;
use super::{Error, Options};

/// The links that are tried, with their rates down and up, kbit/s.
const PROFILES: [(&str, u32, u32); 5] =
    [("island-cable", 20_000, 20_000), ("lte-edge", 4_000, 1_000), ("leo", 20_000, 5_000), ("geo", 1_000, 256), ("thin", 128, 128)];
/// How much narrower the link becomes.
const SHRINK: u32 = 5;
/// Ink alone.
const ALONE: Duration = Duration::from_secs(20);
/// From joining until it is measured.
const SETTLE: Duration = Duration::from_secs(12);
/// What is measured together.
const TOGETHER: Duration = Duration::from_secs(20);
/// What a narrow link has at most, kbit/s: less than a voice, a face and a screen take.
const NARROW_KBPS_MAX: u32 = 250;
/// The narrow link.
const NARROW: Duration = Duration::from_secs(20);
/// And after it.
const AFTER: Duration = Duration::from_secs(25);

/// Milliseconds since 1970, as browsers count them.
#[must_use]
pub fn now_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1_000.0
}

/// Runs it.
///
/// # Errors
/// There is no program that makes links, or a run fails.
pub fn run(options: &Options) -> Result<(), Error> {
    let Some(wanlink) = std::env::var_os("WANLINK").filter(|path| Path::new(path).exists()) else {
        return Err("bench links needs WANLINK=PATH, a program that makes two network namespaces and a bad link between them".into());
    };
    let mut report = Report::new("links");
    let mut results = Vec::new();
    let mut failed = Vec::new();
    for (profile, ..) in PROFILES.into_iter().filter(|(profile, ..)| options.wants(profile)) {
        let exe = std::env::current_exe()?;
        let inside = format!("exec ip netns exec \"$WANLINK_MAINLAND_NS\" '{}' --serve 'links {profile}'", exe.display());
        let mut command = Command::new(&wanlink);
        // Pages are loaded over a good link, which is made bad when they are there.
        command.args(["--profile", "lan", "--quiet", "--", "sh", "-c", &inside]);
        let output = command.stderr(Stdio::inherit()).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        match text.lines().last().and_then(|line| serde_json::from_str::<Value>(line).ok()) {
            Some(result) if output.status.success() => results.push(result),
            _ => {
                eprintln!("{profile}: the run ended with {}: {text}", output.status);
                failed.push(profile);
            }
        }
    }
    for table in ["joining", "line", "narrow", "voice", "pictures", "ink", "validity"] {
        for result in &results {
            let one = std::slice::from_ref(&result[table]);
            for row in result[table].as_array().map_or(one, Vec::as_slice).iter().filter_map(Value::as_object) {
                let mut columns = vec![("link", result["link"].clone())];
                columns.extend(row.iter().map(|(name, value)| (&*name.clone().leak(), value.clone())));
                report.add(columns);
            }
        }
    }
    report.finish()?;
    if failed.is_empty() { Ok(()) } else { Err(format!("no figures of {}", failed.join(", ")).into()) }
}

/// The link, from inside of it.
struct Link {
    island: String,
    address: String,
    control: PathBuf,
}

impl Link {
    fn here() -> Result<Self, Error> {
        let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set: this runs inside a link"));
        Ok(Self {
            island: variable("WANLINK_ISLAND_NS")?,
            address: variable("WANLINK_MAINLAND_IP")?,
            control: variable("WANLINK_CTL")?.into(),
        })
    }

    fn control(&self, command: &str) -> Result<Value, Error> {
        let mut stream = UnixStream::connect(&self.control)?;
        writeln!(stream, "{command}")?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer)?;
        Ok(serde_json::from_str::<Value>(&answer)?["stats"].take())
    }
}

/// The pages, driven by a script: a line in, a line out.
struct Pages {
    child: Child,
    answers: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Pages {
    fn open(url: &str, island: &Path) -> Result<Self, Error> {
        let mut child = Command::new("node")
            .args(["tests/browser/bench/links.mjs", url])
            .arg(island)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let mut pages = Self { child, answers: BufReader::new(stdout).lines() };
        pages.answer()?;
        Ok(pages)
    }

    fn ask(&mut self, line: &str) -> Result<Value, Error> {
        let stdin = self.child.stdin.as_mut().ok_or("no standard input")?;
        writeln!(stdin, "{line}")?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Value, Error> {
        let line = self.answers.next().ok_or("the pages' script has ended")??;
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// One profile, inside a link; prints its figures as one line of JSON.
///
/// # Errors
/// Something does not start, or nothing comes.
pub fn serve(profile: &str) -> Result<(), Error> {
    let (_, down, up) = PROFILES.into_iter().find(|(name, ..)| *name == profile).ok_or("no such profile")?;
    let link = Link::here()?;
    let data = TempDir::new_in(folder()?)?;
    let lines = Lines::default();
    let (log, writes) = std::io::pipe()?;
    lines.read(log);
    let mut command = Command::new(kakehashi()?);
    command.args([
        "serve",
        "--listen",
        &format!("{}:8080", link.address),
        "--media",
        &format!("{}:8082", link.address),
        // What the server sends is looked at; the two would soon talk directly.
        "--media-direct",
        "off",
        "--log-format",
        "json",
    ]);
    command.args(["--log-filter", "warn,kakehashi_server::media::call::plan=trace", "--data"]).arg(data.path());
    if let Some(app) = std::env::var_os("KAKEHASHI_APP") {
        command.arg("--app").arg(app);
    }
    let server = Process::start(
        {
            command.stderr(writes);
            command
        },
        "listening on http://",
    )?;
    let board = new_board(&server.address)?;
    let page = tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(first_page(&server.address, board))?;
    let island = data.path().join("island-chromium");
    std::fs::write(
        &island,
        format!("#!/bin/sh\nexec ip netns exec {} \"${{KAKEHASHI_CHROMIUM:-/usr/bin/chromium}}\" \"$@\"\n", link.island),
    )?;
    std::fs::set_permissions(&island, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let mut pages = Pages::open(&format!("http://{}/b/{board}?lang=en", server.address), &island)?;
    let exe = std::env::current_exe()?;
    let hand = |side| {
        let mut command = Command::new(if side == Side::Island { Path::new("ip") } else { &exe });
        if side == Side::Island {
            command.args(["netns", "exec", &link.island]).arg(&exe);
        }
        Ok(command)
    };
    let ink = Ink::start(hand, &server.address, board, page)?;
    std::thread::sleep(Duration::from_secs(2));
    link.control(&format!("profile {profile}"))?;
    std::thread::sleep(Duration::from_secs(5));
    link.control("reset")?;
    let alone = passing(ALONE);
    let joined = pages.ask("join")?;
    eprintln!("{profile}: {joined}");
    let member = joined["member"].as_u64().ok_or("the page has no number in the call")?;
    std::thread::sleep(SETTLE);
    let together = passing(TOGETHER);
    let narrow = |rate: u32| (rate / SHRINK).min(NARROW_KBPS_MAX);
    link.control(&format!("set rate={}k/{}k", narrow(down), narrow(up)))?;
    let narrow = passing(NARROW);
    link.control(&format!("set rate={down}k/{up}k"))?;
    let after = passing(AFTER);
    let window = |(start, end): (f64, f64)| format!("{start} {end}");
    let seen = pages.ask(&format!("report {} {} {}", window(together), window(narrow), window(after)))?;
    let stats = link.control("stats")?;
    let load = std::fs::read_to_string("/proc/loadavg")?;
    let seconds = |value: Option<f64>| value.map_or(Value::Null, number);
    let result = json!({
        "link": profile,
        "joining": joined["stages"],
        "line": lines.over(member, together),
        "narrow": {
            "down_after_s": seconds(lines.down_after(member, narrow)),
            "shares": lines.over(member, narrow)["shares"],
            "size_changes": lines.over(member, narrow)["size_changes"],
            "kbps_narrow": lines.over(member, narrow)["kbps_median"],
            "up_after_s": seconds(lines.up_after(member, narrow.0, after)),
            "shares_after": lines.over(member, after)["shares"],
            "size_changes_after": lines.over(member, after)["size_changes"],
            "kbps_after": lines.over(member, after)["kbps_median"],
        },
        "voice": seen["voice"],
        "pictures": seen["pictures"],
        "ink": inks(&ink, alone, together, narrow),
        "validity": {
            "load": load.split(' ').next(),
            "overrun": [&stats["to_island"]["drops"]["emulator_overrun"], &stats["to_mainland"]["drops"]["emulator_overrun"]],
            "late": [&stats["to_island"]["late"]["over_2ms"], &stats["to_mainland"]["late"]["over_2ms"]],
            "queue_drops": [&stats["to_island"]["drops"]["queue"], &stats["to_mainland"]["drops"]["queue"]],
            "kbytes": [kilo(&stats["to_island"]["bytes_in"]), kilo(&stats["to_mainland"]["bytes_in"])],
        },
    });
    println!("{result}");
    Ok(())
}

fn kilo(bytes: &Value) -> Value {
    number(bytes.as_f64().unwrap_or_default() / 1_000.0)
}

/// Lets so much time pass, and says when that was.
fn passing(long: Duration) -> (f64, f64) {
    let start = now_ms();
    std::thread::sleep(long);
    (start, now_ms())
}

fn inks(ink: &Ink, alone: (f64, f64), together: (f64, f64), narrow: (f64, f64)) -> Value {
    let mut row = serde_json::Map::new();
    for (side, name) in [(Side::Mainland, "down"), (Side::Island, "up")] {
        let [alone, together, narrow] = [alone, together, narrow].map(|time| ink.latencies(side, time));
        let mut add = |what: &str, value: f64| row.insert(format!("{name}_{what}"), number(value));
        let p95 = |latencies: &Latencies| latencies.percentile_ms(0.95);
        add("alone_p50", alone.percentile_ms(0.5));
        add("alone_p95", p95(&alone));
        add("call_p50", together.percentile_ms(0.5));
        add("call_p95", p95(&together));
        add("ratio_p95", p95(&together) / p95(&alone).max(0.001));
        add("narrow_p95", p95(&narrow));
        // A hand whose updates are not acknowledged goes on and sends none: what is not drawn has no age.
        add("narrow_drawn", narrow.count() as f64 * UPDATE_EVERY.as_secs_f64() / NARROW.as_secs_f64());
    }
    Value::Object(row)
}
