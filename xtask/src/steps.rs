//! What `cargo xtask test` does, in order. What is built stands before what uses it, so that
//! the server is compiled once, with the app in it.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::runner::{Done, Step};
use crate::{checks, first_load, install, programs, repo, shell, size, wasm};

/// The most that the first load may weigh, compressed and without lazily loaded parts, in bytes.
const FIRST_LOAD_BUDGET: u64 = 400_000;
/// The folder that the app is built into.
const APP_DIST: &str = "client-sdk/app/dist";
/// The time that each suite may take for what can be done more or less often, in seconds.
const BUDGET_S: &str = "20";
/// What `cargo xtask soak` gives it.
const SOAK_BUDGET_S: &str = "600";

const RUST: [&str; 11] = [
    "Cargo.toml",
    "Cargo.lock",
    "clippy.toml",
    "protocol",
    "client-sdk/rust",
    "client-sdk/web/src",
    "client-sdk/web/Cargo.toml",
    "server",
    "tests",
    "fuzz",
    "!tests/browser",
];
const CORE: [&str; 6] = ["Cargo.toml", "Cargo.lock", "protocol", "client-sdk/rust", "client-sdk/web/src", "client-sdk/web/Cargo.toml"];
const FRONT: [&str; 6] = ["package.json", "package-lock.json", "tsconfig.json", "client-sdk/web", "client-sdk/app", "tests/browser"];

fn all(parts: &[&[&'static str]]) -> Vec<&'static str> {
    parts.concat()
}

/// All steps, with full counts for a soak. Each stands behind those that it needs.
pub fn all_steps(soak: bool) -> Vec<Step> {
    let step = |name, about, inputs, run| Step { name, about, inputs, run, outputs: &[], needs: &[], suite: false, soak };
    vec![
        step("fmt", "Rust is formatted", all(&[&RUST, &["xtask"]]), |step| cargo(step, &["fmt", "--all", "--check"])),
        step("checks", "no registry hosts, no dead links in the docs", vec!["."], |_| checks::all()),
        Step {
            outputs: &["node_modules/.kakehashi"],
            ..step("npm", "packages of the lock file", all(&[&FRONT[..2]]), |_| {
                install::npm()?;
                Ok(Done::plain(true, String::new()))
            })
        },
        Step {
            outputs: &[wasm::DIST],
            ..step("wasm", "the core as WebAssembly, within its size", all(&[&CORE, &["xtask/src/wasm.rs"]]), |_| {
                wasm::build()?;
                Ok(Done::plain(true, String::new()))
            })
        },
        Step { needs: &["npm", "wasm"], ..step("types", "TypeScript's types", all(&[&CORE, &FRONT]), types) },
        Step {
            needs: &["npm"],
            ..step("lint", "TypeScript's lints", all(&[&FRONT, &[".oxlintrc.json"]]), |step| {
                watch(step, &mut npx(&["oxlint", "--deny-warnings"]))
            })
        },
        Step {
            needs: &["npm", "wasm"],
            suite: true,
            ..step("vitest", "TypeScript's tests", all(&[&CORE, &FRONT[..5]]), |step| {
                watch(
                    step,
                    suite(
                        step,
                        shell::command("npm", &["test", "--if-present", "-w", "client-sdk/web", "-w", "client-sdk/app"]).env("CI", "1"),
                    ),
                )
            })
        },
        Step {
            outputs: &[APP_DIST],
            needs: &["npm", "wasm"],
            ..step("app", "the app, within its first load", all(&[&CORE, &FRONT[..5]]), app)
        },
        step("clippy", "no warnings in any target", all(&[&RUST, &["xtask"]]), clippy),
        Step { needs: &["app"], suite: true, ..step("rust", "all Rust tests", all(&[&RUST, &["xtask"]]), rust) },
        Step {
            needs: &["app"],
            ..step("server", "the server with the app in it", all(&[&RUST, &FRONT[..5]]), |step| cargo(step, &SERVER))
        },
        Step {
            needs: &["server"],
            suite: true,
            ..step("browser", "end to end in Chromium", all(&[&RUST, &FRONT]), |step| {
                let chromium = install::chromium()?;
                watch(
                    step,
                    browser(step, &mut npx(&["playwright", "test"]))
                        .env("KAKEHASHI_CHROMIUM", chromium)
                        .current_dir(repo::path("tests/browser")),
                )
            })
        },
        Step {
            needs: &["server"],
            suite: true,
            ..step("chromium88", "a wall panel's old Chromium", all(&[&RUST, &FRONT]), |step| {
                let chromium = install::chromium_88()?;
                watch(step, browser(step, &mut shell::command("node", &["tests/browser/chromium88.mjs"])).env("CHROMIUM88", chromium))
            })
        },
        Step {
            needs: &["server"],
            suite: true,
            ..step("webkit", "WebKit, as on an iPad", all(&[&RUST, &FRONT]), |step| {
                let driver = install::webkit_driver()?;
                // WebKitGTK has no headless mode: a virtual display, where there is no other.
                let mut node = if std::env::var_os("DISPLAY").is_some() {
                    shell::command("node", &[])
                } else {
                    shell::command("xvfb-run", &["--auto-servernum", "node"])
                };
                node.arg("tests/browser/webkit.mjs");
                watch(step, browser(step, &mut node).env("WEBKIT_DRIVER", driver))
            })
        },
    ]
}

/// The command that builds the server. The same packages are chosen as for the tests, because
/// cargo joins the features of what it builds together, and would otherwise build some
/// dependencies twice.
pub const SERVER: [&str; 6] = ["build", "--release", "--workspace", "--exclude", "xtask", "--bins"];

fn watch(step: &Step, command: &mut Command) -> Result<Done> {
    Ok(shell::watch(step.name, command)?.into())
}

fn cargo(step: &Step, args: &[&str]) -> Result<Done> {
    watch(step, &mut shell::cargo(args))
}

fn npx(args: &[&str]) -> Command {
    let mut command = shell::command("npx", &["--no-install"]);
    command.args(args);
    command
}

/// The settings that every suite knows.
fn suite<'a>(step: &Step, command: &'a mut Command) -> &'a mut Command {
    if step.soak {
        command.env("KAKEHASHI_SOAK", "1");
    }
    if std::env::var_os("KAKEHASHI_BUDGET_S").is_none() {
        command.env("KAKEHASHI_BUDGET_S", if step.soak { SOAK_BUDGET_S } else { BUDGET_S });
    }
    command.env("KAKEHASHI_BIN", repo::binary("kakehashi"))
}

fn browser<'a>(step: &Step, command: &'a mut Command) -> &'a mut Command {
    suite(step, command).env("CI", "1")
}

