//! Checks of the files themselves: a clone must build wherever its registries are, the links
//! between the docs must lead somewhere, and tests must not make dependencies compile anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::runner::Done;
use crate::{inputs, repo, shell};

/// Runs all checks over the repository.
///
/// # Errors
/// A file cannot be read.
pub fn all() -> Result<Done> {
    let root = repo::root();
    let mut found = Vec::new();
    inputs::walk(&root, &mut |file| {
        let Ok(text) = String::from_utf8(fs::read(file)?) else {
            return Ok(());
        };
        let name = file.strip_prefix(&root).unwrap_or(file).display().to_string();
        found.extend(hosts(&text).map(|line| format!("{name}:{line}: names a registry's host")));
        if name.ends_with("package-lock.json") && text.contains("\"resolved\": \"http") {
            found.push(format!("{name}: holds `resolved` addresses; npm ci works without them"));
        }
        if name.ends_with(".md") {
            found.extend(dead_links(file, &text).map(|link| format!("{name}: {link} leads nowhere")));
        }
        Ok(())
    })?;
    found.extend(features_of_tests_alone()?);
    let ok = found.is_empty();
    Ok(Done::plain(ok, found.join("\n")))
}

/// Dependencies that the tests want with other features than the programs, or alone. Cargo
/// would build them, and all that uses them, a second time. What `tests/Cargo.toml` names as
/// an ordinary dependency is the same for both.
fn features_of_tests_alone() -> Result<Vec<String>> {
    let tree = |edges: &str| -> Result<BTreeSet<String>> {
        let printed = shell::read(&mut shell::cargo(&[
            "tree",
            "--workspace",
            "--exclude",
            "xtask",
            "--prefix",
            "none",
            "--format",
            "{p} with {f}",
            "--edges",
            edges,
        ]))?;
        Ok(printed.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect())
    };
    let (programs, tests) = (tree("no-dev")?, tree("normal,build,dev")?);
    Ok(tests
        .difference(&programs)
        .filter(|line| !line.is_empty())
        .map(|line| format!("only tests want {line}: name it in tests/Cargo.toml"))
        .collect())
}

/// The lines that name where packages are fetched from. Cargo.lock names crates.io's index by
/// its well-known address, which cargo replaces by whatever is configured.
fn hosts(text: &str) -> impl Iterator<Item = usize> {
    let hosts = ["registry", "index", "static"].map(|name| format!("//{name}."));
    let known = concat!("registry+https://github.com/", "rust-lang/crates.io-index");
    text.lines().enumerate().filter_map(move |(at, line)| {
        let line = line.replace(known, "");
        let packages = ["npmjs", "npmmirror", "yarnpkg", "crates.io", "artifactory", "pypi", "rust-lang"];
        let named = hosts.iter().any(|host| {
            line.split(host.as_str()).skip(1).any(|rest| {
                let end = rest.find(['/', '"', '\'', ' ', ':']).unwrap_or(rest.len());
                packages.iter().any(|name| rest[..end].contains(name))
            })
        });
        (named || line.contains(concat!("/", "artifactory/"))).then_some(at + 1)
    })
}

/// Relative links `[text](path)` whose file does not exist. Anchors are not looked into.
fn dead_links<'a>(file: &'a Path, text: &'a str) -> impl Iterator<Item = String> + 'a {
    let mut in_code = false;
    text.lines().flat_map(move |line| {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        let links = if in_code { "" } else { line };
        links.split("](").skip(1).filter_map(move |rest| {
            let link = rest.split([')', ' ']).next()?;
            let path = link.split('#').next()?;
            let elsewhere = link.contains("://") || link.starts_with("mailto:") || path.is_empty();
            let there = file.parent()?.join(path).exists();
            (!elsewhere && !there).then(|| link.to_owned())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registrys_host_is_found_and_the_known_index_is_not() {
        let npm = format!("a\n\"https://{}.npmjs.org/x/-/x-1.0.0.tgz\"", "registry");
        assert_eq!(hosts(&npm).collect::<Vec<_>>(), [2]);
        let crates = format!("https://{}.crates.io/", "index");
        assert_eq!(hosts(&crates).count(), 1);
        let lock = concat!("source = \"registry+https://github.com/", "rust-lang/crates.io-index\"");
        assert_eq!(hosts(lock).count(), 0);
        assert_eq!(hosts("https://docs.example.org/registry").count(), 0);
    }

    #[test]
    fn only_dead_relative_links_are_named() {
        let here = repo::path("xtask/src/checks.rs");
        let text = "[a](steps.rs) [b](gone.md#x) [c](https://example.org/gone) [d](#anchor)\n\
            ```\n[e](code.md)\n```\n[f](../Cargo.toml#deps)";
        assert_eq!(dead_links(&here, text).collect::<Vec<_>>(), ["gone.md#x"]);
    }
}
