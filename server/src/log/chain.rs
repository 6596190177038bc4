//! The checksums of rows, each chained to the row before, so that a row changed, lost or moved is
//! noticed when it is read.

use std::fmt;

use kakehashi_protocol::ids::{BoardId, LogId, Seq};

use super::error::{LogError, damaged_row};

/// The checksum of a row: the first 16 bytes of `BLAKE3(check of the row before || seq || body)`,
/// `seq` as 8 bytes, big-endian. Before row 1 stands the name of the log.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Check(pub [u8; 16]);

impl Check {
    /// What stands before row 1.
    #[must_use]
    pub const fn start(log: LogId) -> Self {
        Self(log.0)
    }

    /// The checksum of row `seq`, which follows the row of this checksum.
    #[must_use]
    pub fn then(self, seq: Seq, body: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(&seq.0.to_be_bytes()).update(body);
        Self(first_16(&hasher))
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The first 16 bytes of a hash.
pub(super) fn first_16(hasher: &blake3::Hasher) -> [u8; 16] {
    let mut out = [0; 16];
    hasher.finalize_xof().fill(&mut out);
    out
}

/// Follows the chain along the rows of one board as they are read.
pub(super) struct Walk {
    board: BoardId,
    seq: Seq,
    check: Check,
}

impl Walk {
    /// Begins after row `seq`, whose checksum is `check`.
    pub(super) const fn after(board: BoardId, seq: Seq, check: Check) -> Self {
        Self { board, seq, check }
    }

    /// Takes the next row; refuses one that is not the next, or not what was written.
    pub(super) fn step(&mut self, seq: Seq, body: &[u8], check: Check) -> Result<(), LogError> {
        let next = self.seq.next();
        if seq != next {
            return Err(damaged_row(self.board, next, "the row is missing"));
        }
        if self.check.then(seq, body) != check {
            return Err(damaged_row(self.board, seq, "its bytes do not fit its checksum"));
        }
        self.seq = seq;
        self.check = check;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_depends_on_all_that_went_before() {
        let start = Check::start(LogId([7; 16]));
        let first = start.then(Seq(1), b"a");
        let second = first.then(Seq(2), b"b");
        assert_ne!(second, start.then(Seq(1), b"x").then(Seq(2), b"b"));
        assert_ne!(second, first.then(Seq(3), b"b"));
        assert_ne!(second, Check::start(LogId([8; 16])).then(Seq(1), b"a").then(Seq(2), b"b"));
        // What is stored for years is pinned.
        assert_eq!(format!("{first:?}"), blake3_hex(&[&[7; 16][..], &1u64.to_be_bytes(), b"a"].concat()));
    }

    fn blake3_hex(bytes: &[u8]) -> String {
        blake3::hash(bytes).to_hex().as_str()[..32].to_owned()
    }

    #[test]
    fn a_walk_notices_a_gap_and_a_change() {
        let board = BoardId([1; 16]);
        let start = Check::start(LogId([7; 16]));
        let first = start.then(Seq(1), b"a");
        let second = first.then(Seq(2), b"b");
        let mut walk = Walk::after(board, Seq(0), start);
        assert!(matches!(walk.step(Seq(2), b"b", second), Err(LogError::Damaged { place, .. }) if place.ends_with("row 1")));
        assert_eq!(walk.step(Seq(1), b"a", first), Ok(()));
        assert!(walk.step(Seq(2), b"c", second).is_err());
        assert_eq!(walk.step(Seq(2), b"b", second), Ok(()));
    }
}
