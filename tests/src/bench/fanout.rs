//! `bench fanout`: a lesson. Four writers, each 60 updates a second of two points, on one page that
//! all viewers read. Servers are processes of their own; their CPU is the kernel's count of it.
//!
//! Viewers count updates and bytes and do no more; two of them also look up when each update was
//! sent. What the writers receive is not counted as delivered.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::runtime::Builder;
use tokio::time::{interval_at, sleep};

use super::peers::{Dialect, NAMES, Peer, available, start};
use super::process::Process;
use super::report::{Report, Row, number};
use super::socket::Socket;
use super::stats::Latencies;
use super::{Error, Options};

/// Viewers of the runs.
const VIEWERS: [usize; 4] = [10, 100, 300, 1_000];
/// Who writes.
const WRITERS: usize = 4;
/// Between two updates of a writer: 60 a second.
const UPDATE_EVERY: Duration = Duration::from_nanos(16_666_667);
/// Points of an update.
const UPDATE_POINTS: f64 = 2.0;
/// Viewers that time.
const TIMING: usize = 2;
/// Between a server's start and its viewers.
const SETTLE: Duration = Duration::from_secs(1);
/// Written before anything is counted.
const WARM_UP: Duration = Duration::from_secs(2);
/// How long what was sent may take to arrive after the last update.
const DRAIN: Duration = Duration::from_secs(8);

/// Runs it.
///
/// # Errors
/// Those of the disk. A server that fails gets a row that says so.
pub fn run(options: &Options) -> Result<(), Error> {
    let measured = Duration::from_secs(if options.quick { 5 } else { 15 });
    let mut report = Report::new("fanout");
    for viewers in options.sizes(&VIEWERS) {
        for name in NAMES.into_iter().filter(|name| options.wants(name)) {
            if !available(name) {
                eprintln!("{name} is left out: npm ci has not been run in tests/peers");
                continue;
            }
            match lesson(name, &[], viewers, measured) {
                Ok(row) => report.add(row),
                Err(error) => eprintln!("{name} with {viewers} viewers: {error}"),
            }
        }
    }
    // How our own fares on slow disks.
    for delay_ms in ["10", "50"].into_iter().filter(|_| options.wants("kakehashi")) {
        for viewers in options.sizes(&[10, 300]) {
            let mut row = lesson("kakehashi", &["--sync-delay-ms", delay_ms], viewers, measured)?;
            row[0].1 = json!(format!("kakehashi, sync +{delay_ms} ms"));
            report.add(row);
        }
    }
    report.finish()
}

