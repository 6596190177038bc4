//! Credentials: what a connection shows to enter a board. Short-lived, signed with Ed25519, so that
//! whoever has the public key can check one without asking.
//!
//! A JSON Web Token (RFC 7519) with one allowed header. Every claim is checked by type and value; a
//! claim that is missing, that is there twice or that is not known refuses the whole.

use std::path::Path;

use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use serde::{Deserialize, Serialize};

use super::names::clean_name;
use super::token::{hex, random};
use super::{DirectoryError, role};
use crate::disk::{self, Access};

/// How long a credential lets new connections in, milliseconds. One that is up stays.
pub const VALID_MS: u64 = 15 * 60 * 1000;
/// How far the clock of the server that made it may be ahead.
const CLOCK_AHEAD_S: u64 = 60;
/// Bytes of a credential; ours have some 500.
pub const CREDENTIAL_BYTES_MAX: usize = 2_048;
/// What stands in the header, so that no other token of this key is ever taken for a credential.
const TYPE: &str = "kakehashi-entry+jwt";

/// Someone on one board: the same through reconnects, and on all devices of an account.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ParticipantId(pub [u8; 16]);

impl std::fmt::Display for ParticipantId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl std::str::FromStr for ParticipantId {
    type Err = CredentialError;

    /// 32 hexadecimal digits, small ones only: a participant has one name.
    fn from_str(text: &str) -> Result<Self, CredentialError> {
        let digits = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = u128::from_str_radix(text, 16).ok().filter(|_| digits);
        number.map(|number| Self(number.to_be_bytes())).ok_or(CredentialError::Claim("sub"))
    }
}

/// What a participant is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ParticipantKind {
    /// Signed in.
    Account,
    /// Only a name.
    Guest,
    /// A wall board.
    Panel,
}

/// Who a credential lets in, and as what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entrant {
    /// Who.
    pub participant: ParticipantId,
    /// As what.
    pub role: Role,
    /// What they are.
    pub kind: ParticipantKind,
    /// What they are called, cleaned; empty if they did not say.
    pub name: String,
    /// Whether they wait in the lobby, unless they were let in before.
    pub waits: bool,
}

/// Why a credential is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CredentialError {
    /// Longer than any credential.
    #[error("a credential has at most {CREDENTIAL_BYTES_MAX} bytes")]
    TooLong,
    /// Not three parts of a token.
    #[error("this is not a credential: three parts of base64url with dots between them")]
    Form,
    /// Another header: another algorithm, type or key.
    #[error("the credential's header is not that of this server's credentials (typ {TYPE}, alg EdDSA, this server's kid)")]
    Header,
    /// Not signed by this server.
    #[error("the credential is not signed by this server")]
    Signature,
    /// The claims are not those of a credential, or not of their types.
    #[error("the credential does not hold exactly the claims of one, each of its type")]
    Claims,
    /// A claim of a value that is not allowed.
    #[error("the credential's {0} is not allowed here")]
    Claim(&'static str),
    /// Its time is over.
    #[error("the credential has expired; ask for a new one")]
    Expired,
}

/// The claims, as they are written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    role: u8,
    kind: ParticipantKind,
    name: String,
    waits: bool,
    iat: u64,
    exp: u64,
    jti: String,
}

/// Makes and checks the credentials of one server.
pub struct Credentials {
    issuer: String,
    header: Header,
    /// The header as the only bytes that are taken for it.
    header_text: String,
    signing: EncodingKey,
    checking: DecodingKey,
    /// Names participants by account and board.
    naming: [u8; 32],
    /// Makes the secrets of webhooks.
    signing_webhooks: [u8; 32],
}

