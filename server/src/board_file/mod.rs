//! Boards as files: a `.kakehashi` file holds all of a board, to keep, to carry elsewhere and to make
//! a board of again. The format, and why it is so, stands in `protocol/KAKEHASHI-FILE.md`.
//!
//! # Layout
//! - [`export`]: from the log to a file. [`check`](mod@check): whether a file is what it says, before
//!   anything is kept of it. [`bring_in`]: from a checked file to a board.
//! - [`Manifest`]; `rows`: the layout of the history; `gather`: its rows anew; `container`: the ZIP around them.
//! - [`Transfers`]: files under way, and what a crash left of them. [`FileError`]: what was wrong.
//!
//! All of it blocks its thread and is bounded in memory by the state of one board.

mod bring_in;
pub mod check;
mod container;
mod error;
mod export;
mod gather;
mod manifest;
mod rows;
#[cfg(test)]
mod tests;
mod transfers;

pub use bring_in::{Brought, Store, bring_in};
pub use check::check;
pub use error::FileError;
pub use export::{Exported, date, export};
pub use manifest::Manifest;
pub use transfers::{Asker, Transfers, Wanted};

/// The version of the format that is written, and the newest that is read.
pub const FORMAT: u32 = 1;
/// Bytes of a file that is taken in. A term of lessons is some ten megabytes and its pictures.
pub const FILE_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Bytes of the history, unpacked: five people who write without a pause for forty hours.
pub const ROWS_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Bytes of one row. Less than half of it is written at worst.
pub const ROW_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of the manifest, unpacked: 250 for each page and each picture there may be, and more.
pub const MANIFEST_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Pictures of one file.
pub const PICTURES_MAX: usize = 4_096;
/// Entries of the ZIP: the pictures, the other two, and folders that some programs add.
pub const ENTRIES_MAX: usize = PICTURES_MAX + 16;
/// About how many bytes of memory the board may take while it is made of the file. A history can
/// make thirty times as many bytes of it as it has itself, so that is counted as well.
pub const STATE_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// The entry that says what the file is.
const MANIFEST: &str = "manifest.json";
/// The entry that holds the history.
const ROWS: &str = "history.rows";
/// The folder of the pictures.
const PICTURES: &str = "pictures/";
