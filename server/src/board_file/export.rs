//! From the log to a file, at one moment of a board that goes on.
//!
//! The moment is the end of the log when it begins: what is written later is not looked at, and
//! nobody waits. The board is made of its rows once more on the way, so that the digests are those
//! of what the file holds and not of what a room has in memory.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};

use bytes::Bytes;
use kakehashi_protocol::board::Board;
use kakehashi_protocol::ids::{BoardId, Seq};
use kakehashi_protocol::op::{Change, OpBody};
use kakehashi_protocol::schema::Key;
use kakehashi_protocol::wire::row::{Verdict, read_row};
use kakehashi_protocol::wire::snapshot::digest;
use rawzip::time::UtcDateTime;

use super::container::Packer;
use super::gather::Gatherer;
use super::manifest::{Document, History, Manifest, Picture};
use super::rows::RowsWriter;
use super::{FILE_BYTES_MAX, FileError, MANIFEST, PICTURES, PICTURES_MAX, ROWS, ROWS_BYTES_MAX, Store, Wanted};
use crate::assets::{AssetError, AssetId};
use crate::log::LogError;
use crate::room::actors::Actors;

/// Bytes of rows that are read at once.
const READ_BYTES: usize = 1024 * 1024;

/// A board's file.
#[derive(Debug)]
pub struct Exported {
    /// The file, to be read from its start.
    pub file: File,
    /// Its size.
    pub bytes: u64,
    /// What it holds.
    pub manifest: Manifest,
}

/// Writes a board to `file`, which is empty. Blocks the thread.
///
/// # Errors
/// [`FileError::Log`] with `UnknownBoard` if there is none; [`FileError::TooLarge`] if the file could
/// not be taken in again; those of the disk.
pub fn export(store: &Store, board: BoardId, file: File, now_ms: u64, wanted: &Wanted) -> Result<Exported, FileError> {
    let end = store.runtime.block_on(store.log.open(board))?.end;
    let time = of_unix(now_ms);
    let origin = blake3::hash(&board.0).to_hex().as_str()[..32].to_owned();
    let mut manifest = Manifest::new(origin, moment(time), now_ms);
    let mut zip = Packer::new(BufWriter::new(file), time);
    let told = zip.part(ROWS, |out| {
        let mut history = Writing { told: Told::default(), gatherer: Gatherer::default(), out: RowsWriter::new(out) };
        history.rows(store, board, end, wanted)?;
        Ok(history.told)
    })?;
    manifest.history = told.history;
    manifest.documents = told
        .board
        .documents()
        .map(|(document, content)| Document {
            document: document.to_string(),
            records: content.records().len() as u64,
            digest: hex(&digest(content)),
        })
        .collect();
    drop(told.board);
    if told.pictures.len() > PICTURES_MAX {
        return Err(FileError::too_large("pictures of the board", PICTURES_MAX as u64));
    }
    for picture in told.pictures {
        wanted.check()?;
        match store.runtime.block_on(store.assets.get(board, picture)) {
            Ok((kind, bytes)) => {
                zip.stored(&format!("{PICTURES}{picture}.{}", kind.extension()), &bytes)?;
                let bytes = bytes.len() as u64;
                manifest.pictures.push(Picture { picture: picture.to_string(), media_type: kind.media_type().to_owned(), bytes });
            }
            // The board shows a gap where it should be; so will its copy.
            Err(AssetError::Unknown(_) | AssetError::Damaged(_)) => manifest.missing_pictures.push(picture.to_string()),
            Err(error) => return Err(error.into()),
        }
        check_size(zip.bytes())?;
    }
    let text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    zip.part(MANIFEST, |out| out.write_all(&text).map_err(|error| FileError::io(format!("writing {MANIFEST}"), &error)))?;
    let mut out = zip.finish()?;
    let failed = |error: std::io::Error| FileError::io("writing the file", &error);
    let bytes = out.stream_position().map_err(failed)?;
    check_size(bytes)?;
    let mut file = out.into_inner().map_err(|error| failed(error.into_error()))?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok(Exported { file, bytes, manifest })
}