impl Credentials {
    /// Takes the key in this file, and makes it if it is not there. `issuer`: the server's own name.
    ///
    /// # Errors
    /// [`DirectoryError::Key`].
    pub fn open(file: &Path, issuer: String) -> Result<Self, DirectoryError> {
        let failed = |what: String| DirectoryError::Key { file: file.to_owned(), what };
        let key = if file.exists() {
            let pem = std::fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
            SigningKey::from_pkcs8_pem(&pem).map_err(|error| failed(error.to_string()))?
        } else {
            let key = SigningKey::from_bytes(&random()?);
            let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|error| failed(error.to_string()))?;
            let temporary = file.with_extension("new");
            disk::write_whole(file, &temporary, Access::OwnerOnly, pem.as_bytes()).map_err(|error| failed(error.to_string()))?;
            key
        };
        Self::new(&key, issuer).map_err(failed)
    }

    fn new(key: &SigningKey, issuer: String) -> Result<Self, String> {
        let der = key.to_pkcs8_der().map_err(|error| error.to_string())?;
        let public = key.verifying_key();
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(hex(&blake3::hash(public.as_bytes()).as_bytes()[..8]));
        let signing = EncodingKey::from_ed_der(der.as_bytes());
        let sample = jsonwebtoken::encode(&header, &(), &signing).map_err(|error| error.to_string())?;
        let header_text = sample.split('.').next().unwrap_or_default().to_owned();
        let naming = blake3::derive_key("kakehashi 2026-11 participants of accounts", key.as_bytes());
        let signing_webhooks = blake3::derive_key("kakehashi 2026-11 secrets of webhooks", key.as_bytes());
        Ok(Self { issuer, header, header_text, signing, checking: DecodingKey::from_ed_der(public.as_bytes()), naming, signing_webhooks })
    }

    /// The participant that an account is on a board, on all its devices.
    #[must_use]
    pub fn participant_of(&self, account: i64, board: BoardId) -> ParticipantId {
        let mut hasher = blake3::Hasher::new_keyed(&self.naming);
        hasher.update(&account.to_be_bytes()).update(&board.0);
        let mut id = [0; 16];
        id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        ParticipantId(id)
    }

    /// The participant that a panel is on a board.
    #[must_use]
    pub fn participant_of_panel(&self, panel: i64, board: BoardId) -> ParticipantId {
        let mut hasher = blake3::Hasher::new_keyed(&self.naming);
        // Longer than what names an account's, so that they are never the same.
        hasher.update(b"panel").update(&panel.to_be_bytes()).update(&board.0);
        let mut id = [0; 16];
        id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        ParticipantId(id)
    }

    /// The secret that belongs to a salt.
    pub(crate) fn webhook_secret(&self, salt: &[u8; 16]) -> [u8; 32] {
        *blake3::keyed_hash(&self.signing_webhooks, salt).as_bytes()
    }

    /// A credential for this board, and when it expires, milliseconds since 1970.
    ///
    /// # Errors
    /// [`DirectoryError::Randomness`], [`DirectoryError::Signing`].
    pub fn issue(&self, board: BoardId, entrant: &Entrant, now_ms: u64) -> Result<(String, u64), DirectoryError> {
        let expires_ms = now_ms + VALID_MS;
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: board.to_string(),
            sub: entrant.participant.to_string(),
            role: role::number(entrant.role),
            kind: entrant.kind,
            name: entrant.name.clone(),
            waits: entrant.waits,
            iat: now_ms / 1000,
            exp: expires_ms / 1000,
            jti: hex(&random::<16>()?),
        };
        let text =
            jsonwebtoken::encode(&self.header, &claims, &self.signing).map_err(|error| DirectoryError::Signing(error.to_string()))?;
        Ok((text, expires_ms))
    }

    /// Whom a credential lets onto a board.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub fn check(&self, board: BoardId, shown: &[u8], now_ms: u64) -> Result<Entrant, CredentialError> {
        if shown.len() > CREDENTIAL_BYTES_MAX {
            return Err(CredentialError::TooLong);
        }
        let text = std::str::from_utf8(shown).map_err(|_| CredentialError::Form)?;
        let parts: Vec<&str> = text.split('.').collect();
        let [header, _, _] = parts[..] else { return Err(CredentialError::Form) };
        if !parts.iter().all(|part| !part.is_empty() && part.bytes().all(is_base64url)) {
            return Err(CredentialError::Form);
        }
        // Byte for byte, so nothing in a header is ever interpreted.
        if header != self.header_text {
            return Err(CredentialError::Header);
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        // Times and audience are looked at below, with the clock that was given.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Claims>(text, &self.checking, &validation).map_err(|error| reason(&error))?.claims;
        self.entrant(board, &claims, now_ms)
    }

    fn entrant(&self, board: BoardId, claims: &Claims, now_ms: u64) -> Result<Entrant, CredentialError> {
        let now_s = now_ms / 1000;
        if claims.iss != self.issuer {
            return Err(CredentialError::Claim("iss"));
        }
        if claims.aud != board.to_string() {
            return Err(CredentialError::Claim("aud"));
        }
        if claims.jti.len() != 32 {
            return Err(CredentialError::Claim("jti"));
        }
        if claims.iat > now_s + CLOCK_AHEAD_S {
            return Err(CredentialError::Claim("iat"));
        }
        if claims.exp < claims.iat || claims.exp - claims.iat > VALID_MS / 1000 {
            return Err(CredentialError::Claim("exp"));
        }
        if claims.exp <= now_s {
            return Err(CredentialError::Expired);
        }
        if !claims.name.is_empty() && clean_name(&claims.name).as_deref() != Ok(claims.name.as_str()) {
            return Err(CredentialError::Claim("name"));
        }
        let role = role::of_number(claims.role).ok_or(CredentialError::Claim("role"))?;
        Ok(Entrant { participant: claims.sub.parse()?, role, kind: claims.kind, name: claims.name.clone(), waits: claims.waits })
    }
}

const fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

fn reason(error: &jsonwebtoken::errors::Error) -> CredentialError {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::InvalidSignature | ErrorKind::Signing(_) => CredentialError::Signature,
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName => CredentialError::Header,
        ErrorKind::InvalidToken | ErrorKind::Base64(_) => CredentialError::Form,
        _ => CredentialError::Claims,
    }
}
