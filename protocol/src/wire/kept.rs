//! A document as a device keeps it, to show it without the server (SPEC KEEP-1, WIRE section 7.1): a
//! snapshot of what is confirmed, and the ops that were accepted after it and not read back yet.
//! What waits for its verdict is kept elsewhere.

use crate::codec::{DecodeError, Reader, put, put_bytes};
use crate::document::Document;
use crate::ids::{Cursor, DocumentId};
use crate::limits;
use crate::op::Change;

use super::snapshot::{Snapshot, read_snapshot, write_snapshot};

/// The version of the layout. A device that finds another takes the document from the server.
pub const KEPT_FORMAT: u8 = 1;

const CHECK_BYTES: usize = 16;

/// What a device kept of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// What was confirmed, and where in which log.
    pub snapshot: Snapshot,
    /// Changes of one op each: accepted, and after the snapshot's row.
    pub accepted: Vec<Change>,
}

/// The bytes to be kept.
#[must_use]
pub fn write_kept(id: DocumentId, cursor: Cursor, document: &Document, accepted: impl ExactSizeIterator<Item = Change>) -> Vec<u8> {
    let snapshot = write_snapshot(id, cursor, document);
    let mut out = Vec::with_capacity(snapshot.len() + 32);
    out.push(KEPT_FORMAT);
    out.extend_from_slice(&[0; CHECK_BYTES]);
    put_bytes(&mut out, &snapshot);
    put(&mut out, accepted.len() as u64);
    for change in accepted {
        put_bytes(&mut out, &change.to_bytes());
    }
    let check = check(&out[1 + CHECK_BYTES..]);
    out[1..=CHECK_BYTES].copy_from_slice(&check);
    out
}

/// Reads what was kept.
///
/// # Errors
/// If it is of another version, or damaged.
pub fn read_kept(bytes: &[u8]) -> Result<Kept, DecodeError> {
    let mut reader = Reader::new(bytes);
    if reader.byte("the format of a kept document")? != KEPT_FORMAT {
        return Err(DecodeError::Invalid { what: "the format of a kept document", allowed: "1" });
    }
    let told: [u8; CHECK_BYTES] = reader.array("the check of a kept document")?;
    if told != check(reader.rest()) {
        return Err(DecodeError::Invalid { what: "the check of a kept document", allowed: "that of its bytes" });
    }
    let snapshot = read_snapshot(reader.bytes("a snapshot", usize::MAX)?)?;
    let count = reader.count("accepted changes", usize::MAX)?;
    let mut accepted = Vec::with_capacity(count.min(reader.left() / 16));
    for _ in 0..count {
        accepted.push(Change::from_bytes(reader.bytes("a change", limits::CHANGE_BYTES_MAX)?)?);
    }
    reader.end()?;
    Ok(Kept { snapshot, accepted })
}

fn check(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    let mut check = [0; CHECK_BYTES];
    check.copy_from_slice(&blake3::hash(bytes).as_bytes()[..CHECK_BYTES]);
    check
}
