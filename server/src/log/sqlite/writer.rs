//! The one thread that writes. It takes all that waits, writes it in one transaction and answers
//! everyone after the one sync (group commit, as in many databases).

use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use kakehashi_protocol::ids::{BoardId, Seq};
use rusqlite::{Connection, params};
use tokio::sync::{mpsc, oneshot};

use super::guard::Guard;
use super::heads::{KeptHead, Syncing};
use super::query::{BoardRow, Query};
use super::schema::{DbFile, ROWS_MAX, place};
use super::{SqliteOptions, checkpoint, no_thread};
use crate::log::health::Watch;
use crate::log::{Check, Checkpoint, Head, LogError, NewBoard, check_checkpoint, check_row};

/// Commands that wait for the writer; more make their senders wait. Each room has one row under
/// way, so this is how many boards can be written between two syncs.
pub(super) const QUEUE_MAX: usize = 1024;
/// Rows that one step of a removal deletes: a few milliseconds, which is what other boards wait.
const REMOVE_ROWS: u32 = 1_024;
/// Boards whose end the writer remembers, about 100 bytes each. All are forgotten when there are
/// more, and looked up again.
const ENDS_MAX: usize = 65_536;

type Answer<T> = oneshot::Sender<Result<T, LogError>>;

/// What the writer is asked for.
pub(super) enum Command {
    Create {
        new: NewBoard,
        answer: Answer<Head>,
    },
    Append {
        board: BoardId,
        expected: Seq,
        body: Bytes,
        answer: Answer<Seq>,
    },
    Extend {
        board: BoardId,
        expected: Seq,
        rows: Vec<Bytes>,
        answer: Answer<Seq>,
    },
    /// One step; answers whether it was the last.
    Remove {
        board: BoardId,
        answer: Answer<bool>,
    },
    Save {
        board: BoardId,
        checkpoint: Checkpoint,
        answer: Answer<()>,
    },
    /// Leaves away a checkpoint that cannot be used, so that the next one is whole.
    Forget {
        board: BoardId,
        answer: Answer<()>,
    },
    Close {
        answer: Answer<()>,
    },
}

/// Tells whoever asked what became of it, given whether the transaction was committed.
type Tell = Box<dyn FnOnce(Result<(), LogError>)>;

#[derive(Clone, Copy)]
struct End {
    at: BoardRow,
    end: Seq,
    check: Check,
}

pub(super) struct Writer {
    db: Connection,
    file: DbFile,
    guard: Arc<Guard>,
    watch: Watch,
    options: SqliteOptions,
    /// Ends as they are committed.
    ends: HashMap<BoardId, End>,
    /// Why nothing is written any more.
    poison: Option<String>,
    /// Whether the file was told that it cannot grow.
    full: bool,
    /// These two are held until the connection is closed: fields are dropped in order.
    _syncing: Syncing,
    _lock: File,
}

/// One transaction as it grows.
#[derive(Default)]
struct Batch {
    /// Ends as they will be, of boards written in this batch.
    ends: HashMap<BoardId, End>,
    /// Boards that are gone when it is committed.
    removed: Vec<BoardId>,
    tell: Vec<Tell>,
    rows: u32,
}

impl Writer {
    pub(super) fn new(
        db: Connection,
        file: DbFile,
        guard: Arc<Guard>,
        watch: Watch,
        options: SqliteOptions,
        lock: File,
    ) -> Result<Self, LogError> {
        let syncing = Syncing::start(Arc::clone(&guard)).map_err(|error| no_thread(&error))?;
        Ok(Self { db, file, guard, watch, options, ends: HashMap::new(), poison: None, full: false, _syncing: syncing, _lock: lock })
    }

