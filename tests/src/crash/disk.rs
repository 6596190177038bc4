//! A disk whose power is cut: what was synced is there afterwards, and of the rest whatever chance has
//! it. It is given what a process did to the files below one folder (`trace.c`), and writes what is left.
//!
//! Assumed of the disk: a sector of 512 bytes is written whole or not at all, and a file system brings
//! back a beginning of what was done to its names. Nothing is assumed of the order in which
//! unsynced sectors and lengths reach it. A file that was synced is lost if its name was not.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::sim::rng::Rng;

const SECTOR: usize = 512;

/// How often what happened, so that a suite can say what it covered.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Syncs that were asked for.
    pub syncs: u64,
    /// Writes of which some sectors were kept and others not.
    pub torn: u64,
    /// Sectors that were not synced and lost.
    pub lost: u64,
    /// Sectors that were not synced and kept all the same.
    pub kept: u64,
    /// Changes of names that were lost: files made, renamed or removed.
    pub names_lost: u64,
    /// Cuts with unsynced writes to these files, by the end of their names.
    pub unsynced: BTreeMap<String, u64>,
}

/// The files below a folder, as they are and as they are on the disk.
#[derive(Default)]
pub struct Disk {
    nodes: Vec<Node>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    unsynced_names: Vec<Renaming>,
    /// Syncs do nothing: a disk that lies, or a program that does not ask.
    pub syncs_nothing: bool,
}

#[derive(Default)]
struct Node {
    folder: bool,
    durable: Vec<u8>,
    unsynced: Vec<Change>,
}

enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

/// A name that leads elsewhere than before, or nowhere.
struct Renaming {
    removed: Option<String>,
    made: Option<(String, usize)>,
}

impl Disk {
    /// What is below a folder now, all of it on the disk.
    ///
    /// # Errors
    /// Those of the real disk.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut disk = Self::default();
        disk.add(String::new(), Node { folder: true, ..Node::default() });
        if root.exists() {
            disk.read_folder(root, "")?;
        }
        Ok(disk)
    }

    fn read_folder(&mut self, folder: &Path, below: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = join(below, &entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.add(name.clone(), Node { folder: true, ..Node::default() });
                self.read_folder(&entry.path(), &name)?;
            } else if !name.ends_with("-shm") {
                self.add(name, Node { durable: fs::read(entry.path())?, ..Node::default() });
            }
        }
        Ok(())
    }

    fn add(&mut self, name: String, node: Node) {
        self.names.insert(name.clone(), self.nodes.len());
        self.durable_names.insert(name, self.nodes.len());
        self.nodes.push(node);
    }

    /// Does what a process did. A last step that was not written down whole is left out.
    pub fn follow(&mut self, mut trace: &[u8], tally: &mut Tally) {
        while let Some((step, rest)) = Step::read(trace) {
            self.step(&step, tally);
            trace = rest;
        }
    }

    fn step(&mut self, step: &Step<'_>, tally: &mut Tally) {
        let name = step.path.to_owned();
        match step.kind {
            1 | 7 => {
                self.names.insert(name.clone(), self.nodes.len());
                self.unsynced_names.push(Renaming { removed: None, made: Some((name, self.nodes.len())) });
                self.nodes.push(Node { folder: step.kind == 7, ..Node::default() });
            }
            2 => self.change(step.path, Change::Length(step.number)),
            3 => self.change(step.path, Change::Write(step.number, step.data.to_vec())),
            4 => {
                tally.syncs += 1;
                if !self.syncs_nothing {
                    self.sync(step.path);
                }
            }
            5 => {
                let to = String::from_utf8_lossy(step.data).into_owned();
                if let Some(node) = self.names.remove(&name) {
                    self.names.insert(to.clone(), node);
                    self.unsynced_names.push(Renaming { removed: Some(name), made: Some((to, node)) });
                }
            }
            6 => {
                self.names.remove(&name);
                self.unsynced_names.push(Renaming { removed: Some(name), made: None });
            }
            kind => panic!("a step of kind {kind}"),
        }
    }

    fn change(&mut self, path: &str, change: Change) {
        // Of a file without a name nothing is left.
        if let Some(node) = self.names.get(path) {
            self.nodes[*node].unsynced.push(change);
        }
    }

    fn sync(&mut self, path: &str) {
        let Some(node) = self.names.get(path).copied() else { return };
        if !self.nodes[node].folder {
            let Node { durable, unsynced, .. } = &mut self.nodes[node];
            unsynced.drain(..).for_each(|change| change.apply(durable));
            return;
        }
        let within = |name: &String| name.rsplit_once('/').map_or("", |(folder, _)| folder) == path;
        let (synced, rest) =
            std::mem::take(&mut self.unsynced_names).into_iter().partition(|renaming: &Renaming| renaming.names().all(within));
        self.unsynced_names = rest;
        for renaming in synced {
            renaming.apply(&mut self.durable_names);
        }
    }

    /// Cuts the power, and writes what is left to an empty folder.
    ///
    /// # Errors
    /// Those of the real disk.
    pub fn cut(mut self, rng: &mut Rng, root: &Path, tally: &mut Tally) -> io::Result<()> {
        let kept_names = rng.below(self.unsynced_names.len() as u64 + 1) as usize;
        tally.names_lost += (self.unsynced_names.len() - kept_names) as u64;
        self.unsynced_names.drain(..kept_names).for_each(|renaming| renaming.apply(&mut self.durable_names));
        // Of a hundred sectors so many are kept.
        let percent = [0, 10, 50, 90][rng.below(4) as usize];
        fs::create_dir_all(root)?;
        for (name, node) in &self.durable_names {
            let path = root.join(name);
            let node = &mut self.nodes[*node];
            if node.folder {
                fs::create_dir_all(path)?;
                continue;
            }
            if !node.unsynced.is_empty() {
                let kind = if name.ends_with("-wal") { "wal" } else { name.rsplit('.').next().unwrap_or(name) };
                *tally.unsynced.entry(kind.to_owned()).or_default() += 1;
            }
            for change in std::mem::take(&mut node.unsynced) {
                change.apply_some(&mut node.durable, rng, percent, tally);
            }
            // A folder whose name was lost takes its files with it.
            if path.parent().is_some_and(Path::exists) {
                fs::write(path, &node.durable)?;
            }
        }
        Ok(())
    }
}

