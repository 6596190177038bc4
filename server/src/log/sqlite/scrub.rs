//! Looks whether all there is of a board is what was written: its names, the end kept beside the
//! database, every row, and the checkpoint. It goes on after a damage and names each.
//!
//! It reads in steps, each as of one moment, so that a server's writing is not held up. The
//! end is read first: whatever it says is in the database by then.

use kakehashi_protocol::ids::{BoardId, Seq};
use rusqlite::{OptionalExtension, Row};

use super::checkpoint;
use super::guard::is_found;
use super::heads::{KeptHead, Slot};
use super::query::{BoardRow, OTHER_ROW, Query};
use super::schema::{place, seq_at};
use crate::log::error::damaged_row;
use crate::log::{Check, LogError};

/// Bytes of rows that one step reads: some milliseconds.
const STEP_BYTES: usize = 4 * 1024 * 1024;
/// Runs of damaged rows that are named of one board; then its other rows are left unread.
const RUNS_MAX: usize = 1_000;
/// Rows that are tried one by one after one that cannot be read, some 20 microseconds each: what hangs on a damaged page
/// is far less.
const TRIES_MAX: u64 = 100_000;

/// What a row may build on after rows that do not fit: what stands, and what follows from those before.
const BEFORE_MAX: usize = 4;

const MISSING: &str = "missing";
const MISFIT: &str = "bytes and checksum do not fit each other";

/// What was found of a board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scrubbed {
    /// Which board.
    pub board: BoardId,
    /// Rows that are what was written.
    pub rows: u64,
    /// Whether there is a checkpoint that can be read.
    pub checkpoint: bool,
    /// Whether the end of its log stands outside the database. After a power cut it may not.
    pub guarded: bool,
    /// What is damaged.
    pub damages: Vec<LogError>,
}

/// A board that is being looked at.
pub(super) struct Scrub {
    at: BoardRow,
    head: Option<KeptHead>,
    rows: Rows,
    found: Scrubbed,
}

impl Scrub {
    /// Looks at the names of the board with this number, and at its end outside the database.
    ///
    /// # Errors
    /// Also a damage that belongs to no board.
    pub(super) fn begin(query: Query<'_>, number: u64) -> Result<Option<Self>, LogError> {
        let slot = query.guard.heads.read(number)?;
        let (head, listed) = (if let Slot::Kept(head) = slot { Some(head) } else { None }, query.listed(number));
        // The end outside has a checksum: what it says counts.
        let names = match (head, &listed) {
            (Some(head), _) => Some((head.board, BoardRow { number, log: head.log, code: head.code })),
            (None, Ok(Some(listed))) => Some((listed.board, BoardRow { number, log: listed.log, code: listed.code })),
            (None, Ok(None)) => None,
            (None, Err(error)) => return Err(of_number(number, error.clone())),
        };
        let Some((board, at)) = names else {
            let what = "it does not fit its checksum, and the database has no such board".to_owned();
            let damage = || LogError::Damaged { what, place: format!("the end of the log of board number {number}") };
            return if slot == Slot::Damaged { Err(damage()) } else { Ok(None) };
        };
        let damaged = |what: &str| LogError::Damaged { what: what.to_owned(), place: format!("board {board}") };
        let mut damages = Vec::new();
        if slot == Slot::Damaged {
            damages.push(damaged("the end of its log that is kept beside the database does not fit its checksum"));
        }
        match is_found(query, board, at) {
            Ok(true) => damages.extend(listed.err()),
            Ok(false) => damages.push(damaged("it is not in the database under its name and code")),
            Err(error) => damages.push(error),
        }
        let end = match query.end(board, at) {
            Ok((end, _)) => end,
            // Up to the end that is known, each row is looked for.
            Err(_) if head.is_some() => Seq(0),
            Err(error) => {
                damages.push(error);
                Seq(0)
            }
        };
        let rows = Rows::new(at, head.map_or(end, |head| end.max(head.end)));
        let found = Scrubbed { board, rows: 0, checkpoint: false, guarded: head.is_some(), damages };
        Ok(Some(Self { at, head, rows, found }))
    }

    /// Reads on; says whether all rows were read.
    pub(super) fn step(&mut self, query: Query<'_>) -> Result<bool, LogError> {
        self.rows.step(query, self.found.board, self.head)
    }

    /// The checkpoint comes last.
    pub(super) fn finish(self, query: Query<'_>) -> Scrubbed {
        let Self { at, rows, mut found, .. } = self;
        found.rows = rows.whole;
        found.damages.extend(rows.runs.iter().map(|run| run.error(found.board)));
        let read = || {
            // Its two tables and the end are read as of one moment.
            let _moment = query.db.unchecked_transaction().map_err(|error| query.file.board_error(found.board, &error))?;
            let end = query.end(found.board, at).map_or(rows.end, |(end, _)| end.max(rows.end));
            Ok(checkpoint::read(query, found.board, at, end, |_, _, _| {}))
        };
        match read() {
            Ok(read) => {
                found.checkpoint = read.state.is_some();
                found.damages.extend(read.damages);
            }
            Err(error) => found.damages.push(error),
        }
        found
    }
}

fn of_number(number: u64, error: LogError) -> LogError {
    match error {
        LogError::Damaged { what, place } => LogError::Damaged { what, place: format!("board number {number} in {place}") },
        error => error,
    }
}

