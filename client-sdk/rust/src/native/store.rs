//! Pending changes in a directory: a file for each actor, held under the operating system's lock while
//! its client lives. What a client left behind is claimed by whoever gets the lock.
//!
//! A file begins with a magic and the actor's key; then records follow: length and checksum (the
//! first 8 bytes of BLAKE3) of a body, which is a kind, a counter and the change's bytes. Kind 1
//! keeps a change, kind 2 forgets all below the counter. A record that was cut off by a crash ends
//! the file.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use kakehashi_protocol::ids::ActorId;
use kakehashi_protocol::limits;
use kakehashi_protocol::wire::frame::ActorKey;

const MAGIC: &[u8; 8] = b"KKPEND1\n";
const HEAD: u64 = 24;
const KEEP: u8 = 1;
const FORGET: u8 = 2;
/// A file that has nothing to keep is emptied beyond this size. It has nothing to keep whenever the
/// hand rests for as long as an answer takes, so it need never be written anew.
const EMPTY_BYTES: u64 = 128 * 1024;

/// What somebody left behind.
pub(super) struct Leftover {
    pub actor: ActorId,
    pub key: ActorKey,
    pub changes: Vec<Vec<u8>>,
}

struct Kept {
    file: File,
    path: PathBuf,
    live: BTreeMap<u64, Vec<u8>>,
    dirty: bool,
}

/// The directory of one board.
pub(super) struct Store {
    directory: PathBuf,
    files: BTreeMap<ActorId, Kept>,
}

impl Store {
    pub fn open(directory: &Path, actor: ActorId, key: ActorKey) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        let mut store = Self { directory: directory.to_owned(), files: BTreeMap::new() };
        store.keep(actor, key)?;
        Ok(store)
    }

    /// Takes over the files that nobody holds.
    pub fn claim_leftovers(&mut self) -> io::Result<Vec<Leftover>> {
        let mut leftovers = Vec::new();
        for entry in std::fs::read_dir(&self.directory)? {
            let path = entry?.path();
            let actor = path
                .extension()
                .filter(|extension| *extension == "pending")
                .and_then(|_| path.file_stem()?.to_str()?.parse::<ActorId>().ok());
            let Some(actor) = actor.filter(|actor| !self.files.contains_key(actor)) else { continue };
            let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => continue,
                Err(TryLockError::Error(error)) => return Err(error),
            }
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let Some((key, live)) = read(&bytes) else {
                std::fs::remove_file(&path)?;
                continue;
            };
            if live.is_empty() {
                std::fs::remove_file(&path)?;
                continue;
            }
            leftovers.push(Leftover { actor, key, changes: live.values().cloned().collect() });
            self.files.insert(actor, Kept { file, path, live, dirty: false });
        }
        Ok(leftovers)
    }

    /// Begins the file of an actor.
    pub fn keep(&mut self, actor: ActorId, key: ActorKey) -> io::Result<()> {
        let path = self.directory.join(format!("{actor}.pending"));
        let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        file.try_lock().map_err(io::Error::from)?;
        write_head(&mut file, &key)?;
        self.files.insert(actor, Kept { file, path, live: BTreeMap::new(), dirty: true });
        Ok(())
    }

    pub fn persist(&mut self, actor: ActorId, first: u64, bytes: Vec<u8>) -> io::Result<()> {
        let Some(kept) = self.files.get_mut(&actor) else { return Ok(()) };
        kept.append(KEEP, first, &bytes)?;
        kept.live.insert(first, bytes);
        Ok(())
    }

    pub fn forget(&mut self, actor: ActorId, below: u64) -> io::Result<()> {
        let Some(kept) = self.files.get_mut(&actor) else { return Ok(()) };
        kept.live = kept.live.split_off(&below);
        kept.append(FORGET, below, &[])?;
        if kept.live.is_empty() && kept.file.stream_position()? > EMPTY_BYTES {
            kept.file.set_len(HEAD)?;
            kept.file.seek(SeekFrom::Start(HEAD))?;
        }
        Ok(())
    }

    pub fn release(&mut self, actor: ActorId) -> io::Result<()> {
        match self.files.remove(&actor) {
            Some(kept) => std::fs::remove_file(kept.path),
            None => Ok(()),
        }
    }

    /// Makes sure that everything is on the disk.
    pub fn sync(&mut self) -> io::Result<()> {
        for kept in self.files.values_mut().filter(|kept| kept.dirty) {
            kept.file.sync_data()?;
            kept.dirty = false;
        }
        Ok(())
    }

    /// Files without anything to keep go; the others wait for the next client.
    pub fn close(self) -> io::Result<()> {
        for kept in self.files.into_values().filter(|kept| kept.live.is_empty()) {
            std::fs::remove_file(kept.path)?;
        }
        Ok(())
    }
}