impl Change {
    fn apply(self, bytes: &mut Vec<u8>) {
        match self {
            Self::Length(length) => bytes.resize(length, 0),
            Self::Write(at, data) => write(bytes, at, &data),
        }
    }

    fn apply_some(self, bytes: &mut Vec<u8>, rng: &mut Rng, percent: u64, tally: &mut Tally) {
        let Self::Write(mut at, data) = self else {
            if rng.below(100) < percent {
                self.apply(bytes);
            }
            return;
        };
        let (mut data, mut kept, mut lost) = (&data[..], 0, 0);
        while !data.is_empty() {
            let (sector, rest) = data.split_at(data.len().min(SECTOR - at % SECTOR));
            if rng.below(100) < percent {
                write(bytes, at, sector);
                kept += 1;
            } else {
                lost += 1;
                // The length may be on the disk without what belongs there.
                if rng.once_in(4) && bytes.len() < at + sector.len() {
                    bytes.resize(at + sector.len(), 0);
                }
            }
            at += sector.len();
            data = rest;
        }
        tally.kept += kept;
        tally.lost += lost;
        tally.torn += u64::from(kept > 0 && lost > 0);
    }
}

impl Renaming {
    fn names(&self) -> impl Iterator<Item = &String> {
        self.removed.iter().chain(self.made.as_ref().map(|(name, _)| name))
    }

    fn apply(self, names: &mut BTreeMap<String, usize>) {
        if let Some(name) = self.removed {
            names.remove(&name);
        }
        names.extend(self.made);
    }
}

/// One thing that was done.
struct Step<'a> {
    kind: u8,
    path: &'a str,
    number: usize,
    data: &'a [u8],
}

impl<'a> Step<'a> {
    fn read(trace: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (head, rest) = trace.split_first_chunk::<15>()?;
        let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte));
        let (path, rest) = rest.split_at_checked(number(&head[1..3]))?;
        let (data, rest) = rest.split_at_checked(number(&head[11..15]))?;
        Some((Self { kind: head[0], path: std::str::from_utf8(path).ok()?, number: number(&head[3..11]), data }, rest))
    }
}

fn write(bytes: &mut Vec<u8>, at: usize, data: &[u8]) {
    if bytes.len() < at + data.len() {
        bytes.resize(at + data.len(), 0);
    }
    bytes[at..at + data.len()].copy_from_slice(data);
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(kind: u8, path: &str, number: u64, data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind];
        bytes.extend((path.len() as u16).to_le_bytes());
        bytes.extend(number.to_le_bytes());
        bytes.extend((data.len() as u32).to_le_bytes());
        bytes.extend(path.as_bytes());
        bytes.extend(data);
        bytes
    }

    /// What is left of the file `a` in each of many cuts after these steps.
    fn left(steps: &[Vec<u8>]) -> Vec<Option<Vec<u8>>> {
        let cut = |seed| {
            let folder = tempfile::tempdir().unwrap();
            let mut disk = Disk::read(folder.path()).unwrap();
            disk.follow(&steps.concat(), &mut Tally::default());
            disk.cut(&mut Rng::new(seed), folder.path(), &mut Tally::default()).unwrap();
            fs::read(folder.path().join("a")).ok()
        };
        (0..200).map(cut).collect()
    }

    #[test]
    fn what_was_synced_is_there_and_of_the_rest_any_part() {
        let (old, new) = ([1; 1_024], [2; 1_024]);
        let made = [step(1, "a", 0, &[]), step(4, "", 0, &[]), step(3, "a", 0, &old)];
        let synced = [&made[..], &[step(4, "a", 0, &[])]].concat();
        assert!(left(&synced).iter().all(|file| file.as_deref() == Some(&old)));
        let more = left(&[&synced[..], &[step(3, "a", 512, &new)]].concat());
        let half = |file: &Option<Vec<u8>>| file.as_ref().is_some_and(|file| file[512..1_024] == [2; 512] && file.len() == 1_024);
        assert!(more.iter().all(|file| file.as_ref().is_some_and(|file| file[..512] == old[..512])));
        assert!(more.iter().any(half) && more.iter().any(|file| file.as_deref() == Some(&old)));
    }

    #[test]
    fn a_file_without_a_synced_name_may_be_lost() {
        let made = [step(1, "a", 0, &[]), step(3, "a", 0, b"x"), step(4, "a", 0, &[])];
        let files = left(&made);
        assert!(files.iter().any(Option::is_none) && files.iter().any(|file| file.as_deref() == Some(b"x")));
        let renamed = [&made[..], &[step(5, "a", 0, b"b"), step(4, "", 0, &[])]].concat();
        assert!(left(&renamed).iter().all(Option::is_none));
    }

    #[test]
    fn a_step_that_was_cut_off_is_left_out() {
        let (first, second) = (step(1, "a", 0, &[]), step(3, "a", 0, b"data"));
        let (_, rest) = Step::read(&first).unwrap();
        assert!(rest.is_empty());
        assert!((0..second.len()).all(|length| Step::read(&second[..length]).is_none()));
    }
}
