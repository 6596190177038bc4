//! `bench media`: a call in which everybody has an open microphone and four speak and show their faces,
//! beside a bare forwarder of datagrams; then four browsers in a call, beside Janus (`--peers browsers` for
//! these alone), and how soon the app shows others. Servers are processes of their own; their CPU is the
//! kernel's count of it, over the packets that came at the receivers.
//!
//! # Layout
//! - [`act`]: what the members send; [`tally`]: what came; [`crowd`]: members of our call; [`bare`]: the bare
//!   forwarder and those who use it.
//! - [`browsers`]: pages in a call; [`janus`]: the server that they use beside ours.

mod act;
pub mod bare;
mod browsers;
mod crowd;
mod janus;
mod tally;

use std::time::Duration;

use serde_json::json;
use tokio::runtime::Builder;

use super::process::Process;
use super::report::{Report, number};
use super::{Error, Options};
use tally::Tally;

/// Members of the run.
const MEMBERS: usize = 30;
/// Those of them who show their faces and speak; the others' microphones are open and hear a room.
const ON_STAGE: usize = 4;
/// Until all lines have been found to hold all pictures in full size.
const WARM_UP: Duration = Duration::from_secs(20);
/// CPU of a forwarded packet that is the goal, microseconds.
const GOAL_US: u32 = 10;

/// What a run gives.
struct Run {
    /// What came while it was measured, at all receivers.
    tally: Tally,
    cpu_s: f64,
    /// Packets that the members sent meanwhile.
    sent: u64,
    /// What the members have added to the server's memory.
    rss_kib: f64,
    rss_mb: f64,
}

/// Runs it.
///
/// # Errors
/// A server that does not start, or a member that is turned away.
pub fn run(options: &Options) -> Result<(), Error> {
    let measured = Duration::from_secs(if options.quick { 5 } else { 15 });
    let mut report = Report::new("media");
    for members in options.sizes(&[MEMBERS]) {
        for name in ["bare", "kakehashi"].into_iter().filter(|name| options.wants(name)) {
            let runtime = Builder::new_multi_thread().enable_all().build()?;
            let run = match name {
                "bare" => runtime.block_on(bare::run(members, measured)),
                _ => runtime.block_on(crowd::run(members, measured)),
            }?;
            let (tally, seconds) = (&run.tally, measured.as_secs_f64());
            report.add(vec![
                ("peer", json!(name)),
                ("members", json!(members)),
                ("sent_per_s", number(run.sent as f64 / seconds)),
                ("forwarded_per_s", json!((tally.packets() as f64 / seconds).round())),
                ("mbit_per_s", number(tally.bytes() as f64 * 8e-6 / seconds)),
                ("full_size", number(tally.share_in_full())),
                ("delivered", json!((tally.delivered() * 10_000.0).round() / 10_000.0)),
                ("cpu_us_per_packet", number(run.cpu_s * 1e6 / tally.packets() as f64)),
                ("cpu_cores", number(run.cpu_s / seconds)),
                ("p50_ms", number(tally.delays().percentile_ms(0.5))),
                ("p99_ms", number(tally.delays().percentile_ms(0.99))),
                ("kib_per_member", number(run.rss_kib / members as f64)),
                ("rss_mb", number(run.rss_mb)),
            ]);
        }
    }
    if options.wants("browsers") {
        browsers::add(&mut report, options, WARM_UP, measured);
    }
    println!("\ngoals for kakehashi: {GOAL_US} us of CPU a packet at 14,000 packets a second, half of Janus or less with four browsers");
    println!("and the first frame of others within 1 s of the click at p95");
    report.finish()
}

/// Takes the CPU that a server uses while it is measured.
async fn measure(process: &Process, tally: &tally::Window, measured: Duration) -> Result<f64, Error> {
    tokio::time::sleep(WARM_UP).await;
    let before = process.cpu_s_of_threads()?;
    tally.open(true);
    tokio::time::sleep(measured).await;
    tally.open(false);
    Ok(process.cpu_s_of_threads()? - before)
}
