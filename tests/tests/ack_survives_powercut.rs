//! The power fails at any step that the server does on its disk: only what was synced is sure to be
//! there, and of the rest any sectors. What was acknowledged must be among it (SPEC LOG-3).
//! The steps are written down by a library loaded before the server's own, and cut off by a model of
//! a disk (`kakehashi_tests::crash::disk`). `KAKEHASHI_SEED` repeats the choices of a run, not its timing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kakehashi_tests::bench::board::request;
use kakehashi_tests::crash::crowd::Crowd;
use kakehashi_tests::crash::disk::{Disk, Tally};
use kakehashi_tests::crash::server::Server;
use kakehashi_tests::crash::{budget, first_seed, soak};
use kakehashi_tests::sim::rng::Rng;

const CUTS: u32 = 30;
const CUTS_SOAK: u32 = 500;
/// Cuts on the same data; then a new folder is begun.
const CUTS_EACH: u32 = 15;
const BOARDS: u64 = 2;
const WRITERS: u64 = 2;
/// Steps on the disk until the cut, at most: a hundred commits or more.
const STEPS_MAX: u64 = 1_000;
/// A server that has not come so far by then is killed where it is.
const LIFE: Duration = Duration::from_secs(5);
/// Steps on the disk until a new server listens, about.
const STEPS_OF_A_START: u64 = 50;
/// Cuts at the first start, until one has lost a name.
const STARTS_MAX: u32 = 4;
/// How long everybody writes on boards that were just made, before the first cut.
const FIRST_LIFE: Duration = Duration::from_millis(200);

#[derive(Default)]
struct Count {
    cuts: u32,
    before_listening: u32,
    in_time: u32,
    ops: u64,
    tally: Tally,
}

/// The library, compiled once into a folder that outlives the servers.
fn tracer(folder: &Path) -> PathBuf {
    let library = folder.join("trace.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/crash/trace.c");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl").status();
    assert!(compiled.expect("a C compiler, as SQLite needs one too").success());
    library
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_power_cut() {
    let cuts = if soak() { CUTS_SOAK } else { CUTS };
    let began = Instant::now();
    let seed = first_seed();
    let mut count = Count::default();
    let mut round = 0;
    while count.cuts < cuts && (soak() || began.elapsed() < budget() * 2) {
        let faults = cut_and_look(seed + round, cuts, false, &mut count).await;
        assert_eq!(faults, Vec::<String>::new(), "seed {} after {} cuts", seed + round, count.cuts);
        round += 1;
    }
    let Count { cuts, before_listening, in_time, ops, tally } = count;
    println!(
        "covered: ack_survives_powercut, seeds {seed} to {}, {ops} ops, {cuts} cuts ({before_listening} before the server listened, \
         {in_time} when its time was over), {tally:?}, {:.1} s",
        seed + round - 1,
        began.elapsed().as_secs_f64()
    );
    for (what, count) in [("torn", tally.torn), ("lost", tally.lost), ("kept", tally.kept)] {
        assert!(count > 0, "{what}: never");
    }
    assert!(tally.unsynced.get("wal").is_some_and(|cuts| *cuts > 0), "no cut met a commit");
}

/// The suite can fail: where nothing is synced, something acknowledged is soon missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_syncs_it_does_not() {
    let seed = first_seed();
    let mut count = Count::default();
    let faults = cut_and_look(seed, CUTS_EACH, true, &mut count).await;
    println!("without syncs: seed {seed}, after {} cuts {faults:?}", count.cuts);
    assert!(!faults.is_empty(), "seed {seed}: {} cuts, and nothing is missing", count.cuts);
}

