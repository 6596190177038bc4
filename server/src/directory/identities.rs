//! Who signs in by a provider: somebody of an issuer, by the subject that it gave them for good, is one
//! account here. Names and addresses that the provider tells are for people to read; nothing is found by them.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::accounts::{Account, Prepared, SignedIn, insert};
use super::audit::{Act, note};
use super::invitations::take;
use super::names::{LOGIN_LETTERS_MAX, clean_login};
use super::token::{hash_of, hex};
use super::{Directory, DirectoryError, sessions};

/// Logins that are tried with a number behind them before one is made of the subject.
const NUMBERED_MAX: u32 = 20;

/// Somebody as a provider has proven them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Whom it means, for good.
    pub subject: String,
    /// What they are called, cleaned.
    pub name: String,
    /// What the provider calls them, for people to read: a user name or an address.
    pub shown: String,
}

/// Who may have an account that has none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Newcomers {
    /// Also who was not invited.
    pub uninvited: bool,
    /// Whether this one is made an administrator.
    pub administrator: bool,
}

/// The connection of an account with a provider.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Connected {
    /// What the provider calls them.
    pub shown: String,
    /// Since when, milliseconds since 1970.
    pub since_ms: u64,
}

/// The ways by which an account is signed in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Ways {
    /// Whether it has a password.
    pub password: bool,
    /// By the provider, if it is connected.
    pub provider: Option<Connected>,
}

impl Directory {
    /// Signs in by a provider; makes the account, if there is none and it may be. `invitation`: the token of one
    /// that was brought along. `before`: the cookie that the browser has, which ends.
    ///
    /// # Errors
    /// [`DirectoryError::ClosedAccount`], [`DirectoryError::NotInvited`], [`DirectoryError::Invitation`].
    pub async fn sign_in_by(
        &self,
        identity: Identity,
        newcomers: Newcomers,
        invitation: Option<String>,
        before: Option<String>,
        now_ms: u64,
    ) -> Result<SignedIn, DirectoryError> {
        let signed = self.run(move |db| {
            let account = match account_of(db, &identity)? {
                Some((_, true)) => return Err(DirectoryError::ClosedAccount),
                Some((account, false)) => account,
                None => {
                    let invited = match &invitation {
                        Some(token) => Some(take(db, &hash_of(token), now_ms)?),
                        None if newcomers.uninvited => None,
                        None => return Err(DirectoryError::NotInvited),
                    };
                    let administrator = newcomers.administrator || invited.is_some_and(|(_, administrator)| administrator);
                    let prepared = Prepared::without_password(free_login(db, &identity)?, identity.name.clone());
                    let account = insert(db, &prepared, administrator, now_ms)?;
                    connect(db, account.account, &identity, now_ms)?;
                    let by = invited.map_or_else(|| identity.shown.clone(), |(invitation, _)| format!("invitation {invitation}"));
                    note(db, now_ms, &account.login, Act::Joined, None, &by)?;
                    account
                }
            };
            note(db, now_ms, &account.login, Act::SignedIn, None, &identity.issuer)?;
            Ok(SignedIn { token: sessions::begin(db, account.account, before.as_deref(), now_ms)?, account })
        });
        let signed = signed.await?;
        if signed.account.administrator {
            *self.setup.lock() = None;
        }
        Ok(signed)
    }

    /// Connects an account with somebody of a provider, who signs in as it from now on.
    ///
    /// # Errors
    /// [`DirectoryError::IdentityTaken`] if they have another account, [`DirectoryError::Connected`] if the account is somebody else's of this provider.
    pub async fn connect(&self, account: Account, identity: Identity, now_ms: u64) -> Result<(), DirectoryError> {
        self.run(move |db| {
            match account_of(db, &identity)? {
                Some((other, _)) if other.account == account.account => return Ok(()),
                Some(_) => return Err(DirectoryError::IdentityTaken),
                None => {}
            }
            if connected(db, account.account, &identity.issuer)?.is_some() {
                return Err(DirectoryError::Connected);
            }
            connect(db, account.account, &identity, now_ms)?;
            note(db, now_ms, &account.login, Act::Connected, None, &identity.shown)
        })
        .await
    }

