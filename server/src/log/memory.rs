//! A log that lasts as long as its process: for tests and simulations. It waits for nothing, so it
//! does the same in each run of one seed.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use kakehashi_protocol::ids::{BoardId, DocumentId, LogId, Seq};

use super::chain::Walk;
use super::error::damaged_row;
use super::health::Watch;
use super::{Check, Checkpoint, Faults, Head, Health, JoinCode, Log, LogError, LogFuture, NewBoard, Row, check_checkpoint, check_row};

/// A [`Log`] in memory. What it "has on disk" is shared with the logs made by [`MemoryLog::reopen`].
#[derive(Debug, Default)]
pub struct MemoryLog {
    disk: Arc<Mutex<Disk>>,
    faults: Faults,
    state: Mutex<State>,
    watch: Watch,
}

#[derive(Debug, Default)]
struct Disk {
    boards: HashMap<BoardId, Stored>,
    codes: BTreeMap<JoinCode, BoardId>,
}

#[derive(Debug)]
struct Stored {
    log: LogId,
    code: JoinCode,
    /// The row at index 0 is row 1.
    rows: Vec<(Bytes, Check)>,
    checkpoint: Option<Saved>,
}

#[derive(Debug)]
struct Saved {
    seq: Seq,
    state: Bytes,
    documents: BTreeMap<DocumentId, (Seq, Bytes)>,
}

#[derive(Clone, Debug, Default)]
enum State {
    #[default]
    Open,
    Poisoned(String),
    Closed,
}

