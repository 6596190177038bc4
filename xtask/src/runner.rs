//! Runs steps one after the other, says what it does, and leaves out what has not changed
//! since it last succeeded.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::counts::Counts;
use crate::{inputs, repo, shell};

/// One thing to do, and when it need not be done again.
pub struct Step {
    /// A short word; `cargo xtask test <name>` does this step alone.
    pub name: &'static str,
    /// What it does, for the reader of the run.
    pub about: &'static str,
    /// Files and folders whose contents decide the result; `!` in front excludes.
    pub inputs: Vec<&'static str>,
    /// What it leaves behind for others; it is done again where that is missing.
    pub outputs: &'static [&'static str],
    /// Names of the steps that it builds on.
    pub needs: &'static [&'static str],
    /// Whether it runs tests, whose number grows with the time they are given.
    pub suite: bool,
    /// Full counts in place of time budgets; such runs are neither left out nor noted.
    pub soak: bool,
    /// Does it.
    pub run: fn(&Step) -> Result<Done>,
}

/// The end of a step that could be carried out.
pub struct Done {
    /// Whether all was well.
    pub ok: bool,
    /// What to print where it was not.
    pub output: String,
    /// The tests in it; a step without tests counts as one.
    pub counts: Counts,
}

impl Done {
    /// A success or failure without tests of its own.
    pub fn plain(ok: bool, output: String) -> Self {
        Self { ok, output, counts: Counts::default() }
    }

    /// With what was done beside it or after it; of what went well nothing is printed.
    pub fn add(&mut self, other: Self) {
        self.ok &= other.ok;
        self.counts += other.counts;
        if !other.ok {
            self.output.push_str(&other.output);
        }
    }
}

impl From<shell::Ran> for Done {
    fn from(ran: shell::Ran) -> Self {
        Self { ok: ran.ok, output: ran.output, counts: ran.counts }
    }
}

/// Runs the steps in `chosen` (all if empty) with what they need, and prints the totals.
/// Returns whether everything passed.
///
/// # Errors
/// The inputs or the notes about earlier runs cannot be read or written.
pub fn run(steps: &[Step], chosen: &[String]) -> Result<bool> {
    let facts = facts()?;
    let wanted = with_needs(steps, chosen);
    let start = Instant::now();
    let mut total = Counts::default();
    let mut unchanged = 0;
    let mut failed: Vec<&'static str> = Vec::new();
    let last = steps.iter().filter(|step| wanted.contains(step.name)).count();
    let mut number = 0;
    for step in steps.iter().filter(|step| wanted.contains(step.name)) {
        number += 1;
        let label = format!("[{number}/{last}] {:<10} {}", step.name, step.about);
        if let Some(need) = step.needs.iter().find(|need| failed.contains(*need)) {
            println!("{label}: not run, because {need} failed");
            total.failed += 1;
            failed.push(step.name);
            continue;
        }
        let hash = inputs::hash(&step.inputs, &facts)?;
        let asked_for = chosen.iter().any(|name| name == step.name);
        let soaking = step.suite && step.soak;
        let earlier = if asked_for || soaking { None } else { earlier(step, &hash) };
        if let Some(passed) = earlier {
            println!("{label}: unchanged ({passed} passed)");
            total.passed += passed;
            unchanged += passed;
            continue;
        }
        println!("{label}");
        let log = log_of(step);
        if log.exists() {
            fs::remove_file(&log)?;
        }
        let logs_in_parts = log.with_extension("");
        if logs_in_parts.exists() {
            fs::remove_dir_all(&logs_in_parts)?;
        }
        let began = Instant::now();
        let done = (step.run)(step).unwrap_or_else(|err| Done::plain(false, format!("{err:#}\n")));
        let counts = counted(step, &done);
        total += counts;
        let seconds = began.elapsed().as_secs_f64();
        if done.ok {
            println!("    ok: {} passed in {seconds:.1} s", counts.passed);
            if !soaking {
                note(step, &hash, counts.passed)?;
            }
        } else {
            forget(step)?;
            failed.push(step.name);
            println!("{}", done.output);
            println!("    FAILED: {} passed, {} failed in {seconds:.1} s", counts.passed, counts.failed);
            println!("    to repeat it: cargo xtask test {}", step.name);
        }
    }
    println!();
    println!("{:.0} s in all; {unchanged} of the passed are unchanged since they last ran", start.elapsed().as_secs_f64());
    if !failed.is_empty() {
        println!("failed: {}", failed.join(", "));
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(failed.is_empty())
}

/// Does the named steps and those they need, stopping at the first failure.
///
/// # Errors
/// As [`run`], or a step failed.
pub fn ensure_done(steps: &[Step], names: &[&str]) -> Result<()> {
    let facts = facts()?;
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let wanted = with_needs(steps, &names);
    for step in steps.iter().filter(|step| wanted.contains(step.name)) {
        let hash = inputs::hash(&step.inputs, &facts)?;
        if earlier(step, &hash).is_some() {
            println!("{}: unchanged", step.name);
            continue;
        }
        println!("{}: {}", step.name, step.about);
        let done = (step.run)(step)?;
        anyhow::ensure!(done.ok, "{} failed:\n{}", step.name, done.output);
        note(step, &hash, counted(step, &done).passed)?;
    }
    Ok(())
}

/// A step's tests; one without tests is itself the one that passed or failed, and a failure
/// that no test reported is one more.
fn counted(step: &Step, done: &Done) -> Counts {
    let mut counts = if step.suite { done.counts } else { Counts::default() };
    if done.ok && counts == Counts::default() {
        counts.passed = 1;
    }
    if !done.ok && counts.failed == 0 {
        counts.failed = 1;
    }
    counts
}

fn with_needs(steps: &[Step], chosen: &[String]) -> HashSet<&'static str> {
    let mut wanted: HashSet<&'static str> = HashSet::new();
    // Needs stand before what needs them, so one pass from the end finds all.
    for step in steps.iter().rev() {
        if chosen.is_empty() || wanted.contains(step.name) || chosen.iter().any(|name| name == step.name) {
            wanted.insert(step.name);
            wanted.extend(step.needs);
        }
    }
    wanted
}

