//! What people may be called, what they sign in with, and what a password has to be.
//!
//! Names are shown to others, so what would deceive them is taken out before a name is kept: letters
//! that turn the writing around, that cannot be seen, or that control a terminal.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters of a name that is shown.
pub const NAME_LETTERS_MAX: usize = 60;
/// Bytes of a name before it is cleaned; longer ones are refused unread.
const NAME_BYTES_MAX: usize = 1_000;
/// Marks on one letter: more than any language puts there would cover the lines above and below.
const MARKS_MAX: usize = 4;
/// Letters of a login.
pub const LOGIN_LETTERS_MAX: usize = 64;
/// Letters of a password: NIST SP 800-63B asks for at least eight; a length and no rules.
const PASSWORD_LETTERS_MIN: usize = 10;
/// Bytes of a password; what is longer would only be work.
const PASSWORD_BYTES_MAX: usize = 256;

/// A name, login or password that is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameError {
    /// Nothing that can be seen.
    #[error("a name needs at least one letter that can be seen")]
    Empty,
    /// A name that is too long.
    #[error("a name may have {NAME_LETTERS_MAX} letters")]
    TooLong,
    /// A login of other letters.
    #[error("a login has 1 to {LOGIN_LETTERS_MAX} letters of a-z, 0-9 and . _ - @ +")]
    Login,
    /// A password that is too short or too long.
    #[error("a password has at least {PASSWORD_LETTERS_MIN} letters and at most {PASSWORD_BYTES_MAX} bytes")]
    Password,
    /// A password that is the login.
    #[error("a password may not be the login")]
    PasswordIsLogin,
}

/// A name as it is shown: in normal form (NFC), without what cannot be seen, with single spaces.
///
/// # Errors
/// [`NameError::Empty`], [`NameError::TooLong`].
pub fn clean_name(given: &str) -> Result<String, NameError> {
    if given.len() > NAME_BYTES_MAX {
        return Err(NameError::TooLong);
    }
    let mut marks = 0;
    let mut seen = String::new();
    // What is hidden goes first: a letter and a mark that it stood between are one letter afterwards.
    for letter in given.chars().filter(|letter| letter.is_whitespace() || !is_hidden(*letter)).nfc() {
        marks = if is_combining_mark(letter) { marks + 1 } else { 0 };
        if letter.is_whitespace() {
            seen.push(' ');
        } else if marks <= MARKS_MAX {
            seen.push(letter);
        }
    }
    let name = seen.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if !name.chars().any(|letter| letter != ' ' && !is_combining_mark(letter)) {
        return Err(NameError::Empty);
    }
    if name.chars().count() > NAME_LETTERS_MAX { Err(NameError::TooLong) } else { Ok(name) }
}

/// Letters that are not seen themselves: controls, those that turn the writing around (UAX 9), those
/// without width, fillers, tags, variation selectors, and what belongs to nobody.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

/// A login as it is kept and compared: small letters.
///
/// # Errors
/// [`NameError::Login`].
pub fn clean_login(given: &str) -> Result<String, NameError> {
    let login = given.trim().to_ascii_lowercase();
    let allowed = login.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-@+".contains(&byte));
    if allowed && !login.is_empty() && login.len() <= LOGIN_LETTERS_MAX { Ok(login) } else { Err(NameError::Login) }
}

/// Whether a password is taken for this login.
///
/// # Errors
/// [`NameError::Password`], [`NameError::PasswordIsLogin`].
pub fn check_password(password: &str, login: &str) -> Result<(), NameError> {
    if password.chars().count() < PASSWORD_LETTERS_MIN || password.len() > PASSWORD_BYTES_MAX {
        Err(NameError::Password)
    } else if password.eq_ignore_ascii_case(login) {
        Err(NameError::PasswordIsLogin)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_are_kept_as_they_are() {
        for name in ["Ada", "山田 太郎", "Zoë Ångström", "محمد", "Nguyễn Thị Ánh", "O’Brien", "김민준", "🦊 fox"] {
            assert_eq!(clean_name(name).as_deref(), Ok(name.nfc().collect::<String>().as_str()));
        }
        assert_eq!(clean_name("  Ada \t\n Lovelace\u{3000}").as_deref(), Ok("Ada Lovelace"));
        assert_eq!(clean_name("A\u{30a}sa").as_deref(), Ok("Åsa"));
    }

    #[test]
    fn what_would_deceive_is_taken_out() {
        let tricks = [
            ("\u{202e}nimda\u{202c}", "nimda"),
            ("Ada\u{200b}\u{2060}\u{feff}", "Ada"),
            ("Ad\u{1b}[31ma\u{7}\0", "Ad[31ma"),
            ("\u{2066}host\u{2069}\u{61c}", "host"),
            ("A\u{ad}da\u{e0041}\u{fe0f}", "Ada"),
            ("Zoe\u{200b}\u{308}", "Zoë"),
        ];
        for (given, shown) in tricks {
            assert_eq!(clean_name(given).as_deref(), Ok(shown), "{given:?}");
            assert_eq!(clean_name(shown).as_deref(), Ok(shown), "a clean name stays as it is");
        }
        let tall = format!("a{}", "\u{33f}".repeat(200));
        assert_eq!(clean_name(&tall).unwrap().chars().count(), 1 + MARKS_MAX);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for nothing in ["", " \u{3000} ", "\u{202e}\u{200b}", "\u{3164}", "\u{2800}", "\u{301}", "\0"] {
            assert_eq!(clean_name(nothing), Err(NameError::Empty), "{nothing:?}");
        }
        assert_eq!(clean_name(&"あ".repeat(NAME_LETTERS_MAX)).map(|name| name.chars().count()), Ok(NAME_LETTERS_MAX));
        assert_eq!(clean_name(&"あ".repeat(NAME_LETTERS_MAX + 1)), Err(NameError::TooLong));
        assert_eq!(clean_name(&"a".repeat(1_000_000)), Err(NameError::TooLong));
    }

    #[test]
    fn logins_and_passwords_have_their_form() {
        assert_eq!(clean_login(" T.Sato@school ").as_deref(), Ok("t.sato@school"));
        for wrong in ["", "a b", "山田", "a\u{202e}b", "<x>", &"a".repeat(65)] {
            assert_eq!(clean_login(wrong), Err(NameError::Login), "{wrong:?}");
        }
        assert_eq!(check_password("ten letters", "ada"), Ok(()));
        assert_eq!(check_password("nine lett", "ada"), Err(NameError::Password));
        assert_eq!(check_password(&"a".repeat(257), "ada"), Err(NameError::Password));
        assert_eq!(check_password("Ada.Lovelace", "ada.lovelace"), Err(NameError::PasswordIsLogin));
    }
}
