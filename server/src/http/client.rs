//! Who asks: the address, and the page it was asked from.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, StatusCode, header};
use parking_lot::Mutex;

use super::problem::Problem;

/// The peer's address, put into each request by the listener.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer(pub IpAddr);

/// Refuses what a page of another site asks for. Programs that are no browsers send no origin. `secure`: the server
/// was reached over TLS, where an unencrypted page of the same name may be whoever's is on the way.
///
/// # Errors
/// 403 if the origin is not this host.
pub fn same_origin(headers: &HeaderMap, secure: bool) -> Result<(), Problem> {
    let mut origins = headers.get_all(header::ORIGIN).into_iter();
    let (origin, more) = (origins.next(), origins.next());
    let Some(origin) = origin else { return Ok(()) };
    let host = match origin.to_str().ok().and_then(|origin| origin.split_once("://")) {
        Some(("https", host)) => Some(host),
        Some(("http", host)) if !secure => Some(host),
        _ => None,
    };
    // A page cannot set these; a proxy that changes the host says what it was.
    let hosts = [headers.get(header::HOST), headers.get("x-forwarded-host")];
    let mut own = hosts.into_iter().flatten().filter_map(|host| host.to_str().ok());
    if more.is_none() && host.is_some_and(|host| own.any(|own| own.eq_ignore_ascii_case(host))) {
        Ok(())
    } else {
        Err(Problem::new(StatusCode::FORBIDDEN, "foreign_origin", "only pages of this server may ask for this"))
    }
}

/// Wrong codes that one address may try in a [`PERIOD`]. A class behind one address mistypes less.
const MISSES_MAX: u32 = 60;
/// Wrong codes of all addresses together in a [`PERIOD`]: to find one of a thousand boards among a
/// thousand million codes takes more than two days, from however many addresses. While somebody
/// tries, links and QR codes go on opening boards.
const ALL_MISSES_MAX: u32 = 300;
/// After so long it begins anew.
const PERIOD: Duration = Duration::from_secs(60);
/// Addresses that are remembered, 64 bytes each.
const ADDRESSES_MAX: usize = 10_000;

/// Makes the guessing of codes slow.
#[derive(Default)]
pub struct Misses {
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    all: Count,
    by_address: HashMap<IpAddr, Count>,
}

/// How many there were since a moment.
#[derive(Clone, Copy)]
struct Count {
    since: Instant,
    misses: u32,
}

impl Default for Count {
    fn default() -> Self {
        Self { since: Instant::now(), misses: 0 }
    }
}

impl Count {
    fn note(&mut self) {
        if self.since.elapsed() >= PERIOD {
            *self = Self::default();
        }
        self.misses += 1;
    }

    fn check(&self, max: u32) -> Result<(), Problem> {
        if self.misses < max || self.since.elapsed() >= PERIOD {
            return Ok(());
        }
        let left = PERIOD.saturating_sub(self.since.elapsed()).as_secs() as u32 + 1;
        let detail = format!("too many codes were wrong; try again in {left} s");
        Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "busy", detail).retry_after(left))
    }
}

impl Misses {
    /// Whether an address may try another code.
    ///
    /// # Errors
    /// 429 after too many that were wrong.
    pub fn check(&self, peer: Peer) -> Result<(), Problem> {
        let counts = self.counts.lock();
        counts.all.check(ALL_MISSES_MAX)?;
        counts.by_address.get(&network(peer.0)).map_or(Ok(()), |count| count.check(MISSES_MAX))
    }

    /// Notes that a code was wrong.
    pub fn note(&self, peer: Peer) {
        let mut counts = self.counts.lock();
        counts.all.note();
        let addresses = &mut counts.by_address;
        if addresses.len() >= ADDRESSES_MAX {
            addresses.retain(|_, count| count.since.elapsed() < PERIOD);
        }
        if addresses.len() >= ADDRESSES_MAX {
            addresses.clear();
        }
        addresses.entry(network(peer.0)).or_default().note();
    }
}

/// What one customer has for itself: an IPv4 address, or the upper half of an IPv6 one.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(list: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        list.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_pages_of_this_host_and_programs_may_ask() {
        let status = |list: &[_]| same_origin(&headers(list), false).map_err(|problem| problem.status);
        let host = (header::HOST, "board.example:8080");
        assert_eq!(status(std::slice::from_ref(&host)), Ok(()));
        assert_eq!(status(&[host.clone(), (header::ORIGIN, "http://board.example:8080")]), Ok(()));
        assert_eq!(status(&[host.clone(), (header::ORIGIN, "http://board.example")]), Err(403));
        assert_eq!(status(&[host.clone(), (header::ORIGIN, "null")]), Err(403));
        assert_eq!(status(&[host, (header::ORIGIN, "https://evil.example")]), Err(403));
    }

    #[test]
    fn guessing_is_slow_for_who_guesses_and_for_nobody_else() {
        let misses = Misses::default();
        let [guesser, beside, other] =
            ["2001:db8::1", "2001:db8::2", "2001:db8:1::1"].map(|address| Peer(address.parse().expect("an address")));
        for _ in 0..MISSES_MAX {
            assert_eq!(misses.check(guesser), Ok(()));
            misses.note(guesser);
        }
        assert_eq!(misses.check(beside).map_err(|problem| problem.status), Err(429));
        assert_eq!(misses.check(other), Ok(()));
    }
}
