//! Who did what: admitted, removed, opened and closed doors, exported. No secret is ever written here.

use kakehashi_protocol::ids::BoardId;
use rusqlite::{Connection, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Directory, DirectoryError};

/// Entries that are kept; the oldest go first. At 100 bytes each: 20 MB.
const ENTRIES_MAX: i64 = 200_000;
/// Entries of one answer.
pub const PAGE_MAX: u32 = 200;

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// The first administrator was made.
    SetUp,
    /// Somebody signed in.
    SignedIn,
    /// An account was locked after wrong passwords.
    Locked,
    /// A password was changed.
    Password,
    /// An account was connected with somebody of a provider.
    Connected,
    /// That was taken away.
    Disconnected,
    /// Somebody was invited.
    Invited,
    /// An invitation was taken back.
    InvitationRevoked,
    /// A link for setting another's password anew was made.
    Reset,
    /// Such a link was taken back.
    ResetRevoked,
    /// An account was made.
    Joined,
    /// An account's rights were changed.
    Account,
    /// Who may start a board was changed.
    Starts,
    /// The bare link of a board was changed.
    Door,
    /// A link was made.
    LinkMade,
    /// A link was revoked.
    LinkRevoked,
    /// A key for a program was made.
    KeyMade,
    /// A key was revoked.
    KeyRevoked,
    /// A webhook was made.
    WebhookMade,
    /// A webhook was changed.
    WebhookChanged,
    /// A webhook's secret was replaced.
    WebhookRolled,
    /// A webhook was taken away.
    WebhookDeleted,
    /// The server has disabled a webhook whose receiver takes nothing.
    WebhookDisabled,
    /// Somebody was removed from a board.
    Removed,
    /// A board was exported.
    Exported,
    /// A panel was approved.
    PanelApproved,
    /// A panel was renamed or moved.
    PanelChanged,
    /// A panel was revoked.
    PanelRevoked,
    /// A board that was begun at a panel was given to an account.
    Given,
    /// A session was scheduled.
    Scheduled,
    /// A session, or a single date of one, was changed.
    Rescheduled,
    /// A session was taken from the timetable.
    Unscheduled,
    /// The link to a calendar was made or renewed.
    FeedMade,
    /// The link to a calendar was revoked.
    FeedRevoked,
}

impl Act {
    const fn word(self) -> &'static str {
        match self {
            Self::SetUp => "set-up",
            Self::SignedIn => "signed-in",
            Self::Locked => "locked",
            Self::Password => "password",
            Self::Connected => "connected",
            Self::Disconnected => "disconnected",
            Self::Invited => "invited",
            Self::InvitationRevoked => "invitation-revoked",
            Self::Reset => "reset",
            Self::ResetRevoked => "reset-revoked",
            Self::Joined => "joined",
            Self::Account => "account",
            Self::Starts => "starts",
            Self::Door => "door",
            Self::LinkMade => "link-made",
            Self::LinkRevoked => "link-revoked",
            Self::KeyMade => "key-made",
            Self::KeyRevoked => "key-revoked",
            Self::WebhookMade => "webhook-made",
            Self::WebhookChanged => "webhook-changed",
            Self::WebhookRolled => "webhook-rolled",
            Self::WebhookDeleted => "webhook-deleted",
            Self::WebhookDisabled => "webhook-disabled",
            Self::Removed => "removed",
            Self::Exported => "exported",
            Self::PanelApproved => "panel-approved",
            Self::PanelChanged => "panel-changed",
            Self::PanelRevoked => "panel-revoked",
            Self::Given => "given",
            Self::Scheduled => "scheduled",
            Self::Rescheduled => "rescheduled",
            Self::Unscheduled => "unscheduled",
            Self::FeedMade => "feed-made",
            Self::FeedRevoked => "feed-revoked",
        }
    }
}

/// One entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Its number, from 1.
    pub entry: i64,
    /// When, milliseconds since 1970.
    pub at_ms: u64,
    /// Who: a login, or a participant's name and identity on the board.
    pub who: String,
    /// What was done.
    #[schema(example = "link-made")]
    pub act: String,
    /// On which board.
    pub board: Option<String>,
    /// To what or whom.
    pub what: String,
}

/// Writes an entry, in the transaction of what it tells of.
pub(crate) fn note(db: &Connection, at_ms: u64, who: &str, act: Act, board: Option<BoardId>, what: &str) -> Result<(), DirectoryError> {
    db.prepare_cached("INSERT INTO audit (at_ms, who, act, board, what) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        at_ms,
        who,
        act.word(),
        board.map(|board| board.0),
        what
    ])?;
    db.prepare_cached("DELETE FROM audit WHERE entry <= ?1")?.execute([db.last_insert_rowid() - ENTRIES_MAX])?;
    Ok(())
}

impl Directory {
    /// Writes an entry of something that the directory does not do itself.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn note(&self, at_ms: u64, who: String, act: Act, board: BoardId, what: String) -> Result<(), DirectoryError> {
        self.run(move |db| note(db, at_ms, &who, act, Some(board), &what)).await
    }

    /// The newest entries, those before entry `before` if it is given, at most [`PAGE_MAX`].
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn audit(&self, before: Option<i64>) -> Result<Vec<AuditEntry>, DirectoryError> {
        self.run(move |db| {
            let mut query =
                db.prepare_cached("SELECT entry, at_ms, who, act, board, what FROM audit WHERE entry < ?1 ORDER BY entry DESC LIMIT ?2")?;
            let rows = query.query_map(params![before.unwrap_or(i64::MAX), PAGE_MAX], |row| {
                Ok(AuditEntry {
                    entry: row.get(0)?,
                    at_ms: row.get(1)?,
                    who: row.get(2)?,
                    act: row.get(3)?,
                    board: row.get::<_, Option<[u8; 16]>>(4)?.map(|board| BoardId(board).to_string()),
                    what: row.get(5)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
