//! JSON for the few shapes that cross to JavaScript. Numbers are fixed-point and written without the
//! standard library's floating-point formatting, which would be a fifth of the module.

/// A text in the making.
#[derive(Default)]
pub struct Json(String);

impl Json {
    /// What was written.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Whether nothing was written.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes as it is: punctuation and known words.
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    /// A comma, unless something was just opened.
    fn comma(&mut self) {
        if !matches!(self.0.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(',');
        }
    }

    /// The next element of a list, or value.
    pub fn next(&mut self) -> &mut Self {
        self.comma();
        self
    }

    /// The key of the next member.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.comma();
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
        self
    }

    /// A string, escaped.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.0.push('"');
        for letter in text.chars() {
            match letter {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                '\u{0}'..='\u{1f}' => {
                    self.0.push_str("\\u00");
                    self.hex(letter as u8);
                }
                _ => self.0.push(letter),
            }
        }
        self.0.push('"');
        self
    }

    fn hex(&mut self, byte: u8) {
        for digit in [byte >> 4, byte & 15] {
            self.0.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }

    /// Two hexadecimal digits a byte, as a string.
    pub fn hash(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.push('"');
        bytes.iter().for_each(|byte| self.hex(*byte));
        self.0.push('"');
        self
    }

    /// `#rrggbbaa`.
    pub fn color(&mut self, color: [u8; 4]) -> &mut Self {
        self.0.push_str("\"#");
        color.iter().for_each(|byte| self.hex(*byte));
        self.0.push('"');
        self
    }

    /// A whole number.
    pub fn int(&mut self, value: i64) -> &mut Self {
        self.fixed(value, 0)
    }

    /// `value` divided by ten to the `decimals`.
    pub fn fixed(&mut self, value: i64, decimals: usize) -> &mut Self {
        let mut digits = [b'0'; 24];
        let (mut rest, mut place) = (value.unsigned_abs(), digits.len());
        while rest > 0 || digits.len() - place <= decimals {
            place -= 1;
            digits[place] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        if value < 0 {
            self.0.push('-');
        }
        let digits = &digits[place..];
        for (index, digit) in digits.iter().enumerate() {
            if decimals > 0 && index == digits.len() - decimals {
                self.0.push('.');
            }
            self.0.push(char::from(*digit));
        }
        self
    }

    /// Eighths of a page unit, as page units.
    pub fn units(&mut self, eighths: i64) -> &mut Self {
        self.fixed(eighths * 125, 3)
    }

    /// Yes or no.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.raw(if value { "true" } else { "false" })
    }
}
