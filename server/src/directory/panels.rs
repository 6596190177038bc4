//! Panels: wall boards that somebody with an account has approved, named and given to a room of a site.
//!
//! A panel proves its [`DeviceKey`] and gets a token for a quarter of an hour; with it it starts and enters
//! boards as itself, and says now and then how it is. Tokens, and how panels are, stand in memory: after a
//! restart each proves its key again. Revoking is one row, which is looked at with every request.
//!
//! A board that a panel has begun is the panel's to lead until it has an owner. Only boards on which somebody
//! has begun to write are shown to staff, for each panel has one ready at any time.

use std::collections::HashMap;

use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::accounts::Account;
use super::audit::{Act, note};
use super::credential::ParticipantId;
use super::device_key::{Challenges, DeviceKey};
use super::doors::door_of;
use super::enter::stays_of_panel;
use super::names::clean_name;
use super::pairing::{PairingCode, Pairings, Waiting};
use super::role::number;
use super::token::{TOKEN_LETTERS, TokenHash, hash_of, new_token};
use super::{Directory, DirectoryError};

/// What a panel's token begins with, so that it is taken for nothing else.
pub const PANEL_PREFIX: &str = "kp_";
/// How long a token is good, milliseconds: as long as a credential.
pub const TOKEN_MS: u64 = 15 * 60_000;
/// How often a panel says how it is, milliseconds.
pub const HEARTBEAT_MS: u64 = 30_000;
/// Who said nothing for so long is not online: two heartbeats may be lost.
pub const ONLINE_MS: u64 = 3 * HEARTBEAT_MS + 5_000;
/// Panels of one server: every classroom of a large city.
pub const PANELS_MAX: i64 = 10_000;
/// Boards without an owner that are told of one panel, the newest ones.
pub const BOARDS_MAX: u32 = 100;
/// Boards that one heartbeat may say were begun.
pub const BEGUN_MAX: usize = 20;
/// That a panel was seen is written down this seldom, milliseconds.
const TOUCH_MS: u64 = 5 * 60_000;

/// A panel, as it knows itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Panel {
    /// Its number.
    pub panel: i64,
    /// What it is called, also on boards.
    pub name: String,
    /// The place where it is, such as a school.
    pub site: String,
    /// The room there.
    pub room: String,
}

/// A panel, as those see it who look after it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct PanelRow {
    /// Which.
    #[serde(flatten)]
    pub panel: Panel,
    /// Whether it has said something in the last minute and a half.
    pub online: bool,
    /// When it was last seen, milliseconds since 1970: exactly while it is online, else within five minutes.
    pub seen_ms: Option<u64>,
    /// The version of the app that it runs.
    pub version: String,
    /// Its browser, as it says.
    pub browser: String,
    /// How long a question to the server and its answer take there, milliseconds, if it has said so since the server was started.
    pub round_trip_ms: Option<u32>,
    /// Changes that it has not handed in yet, the same.
    pub unsent: Option<u32>,
    /// When it was approved, milliseconds since 1970.
    pub paired_ms: u64,
    /// Who approved it.
    pub paired_by: String,
}

/// Where a panel is, and what it is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// The site.
    pub site: String,
    /// The room.
    pub room: String,
}

/// How a panel is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heartbeat {
    /// The version of the app.
    pub version: String,
    /// Its browser.
    pub browser: String,
    /// How long a question and its answer take, milliseconds.
    pub round_trip_ms: Option<u32>,
    /// Changes not handed in.
    pub unsent: u32,
    /// Boards of its own on which somebody has begun to write.
    pub begun: Vec<BoardId>,
}

/// A board that was begun at a panel and has no owner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BegunBoard {
    /// Which.
    pub board: BoardId,
    /// When somebody began to write on it, milliseconds since 1970.
    pub begun_ms: u64,
}

/// What a panel has after it has proved its key.
#[derive(Debug)]
pub struct PanelSession {
    /// Who it is.
    pub panel: Panel,
    /// What it shows from now on.
    pub token: String,
    /// Until when, milliseconds since 1970.
    pub ends_ms: u64,
}

