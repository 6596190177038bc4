//! A lesson: writers, each 60 updates a second of two points, on one page that all viewers read. What
//! benchmarks of a live board have in common.
//!
//! Viewers count updates and bytes and do no more; some of them also look up when each update was
//! sent. What the writers receive is not counted as delivered.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::time::{interval_at, sleep};

use super::Error;
use super::peers::Dialect;
use super::process::Process;
use super::socket::Socket;
use super::stats::Latencies;

/// Who writes in a lesson.
pub const WRITERS: usize = 4;
/// Viewers of a lesson that time.
pub const TIMING: usize = 2;
/// Points of an update.
pub const UPDATE_POINTS: f64 = 2.0;
/// Between two updates of a writer: 60 a second.
const UPDATE_EVERY: Duration = Duration::from_nanos(16_666_667);
/// How long what was sent may take to arrive after the last update.
const DRAIN: Duration = Duration::from_secs(8);

/// What threads share.
pub struct Lesson {
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
    sent: Vec<Mutex<Vec<Instant>>>,
    seen: Mutex<Latencies>,
    acknowledged: Mutex<Latencies>,
}

/// What was measured between two moments.
pub struct Window {
    /// Updates that came to viewers.
    pub updates: f64,
    /// Bytes of the WebSockets that brought them.
    pub bytes: f64,
    /// Messages that brought them.
    pub messages: f64,
    /// From a writer's send to a viewer's receipt.
    pub seen: Latencies,
    /// From a writer's send to its acknowledgement.
    pub acknowledged: Latencies,
    /// CPU seconds of the server.
    pub cpu_s: f64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lesson {
    /// A lesson that has not begun.
    #[must_use]
    pub fn new(address: &str, dialect: Arc<dyn Dialect>, writers: usize) -> Arc<Self> {
        Arc::new(Self {
            address: address.to_owned(),
            dialect,
            ready: AtomicUsize::new(0),
            go: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            end: AtomicBool::new(false),
            measuring: AtomicBool::new(false),
            updates: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            messages: AtomicU64::new(0),
            failure: Mutex::new(None),
            sent: (0..writers).map(|_| Mutex::default()).collect(),
            seen: Mutex::default(),
            acknowledged: Mutex::default(),
        })
    }

    fn fail(&self, error: impl ToString) {
        locked(&self.failure).get_or_insert(error.to_string());
    }

    /// The first thing that failed, if anything has.
    ///
    /// # Errors
    /// That.
    pub fn check(&self) -> Result<(), Error> {
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

    /// Viewers, until the lesson ends.
    pub async fn view_all(self: Arc<Self>, count: usize, timed: bool) {
        for _ in 0..count {
            match self.connect(None).await {
                Ok(socket) => drop(tokio::spawn(Arc::clone(&self).view(socket, timed))),
                Err(error) => return self.fail(format!("a viewer cannot join: {error}")),
            }
            self.ready.fetch_add(1, Ordering::Release);
        }
    }

    /// A writer, until the lesson ends.
    pub async fn write(self: Arc<Self>, index: usize) {
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
        let first = tokio::time::Instant::now() + UPDATE_EVERY * index as u32 / self.sent.len() as u32;
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
    ///
    /// # Errors
    /// Those of the system.
    pub fn start_viewers(self: &Arc<Self>, count: usize) -> Result<JoinHandle<()>, Error> {
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
    ///
    /// # Errors
    /// Those of the system.
    pub fn start_writers(self: &Arc<Self>) -> Result<JoinHandle<()>, Error> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let lesson = Arc::clone(self);
        Ok(std::thread::spawn(move || {
            runtime.block_on(async {
                Arc::clone(&lesson).view_all(TIMING, true).await;
                lesson.wait(&lesson.go).await;
                for index in 0..lesson.sent.len() {
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

    /// Waits until so many viewers are there.
    ///
    /// # Errors
    /// One cannot join.
    pub fn gathered(&self, viewers: usize) -> Result<(), Error> {
        while self.ready.load(Ordering::Acquire) < viewers {
            self.check()?;
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Has the writers begin.
    pub fn begin(&self) {
        self.go.store(true, Ordering::Release);
    }

    /// Whether latencies are noted.
    pub fn measure(&self, measuring: bool) {
        self.measuring.store(measuring, Ordering::Release);
    }

    /// What was noted by viewers since the last time.
    #[must_use]
    pub fn take_seen(&self) -> Latencies {
        std::mem::take(&mut *locked(&self.seen))
    }

    /// Measures for so long.
    ///
    /// # Errors
    /// Somebody failed, or the server is gone.
    pub fn window(&self, process: &Process, long: Duration) -> Result<Window, Error> {
        self.check()?;
        let (before, cpu_s) = (self.counts(), process.cpu_s()?);
        self.measure(true);
        std::thread::sleep(long);
        self.measure(false);
        let cpu_s = process.cpu_s()? - cpu_s;
        let after = self.counts();
        let [updates, bytes, messages] = std::array::from_fn(|at| (after[at] - before[at]) as f64);
        self.check()?;
        let (seen, acknowledged) = (self.take_seen(), std::mem::take(&mut *locked(&self.acknowledged)));
        Ok(Window { updates, bytes, messages, seen, acknowledged, cpu_s })
    }

    /// Has the writers stop, waits for what is under way, and says which share of all updates came.
    #[must_use]
    pub fn delivered(&self, viewers: usize) -> f64 {
        self.stop.store(true, Ordering::Release);
        let began = Instant::now();
        let expected = || self.sent() * viewers as u64;
        while self.counts()[0] < expected() && began.elapsed() < DRAIN {
            std::thread::sleep(Duration::from_millis(50));
        }
        self.counts()[0] as f64 / expected() as f64
    }

    /// Has everybody leave.
    pub fn end(&self) {
        self.end.store(true, Ordering::Release);
    }

    fn sent(&self) -> u64 {
        self.sent.iter().map(|sent| locked(sent).len() as u64).sum()
    }

    fn counts(&self) -> [u64; 3] {
        [&self.updates, &self.bytes, &self.messages].map(|count| count.load(Ordering::Relaxed))
    }
}