/// A moment for people (RFC 3339).
fn moment(time: UtcDateTime) -> String {
    format!("{}T{:02}:{:02}:{:02}Z", day(time), time.hour(), time.minute(), time.second())
}

fn day(time: UtcDateTime) -> String {
    format!("{:04}-{:02}-{:02}", time.year(), time.month(), time.day())
}

fn of_unix(now_ms: u64) -> UtcDateTime {
    UtcDateTime::from_unix((now_ms / 1_000).cast_signed())
}

/// The day of a time in milliseconds since 1970, in UTC.
#[must_use]
pub fn date(now_ms: u64) -> String {
    day(of_unix(now_ms))
}

fn check_size(bytes: u64) -> Result<(), FileError> {
    if bytes > FILE_BYTES_MAX { Err(FileError::too_large("bytes of the file", FILE_BYTES_MAX)) } else { Ok(()) }
}

/// What the rows told.
#[derive(Default)]
struct Told {
    board: Board,
    history: History,
    /// All pictures that were ever named: a deletion can be undone, and a replay shows them all.
    pictures: BTreeSet<AssetId>,
}

struct Writing<W> {
    told: Told,
    gatherer: Gatherer,
    out: RowsWriter<W>,
}

impl<W: Write> Writing<W> {
    fn rows(&mut self, store: &Store, board: BoardId, end: Seq, wanted: &Wanted) -> Result<(), FileError> {
        let mut actors = Actors::default();
        let mut last = Seq(0);
        while last < end {
            wanted.check()?;
            let rows = store.runtime.block_on(store.log.read(board, last, READ_BYTES))?;
            if rows.is_empty() {
                break;
            }
            for row in rows.into_iter().take_while(|row| row.seq <= end) {
                last = row.seq;
                self.row(board, row.seq, &row.body, &mut actors)?;
            }
        }
        if let Some(rest) = self.gatherer.rest(&actors) {
            self.write(&rest)?;
        }
        let place = self.out.place();
        self.told.history.rows = place.seq.0;
        self.told.history.check = hex(&place.check.0);
        self.told.history.actors = actors.len() as u64;
        Ok(())
    }

    fn row(&mut self, board: BoardId, seq: Seq, body: &Bytes, actors: &mut Actors) -> Result<(), FileError> {
        let damaged = |what: String| LogError::Damaged { what, place: format!("board {board}, row {}", seq.0) };
        let row = read_row(body, actors).map_err(|error| damaged(error.to_string()))?;
        row.introductions.iter().for_each(|introduction| self.gatherer.introduce(*introduction));
        for entry in row.entries {
            if let Verdict::Accepted(change) = &entry.verdict {
                self.told.board.merge(change).map_err(|(op, reason)| damaged(format!("op {op}: {reason}")))?;
                self.told.history.changes += 1;
                self.told.history.ops += change.ops.len() as u64;
                self.told.pictures.extend(pictures_of(change));
            }
            if let Some(gathered) = self.gatherer.entry(entry, actors) {
                self.write(&gathered)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, row: &[u8]) -> Result<(), FileError> {
        self.out.row(row).map_err(|error| FileError::io(format!("writing {ROWS}"), &error))?;
        // Such a file could not be taken in again.
        if self.out.bytes() > ROWS_BYTES_MAX { Err(FileError::too_large("bytes of the history", ROWS_BYTES_MAX)) } else { Ok(()) }
    }
}

/// The pictures that a change names.
pub(super) fn pictures_of(change: &Change) -> impl Iterator<Item = AssetId> + '_ {
    let properties = change.ops.iter().flat_map(|op| match &op.body {
        OpBody::Create { properties, .. } | OpBody::Set { properties, .. } => &properties[..],
        _ => &[],
    });
    properties
        .filter(|property| property.key == Key::Asset.number())
        .filter_map(|property| Some(AssetId(property.value[..].try_into().ok()?)))
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
