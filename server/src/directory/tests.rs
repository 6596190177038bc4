//! What the directory lets in and what it does not, with a clock of its own.

use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use tempfile::TempDir;

use super::accounts::{FAILURES_MAX, LOCKED_MS, NewAccount, SignedIn, Starts};
use super::enter::Visitor;
use super::keys::{NewKey, Scope};
use super::links::{CODE_MS_MAX, Key, NewLink};
use super::*;
use crate::log::JoinCode;

const BOARD: BoardId = BoardId([1; 16]);
const OTHER: BoardId = BoardId([2; 16]);
const NOW: u64 = 1_800_000_000_000;
const PASSWORD: &str = "correct horse";

fn open() -> (Arc<Directory>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Directory::open(folder.path()).unwrap(), folder)
}

fn new_account(login: &str) -> NewAccount {
    NewAccount { login: login.to_owned(), name: "Ada Lovelace".to_owned(), password: PASSWORD.to_owned() }
}

async fn set_up(directory: &Directory) -> SignedIn {
    let secret = directory.setup_secret().unwrap();
    directory.set_up(&secret, new_account("ada"), NOW).await.unwrap()
}

fn with(key: Key) -> Visitor {
    Visitor { key: Some(key), ..Visitor::default() }
}

#[tokio::test]
async fn the_first_administrator_is_made_once_with_the_secret() {
    let (directory, folder) = open();
    let secret = directory.setup_secret().unwrap();
    assert_eq!(directory.set_up("", new_account("ada"), NOW).await.unwrap_err(), DirectoryError::SetUp);
    let [one, two] = [directory.set_up(&secret, new_account("ada"), NOW), directory.set_up(&secret, new_account("eve"), NOW)];
    let (one, two) = tokio::join!(one, two);
    assert!(one.is_ok() ^ two.is_ok(), "two at once make one");
    assert_eq!(directory.setup_secret(), None);
    assert_eq!(directory.set_up(&secret, new_account("bob"), NOW).await.unwrap_err(), DirectoryError::SetUp);
    drop(directory);
    assert_eq!(Directory::open(folder.path()).unwrap().setup_secret(), None, "and it stays so");
}

#[tokio::test]
async fn wrong_passwords_lock_an_account_for_a_while_however_many_come_at_once() {
    let (directory, _folder) = open();
    set_up(&directory).await;
    let sign_in = |password: &str, at| directory.sign_in("ada", password.to_owned(), None, at);
    let tries = futures_util::future::join_all((0..40).map(|_| sign_in("wrong password", NOW))).await;
    assert!(tries.iter().all(|tried| tried.as_ref().is_err_and(|error| *error == DirectoryError::SignIn)));
    assert_eq!(sign_in(PASSWORD, NOW + 1).await.unwrap_err(), DirectoryError::SignIn, "locked: the right one is refused too");
    assert!(sign_in(PASSWORD, NOW + LOCKED_MS + 1).await.is_ok());
    for _ in 1..FAILURES_MAX {
        assert!(sign_in("wrong password", NOW + LOCKED_MS + 2).await.is_err());
    }
    assert!(sign_in(PASSWORD, NOW + LOCKED_MS + 3).await.is_ok(), "one fewer does not lock");
    let locks = directory.audit(None).await.unwrap().iter().filter(|entry| entry.act == "locked").count();
    assert_eq!(locks, 1);
}

#[tokio::test]
async fn sessions_are_new_and_end() {
    let (directory, _folder) = open();
    let first = set_up(&directory).await;
    let again = directory.sign_in("ADA", PASSWORD.to_owned(), Some(first.token.clone()), NOW).await.unwrap();
    assert_ne!(first.token, again.token);
    assert_eq!(directory.signed_in(first.token, NOW).await, Ok(None), "what the browser had before is worth nothing");
    assert_eq!(directory.signed_in(again.token.clone(), NOW + sessions::IDLE_MS).await, Ok(Some(again.account.clone())));
    assert_eq!(directory.signed_in(again.token.clone(), NOW + 2 * sessions::IDLE_MS + 1).await, Ok(None));
    let mut at = NOW;
    while at <= NOW + sessions::LONGEST_MS {
        assert!(directory.signed_in(again.token.clone(), at).await.unwrap().is_some());
        at += sessions::IDLE_MS;
    }
    assert_eq!(directory.signed_in(again.token.clone(), at).await, Ok(None), "not forever, however often it is used");
    let [one, two] = [(); 2].map(|()| directory.sign_in("ada", PASSWORD.to_owned(), None, NOW));
    let (one, two) = (one.await.unwrap(), two.await.unwrap());
    let changed = directory.change_password(one.account, PASSWORD.to_owned(), "another horse".to_owned(), NOW).await.unwrap();
    assert_eq!(directory.signed_in(two.token, NOW).await, Ok(None));
    assert!(directory.signed_in(changed.token, NOW).await.unwrap().is_some());
    assert!(directory.sign_in("ada", PASSWORD.to_owned(), None, NOW).await.is_err());
}

