//! Entering a board: who comes, as what, and what they show from now on.

use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use rusqlite::{Connection, OptionalExtension, params};

use super::accounts::Account;
use super::audit::{Act, note};
use super::credential::{CredentialError, Entrant, ParticipantId, ParticipantKind};
use super::doors::{Door, door_of};
use super::links::{self, Key, Opened};
use super::names::clean_name;
use super::panels::{Panel, panel_that_made};
use super::role::{number, of_number};
use super::timetable::assistants::{self, Raised};
use super::token::{TokenHash, hash_of, new_token, random};
use super::{Directory, DirectoryError};

/// A pass that is not shown for so long is forgotten, milliseconds: longer than a summer.
const PASS_MS: u64 = 200 * 24 * 60 * 60 * 1000;
/// How often it is written down that a pass was shown.
const TOUCH_MS: u64 = 24 * 60 * 60 * 1000;

/// Who stands at the door.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// Who is signed in.
    pub account: Option<Account>,
    /// Which panel it is, where nobody is signed in.
    pub panel: Option<Panel>,
    /// What a guest wants to be called.
    pub name: Option<String>,
    /// A guest's pass, if they were here before.
    pub pass: Option<String>,
    /// A link or code.
    pub key: Option<Key>,
}

/// Who has entered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entered {
    /// Who, and as what.
    pub entrant: Entrant,
    /// What connections show.
    pub credential: String,
    /// Until when it lets new ones in, milliseconds since 1970.
    pub expires_ms: u64,
    /// What the bare link gives; `None`: the board is closed to it.
    pub bare: Option<Role>,
    /// A new guest's pass, told only now.
    pub pass: Option<String>,
    /// A panel that the timetable makes an assistant, of which the board is still to be told.
    pub raised: Option<Raised>,
}

/// Why a connection is not admitted.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AdmitError {
    /// What it shows is no credential of this board.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// It would be, but.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

/// Who asks, and as what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Admitted {
    /// Somebody with the bare link, who shows nothing.
    Bare(Role),
    /// Somebody who shows a credential.
    Entrant(Entrant),
}

impl Admitted {
    /// As what.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self {
            Self::Bare(role) => *role,
            Self::Entrant(entrant) => entrant.role,
        }
    }
}

/// As what somebody may come in, and whether they are let in first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Standing {
    pub(super) role: Role,
    pub(super) waits: bool,
}

impl Standing {
    /// Of somebody who waits for nobody.
    pub(super) fn free(role: Option<Role>) -> Option<Self> {
        role.map(|role| Self { role, waits: false })
    }

    /// The greater role; of two that are equal, the one without waiting.
    fn or_better(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        one.into_iter().chain(other).max_by_key(|standing| (standing.role, !standing.waits))
    }
}

/// Who was let in.
struct LetIn {
    entrant: Entrant,
    pass: Option<String>,
    raised: Option<Raised>,
}

/// What is kept of somebody who has entered.
pub(super) struct Pass {
    participant: ParticipantId,
    /// `None`: what the bare link gives.
    pub(super) held: Option<Standing>,
    name: String,
    entered_ms: u64,
}

impl Pass {
    fn role(&self) -> Option<u8> {
        self.held.map(|held| number(held.role))
    }

    fn waits(&self) -> bool {
        self.held.is_some_and(|held| held.waits)
    }
}