/// Who leads a board from now on, and who no longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Given {
    /// Its owner, as a participant.
    pub owner: ParticipantId,
    /// The panel that has begun it.
    pub panel: ParticipantId,
    /// What that is on it now.
    pub left: Role,
}

/// What a panel said last.
#[derive(Clone, Copy)]
struct Seen {
    at_ms: u64,
    round_trip_ms: Option<u32>,
    unsent: u32,
}

/// What is known of panels in memory.
pub(super) struct PanelDesk {
    challenges: Challenges,
    pairings: Pairings,
    /// Whose a token is, and until when.
    tokens: Mutex<HashMap<TokenHash, (i64, u64)>>,
    seen: Mutex<HashMap<i64, Seen>>,
}

impl PanelDesk {
    pub(super) fn new() -> Result<Self, DirectoryError> {
        Ok(Self { challenges: Challenges::new()?, pairings: Pairings::default(), tokens: Mutex::default(), seen: Mutex::default() })
    }
}

impl Directory {
    /// Takes in a panel that wants to be approved; answers with the code to show, and when it ends.
    ///
    /// # Errors
    /// [`DirectoryError::Name`], [`DirectoryError::TooManyPairings`], [`DirectoryError::PanelPaired`].
    pub async fn ask_pairing(&self, mut panel: Waiting) -> Result<(PairingCode, u64), DirectoryError> {
        panel.browser = clean_name(&panel.browser)?;
        panel.version = clean_name(&panel.version)?;
        let key = panel.key;
        self.run(move |db| if find(db, key)?.is_some() { Err(DirectoryError::PanelPaired) } else { Ok(()) }).await?;
        let ends_ms = panel.ends_ms();
        Ok((self.desk.pairings.wait(panel)?, ends_ms))
    }

    /// The panel that shows a code now.
    ///
    /// # Errors
    /// [`DirectoryError::Pairing`], whatever is wrong with the code.
    pub fn pairing(&self, code: PairingCode, now_ms: u64) -> Result<Waiting, DirectoryError> {
        self.desk.pairings.find(code, now_ms).ok_or(DirectoryError::Pairing)
    }

    /// Approves the panel that shows a code.
    ///
    /// # Errors
    /// [`DirectoryError::Pairing`], [`DirectoryError::Name`], [`DirectoryError::TooManyPanels`].
    pub async fn approve_panel(&self, by: &Account, code: PairingCode, place: Place, now_ms: u64) -> Result<Panel, DirectoryError> {
        let place = place.cleaned()?;
        let waiting = self.desk.pairings.take(code, now_ms).ok_or(DirectoryError::Pairing)?;
        let (by, asked) = (by.clone(), waiting.clone());
        let made = self.run(move |db| {
            let count: i64 = db.query_row("SELECT count(*) FROM panels WHERE revoked_ms IS NULL", [], |row| row.get(0))?;
            if count >= PANELS_MAX {
                return Err(DirectoryError::TooManyPanels);
            }
            let sql = "INSERT INTO panels (key, name, site, room, version, browser, paired_ms, paired_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            let Place { name, site, room } = place;
            db.execute(sql, params![asked.key.0, name, site, room, asked.version, asked.browser, now_ms, by.account])?;
            let panel = Panel { panel: db.last_insert_rowid(), name, site, room };
            note(db, now_ms, &by.login, Act::PanelApproved, None, &panel.written())?;
            Ok(panel)
        });
        let made = made.await;
        if made.is_err() {
            self.desk.pairings.put_back(code, waiting);
        }
        made
    }

    /// Something new for a panel to sign.
    ///
    /// # Errors
    /// [`DirectoryError::Randomness`].
    pub fn panel_challenge(&self, now_ms: u64) -> Result<String, DirectoryError> {
        self.desk.challenges.make(now_ms)
    }

