//! What the server thinks of a member's line, as its log tells it ten times a second.

use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::super::report::number;
use super::now_ms;

/// The rungs, from the lowest.
const RUNGS: [&str; 5] = ["Ink", "Voice", "Screen", "Thumbnails", "Faces"];

/// A line at one moment.
#[derive(Clone, Debug)]
struct Told {
    at: f64,
    member: u64,
    rung: usize,
    estimate: f64,
    sizes: String,
}

/// What was told.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<Told>>>);

impl Lines {
    /// Reads the server's log, in JSON, until it ends.
    pub fn read(&self, log: impl Read + Send + 'static) {
        let told = Arc::clone(&self.0);
        std::thread::spawn(move || {
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                let Ok(entry) = serde_json::from_str::<Value>(&line) else { continue };
                if entry["message"] != "a line" {
                    if entry["level"] != "TRACE" {
                        eprintln!("{line}");
                    }
                    continue;
                }
                let rung = RUNGS.iter().position(|rung| entry["rung"] == **rung);
                let (Some(member), Some(rung), Some(estimate)) = (entry["member"].as_u64(), rung, entry["estimate"].as_f64()) else {
                    continue;
                };
                let sizes = entry["sizes"].as_str().unwrap_or_default().to_owned();
                told.lock().unwrap_or_else(PoisonError::into_inner).push(Told { at: now_ms(), member, rung, estimate, sizes });
            }
        });
    }

    fn of(&self, member: u64, (start, end): (f64, f64)) -> Vec<Told> {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.iter().filter(|told| told.member == member && (start..end).contains(&told.at)).cloned().collect()
    }

    /// The share of each rung in a time, how often it and the sizes changed, and the estimates in between, kbit/s.
    #[must_use]
    pub fn over(&self, member: u64, time: (f64, f64)) -> Value {
        let told = self.of(member, time);
        let share = |rung: usize| told.iter().filter(|told| told.rung == rung).count() as f64 / told.len().max(1) as f64;
        let shares: Vec<String> = RUNGS
            .iter()
            .enumerate()
            .filter(|(at, _)| share(*at) > 0.0)
            .map(|(at, name)| format!("{name} {:.0}%", share(at) * 100.0))
            .collect();
        let changes = |differ: fn(&Told, &Told) -> bool| told.windows(2).filter(|two| differ(&two[0], &two[1])).count();
        let mut estimates: Vec<f64> = told.iter().map(|told| told.estimate / 1_000.0).collect();
        estimates.sort_by(f64::total_cmp);
        let middle = estimates.get(estimates.len() / 2).copied().unwrap_or_default();
        json!({
            "shares": shares.join(", "),
            "rung_changes": changes(|one, other| one.rung != other.rung),
            "size_changes": changes(|one, other| one.sizes != other.sizes),
            "kbps_median": number(middle),
            "kbps_least": number(estimates.first().copied().unwrap_or_default()),
            "kbps_most": number(estimates.last().copied().unwrap_or_default()),
        })
    }

    /// Seconds from the start of a time until less was sent than before it, and the rung then.
    #[must_use]
    pub fn down_after(&self, member: u64, time: (f64, f64)) -> Option<f64> {
        let before = self.of(member, (time.0 - 1_000.0, time.0)).pop()?;
        let lower = self.of(member, time).into_iter().find(|told| told.rung < before.rung || sent(&told.sizes) < sent(&before.sizes))?;
        Some((lower.at - time.0) / 1_000.0)
    }

    /// Seconds from the start of a time until as much was sent again as just before `reference`.
    #[must_use]
    pub fn up_after(&self, member: u64, reference: f64, time: (f64, f64)) -> Option<f64> {
        let before = self.of(member, (reference - 1_000.0, reference)).pop()?;
        let again = self.of(member, time).into_iter().find(|told| told.rung >= before.rung && sent(&told.sizes) >= sent(&before.sizes))?;
        Some((again.at - time.0) / 1_000.0)
    }
}

/// How much of the pictures is sent: a larger number is more.
fn sent(sizes: &str) -> usize {
    [("Quarter", 1), ("Half", 2), ("Full", 3)].iter().map(|(size, weight)| sizes.matches(size).count() * weight).sum()
}