    /// Takes the connection with a provider away.
    ///
    /// # Errors
    /// [`DirectoryError::LastWay`] without a password, [`DirectoryError::NotConnected`].
    pub async fn disconnect(&self, account: Account, issuer: String, now_ms: u64) -> Result<(), DirectoryError> {
        self.run(move |db| {
            let before = connected(db, account.account, &issuer)?.ok_or(DirectoryError::NotConnected)?;
            if !has_password(db, account.account)? {
                return Err(DirectoryError::LastWay);
            }
            db.execute("DELETE FROM identities WHERE account = ?1 AND issuer = ?2", params![account.account, issuer])?;
            note(db, now_ms, &account.login, Act::Disconnected, None, &before.shown)
        })
        .await
    }

    /// How an account is signed in, by password or by this provider.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn ways(&self, account: i64, issuer: Option<String>) -> Result<Ways, DirectoryError> {
        self.run(move |db| {
            let provider = issuer.map(|issuer| connected(db, account, &issuer)).transpose()?.flatten();
            Ok(Ways { password: has_password(db, account)?, provider })
        })
        .await
    }
}

/// Whose account somebody of a provider has, and whether it is closed.
fn account_of(db: &Connection, identity: &Identity) -> Result<Option<(Account, bool)>, DirectoryError> {
    let sql = "SELECT a.account, a.login, a.name, a.administrator, a.closed FROM identities i JOIN accounts a USING (account)
        WHERE i.issuer = ?1 AND i.subject = ?2";
    let found = db
        .prepare_cached(sql)?
        .query_row(params![identity.issuer, identity.subject], |row| Ok((Account::of_row(row)?, row.get(4)?)))
        .optional()?;
    Ok(found)
}

fn connected(db: &Connection, account: i64, issuer: &str) -> Result<Option<Connected>, DirectoryError> {
    let found = db
        .prepare_cached("SELECT shown, since_ms FROM identities WHERE account = ?1 AND issuer = ?2")?
        .query_row(params![account, issuer], |row| Ok(Connected { shown: row.get(0)?, since_ms: row.get(1)? }))
        .optional()?;
    Ok(found)
}

fn connect(db: &Connection, account: i64, identity: &Identity, now_ms: u64) -> Result<(), DirectoryError> {
    let sql = "INSERT INTO identities (issuer, subject, account, shown, since_ms) VALUES (?1, ?2, ?3, ?4, ?5)";
    db.execute(sql, params![identity.issuer, identity.subject, account, identity.shown, now_ms])?;
    Ok(())
}

fn has_password(db: &Connection, account: i64) -> Result<bool, DirectoryError> {
    Ok(db.prepare_cached("SELECT 1 FROM accounts WHERE account = ?1 AND password <> ''")?.exists([account])?)
}

