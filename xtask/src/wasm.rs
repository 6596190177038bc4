//! The client core as WebAssembly: which compiler builds it, the bindings, and its size.
//!
//! Panels know neither reference types nor SIMD, so our own code is compiled for `mvp` with the
//! few features that Chromium 88 has. The standard library is compiled with it, for size: the
//! prebuilt one makes the module a fifth heavier. That one was also compiled with reference types:
//! its calls through tables are encoded in a longer form that Chromium 88 refuses. The bindings
//! step decodes and encodes every instruction anew and so leaves the short form, once the list of
//! features no longer asks it for reference types.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{install, repo, shell, size};

const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's `rustc-web`; `rustc` is the toolchain that runs this.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const PACKAGE: &str = "kakehashi-web";
const MODULE: &str = "kakehashi_web";
/// Where the bindings and the module are written.
pub const DIST: &str = "client-sdk/web/dist";
/// The most that the module may weigh, compressed, in bytes.
pub const BUDGET: u64 = 150_000;

/// What Chromium 88 and every later browser can run.
const FEATURES: [&str; 4] = ["mutable-globals", "sign-ext", "nontrapping-fptoint", "bulk-memory"];

/// Where the standard library for WebAssembly comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Std {
    /// Its sources, with the active toolchain.
    Sources,
    /// Prebuilt, with the active toolchain.
    Prebuilt,
    /// Its sources and a compiler, both from Debian; linked by the active toolchain's `rust-lld`.
    Debian,
}

/// For a standard library that is compiled here: small, and without the texts of panics, which
/// nobody in a browser could read. A panic is a trap either way.
const SMALL_STD: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
const SMALL_STD_FLAGS: [&str; 4] = ["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none", "-Zfmt-debug=none"];

/// Builds the module and its bindings into [`DIST`], and prints what it weighs.
///
/// # Errors
/// No compiler can be had, the build fails, or the module is over [`BUDGET`]. With the prebuilt
/// standard library it may be over: better a slow first load than no board.
pub fn build() -> Result<()> {
    let library = choose()?;
    shell::run(&mut cargo(library)?)?;
    let built = target_dir().join(TARGET).join("wasm").join(format!("{MODULE}.wasm"));
    bind(&built)?;
    let module = repo::path(DIST).join(format!("{MODULE}_bg.wasm"));
    let weight = size::of(&[module])?;
    println!("WebAssembly core: {weight} (budget {BUDGET} bytes)");
    if weight.transferred() > BUDGET {
        let over = format!("the WebAssembly core weighs {} bytes compressed, more than {BUDGET}", weight.transferred());
        ensure!(library == Std::Prebuilt, "{over}");
        println!("{over}, because of the prebuilt standard library; rustup's component rust-src makes it lighter");
    }
    Ok(())
}

fn target_dir() -> PathBuf {
    repo::target().join("wasm")
}

/// `KAKEHASHI_WASM=rustup`, `=prebuilt` or `=debian` takes one way; otherwise the first that works.
fn choose() -> Result<Std> {
    let wish = std::env::var("KAKEHASHI_WASM").unwrap_or_default();
    ensure!(
        ["", "rustup", "prebuilt", "debian"].contains(&wish.as_str()),
        "KAKEHASHI_WASM is {wish:?}; it can be rustup, prebuilt or debian"
    );
    let tried = |way: &str| wish.is_empty() || wish == way;
    if tried("rustup") {
        let why_not = if !takes_small_std_flags() {
            "this compiler does not take the flags for a small standard library"
        } else if fetch(sources_exist, &["component", "add", "rust-src"])? {
            return Ok(Std::Sources);
        } else {
            "rustup cannot fetch rust-src"
        };
        ensure!(wish != "rustup", "{why_not}");
        println!("{why_not}: with the prebuilt one the module is heavier");
    }
    if tried("prebuilt") {
        if fetch(prebuilt_exists, &["target", "add", TARGET])? {
            return Ok(Std::Prebuilt);
        }
        ensure!(wish != "prebuilt", "rustup cannot fetch {TARGET}");
        println!("rustup cannot fetch {TARGET}: taking Debian's rustc-web and rust-web-src instead");
    }
    install::debian_packages(
        "the WebAssembly core",
        &[
            install::Need { package: "rustc-web", present: || Path::new(DEBIAN_RUSTC).is_file() },
            install::Need {
                package: "rust-web-src",
                present: || sysroot(DEBIAN_RUSTC).is_ok_and(|sysroot| sysroot.join(SOURCES).is_dir()),
            },
        ],
    )?;
    Ok(Std::Debian)
}

/// Whether something exists, if need be after rustup was asked for it.
fn fetch(exists: fn() -> Result<bool>, rustup: &[&str]) -> Result<bool> {
    if exists()? {
        return Ok(true);
    }
    println!("fetching: rustup {}", rustup.join(" "));
    let asked = shell::command("rustup", rustup).status();
    Ok(asked.is_ok_and(|status| status.success()) && exists()?)
}

/// The flags are not stable, and another version of the compiler may not know them.
fn takes_small_std_flags() -> bool {
    let probe = shell::command("rustc", &["--print", "cfg", "--target", TARGET]).args(SMALL_STD_FLAGS).env("RUSTC_BOOTSTRAP", "1").output();
    probe.is_ok_and(|probe| probe.status.success())
}

/// Where a toolchain's `rust-lld` is, for a compiler that brings none.
fn linker() -> Result<PathBuf> {
    let host = shell::read(&mut shell::command("rustc", &["-vV"]))?
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
        .context("rustc does not say its host")?;
    let linker = sysroot("rustc")?.join("lib/rustlib").join(host).join("bin/rust-lld");
    ensure!(linker.is_file(), "the toolchain has no {}", linker.display());
    Ok(linker)
}

