//! Whether there is a connection, and when to try again.

use crate::event::Status;
use crate::rng::Rng;

/// The longest first wait before a new attempt, milliseconds; it doubles with each failure.
pub const BACKOFF_MS_MIN: u64 = 250;
/// The longest wait before a new attempt, milliseconds: a class comes back within half a minute.
pub const BACKOFF_MS_MAX: u64 = 15_000;
/// Nobody tries again sooner than this, milliseconds.
pub const BACKOFF_MS_LEAST: u64 = 50;
/// A connection that lived so long, in milliseconds, was a good one: waiting begins anew.
pub const SETTLED_MS: u64 = 10_000;
/// After so many milliseconds of silence the client asks whether anybody is there.
pub const PING_MS: u64 = 10_000;
/// After so many milliseconds of silence the connection is dead.
pub const DEAD_MS: u64 = 25_000;
/// An attempt that takes longer than this, in milliseconds, has failed.
pub const OPENING_MS_MAX: u64 = 15_000;
/// After the network changed, the answer to a ping must come within this many milliseconds.
pub const PROBE_MS: u64 = 5_000;
/// Without a connection for so many milliseconds the client says that it is offline.
pub const OFFLINE_MS: u64 = 5_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    /// Not asked to connect, or left.
    Idle,
    /// The driver opens a connection.
    Opening { since: u64 },
    /// Open; the hello is to be sent, or was.
    Greeting { asked_at: Option<u64> },
    /// Welcomed.
    Live { since: u64 },
    /// Trying again then.
    Waiting { until: u64 },
    /// The board cannot be had.
    Stopped,
}

#[derive(Debug)]
pub(crate) struct Connection {
    pub state: State,
    failures: u32,
    /// Since when there has been no welcome.
    away_since: Option<u64>,
    heard_at: u64,
    pinged_at: Option<u64>,
    /// When the latest ping was sent, answered or not.
    asked_at: Option<u64>,
    /// An answer is wanted, of whatever kind.
    pub ask: bool,
    /// How long the last answer to a ping took, milliseconds.
    round_trip_ms: Option<u32>,
    probe_until: Option<u64>,
    pub nonce: u32,
    /// The device slept or its clock was set: what the time is must be asked anew.
    pub doubt: Option<Doubt>,
    pub status: Status,
}

/// What is known of the device's clock since it leapt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Doubt {
    /// The server is to be asked for the time.
    Raised,
    /// It was, by a ping of this number, when the device's clock showed this.
    Asked { nonce: u32, wall: u64 },
}

/// What the time brings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Due {
    Connect,
    /// Nobody answers any more.
    Dead,
}

impl Connection {
    pub const fn new() -> Self {
        Self {
            state: State::Idle,
            failures: 0,
            away_since: None,
            heard_at: 0,
            pinged_at: None,
            asked_at: None,
            ask: false,
            round_trip_ms: None,
            probe_until: None,
            nonce: 0,
            doubt: None,
            status: Status::Connecting,
        }
    }

    pub const fn live(&self) -> bool {
        matches!(self.state, State::Live { .. })
    }

    /// Whether there is a connection, welcomed or not.
    pub const fn open(&self) -> bool {
        matches!(self.state, State::Live { .. } | State::Greeting { .. })
    }

    pub fn opening(&mut self, now: u64) {
        self.state = State::Opening { since: now };
        self.away_since.get_or_insert(now);
    }

    pub fn opened(&mut self, now: u64) {
        self.state = State::Greeting { asked_at: None };
        self.heard_at = now;
        self.pinged_at = None;
        self.probe_until = None;
        self.doubt = None;
        self.ask = false;
    }

    pub fn welcomed(&mut self, now: u64) {
        self.state = State::Live { since: now };
        self.away_since = None;
        self.status = Status::Live;
    }

    /// An answer to the latest ping came.
    pub fn answered(&mut self, now: u64, nonce: u32) {
        if let Some(at) = self.asked_at.filter(|_| nonce == self.nonce) {
            self.round_trip_ms = Some(u32::try_from(now.saturating_sub(at)).unwrap_or(u32::MAX));
        }
    }

    pub const fn round_trip_ms(&self) -> Option<u32> {
        self.round_trip_ms
    }

    pub fn heard(&mut self, now: u64) {
        self.heard_at = now;
        self.pinged_at = None;
        self.probe_until = None;
    }