/// Rows of which the same is wrong.
struct Run {
    first: Seq,
    last: Seq,
    what: String,
}

impl Run {
    fn error(&self, board: BoardId) -> LogError {
        if self.first == self.last {
            return damaged_row(board, self.first, &self.what);
        }
        LogError::Damaged { what: self.what.clone(), place: format!("board {board}, rows {} to {}", self.first.0, self.last.0) }
    }
}

/// The rows of a board as they are gone through.
struct Rows {
    number: u64,
    next: Seq,
    end: Seq,
    /// What the next row may build on: the checksum that stands with the row before, and the one that its bytes have. Where
    /// these differ, the next row says which of them was written. Empty where the row before is not known.
    before: Vec<Check>,
    whole: u64,
    runs: Vec<Run>,
    tries: u64,
}

impl Rows {
    fn new(at: BoardRow, end: Seq) -> Self {
        Self { number: at.number, next: Seq(1), end, before: vec![Check::start(at.log)], whole: 0, runs: Vec::new(), tries: 0 }
    }

    fn step(&mut self, query: Query<'_>, board: BoardId, head: Option<KeptHead>) -> Result<bool, LogError> {
        let mut bytes = 0;
        while self.next <= self.end && bytes < STEP_BYTES {
            if self.runs.len() >= RUNS_MAX || self.tries >= TRIES_MAX {
                self.damaged(self.end, "not read, after so much that is damaged");
                break;
            }
            let unread = match self.scan(query, head, &mut bytes) {
                Ok(()) if self.next > self.end || bytes >= STEP_BYTES => break,
                // The next one is not where it should be.
                Ok(()) => None,
                Err(error) => Some(query.file.board_error(board, &error)),
            };
            self.pass_over(query, board, unread)?;
        }
        Ok(self.next > self.end)
    }

    /// Takes rows as they follow each other.
    fn scan(&mut self, query: Query<'_>, head: Option<KeptHead>, bytes: &mut usize) -> rusqlite::Result<()> {
        let (Ok(from), Ok(to)) = (place(self.number, self.next), place(self.number, self.end)) else { return Ok(()) };
        let mut statement =
            query.db.prepare_cached("SELECT place, body, chained FROM rows WHERE place BETWEEN ?1 AND ?2 ORDER BY place")?;
        let mut rows = statement.query([from, to])?;
        while *bytes < STEP_BYTES
            && let Some(row) = rows.next()?
            && seq_at(row.get(0)?) == self.next
        {
            *bytes += self.take(row, head)?;
        }
        Ok(())
    }

    /// Passes over what is not there, or cannot be read.
    fn pass_over(&mut self, query: Query<'_>, board: BoardId, unread: Option<LogError>) -> Result<(), LogError> {
        let (from, to) = (place(self.number, self.next)?, place(self.number, self.end)?);
        let find = || {
            let sql = "SELECT place FROM rows WHERE place BETWEEN ?1 AND ?2 ORDER BY place LIMIT 1";
            query.db.prepare_cached(sql)?.query_row([from, to], |row| Ok(seq_at(row.get(0)?))).optional()
        };
        let (last, what) = match (find().map_err(|error| query.file.board_error(board, &error)), unread) {
            (Ok(Some(later)), _) if later > self.next => (Seq(later.0 - 1), MISSING.to_owned()),
            (Ok(None), _) => (self.end, MISSING.to_owned()),
            (Ok(Some(_)), None) => (self.next, MISSING.to_owned()),
            (Err(error), _) | (Ok(Some(_)), Some(error)) => {
                self.tries += 1;
                (self.next, format!("it cannot be read: {error}"))
            }
        };
        self.damaged(last, &what);
        Ok(())
    }

    /// Looks at the next row; gives its bytes.
    fn take(&mut self, row: &Row<'_>, head: Option<KeptHead>) -> rusqlite::Result<usize> {
        let seq = self.next;
        let body = row.get_ref(1)?.as_blob().unwrap_or_default();
        let stands = row.get::<_, [u8; 16]>(2).ok().map(Check);
        let computed: Vec<Check> = self.before.iter().map(|before| before.then(seq, body)).collect();
        // After a row that is not known, what stands is all there is.
        let fits = stands.is_some_and(|stands| computed.is_empty() || computed.contains(&stands));
        let acknowledged =
            head.filter(|head| head.end == seq).is_none_or(|head| stands == Some(head.check) || computed.contains(&head.check));
        self.before = stands.into_iter().chain(computed.into_iter().filter(|_| !fits)).take(BEFORE_MAX).collect();
        match (fits, acknowledged) {
            (true, true) => {
                self.whole += 1;
                self.next = seq.next();
            }
            (false, _) => self.run(seq, MISFIT),
            (true, false) => self.run(seq, OTHER_ROW),
        }
        Ok(body.len())
    }

    /// The rows from the next to `last` are damaged, and nothing is known of them.
    fn damaged(&mut self, last: Seq, what: &str) {
        self.run(last, what);
        self.before.clear();
    }

    fn run(&mut self, last: Seq, what: &str) {
        match self.runs.last_mut() {
            Some(run) if run.last.next() == self.next && run.what == what => run.last = last,
            _ => self.runs.push(Run { first: self.next, last, what: what.to_owned() }),
        }
        self.next = last.next();
    }
}