    /// Writes until nobody can ask any more or the store is closed.
    pub(super) fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut waiting = Vec::new();
        while commands.blocking_recv_many(&mut waiting, QUEUE_MAX) > 0 {
            let close = waiting.iter().position(|command| matches!(command, Command::Close { .. }));
            let after = waiting.split_off(close.unwrap_or(waiting.len()));
            self.write(std::mem::take(&mut waiting));
            if close.is_some() {
                commands.close();
                drop(self);
                let rest = std::iter::from_fn(|| commands.try_recv().ok());
                for command in after.into_iter().chain(rest) {
                    let closed = matches!(command, Command::Close { .. });
                    command.refuse(if closed { None } else { Some(LogError::Closed) });
                }
                return;
            }
        }
    }

    fn write(&mut self, commands: Vec<Command>) {
        if commands.is_empty() {
            return;
        }
        if let Some(reason) = &self.poison {
            for command in commands {
                command.refuse(Some(LogError::Poisoned { reason: reason.clone() }));
            }
            return;
        }
        let started = Instant::now();
        let mut batch = Batch::default();
        let outcome = self.write_batch(&mut batch, commands);
        let seconds = started.elapsed().as_secs_f64();
        match &outcome {
            Ok(()) => {
                metrics::histogram!("kakehashi_log_commit_seconds").record(seconds);
                metrics::histogram!("kakehashi_log_commit_rows").record(batch.rows);
                self.keep_heads(&batch);
                if self.ends.len() > ENDS_MAX {
                    self.ends.clear();
                }
                for board in &batch.removed {
                    self.ends.remove(board);
                }
                self.ends.extend(batch.ends);
            }
            Err(error) => {
                metrics::counter!("kakehashi_log_commit_failures").increment(1);
                tracing::error!(%error, "a commit of the log failed");
            }
        }
        for tell in batch.tell {
            tell(outcome.clone());
        }
    }

    /// After the commit's sync, and before anybody hears of it.
    fn keep_heads(&self, batch: &Batch) {
        let head = |(board, end): (&BoardId, &End)| {
            let head = KeptHead { board: *board, log: end.at.log, check: end.check, end: end.end, code: end.at.code };
            (end.at.number, head)
        };
        if let Err(error) = self.guard.heads.write(batch.ends.iter().map(head)) {
            // The rows are durable; only a damage to come may go unnoticed.
            metrics::counter!("kakehashi_log_head_failures").increment(1);
            tracing::error!(%error, "the ends of the logs could not be written");
        }
    }

    /// Commits all or nothing. Whoever is refused for a reason of their own is told so either way.
    fn write_batch(&mut self, batch: &mut Batch, commands: Vec<Command>) -> Result<(), LogError> {
        let mut outcome = self.begin();
        let begun = outcome.is_ok();
        for command in commands {
            match &outcome {
                Ok(()) => outcome = self.apply(batch, command),
                Err(error) => command.refuse(Some(error.clone())),
            }
        }
        let outcome = outcome.and_then(|()| self.commit());
        if let Err(error) = &outcome {
            if !self.db.is_autocommit() {
                // If this fails too, SQLite has rolled back by itself, or the next begin fails.
                let _ = self.db.execute_batch("ROLLBACK");
            }
            // Lack of room leaves the file as it was; after any other error nobody knows.
            if begun && !matches!(error, LogError::DiskFull { .. }) {
                self.watch.poison(&error.to_string());
                self.poison = Some(error.to_string());
            }
        }
        outcome
    }

    fn begin(&mut self) -> Result<(), LogError> {
        let full = self.options.faults.full();
        let begin = |db: &Connection| {
            if full != self.full {
                // SQLite takes a limit below the present size as the present size.
                db.pragma_update_and_check(None, "max_page_count", if full { 1 } else { u32::MAX - 1 }, |_| Ok(()))?;
            }
            db.execute_batch("BEGIN IMMEDIATE")
        };
        begin(&self.db).map_err(|error| self.file.error(&error))?;
        self.full = full;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), LogError> {
        if !self.options.sync_delay.is_zero() {
            std::thread::sleep(self.options.sync_delay);
        }
        if self.options.faults.sync_fails() {
            let place = self.file.0.display().to_string();
            return Err(LogError::Io { what: "the sync failed".to_owned(), place });
        }
        self.db.execute_batch("COMMIT").map_err(|error| self.file.error(&error))
    }

    /// Does one command within the transaction. An error is one of the whole batch.
    fn apply(&self, batch: &mut Batch, command: Command) -> Result<(), LogError> {
        match command {
            Command::Create { new, answer } => {
                let outcome = self.step(|| self.create(batch, &new));
                batch.note(outcome, answer)
            }
            Command::Append { board, expected, body, answer } => {
                let outcome = self.watch.note(board, self.step(|| self.append(batch, board, expected, &body)));
                batch.note(outcome, answer)
            }
            Command::Extend { board, expected, rows, answer } => {
                let outcome = self.watch.note(board, self.step(|| self.extend(batch, board, expected, &rows)));
                batch.note(outcome, answer)
            }
            Command::Remove { board, answer } => {
                let outcome = self.step(|| self.remove(batch, board));
                batch.note(outcome, answer)
            }
            Command::Save { board, checkpoint, answer } => {
                let outcome = self.step(|| {
                    check_checkpoint(&checkpoint)?;
                    let at = self.end(batch, board)?.at;
                    checkpoint::save(self.query(), board, at, &checkpoint)
                });
                batch.note(outcome, answer)
            }
            Command::Forget { board, answer } => {
                let outcome = self.step(|| checkpoint::forget(self.query(), board, self.query().board(board)?));
                batch.note(outcome, answer)
            }
            // Never here: `run` takes it out first.
            Command::Close { .. } => Ok(()),
        }
    }

    /// Undoes what a refused command has already written, so that the others go on without it.
    fn step<T>(&self, write: impl FnOnce() -> Result<T, LogError>) -> Result<T, LogError> {
        let run = |sql| self.db.execute_batch(sql).map_err(|error| self.file.error(&error));
        run("SAVEPOINT step")?;
        let outcome = write();
        match &outcome {
            Ok(_) => run("RELEASE step")?,
            Err(error) if ends_batch(error) => {}
            Err(_) => run("ROLLBACK TO step; RELEASE step")?,
        }
        outcome
    }

    fn query(&self) -> Query<'_> {
        Query { db: &self.db, file: &self.file, guard: &self.guard }
    }

    fn end(&self, batch: &Batch, board: BoardId) -> Result<End, LogError> {
        let known = if batch.removed.contains(&board) { None } else { self.ends.get(&board) };
        if let Some(end) = batch.ends.get(&board).or(known) {
            return Ok(*end);
        }
        let at = self.query().board(board)?;
        let (end, check) = self.query().guarded_end(board, at)?;
        Ok(End { at, end, check })
    }

    fn create(&self, batch: &mut Batch, new: &NewBoard) -> Result<Head, LogError> {
        check_row(&new.first_row)?;
        if self.query().find_board(new.board)?.is_some() {
            return Err(LogError::BoardExists(new.board));
        }
        if self.query().board_of_code(new.code)?.is_some() {
            return Err(LogError::CodeTaken);
        }
        // Never the number of a board that had a head, though the database may have lost it.
        let free = self.guard.heads.slots()?.max(1);
        let insert = || {
            let sql = "INSERT INTO boards (number, board, log, code, created_ms)
                VALUES ((SELECT max(?1, 1 + coalesce(max(number), 0)) FROM boards), ?2, ?3, ?4, ?5) RETURNING number";
            let created_ms = new.created_ms.cast_signed();
            let mut statement = self.db.prepare_cached(sql)?;
            statement.query_row(params![free, new.board.0, new.log.0, new.code.number(), created_ms], |row| row.get(0))
        };
        let number = insert().map_err(|error| self.file.board_error(new.board, &error))?;
        let at = BoardRow { number, log: new.log, code: new.code };
        let before = End { at, end: Seq(0), check: Check::start(new.log) };
        let end = self.insert_row(batch, new.board, before, &new.first_row)?;
        Ok(Head { log: new.log, end: end.end, check: end.check })
    }

    fn append(&self, batch: &mut Batch, board: BoardId, expected: Seq, body: &Bytes) -> Result<Seq, LogError> {
        check_row(body)?;
        let before = self.end(batch, board)?;
        if before.end != expected {
            return Err(LogError::WrongEnd { board, expected, actual: before.end });
        }
        self.insert_row(batch, board, before, body).map(|end| end.end)
    }

    fn extend(&self, batch: &mut Batch, board: BoardId, expected: Seq, rows: &[Bytes]) -> Result<Seq, LogError> {
        rows.iter().try_for_each(check_row)?;
        let before = self.end(batch, board)?;
        if before.end != expected {
            return Err(LogError::WrongEnd { board, expected, actual: before.end });
        }
        // Before the first is written: what refuses one refuses all.
        place(before.at.number, Seq(expected.0.saturating_add(rows.len() as u64)))?;
        let extended = rows.iter().try_fold(before, |end, body| self.insert_row(batch, board, end, body)).map(|end| end.end);
        if extended.is_err() {
            // The rows before the one that failed are taken back too.
            batch.ends.insert(board, before);
        }
        extended
    }

    /// Removes some rows of a board, or, when it has none any more, the board; says whether it is gone.
    fn remove(&self, batch: &mut Batch, board: BoardId) -> Result<bool, LogError> {
        let Some(at) = self.query().find_board(board)? else {
            if let Some(number) = self.guard.lost_number(board) {
                self.guard.heads.clear(number)?;
            }
            self.watch.forget(board);
            return Ok(true);
        };
        // First: without its rows the board must not be held against its head.
        self.guard.heads.clear(at.number)?;
        let (first, last) = (place(at.number, Seq(0))?, place(at.number, Seq(ROWS_MAX))?);
        let delete = || {
            let some = "DELETE FROM rows WHERE place IN (SELECT place FROM rows WHERE place BETWEEN ?1 AND ?2 LIMIT ?3)";
            let deleted = self.db.prepare_cached(some)?.execute(params![first, last, REMOVE_ROWS])?;
            if deleted == REMOVE_ROWS as usize {
                return Ok(false);
            }
            for table in ["checkpoint_documents", "checkpoints", "boards"] {
                self.db.execute(&format!("DELETE FROM {table} WHERE number = ?1"), [at.number])?;
            }
            Ok(true)
        };
        let gone = delete().map_err(|error| self.file.board_error(board, &error))?;
        batch.ends.remove(&board);
        batch.removed.push(board);
        self.watch.forget(board);
        Ok(gone)
    }

    fn insert_row(&self, batch: &mut Batch, board: BoardId, before: End, body: &[u8]) -> Result<End, LogError> {
        let seq = before.end.next();
        let end = End { at: before.at, end: seq, check: before.check.then(seq, body) };
        let place = place(end.at.number, seq)?;
        let insert = || {
            self.db.prepare_cached("INSERT INTO rows (place, body, chained) VALUES (?1, ?2, ?3)")?.execute(params![
                place,
                body,
                end.check.0
            ])
        };
        insert().map_err(|error| self.file.board_error(board, &error))?;
        batch.ends.insert(board, end);
        batch.rows += 1;
        Ok(end)
    }
}