/// xtask is checked and tested apart from the rest, as `cargo xtask` builds it apart.
fn clippy(step: &Step) -> Result<Done> {
    let rest = ["--all-targets", "--", "-D", "warnings"];
    let product = [&["clippy", "--release", "--workspace", "--exclude", "xtask"], &rest[..]].concat();
    let done = cargo(step, &product)?;
    if !done.ok {
        return Ok(done);
    }
    cargo(step, &[&["clippy", "--release", "--package", "xtask"], &rest[..]].concat())
}

fn rust(step: &Step) -> Result<Done> {
    // The programs first: tests start them.
    let built = cargo(step, &SERVER)?;
    if !built.ok {
        return Ok(built);
    }
    let tests = ["test", "--release", "--workspace", "--exclude", "xtask"];
    let built = cargo(step, &[&tests[..], &["--no-run"]].concat())?;
    if !built.ok {
        return Ok(built);
    }
    let mut programs = programs::built(&tests)?;
    // The suites that take longest are in the folder of tests, and begin first.
    programs.sort_by_key(|program| !program.name.starts_with("tests-"));
    let commands = programs.into_iter().map(|program| {
        let mut command = program.command(&["--show-output"]);
        suite(step, &mut command);
        (program.name, command)
    });
    let mut done = programs::run(step.name, commands.collect())?;
    done.add(cargo(step, &[&tests[..], &["--doc"]].concat())?);
    done.add(cargo(step, &["test", "--release", "--package", "xtask"])?);
    Ok(done)
}

fn types(step: &Step) -> Result<Done> {
    let mut done = Done::plain(true, String::new());
    let mut projects = 0;
    for folder in ["client-sdk/web", "client-sdk/app", "tests/browser"] {
        if repo::path(folder).join("tsconfig.json").is_file() {
            projects += 1;
            let ran = watch(step, &mut npx(&["tsc", "--noEmit", "--project", folder]))?;
            done.ok &= ran.ok;
            done.output.push_str(&ran.output);
        }
    }
    ensure!(projects > 0, "there is no tsconfig.json to check");
    Ok(done)
}

fn app(step: &Step) -> Result<Done> {
    let mut build = shell::command("npm", &["run", "build", "-w", "client-sdk/app"]);
    let mut done = watch(step, build.env("CI", "1"))?;
    if done.ok {
        let files = first_load::files(&repo::path(APP_DIST))?;
        let weight = size::of(&files)?;
        println!("    first load: {weight} in {} files (budget {FIRST_LOAD_BUDGET} bytes)", files.len());
        if weight.transferred() > FIRST_LOAD_BUDGET {
            done.ok = false;
            done.output = format!("the first load weighs {weight}; {FIRST_LOAD_BUDGET} is the most\n");
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_stands_before_its_step() {
        let steps = all_steps(false);
        for (at, step) in steps.iter().enumerate() {
            for need in step.needs {
                assert!(steps[..at].iter().any(|other| other.name == *need), "{need}");
            }
        }
    }
}