#[tokio::test]
async fn an_invitation_makes_one_account_within_its_time() {
    let (directory, _folder) = open();
    let ada = set_up(&directory).await.account;
    let (_, token) = directory.invite(&ada, false, NOW).await.unwrap();
    let late = directory.accept(&token, new_account("bob"), NOW + invitations::VALID_MS).await;
    assert_eq!(late.unwrap_err(), DirectoryError::Invitation);
    assert_eq!(directory.accept(&token, new_account("ADA"), NOW).await.unwrap_err(), DirectoryError::LoginTaken);
    let bob = directory.accept(&token, new_account("bob"), NOW).await.unwrap();
    assert!(!bob.account.administrator);
    assert_eq!(directory.accept(&token, new_account("carl"), NOW).await.unwrap_err(), DirectoryError::Invitation);
    let (invitation, token) = directory.invite(&ada, true, NOW).await.unwrap();
    directory.revoke_invitation(&ada, invitation.invitation, NOW).await.unwrap();
    assert_eq!(directory.accept(&token, new_account("dora"), NOW).await.unwrap_err(), DirectoryError::Invitation);
    assert_eq!(
        directory.change_account(&ada, ada.account, Some(false), None, NOW).await,
        Err(DirectoryError::LastAdministrator),
        "a server keeps one"
    );
    directory.change_account(&ada, bob.account.account, None, Some(true), NOW).await.unwrap();
    assert_eq!(directory.signed_in(bob.token, NOW).await, Ok(None), "a closed account is signed out");
    assert!(directory.sign_in("bob", PASSWORD.to_owned(), None, NOW).await.is_err());
}

#[tokio::test]
async fn guests_are_who_they_were_and_the_bare_link_decides() {
    let (directory, _folder) = open();
    let named = |name: &str, pass: Option<String>| Visitor { name: Some(name.to_owned()), pass, ..Visitor::default() };
    let first = directory.enter(BOARD, named(" \u{202e}Kim ", None), NOW).await.unwrap();
    assert_eq!((first.entrant.role, &*first.entrant.name), (Role::Member, "Kim"));
    let again = directory.enter(BOARD, named("", first.pass.clone()), NOW + 1).await.unwrap();
    assert_eq!((again.entrant.participant, &*again.entrant.name, again.pass), (first.entrant.participant, "Kim", None));
    let elsewhere = directory.enter(OTHER, named("", first.pass.clone()), NOW).await.unwrap();
    assert_ne!(elsewhere.entrant.participant, first.entrant.participant, "a pass is of one board");
    directory.set_bare(BOARD, Some(Role::Viewer), "host".to_owned(), NOW).await.unwrap();
    assert_eq!(directory.enter(BOARD, named("", first.pass.clone()), NOW).await.unwrap().entrant.role, Role::Viewer);
    directory.set_bare(BOARD, None, "host".to_owned(), NOW).await.unwrap();
    assert_eq!(directory.enter(BOARD, named("", first.pass), NOW).await.unwrap_err(), DirectoryError::ClosedBoard);
    assert_eq!(directory.admit(BOARD, &[], NOW).await.unwrap_err(), DirectoryError::ClosedBoard.into());
    assert!(directory.admit(OTHER, &[], NOW).await.is_ok());
}

