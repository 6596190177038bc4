//! Checkpoints in the file.

use bytes::Bytes;
use kakehashi_protocol::ids::{ActorId, BoardId, DocumentId, LogId, OpId, Seq};
use rusqlite::{OptionalExtension, params};

use super::query::{BoardRow, Query};
use crate::log::chain::first_16;
use crate::log::{Checkpoint, LogError};

/// The layout of the two tables' rows. One of another layout is not used: the log alone is enough.
/// In layout 1 nothing said which documents there are.
const FORMAT: u32 = 2;

/// What stands for the state where a document's name stands.
const STATE: [u8; 16] = [0xff; 16];

fn name_of(document: DocumentId) -> [u8; 16] {
    let mut name = [0; 16];
    name[..8].copy_from_slice(&document.0.actor.0.to_be_bytes());
    name[8..].copy_from_slice(&document.0.counter.to_be_bytes());
    name
}

fn document_of(name: [u8; 16]) -> DocumentId {
    let number = u128::from_be_bytes(name);
    // The casts take the two halves apart.
    DocumentId(OpId { actor: ActorId((number >> 64) as u64), counter: number as u64 })
}

/// The first 16 bytes of `BLAKE3(log || name || seq || body)`, `seq` as 8 bytes, big-endian.
fn checksum(log: LogId, name: [u8; 16], seq: Seq, body: &[u8]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&log.0).update(&name).update(&seq.0.to_be_bytes()).update(body);
    first_16(&hasher)
}

/// The checksum of the state: that of the state itself and of which documents belong to it, each with
/// its row, so that a document that is no longer found is missed.
fn checksum_of_all(query: Query<'_>, at: BoardRow, seq: Seq, state: &[u8]) -> rusqlite::Result<[u8; 16]> {
    let mut listed = blake3::Hasher::new();
    listed.update(&checksum(at.log, STATE, seq, state));
    let mut statement = query.db.prepare_cached("SELECT document, seq FROM checkpoint_documents WHERE number = ?1 ORDER BY document")?;
    let mut rows = statement.query([at.number])?;
    while let Some(row) = rows.next()? {
        listed.update(&row.get::<_, [u8; 16]>(0)?).update(&row.get::<_, u64>(1)?.to_be_bytes());
    }
    Ok(first_16(&listed))
}

/// Removes a checkpoint within the transaction that is open.
pub(super) fn forget(query: Query<'_>, board: BoardId, at: BoardRow) -> Result<(), LogError> {
    let delete = |table| query.db.execute(&format!("DELETE FROM {table} WHERE number = ?1"), [at.number]);
    let forgotten = delete("checkpoints").and_then(|_| delete("checkpoint_documents"));
    forgotten.map(drop).map_err(|error| query.file.board_error(board, &error))
}

/// Writes a checkpoint within the transaction that is open.
pub(super) fn save(query: Query<'_>, board: BoardId, at: BoardRow, checkpoint: &Checkpoint) -> Result<(), LogError> {
    let write = || {
        let mut insert = query.db.prepare_cached(
            "INSERT INTO checkpoint_documents (number, document, seq, body, checked) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (number, document) DO UPDATE SET seq = excluded.seq, body = excluded.body, checked = excluded.checked",
        )?;
        for (document, seq, body) in &checkpoint.documents {
            let name = name_of(*document);
            insert.execute(params![at.number, name, seq.0, &body[..], checksum(at.log, name, *seq, body)])?;
        }
        let state = &checkpoint.state[..];
        let checked = checksum_of_all(query, at, checkpoint.seq, state)?;
        query
            .db
            .prepare_cached("INSERT OR REPLACE INTO checkpoints (number, format, seq, state, checked) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![at.number, FORMAT, checkpoint.seq.0, state, checked])?;
        Ok(())
    };
    write().map_err(|error: rusqlite::Error| query.file.board_error(board, &error))
}

/// The checkpoint as it stands in the file, or why it cannot be used.
pub(super) fn load(query: Query<'_>, board: BoardId, at: BoardRow) -> Result<Option<Checkpoint>, LogError> {
    let (end, _) = query.end(board, at)?;
    let mut documents = Vec::new();
    let found = read(query, board, at, end, |document, seq, body| documents.push((document, seq, Bytes::from(body))));
    match found.damages.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(found.state.map(|(seq, state)| Checkpoint { seq, state: state.into(), documents })),
    }
}

/// What stands in the file where a board's checkpoint does.
pub(super) struct Found {
    /// After which row, and the state; `None`: there is no checkpoint, or none that can be read.
    pub state: Option<(Seq, Vec<u8>)>,
    /// Why it cannot be used, damage by damage.
    pub damages: Vec<LogError>,
}

/// Reads the checkpoint of a log that ends at row `end`; each document that is whole goes to `keep`.
pub(super) fn read(query: Query<'_>, board: BoardId, at: BoardRow, end: Seq, mut keep: impl FnMut(DocumentId, Seq, Vec<u8>)) -> Found {
    let mut found = Found { state: None, damages: Vec::new() };
    let mut damaged = |what: String| found.damages.push(LogError::Damaged { what, place: format!("the checkpoint of board {board}") });
    let mut read = || {
        let stands = query
            .db
            .prepare_cached("SELECT format, seq, state, checked FROM checkpoints WHERE number = ?1")?
            .query_row([at.number], |row| {
                Ok((row.get::<_, u32>(0)?, Seq(row.get(1)?), row.get::<_, Vec<u8>>(2)?, row.get::<_, [u8; 16]>(3)?))
            })
            .optional()?;
        let Some((format, seq, state, checked)) = stands else {
            // Where a page has lost its rows, nothing of it is read that would not fit.
            let mut left = query.db.prepare_cached("SELECT 1 FROM checkpoint_documents WHERE number = ?1")?;
            if left.exists([at.number])? {
                damaged("its documents stand there without it".to_owned());
            }
            return Ok(());
        };
        if format != FORMAT {
            damaged(format!("format {format} is not {FORMAT}, the one this version reads"));
            return Ok(());
        }
        if checksum_of_all(query, at, seq, &state)? != checked {
            damaged("the state or the list of documents does not fit its checksum".to_owned());
        }
        if seq > end {
            damaged(format!("it is of row {}, but the log ends at row {}", seq.0, end.0));
        }
        found.state = Some((seq, state));
        let mut statement =
            query.db.prepare_cached("SELECT document, seq, body, checked FROM checkpoint_documents WHERE number = ?1 ORDER BY document")?;
        let mut rows = statement.query([at.number])?;
        while let Some(row) = rows.next()? {
            let (name, seq, body) = (row.get::<_, [u8; 16]>(0)?, Seq(row.get(1)?), row.get::<_, Vec<u8>>(2)?);
            let document = document_of(name);
            if checksum(at.log, name, seq, &body) == row.get::<_, [u8; 16]>(3)? {
                keep(document, seq, body);
            } else {
                damaged(format!("document {document} does not fit its checksum"));
            }
        }
        Ok(())
    };
    if let Err(error) = read() {
        found.damages.push(query.file.checkpoint_error(board, &error));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_documents_name_reads_back() {
        let document = DocumentId(OpId::new(u64::MAX - 1, 3));
        assert_eq!(document_of(name_of(document)), document);
        assert!(name_of(DocumentId::COVER) < name_of(document));
    }
}
