//! Signatures after the Standard Webhooks specification: HMAC-SHA256 over id, time and body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// What a secret begins with as it is shown.
const PREFIX: &str = "whsec_";

/// What signs what is sent to one receiver; never written anywhere.
#[derive(Clone)]
pub struct Secret(pub(super) [u8; 32]);

impl Secret {
    /// As it is shown once, and as libraries of receivers take it.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(self.0))
    }

    /// The signature of a body that is sent under this id at this second.
    fn sign(&self, id: &str, at_s: u64, body: &str) -> String {
        // Only a key of no length at all would be refused.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{at_s}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// The header `webhook-signature`: one signature for each secret that is valid.
pub fn signatures(secrets: &[Secret], id: &str, at_s: u64, body: &str) -> String {
    secrets.iter().map(|secret| secret.sign(id, at_s, body)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn it_is_the_signature_that_receivers_libraries_compute() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
        mac.update(b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}");
        assert_eq!(STANDARD.encode(mac.finalize().into_bytes()), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn each_valid_secret_signs() {
        let [one, other] = [Secret([1; 32]), Secret([2; 32])];
        let both = signatures(&[one.clone(), other.clone()], "msg_1", 1_700_000_000, "{}");
        assert_eq!(both, format!("{} {}", one.sign("msg_1", 1_700_000_000, "{}"), other.sign("msg_1", 1_700_000_000, "{}")));
        assert_ne!(one.sign("msg_1", 1_700_000_000, "{}"), one.sign("msg_1", 1_700_000_001, "{}"));
        assert!(one.shown().starts_with("whsec_") && STANDARD.decode(&one.shown()[6..]).unwrap() == [1; 32]);
    }
}
