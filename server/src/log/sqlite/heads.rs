//! The ends of all logs, kept beside the database.
//!
//! SQLite takes the first frame of its write-ahead log that is not whole for the end of that log, as
//! it must after a crash. A frame that was damaged later looks the same: the database is whole then,
//! only shorter. So the end of each board's log also stands in a file of its own, written after the
//! commit's sync and before anybody hears of the commit. A log that ends before that is damaged; one
//! that goes on after it was written by a process that was killed between the two.
//!
//! The file is synced by a thread of its own, once a second, and not by commits: what a process
//! wrote outlives it without a sync. After a power cut the ends may be a second old, and then
//! say less, but nothing wrong.
//!
//! A slot of 64 bytes for each board, at 64 times its number in the database, so that none lies
//! across two sectors; little-endian, all zero where there is none. Number 0 is no board's.
//!
//! | bytes | |
//! |---|---|
//! | 16 | the board's name |
//! | 16 | its log's name |
//! | 16 | the checksum of the last row |
//! | 8 | the number of the last row |
//! | 4 | the board's join code |
//! | 4 | the beginning of `BLAKE3(number as 8 bytes, the 60 bytes before)` |

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use kakehashi_protocol::ids::{BoardId, LogId, Seq};

use super::guard::Guard;
use super::schema::DbFile;
use crate::disk;
use crate::log::{Check, JoinCode, LogError};

const SLOT: usize = 64;
/// How old the ends on the disk may be.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// The end of one board's log, with the names the board has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct KeptHead {
    pub board: BoardId,
    pub log: LogId,
    pub check: Check,
    pub end: Seq,
    pub code: JoinCode,
}

/// A slot as it is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Slot {
    /// The board is newer than its head, or the file.
    Empty,
    Kept(KeptHead),
    /// Its checksum does not fit.
    Damaged,
}

/// The file.
#[derive(Debug)]
pub(super) struct Heads {
    file: File,
    path: PathBuf,
    dirty: AtomicBool,
}

impl Heads {
    /// Opens the file beside a database, and creates it if it is not there.
    pub(super) fn open(db: &DbFile) -> Result<Self, LogError> {
        let path = db.beside(".heads");
        let open = || {
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
            path.parent().filter(|dir| !dir.as_os_str().is_empty()).map_or(Ok(()), disk::sync_dir)?;
            Ok(file)
        };
        let file = open().map_err(|error: io::Error| LogError::Io { what: error.to_string(), place: path.display().to_string() })?;
        Ok(Self { file, path, dirty: AtomicBool::new(false) })
    }

    /// Opens the file beside a database that another process may write; one that is not there is made, and holds no end.
    pub(super) fn open_to_read(db: &DbFile) -> Result<Self, LogError> {
        let path = db.beside(".heads");
        match File::open(&path) {
            Ok(file) => Ok(Self { file, path, dirty: AtomicBool::new(false) }),
            Err(_) => Self::open(db),
        }
    }

    /// How many slots there are, that of number 0 among them.
    pub(super) fn slots(&self) -> Result<u64, LogError> {
        Ok(self.file.metadata().map_err(|error| self.failed(&error))?.len() / SLOT as u64)
    }

