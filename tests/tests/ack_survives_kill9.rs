//! The server is killed in the middle of its work, again and again, and started on the same data: what
//! was acknowledged is there, and everybody has the same (SPEC VER-2, VER-6, LOG-3). Nothing is
//! repaired by hand. `KAKEHASHI_SEED` repeats the random choices of a run, though not its timing.

use std::time::{Duration, Instant};

use kakehashi_tests::crash::crowd::Crowd;
use kakehashi_tests::crash::server::Server;
use kakehashi_tests::crash::{budget, first_seed, soak};
use kakehashi_tests::sim::rng::Rng;

/// Kills on the same data; then a new folder is begun, so that boards stay of a size that is met.
const KILLS_EACH: u32 = 20;
const BOARDS: u64 = 2;
const WRITERS: u64 = 3;
/// The longest that the server lives, milliseconds.
const LIFE_MS: u64 = 400;

#[derive(Default)]
struct Count {
    kills: u32,
    into_writes: u32,
    ops: u64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_sigkill() {
    let rounds = if soak() { 50 } else { 1 };
    let began = Instant::now();
    let seed = first_seed();
    let mut count = Count::default();
    for round in 0..rounds {
        let faults = kill_and_look(seed + round, &mut count, began).await;
        assert_eq!(faults, Vec::<String>::new(), "seed {} after {} kills", seed + round, count.kills);
        if soak() && round % 10 == 9 {
            println!("{} kills, {} of them into writes, {} ops, {:?}", count.kills, count.into_writes, count.ops, began.elapsed());
        }
    }
    println!(
        "covered: ack_survives_kill9, seeds {seed} to {}, {} ops, {} kills, {} of them into writes, {:.1} s",
        seed + rounds - 1,
        count.ops,
        count.kills,
        count.into_writes,
        began.elapsed().as_secs_f64()
    );
    assert!(count.into_writes * 2 > count.kills, "hardly a kill met a write");
}

/// One folder, and all its kills; what is wrong after one of them.
async fn kill_and_look(seed: u64, count: &mut Count, began: Instant) -> Vec<String> {
    let mut rng = Rng::new(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::new(&folder.path().join("data"), &mut rng);
    assert!(server.start().await, "the server starts");
    let mut crowds = Vec::new();
    for board in 0..BOARDS {
        crowds.push(Crowd::gather(&server, WRITERS, seed ^ (board << 32)).await);
    }
    let mut faults = Vec::new();
    for kill in 0..KILLS_EACH {
        if !soak() && kill > 0 && began.elapsed() > budget() {
            break;
        }
        crowds.iter().for_each(Crowd::write);
        tokio::time::sleep(Duration::from_millis(rng.below(LIFE_MS))).await;
        let mut unsaved = 0;
        for crowd in &crowds {
            unsaved += crowd.unsaved().await;
        }
        server.kill().await;
        count.kills += 1;
        count.into_writes += u32::from(unsaved > 0);
        assert!(server.start().await, "seed {seed}: the server starts after kill {kill}; see {}", server.words().display());
        for crowd in &crowds {
            crowd.wake().await;
        }
        for crowd in &crowds {
            faults.extend(crowd.faults().await);
        }
        if !faults.is_empty() {
            break;
        }
    }
    for crowd in crowds {
        count.ops += crowd.ops();
        crowd.leave().await;
    }
    server.kill().await;
    faults
}
