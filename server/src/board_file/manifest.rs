//! The manifest: what a file is, and what must be found in it.

use serde::{Deserialize, Serialize};

use super::{FORMAT, FileError, MANIFEST};

/// What stands in `kind`.
const KIND: &str = "kakehashi-board";

/// What a file says of itself. Fields that are not known are passed over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`KIND`]: says that it is a board, whatever the file's name.
    pub kind: String,
    /// [`FORMAT`].
    pub format: u32,
    /// The version of the protocol; documents have the digests given here in this version.
    pub protocol: u16,
    /// The program that wrote it.
    pub program: String,
    /// When, for people (RFC 3339).
    pub exported_at: String,
    /// When, milliseconds since 1970.
    pub exported_ms: u64,
    /// The first 16 bytes of the BLAKE3 of the board's name: tells whether two files are of one
    /// board. The name itself would open it to whoever gets the file.
    pub origin: String,
    /// The history's size.
    pub history: History,
    /// Its documents, in the order of their names.
    pub documents: Vec<Document>,
    /// The pictures the file holds, in the order of their names.
    pub pictures: Vec<Picture>,
    /// Pictures that the history names and the server did not have.
    pub missing_pictures: Vec<String>,
}

/// The size of the history, and its last checksum, which stands for all of it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct History {
    /// Rows.
    pub rows: u64,
    /// Changes that were accepted.
    pub changes: u64,
    /// Ops of these changes.
    pub ops: u64,
    /// Actors that wrote.
    pub actors: u64,
    /// The checksum of the last row, 32 hexadecimal digits.
    pub check: String,
}

/// One document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Document {
    /// Its name.
    pub document: String,
    /// Its records, deleted ones included.
    pub records: u64,
    /// Its digest (SPEC DIG-1), 32 hexadecimal digits.
    pub digest: String,
}

/// One picture.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Picture {
    /// Its name: the BLAKE3 of its bytes.
    pub picture: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Manifest {
    /// A manifest of this program, of a board of which nothing is known yet.
    pub(super) fn new(origin: String, exported_at: String, exported_ms: u64) -> Self {
        Self {
            kind: KIND.to_owned(),
            format: FORMAT,
            protocol: kakehashi_protocol::wire::frame::PROTOCOL_VERSION,
            program: concat!("kakehashi ", env!("CARGO_PKG_VERSION")).to_owned(),
            exported_at,
            exported_ms,
            origin,
            history: History::default(),
            documents: Vec::new(),
            pictures: Vec::new(),
            missing_pictures: Vec::new(),
        }
    }

    /// Reads a manifest; what it says is not believed yet.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| FileError::damaged(MANIFEST, error))?;
        if value["kind"] != KIND {
            return Err(FileError::NotABoard { what: format!("its {MANIFEST} is of another kind") });
        }
        // Before all the rest, which a newer format may say in another way.
        match value["format"].as_u64() {
            Some(format) if format == u64::from(FORMAT) => {}
            Some(format) if format > u64::from(FORMAT) => {
                return Err(FileError::Newer { found: u32::try_from(format).unwrap_or(u32::MAX), known: FORMAT });
            }
            _ => return Err(FileError::damaged(MANIFEST, "the format must be a number from 1")),
        }
        serde_json::from_value(value).map_err(|error| FileError::damaged(MANIFEST, error))
    }
}