impl Directory {
    /// Lets somebody onto a board that is there.
    ///
    /// # Errors
    /// [`DirectoryError::Removed`], [`DirectoryError::Door`], [`DirectoryError::ClosedBoard`], [`DirectoryError::Name`].
    pub async fn enter(&self, board: BoardId, visitor: Visitor, now_ms: u64) -> Result<Entered, DirectoryError> {
        let name = visitor.name.as_deref().filter(|name| !name.is_empty()).map(clean_name).transpose()?;
        let own = match &visitor {
            Visitor { account: Some(account), .. } => Some(self.credentials.participant_of(account.account, board)),
            Visitor { panel: Some(panel), .. } => Some(self.credentials.participant_of_panel(panel.panel, board)),
            _ => None,
        };
        let (LetIn { entrant, pass, raised }, bare) = self
            .run(move |db| {
                let door = door_of(db, board)?;
                Ok((admit(db, board, door, &visitor, own, name, now_ms)?, door.bare))
            })
            .await?;
        let (credential, expires_ms) = self.credentials.issue(board, &entrant, now_ms)?;
        Ok(Entered { entrant, credential, expires_ms, bare, pass, raised })
    }

    /// The pass of a guest who has started a board, and is its host.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn host_pass(&self, board: BoardId, now_ms: u64) -> Result<String, DirectoryError> {
        self.run(move |db| {
            let (pass, hash) = new_token()?;
            let held = Standing::free(Some(Role::Host));
            let kept = Pass { participant: ParticipantId(random()?), held, name: String::new(), entered_ms: now_ms };
            insert(db, board, &kept, Holder::Guest(hash))?;
            Ok(pass)
        })
        .await
    }

    /// Who asks for something of a board, by what they show; nothing is shown with the bare link.
    ///
    /// # Errors
    /// [`AdmitError`].
    pub async fn admit(&self, board: BoardId, shown: &[u8], now_ms: u64) -> Result<Admitted, AdmitError> {
        if shown.is_empty() {
            let door = self.door(board).await?;
            return Ok(Admitted::Bare(door.bare.ok_or(DirectoryError::ClosedBoard)?));
        }
        let mut entrant = self.credentials.check(board, shown, now_ms)?;
        let Entrant { participant, kind, role, .. } = entrant;
        let present = self.run(move |db| {
            if is_removed(db, board, participant)? {
                return Err(DirectoryError::Removed);
            }
            // What the timetable has lent ends with its time, not with the credential.
            if kind == ParticipantKind::Panel { assistants::standing(db, board, participant, now_ms) } else { Ok(Some(role)) }
        });
        entrant.role = role.min(present.await?.ok_or(DirectoryError::ClosedBoard)?);
        Ok(Admitted::Entrant(entrant))
    }

    /// Removes somebody from a board: they enter no more, and their connections hear of it.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownParticipant`], also for the board's owner.
    pub async fn remove(&self, board: BoardId, participant: ParticipantId, who: String, now_ms: u64) -> Result<(), DirectoryError> {
        if self.owns(board, participant).await? {
            return Err(DirectoryError::UnknownParticipant);
        }
        self.run(move |db| {
            let name = pass_of(db, board, participant)?.ok_or(DirectoryError::UnknownParticipant)?.name;
            db.execute("INSERT OR IGNORE INTO removed (board, participant) VALUES (?1, ?2)", params![board.0, participant.0])?;
            note(db, now_ms, &who, Act::Removed, Some(board), &format!("{name} ({participant})"))
        })
        .await?;
        // Nobody hears it where nobody is connected.
        let _ = self.removals.send((board, participant));
        Ok(())
    }

    /// Whether somebody was removed from a board.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn was_removed(&self, board: BoardId, participant: ParticipantId) -> Result<bool, DirectoryError> {
        self.run(move |db| is_removed(db, board, participant)).await
    }
}

