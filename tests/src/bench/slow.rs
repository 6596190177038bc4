//! `bench slow`: what readers that stop reading and sockets that say nothing cost, and whether others
//! notice. The same lesson is measured before and while they are there.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::runtime::Builder;

use super::lesson::{Lesson, TIMING, WRITERS, Window};
use super::peers::{Dialect, start};
use super::process::Process;
use super::report::{Report, number};
use super::socket::Socket;
use super::{Error, Options};

/// Viewers of the lesson.
const VIEWERS: usize = 100;
/// Readers that stop reading.
const STALLED: usize = 100;
/// Sockets that have sent half a head.
const HALF_OPEN: usize = 5_000;
/// How long after their start the server must have closed all that is dead.
const PATIENCE: Duration = Duration::from_secs(40);

/// Runs it.
///
/// # Errors
/// The server fails.
pub fn run(options: &Options) -> Result<(), Error> {
    // Shorter than the deadlines that end the dead: they are to be there all the time.
    let measured = Duration::from_secs(if options.quick { 3 } else { 8 });
    let peer = start("kakehashi", &[])?;
    let (process, dialect) = (&peer.process, &peer.dialect);
    let lesson = Lesson::new(&process.address, Arc::clone(dialect), WRITERS);
    let threads = [lesson.start_viewers(VIEWERS - TIMING)?, lesson.start_writers()?];
    lesson.gathered(VIEWERS)?;
    lesson.begin();
    std::thread::sleep(Duration::from_secs(2));
    let mut report = Report::new("slow");
    let mut add = |what: &str, window: &Window, kib_each: f64| -> Result<(), Error> {
        report.add(vec![
            ("peer", json!(what)),
            ("p50_ms", number(window.seen.percentile_ms(0.5))),
            ("p99_ms", number(window.seen.percentile_ms(0.99))),
            ("cores", number(window.cpu_s / measured.as_secs_f64())),
            ("kib_each", number(kib_each)),
            ("rss_mb", number(process.rss_kib()? / 1024.0)),
        ]);
        Ok(())
    };
    add("the lesson alone", &lesson.window(process, measured)?, 0.0)?;

    let before = process.rss_kib()?;
    let stalled = stall(process, &**dialect)?;
    let began = Instant::now();
    let window = lesson.window(process, measured)?;
    add(&format!("and {STALLED} that stopped reading"), &window, (process.rss_kib()? - before) / STALLED as f64)?;
    let connections = connections(process)?;
    while self::connections(process)? + STALLED as f64 > connections && began.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(200));
    }
    println!("{} of {STALLED} were cut within {:.0} s", connections - self::connections(process)?, began.elapsed().as_secs_f64());
    drop(stalled);

    let before = process.rss_kib()?;
    let began = Instant::now();
    let half_open = half_open(&process.address)?;
    let closed = Arc::new(AtomicUsize::new(0));
    let watching = watch(half_open, Arc::clone(&closed));
    let window = lesson.window(process, measured)?;
    add(&format!("and {HALF_OPEN} half-open"), &window, (process.rss_kib()? - before) / HALF_OPEN as f64)?;
    while closed.load(Ordering::Acquire) < HALF_OPEN && began.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(200));
    }
    println!("{} of {HALF_OPEN} were closed within {:.0} s", closed.load(Ordering::Acquire), began.elapsed().as_secs_f64());
    watching.stop();
    add("the lesson alone again", &lesson.window(process, measured)?, 0.0)?;
    println!("\ndelivered: {:.4}", lesson.delivered(VIEWERS));
    lesson.end();
    drop(peer);
    threads.into_iter().for_each(|thread| drop(thread.join()));
    report.finish()
}

/// Readers that subscribe and then take nothing more from their sockets. Their receive buffers are
/// the system's; the lesson fills them in some seconds only if they are small.
fn stall(process: &Process, dialect: &dyn Dialect) -> Result<Vec<Socket>, Error> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut stalled = Vec::new();
        for _ in 0..STALLED {
            let mut socket = Socket::connect_narrowly(&process.address, &dialect.path()).await?;
            for message in dialect.hello(None) {
                socket.send(&message).await?;
            }
            stalled.push(socket);
        }
        Ok(stalled)
    })
}

fn half_open(address: &str) -> Result<Vec<TcpStream>, Error> {
    (0..HALF_OPEN)
        .map(|_| {
            let mut socket = TcpStream::connect(address)?;
            socket.write_all(b"GET / HTTP/1.1\r\nhost: ")?;
            socket.set_nonblocking(true)?;
            Ok(socket)
        })
        .collect()
}

struct Watching {
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<()>,
}

impl Watching {
    fn stop(self) {
        self.stop.store(true, Ordering::Release);
        // It only counts.
        let _ = self.thread.join();
    }
}

/// Counts which sockets the server has closed.
fn watch(mut sockets: Vec<TcpStream>, closed: Arc<AtomicUsize>) -> Watching {
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let thread = std::thread::spawn(move || {
        while !stopped.load(Ordering::Acquire) && !sockets.is_empty() {
            let before = sockets.len();
            sockets.retain_mut(|socket| matches!(socket.read(&mut [0; 512]), Err(error) if error.kind() == ErrorKind::WouldBlock));
            closed.fetch_add(before - sockets.len(), Ordering::Release);
            std::thread::sleep(Duration::from_secs(1));
        }
    });
    Watching { stop, thread }
}

fn connections(process: &Process) -> Result<f64, Error> {
    process.metric("kakehashi_connections")
}