/// What decides a result beside the files.
fn facts() -> Result<String> {
    let rustc = shell::read(&mut shell::command("rustc", &["-vV"]))?;
    let node = shell::read(&mut shell::command("node", &["--version"])).context("Node.js is missing: install version 20 or newer")?;
    Ok(format!("{rustc}\n{node}\n"))
}

fn note_of(step: &Step) -> PathBuf {
    repo::memory().join(format!("{}.passed", step.name))
}

fn log_of(step: &Step) -> PathBuf {
    repo::memory().join("logs").join(format!("{}.log", step.name))
}

/// How many tests passed when the step last succeeded, if that still stands.
fn earlier(step: &Step, hash: &str) -> Option<u64> {
    let note = fs::read_to_string(note_of(step)).ok()?;
    let (noted, passed) = note.trim().split_once(' ')?;
    let there = step.outputs.iter().all(|output| repo::path(output).exists());
    (noted == hash && there).then(|| passed.parse().ok()).flatten()
}

fn note(step: &Step, hash: &str, passed: u64) -> Result<()> {
    fs::create_dir_all(repo::memory())?;
    fs::write(note_of(step), format!("{hash} {passed}\n"))?;
    Ok(())
}

fn forget(step: &Step) -> Result<()> {
    let note = note_of(step);
    if note.exists() {
        fs::remove_file(note)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &'static str, needs: &'static [&'static str]) -> Step {
        Step {
            name,
            about: "",
            inputs: Vec::new(),
            outputs: &[],
            needs,
            suite: false,
            soak: false,
            run: |_| Ok(Done::plain(true, String::new())),
        }
    }

    #[test]
    fn a_chosen_step_brings_all_it_needs() {
        let steps = [step("a", &[]), step("b", &["a"]), step("c", &["b"]), step("d", &[])];
        let wanted = with_needs(&steps, &["c".to_owned()]);
        assert_eq!(wanted, HashSet::from(["a", "b", "c"]));
        assert_eq!(with_needs(&steps, &[]).len(), 4);
    }

    #[test]
    fn only_suites_have_tests_of_their_own() {
        let mut tests = step("tests", &[]);
        tests.suite = true;
        let lint = step("lint", &[]);
        let did_not_compile = Done::plain(false, String::new());
        assert_eq!(counted(&tests, &did_not_compile), Counts { passed: 0, failed: 1 });
        let fine = Done { ok: true, output: String::new(), counts: Counts { passed: 7, failed: 0 } };
        assert_eq!(counted(&tests, &fine), Counts { passed: 7, failed: 0 });
        assert_eq!(counted(&lint, &fine), Counts { passed: 1, failed: 0 });
    }
}
