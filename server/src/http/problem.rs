//! What a request is told when it cannot be done: RFC 9457, with a code for programs and a sentence
//! for people who read logs.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kakehashi_protocol::ids::ParseIdError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::assets::AssetError;
use crate::board_file::FileError;
use crate::directory::DirectoryError;
use crate::directory::enter::AdmitError;
use crate::directory::limits::TooOften;
use crate::directory::names::NameError;
use crate::hub::reading::ReadError;
use crate::log::LogError;

/// A problem, as `application/problem+json`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:kakehashi:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What was wrong, for programs.
    pub code: &'static str,
    /// What was wrong and what is allowed, in English.
    pub detail: String,
    /// After how many seconds it may be tried again.
    #[serde(skip)]
    pub retry_after_s: Option<u32>,
}

impl Problem {
    /// A problem of this status and code.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        Self {
            kind: format!("urn:kakehashi:problem:{code}"),
            title,
            status: status.as_u16(),
            code,
            detail: detail.into(),
            retry_after_s: None,
        }
    }

    /// The same, to be tried again after so many seconds.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Something that is not there.
    #[must_use]
    pub fn not_found(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    /// A value that is not of its form.
    #[must_use]
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", detail)
    }

    /// The server cannot do it now.
    #[must_use]
    pub fn busy(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).retry_after(2)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<ParseIdError> for Problem {
    fn from(error: ParseIdError) -> Self {
        Self::malformed(error.to_string())
    }
}

impl From<LogError> for Problem {
    fn from(error: LogError) -> Self {
        match &error {
            LogError::UnknownBoard(_) => Self::not_found("unknown_board", error.to_string()),
            LogError::DiskFull { .. } => disk_full(),
            LogError::Closed => Self::busy("the server is shutting down"),
            _ => {
                tracing::error!(%error, "the log has failed");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "storage", "the server's storage has failed; its log says why")
            }
        }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::UnknownBoard(_) => Self::not_found("unknown_board", error.to_string()),
            ReadError::Log(error) => error.into(),
            ReadError::Stopping => Self::busy("the server is shutting down"),
            ReadError::Damaged { .. } | ReadError::Broken(_) => {
                tracing::error!(%error, "a board cannot be opened");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "damaged", "the board cannot be read; the server's log says why")
            }
        }
    }
}