fn admit(
    db: &Connection,
    board: BoardId,
    door: Door,
    visitor: &Visitor,
    own: Option<ParticipantId>,
    name: Option<String>,
    now_ms: u64,
) -> Result<LetIn, DirectoryError> {
    let known = match (own, &visitor.pass) {
        (Some(own), _) => pass_of(db, board, own)?,
        (None, Some(pass)) => guest_of(db, board, pass)?,
        (None, None) => None,
    };
    let participant = match (own, &known) {
        (Some(own), _) => own,
        (None, Some(known)) => known.participant,
        (None, None) => ParticipantId(random()?),
    };
    if is_removed(db, board, participant)? {
        return Err(DirectoryError::Removed);
    }
    let owns = match visitor {
        Visitor { account: Some(account), .. } => door.owner == Some(account.account),
        // What was begun at a panel is its own until somebody's.
        Visitor { panel: Some(panel), .. } => door.owner.is_none() && panel_that_made(db, board)? == Some(panel.panel),
        _ => false,
    };
    // What one was as a guest on this device one stays when one signs in.
    let lent = match (own, &visitor.pass) {
        (Some(_), Some(pass)) => lent_by(db, board, pass)?,
        _ => None,
    };
    let own_pass = known.as_ref().and_then(|known| known.held);
    let held = if owns { Standing::free(Some(Role::Host)) } else { Standing::or_better(own_pass, lent) };
    let opened = visitor.key.as_ref().map(|key| links::opened(db, board, key, now_ms)).transpose()?;
    let given = match opened {
        // Who was let in before does not need the link any more.
        Some(None) if held.is_none() => return Err(DirectoryError::Door),
        Some(Some(Opened { link, role, waits })) => {
            if held.is_none_or(|held| held.role < role) {
                links::used(db, link)?;
            }
            Some(Standing { role, waits })
        }
        _ => None,
    };
    let held = Standing::or_better(held, given);
    let (kind, name) = match visitor {
        Visitor { account: Some(account), .. } => (ParticipantKind::Account, account.name.clone()),
        Visitor { panel: Some(panel), .. } => (ParticipantKind::Panel, panel.name.clone()),
        _ => (ParticipantKind::Guest, name.or_else(|| known.as_ref().map(|known| known.name.clone())).unwrap_or_default()),
    };
    let plain = held.or(Standing::free(door.bare));
    let plain_role = plain.map(|standing| standing.role);
    let assists = match visitor {
        Visitor { account: None, panel: Some(panel), .. } if plain_role < Some(Role::Assistant) => {
            assistants::assists(db, board, panel.panel, now_ms)?.then_some(panel.panel)
        }
        _ => None,
    };
    let raised = match assists {
        Some(panel) if assistants::begins(db, board, panel)? => Some(Raised { panel, plain: plain_role.unwrap_or(Role::Viewer) }),
        _ => None,
    };
    let present = if assists.is_some() { Standing::free(Some(Role::Assistant)) } else { plain };
    let Standing { role, waits } = present.ok_or(DirectoryError::ClosedBoard)?;
    let entrant = Entrant { participant, role, kind, name: name.clone(), waits };
    let now = Pass { participant, held, name, entered_ms: now_ms };
    let Some(known) = known else {
        let (holder, pass) = match visitor {
            Visitor { account: Some(account), .. } => (Holder::Account(account.account), None),
            Visitor { panel: Some(panel), .. } => (Holder::Panel(panel.panel), None),
            _ => {
                let (pass, hash) = new_token()?;
                (Holder::Guest(hash), Some(pass))
            }
        };
        insert(db, board, &now, holder)?;
        return Ok(LetIn { entrant, pass, raised });
    };
    // Most who come again change nothing, and then nothing is written.
    if known.held != now.held || known.name != now.name || now_ms.saturating_sub(known.entered_ms) > TOUCH_MS {
        let sql = "UPDATE passes SET role = ?3, waits = ?4, name = ?5, entered_ms = ?6 WHERE board = ?1 AND participant = ?2";
        db.prepare_cached(sql)?.execute(params![board.0, participant.0, now.role(), now.waits(), now.name, now_ms])?;
    }
    Ok(LetIn { entrant, pass: None, raised })
}

/// Whose a pass is.
#[derive(Clone, Copy)]
enum Holder {
    Account(i64),
    Panel(i64),
    /// Whoever shows what has this hash.
    Guest(TokenHash),
}

