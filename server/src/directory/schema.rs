//! The directory's file: its tables and its format version.
//!
//! | table | a row of it |
//! |---|---|
//! | `server` | what holds for the whole server: its name, who may start a board |
//! | `accounts` | somebody who signs in; `failures` and `locked_until_ms` make guessing slow |
//! | `web_sessions` | a browser that is signed in, by the hash of its cookie |
//! | `invitations` | an account that may be made once, or whose password may be set once, by the hash of its token |
//! | `board_doors` | a board whose door is not as it is by default, or that has an owner |
//! | `links` | a further door to a board: a token's hash or a code, with a role, an end, and whether one waits behind it |
//! | `passes` | who has entered a board, and as what: by account, by panel, or by the hash of a guest's pass |
//! | `removed` | who may enter a board no more |
//! | `identities` | somebody of a provider (issuer and subject), and whose account that is |
//! | `api_keys` | keys for programs: a token's hash, whose it is, its scopes and its end |
//! | `panels` | a wall board that was approved: its public key, name and place; a revoked one stays, so that its key does |
//! | `panel_boards` | a board that a panel has made, and since when somebody writes on it |
//! | `webhooks` | where programs are told what happens, and the salts of the secrets that sign it |
//! | `webhook_deliveries` | an event for one of them: waiting, delivered or failed |
//! | `webhook_told` | what was told of a board's sessions |
//! | `webhook_doubts` | a board with a row of which it is not known whether all of it was told |
//! | `scheduled` | a scheduled session: its board, whose it is, its local times and zone; `begins_ms` and `ends_ms` are its farthest ends |
//! | `scheduled_dates` | a single date of one that is cancelled (`moved_to` is null) or moved |
//! | `scheduled_rooms` | a room that one is for |
//! | `assisting` | a panel that is an assistant on a board because of one; `settled`: the board was told so |
//! | `calendar_feeds` | the secret link of an account's calendar, by the hash of its token |
//! | `audit` | who did what; nothing of it is a secret |

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::DirectoryError;
use crate::disk::{self, Access};

/// The format this version writes and the newest it reads.
const FORMAT: u32 = STEPS.len() as u32;
/// What each format has besides the one before it. Released ones are never edited.
const STEPS: [&str; 8] = [TABLES, KEYS, PANELS, IDENTITIES, WAITING, WEBHOOKS, TIMETABLE, ASSISTING];
/// "KakD": says whose file it is.
const APPLICATION: u32 = 0x4b61_6b44;
/// How long another program may hold the file, such as a backup, before a write fails.
const BUSY: Duration = Duration::from_secs(10);

