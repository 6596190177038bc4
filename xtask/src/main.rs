//! The chores of this repository, as `cargo xtask <command>`. `run` and `test` are the two that
//! a reader needs; `build`, `wasm`, `soak` and `bench` are parts and relatives of them.
//!
//! Layout: `steps` says what is done and `runner` does it; `wasm`, `install`, `size`,
//! `first_load` and `checks` are what steps are made of; `serve` starts the server; `programs` runs Rust's tests; `mutants` tries the tests; `shell`, `counts`, `inputs`
//! and `repo` are the tools below.

mod checks;
mod counts;
mod first_load;
mod inputs;
mod install;
mod mutants;
mod programs;
mod repo;
mod runner;
mod serve;
mod shell;
mod size;
mod steps;
mod wasm;

use std::env;
use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask <command>

  run [-- options]  build everything and start the server on port 8080 with ./data
  test [step ...]   run every check and test, or the named steps
  soak [step ...]   the same with full counts in place of time budgets
  bench [name]      run a benchmark; without a name, list them
  build             what run builds, without starting it
  mutants [name]    put defects into a copy, and see that the tests notice each
  wasm              build the WebAssembly core and print what it weighs
";

fn main() -> ExitCode {
    match work() {
        Ok(code) => code,
        Err(err) => {
            eprintln!("error: {err:#}");
            ExitCode::FAILURE
        }
    }
}

fn work() -> Result<ExitCode> {
    let mut args = env::args().skip(1);
    let command = args.next();
    let mut rest: Vec<String> = args.collect();
    match command.as_deref() {
        Some("run") => {
            build()?;
            if rest.first().is_some_and(|arg| arg == "--") {
                rest.remove(0);
            }
            serve::run(&rest)
        }
        Some("test") => test(&rest, false),
        Some("soak") => test(&rest, true),
        Some("bench") => bench(&rest),
        Some("mutants") => mutants::run(&rest),
        Some("build") => build().map(|()| ExitCode::SUCCESS),
        Some("wasm") => wasm::build().map(|()| ExitCode::SUCCESS),
        _ => {
            eprint!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

fn build() -> Result<()> {
    runner::ensure_done(&steps::all_steps(false), &["app"])?;
    shell::run(&mut shell::cargo(&steps::SERVER))
}

fn test(chosen: &[String], soak: bool) -> Result<ExitCode> {
    let steps = steps::all_steps(soak);
    if let Some(unknown) = chosen.iter().find(|name| !steps.iter().any(|step| step.name == **name)) {
        let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
        bail!("there is no step {unknown}; the steps are {}", names.join(", "));
    }
    let passed = runner::run(&steps, chosen)?;
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn bench(args: &[String]) -> Result<ExitCode> {
    let mut command = shell::command(repo::binary("kakehashi-bench"), &[]);
    if args.iter().any(|arg| ["canvas", "links"].contains(&arg.as_str())) {
        // It measures the app in a browser.
        runner::ensure_done(&steps::all_steps(false), &["app"])?;
        command.env("KAKEHASHI_CHROMIUM", install::chromium()?);
    }
    shell::run(&mut shell::cargo(&steps::SERVER))?;
    let status = command.args(args).env("KAKEHASHI_BIN", repo::binary("kakehashi")).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
