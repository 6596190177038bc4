//! Random tokens: cookies, passes, links, invitations. Who holds one shows it; the server keeps only
//! its hash, so that a copy of the file opens nothing.

use std::fmt::Write;

use super::DirectoryError;

/// Bytes of a token: 256 random bits, which nobody guesses, so a plain hash is enough.
const TOKEN_BYTES: usize = 32;
/// Letters of a token as it is shown.
pub const TOKEN_LETTERS: usize = 2 * TOKEN_BYTES;

/// The hash of a token, as it is kept.
pub type TokenHash = [u8; 32];

/// A new token, in hexadecimal digits, and its hash.
///
/// # Errors
/// [`DirectoryError::Randomness`].
pub fn new_token() -> Result<(String, TokenHash), DirectoryError> {
    let token = hex(&random::<TOKEN_BYTES>()?);
    let hash = hash_of(&token);
    Ok((token, hash))
}

/// The hash of a token that was shown. Whatever is no token has a hash too, of which nothing is kept.
#[must_use]
pub fn hash_of(token: &str) -> TokenHash {
    *blake3::hash(token.as_bytes()).as_bytes()
}

/// Random bytes.
///
/// # Errors
/// [`DirectoryError::Randomness`].
pub fn random<const N: usize>() -> Result<[u8; N], DirectoryError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| DirectoryError::Randomness)?;
    Ok(bytes)
}

/// Bytes in hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The bytes that so many hexadecimal digits stand for; small ones only, so that each has one name.
#[must_use]
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = [pair[0], pair[1]].map(|digit| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        });
        *byte = high? * 16 + low?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (one, hash) = new_token().unwrap();
        assert_eq!(one.len(), TOKEN_LETTERS);
        assert_eq!(hash_of(&one), hash);
        assert_ne!(new_token().unwrap().0, one);
    }

    #[test]
    fn bytes_have_one_name_in_digits() {
        assert_eq!(unhex(&hex(&[0, 9, 10, 255])), Some([0, 9, 10, 255]));
        for wrong in ["", "0", "000", "0G", "FF", "é"] {
            assert_eq!(unhex::<1>(wrong), None, "{wrong}");
        }
    }
}