fn insert(db: &Connection, board: BoardId, pass: &Pass, holder: Holder) -> Result<(), DirectoryError> {
    let old = "DELETE FROM passes WHERE entered_ms < ?1 AND account IS NULL";
    db.prepare_cached(old)?.execute([pass.entered_ms.saturating_sub(PASS_MS)])?;
    let (account, panel, hash) = match holder {
        Holder::Account(account) => (Some(account), None, None),
        Holder::Panel(panel) => (None, Some(panel), None),
        Holder::Guest(hash) => (None, None, Some(hash)),
    };
    let sql = "INSERT INTO passes (board, participant, account, panel, pass, role, waits, name, entered_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let kept = params![board.0, pass.participant.0, account, panel, hash, pass.role(), pass.waits(), pass.name, pass.entered_ms];
    db.prepare_cached(sql)?.execute(kept)?;
    Ok(())
}

pub(super) fn pass_of(db: &Connection, board: BoardId, participant: ParticipantId) -> Result<Option<Pass>, DirectoryError> {
    let sql = "SELECT participant, role, waits, name, entered_ms FROM passes WHERE board = ?1 AND participant = ?2";
    Ok(db.prepare_cached(sql)?.query_row(params![board.0, participant.0], of_row).optional()?)
}

fn guest_of(db: &Connection, board: BoardId, pass: &str) -> Result<Option<Pass>, DirectoryError> {
    let sql = "SELECT participant, role, waits, name, entered_ms FROM passes WHERE board = ?1 AND pass = ?2 AND account IS NULL";
    Ok(db.prepare_cached(sql)?.query_row(params![board.0, hash_of(pass)], of_row).optional()?)
}

/// What a guest's pass gives an account that shows it too.
fn lent_by(db: &Connection, board: BoardId, pass: &str) -> Result<Option<Standing>, DirectoryError> {
    let Some(guest) = guest_of(db, board, pass)? else { return Ok(None) };
    Ok(if is_removed(db, board, guest.participant)? { None } else { guest.held })
}

fn of_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Pass> {
    let (role, waits) = (row.get::<_, Option<u8>>(1)?.and_then(of_number), row.get(2)?);
    let held = role.map(|role| Standing { role, waits });
    Ok(Pass { participant: ParticipantId(row.get(0)?), held, name: row.get(3)?, entered_ms: row.get(4)? })
}

/// Where an account has entered, and as whom.
pub(super) fn stays_of(db: &Connection, account: i64) -> Result<Vec<(BoardId, ParticipantId)>, DirectoryError> {
    let mut query = db.prepare_cached("SELECT board, participant FROM passes WHERE account = ?1")?;
    let rows = query.query_map([account], |row| Ok((BoardId(row.get(0)?), ParticipantId(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Where a panel has entered, and as whom.
pub(super) fn stays_of_panel(db: &Connection, panel: i64) -> Result<Vec<(BoardId, ParticipantId)>, DirectoryError> {
    let mut query = db.prepare_cached("SELECT board, participant FROM passes WHERE panel = ?1")?;
    let rows = query.query_map([panel], |row| Ok((BoardId(row.get(0)?), ParticipantId(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether somebody enters no more: removed from this board, of an account that was closed, or a panel that was revoked.
pub(super) fn is_removed(db: &Connection, board: BoardId, participant: ParticipantId) -> Result<bool, DirectoryError> {
    let sql = "SELECT 1 FROM removed WHERE board = ?1 AND participant = ?2 UNION ALL
        SELECT 1 FROM passes JOIN accounts USING (account) WHERE board = ?1 AND participant = ?2 AND closed = 1 UNION ALL
        SELECT 1 FROM passes JOIN panels USING (panel) WHERE board = ?1 AND participant = ?2 AND revoked_ms IS NOT NULL";
    Ok(db.prepare_cached(sql)?.exists(params![board.0, participant.0])?)
}
