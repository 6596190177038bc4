//! A server, its board, and members who speak.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kakehashi_client::native::call::synthetic::{Mark, VOICE_MS, Voice};
use kakehashi_client::native::call::{Call, Joined, Options, Publish};
use kakehashi_client::native::{Board, Options as BoardOptions};
use kakehashi_protocol::call::{MemberId, Source};
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::lane::Shown;
use kakehashi_tests::bench::board::new_board;
use kakehashi_tests::bench::process::{Process, kakehashi};
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::tunnel::tunnel;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server with a board.
pub struct Hall {
    pub process: Process,
    pub board: BoardId,
    /// Where its calls are reached.
    pub media: SocketAddr,
    _data: TempDir,
}

impl Hall {
    pub fn open() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let media = free_port();
        let process = Process::kakehashi(data.path(), &["--media", &media.to_string()]).expect("the server starts");
        let board = new_board(&process.address).expect("a board");
        Self { process, board, media, _data: data }
    }

    /// A server that is reached by TLS alone; its address is that of a tunnel.
    pub async fn encrypted() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let media = free_port();
        let mut command = Command::new(kakehashi().expect("it is built"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-filter", "warn", "--tls", "self", "--media", &media.to_string()]);
        command.arg("--data").arg(data.path());
        let mut process = Process::start(command, "listening on https://").expect("it starts");
        process.address = tunnel(process.address.clone(), data.path()).await.to_string();
        let board = new_board(&process.address).expect("a board");
        Self { process, board, media, _data: data }
    }

    /// One of the server's figures, which are a second behind.
    pub fn metric(&self, name: &str) -> f64 {
        std::thread::sleep(Duration::from_millis(1_200));
        self.process.metric(name).expect("there is one")
    }

    pub fn link(&self) -> String {
        self.link_by(&self.process.address)
    }

    /// The board's link by another address.
    pub fn link_by(&self, address: &str) -> String {
        format!("http://{address}/b/{}", self.board)
    }

    /// Joins as a member who speaks: their packets' marks have this number.
    pub async fn enter(&self, number: u32) -> Guest {
        Guest::by(&self.link(), number).await
    }
}

/// A port that is free now, and the one after it; nobody else here takes ports of UDP by number.
fn free_port() -> SocketAddr {
    loop {
        let free = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
        let media = free.local_addr().expect("it has an address");
        if media.port() < u16::MAX && std::net::TcpListener::bind((media.ip(), media.port() + 1)).is_ok() {
            return media;
        }
    }
}

/// A member who speaks until they leave.
pub struct Guest {
    pub board: Board,
    pub call: Call,
    pub me: MemberId,
    /// What others show by the lane.
    pub glimpses: mpsc::Receiver<Shown>,
    heard: watch::Receiver<Vec<(MemberId, Mark)>>,
    /// Packets without a mark, by member.
    noises: watch::Receiver<BTreeMap<MemberId, usize>>,
    written: Arc<AtomicU64>,
    tasks: Vec<JoinHandle<()>>,
}

impl Guest {
    pub async fn by(link: &str, number: u32) -> Self {
        let (board, mut told) = Board::open(link, BoardOptions::default()).expect("it opens");
        let options = Options { publish: vec![Publish::of(Source::Microphone)], pictures: 1, ..Options::default() };
        let Joined { call, mut packets, mut events, glimpses } = Call::join(&board, options).await.expect("it is let in");
        let me = call.me().await.expect("it goes on").expect("a number");
        let track = call.track(Source::Microphone).await.expect("it is published");
        let (hears, heard) = watch::channel(Vec::new());
        let (hears_noise, noises) = watch::channel(BTreeMap::new());
        let written = Arc::new(AtomicU64::new(0));
        let writes = Arc::clone(&written);
        let tasks = vec![
            tokio::spawn(async move { while told.recv().await.is_some() {} }),
            tokio::spawn(async move { while events.recv().await.is_some() {} }),
            tokio::spawn(async move {
                while let Some(packet) = packets.recv().await {
                    match Mark::read(&packet.payload) {
                        Some(mark) => hears.send_modify(|heard| heard.push((packet.member, mark))),
                        None => hears_noise.send_modify(|noises| *noises.entry(packet.member).or_default() += 1),
                    }
                }
            }),
            tokio::spawn(async move {
                let mut voice = Voice::new(number, 20);
                let mut ticks = tokio::time::interval(Duration::from_millis(VOICE_MS));
                loop {
                    ticks.tick().await;
                    // A packet that finds no room is lost, as one on the way is.
                    let _ = track.write(voice.packet(0));
                    writes.fetch_add(1, Ordering::Relaxed);
                }
            }),
        ];
        Self { board, call, me, glimpses, heard, noises, written, tasks }
    }

    /// Packets that the microphone has given so far.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// All that was heard.
    pub fn heard(&self) -> Vec<(MemberId, Mark)> {
        self.heard.borrow().clone()
    }

    /// Packets that no guest has sent, by member.
    pub fn noises(&self) -> BTreeMap<MemberId, usize> {
        self.noises.borrow().clone()
    }

    /// Waits for some of them.
    pub async fn hears_noise_of_others(&mut self) {
        let came = timeout(PATIENCE, self.noises.wait_for(|noises| noises.values().any(|packets| *packets >= 25))).await;
        assert!(came.is_ok_and(|came| came.is_ok()), "nobody else is heard");
    }

    /// Waits until so many more packets of a member have come, and checks whose voice it is.
    pub async fn hears(&mut self, member: MemberId, number: u32, more: usize) {
        let of = |heard: &Vec<(MemberId, Mark)>| heard.iter().filter(|(by, mark)| *by == member && mark.sender == number).count();
        let before = of(&self.heard.borrow());
        let came = timeout(PATIENCE, self.heard.wait_for(|heard| of(heard) >= before + more)).await;
        assert!(came.is_ok_and(|came| came.is_ok()), "member {member} is not heard any more");
    }

    /// Waits until the call's members are as wanted.
    pub async fn sees(&self, wanted: impl Fn(&[kakehashi_protocol::call::Member]) -> bool) {
        let seen = async {
            while !wanted(&self.call.members().await.expect("it goes on")) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        assert!(timeout(PATIENCE, seen).await.is_ok(), "the members are {:?}", self.call.members().await);
    }

    pub async fn leave(self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        self.call.leave().await;
        self.board.close().await;
    }
}