#[tokio::test]
async fn links_give_their_role_until_they_end() {
    let (directory, _folder) = open();
    directory.set_bare(BOARD, None, "host".to_owned(), NOW).await.unwrap();
    let make = async |code, role, uses| {
        let new = NewLink { code, role, valid_ms: 1_000, uses, waits: false };
        directory.make_link(BOARD, new, "host".to_owned(), NOW).await.unwrap()
    };
    let (link, token) = make(None, Role::Assistant, Some(1)).await;
    let key = Key::Link(token.unwrap());
    let refused = async |board, key: &Key, at| directory.enter(board, with(key.clone()), at).await.unwrap_err();
    assert_eq!(refused(BOARD, &key, NOW + 1_000).await, DirectoryError::Door, "ended");
    assert_eq!(refused(OTHER, &key, NOW).await, DirectoryError::Door, "of another board");
    assert_eq!(refused(BOARD, &Key::Link("0".repeat(64)), NOW).await, DirectoryError::Door, "unknown");
    let entered = directory.enter(BOARD, with(key.clone()), NOW).await.unwrap();
    assert_eq!(entered.entrant.role, Role::Assistant);
    assert_eq!(refused(BOARD, &key, NOW).await, DirectoryError::Door, "used up");
    assert_eq!(directory.revoke_link(OTHER, link.link, "host".to_owned(), NOW).await, Err(DirectoryError::UnknownLink));
    directory.revoke_link(BOARD, link.link, "host".to_owned(), NOW).await.unwrap();
    let back = Visitor { pass: entered.pass, key: Some(key), ..Visitor::default() };
    assert_eq!(directory.enter(BOARD, back, NOW + 2_000).await.unwrap().entrant.role, Role::Assistant, "who was let in comes back");

    let code = JoinCode::new(123_456_789).unwrap();
    make(Some(code), Role::Viewer, None).await;
    assert_eq!(directory.board_of_code(code, NOW).await, Ok(Some(BOARD)));
    assert_eq!(directory.board_of_code(code, NOW + CODE_MS_MAX).await, Ok(None));
    assert_eq!(directory.enter(BOARD, with(Key::Code(code)), NOW).await.unwrap().entrant.role, Role::Viewer);
}

#[tokio::test]
async fn an_account_is_one_participant_and_owns_what_it_started() {
    let (directory, _folder) = open();
    let ada = set_up(&directory).await.account;
    directory.own(BOARD, &ada).await.unwrap();
    directory.set_bare(BOARD, None, "ada".to_owned(), NOW).await.unwrap();
    let visit = |board| directory.enter(board, Visitor { account: Some(ada.clone()), ..Visitor::default() }, NOW);
    let (one, two, other) = (visit(BOARD).await.unwrap(), visit(BOARD).await.unwrap(), visit(OTHER).await.unwrap());
    assert_eq!(one.entrant, two.entrant);
    assert_eq!((one.entrant.role, &*one.entrant.name, &one.pass), (Role::Host, "Ada Lovelace", &None));
    assert_eq!(other.entrant.role, Role::Member);
    assert_ne!(one.entrant.participant, other.entrant.participant, "nobody follows an account from board to board");
    let pass = directory.host_pass(OTHER, NOW).await.unwrap();
    let shown = Visitor { account: Some(ada.clone()), pass: Some(pass), ..Visitor::default() };
    assert_eq!(directory.enter(OTHER, shown, NOW).await.unwrap().entrant.role, Role::Host, "what was begun as a guest stays one's own");
    assert_eq!(visit(OTHER).await.unwrap().entrant.role, Role::Host, "on all devices");
    let owner = directory.remove(BOARD, one.entrant.participant, "ada".to_owned(), NOW).await;
    assert_eq!(owner, Err(DirectoryError::UnknownParticipant));
    directory.set_starts(&ada, Starts::Accounts, NOW).await.unwrap();
    assert_eq!(directory.starts().await, Ok((Starts::Accounts, true)));
}

#[tokio::test]
async fn who_is_removed_is_refused_whatever_they_hold() {
    let (directory, _folder) = open();
    let mut removals = directory.removals();
    let host = directory.host_pass(BOARD, NOW).await.unwrap();
    let host = directory.enter(BOARD, Visitor { pass: Some(host), ..Visitor::default() }, NOW).await.unwrap();
    assert_eq!(host.entrant.role, Role::Host);
    let guest = directory.enter(BOARD, Visitor::default(), NOW).await.unwrap();
    let who = guest.entrant.participant;
    assert!(directory.admit(BOARD, guest.credential.as_bytes(), NOW).await.is_ok());
    directory.remove(BOARD, who, "host".to_owned(), NOW).await.unwrap();
    assert_eq!(removals.try_recv(), Ok((BOARD, who)));
    assert_eq!(directory.admit(BOARD, guest.credential.as_bytes(), NOW).await.unwrap_err(), DirectoryError::Removed.into());
    let back = Visitor { pass: guest.pass, ..Visitor::default() };
    assert_eq!(directory.enter(BOARD, back, NOW).await.unwrap_err(), DirectoryError::Removed);
    assert!(directory.admit(BOARD, host.credential.as_bytes(), NOW).await.is_ok());
}

