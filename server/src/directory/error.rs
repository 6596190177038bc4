//! Why the directory does not do what it was asked.

use std::path::PathBuf;

use super::keys::Scope;
use super::names::NameError;
use super::timetable::Room;
use super::timetable::plan::PlanError;
use crate::webhooks::address::AddressError;
use crate::webhooks::subscription::{DESCRIPTION_LETTERS_MAX, WEBHOOKS_MAX};

/// Why something was refused or failed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The server is shutting down.
    #[error("the directory is closed")]
    Closed,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The file cannot be read or written.
    #[error("the directory cannot be read or written: {0}")]
    Storage(String),
    /// Another program's file.
    #[error("{}: this is not a directory of people", file.display())]
    NotOurs {
        /// The file.
        file: PathBuf,
    },
    /// A file of a newer version.
    #[error("{}: format {found} is newer than {known}, the newest that this version knows", file.display())]
    NewerFormat {
        /// The file.
        file: PathBuf,
        /// Its format.
        found: u32,
        /// The newest known.
        known: u32,
    },
    /// The key of credentials cannot be read or made.
    #[error("{}: {what}", file.display())]
    Key {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Randomness,
    /// A credential cannot be signed.
    #[error("a credential cannot be signed: {0}")]
    Signing(String),
    /// Too many passwords are being looked at.
    #[error("too many sign in at once; try again")]
    Busy,
    /// A name, login or password that is not taken.
    #[error(transparent)]
    Name(#[from] NameError),
    /// There is an administrator, or the secret is another. Both answer alike.
    #[error("this set-up secret is not valid; the current one stands in the server's log, while there is no administrator")]
    SetUp,
    /// Login or password is wrong, the account is locked or closed: all answer alike.
    #[error("login or password is wrong, or there were too many wrong tries; after {} minutes it can be tried again", super::accounts::LOCKED_MS / 60_000)]
    SignIn,
    /// The provider knows them, and their account here is closed.
    #[error("this account is closed; an administrator can open it again")]
    ClosedAccount,
    /// The provider knows them, and they have no account here.
    #[error("there is no account here for this person of the provider; an administrator can invite them")]
    NotInvited,
    /// They have another account.
    #[error("this person of the provider has another account here")]
    IdentityTaken,
    /// The account is somebody else's of the provider.
    #[error("this account is connected with another person of the provider; disconnect it first")]
    Connected,
    /// The account is not connected.
    #[error("this account is not connected with the provider")]
    NotConnected,
    /// It would be the last way in.
    #[error("without a password this is the only way to sign in; set a password first")]
    LastWay,
    /// Nobody is signed in here.
    #[error("this needs somebody who is signed in")]
    SignedOut,
    /// Only for administrators.
    #[error("this needs an administrator")]
    NotAdministrator,
    /// The login is in use.
    #[error("this login is in use; choose another one")]
    LoginTaken,
    /// The last administrator would be lost.
    #[error("a server keeps at least one administrator")]
    LastAdministrator,
    /// No account of this number.
    #[error("there is no such account")]
    UnknownAccount,
    /// One's own password is changed with the present one.
    #[error("this is for another's account; change your own password with the present one")]
    OwnAccount,
    /// Only its approver and administrators revoke a panel.
    #[error("this needs an administrator, or who approved the panel")]
    NotApprover,
    /// Unknown, used, or its time is over: all answer alike.
    #[error("this invitation is not valid any more; ask for a new one")]
    Invitation,
    /// Unknown, revoked, its time is over, or its account is closed: all answer alike.
    #[error("this key is not valid; keys begin with {}, and end, are revoked, or lapse with their account", super::keys::KEY_PREFIX)]
    ApiKey,
    /// A key that may not be used for this.
    #[error("this key may not be used for this; it needs the scope {}", .0.name())]
    Scope(Scope),
    /// An account has so many keys.
    #[error("an account has at most {} keys; revoke one first", super::keys::KEYS_MAX)]
    TooManyKeys,
    /// No key of this number of this account.
    #[error("you have no such key")]
    UnknownKey,
    /// A webhook's address that is not taken.
    #[error(transparent)]
    WebhookAddress(#[from] AddressError),
    /// A webhook's description that is not taken.
    #[error("a webhook's description has at most {DESCRIPTION_LETTERS_MAX} letters in one line")]
    WebhookText,
    /// The server has so many webhooks.
    #[error("a server has at most {WEBHOOKS_MAX} webhooks; delete one first")]
    TooManyWebhooks,
    /// No webhook of this number.
    #[error("there is no such webhook")]
    UnknownWebhook,
    /// The webhook tells nothing.
    #[error("this webhook is disabled; enable it first")]
    WebhookDisabled,
    /// No delivery of this number of this webhook.
    #[error(
        "there is no such delivery of this webhook, or not any more; the newest {} that are over are kept",
        crate::webhooks::queue::KEPT_MAX
    )]
    UnknownDelivery,
    /// A board has so many links.
    #[error("a board has at most {} links; revoke one first", super::links::LINKS_MAX)]
    TooManyLinks,
    /// No link of this number on this board.
    #[error("the board has no such link")]
    UnknownLink,
    /// Unknown, revoked, of another board, used up, or its time is over: all answer alike.
    #[error("this link or code does not open this board, or does not any more; ask for a new one")]
    Door,
    /// The bare link does not open this board.
    #[error("this board is open only to those who were invited")]
    ClosedBoard,
    /// They were removed.
    #[error("you were removed from this board, or your account was closed, or this panel revoked")]
    Removed,
    /// No participant of this name on this board.
    #[error("the board has no such participant")]
    UnknownParticipant,
    /// Unknown, approved already, or its time is over: all answer alike.
    #[error("no panel shows this pairing code, or not any more; it is good for {} minutes", super::pairing::PAIRING_MS / 60_000)]
    Pairing,
    /// So many panels wait, on the server or at one address.
    #[error("too many panels wait to be approved; try again in some minutes")]
    TooManyPairings,
    /// The key is a panel's.
    #[error("this key was approved or revoked; a panel that is to be approved anew makes a new key")]
    PanelPaired,
    /// The server has so many panels.
    #[error("a server has at most {} panels; revoke one first", super::panels::PANELS_MAX)]
    TooManyPanels,
    /// Another key, a challenge that is not ours, was answered or is over: all answer alike.
    #[error("this does not prove the key; sign a new challenge, within {} s", super::device_key::CHALLENGE_MS / 1000)]
    PanelProof,
    /// Unknown, or its time is over.
    #[error("this panel's token is not valid any more; prove the key again")]
    PanelToken,
    /// No panel of this key or number.
    #[error("there is no such panel, or it is not approved yet")]
    UnknownPanel,
    /// The panel was revoked.
    #[error("this panel was revoked")]
    RevokedPanel,
    /// A board that no panel has made.
    #[error("this board was not begun at a panel")]
    NotOfPanel,
    /// The board has an owner.
    #[error("this board has an owner")]
    Owned,
    /// Times of a session that are not taken.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A session on a board of somebody else's, or of nobody's.
    #[error("sessions are scheduled on boards of one's own; this one is not yours")]
    NotYours,
    /// No panel is in a room.
    #[error("there is no approved panel in the room {} of {}", .0.room, .0.site)]
    UnknownRoom(Room),
    /// A session for too many rooms.
    #[error("a session is for at most {} rooms", super::timetable::ROOMS_MAX)]
    TooManyRooms,
    /// An account has so many sessions.
    #[error(
        "an account has at most {} sessions, past ones too; a weekly one counts once; remove one first",
        super::timetable::SESSIONS_MAX
    )]
    TooManySessions,
    /// No session of this number, or one of somebody else.
    #[error("you have no such session")]
    UnknownSession,
    /// Unknown, renewed or revoked, or its account is closed: all answer alike.
    #[error("there is no calendar here, or not any more")]
    UnknownFeed,
}

impl From<rusqlite::Error> for DirectoryError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            _ => Self::Storage(error.to_string()),
        }
    }
}
