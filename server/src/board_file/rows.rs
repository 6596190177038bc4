//! The history: rows one after the other, each with its length before it and its checksum after it.
//!
//! The checksums are chained as those of the log ([`Check`]), from a log whose name is all zeros: a
//! row changed, lost or moved is noticed at its place.

use std::io::{BufRead, Write};

use kakehashi_protocol::codec::put;
use kakehashi_protocol::ids::{LogId, Seq};

use super::{FileError, ROW_BYTES_MAX, ROWS};
use crate::log::Check;

/// What stands before the first row.
const START: Check = Check::start(LogId([0; 16]));
/// Bytes that the length of a row takes at most: seven bits each.
const LENGTH_BYTES_MAX: usize = 3;
const _: () = assert!(ROW_BYTES_MAX < 1 << (7 * LENGTH_BYTES_MAX));

/// How far a history was written or read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// The last row.
    pub seq: Seq,
    /// Its checksum.
    pub check: Check,
}

impl Place {
    const fn start() -> Self {
        Self { seq: Seq(0), check: START }
    }

    fn step(&mut self, body: &[u8]) {
        let seq = self.seq.next();
        *self = Self { seq, check: self.check.then(seq, body) };
    }
}

/// Writes rows.
pub(super) struct RowsWriter<W> {
    out: W,
    place: Place,
    bytes: u64,
}

impl<W: Write> RowsWriter<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, place: Place::start(), bytes: 0 }
    }

    /// Writes the next row.
    pub(super) fn row(&mut self, body: &[u8]) -> std::io::Result<()> {
        let mut length = Vec::with_capacity(LENGTH_BYTES_MAX);
        put(&mut length, body.len() as u64);
        self.place.step(body);
        self.bytes += (length.len() + body.len() + 16) as u64;
        self.out.write_all(&length)?;
        self.out.write_all(body)?;
        self.out.write_all(&self.place.check.0)
    }

    /// How far it has come.
    pub(super) const fn place(&self) -> Place {
        self.place
    }

    /// How many bytes it has written.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn into_inner(self) -> W {
        self.out
    }
}

/// Reads rows, each checked before it is given.
pub(super) struct RowsReader<R> {
    input: R,
    place: Place,
}

impl<R: BufRead> RowsReader<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, place: Place::start() }
    }

    /// The next row, or `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(Seq, Vec<u8>)>, FileError> {
        let at = || format!("{ROWS}, row {}", self.place.seq.next().0);
        let failed = |error: std::io::Error| super::container::read_error(&at(), &error);
        if self.input.fill_buf().map_err(failed)?.is_empty() {
            return Ok(None);
        }
        let mut length = 0;
        for place in 0..=LENGTH_BYTES_MAX {
            if place == LENGTH_BYTES_MAX {
                return Err(FileError::too_large(format!("bytes of {}", at()), ROW_BYTES_MAX as u64));
            }
            let mut byte = [0];
            self.input.read_exact(&mut byte).map_err(failed)?;
            length |= usize::from(byte[0] & 0x7f) << (7 * place);
            if byte[0] < 0x80 {
                break;
            }
        }
        if length > ROW_BYTES_MAX {
            return Err(FileError::too_large(format!("bytes of {}", at()), ROW_BYTES_MAX as u64));
        }
        let mut body = vec![0; length];
        let mut check = [0; 16];
        self.input.read_exact(&mut body).and_then(|()| self.input.read_exact(&mut check)).map_err(failed)?;
        let at = at();
        self.place.step(&body);
        if self.place.check != Check(check) {
            return Err(FileError::damaged(at, "its bytes do not fit its checksum"));
        }
        Ok(Some((self.place.seq, body)))
    }

    /// How far it has come.
    pub(super) const fn place(&self) -> Place {
        self.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(rows: &[&[u8]]) -> Vec<u8> {
        let mut writer = RowsWriter::new(Vec::new());
        rows.iter().for_each(|row| writer.row(row).expect("memory takes it"));
        assert_eq!(writer.bytes(), writer.out.len() as u64);
        writer.into_inner()
    }

    #[test]
    fn rows_read_back_and_each_damage_is_named() {
        let long = vec![5; 70_000];
        let bytes = written(&[b"one", b"", &long]);
        let mut reader = RowsReader::new(&*bytes);
        for (seq, row) in [(1, &b"one"[..]), (2, b""), (3, &long)] {
            assert_eq!(reader.next(), Ok(Some((Seq(seq), row.to_vec()))));
        }
        assert_eq!(reader.next(), Ok(None));
        let end = reader.place();
        assert_ne!(end, Place::start());

        let error = |bytes: &[u8]| {
            let mut reader = RowsReader::new(bytes);
            loop {
                match reader.next() {
                    Ok(Some(_)) => {}
                    Ok(None) => return None,
                    Err(error) => return Some(error.to_string()),
                }
            }
        };
        for place in [1, 5, 21, 40, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(error(&changed).is_some_and(|error| error.contains("row ")), "byte {place}");
        }
        assert!(error(&bytes[..bytes.len() - 1]).is_some_and(|error| error.contains("row 3")));
        // A row that is left away breaks the chain at the next.
        assert!(error(&[&written(&[b"one"])[..], &bytes[37..]].concat()).is_some_and(|error| error.contains("row 2")));
        assert!(error(&[0xff, 0xff, 0xff, 1]).is_some_and(|error| error.contains("row 1")));
        assert!(error(&[0xff, 0xff, 0x7f]).is_some_and(|error| error.contains("row 1")));
    }
}