    /// The connection is gone, or the attempt failed: waits before the next.
    pub fn lost(&mut self, now: u64, rng: &mut Rng) {
        if let State::Live { since } = self.state
            && now.saturating_sub(since) >= SETTLED_MS
        {
            self.failures = 0;
        }
        let ceiling = BACKOFF_MS_MIN.saturating_mul(1 << self.failures.min(10)).min(BACKOFF_MS_MAX);
        self.failures = self.failures.saturating_add(1);
        self.state = State::Waiting { until: now + rng.up_to(ceiling).max(BACKOFF_MS_LEAST) };
        self.away_since.get_or_insert(now);
        self.tell(now);
    }

    pub fn left(&mut self, state: State) {
        self.state = state;
        self.status = Status::Offline;
    }

    /// The driver thinks that the network is another, or that the device has woken up.
    pub fn probe(&mut self, now: u64) {
        match self.state {
            State::Waiting { .. } => {
                self.failures = 0;
                self.state = State::Waiting { until: now };
            }
            State::Live { .. } | State::Greeting { .. } => {
                self.probe_until.get_or_insert(now + PROBE_MS);
                self.pinged_at = None;
            }
            _ => {}
        }
    }

    /// Whether a ping is to be sent now.
    pub fn ping_due(&self, now: u64) -> bool {
        self.live() && self.ping_at().is_some_and(|at| at <= now)
    }

    fn ping_at(&self) -> Option<u64> {
        if !self.live() || (self.pinged_at.is_some() && !self.ask) {
            return None;
        }
        Some(if self.ask || self.probe_until.is_some() { 0 } else { self.heard_at + PING_MS })
    }

    pub fn pinged(&mut self, now: u64) -> u32 {
        self.pinged_at = Some(now);
        self.asked_at = Some(now);
        self.ask = false;
        self.nonce = self.nonce.wrapping_add(1);
        self.nonce
    }

    /// When something is due, at the earliest.
    pub fn timeout(&self) -> Option<u64> {
        let state = match self.state {
            State::Idle | State::Stopped => return None,
            State::Opening { since } => since + OPENING_MS_MAX,
            State::Waiting { until } => until,
            State::Greeting { .. } | State::Live { .. } => (self.heard_at + DEAD_MS).min(self.probe_until.unwrap_or(u64::MAX)),
        };
        let offline = self.away_since.filter(|_| self.status == Status::Connecting).map(|since| since + OFFLINE_MS);
        [Some(state), self.ping_at(), offline].into_iter().flatten().min()
    }

    pub fn due(&mut self, now: u64) -> Option<Due> {
        self.tell(now);
        match self.state {
            State::Waiting { until } if until <= now => Some(Due::Connect),
            State::Opening { since } if since + OPENING_MS_MAX <= now => Some(Due::Dead),
            State::Greeting { .. } | State::Live { .. } => {
                let dead = self.heard_at + DEAD_MS <= now || self.probe_until.is_some_and(|until| until <= now);
                dead.then_some(Due::Dead)
            }
            _ => None,
        }
    }

    fn tell(&mut self, now: u64) {
        match self.away_since {
            Some(since) if now >= since + OFFLINE_MS => self.status = Status::Offline,
            Some(_) if self.status == Status::Live => self.status = Status::Connecting,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_within_their_bounds_and_begin_anew_after_a_good_connection() {
        let mut rng = Rng::new(&[5]);
        let mut connection = Connection::new();
        let mut longest = 0;
        for attempt in 0..200u64 {
            let now = attempt * 100_000;
            connection.opening(now);
            connection.lost(now, &mut rng);
            let State::Waiting { until } = connection.state else { panic!("waits") };
            let wait = until - now;
            assert!((BACKOFF_MS_LEAST..=BACKOFF_MS_MAX).contains(&wait));
            assert!(wait <= BACKOFF_MS_MIN << attempt.min(20), "attempt {attempt} waits {wait}");
            longest = longest.max(wait);
        }
        assert!(longest > BACKOFF_MS_MAX / 2, "the wait grows: {longest}");
        let now = 100_000_000;
        connection.opened(now);
        connection.welcomed(now);
        connection.lost(now + SETTLED_MS, &mut rng);
        let State::Waiting { until } = connection.state else { panic!("waits") };
        assert!(until - now - SETTLED_MS <= BACKOFF_MS_MIN);
    }

    #[test]
    fn it_is_offline_after_a_while_and_never_while_live() {
        let mut connection = Connection::new();
        connection.opening(1_000);
        assert_eq!(connection.timeout(), Some(1_000 + OFFLINE_MS));
        connection.due(1_000 + OFFLINE_MS - 1);
        assert_eq!(connection.status, Status::Connecting);
        connection.due(1_000 + OFFLINE_MS);
        assert_eq!(connection.status, Status::Offline);
        connection.opened(7_000);
        connection.welcomed(7_000);
        connection.due(8_000);
        assert_eq!(connection.status, Status::Live);
    }
}