    /// Gives a panel a token that has signed a challenge.
    ///
    /// # Errors
    /// [`DirectoryError::PanelProof`], whatever is wrong with it; then [`DirectoryError::UnknownPanel`] while it is
    /// not approved and [`DirectoryError::RevokedPanel`].
    pub async fn prove_panel(&self, key: DeviceKey, challenge: &str, signature: &str, now_ms: u64) -> Result<PanelSession, DirectoryError> {
        let proof = self.desk.challenges.check(key, challenge, signature, now_ms).ok_or(DirectoryError::PanelProof)?;
        let found = self.run(move |db| find(db, key)).await?;
        let (panel, revoked) = found.ok_or(DirectoryError::UnknownPanel)?;
        // Only now, so that whoever is unknown here fills no table.
        if !self.desk.challenges.use_up(&proof, now_ms) {
            return Err(DirectoryError::PanelProof);
        }
        if revoked {
            return Err(DirectoryError::RevokedPanel);
        }
        let (token, _) = new_token()?;
        let token = format!("{PANEL_PREFIX}{token}");
        let ends_ms = now_ms + TOKEN_MS;
        let mut tokens = self.desk.tokens.lock();
        tokens.retain(|_, (_, ends_ms)| *ends_ms > now_ms);
        tokens.insert(hash_of(&token), (panel.panel, ends_ms));
        Ok(PanelSession { panel, token, ends_ms })
    }

    /// The panel that shows this token.
    ///
    /// # Errors
    /// [`DirectoryError::PanelToken`], [`DirectoryError::RevokedPanel`].
    pub async fn panel_of(&self, token: &str, now_ms: u64) -> Result<Panel, DirectoryError> {
        let shown = (token.len() == PANEL_PREFIX.len() + TOKEN_LETTERS).then(|| hash_of(token)).ok_or(DirectoryError::PanelToken)?;
        let kept = self.desk.tokens.lock().get(&shown).copied();
        let (panel, _) = kept.filter(|(_, ends_ms)| *ends_ms > now_ms).ok_or(DirectoryError::PanelToken)?;
        self.run(move |db| {
            let (panel, revoked) = panel_at(db, panel)?.ok_or(DirectoryError::PanelToken)?;
            if revoked { Err(DirectoryError::RevokedPanel) } else { Ok(panel) }
        })
        .await
    }

    /// Notes how a panel is.
    ///
    /// # Errors
    /// [`DirectoryError::Name`].
    pub async fn heard_of_panel(&self, panel: i64, heartbeat: Heartbeat, now_ms: u64) -> Result<(), DirectoryError> {
        let Heartbeat { version, browser, round_trip_ms, unsent, begun } = heartbeat;
        let (version, browser) = (clean_name(&version)?, clean_name(&browser)?);
        self.desk.seen.lock().insert(panel, Seen { at_ms: now_ms, round_trip_ms, unsent });
        self.run(move |db| {
            let sql = "UPDATE panels SET seen_ms = ?2, version = ?3, browser = ?4
                WHERE panel = ?1 AND (coalesce(seen_ms, 0) < ?5 OR version <> ?3 OR browser <> ?4)";
            db.prepare_cached(sql)?.execute(params![panel, now_ms, version, browser, now_ms.saturating_sub(TOUCH_MS)])?;
            let sql = "UPDATE panel_boards SET begun_ms = ?3 WHERE board = ?1 AND panel = ?2 AND begun_ms IS NULL";
            for board in begun {
                db.prepare_cached(sql)?.execute(params![board.0, panel, now_ms])?;
            }
            Ok(())
        })
        .await
    }

