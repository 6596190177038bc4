//! One browser's attempt to sign in by the provider. All that has to be remembered until it comes back is in a
//! cookie of its own: the server keeps nothing, so nobody can fill it, and a restart in between is no matter.
//!
//! State, nonce and PKCE verifier are made of the cookie's secret. A link that somebody else has prepared
//! brings a state that this browser's cookie does not make; a cookie of this browser's without its secret makes none.

use crate::directory::DirectoryError;
use crate::directory::token::{TOKEN_LETTERS, hash_of, hex, random};

/// How long it may take to sign in at the provider, seconds: a forgotten password is found in that time.
pub const ATTEMPT_S: u64 = 15 * 60;

/// What the browser wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// To be signed in.
    SignIn,
    /// To take an invitation.
    Join {
        /// Its token.
        invitation: String,
    },
    /// To connect the account that is signed in with this session.
    Connect {
        /// The token of the session's cookie; it is not kept in this one.
        session: String,
    },
}

/// An attempt that is under way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// What it is for.
    pub purpose: Purpose,
    secret: String,
}

impl Attempt {
    /// A new one.
    ///
    /// # Errors
    /// [`DirectoryError::Randomness`].
    pub fn new(purpose: Purpose) -> Result<Self, DirectoryError> {
        Ok(Self { purpose, secret: hex(&random::<{ TOKEN_LETTERS / 2 }>()?) })
    }

    /// What its cookie holds.
    #[must_use]
    pub fn cookie(&self) -> String {
        match &self.purpose {
            Purpose::SignIn => format!("in.{}", self.secret),
            Purpose::Join { invitation } => format!("join.{}.{invitation}", self.secret),
            Purpose::Connect { .. } => format!("connect.{}", self.secret),
        }
    }

    /// That of a cookie. `session`: the token of the session's cookie, beside it.
    #[must_use]
    pub fn of_cookie(cookie: &str, session: Option<String>) -> Option<Self> {
        let mut parts = cookie.split('.');
        let (kind, secret) = (parts.next()?, token(parts.next()?)?);
        let purpose = match (kind, parts.next()) {
            ("in", None) => Purpose::SignIn,
            ("join", Some(invitation)) => Purpose::Join { invitation: token(invitation)? },
            ("connect", None) => Purpose::Connect { session: session? },
            _ => return None,
        };
        parts.next().is_none().then_some(Self { purpose, secret })
    }

    /// Whether a browser that has this attempt's cookie came back with its own state.
    #[must_use]
    pub fn has_state(&self, state: &str) -> bool {
        // Hashes are compared, so that the time says nothing of it.
        hash_of(&self.state()) == hash_of(state)
    }

    pub(super) fn state(&self) -> String {
        let session = if let Purpose::Connect { session } = &self.purpose { session } else { "" };
        derive("kakehashi 2026 openid connect state", &format!("{} {session}", self.cookie()))
    }

    pub(super) fn nonce(&self) -> String {
        derive("kakehashi 2026 openid connect nonce", &self.secret)
    }

    /// 64 letters; RFC 7636 asks for 43 to 128.
    pub(super) fn verifier(&self) -> String {
        derive("kakehashi 2026 openid connect pkce verifier", &self.secret)
    }
}

fn derive(context: &str, of: &str) -> String {
    hex(&blake3::derive_key(context, of.as_bytes()))
}

fn token(text: &str) -> Option<String> {
    (text.len() == TOKEN_LETTERS && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_of_one_browser_one_attempt_and_one_session() {
        let session = |letter: &str| letter.repeat(TOKEN_LETTERS);
        let purposes = [Purpose::SignIn, Purpose::Join { invitation: session("a") }, Purpose::Connect { session: session("b") }];
        for purpose in purposes {
            let attempt = Attempt::new(purpose.clone()).unwrap();
            let back = Attempt::of_cookie(&attempt.cookie(), Some(session("b"))).unwrap();
            assert_eq!(back, attempt);
            assert!(back.has_state(&attempt.state()));
            let other = Attempt::new(purpose).unwrap();
            assert!(!other.has_state(&attempt.state()) && !other.has_state(""));
            assert_eq!([attempt.state(), attempt.nonce(), attempt.verifier()].map(|made| made.len()), [64; 3]);
            assert!(![attempt.nonce(), attempt.verifier()].contains(&attempt.state()));
        }
        let connect = Attempt::new(Purpose::Connect { session: session("b") }).unwrap();
        assert!(!connect.cookie().contains(&session("b")), "the session is in its own cookie only");
        let elsewhere = Attempt::of_cookie(&connect.cookie(), Some(session("c"))).unwrap();
        assert!(!elsewhere.has_state(&connect.state()), "who signs in as another meanwhile connects nothing");
        assert_eq!(Attempt::of_cookie(&connect.cookie(), None), None);
    }

    #[test]
    fn a_cookie_of_another_form_is_none() {
        let secret = "a".repeat(TOKEN_LETTERS);
        for wrong in ["", "in", "in.", "in.a", "on.SECRET", "in.SECRET.SECRET", "join.SECRET", "join.SECRET.x", "join.SECRET.SECRET.x"] {
            assert_eq!(Attempt::of_cookie(&wrong.replace("SECRET", &secret), None), None, "{wrong}");
        }
    }
}
