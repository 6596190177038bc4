//! `kakehashi backup` while people write, and `kakehashi restore`: what was acknowledged before the
//! backup is there again, and all clients go on, also those who know more than the backup (SPEC LOG-2, LOG-7, ACT-4).

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use kakehashi_protocol::ids::Seq;
use kakehashi_server::log::{Log, LogError, SqliteLog, SqliteOptions};
use kakehashi_tests::bench::process::kakehashi;
use kakehashi_tests::crash::crowd::Crowd;
use kakehashi_tests::crash::first_seed;
use kakehashi_tests::crash::server::Server;
use kakehashi_tests::sim::rng::Rng;

const BOARDS: u64 = 2;
const WRITERS: u64 = 2;
const WRITING: Duration = Duration::from_millis(400);

fn run(arguments: &[&str], folders: [(&str, &Path); 2]) -> Output {
    let mut command = Command::new(kakehashi().expect("the server is built"));
    command.args(arguments);
    for (flag, folder) in folders {
        command.arg(flag).arg(folder);
    }
    command.output().expect("the program starts")
}

fn words(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

struct Scene {
    _folder: tempfile::TempDir,
    server: Server,
    crowds: Vec<Crowd>,
}

impl Scene {
    async fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut server = Server::new(&folder.path().join("data"), &mut Rng::new(seed));
        assert!(server.start().await, "the server starts");
        let mut crowds = Vec::new();
        for board in 0..BOARDS {
            crowds.push(Crowd::gather(&server, WRITERS, seed ^ (board << 32)).await);
        }
        Self { _folder: folder, server, crowds }
    }

    async fn write(&self) {
        self.crowds.iter().for_each(Crowd::write);
        tokio::time::sleep(WRITING).await;
    }

    async fn in_step(&self) {
        for crowd in &self.crowds {
            assert_eq!(crowd.faults().await, Vec::<String>::new());
        }
    }

    /// The server ends, its data goes, and it starts on what the backup gives.
    async fn restore(&mut self, backup: &Path) {
        self.server.kill().await;
        std::fs::remove_dir_all(self.server.data()).expect("it can be removed");
        let restored = run(&["restore"], [("--from", backup), ("--data", self.server.data())]);
        assert!(restored.status.success(), "{}", words(&restored));
        assert!(words(&restored).starts_with(&format!("{BOARDS} boards with ")), "{}", words(&restored));
        assert!(self.server.start().await, "the server starts");
        for crowd in &self.crowds {
            crowd.wake().await;
        }
    }
}

fn log(folder: &Path) -> SqliteLog {
    SqliteLog::open_to_read(&folder.join("boards.sqlite"), SqliteOptions::default()).expect("it opens")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_restored_is_what_was_there_and_clients_go_on() {
    let seed = first_seed();
    println!("seed {seed}");
    let mut scene = Scene::new(seed).await;
    let backup = scene.server.data().with_extension("backup");
    scene.write().await;
    scene.in_step().await;
    let taken = run(&["backup"], [("--data", scene.server.data()), ("--to", &backup)]);
    assert!(taken.status.success(), "{}", words(&taken));
    // What is written now is on its way while the server goes, and comes to the restored one.
    let before: Vec<_> = {
        let log = log(scene.server.data());
        let mut heads = Vec::new();
        for crowd in &scene.crowds {
            heads.push(log.open(crowd.board()).await.expect("it is there"));
        }
        heads
    };
    scene.server.kill().await;
    scene.write().await;
    scene.crowds.iter().for_each(Crowd::rest);
    scene.restore(&backup).await;
    scene.in_step().await;
    let log = log(scene.server.data());
    for (crowd, before) in scene.crowds.iter().zip(before) {
        let after = log.open(crowd.board()).await.expect("it is there");
        assert_ne!(after.log, before.log, "each restore names its logs anew");
        assert!(after.end > before.end);
        let rows = (log.read(crowd.board(), Seq(0), usize::MAX).await).expect("all is whole");
        assert_eq!(rows.len() as u64, after.end.0);
    }
    scene.write().await;
    scene.in_step().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_know_more_than_the_backup_come_in_step() {
    let seed = first_seed();
    println!("seed {seed}");
    let mut scene = Scene::new(seed).await;
    let backup = scene.server.data().with_extension("backup");
    // Taken in the middle of writing, and written on after it.
    scene.write().await;
    let taken = run(&["backup"], [("--data", scene.server.data()), ("--to", &backup)]);
    assert!(taken.status.success(), "{}", words(&taken));
    scene.write().await;
    scene.crowds.iter().for_each(Crowd::rest);
    scene.restore(&backup).await;
    // What was acknowledged after the backup is gone, and nobody sees it any more; all else goes on.
    for crowd in &scene.crowds {
        crowd.rest_until_equal().await;
    }
    for crowd in &mut scene.crowds {
        crowd.forget();
    }
    scene.write().await;
    scene.in_step().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_boards_are_named_and_left_out() {
    let seed = first_seed();
    let mut scene = Scene::new(seed).await;
    scene.write().await;
    scene.in_step().await;
    scene.server.stop().await;
    let file = scene.server.data().join("boards.sqlite");
    let (bad, good) = (scene.crowds[0].board(), scene.crowds[1].board());
    let changed = rusqlite::Connection::open(&file).and_then(|db| {
        db.execute("UPDATE rows SET body = x'00' WHERE place = (SELECT number << 36 | 2 FROM boards WHERE board = ?1)", [&bad.0])
    });
    assert_eq!(changed, Ok(1));
    let backup = scene.server.data().with_extension("backup");
    let taken = run(&["backup"], [("--data", scene.server.data()), ("--to", &backup)]);
    assert!(!taken.status.success() && words(&taken).contains(&format!("board {bad}, row 2")), "{}", words(&taken));
    let copy = log(&backup);
    assert!(copy.open(good).await.is_ok());
    assert_eq!(copy.open(bad).await, Err(LogError::UnknownBoard(bad)));
}

#[tokio::test]
async fn wrong_folders_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, full) = (folder.path().join("data"), folder.path().join("full"));
    std::fs::create_dir_all(full.join("something")).expect("a folder");
    let told = run(&["backup"], [("--data", &data), ("--to", &full)]);
    assert!(!told.status.success() && words(&told).contains("data: there are no boards"), "{}", words(&told));
    SqliteLog::open(&data.join("boards.sqlite"), SqliteOptions::default()).expect("it opens").close().await.expect("it closes");
    let told = run(&["backup"], [("--data", &data), ("--to", &full)]);
    assert!(!told.status.success() && words(&told).contains("must be a new or an empty folder"), "{}", words(&told));
    let backup = folder.path().join("backup");
    assert!(run(&["backup"], [("--data", &data), ("--to", &backup)]).status.success());
    // A backup is put away: no server writes to it.
    let told = SqliteLog::open(&backup.join("boards.sqlite"), SqliteOptions::default()).err();
    assert_eq!(told, Some(LogError::Backup { file: backup.join("boards.sqlite") }));
    let told = run(&["restore"], [("--from", &backup), ("--data", &data)]);
    assert!(!told.status.success() && words(&told).contains("must be a new or an empty folder"), "{}", words(&told));
}