impl Kept {
    fn append(&mut self, kind: u8, first: u64, bytes: &[u8]) -> io::Result<()> {
        let at = self.file.stream_position()?;
        let written = self.file.write_all(&record(kind, first, bytes));
        if written.is_err() {
            // Half a record would end the file for whoever reads it.
            self.file.set_len(at)?;
            self.file.seek(SeekFrom::Start(at))?;
        }
        self.dirty = true;
        written
    }
}

fn write_head(file: &mut File, key: &ActorKey) -> io::Result<()> {
    file.write_all(MAGIC)?;
    file.write_all(key)
}

fn record(kind: u8, first: u64, bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(9 + bytes.len());
    body.push(kind);
    body.extend_from_slice(&first.to_le_bytes());
    body.extend_from_slice(bytes);
    let mut out = Vec::with_capacity(12 + body.len());
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.extend_from_slice(&checksum(&body));
    out.extend_from_slice(&body);
    out
}

fn checksum(body: &[u8]) -> [u8; 8] {
    let mut sum = [0; 8];
    sum.copy_from_slice(&blake3::hash(body).as_bytes()[..8]);
    sum
}

/// Key and live changes; `None` if it is no such file.
fn read(bytes: &[u8]) -> Option<(ActorKey, BTreeMap<u64, Vec<u8>>)> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (key, mut rest) = rest.split_first_chunk::<16>()?;
    let mut live = BTreeMap::new();
    while let Some((kind, first, bytes, after)) = read_record(rest) {
        match kind {
            KEEP => drop(live.insert(first, bytes.to_vec())),
            FORGET => live = live.split_off(&first),
            // A newer version's: what it keeps is not for this one to send.
            _ => return None,
        }
        rest = after;
    }
    Some((*key, live))
}

fn read_record(bytes: &[u8]) -> Option<(u8, u64, &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<8>()?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > limits::CHANGE_BYTES_MAX + 9 {
        return None;
    }
    let (body, after) = rest.split_at_checked(length)?;
    if checksum(body) != *sum {
        return None;
    }
    let (kind, rest) = body.split_first()?;
    let (first, bytes) = rest.split_first_chunk::<8>()?;
    Some((*kind, u64::from_le_bytes(*first), bytes, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: ActorId = ActorId(1);

    fn claim(directory: &Path) -> Vec<Leftover> {
        let mut other = Store::open(directory, ActorId(99), [9; 16]).unwrap();
        let leftovers = other.claim_leftovers().unwrap();
        other.files.remove(&ActorId(99)).map(|kept| std::fs::remove_file(kept.path)).transpose().unwrap();
        leftovers
    }

    #[test]
    fn what_is_kept_is_claimed_once_its_client_is_gone() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(directory.path(), ONE, [1; 16]).unwrap();
        (1..=4).for_each(|first| store.persist(ONE, first, vec![first as u8; 5]).unwrap());
        store.persist(ONE, 4, vec![40]).unwrap();
        store.forget(ONE, 3).unwrap();
        store.sync().unwrap();
        assert!(claim(directory.path()).is_empty(), "its client lives");
        drop(store);
        let leftovers = claim(directory.path());
        assert_eq!(leftovers.len(), 1);
        assert_eq!((leftovers[0].actor, leftovers[0].key), (ONE, [1; 16]));
        assert_eq!(leftovers[0].changes, [vec![3; 5], vec![40]]);
    }

    #[test]
    fn a_record_that_was_cut_off_ends_the_file_and_nothing_before_it_is_lost() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(directory.path(), ONE, [1; 16]).unwrap();
        store.persist(ONE, 1, vec![1; 50]).unwrap();
        store.persist(ONE, 2, vec![2; 50]).unwrap();
        let path = store.files[&ONE].path.clone();
        drop(store);
        let whole = std::fs::read(&path).unwrap();
        for cut in [1, 30, 61] {
            std::fs::write(&path, &whole[..whole.len() - cut]).unwrap();
            assert_eq!(claim(directory.path())[0].changes, [vec![1; 50]]);
        }
        let mut flipped = whole.clone();
        flipped[40] ^= 1;
        std::fs::write(&path, &flipped).unwrap();
        assert!(claim(directory.path()).is_empty());
    }

    #[test]
    fn files_stay_small_and_go_when_there_is_nothing_to_keep() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(directory.path(), ONE, [1; 16]).unwrap();
        for first in 1..20_000 {
            store.persist(ONE, first, vec![7; 100]).unwrap();
            if first % 10 == 0 {
                store.forget(ONE, first + u64::from(first % 100 == 0)).unwrap();
            }
        }
        let path = store.files[&ONE].path.clone();
        assert!(std::fs::metadata(&path).unwrap().len() < EMPTY_BYTES * 2);
        let (_, live) = read(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(live.len(), store.files[&ONE].live.len());
        store.forget(ONE, 30_000).unwrap();
        store.close().unwrap();
        assert!(!path.exists());
    }
}