/// What threads share.
struct Lesson {
    address: String,
    dialect: Arc<dyn Dialect>,
    ready: AtomicUsize,
    go: AtomicBool,
    stop: AtomicBool,
    end: AtomicBool,
    measuring: AtomicBool,
    updates: AtomicU64,
    bytes: AtomicU64,
    messages: AtomicU64,
    failure: Mutex<Option<String>>,
    /// When each update of each writer was sent.
    sent: [Mutex<Vec<Instant>>; WRITERS],
    seen: Mutex<Latencies>,
    acknowledged: Mutex<Latencies>,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lesson {
    fn new(peer: &Peer) -> Arc<Self> {
        Arc::new(Self {
            address: peer.process.address.clone(),
            dialect: Arc::clone(&peer.dialect),
            ready: AtomicUsize::new(0),
            go: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            end: AtomicBool::new(false),
            measuring: AtomicBool::new(false),
            updates: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            messages: AtomicU64::new(0),
            failure: Mutex::new(None),
            sent: Default::default(),
            seen: Mutex::default(),
            acknowledged: Mutex::default(),
        })
    }

    fn fail(&self, error: impl ToString) {
        locked(&self.failure).get_or_insert(error.to_string());
    }

    fn check(&self) -> Result<(), Error> {
        locked(&self.failure).take().map_or(Ok(()), |failure| Err(failure.into()))
    }

    fn is(flag: &AtomicBool) -> bool {
        flag.load(Ordering::Acquire)
    }

    /// Connects and waits for the welcome.
    async fn connect(&self, writer: Option<usize>) -> Result<Socket, Error> {
        let mut socket = Socket::connect(&self.address, &self.dialect.path()).await?;
        let hello = self.dialect.hello(writer);
        let mut welcome = hello.is_empty();
        for message in hello {
            socket.send(&message).await?;
        }
        while !welcome {
            socket.read(|message| welcome |= self.dialect.welcomes(message)).await?;
        }
        Ok(socket)
    }

    /// A viewer until the connection ends; with `timed` it notes how old each update is.
    async fn view(self: Arc<Self>, mut socket: Socket, timed: bool) {
        let mut viewer = self.dialect.viewer();
        loop {
            let (mut updates, mut messages, mut latencies) = (0, 0, Latencies::default());
            let read = socket.read(|message| {
                messages += 1;
                viewer.read(message, &mut |(writer, index)| {
                    updates += 1;
                    if timed
                        && Self::is(&self.measuring)
                        && let Some(sent) = self.sent.get(writer).and_then(|sent| locked(sent).get(index as usize).copied())
                    {
                        latencies.add(sent.elapsed());
                    }
                });
            });
            let bytes = match read.await {
                Ok(bytes) => bytes,
                Err(error) if Self::is(&self.end) => return drop(error),
                Err(error) => return self.fail(format!("a viewer: {error}")),
            };
            // The heads of the frames count, so these are the socket's bytes.
            self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
            self.messages.fetch_add(messages, Ordering::Relaxed);
            self.updates.fetch_add(updates, Ordering::Relaxed);
            if latencies.count() > 0 {
                locked(&self.seen).extend(latencies);
            }
        }
    }

    async fn view_all(self: Arc<Self>, count: usize, timed: bool) {
        for _ in 0..count {
            match self.connect(None).await {
                Ok(socket) => drop(tokio::spawn(Arc::clone(&self).view(socket, timed))),
                Err(error) => return self.fail(format!("a viewer cannot join: {error}")),
            }
            self.ready.fetch_add(1, Ordering::Release);
        }
    }

    async fn write(self: Arc<Self>, index: usize) {
        if let Err(error) = self.try_write(index).await
            && !Self::is(&self.end)
        {
            self.fail(format!("writer {index}: {error}"));
        }
    }

    async fn try_write(&self, index: usize) -> Result<(), Error> {
        let mut socket = self.connect(Some(index)).await?;
        let mut writer = self.dialect.writer(index)?;
        // Hands do not move in step.
        let first = tokio::time::Instant::now() + UPDATE_EVERY * index as u32 / WRITERS as u32;
        let mut ticks = interval_at(first, UPDATE_EVERY);
        let mut answered = 0;
        loop {
            let mut heard = None;
            tokio::select! {
                biased;
                _ = ticks.tick(), if !Self::is(&self.stop) => {
                    let update = writer.update()?;
                    locked(&self.sent[index]).push(Instant::now());
                    socket.send(&update).await?;
                }
                read = socket.read(|message| heard = heard.max(writer.acknowledged(message))) => {
                    read?;
                }
            }
            if let Some(heard) = heard.map(|heard| heard as usize).filter(|heard| *heard > answered) {
                if Self::is(&self.measuring) {
                    let sent = locked(&self.sent[index]);
                    let latencies = &mut *locked(&self.acknowledged);
                    sent[answered..heard].iter().for_each(|sent| latencies.add(sent.elapsed()));
                }
                answered = heard;
            }
        }
    }

    /// Viewers on a thread of their own.
    fn start_viewers(self: &Arc<Self>, count: usize) -> Result<JoinHandle<()>, Error> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let lesson = Arc::clone(self);
        Ok(std::thread::spawn(move || {
            runtime.block_on(async {
                Arc::clone(&lesson).view_all(count, false).await;
                lesson.wait(&lesson.end).await;
            });
        }))
    }

