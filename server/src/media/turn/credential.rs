//! Credentials that are good for a while, made from a secret and looked up nowhere: the user name says
//! until when, the password proves that we said so (the convention of TURN servers' REST API, which
//! coturn calls `static-auth-secret`). Nonces are made the same way.

use std::fmt;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use md5::{Digest, Md5};
use sha1::Sha1;

use super::wire::Key;

/// How long a credential is good for, seconds: longer than a day at school.
pub const VALID_S: u64 = 6 * 3_600;
/// How long a nonce is good for, seconds.
pub const NONCE_VALID_S: u64 = 600;
/// What user names are good for.
pub const REALM: &str = "kakehashi";
/// Bytes of a secret that is drawn.
const SECRET_BYTES: usize = 32;

/// What credentials are made from.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// One that nobody knows.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn draw() -> std::io::Result<Self> {
        let mut secret = vec![0; SECRET_BYTES];
        getrandom::fill(&mut secret).map_err(std::io::Error::other)?;
        Ok(Self(secret))
    }

    /// One that another server knows too.
    #[must_use]
    pub fn shared(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 20] {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    }

    /// The user name and password for somebody, good until so many seconds after 1970.
    #[must_use]
    pub fn credential(&self, whom: &str, until_s: u64) -> (String, String) {
        let username = format!("{until_s}:{whom}");
        let password = self.password(&username);
        (username, password)
    }

    fn password(&self, username: &str) -> String {
        STANDARD.encode(self.mac(&[username.as_bytes()]))
    }

    /// The key of a user name that we have given, and until when it is good; `None`: it is not one, or no longer good.
    #[must_use]
    pub fn key(&self, username: &str, now_s: u64) -> Option<(Key, u64)> {
        let (until, _) = username.split_once(':')?;
        // A name that somebody else has made fails by its password.
        let until: u64 = until.parse().ok().filter(|until| *until > now_s)?;
        Some((key(username, &self.password(username)), until))
    }

    /// A nonce for one address.
    #[must_use]
    pub fn nonce(&self, client: SocketAddr, now_s: u64) -> String {
        self.nonce_until(client, now_s + NONCE_VALID_S)
    }

    fn nonce_until(&self, client: SocketAddr, until_s: u64) -> String {
        // User names begin with a digit, so no password is ever a nonce.
        let mac = self.mac(&[b"nonce", &until_s.to_be_bytes(), client.to_string().as_bytes()]);
        let proof = mac.iter().take(8).fold(0, |proof: u64, byte| proof << 8 | u64::from(*byte));
        format!("{until_s:x}-{proof:016x}")
    }

    /// Whether a nonce was given to this address and is still good.
    #[must_use]
    pub fn gave(&self, nonce: &str, client: SocketAddr, now_s: u64) -> bool {
        let until = nonce.split_once('-').and_then(|(until, _)| u64::from_str_radix(until, 16).ok());
        until.is_some_and(|until| until > now_s && self.nonce_until(client, until) == nonce)
    }
}

/// The key that a user name and a password make (RFC 8489, 9.2.2).
#[must_use]
pub fn key(username: &str, password: &str) -> Key {
    Md5::digest(format!("{username}:{REALM}:{password}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_those_that_coturn_expects() {
        // printf 1893456000:0123456789abcdef | openssl dgst -sha1 -hmac north -binary | base64
        let (username, password) = Secret::shared("north").credential("0123456789abcdef", 1_893_456_000);
        assert_eq!(username, "1893456000:0123456789abcdef");
        assert_eq!(password, "+8UgpBWSiLabrpW6vFzR0Udpksk=");
    }

    #[test]
    fn a_name_is_good_until_it_says() {
        let secret = Secret::draw().unwrap();
        let (username, password) = secret.credential("a", 1_000);
        assert_eq!(secret.key(&username, 999), Some((key(&username, &password), 1_000)));
        assert_eq!(secret.key(&username, 1_000), None);
        for wrong in ["", "1000", ":a", "x:a", "-1:a", "99999999999999999999999:a", "10 00:a"] {
            assert_eq!(secret.key(wrong, 10), None, "{wrong:?}");
        }
        assert_ne!(Secret::draw().unwrap().key(&username, 999), secret.key(&username, 999));
    }

    #[test]
    fn a_nonce_is_good_for_a_while_and_for_one_address() {
        let secret = Secret::draw().unwrap();
        let (here, there) = ("127.0.0.1:5".parse().unwrap(), "127.0.0.1:6".parse().unwrap());
        let nonce = secret.nonce(here, 50);
        assert!(secret.gave(&nonce, here, 50) && secret.gave(&nonce, here, 50 + NONCE_VALID_S - 1));
        assert!(!secret.gave(&nonce, here, 50 + NONCE_VALID_S) && !secret.gave(&nonce, there, 50));
        for wrong in ["", "-", "fff", "zz-00", "ffff-0000000000000000", &format!("+{nonce}"), &format!("0{nonce}")] {
            assert!(!secret.gave(wrong, here, 50), "{wrong:?}");
        }
        assert!(!Secret::draw().unwrap().gave(&nonce, here, 50));
    }
}
