//! A panel's device key, and how the panel proves that it has it.
//!
//! The key is ECDSA on P-256, made in the panel's browser, which gives nobody its private half: the one kind of
//! key that every browser since Chromium 88 makes and keeps so. What the server keeps of it is public, so a copy
//! of the directory opens nothing. A secret that is shown would be read by whoever listens on a school's network
//! without TLS; a signature of something new is worth nothing to them afterwards.
//!
//! The server keeps nothing of a challenge before it is answered rightly: it knows its own by a keyed hash, so
//! whoever asks for many fills no table.

use std::collections::HashMap;

use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use parking_lot::Mutex;

use super::DirectoryError;
use super::token::{hex, random, unhex};

/// How long a challenge may be answered, milliseconds: the worst link's round trip many times over.
pub const CHALLENGE_MS: u64 = 60_000;
/// Bytes of a key: an uncompressed point (SEC 1, section 2.3.3), as browsers write it.
const KEY_BYTES: usize = 65;
/// Bytes of a signature: r and s (IEEE P1363), as browsers write it.
const SIGNATURE_BYTES: usize = 64;
/// Bytes of a challenge: when it ends, 128 random bits, and the hash by which the server knows it.
const CHALLENGE_BYTES: usize = 8 + 16 + 16;
/// What is signed before the challenge, so that no signature is ever taken for one of another kind.
pub const SIGNED_FIRST: &str = "kakehashi panel\n";

/// The public half of a panel's key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeviceKey(pub(super) [u8; KEY_BYTES]);

/// What is no key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a device key is an uncompressed point on P-256: {} hexadecimal digits", 2 * KEY_BYTES)]
pub struct ParseKeyError;

impl std::str::FromStr for DeviceKey {
    type Err = ParseKeyError;

    fn from_str(text: &str) -> Result<Self, ParseKeyError> {
        let bytes = unhex(text).ok_or(ParseKeyError)?;
        // A point that is not on the curve is no key.
        VerifyingKey::from_sec1_bytes(&bytes).map_err(|_| ParseKeyError)?;
        Ok(Self(bytes))
    }
}

/// The challenges of one run of the server.
pub(super) struct Challenges {
    mine: [u8; 32],
    /// Those that were answered rightly, by their random bits, until they end.
    answered: Mutex<HashMap<[u8; 16], u64>>,
}

/// A challenge that a key has signed.
pub(super) struct Proof {
    name: [u8; 16],
    ends_ms: u64,
}

impl Challenges {
    pub(super) fn new() -> Result<Self, DirectoryError> {
        Ok(Self { mine: random()?, answered: Mutex::default() })
    }

    /// A new one, in hexadecimal digits.
    pub(super) fn make(&self, now_ms: u64) -> Result<String, DirectoryError> {
        let mut bytes = [0; CHALLENGE_BYTES];
        bytes[..8].copy_from_slice(&(now_ms + CHALLENGE_MS).to_be_bytes());
        bytes[8..24].copy_from_slice(&random::<16>()?);
        let known_by = self.known_by(&bytes);
        bytes[24..].copy_from_slice(&known_by);
        Ok(hex(&bytes))
    }

    fn known_by(&self, challenge: &[u8; CHALLENGE_BYTES]) -> [u8; 16] {
        let hash = blake3::keyed_hash(&self.mine, &challenge[..24]);
        let mut known_by = [0; 16];
        known_by.copy_from_slice(&hash.as_bytes()[..16]);
        known_by
    }