#[tokio::test]
async fn no_secret_stands_in_the_file_or_in_the_audit_log() {
    let (directory, folder) = open();
    let signed = set_up(&directory).await;
    let (_, invitation) = directory.invite(&signed.account, false, NOW).await.unwrap();
    let new = NewLink { code: None, role: Role::Member, valid_ms: 1_000, uses: None, waits: false };
    let link = directory.make_link(BOARD, new, "ada".to_owned(), NOW).await.unwrap().1.unwrap();
    let guest = directory.enter(BOARD, with(Key::Link(link.clone())), NOW).await.unwrap();
    let mut kept = Vec::new();
    for file in ["directory.sqlite", "directory.sqlite-wal"] {
        kept.extend(std::fs::read(folder.path().join(file)).unwrap());
    }
    let holds = |text: &str| kept.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("Ada Lovelace"), "what is looked through is what was written");
    for secret in [PASSWORD, &signed.token, &invitation, &link, &guest.pass.unwrap(), &guest.credential] {
        assert!(!holds(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_file_of_format_1_is_taken_over_with_all_that_is_in_it() {
    let (directory, folder) = open();
    let ada = set_up(&directory).await;
    drop(directory);
    let file = folder.path().join("directory.sqlite");
    let before = |sql: &str| Connection::open(&file).unwrap().execute_batch(sql).unwrap();
    before(
        "DROP TABLE webhook_deliveries; DROP TABLE webhooks; DROP TABLE webhook_told; DROP TABLE webhook_doubts;
        DROP TABLE assisting; DROP TABLE calendar_feeds; DROP TABLE scheduled_rooms; DROP TABLE scheduled_dates; DROP TABLE scheduled;
        DROP TABLE api_keys; DROP INDEX passes_of_panel; ALTER TABLE passes DROP COLUMN panel; DROP TABLE panel_boards; DROP TABLE panels;
        ALTER TABLE passes DROP COLUMN waits; ALTER TABLE links DROP COLUMN waits; ALTER TABLE invitations DROP COLUMN account;
        DROP TABLE identities; PRAGMA user_version = 1;",
    );
    let directory = Directory::open(folder.path()).unwrap();
    assert_eq!(directory.signed_in(ada.token, NOW).await.unwrap().as_ref(), Some(&ada.account));
    let new = NewKey { name: "timetable".to_owned(), scopes: vec![Scope::Start], valid_ms: 1_000 };
    let (_, token) = directory.make_key(&ada.account, new, NOW).await.unwrap();
    assert_eq!(directory.acts_for(&token, Scope::Start, NOW).await, Ok(ada.account));
    assert_eq!(directory.panels(NOW).await, Ok(Vec::new()));
    drop(directory);
    before("PRAGMA user_version = 99;");
    assert!(matches!(Directory::open(folder.path()), Err(DirectoryError::NewerFormat { found: 99, .. })));
}

#[tokio::test]
async fn nobody_gets_more_by_a_link_with_a_lobby_without_waiting() {
    let (directory, _folder) = open();
    let ada = set_up(&directory).await.account;
    let make = async |role, waits| {
        let new = NewLink { code: None, role, valid_ms: 1_000, uses: None, waits };
        Key::Link(directory.make_link(BOARD, new, "host".to_owned(), NOW).await.unwrap().1.unwrap())
    };
    let (lobby, member, more) = (make(Role::Assistant, true).await, make(Role::Member, false).await, make(Role::Assistant, false).await);
    let visit = async |pass: &Option<String>, key: Option<&Key>, account: Option<&accounts::Account>| {
        let visitor = Visitor { pass: pass.clone(), key: key.cloned(), account: account.cloned(), ..Visitor::default() };
        let entered = directory.enter(BOARD, visitor, NOW).await.unwrap();
        ((entered.entrant.role, entered.entrant.waits), entered.pass)
    };
    let (free, pass) = visit(&None, None, None).await;
    assert_eq!(free, (Role::Member, false), "by the bare link");
    assert_eq!(visit(&pass, Some(&lobby), None).await.0, (Role::Assistant, true));
    assert_eq!(visit(&pass, None, None).await.0, (Role::Assistant, true), "also when they come back");
    assert_eq!(visit(&pass, None, Some(&ada)).await.0, (Role::Assistant, true), "and when they sign in with it");
    assert_eq!(visit(&pass, Some(&member), None).await.0, (Role::Assistant, true));
    assert_eq!(visit(&pass, Some(&more), None).await.0, (Role::Assistant, false), "another link lets them in as that");
    assert_eq!(visit(&pass, Some(&lobby), None).await.0, (Role::Assistant, false));
    let acts = directory.audit(None).await.unwrap();
    assert!(acts.iter().any(|entry| entry.act == "link-made" && entry.what == "1: assistant, lobby"));
}
