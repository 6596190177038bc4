//! `cargo xtask mutants`: shows that the suites can fail. Each mutant is put into a copy of the sources, its suite is run
//! there, and must fail. The copy and what is built of it are kept, so that the next run is quick.

mod list;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::{repo, shell};
use list::{MUTANTS, Mutant};

/// Seconds that a suite gets: what fails fails soon.
const BUDGET_S: &str = "20";

/// How a mutant ended.
enum End {
    /// Its suite failed.
    Caught,
    /// Its suite passed.
    Survived,
    /// It is no program, and says nothing of the suite.
    DidNotCompile,
}

/// Tries all mutants, or those whose names contain one of `chosen`.
///
/// # Errors
/// The copy cannot be made, or a suite fails without any mutant.
pub fn run(chosen: &[String]) -> Result<ExitCode> {
    let mutants: Vec<&Mutant> =
        MUTANTS.iter().filter(|mutant| chosen.is_empty() || chosen.iter().any(|name| mutant.name.contains(name.as_str()))).collect();
    ensure!(!mutants.is_empty(), "no mutant is called so; they are:\n{}", names());
    let tree = repo::target().join("mutants");
    copy_sources(&tree)?;
    let mut suites: Vec<&[&str]> = mutants.iter().map(|mutant| mutant.suite).collect();
    suites.sort_unstable();
    suites.dedup();
    for suite in suites {
        println!("    without a mutant: {}", suite.join(" "));
        let ran = shell::watch("mutants", &mut test(&tree, suite))?;
        if !ran.ok {
            bail!("{} fails without a mutant:\n{}", suite.join(" "), ran.output);
        }
    }
    let mut rows = Vec::new();
    for mutant in mutants {
        println!("    {}", mutant.name);
        let start = Instant::now();
        let end = tried(&tree, mutant)?;
        rows.push((mutant, end, start.elapsed().as_secs()));
    }
    println!("\n{:<62} {:<44} {:>4}  result", "mutant", "suite", "s");
    for (mutant, end, seconds) in &rows {
        let result = match end {
            End::Caught => "caught",
            End::Survived => "SURVIVED",
            End::DidNotCompile => "DID NOT COMPILE",
        };
        println!("{:<62} {:<44} {seconds:>4}  {result}", mutant.name, mutant.suite.join(" "));
    }
    let caught = rows.iter().filter(|(_, end, _)| matches!(end, End::Caught)).count();
    println!("{caught} of {} mutants are caught", rows.len());
    Ok(if caught == rows.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn names() -> String {
    MUTANTS.iter().map(|mutant| format!("  {}\n", mutant.name)).collect()
}

fn test(tree: &Path, suite: &[&str]) -> std::process::Command {
    let mut command = shell::cargo(&["test", "--release", "--offline"]);
    command.args(suite).current_dir(tree).env("CARGO_TARGET_DIR", repo::target().join("mutants-build")).env("KAKEHASHI_BUDGET_S", BUDGET_S);
    command
}

fn tried(tree: &Path, mutant: &Mutant) -> Result<End> {
    let file = tree.join(mutant.file);
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    ensure!(text.matches(mutant.find).count() == 1, "{}: {} has changed; its place is not found once", mutant.name, mutant.file);
    fs::write(&file, text.replace(mutant.find, mutant.replace))?;
    let ran = shell::watch("mutants", &mut test(tree, mutant.suite));
    fs::write(&file, text)?;
    let ran = ran?;
    Ok(if ran.ok {
        End::Survived
    } else if ran.output.contains("test result: FAILED") {
        End::Caught
    } else {
        End::DidNotCompile
    })
}

/// Copies what differs, so that what was built of the rest stays as it is.
fn copy_sources(tree: &Path) -> Result<()> {
    let files = shell::read(&mut shell::command("git", &["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    for name in files.lines().filter(|name| is_needed(name)) {
        let (from, to): (PathBuf, PathBuf) = (repo::path(name), tree.join(name));
        let Ok(bytes) = fs::read(&from) else { continue };
        if fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
        fs::write(&to, bytes)?;
    }
    Ok(())
}

/// Whether Rust is built of it, or its tests read it, as they read some documents.
fn is_needed(name: &str) -> bool {
    let left_out = ["client-sdk/app/", "client-sdk/web/src-ts/", "fuzz/corpus/", "tests/browser/", "tests/peers/"];
    let picture = name.starts_with("docs/") && !name.ends_with(".md");
    !picture && !left_out.iter().any(|folder| name.starts_with(folder))
}