    /// Whether a key has signed a challenge of ours that has not ended.
    pub(super) fn check(&self, key: DeviceKey, challenge: &str, signature: &str, now_ms: u64) -> Option<Proof> {
        let bytes: [u8; CHALLENGE_BYTES] = unhex(challenge)?;
        // Hashes are compared, so that the time says nothing of the right one.
        if blake3::hash(&bytes[24..]) != blake3::hash(&self.known_by(&bytes)) {
            return None;
        }
        let (mut ends, mut name) = ([0; 8], [0; 16]);
        ends.copy_from_slice(&bytes[..8]);
        name.copy_from_slice(&bytes[8..24]);
        let ends_ms = u64::from_be_bytes(ends);
        if ends_ms <= now_ms {
            return None;
        }
        let signature = Signature::from_slice(&unhex::<SIGNATURE_BYTES>(signature)?).ok()?;
        let verifying = VerifyingKey::from_sec1_bytes(&key.0).ok()?;
        verifying.verify(format!("{SIGNED_FIRST}{challenge}").as_bytes(), &signature).ok()?;
        Some(Proof { name, ends_ms })
    }

    /// Uses a proof up; false if it was before.
    pub(super) fn use_up(&self, proof: &Proof, now_ms: u64) -> bool {
        let mut answered = self.answered.lock();
        answered.retain(|_, ends_ms| *ends_ms > now_ms);
        answered.insert(proof.name, proof.ends_ms).is_none()
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::SigningKey;
    use p256::ecdsa::signature::Signer;

    use super::*;

    const NOW: u64 = 1_800_000_000_000;

    fn pair(seed: u8) -> (SigningKey, DeviceKey) {
        let signing = SigningKey::from_slice(&[seed; 32]).unwrap();
        let text = hex(signing.verifying_key().to_encoded_point(false).as_bytes());
        (signing, text.parse().unwrap())
    }

    fn sign(signing: &SigningKey, text: &str) -> String {
        let signature: Signature = signing.sign(text.as_bytes());
        hex(&signature.to_bytes())
    }

    #[test]
    fn a_challenge_is_answered_once_in_its_time_by_its_key_alone() {
        let challenges = Challenges::new().unwrap();
        let ((signing, key), (other, other_key)) = (pair(1), pair(2));
        let challenge = challenges.make(NOW).unwrap();
        let signed = sign(&signing, &format!("{SIGNED_FIRST}{challenge}"));
        let check = |key, challenge: &str, signature: &str, at| challenges.check(key, challenge, signature, at).is_some();
        assert!(check(key, &challenge, &signed, NOW));
        assert!(!check(key, &challenge, &signed, NOW + CHALLENGE_MS), "its time is over");
        assert!(!check(other_key, &challenge, &signed, NOW), "of another key");
        assert!(!check(key, &challenge, &sign(&other, &format!("{SIGNED_FIRST}{challenge}")), NOW));
        assert!(!check(key, &challenge, &sign(&signing, &challenge), NOW), "without what says what it is for");
        let later = challenge.replacen('0', "1", 1);
        assert!(!check(key, &later, &sign(&signing, &format!("{SIGNED_FIRST}{later}")), NOW), "not one of ours");
        let elsewhere = Challenges::new().unwrap();
        assert!(elsewhere.check(key, &challenge, &signed, NOW).is_none(), "of another run");
        for wrong in ["", "00", &"0".repeat(128), &"f".repeat(128), &signed.to_uppercase(), "é"] {
            assert!(!check(key, &challenge, wrong, NOW), "{wrong:?}");
        }
        let proof = challenges.check(key, &challenge, &signed, NOW).unwrap();
        assert!(challenges.use_up(&proof, NOW));
        assert!(!challenges.use_up(&proof, NOW), "twice");
        challenges.use_up(&challenges.check(key, &challenge, &signed, NOW).unwrap(), NOW + 2 * CHALLENGE_MS);
        assert_eq!(challenges.answered.lock().len(), 1, "those that have ended are forgotten");
    }

    #[test]
    fn what_is_no_point_on_the_curve_is_no_key() {
        let (_, key) = pair(1);
        let text = hex(&key.0);
        for wrong in ["", "04", &text[..128], &text.to_uppercase(), &format!("04{}", "1".repeat(128)), &"0".repeat(130)] {
            assert_eq!(wrong.parse::<DeviceKey>(), Err(ParseKeyError), "{wrong}");
        }
    }
}
