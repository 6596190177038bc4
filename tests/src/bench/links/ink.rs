//! Ink over a link: one hand on each side that draws all the time, and what each side sees of the other's.
//!
//! Each side is a process in its network namespace. Both print when they sent and saw each update, by the
//! machine's one clock, and whoever started them adds it up.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kakehashi_protocol::ids::{ActorId, BoardId, DocumentId};
use kakehashi_protocol::limits::IN_FLIGHT_CHANGES_MAX;
use tokio::runtime::Builder;
use tokio::time::{MissedTickBehavior, interval};

use super::super::Error;
use super::super::board::{join, new_actor};
use super::super::peers::Dialect;
use super::super::peers::kakehashi::Kakehashi;
use super::super::stats::Latencies;
use super::now_ms;

/// An update of two points so often: half of what a screen's frames would give.
pub const UPDATE_EVERY: Duration = Duration::from_millis(33);

/// Sides of the link, as writers are numbered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Where the server is.
    Mainland = 0,
    /// Where the link leads.
    Island = 1,
}

/// Is one side, until it is killed: `SIDE ADDRESS BOARD PAGE ACTOR ACTOR`.
///
/// # Errors
/// The server is gone, or refuses.
pub fn serve(arguments: &str) -> Result<(), Error> {
    let [side, address, board, page, mainland, island] = arguments.split(' ').collect::<Vec<_>>()[..] else {
        return Err("usage: SIDE ADDRESS BOARD PAGE ACTOR ACTOR".into());
    };
    let side: usize = side.parse()?;
    let (board, page): (BoardId, DocumentId) = (board.parse()?, page.parse()?);
    let actors = vec![ActorId(mainland.parse()?), ActorId(island.parse()?)];
    Builder::new_current_thread().enable_all().build()?.block_on(draw(side, address, board, page, actors))
}

async fn draw(side: usize, address: &str, board: BoardId, page: DocumentId, actors: Vec<ActorId>) -> Result<(), Error> {
    let own = *actors.get(side).ok_or("there are two sides")?;
    let kakehashi = Kakehashi::on(board, page).with_writers(actors);
    let (mut socket, _) = join(address, board, own, &[DocumentId::COVER, page]).await?;
    let (mut writer, mut viewer) = (kakehashi.writer(side)?, kakehashi.viewer());
    let mut ticks = interval(UPDATE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (mut sent, mut answered) = (0, 0);
    let mut out = std::io::stdout();
    // A reader is told who writes when they begin: nobody does before both are there.
    writeln!(out, "there")?;
    std::io::stdin().read_line(&mut String::new())?;
    loop {
        let mut heard: Option<u32> = None;
        tokio::select! {
            _ = ticks.tick() => {
                // A hand does not stop; a page would keep the rest for later, and it would only be older.
                if sent - answered < IN_FLIGHT_CHANGES_MAX / 2 {
                    writeln!(out, "s {sent} {}", now_ms())?;
                    sent += 1;
                    socket.send(&writer.update()?).await?;
                }
            }
            read = socket.read(|message| {
                heard = heard.max(writer.acknowledged(message));
                viewer.read(message, &mut |(author, index)| {
                    if author != side {
                        // Whoever started this has ended if nobody reads it.
                        let _ = writeln!(out, "r {index} {}", now_ms());
                    }
                });
            }) => {
                read?;
            }
        }
        answered = answered.max(heard.map_or(0, |heard| heard as usize));
    }
}

/// Both sides' hands; dropping them ends them.
pub struct Ink {
    children: Vec<Child>,
    /// For each side's updates when they were sent, and when the other side saw them.
    times: [Arc<Mutex<Times>>; 2],
}

#[derive(Default)]
struct Times {
    sent: Vec<f64>,
    seen: HashMap<usize, f64>,
}

impl Ink {
    /// Has both draw. `command` gives a command of this program on a side.
    ///
    /// # Errors
    /// Those of the system.
    pub fn start(command: impl Fn(Side) -> Result<Command, Error>, address: &str, board: BoardId, page: DocumentId) -> Result<Self, Error> {
        let times = [Arc::default(), Arc::default()];
        let mut ink = Self { children: Vec::new(), times };
        let actors = [new_actor(), new_actor()];
        for side in [Side::Mainland, Side::Island] {
            let mut command = command(side)?;
            command.arg("--serve").arg(format!("links-ink {} {address} {board} {page} {} {}", side as usize, actors[0].0, actors[1].0));
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
            let stdout = child.stdout.take().ok_or("no standard output")?;
            let mut lines = BufReader::new(stdout).lines();
            lines.next().ok_or("a hand ended before it drew")??;
            ink.children.push(child);
            let [own, others] = [side as usize, 1 - side as usize].map(|side| Arc::clone(&ink.times[side]));
            std::thread::spawn(move || {
                for line in lines.map_while(Result::ok) {
                    let mut words = line.split(' ');
                    let (Some(kind), Some(Ok(index)), Some(Ok(at))) =
                        (words.next(), words.next().map(str::parse::<usize>), words.next().map(str::parse::<f64>))
                    else {
                        continue;
                    };
                    if kind == "s" {
                        own.lock().unwrap_or_else(PoisonError::into_inner).sent.push(at);
                    } else {
                        others.lock().unwrap_or_else(PoisonError::into_inner).seen.insert(index, at);
                    }
                }
            });
        }
        for child in &mut ink.children {
            writeln!(child.stdin.as_mut().ok_or("no standard input")?)?;
        }
        Ok(ink)
    }

    /// How old updates of a side were when the other one saw them, of those sent in this time; what has not come
    /// counts as old as it is.
    #[must_use]
    pub fn latencies(&self, from: Side, (start, end): (f64, f64)) -> Latencies {
        let times = self.times[from as usize].lock().unwrap_or_else(PoisonError::into_inner);
        let mut latencies = Latencies::default();
        let sent = times.sent.iter().enumerate().filter(|(_, at)| (start..end).contains(*at));
        for (index, at) in sent {
            let seen = times.seen.get(&index).copied().unwrap_or_else(now_ms);
            latencies.add(Duration::from_secs_f64((seen - at).max(0.0) / 1_000.0));
        }
        latencies
    }
}

impl Drop for Ink {
    fn drop(&mut self) {
        for child in &mut self.children {
            // It may have ended by itself, which is as well.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
