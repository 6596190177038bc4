//! What webhooks tell: the kinds of events, their ids and their bodies. The bodies are written down for
//! receivers in `docs/webhooks.md`; they hold no secrets and nothing of what is on a board.

use kakehashi_protocol::ids::{BoardId, LogId};
use rawzip::time::UtcDateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::directory::DirectoryError;
use crate::directory::token::{hex, random};

/// What has happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub enum EventKind {
    /// A session was started on a board.
    #[serde(rename = "session.started")]
    SessionStarted,
    /// A session has ended.
    #[serde(rename = "session.ended")]
    SessionEnded,
    /// A board was taken as a file.
    #[serde(rename = "board.exported")]
    BoardExported,
    /// Somebody tries a webhook; each gets it that is told to.
    #[serde(rename = "ping")]
    Ping,
}

impl EventKind {
    /// Those that a webhook is asked to tell.
    pub const CHOSEN: [Self; 3] = [Self::SessionStarted, Self::SessionEnded, Self::BoardExported];
    const ALL: [Self; 4] = [Self::SessionStarted, Self::SessionEnded, Self::BoardExported, Self::Ping];

    /// Its name, as in the body.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SessionStarted => "session.started",
            Self::SessionEnded => "session.ended",
            Self::BoardExported => "board.exported",
            Self::Ping => "ping",
        }
    }

    pub(super) const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// By its number in the file.
    pub(super) fn of_number(number: u32) -> Self {
        Self::ALL.get(number as usize).copied().unwrap_or(Self::Ping)
    }
}

/// Whose act it was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct By {
    /// Their name on the board, as in links and the audit log.
    #[schema(example = "0f1e2d3c4b5a69788796a5b4c3d2e1f0")]
    pub participant: Option<String>,
    /// What they are called there.
    pub name: String,
}

/// What is sent.
#[derive(Serialize, ToSchema)]
pub struct WebhookBody {
    /// What has happened.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// When, in UTC (RFC 3339); the same in each try.
    #[schema(example = "2026-11-27T01:30:00.000Z")]
    pub timestamp: String,
    /// More of it.
    pub data: EventData,
}

/// More of what has happened. What does not belong to its kind is left out.
#[derive(Clone, Default, Serialize, ToSchema)]
pub struct EventData {
    /// On which board. It is the board's bare link: what that opens, the receiver can open too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board: Option<String>,
    /// Of sessions: its number, which rises from session to session of a board.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<i64>,
    /// Of a session that has ended: when it was started, if that was told before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// Who did it, if that is known; of a ping, the login of who tries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
}

/// An event that is to be queued.
#[derive(Clone)]
pub(crate) struct Event {
    /// The same whenever it is offered again.
    pub(super) id: String,
    pub(super) kind: EventKind,
    pub(super) at_ms: u64,
    pub(super) body: String,
}

impl Event {
    /// A session of this log of a board begins or ends.
    pub(super) fn of_session(kind: EventKind, log: LogId, at_ms: u64, board: BoardId, data: EventData) -> Self {
        let session = data.session.unwrap_or_default();
        let mut named = blake3::Hasher::new_derive_key("kakehashi 2026-11 webhook events of sessions");
        named.update(&board.0).update(&log.0).update(&session.to_be_bytes()).update(kind.name().as_bytes());
        Self::new(id_of(named.finalize().as_bytes()), kind, at_ms, EventData { board: Some(board.to_string()), ..data })
    }

    /// A board was exported. `entry`: of the audit log of the server of this name.
    pub(crate) fn of_export(server: &str, entry: i64, at_ms: u64, board: BoardId, by: Option<By>) -> Self {
        let mut named = blake3::Hasher::new_derive_key("kakehashi 2026-11 webhook events of exports");
        named.update(server.as_bytes()).update(&entry.to_be_bytes());
        let data = EventData { board: Some(board.to_string()), by, ..EventData::default() };
        Self::new(id_of(named.finalize().as_bytes()), EventKind::BoardExported, at_ms, data)
    }

    /// Somebody tries a webhook.
    pub(super) fn ping(at_ms: u64, login: String) -> Result<Self, DirectoryError> {
        let by = Some(By { participant: None, name: login });
        Ok(Self::new(id_of(&random::<16>()?), EventKind::Ping, at_ms, EventData { by, ..EventData::default() }))
    }

    fn new(id: String, kind: EventKind, at_ms: u64, data: EventData) -> Self {
        let body = WebhookBody { kind, timestamp: moment(at_ms), data };
        // Texts and numbers can always be written.
        Self { id, kind, at_ms, body: serde_json::to_string(&body).unwrap_or_default() }
    }
}

fn id_of(bytes: &[u8]) -> String {
    format!("msg_{}", hex(&bytes[..16]))
}

/// A moment, to the millisecond (RFC 3339).
pub(super) fn moment(ms: u64) -> String {
    let time = UtcDateTime::from_unix((ms / 1_000).cast_signed());
    let (date, clock) = ((time.year(), time.month(), time.day()), (time.hour(), time.minute(), time.second()));
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", date.0, date.1, date.2, clock.0, clock.1, clock.2, ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_what_is_written_down_for_receivers() {
        let by = By { participant: Some("0f1e2d3c4b5a69788796a5b4c3d2e1f0".into()), name: "Aoi Tanaka".into() };
        let at_ms = 1_795_743_000_000;
        let data = EventData { session: Some(3), started_at: Some(moment(at_ms)), by: Some(by), board: None };
        let event = Event::of_session(EventKind::SessionEnded, LogId([2; 16]), at_ms + 3_000_123, BoardId([1; 16]), data);
        let written = include_str!("../../../docs/webhooks.md");
        let example = written.split("```json\n").nth(1).and_then(|rest| rest.split("\n```").next()).expect("an example");
        let of = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(of(&event.body), of(example));
    }

    #[test]
    fn an_event_has_one_id_and_each_its_own() {
        let id = |kind, log, board, session| {
            Event::of_session(kind, LogId([log; 16]), 0, BoardId([board; 16]), EventData { session: Some(session), ..EventData::default() })
                .id
        };
        let first = id(EventKind::SessionStarted, 1, 1, 1);
        assert_eq!(first, id(EventKind::SessionStarted, 1, 1, 1));
        let others = [
            id(EventKind::SessionEnded, 1, 1, 1),
            id(EventKind::SessionStarted, 2, 1, 1),
            id(EventKind::SessionStarted, 1, 2, 1),
            id(EventKind::SessionStarted, 1, 1, 2),
            Event::of_export("a", 1, 0, BoardId([1; 16]), None).id,
            Event::of_export("b", 1, 0, BoardId([1; 16]), None).id,
            Event::ping(0, String::new()).unwrap().id,
            Event::ping(0, String::new()).unwrap().id,
            first,
        ];
        assert_eq!(others.iter().collect::<std::collections::BTreeSet<_>>().len(), others.len());
    }
}