/// Whether an error is one of the whole transaction, not of the one who met it.
fn ends_batch(error: &LogError) -> bool {
    matches!(error, LogError::DiskFull { .. } | LogError::Io { .. })
}

impl Batch {
    /// Keeps what to tell the asker. An error of the whole batch is answered.
    fn note<T: 'static>(&mut self, outcome: Result<T, LogError>, answer: Answer<T>) -> Result<(), LogError> {
        let failed = outcome.as_ref().err().filter(|error| ends_batch(error)).cloned();
        self.tell.push(Box::new(move |committed| {
            // Whoever no longer waits need not be told.
            let _ = answer.send(outcome.and_then(|value| committed.map(|()| value)));
        }));
        failed.map_or(Ok(()), Err)
    }
}

impl Command {
    /// Answers without having done anything; without an error only to a close.
    fn refuse(self, error: Option<LogError>) {
        let error = error.unwrap_or(LogError::Closed);
        // Whoever no longer waits need not be told.
        match self {
            Self::Create { answer, .. } => drop(answer.send(Err(error))),
            Self::Append { answer, .. } => drop(answer.send(Err(error))),
            Self::Extend { answer, .. } => drop(answer.send(Err(error))),
            Self::Remove { answer, .. } => drop(answer.send(Err(error))),
            Self::Save { answer, .. } | Self::Forget { answer, .. } => drop(answer.send(Err(error))),
            Self::Close { answer } => drop(answer.send(Ok(()))),
        }
    }
}
