//! How often one address, and one login, may try something. The counts are in memory: a restart
//! forgives, which the lock of an account does not.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Tries of signing in, setting up and taking invitations by one address in a minute: a staff room
/// behind one address signs in within some minutes.
pub const SIGN_INS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("it is not zero");
/// Tries for one login in a minute, from wherever.
pub const LOGIN_TRIES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(12).expect("it is not zero");
/// Who enters from one address in a second, after the first [`ENTERS_AT_ONCE`]: a school has one address.
pub const ENTERS_PER_SECOND: NonZeroU32 = NonZeroU32::new(50).expect("it is not zero");
/// Who may enter from one address at once.
pub const ENTERS_AT_ONCE: NonZeroU32 = NonZeroU32::new(2_000).expect("it is not zero");
/// Pairing codes and proofs of panels from one address in a minute: a hundred panels that come back after a power cut.
pub const PANEL_ASKS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(300).expect("it is not zero");
/// Pairing codes that one account may try in a minute.
pub const PAIRING_TRIES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(20).expect("it is not zero");
/// Keys that are remembered, some 50 bytes each; beyond, those that have rested are forgotten.
const KEYS_MAX: usize = 20_000;

/// All limits of the directory.
pub struct Limits {
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
    logins: DefaultKeyedRateLimiter<String>,
    enters: DefaultKeyedRateLimiter<IpAddr>,
    panel_asks: DefaultKeyedRateLimiter<IpAddr>,
    pairing_tries: DefaultKeyedRateLimiter<i64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_ins: RateLimiter::keyed(Quota::per_minute(SIGN_INS_PER_MINUTE)),
            logins: RateLimiter::keyed(Quota::per_minute(LOGIN_TRIES_PER_MINUTE)),
            enters: RateLimiter::keyed(Quota::per_second(ENTERS_PER_SECOND).allow_burst(ENTERS_AT_ONCE)),
            panel_asks: RateLimiter::keyed(Quota::per_minute(PANEL_ASKS_PER_MINUTE)),
            pairing_tries: RateLimiter::keyed(Quota::per_minute(PAIRING_TRIES_PER_MINUTE)),
        }
    }
}

/// It was tried too often; it may be tried again after this.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooOften(pub Duration);

impl Limits {
    /// A try to sign in from an address, which stands for all of one customer.
    ///
    /// # Errors
    /// [`TooOften`].
    pub fn sign_in(&self, address: IpAddr) -> Result<(), TooOften> {
        check(&self.sign_ins, &address)
    }

    /// A try for a login, whether there is one or not.
    ///
    /// # Errors
    /// [`TooOften`].
    pub fn login(&self, login: &str) -> Result<(), TooOften> {
        // A login has at most 64 letters; what is longer is none, and shares its count.
        check(&self.logins, &login.chars().take(64).collect::<String>().to_ascii_lowercase())
    }

    /// Somebody enters a board.
    ///
    /// # Errors
    /// [`TooOften`].
    pub fn enter(&self, address: IpAddr) -> Result<(), TooOften> {
        check(&self.enters, &address)
    }

    /// A panel asks for a pairing code, for a challenge, or proves its key.
    ///
    /// # Errors
    /// [`TooOften`].
    pub fn panel_ask(&self, address: IpAddr) -> Result<(), TooOften> {
        check(&self.panel_asks, &address)
    }

    /// An account tries a pairing code.
    ///
    /// # Errors
    /// [`TooOften`].
    pub fn pairing_try(&self, account: i64) -> Result<(), TooOften> {
        check(&self.pairing_tries, &account)
    }
}

fn check<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), TooOften> {
    if limiter.len() > KEYS_MAX {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|until| TooOften(until.wait_time_from(limiter.clock().now())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_and_each_login_has_its_own_count() {
        let limits = Limits::default();
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|address| address.parse().unwrap());
        for _ in 0..SIGN_INS_PER_MINUTE.get() {
            assert_eq!(limits.sign_in(one), Ok(()));
        }
        assert!(limits.sign_in(one).is_err_and(|often| often.0 <= Duration::from_secs(60)));
        assert_eq!(limits.sign_in(other), Ok(()));
        let tries = (0..100).filter(|_| limits.login("Ada").is_ok()).count();
        assert_eq!(tries, LOGIN_TRIES_PER_MINUTE.get() as usize);
        assert!(limits.login("ada").is_err(), "large and small letters are one login");
        assert_eq!(limits.login("bob"), Ok(()));
    }
}
