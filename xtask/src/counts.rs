//! How many tests passed and failed, read from what the test programs print:
//! `cargo test`, vitest, Playwright, and scripts that end with `N passed, N failed`.

use std::ops::AddAssign;

/// Tests that ran, by their result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that did what they should.
    pub passed: u64,
    /// Tests that did not.
    pub failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Counts {
    /// The sum of all result lines in an output; zero where there are none.
    pub fn read(output: &str) -> Self {
        let mut total = Self::default();
        for line in output.lines() {
            let line = without_escapes(line);
            let line = line.trim();
            let result_of_tests = line.starts_with("test result:")
                || line.strip_prefix("Tests").is_some_and(|rest| rest.starts_with(' '))
                || line.starts_with(|c: char| c.is_ascii_digit());
            if result_of_tests {
                total += Self::of_line(line);
            }
        }
        total
    }

    /// Reads pairs like `12 passed` and `1 failed` in a line that consists of such pairs.
    fn of_line(line: &str) -> Self {
        let mut counts = Self::default();
        let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        // A line of results has at most a few words more than its pairs; prose that begins
        // with a digit has its second word elsewhere.
        if line.starts_with(|c: char| c.is_ascii_digit()) && !matches!(words.get(1), Some(&("passed" | "failed" | "flaky"))) {
            return counts;
        }
        for pair in words.windows(2) {
            if let Ok(number) = pair[0].parse::<u64>() {
                match pair[1] {
                    "passed" => counts.passed += number,
                    "failed" => counts.failed += number,
                    // A test that passed only when repeated has failed once.
                    "flaky" => counts.failed += number,
                    _ => {}
                }
            }
        }
        counts
    }
}

fn without_escapes(line: &str) -> String {
    let mut plain = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\x1b' {
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_test_programs_lines_are_read() {
        let cargo = "running 3 tests\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured\n";
        assert_eq!(Counts::read(cargo), Counts { passed: 7, failed: 2 });
        let vitest = " Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 11 passed (12)\n";
        assert_eq!(Counts::read(vitest), Counts { passed: 11, failed: 1 });
        let vitest_in_colour = "\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[32m8 passed\x1b[39m\x1b[22m (8)\n";
        assert_eq!(Counts::read(vitest_in_colour), Counts { passed: 8, failed: 0 });
        let playwright = "Running 6 tests using 1 worker\n  1 failed\n    a.spec.ts:3:1 › x\n  1 flaky\n  4 passed (3.4s)\n";
        assert_eq!(Counts::read(playwright), Counts { passed: 4, failed: 2 });
        assert_eq!(Counts::read("5 passed, 1 failed\n"), Counts { passed: 5, failed: 1 });
    }

    #[test]
    fn prose_is_not_counted() {
        assert_eq!(Counts::read("it was 3 passed then 4 failed\n"), Counts::default());
        assert_eq!(Counts::read("12 changes were 3 passed\n"), Counts::default());
    }
}
