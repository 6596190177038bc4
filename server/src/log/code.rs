//! Join codes: what is read out in a classroom to open a board.

use std::fmt;
use std::str::FromStr;

use super::error::{LogError, no_randomness};

/// How many codes there are: nine digits.
const CODES: u32 = 1_000_000_000;

/// A short name of a board, nine digits, shown in threes: 123-456-789. Whoever has it can open the
/// board, so it is drawn at random and guessing has to be made slow by whoever takes codes in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct JoinCode(u32);

/// A text that is not a join code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a code has nine digits, as in 123-456-789")]
pub struct ParseCodeError;

impl JoinCode {
    /// The code of this number, below 1,000,000,000.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        if number < CODES { Some(Self(number)) } else { None }
    }

    /// A code drawn evenly from all there are.
    ///
    /// # Errors
    /// [`LogError::Io`] if the system has no randomness to give.
    pub fn random() -> Result<Self, LogError> {
        loop {
            // 30 bits: one draw in fourteen is no code, and is drawn again.
            let number = getrandom::u32().map_err(no_randomness)? >> 2;
            if let Some(code) = Self::new(number) {
                return Ok(code);
            }
        }
    }

    /// The number, below 1,000,000,000.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for JoinCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (millions, rest) = (self.0 / 1_000_000, self.0 % 1_000_000);
        write!(f, "{millions:03}-{:03}-{:03}", rest / 1_000, rest % 1_000)
    }
}

impl FromStr for JoinCode {
    type Err = ParseCodeError;

    /// Takes the digits with or without spaces and dashes, also as a Japanese keyboard types them.
    fn from_str(text: &str) -> Result<Self, ParseCodeError> {
        let mut number = 0;
        let mut digits = 0;
        for letter in text.chars() {
            let digit = match letter {
                '0'..='9' => u32::from(letter) - u32::from('0'),
                '０'..='９' => u32::from(letter) - u32::from('０'),
                ' ' | '\u{3000}' | '-' | '‐' | '‑' | '–' | '−' | '－' | 'ー' => continue,
                _ => return Err(ParseCodeError),
            };
            digits += 1;
            if digits > 9 {
                return Err(ParseCodeError);
            }
            number = number * 10 + digit;
        }
        if digits == 9 { Ok(Self(number)) } else { Err(ParseCodeError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_what_they_show() {
        let code = JoinCode::new(12_345_678).unwrap();
        assert_eq!(code.to_string(), "012-345-678");
        for text in ["012-345-678", "012345678", " 012 345 678 ", "０１２ー３４５－６７８"] {
            assert_eq!(text.parse(), Ok(code), "{text}");
        }
        for text in ["", "12-345-678", "0123456789", "012-345-67a", "99999999999999999999"] {
            assert_eq!(text.parse::<JoinCode>(), Err(ParseCodeError), "{text}");
        }
        assert_eq!(JoinCode::new(1_000_000_000), None);
        assert!(JoinCode::random().unwrap().number() < 1_000_000_000);
    }
}