/// The standard library's sources, in a sysroot.
const SOURCES: &str = "lib/rustlib/src/rust/library";

fn sysroot(rustc: &str) -> Result<PathBuf> {
    Ok(shell::read(&mut shell::command(rustc, &["--print", "sysroot"]))?.into())
}

fn sources_exist() -> Result<bool> {
    Ok(sysroot("rustc")?.join(SOURCES).join("std").is_dir())
}

fn prebuilt_exists() -> Result<bool> {
    Ok(sysroot("rustc")?.join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

fn cargo(library: Std) -> Result<Command> {
    let target_dir = target_dir();
    let target_dir = target_dir.to_str().context("the path of the repository is not UTF-8")?;
    let mut command =
        shell::cargo(&["build", "--profile", "wasm", "--package", PACKAGE, "--lib", "--target", TARGET, "--target-dir", target_dir]);
    let mut flags = vec!["-Ctarget-cpu=mvp".to_owned(), format!("-Ctarget-feature=+{}", FEATURES.join(",+"))];
    // Whatever names source files does so by short paths, the same on every machine.
    let compiler = if library == Std::Debian { DEBIAN_RUSTC } else { "rustc" };
    let library_sources = sysroot(compiler)?.join("lib/rustlib/src/rust");
    let folders = [(Some(repo::root()), "/kakehashi"), (cargo_home(), "/cargo"), (Some(library_sources), "/rust")];
    for (folder, name) in folders {
        if let Some(folder) = folder {
            flags.push(format!("--remap-path-prefix={}={name}", folder.display()));
        }
    }
    if library != Std::Prebuilt {
        command.args(SMALL_STD).env("RUSTC_BOOTSTRAP", "1");
        flags.extend(SMALL_STD_FLAGS.map(str::to_owned));
    }
    if library == Std::Debian {
        command.env("RUSTC", DEBIAN_RUSTC);
        flags.push(format!("-Clinker={}", linker()?.display()));
        flags.push("-Clinker-flavor=wasm-ld".to_owned());
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    Ok(command)
}

fn cargo_home() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))
}

/// Writes module, JavaScript and types for the `web` target.
fn bind(built: &Path) -> Result<()> {
    let bytes = fs::read(built).with_context(|| format!("cannot read {}", built.display()))?;
    let dist = repo::path(DIST);
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(MODULE, state_features(&bytes)?)
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        // Vite finds the module by its `new URL(..., import.meta.url)`.
        .omit_default_module_path(false);
    bindgen.generate(&dist)
}

/// Replaces the list of features that the linker gathered by the one that browsers must have.
fn state_features(module: &[u8]) -> Result<Vec<u8>> {
    const HEADER: usize = 8;
    const CUSTOM: u8 = 0;
    const NAME: &[u8] = b"target_features";
    ensure!(module.starts_with(b"\0asm") && module.len() >= HEADER, "no WebAssembly module");
    let mut stated = module[..HEADER].to_vec();
    let mut at = HEADER;
    while at < module.len() {
        let start = at;
        let id = module[at];
        at += 1;
        let length = length(module, &mut at)?;
        let end = at.checked_add(length).filter(|end| *end <= module.len());
        let end = end.context("a section ends behind the module")?;
        let is_features = id == CUSTOM && {
            let mut name_at = at;
            let name_length = self::length(module, &mut name_at)?;
            module.get(name_at..name_at + name_length) == Some(NAME)
        };
        if !is_features {
            stated.extend_from_slice(&module[start..end]);
        }
        at = end;
    }
    // All lengths here are under 128, so one byte says each.
    let mut section = vec![NAME.len() as u8];
    section.extend_from_slice(NAME);
    section.push(FEATURES.len() as u8);
    for feature in FEATURES {
        section.push(b'+');
        section.push(feature.len() as u8);
        section.extend_from_slice(feature.as_bytes());
    }
    stated.push(CUSTOM);
    stated.push(u8::try_from(section.len()).context("too many features")?);
    stated.extend_from_slice(&section);
    Ok(stated)
}

/// A LEB128 number of at most 32 bits.
fn length(bytes: &[u8], at: &mut usize) -> Result<usize> {
    let mut value = 0_u64;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(*at).context("the module ends within a number")?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return usize::try_from(value).context("a length over the address space");
        }
    }
    bail!("a length of more than 32 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_features_is_replaced_and_the_rest_kept() {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend_from_slice(&[1, 2, 7, 7]);
        let mut list = vec![15];
        list.extend_from_slice(b"target_features");
        list.extend_from_slice(&[1, b'+', 4]);
        list.extend_from_slice(b"simd");
        module.push(0);
        module.push(list.len() as u8);
        module.extend_from_slice(&list);
        module.extend_from_slice(&[0, 3, 1, b'x', 9]);

        let stated = state_features(&module).unwrap();
        assert!(stated.starts_with(b"\0asm\x01\0\0\0\x01\x02\x07\x07\x00\x03\x01x\x09"));
        let text = String::from_utf8_lossy(&stated);
        assert!(!text.contains("simd"));
        assert_eq!(text.matches("target_features").count(), 1);
        for feature in FEATURES {
            assert!(text.contains(feature));
        }
        // The section's length says where the module ends.
        assert_eq!(stated.len(), 17 + 2 + usize::from(stated[18]));
    }

    #[test]
    fn a_torn_module_is_an_error() {
        assert!(state_features(b"\0asm\x01\0\0\0\x01\xff").is_err());
        assert!(state_features(b"\0asm\x01\0\0\0\x01\x05\x00").is_err());
        assert!(state_features(b"plain text").is_err());
    }
}