/// A login that nobody has: what the provider calls them, if need be with a number, or letters of the subject.
fn free_login(db: &Connection, identity: &Identity) -> Result<String, DirectoryError> {
    let by_subject = hex(&hash_of(&format!("{} {}", identity.issuer, identity.subject))[..8]);
    let shown = clean_login(&identity.shown).ok();
    let numbered = shown.iter().flat_map(|login| (2..=NUMBERED_MAX).map(move |number| format!("{login}-{number}")));
    let fitting = shown.iter().cloned().chain(numbered).filter(|login| login.len() <= LOGIN_LETTERS_MAX);
    let mut taken = db.prepare_cached("SELECT 1 FROM accounts WHERE login = ?1")?;
    for login in fitting.chain([by_subject]) {
        if !taken.exists([&login])? {
            return Ok(login);
        }
    }
    Err(DirectoryError::LoginTaken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::accounts::NewAccount;

    const NOW: u64 = 1_800_000_000_000;
    const ISSUER: &str = "https://login.school.example";
    const ANYBODY: Newcomers = Newcomers { uninvited: true, administrator: false };
    const INVITED: Newcomers = Newcomers { uninvited: false, administrator: false };

    fn somebody(subject: &str, shown: &str) -> Identity {
        Identity { issuer: ISSUER.to_owned(), subject: subject.to_owned(), name: "Sato".to_owned(), shown: shown.to_owned() }
    }

    async fn server() -> (std::sync::Arc<Directory>, Account, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let directory = Directory::open(folder.path()).unwrap();
        let new = NewAccount { login: "sato".to_owned(), name: "Sato".to_owned(), password: "correct horse".to_owned() };
        let account = directory.set_up(&directory.setup_secret().unwrap(), new, NOW).await.unwrap().account;
        (directory, account, folder)
    }

    #[tokio::test]
    async fn nobody_is_taken_for_another_by_a_name_or_an_address() {
        let (directory, password_account, _folder) = server().await;
        let first = directory.sign_in_by(somebody("1", "Sato"), ANYBODY, None, None, NOW).await.unwrap().account;
        assert_ne!(first.account, password_account.account);
        assert_eq!(first.login, "sato-2");
        let again = directory.sign_in_by(somebody("1", "renamed"), ANYBODY, None, None, NOW).await.unwrap().account;
        assert_eq!(again, first, "they are found by their subject");
        let other = Identity { issuer: "https://elsewhere.example".to_owned(), ..somebody("1", "Sato") };
        assert_eq!(directory.sign_in_by(other, ANYBODY, None, None, NOW).await.unwrap().account.login, "sato-3");
        let foreign = directory.sign_in_by(somebody("2", "佐藤"), ANYBODY, None, None, NOW).await.unwrap().account;
        assert_eq!(foreign.login.len(), 16, "letters of the subject, where there is no login in the name");
        assert!(directory.sign_in("sato-2", String::new(), None, NOW).await.is_err(), "no password is none, not an empty one");
    }

    #[tokio::test]
    async fn an_invitation_makes_one_account_and_a_closed_account_stays_closed() {
        let (directory, admin, _folder) = server().await;
        let come = |subject: &str, invitation: Option<&String>| {
            directory.sign_in_by(somebody(subject, subject), INVITED, invitation.cloned(), None, NOW)
        };
        assert_eq!(come("ken", None).await.unwrap_err(), DirectoryError::NotInvited);
        let (_, token) = directory.invite(&admin, true, NOW).await.unwrap();
        let ken = come("ken", Some(&token)).await.unwrap();
        assert!(ken.account.administrator);
        assert_eq!(come("eve", Some(&token)).await.unwrap_err(), DirectoryError::Invitation);
        assert_eq!(come("ken", None).await.unwrap().account, ken.account);
        directory.change_account(&admin, ken.account.account, None, Some(true), NOW).await.unwrap();
        assert_eq!(come("ken", None).await.unwrap_err(), DirectoryError::ClosedAccount);
        let (_, token) = directory.invite(&admin, false, NOW).await.unwrap();
        assert_eq!(come("ken", Some(&token)).await.unwrap_err(), DirectoryError::ClosedAccount);
        assert_eq!(directory.signed_in(ken.token, NOW).await, Ok(None));
    }

    #[tokio::test]
    async fn an_account_is_connected_with_one_person_and_keeps_a_way_in() {
        let (directory, admin, _folder) = server().await;
        let identity = somebody("1", "t.sato");
        directory.connect(admin.clone(), identity.clone(), NOW).await.unwrap();
        let ways = |account: i64| directory.ways(account, Some(ISSUER.to_owned()));
        let expected = Connected { shown: "t.sato".to_owned(), since_ms: NOW };
        assert_eq!(ways(admin.account).await, Ok(Ways { password: true, provider: Some(expected) }));
        assert_eq!(directory.sign_in_by(identity.clone(), INVITED, None, None, NOW).await.unwrap().account, admin);
        assert_eq!(directory.connect(admin.clone(), somebody("2", "x"), NOW).await, Err(DirectoryError::Connected));
        let other = directory.sign_in_by(somebody("3", "mori"), ANYBODY, None, None, NOW).await.unwrap().account;
        assert_eq!(directory.connect(other.clone(), identity, NOW).await, Err(DirectoryError::IdentityTaken));
        assert_eq!(directory.disconnect(other.clone(), ISSUER.to_owned(), NOW).await, Err(DirectoryError::LastWay));
        // With a password of their own there is another way.
        let other = directory.change_password(other, String::new(), "for days without".to_owned(), NOW).await.unwrap().account;
        directory.disconnect(other.clone(), ISSUER.to_owned(), NOW).await.unwrap();
        assert_eq!(directory.disconnect(other.clone(), ISSUER.to_owned(), NOW).await, Err(DirectoryError::NotConnected));
        assert_eq!(directory.sign_in("mori", "for days without".to_owned(), None, NOW).await.unwrap().account, other);
        let acts: Vec<_> = directory.audit(None).await.unwrap().into_iter().map(|entry| entry.act).collect();
        assert_eq!(acts, ["signed-in", "disconnected", "password", "signed-in", "joined", "signed-in", "connected", "set-up"]);
        let changed = directory.change_password(other, String::new(), "another password".to_owned(), NOW).await;
        assert_eq!(changed.unwrap_err(), DirectoryError::SignIn, "a password is changed only by who knows it");
    }
}