    /// All panels that are not revoked, by site, room and name.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn panels(&self, now_ms: u64) -> Result<Vec<PanelRow>, DirectoryError> {
        let mut rows: Vec<PanelRow> = self
            .run(|db| {
                let sql = "SELECT p.panel, p.name, p.site, p.room, p.version, p.browser, p.seen_ms, p.paired_ms, a.login
                    FROM panels p JOIN accounts a ON a.account = p.paired_by WHERE p.revoked_ms IS NULL ORDER BY p.site, p.room, p.name";
                let mut query = db.prepare_cached(sql)?;
                let rows = query.query_map([], |row| {
                    Ok(PanelRow {
                        panel: Panel::of_row(row)?,
                        version: row.get(4)?,
                        browser: row.get(5)?,
                        seen_ms: row.get(6)?,
                        paired_ms: row.get(7)?,
                        paired_by: row.get(8)?,
                        online: false,
                        round_trip_ms: None,
                        unsent: None,
                    })
                })?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .await?;
        let seen = self.desk.seen.lock();
        for row in &mut rows {
            if let Some(last) = seen.get(&row.panel.panel) {
                row.online = now_ms.saturating_sub(last.at_ms) < ONLINE_MS;
                row.seen_ms = Some(last.at_ms);
                row.round_trip_ms = last.round_trip_ms;
                row.unsent = Some(last.unsent);
            }
        }
        Ok(rows)
    }

    /// Renames or moves a panel; what is not said stays.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownPanel`], [`DirectoryError::Name`].
    pub async fn change_panel(
        &self,
        by: &Account,
        panel: i64,
        [name, site, room]: [Option<String>; 3],
        now_ms: u64,
    ) -> Result<(), DirectoryError> {
        let clean = |text: Option<String>| text.as_deref().map(clean_name).transpose();
        let (name, site, room, by) = (clean(name)?, clean(site)?, clean(room)?, by.login.clone());
        self.run(move |db| {
            let sql = "UPDATE panels SET name = coalesce(?2, name), site = coalesce(?3, site), room = coalesce(?4, room)
                WHERE panel = ?1 AND revoked_ms IS NULL RETURNING panel, name, site, room";
            let changed = db.query_row(sql, params![panel, name, site, room], Panel::of_row).optional()?;
            note(db, now_ms, &by, Act::PanelChanged, None, &changed.ok_or(DirectoryError::UnknownPanel)?.written())
        })
        .await
    }

    /// Revokes a panel: its key and token are refused from now on, and its connections to boards end.
    ///
    /// # Errors
    /// [`DirectoryError::UnknownPanel`]; [`DirectoryError::NotApprover`] for others than who approved it and administrators.
    pub async fn revoke_panel(&self, by: &Account, panel: i64, now_ms: u64) -> Result<(), DirectoryError> {
        let by = by.clone();
        let stays = self.run(move |db| {
            let sql =
                "UPDATE panels SET revoked_ms = ?2 WHERE panel = ?1 AND revoked_ms IS NULL RETURNING panel, name, site, room, paired_by";
            let revoked = db.query_row(sql, params![panel, now_ms], |row| Ok((Panel::of_row(row)?, row.get::<_, i64>(4)?))).optional()?;
            let (panel_row, paired_by) = revoked.ok_or(DirectoryError::UnknownPanel)?;
            if paired_by != by.account && !by.administrator {
                return Err(DirectoryError::NotApprover);
            }
            note(db, now_ms, &by.login, Act::PanelRevoked, None, &panel_row.written())?;
            stays_of_panel(db, panel)
        });
        for stay in stays.await? {
            // Nobody hears it where nobody is connected.
            let _ = self.removals.send(stay);
        }
        self.desk.seen.lock().remove(&panel);
        Ok(())
    }

    /// Notes that a panel has made a board, and leads it.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn made_by_panel(&self, board: BoardId, panel: i64) -> Result<(), DirectoryError> {
        self.run(move |db| {
            db.execute("INSERT INTO panel_boards (board, panel) VALUES (?1, ?2)", params![board.0, panel])?;
            Ok(())
        })
        .await
    }