impl MemoryLog {
    /// An empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What its disk refuses to do.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.faults.clone()
    }

    /// The same boards, as after a restart.
    #[must_use]
    pub fn reopen(&self) -> Self {
        Self { disk: Arc::clone(&self.disk), faults: self.faults.clone(), ..Self::default() }
    }

    /// Changes one byte of a stored row, as a bad disk would. Nothing happens if it is not there.
    pub fn damage(&self, board: BoardId, seq: Seq) {
        let mut disk = lock(&self.disk);
        let row = disk.boards.get_mut(&board).and_then(|stored| stored.rows.get_mut(index_of(seq)?));
        if let Some((body, _)) = row {
            let mut bytes = body.to_vec();
            if let Some(byte) = bytes.first_mut() {
                *byte ^= 1;
            }
            *body = bytes.into();
        }
    }

    fn read_with<T: Send>(&self, read: impl FnOnce(&Disk) -> Result<T, LogError> + Send + 'static) -> LogFuture<'_, T> {
        Box::pin(async move {
            match *lock(&self.state) {
                State::Closed => Err(LogError::Closed),
                State::Open | State::Poisoned(_) => read(&lock(&self.disk)),
            }
        })
    }

    /// As [`Self::read_with`], and remembers the board if it is damaged.
    fn read_board<T: Send>(&self, board: BoardId, read: impl FnOnce(&Disk) -> Result<T, LogError> + Send + 'static) -> LogFuture<'_, T> {
        let watch = self.watch.clone();
        self.read_with(move |disk| watch.note(board, read(disk)))
    }

    fn write_with<T: Send>(&self, write: impl FnOnce(&mut Disk) -> Result<T, LogError> + Send + 'static) -> LogFuture<'_, T> {
        Box::pin(async move {
            let mut state = lock(&self.state);
            match &*state {
                State::Closed => return Err(LogError::Closed),
                State::Poisoned(reason) => return Err(LogError::Poisoned { reason: reason.clone() }),
                State::Open => {}
            }
            if self.faults.full() {
                return Err(LogError::DiskFull { file: PathBuf::from("memory") });
            }
            if self.faults.sync_fails() {
                let what = "the sync failed".to_owned();
                *state = State::Poisoned(what.clone());
                self.watch.poison(&what);
                return Err(LogError::Io { what, place: "memory".to_owned() });
            }
            write(&mut lock(&self.disk))
        })
    }
}

/// A thread that stopped while it held the lock left nothing half done: each change is one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where row `seq` stands in the vector of rows; none for row 0.
fn index_of(seq: Seq) -> Option<usize> {
    usize::try_from(seq.0.checked_sub(1)?).ok()
}

impl Disk {
    fn board(&self, board: BoardId) -> Result<&Stored, LogError> {
        self.boards.get(&board).ok_or(LogError::UnknownBoard(board))
    }

    fn board_mut(&mut self, board: BoardId) -> Result<&mut Stored, LogError> {
        self.boards.get_mut(&board).ok_or(LogError::UnknownBoard(board))
    }
}

impl Stored {
    fn head(&self) -> Head {
        let check = self.rows.last().map_or(Check::start(self.log), |(_, check)| *check);
        Head { log: self.log, end: Seq(self.rows.len() as u64), check }
    }

    fn append(&mut self, body: Bytes) -> Seq {
        let head = self.head();
        let seq = head.end.next();
        let check = head.check.then(seq, &body);
        self.rows.push((body, check));
        seq
    }

    /// The walk to the rows after `after`, which need not exist.
    fn walk(&self, board: BoardId, after: Seq) -> Result<Walk, LogError> {
        let check = match index_of(after) {
            None => Check::start(self.log),
            Some(index) => self.rows.get(index).ok_or_else(|| damaged_row(board, after, "the row is missing"))?.1,
        };
        Ok(Walk::after(board, after, check))
    }
}

impl Log for MemoryLog {
    fn create(&self, new: NewBoard) -> LogFuture<'_, Head> {
        self.write_with(move |disk| {
            check_row(&new.first_row)?;
            if disk.boards.contains_key(&new.board) {
                return Err(LogError::BoardExists(new.board));
            }
            if disk.codes.contains_key(&new.code) {
                return Err(LogError::CodeTaken);
            }
            let mut stored = Stored { log: new.log, code: new.code, rows: Vec::new(), checkpoint: None };
            stored.append(new.first_row);
            let head = stored.head();
            disk.codes.insert(new.code, new.board);
            disk.boards.insert(new.board, stored);
            Ok(head)
        })
    }

    fn open(&self, board: BoardId) -> LogFuture<'_, Head> {
        self.read_board(board, move |disk| {
            let stored = disk.board(board)?;
            let head = stored.head();
            if let Some((body, check)) = stored.rows.last() {
                stored.walk(board, Seq(head.end.0 - 1))?.step(head.end, body, *check)?;
            }
            Ok(head)
        })
    }

    fn append(&self, board: BoardId, expected: Seq, body: Bytes) -> LogFuture<'_, Seq> {
        self.write_with(move |disk| {
            check_row(&body)?;
            let stored = disk.board_mut(board)?;
            let actual = stored.head().end;
            if actual != expected {
                return Err(LogError::WrongEnd { board, expected, actual });
            }
            Ok(stored.append(body))
        })
    }

    fn extend(&self, board: BoardId, expected: Seq, rows: Vec<Bytes>) -> LogFuture<'_, Seq> {
        self.write_with(move |disk| {
            rows.iter().try_for_each(check_row)?;
            let stored = disk.board_mut(board)?;
            let actual = stored.head().end;
            if actual != expected {
                return Err(LogError::WrongEnd { board, expected, actual });
            }
            Ok(rows.into_iter().fold(expected, |_, body| stored.append(body)))
        })
    }

    fn remove(&self, board: BoardId) -> LogFuture<'_, ()> {
        let watch = self.watch.clone();
        self.write_with(move |disk| {
            watch.forget(board);
            if let Some(stored) = disk.boards.remove(&board) {
                disk.codes.remove(&stored.code);
            }
            Ok(())
        })
    }

    fn read(&self, board: BoardId, after: Seq, bytes_max: usize) -> LogFuture<'_, Vec<Row>> {
        self.read_board(board, move |disk| {
            let stored = disk.board(board)?;
            let mut out = Vec::new();
            if after >= stored.head().end {
                return Ok(out);
            }
            let mut walk = stored.walk(board, after)?;
            let mut bytes = 0;
            let skip = usize::try_from(after.0).unwrap_or(usize::MAX);
            for (seq, (body, check)) in (after.0 + 1..).zip(stored.rows.iter().skip(skip)) {
                bytes += body.len();
                if bytes > bytes_max && !out.is_empty() {
                    break;
                }
                walk.step(Seq(seq), body, *check)?;
                out.push(Row { seq: Seq(seq), body: body.clone() });
            }
            Ok(out)
        })
    }

    fn checkpoint_save(&self, board: BoardId, checkpoint: Checkpoint) -> LogFuture<'_, ()> {
        self.write_with(move |disk| {
            check_checkpoint(&checkpoint)?;
            let stored = disk.board_mut(board)?;
            let mut documents = stored.checkpoint.take().map(|saved| saved.documents).unwrap_or_default();
            documents.extend(checkpoint.documents.into_iter().map(|(document, seq, body)| (document, (seq, body))));
            stored.checkpoint = Some(Saved { seq: checkpoint.seq, state: checkpoint.state, documents });
            Ok(())
        })
    }

    fn checkpoint_load(&self, board: BoardId) -> LogFuture<'_, Option<Checkpoint>> {
        self.read_with(move |disk| {
            let saved = disk.board(board)?.checkpoint.as_ref();
            Ok(saved.map(|saved| Checkpoint {
                seq: saved.seq,
                state: saved.state.clone(),
                documents: saved.documents.iter().map(|(id, (seq, body))| (*id, *seq, body.clone())).collect(),
            }))
        })
    }

    fn code_of(&self, board: BoardId) -> LogFuture<'_, JoinCode> {
        self.read_with(move |disk| disk.board(board).map(|stored| stored.code))
    }

    fn board_of_code(&self, code: JoinCode) -> LogFuture<'_, Option<BoardId>> {
        self.read_with(move |disk| Ok(disk.codes.get(&code).copied()))
    }

    fn health(&self) -> Health {
        self.watch.health()
    }

    fn close(&self) -> LogFuture<'_, ()> {
        Box::pin(async move {
            *lock(&self.state) = State::Closed;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::{self, contract};
    use super::*;

    impl contract::Disk for MemoryLog {
        fn open(&self) -> Box<dyn Log> {
            Box::new(self.reopen())
        }

        fn faults(&self) -> Faults {
            self.faults()
        }

        fn damage(&self, board: BoardId, seq: Seq) {
            self.damage(board, seq);
        }
    }

    contract!(MemoryLog::new());
}
