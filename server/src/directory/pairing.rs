//! Panels that wait to be approved. A panel that asks is told a pairing code, which somebody with an account
//! types on their own device while the panel shows it. All of it is in memory: a restart forgets it, and the
//! panel asks again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use parking_lot::Mutex;

use super::DirectoryError;
use super::device_key::DeviceKey;
use super::token::random;

/// How long a code is good, milliseconds: the way from the panel to a laptop and back.
pub const PAIRING_MS: u64 = 10 * 60_000;
/// Panels that may wait at once: at 300 bytes each next to nothing, and so few that a code that was only
/// guessed is hardly ever one of theirs (one in two hundred thousand).
pub const PAIRINGS_MAX: usize = 500;
/// Of these from one address: whoever sets up a whole school does it room by room.
pub const PAIRINGS_OF_ADDRESS_MAX: usize = 50;
/// Codes below this number.
const CODES: u32 = 100_000_000;

/// Eight digits, so that nobody takes it for the nine of a board.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PairingCode(u32);

impl fmt::Display for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:04}", self.0 / 10_000, self.0 % 10_000)
    }
}

/// What is no code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a pairing code is eight digits, with or without a dash or spaces between them")]
pub struct ParsePairingCodeError;

impl FromStr for PairingCode {
    type Err = ParsePairingCodeError;

    fn from_str(text: &str) -> Result<Self, ParsePairingCodeError> {
        let digits: String = text.chars().filter(|letter| !matches!(letter, '-' | ' ')).take(9).collect();
        let right = digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_digit());
        digits.parse().ok().filter(|_| right).map(Self).ok_or(ParsePairingCodeError)
    }
}

/// A panel that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// Its key.
    pub key: DeviceKey,
    /// Its browser, as it says.
    pub browser: String,
    /// The version of the app that it runs.
    pub version: String,
    /// When it asked, milliseconds since 1970.
    pub asked_ms: u64,
    /// The address it asked from, which stands for all of one customer.
    pub address: IpAddr,
}

impl Waiting {
    /// When its code ends, milliseconds since 1970.
    #[must_use]
    pub const fn ends_ms(&self) -> u64 {
        self.asked_ms + PAIRING_MS
    }
}

/// All that wait.
#[derive(Default)]
pub(super) struct Pairings(Mutex<HashMap<PairingCode, Waiting>>);

impl Pairings {
    /// Takes in a panel; the code that it had before ends.
    pub(super) fn wait(&self, panel: Waiting) -> Result<PairingCode, DirectoryError> {
        let mut all = self.0.lock();
        all.retain(|_, waiting| waiting.ends_ms() > panel.asked_ms && waiting.key != panel.key);
        if all.len() >= PAIRINGS_MAX || all.values().filter(|waiting| waiting.address == panel.address).count() >= PAIRINGS_OF_ADDRESS_MAX {
            return Err(DirectoryError::TooManyPairings);
        }
        loop {
            // The few numbers more that some digits have do not help who guesses.
            let code = PairingCode(u32::from_be_bytes(random()?) % CODES);
            if let Entry::Vacant(free) = all.entry(code) {
                free.insert(panel);
                return Ok(code);
            }
        }
    }

    pub(super) fn find(&self, code: PairingCode, now_ms: u64) -> Option<Waiting> {
        self.0.lock().get(&code).filter(|waiting| waiting.ends_ms() > now_ms).cloned()
    }

    /// Takes a panel out: two who approve it at once make one of it.
    pub(super) fn take(&self, code: PairingCode, now_ms: u64) -> Option<Waiting> {
        self.0.lock().remove(&code).filter(|waiting| waiting.ends_ms() > now_ms)
    }

    /// Puts back what could not be approved.
    pub(super) fn put_back(&self, code: PairingCode, waiting: Waiting) {
        self.0.lock().insert(code, waiting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_write_them() {
        let code = PairingCode(48_200_931);
        assert_eq!(code.to_string(), "4820-0931");
        for text in ["4820-0931", "48200931", " 4820 0931 "] {
            assert_eq!(text.parse(), Ok(code));
        }
        assert_eq!("0000-0007".parse(), Ok(PairingCode(7)));
        for wrong in ["", "4820093", "482009311", "4820 093x", "٤٨٢٠٠٩٣١", "+4820093", &"-".repeat(1_000_000)] {
            assert_eq!(wrong.parse::<PairingCode>(), Err(ParsePairingCodeError));
        }
    }
}
