//! Where things are: the repository, its build folder, and what lies in them.

use std::env;
use std::path::{Path, PathBuf};

/// The repository's root folder.
pub fn root() -> PathBuf {
    // The manifest folder at build time is `<root>/xtask`; cargo sets the variable anew for
    // each `cargo xtask`, so a moved repository is found too.
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or_else(|| manifest.clone(), Path::to_path_buf)
}

/// A path under the root, given with forward slashes.
pub fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// Cargo's build folder: `CARGO_TARGET_DIR`, or `target` under the root.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// What xtask remembers between runs: hashes of last successes, and logs.
pub fn memory() -> PathBuf {
    target().join("xtask")
}

/// A program built with the one shared profile.
pub fn binary(name: &str) -> PathBuf {
    target().join("release").join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// The first program of these names found through `PATH`.
pub fn program(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file()))
}