impl From<AssetError> for Problem {
    fn from(error: AssetError) -> Self {
        let (status, code) = match &error {
            AssetError::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "asset_too_large"),
            AssetError::TooManyPixels { .. } | AssetError::TooManyFrames { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "asset_pixels"),
            AssetError::NotAllowed { .. } => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "asset_type"),
            AssetError::WrongType { .. } => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "asset_type"),
            AssetError::NotWhole { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "asset_type"),
            AssetError::Unknown(_) => (StatusCode::NOT_FOUND, "unknown_asset"),
            AssetError::DiskFull => return disk_full(),
            AssetError::Damaged(_) | AssetError::Io { .. } => {
                tracing::error!(%error, "a picture cannot be read or kept");
                return Self::new(StatusCode::INTERNAL_SERVER_ERROR, "storage", "the server's storage has failed; its log says why");
            }
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        let (status, code) = match error {
            FileError::NotABoard { .. } => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "file_type"),
            FileError::Newer { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "file_version"),
            FileError::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "file_too_large"),
            FileError::Damaged { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "file_damaged"),
            FileError::Refused { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "file_refused"),
            FileError::Unwanted => return Self::busy("the server is shutting down"),
            FileError::Log(error) => return error.into(),
            FileError::Assets(error) => return error.into(),
            FileError::Io { full: true, .. } => return disk_full(),
            FileError::Io { .. } => {
                tracing::error!(%error, "a board's file cannot be written or read");
                return Self::new(StatusCode::INTERNAL_SERVER_ERROR, "storage", "the server's storage has failed; its log says why");
            }
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<DirectoryError> for Problem {
    fn from(error: DirectoryError) -> Self {
        use DirectoryError as E;
        let (status, code) = match &error {
            E::Closed => return Self::busy("the server is shutting down"),
            E::Busy => return Self::busy(error.to_string()),
            E::DiskFull => return disk_full(),
            E::Storage(_) | E::NotOurs { .. } | E::NewerFormat { .. } | E::Key { .. } | E::Randomness | E::Signing(_) => {
                tracing::error!(%error, "the directory has failed");
                return Self::new(StatusCode::INTERNAL_SERVER_ERROR, "storage", "the server's storage has failed; its log says why");
            }
            E::Name(NameError::Login) => (StatusCode::UNPROCESSABLE_ENTITY, "login"),
            E::Name(NameError::Password | NameError::PasswordIsLogin) => (StatusCode::UNPROCESSABLE_ENTITY, "password"),
            E::Name(NameError::Empty | NameError::TooLong) => (StatusCode::UNPROCESSABLE_ENTITY, "name"),
            E::SetUp => (StatusCode::FORBIDDEN, "setup"),
            E::SignIn => (StatusCode::UNAUTHORIZED, "sign_in"),
            E::ClosedAccount => (StatusCode::FORBIDDEN, "closed_account"),
            E::NotInvited => (StatusCode::FORBIDDEN, "not_invited"),
            E::IdentityTaken => (StatusCode::CONFLICT, "identity_taken"),
            E::Connected => (StatusCode::CONFLICT, "connected"),
            E::NotConnected => (StatusCode::NOT_FOUND, "not_connected"),
            E::LastWay => (StatusCode::CONFLICT, "last_way"),
            E::SignedOut => (StatusCode::UNAUTHORIZED, "signed_out"),
            E::NotAdministrator => (StatusCode::FORBIDDEN, "administrator"),
            E::LoginTaken => (StatusCode::CONFLICT, "login_taken"),
            E::LastAdministrator => (StatusCode::CONFLICT, "last_administrator"),
            E::UnknownAccount => (StatusCode::NOT_FOUND, "unknown_account"),
            E::OwnAccount => (StatusCode::CONFLICT, "own_account"),
            E::NotApprover => (StatusCode::FORBIDDEN, "approver"),
            E::Invitation => (StatusCode::NOT_FOUND, "invitation"),
            E::ApiKey => (StatusCode::UNAUTHORIZED, "key"),
            E::Scope(_) => (StatusCode::FORBIDDEN, "scope"),
            E::TooManyKeys => (StatusCode::CONFLICT, "too_many_keys"),
            E::UnknownKey => (StatusCode::NOT_FOUND, "unknown_key"),
            E::WebhookAddress(_) => (StatusCode::UNPROCESSABLE_ENTITY, "webhook_address"),
            E::WebhookText => (StatusCode::UNPROCESSABLE_ENTITY, "webhook_text"),
            E::TooManyWebhooks => (StatusCode::CONFLICT, "too_many_webhooks"),
            E::UnknownWebhook => (StatusCode::NOT_FOUND, "unknown_webhook"),
            E::WebhookDisabled => (StatusCode::CONFLICT, "webhook_disabled"),
            E::UnknownDelivery => (StatusCode::NOT_FOUND, "unknown_delivery"),
            E::TooManyLinks => (StatusCode::CONFLICT, "too_many_links"),
            E::UnknownLink => (StatusCode::NOT_FOUND, "unknown_link"),
            E::Door => (StatusCode::FORBIDDEN, "door"),
            E::ClosedBoard => (StatusCode::FORBIDDEN, "closed"),
            E::Removed => (StatusCode::FORBIDDEN, "removed"),
            E::UnknownParticipant => (StatusCode::NOT_FOUND, "unknown_participant"),
            E::Pairing => (StatusCode::NOT_FOUND, "pairing"),
            E::TooManyPairings => return Self::busy(error.to_string()).retry_after(60),
            E::PanelPaired => (StatusCode::CONFLICT, "panel_paired"),
            E::TooManyPanels => (StatusCode::CONFLICT, "too_many_panels"),
            E::PanelProof => (StatusCode::UNAUTHORIZED, "panel_proof"),
            E::PanelToken => (StatusCode::UNAUTHORIZED, "panel_token"),
            E::UnknownPanel => (StatusCode::NOT_FOUND, "unknown_panel"),
            E::RevokedPanel => (StatusCode::FORBIDDEN, "panel_revoked"),
            E::NotOfPanel => (StatusCode::NOT_FOUND, "not_of_panel"),
            E::Owned => (StatusCode::CONFLICT, "owned"),
            E::Plan(_) => (StatusCode::UNPROCESSABLE_ENTITY, "plan"),
            E::NotYours => (StatusCode::FORBIDDEN, "not_yours"),
            E::UnknownRoom(_) => (StatusCode::NOT_FOUND, "unknown_room"),
            E::TooManyRooms => (StatusCode::UNPROCESSABLE_ENTITY, "too_many_rooms"),
            E::TooManySessions => (StatusCode::CONFLICT, "too_many_sessions"),
            E::UnknownSession => (StatusCode::NOT_FOUND, "unknown_session"),
            E::UnknownFeed => (StatusCode::NOT_FOUND, "unknown_feed"),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<AdmitError> for Problem {
    fn from(error: AdmitError) -> Self {
        match error {
            AdmitError::Credential(error) => Self::new(StatusCode::UNAUTHORIZED, "credential", error.to_string()),
            AdmitError::Directory(error) => error.into(),
        }
    }
}

impl From<TooOften> for Problem {
    fn from(TooOften(wait): TooOften) -> Self {
        let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
        let detail = format!("this was tried too often; try again in {seconds} s");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_often", detail).retry_after(seconds)
    }
}

fn disk_full() -> Problem {
    Problem::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full", "the server's disk is full; nothing was saved").retry_after(30)
}
