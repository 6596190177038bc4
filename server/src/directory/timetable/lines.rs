//! Content lines of iCalendar (RFC 5545, sections 3.1 and 3.3.11): folded, and with what would end a value escaped.

/// Octets of a line, without its end.
const OCTETS_MAX: usize = 75;

/// Lines of a calendar.
#[derive(Default)]
pub(super) struct Lines(String);

impl Lines {
    /// A property whose value is written as it is: a date, a number, a rule.
    pub(super) fn plain(&mut self, name: &str, value: &str) {
        let mut room = OCTETS_MAX;
        for letter in name.chars().chain([':']).chain(value.chars()) {
            if letter.len_utf8() > room {
                // The space that begins a continued line counts.
                self.0.push_str("\r\n ");
                room = OCTETS_MAX - 1;
            }
            self.0.push(letter);
            room -= letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A property whose value is text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        let escaped = value.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n");
        self.plain(name, &escaped);
    }

    /// A component of this kind.
    pub(super) fn component(&mut self, kind: &str, inside: impl FnOnce(&mut Self)) {
        self.plain("BEGIN", kind);
        inside(self);
        self.plain("END", kind);
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_letters_and_come_back_whole() {
        let long = "壱岐と大村の合同授業、".repeat(20);
        let mut lines = Lines::default();
        lines.text("SUMMARY", &long);
        let written = lines.finish();
        assert!(written.lines().count() > 5 && written.ends_with("\r\n"));
        for line in written.split("\r\n") {
            assert!(line.len() <= OCTETS_MAX, "{line}");
        }
        assert_eq!(written.replace("\r\n ", ""), format!("SUMMARY:{long}\r\n"));
    }

    #[test]
    fn what_would_end_a_value_is_escaped() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a,b;c\\n:d\ne");
        assert_eq!(lines.finish(), "SUMMARY:a\\,b\\;c\\\\n:d\\ne\r\n");
    }
}
