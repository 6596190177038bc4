//! What files weigh on the wire. Node's zlib compresses them: node is needed anyway.

use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::shell;

/// The weight of some files, in bytes, each file compressed by itself at the highest level.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weight {
    /// Uncompressed.
    pub raw: u64,
    /// With gzip.
    pub gzip: u64,
    /// With brotli.
    pub brotli: u64,
}

impl Weight {
    /// What budgets are about: the heavier of the two, because not every proxy passes brotli.
    pub fn transferred(self) -> u64 {
        self.gzip.max(self.brotli)
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, gzip {}, brotli {}", self.raw, self.gzip, self.brotli)
    }
}

const SCRIPT: &str = "
const { readFileSync } = require('node:fs'), zlib = require('node:zlib');
const sum = [0, 0, 0];
for (const file of process.argv.slice(1)) {
  const bytes = readFileSync(file);
  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  sum[0] += bytes.length;
  sum[1] += zlib.gzipSync(bytes, { level: 9 }).length;
  sum[2] += zlib.brotliCompressSync(bytes, { params }).length;
}
console.log(sum.join(' '));
";

/// Weighs files.
///
/// # Errors
/// Node is missing, or a file cannot be read.
pub fn of(files: &[PathBuf]) -> Result<Weight> {
    if files.is_empty() {
        return Ok(Weight::default());
    }
    let mut node = shell::command("node", &["--eval", SCRIPT, "--"]);
    node.args(files);
    let printed = shell::read(&mut node)?;
    let mut numbers = printed.split(' ').map(str::parse::<u64>);
    let mut next = || numbers.next().context("node printed too few numbers")?.context("no number");
    Ok(Weight { raw: next()?, gzip: next()?, brotli: next()? })
}
