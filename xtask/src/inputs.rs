//! The hash of a step's inputs: names and contents of every file under its folders.
//! What is built or installed (`target`, `node_modules`, `dist`, ...) is no input.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::repo;

const NOT_SOURCES: [&str; 9] = [".git", "target", "node_modules", "dist", "data", "test-results", "playwright-report", ".vite", "coverage"];

/// Calls `visit` with every source file under `folder`, in the order of their names.
///
/// # Errors
/// A folder that cannot be listed, or whatever `visit` returns.
pub fn walk(folder: &Path, visit: &mut dyn FnMut(&Path) -> Result<()>) -> Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("cannot list {}", folder.display()))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
                walk(&entry.path(), visit)?;
            }
        } else if kind.is_file() {
            visit(&entry.path())?;
        }
    }
    Ok(())
}

/// A hash over the given files and folders (relative to the root) and over `facts`, such as
/// the versions of the tools. An input that does not exist counts as absent; one that begins
/// with `!` is left out of the folders around it.
///
/// # Errors
/// A file that cannot be read.
pub fn hash(inputs: &[&str], facts: &str) -> Result<String> {
    let root = repo::root();
    let mut hasher = blake3::Hasher::new();
    hasher.update(facts.as_bytes());
    let excluded: Vec<_> = inputs.iter().filter_map(|input| input.strip_prefix('!')).map(|path| root.join(path)).collect();
    let mut add = |file: &Path| -> Result<()> {
        if excluded.iter().any(|folder| file.starts_with(folder)) {
            return Ok(());
        }
        let name = file.strip_prefix(&root).unwrap_or(file);
        let contents = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = name.to_string_lossy();
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(&(contents.len() as u64).to_le_bytes());
        hasher.update(&contents);
        Ok(())
    };
    for input in inputs {
        let path = root.join(input);
        if path.is_dir() {
            walk(&path, &mut add)?;
        } else if path.is_file() {
            add(&path)?;
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}