    /// Writers, and the viewers that time, on another thread, so that the many do not keep them waiting.
    fn start_writers(self: &Arc<Self>) -> Result<JoinHandle<()>, Error> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let lesson = Arc::clone(self);
        Ok(std::thread::spawn(move || {
            runtime.block_on(async {
                Arc::clone(&lesson).view_all(TIMING, true).await;
                lesson.wait(&lesson.go).await;
                for index in 0..WRITERS {
                    tokio::spawn(Arc::clone(&lesson).write(index));
                }
                lesson.wait(&lesson.end).await;
            });
        }))
    }

    async fn wait(&self, flag: &AtomicBool) {
        while !Self::is(flag) {
            sleep(Duration::from_millis(5)).await;
        }
    }

    fn sent(&self) -> u64 {
        self.sent.iter().map(|sent| locked(sent).len() as u64).sum()
    }

    fn counts(&self) -> [u64; 3] {
        [&self.updates, &self.bytes, &self.messages].map(|count| count.load(Ordering::Relaxed))
    }
}

/// Runs a server under the load of a lesson.
fn lesson(name: &'static str, flags: &[&str], viewers: usize, measured: Duration) -> Result<Row, Error> {
    let peer = start(name, flags)?;
    let lesson = Lesson::new(&peer);
    // A server does this and that after its start, which is not its viewers' cost.
    std::thread::sleep(SETTLE);
    let rss_before = peer.process.rss_kib()?;
    let threads = [lesson.start_viewers(viewers - TIMING)?, lesson.start_writers()?];
    let row = measure(&lesson, &peer.process, viewers, measured, rss_before);
    lesson.end.store(true, Ordering::Release);
    drop(peer);
    threads.into_iter().for_each(|thread| drop(thread.join()));
    let mut row = row?;
    row.insert(0, ("peer", json!(name)));
    Ok(row)
}

fn measure(lesson: &Lesson, process: &Process, viewers: usize, measured: Duration, rss_before: f64) -> Result<Row, Error> {
    while lesson.ready.load(Ordering::Acquire) < viewers {
        lesson.check()?;
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_secs(1));
    let idle_kib = (process.rss_kib()? - rss_before) / viewers as f64;
    lesson.go.store(true, Ordering::Release);
    std::thread::sleep(WARM_UP);
    lesson.check()?;
    let (counts, cpu_s) = (lesson.counts(), process.cpu_s()?);
    lesson.measuring.store(true, Ordering::Release);
    std::thread::sleep(measured);
    lesson.measuring.store(false, Ordering::Release);
    let cpu_s = process.cpu_s()? - cpu_s;
    let [updates, bytes, messages] = std::array::from_fn(|at| (lesson.counts()[at] - counts[at]) as f64);
    let rss_mb = process.rss_kib()? / 1024.0;
    lesson.stop.store(true, Ordering::Release);
    lesson.check()?;
    let began = Instant::now();
    let expected = |lesson: &Lesson| lesson.sent() * viewers as u64;
    while lesson.counts()[0] < expected(lesson) && began.elapsed() < DRAIN {
        std::thread::sleep(Duration::from_millis(50));
    }
    let (seen, acknowledged) = (locked(&lesson.seen), locked(&lesson.acknowledged));
    let acknowledged = |share| if acknowledged.count() > 0 { number(acknowledged.percentile_ms(share)) } else { Value::Null };
    Ok(vec![
        ("viewers", json!(viewers)),
        ("delivered", json!((lesson.counts()[0] as f64 / expected(lesson) as f64 * 10_000.0).round() / 10_000.0)),
        ("cpu_s_per_million", number(cpu_s / updates * 1e6)),
        ("p50_ms", number(seen.percentile_ms(0.5))),
        ("p99_ms", number(seen.percentile_ms(0.99))),
        ("ack_p50_ms", acknowledged(0.5)),
        ("ack_p99_ms", acknowledged(0.99)),
        ("bytes_per_point", number(bytes / (updates * UPDATE_POINTS))),
        ("updates_per_message", number(updates / messages)),
        ("idle_kib_per_viewer", number(idle_kib)),
        ("rss_mb", number(rss_mb)),
    ])
}