    /// The boards that were begun at a panel and have no owner, the newest first, at most [`BOARDS_MAX`].
    ///
    /// # Errors
    /// [`DirectoryError::UnknownPanel`].
    pub async fn boards_of_panel(&self, panel: i64) -> Result<Vec<BegunBoard>, DirectoryError> {
        self.run(move |db| {
            panel_at(db, panel)?.ok_or(DirectoryError::UnknownPanel)?;
            let sql = "SELECT board, begun_ms FROM panel_boards LEFT JOIN board_doors USING (board)
                WHERE panel = ?1 AND begun_ms IS NOT NULL AND owner IS NULL ORDER BY begun_ms DESC LIMIT ?2";
            let mut query = db.prepare_cached(sql)?;
            let rows =
                query.query_map(params![panel, BOARDS_MAX], |row| Ok(BegunBoard { board: BoardId(row.get(0)?), begun_ms: row.get(1)? }))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Gives a board that was begun at a panel to an account: to one's own, or, as an administrator, to another. Done again for
    /// the same account it changes nothing.
    ///
    /// # Errors
    /// [`DirectoryError::NotOfPanel`], [`DirectoryError::Owned`], [`DirectoryError::NotAdministrator`], [`DirectoryError::UnknownAccount`].
    pub async fn give_board(&self, by: &Account, board: BoardId, login: Option<String>, now_ms: u64) -> Result<Given, DirectoryError> {
        let by = by.clone();
        let given = self.run(move |db| {
            let login = login.unwrap_or_else(|| by.login.clone()).to_ascii_lowercase();
            if login != by.login && !by.administrator {
                return Err(DirectoryError::NotAdministrator);
            }
            let panel = panel_that_made(db, board)?.ok_or(DirectoryError::NotOfPanel)?;
            let owner = db.query_row("SELECT account FROM accounts WHERE login = ?1 AND closed = 0", [&login], |row| row.get(0)).optional()?;
            let owner: i64 = owner.ok_or(DirectoryError::UnknownAccount)?;
            let door = door_of(db, board)?;
            match door.owner {
                Some(other) if other != owner => return Err(DirectoryError::Owned),
                Some(_) => {}
                None => {
                    let sql =
                        "INSERT INTO board_doors (board, owner, bare_role) VALUES (?1, ?2, ?3) ON CONFLICT (board) DO UPDATE SET owner = ?2";
                    db.execute(sql, params![board.0, owner, door.bare.map(number)])?;
                    db.execute("UPDATE passes SET role = NULL WHERE board = ?1 AND panel = ?2", params![board.0, panel])?;
                    note(db, now_ms, &by.login, Act::Given, Some(board), &login)?;
                }
            }
            Ok((owner, panel, door.bare))
        });
        let (owner, panel, bare) = given.await?;
        let (owner, panel) = (self.credentials.participant_of(owner, board), self.credentials.participant_of_panel(panel, board));
        Ok(Given { owner, panel, left: bare.unwrap_or(Role::Viewer) })
    }
}

impl Place {
    fn cleaned(&self) -> Result<Self, DirectoryError> {
        Ok(Self { name: clean_name(&self.name)?, site: clean_name(&self.site)?, room: clean_name(&self.room)? })
    }
}

impl Panel {
    /// Of a row that begins with number, name, site, room.
    fn of_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { panel: row.get(0)?, name: row.get(1)?, site: row.get(2)?, room: row.get(3)? })
    }

    /// As the audit log names it.
    fn written(&self) -> String {
        format!("{} ({}): {}, {}", self.name, self.panel, self.site, self.room)
    }
}

/// The panel of a key, and whether it is revoked.
fn find(db: &Connection, key: DeviceKey) -> Result<Option<(Panel, bool)>, DirectoryError> {
    panel_with(db, "key", key.0)
}

/// The panel of a number, and whether it is revoked.
fn panel_at(db: &Connection, panel: i64) -> Result<Option<(Panel, bool)>, DirectoryError> {
    panel_with(db, "panel", panel)
}

fn panel_with(db: &Connection, column: &'static str, value: impl ToSql) -> Result<Option<(Panel, bool)>, DirectoryError> {
    let sql = format!("SELECT panel, name, site, room, revoked_ms IS NOT NULL FROM panels WHERE {column} = ?1");
    Ok(db.prepare_cached(&sql)?.query_row([value], |row| Ok((Panel::of_row(row)?, row.get(4)?))).optional()?)
}

/// The panel that has made a board.
pub(super) fn panel_that_made(db: &Connection, board: BoardId) -> Result<Option<i64>, DirectoryError> {
    let sql = "SELECT panel FROM panel_boards WHERE board = ?1";
    Ok(db.prepare_cached(sql)?.query_row([board.0], |row| row.get(0)).optional()?)
}