/// A sync that fails: nothing is acknowledged any more, whoever runs the server is told, and a restart helps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_sync_stops_all_writing_until_the_next_start() {
    let mut rng = Rng::new(first_seed());
    let folder = tempfile::tempdir().expect("a folder");
    let mut power = Power::new(folder.path(), &mut rng, false);
    assert!(power.server.start().await, "the server starts");
    let crowd = Crowd::gather(&power.server, WRITERS, 1).await;
    power.server.kill().await;
    power.switch_on(Some(300));
    power.server.environment.push(("TRACE_FAILS".to_owned(), "1".to_owned()));
    assert!(power.server.start().await, "the server starts");
    let ask =
        |path: &str| request(&power.server.address(), "GET", path, "").map(|answer| String::from_utf8_lossy(&answer.body).into_owned());
    assert_eq!(ask("/readyz").expect("it is ready"), "ready\n");
    crowd.wake().await;
    crowd.write();
    let began = Instant::now();
    while !ask("/metrics").expect("it answers").contains("kakehashi_log_poisoned 1") {
        assert!(began.elapsed() < Duration::from_secs(30), "no sync has failed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(ask("/readyz").is_err_and(|head| head.to_string().starts_with("HTTP/1.1 503")));
    let unsaved = crowd.unsaved().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(crowd.unsaved().await >= unsaved.max(1), "something was acknowledged");
    power.server.kill().await;
    assert_eq!(look(&mut power, &[crowd]).await, Vec::<String>::new());
}

/// One folder and all its cuts; what is wrong after one of them.
async fn cut_and_look(seed: u64, cuts: u32, syncs_nothing: bool, count: &mut Count) -> Vec<String> {
    let mut rng = Rng::new(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let mut power = Power::new(folder.path(), &mut rng, syncs_nothing);
    // Nothing was acknowledged yet, but whatever is left must let the server start.
    for _ in 0..STARTS_MAX {
        power.switch_on(Some(rng.below(STEPS_OF_A_START)));
        count.before_listening += u32::from(!power.server.start().await);
        power.cut(&mut rng, count).await;
        if count.tally.names_lost > 0 {
            break;
        }
    }
    // The next cut comes when everything on the disk is new.
    power.switch_on(None);
    if !power.server.start().await {
        return vec!["what was left lets no server start".to_owned()];
    }
    let mut crowds = Vec::new();
    for board in 0..BOARDS {
        crowds.push(Crowd::gather(&power.server, WRITERS, seed ^ (board << 32)).await);
    }
    crowds.iter().for_each(Crowd::write);
    tokio::time::sleep(FIRST_LIFE).await;
    power.cut(&mut rng, count).await;
    let last = cuts.min(count.cuts + CUTS_EACH);
    let mut faults = look(&mut power, &crowds).await;
    while count.cuts < last && faults.is_empty() {
        // Some cuts come at the start already, when the log is recovered from the cut before.
        let steps_max = if rng.once_in(4) { 60 } else { STEPS_MAX };
        power.switch_on(Some(rng.below(steps_max)));
        crowds.iter().for_each(Crowd::write);
        if power.server.start().await {
            for crowd in &crowds {
                crowd.wake().await;
            }
        } else {
            count.before_listening += 1;
        }
        if power.server.ended(LIFE).await.is_none() {
            count.in_time += 1;
        }
        power.cut(&mut rng, count).await;
        // Sometimes the power fails again before anybody looks.
        if rng.below(4) > 0 || count.cuts >= last {
            faults = look(&mut power, &crowds).await;
        }
    }
    for crowd in crowds {
        count.ops += crowd.ops();
        crowd.leave().await;
    }
    faults
}

/// Starts the server on what is left, and says what is wrong.
async fn look(power: &mut Power, crowds: &[Crowd]) -> Vec<String> {
    let server = &mut power.server;
    server.environment.clear();
    if !server.start().await {
        let words = std::fs::read_to_string(server.words()).unwrap_or_default();
        return vec![format!("the server does not start: {}", words.lines().last().unwrap_or_default())];
    }
    for crowd in crowds {
        crowd.wake().await;
    }
    let mut faults = Vec::new();
    for crowd in crowds {
        faults.extend(crowd.faults().await);
    }
    server.kill().await;
    faults
}

/// A server with its disk.
struct Power {
    server: Server,
    disk: Disk,
    library: PathBuf,
    trace: PathBuf,
    syncs_nothing: bool,
}

impl Power {
    fn new(folder: &Path, rng: &mut Rng, syncs_nothing: bool) -> Self {
        let server = Server::new(&folder.join("data"), rng);
        Self { server, disk: Disk::default(), library: tracer(folder), trace: folder.join("trace"), syncs_nothing }
    }

    /// All that is on the disk now is durable; what the server does next is written down, and ends
    /// before the step of this number.
    fn switch_on(&mut self, steps: Option<u64>) {
        self.disk = Disk::read(self.server.data()).expect("a folder");
        self.disk.syncs_nothing = self.syncs_nothing;
        let variables = [
            ("LD_PRELOAD", Some(self.library.display().to_string())),
            ("TRACE_ROOT", Some(self.server.data().display().to_string())),
            ("TRACE_FILE", Some(self.trace.display().to_string())),
            ("TRACE_STEPS", steps.map(|steps| steps.to_string())),
        ];
        self.server.environment = variables.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    }

    /// The power is gone, for the server and its disk.
    async fn cut(&mut self, rng: &mut Rng, count: &mut Count) {
        self.server.kill().await;
        count.cuts += 1;
        let mut disk = std::mem::take(&mut self.disk);
        disk.follow(&std::fs::read(&self.trace).expect("a trace"), &mut count.tally);
        std::fs::remove_file(&self.trace).expect("it can be removed");
        // Before the first step there is none.
        if self.server.data().exists() {
            std::fs::remove_dir_all(self.server.data()).expect("it can be removed");
        }
        disk.cut(rng, self.server.data(), &mut count.tally).expect("there is room");
    }
}