    pub(super) fn read(&self, number: u64) -> Result<Slot, LogError> {
        let mut bytes = [0; SLOT];
        match self.file.read_exact_at(&mut bytes, place(number)) {
            Ok(()) => Ok(decode(number, &bytes)),
            // Behind the end of the file.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Slot::Empty),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Writes the heads of boards by their numbers; those of neighbours at once.
    pub(super) fn write(&self, heads: impl IntoIterator<Item = (u64, KeptHead)>) -> Result<(), LogError> {
        let mut slots: Vec<(u64, [u8; SLOT])> = heads.into_iter().map(|(number, head)| (number, encode(number, &head))).collect();
        slots.sort_unstable_by_key(|(number, _)| *number);
        for run in slots.chunk_by(|before, after| before.0 + 1 == after.0) {
            let bytes: Vec<u8> = run.iter().flat_map(|(_, slot)| *slot).collect();
            self.file.write_all_at(&bytes, place(run[0].0)).map_err(|error| self.failed(&error))?;
        }
        self.dirty.store(true, Ordering::Release);
        Ok(())
    }

    /// Empties a board's slot for good: its number may become another's.
    pub(super) fn clear(&self, number: u64) -> Result<(), LogError> {
        if self.read(number)? == Slot::Empty {
            return Ok(());
        }
        let clear = || {
            self.file.write_all_at(&[0; SLOT], place(number))?;
            self.file.sync_data()
        };
        clear().map_err(|error| self.failed(&error))
    }

    fn sync(&self) {
        if self.dirty.swap(false, Ordering::AcqRel)
            && let Err(error) = self.file.sync_data()
        {
            // The log itself is synced by each commit; only a damage to come may go unnoticed.
            metrics::counter!("kakehashi_log_head_failures").increment(1);
            tracing::error!(file = %self.path.display(), %error, "the ends of the logs could not be synced");
        }
    }

    fn failed(&self, error: &io::Error) -> LogError {
        LogError::Io { what: error.to_string(), place: self.path.display().to_string() }
    }
}

/// Has the file synced once a second until it is dropped, and once more then.
pub(super) struct Syncing {
    end: Option<SyncSender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Syncing {
    pub(super) fn start(guard: Arc<Guard>) -> io::Result<Self> {
        let (end, ended): (SyncSender<()>, Receiver<()>) = sync_channel(0);
        let run = move || {
            while ended.recv_timeout(SYNC_EVERY) == Err(RecvTimeoutError::Timeout) {
                guard.heads.sync();
            }
            guard.heads.sync();
        };
        let thread = std::thread::Builder::new().name("log heads".to_owned()).spawn(run)?;
        Ok(Self { end: Some(end), thread: Some(thread) })
    }
}

impl Drop for Syncing {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // A panic in it has been printed.
            let _ = thread.join();
        }
    }
}

const fn place(number: u64) -> u64 {
    number * SLOT as u64
}

fn sum(number: u64, bytes: &[u8]) -> [u8; 4] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&number.to_le_bytes()).update(bytes);
    let mut out = [0; 4];
    hasher.finalize_xof().fill(&mut out);
    out
}

fn encode(number: u64, head: &KeptHead) -> [u8; SLOT] {
    let mut slot = [0; SLOT];
    slot[..16].copy_from_slice(&head.board.0);
    slot[16..32].copy_from_slice(&head.log.0);
    slot[32..48].copy_from_slice(&head.check.0);
    slot[48..56].copy_from_slice(&head.end.0.to_le_bytes());
    slot[56..60].copy_from_slice(&head.code.number().to_le_bytes());
    let sum = sum(number, &slot[..60]);
    slot[60..].copy_from_slice(&sum);
    slot
}

fn decode(number: u64, slot: &[u8; SLOT]) -> Slot {
    if slot.iter().all(|byte| *byte == 0) {
        return Slot::Empty;
    }
    let part = |from: usize| {
        let mut part = [0; 16];
        part.copy_from_slice(&slot[from..from + 16]);
        part
    };
    let number_at =
        |from: usize, length: usize| slot[from..from + length].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let code = u32::try_from(number_at(56, 4)).ok().and_then(JoinCode::new);
    match code {
        Some(code) if sum(number, &slot[..60]) == slot[60..] => {
            Slot::Kept(KeptHead { board: BoardId(part(0)), log: LogId(part(16)), check: Check(part(32)), end: Seq(number_at(48, 8)), code })
        }
        _ => Slot::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(number: u8) -> KeptHead {
        let code = JoinCode::new(u32::from(number) * 1_000_003).unwrap();
        KeptHead { board: BoardId([number; 16]), log: LogId([!number; 16]), check: Check([7; 16]), end: Seq(u64::from(number) << 30), code }
    }

    fn open() -> (tempfile::TempDir, Heads) {
        let dir = tempfile::tempdir().unwrap();
        let heads = Heads::open(&DbFile(dir.path().join("db"))).unwrap();
        (dir, heads)
    }

    #[test]
    fn heads_read_back_and_can_be_cleared() {
        let (_dir, heads) = open();
        assert_eq!(heads.read(5), Ok(Slot::Empty));
        heads.write([3, 9, 4, 1].map(|number| (u64::from(number), head(number)))).unwrap();
        for number in [1, 3, 4, 9] {
            assert_eq!(heads.read(u64::from(number)), Ok(Slot::Kept(head(number))));
        }
        assert_eq!((heads.read(2), heads.slots()), (Ok(Slot::Empty), Ok(10)));
        heads.clear(4).unwrap();
        assert_eq!((heads.read(3), heads.read(4)), (Ok(Slot::Kept(head(3))), Ok(Slot::Empty)));
    }

    #[test]
    fn every_flipped_bit_of_a_slot_is_noticed() {
        let slot = encode(8, &head(8));
        // What is stored for years is pinned.
        assert_eq!(blake3::hash(&slot).to_hex().as_str()[..16], *"124b0c4f47f42b10");
        assert_eq!(decode(9, &slot), Slot::Damaged, "it is of another board");
        for bit in 0..SLOT * 8 {
            let mut flipped = slot;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode(8, &flipped), Slot::Damaged, "bit {bit}");
        }
    }
}