const TABLES: &str = "
CREATE TABLE server (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE accounts (
    account INTEGER PRIMARY KEY AUTOINCREMENT,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    administrator INTEGER NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    locked_until_ms INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE web_sessions (
    token BLOB PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts,
    began_ms INTEGER NOT NULL,
    used_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX web_sessions_of ON web_sessions (account);
CREATE TABLE invitations (
    invitation INTEGER PRIMARY KEY AUTOINCREMENT,
    token BLOB NOT NULL UNIQUE,
    administrator INTEGER NOT NULL,
    made_by INTEGER NOT NULL REFERENCES accounts,
    made_ms INTEGER NOT NULL,
    ends_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE board_doors (
    board BLOB PRIMARY KEY,
    owner INTEGER REFERENCES accounts,
    bare_role INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE links (
    link INTEGER PRIMARY KEY AUTOINCREMENT,
    board BLOB NOT NULL,
    token BLOB UNIQUE,
    code INTEGER UNIQUE,
    role INTEGER NOT NULL,
    made_ms INTEGER NOT NULL,
    ends_ms INTEGER NOT NULL,
    uses_left INTEGER
) STRICT;
CREATE INDEX links_of ON links (board);
CREATE TABLE passes (
    board BLOB NOT NULL,
    participant BLOB NOT NULL,
    account INTEGER REFERENCES accounts,
    pass BLOB UNIQUE,
    role INTEGER,
    name TEXT NOT NULL,
    entered_ms INTEGER NOT NULL,
    PRIMARY KEY (board, participant)
) STRICT, WITHOUT ROWID;
CREATE INDEX passes_by_age ON passes (entered_ms);
CREATE TABLE removed (
    board BLOB NOT NULL,
    participant BLOB NOT NULL,
    PRIMARY KEY (board, participant)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    entry INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    who TEXT NOT NULL,
    act TEXT NOT NULL,
    board BLOB,
    what TEXT NOT NULL
) STRICT;
";

/// What format 2 has besides.
const KEYS: &str = "
CREATE TABLE api_keys (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    token BLOB NOT NULL UNIQUE,
    account INTEGER NOT NULL REFERENCES accounts,
    name TEXT NOT NULL,
    scopes INTEGER NOT NULL,
    made_ms INTEGER NOT NULL,
    ends_ms INTEGER NOT NULL,
    used_ms INTEGER
) STRICT;
CREATE INDEX api_keys_of ON api_keys (account);
";

/// What format 3 has besides.
const PANELS: &str = "
CREATE TABLE panels (
    panel INTEGER PRIMARY KEY AUTOINCREMENT,
    key BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    site TEXT NOT NULL,
    room TEXT NOT NULL,
    version TEXT NOT NULL,
    browser TEXT NOT NULL,
    seen_ms INTEGER,
    paired_ms INTEGER NOT NULL,
    paired_by INTEGER NOT NULL REFERENCES accounts,
    revoked_ms INTEGER
) STRICT;
CREATE TABLE panel_boards (
    board BLOB PRIMARY KEY,
    panel INTEGER NOT NULL REFERENCES panels,
    begun_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX panel_boards_of ON panel_boards (panel, begun_ms);
ALTER TABLE passes ADD COLUMN panel INTEGER REFERENCES panels;
CREATE INDEX passes_of_panel ON passes (panel) WHERE panel IS NOT NULL;
";

/// What format 4 has besides. An account that has an identity may have an empty text as its password, which is none.
const IDENTITIES: &str = "
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES accounts,
    shown TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (account, issuer)
) STRICT, WITHOUT ROWID;
";

/// What format 5 has besides.
const WAITING: &str = "
ALTER TABLE links ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE passes ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN account INTEGER REFERENCES accounts;
";

/// What format 6 has besides.
const WEBHOOKS: &str = "
CREATE TABLE webhooks (
    webhook INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL,
    events INTEGER NOT NULL,
    description TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    disabled_by INTEGER,
    salt BLOB NOT NULL,
    old_salt BLOB,
    old_until_ms INTEGER,
    since_ms INTEGER NOT NULL,
    failing_since_ms INTEGER,
    dropped INTEGER NOT NULL DEFAULT 0,
    made_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE webhook_deliveries (
    delivery INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook INTEGER NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    event TEXT NOT NULL,
    kind INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    state INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    queued_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    tried_ms INTEGER,
    took_ms INTEGER,
    status INTEGER,
    error TEXT,
    UNIQUE (webhook, event)
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, state, due_ms, delivery);
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (webhook, state, delivery);
CREATE TABLE webhook_told (
    board BLOB PRIMARY KEY,
    log BLOB NOT NULL,
    started INTEGER,
    started_ms INTEGER NOT NULL,
    ended INTEGER,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE webhook_doubts (
    board BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (board, seq)
) STRICT, WITHOUT ROWID;
";

/// What format 7 has besides.
const TIMETABLE: &str = "
CREATE TABLE scheduled (
    session INTEGER PRIMARY KEY AUTOINCREMENT,
    uid BLOB NOT NULL UNIQUE,
    board BLOB NOT NULL,
    owner INTEGER NOT NULL REFERENCES accounts,
    title TEXT NOT NULL,
    date TEXT NOT NULL,
    start TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    zone TEXT NOT NULL,
    until TEXT,
    begins_ms INTEGER NOT NULL,
    ends_ms INTEGER NOT NULL,
    sequence INTEGER NOT NULL DEFAULT 0,
    changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX scheduled_of ON scheduled (owner, ends_ms);
CREATE INDEX scheduled_on ON scheduled (board);
CREATE INDEX scheduled_by_end ON scheduled (ends_ms);
CREATE TABLE scheduled_dates (
    session INTEGER NOT NULL REFERENCES scheduled ON DELETE CASCADE,
    date TEXT NOT NULL,
    moved_to TEXT,
    PRIMARY KEY (session, date)
) STRICT, WITHOUT ROWID;
CREATE TABLE scheduled_rooms (
    session INTEGER NOT NULL REFERENCES scheduled ON DELETE CASCADE,
    site TEXT NOT NULL,
    room TEXT NOT NULL,
    PRIMARY KEY (session, site, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX scheduled_in ON scheduled_rooms (site, room);
CREATE TABLE assisting (
    board BLOB NOT NULL,
    panel INTEGER NOT NULL REFERENCES panels,
    PRIMARY KEY (board, panel)
) STRICT, WITHOUT ROWID;
CREATE TABLE calendar_feeds (
    account INTEGER PRIMARY KEY REFERENCES accounts,
    token BLOB NOT NULL UNIQUE,
    made_ms INTEGER NOT NULL
) STRICT;
";

/// What format 8 has besides.
const ASSISTING: &str = "
ALTER TABLE assisting ADD COLUMN settled INTEGER NOT NULL DEFAULT 1;
";

/// Opens the file, and creates it if it is not there.
pub(super) fn open(file: &Path) -> Result<Connection, DirectoryError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if !file.exists() {
        // SQLite takes an empty file for a new one, and its access with it.
        let made = disk::write_whole(file, &file.with_extension("new"), Access::OwnerOnly, &[]);
        made.map_err(|error| DirectoryError::Storage(error.to_string()))?;
    }
    let mut db = Connection::open_with_flags(file, flags)?;
    db.busy_timeout(BUSY)?;
    let application: u32 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let format: u32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: u32 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let new = application == 0 && format == 0 && tables == 0;
    if !new && application != APPLICATION {
        return Err(DirectoryError::NotOurs { file: file.to_owned() });
    }
    if format > FORMAT {
        return Err(DirectoryError::NewerFormat { file: file.to_owned(), found: format, known: FORMAT });
    }
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "fullfsync", true)?;
    db.pragma_update(None, "foreign_keys", true)?;
    // What is deleted is overwritten: hashes of passwords do not stay behind in free pages.
    db.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    db.set_prepared_statement_cache_capacity(64);
    if format < FORMAT {
        let transaction = db.transaction()?;
        for step in &STEPS[format as usize..] {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
        transaction.commit()?;
    }
    Ok(db)
}
