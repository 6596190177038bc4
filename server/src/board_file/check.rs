//! Whether a file is what it says: everything in it is read, counted, decoded and judged before
//! anything of it is kept. What is kept then are typed values written anew, not the file's bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use kakehashi_protocol::board::Board;
use kakehashi_protocol::limits;
use kakehashi_protocol::op::{Change, OpBody, Property};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::PROTOCOL_VERSION;
use kakehashi_protocol::wire::row::{Entry, Row, Verdict, read_row};
use kakehashi_protocol::wire::snapshot::digest;

use super::container::{Container, shown};
use super::export::{hex, pictures_of};
use super::gather::Gatherer;
use super::manifest::{Document, History, Manifest};
use super::rows::{RowsReader, RowsWriter};
use super::{
    FILE_BYTES_MAX, FileError, MANIFEST, MANIFEST_BYTES_MAX, PICTURES, PICTURES_MAX, ROWS, ROWS_BYTES_MAX, STATE_BYTES_MAX, Wanted,
};
use crate::assets::{AssetId, AssetKind, inspect};
use crate::room::actors::{Actors, UNKNOWN_HASH};

/// A file that may become a board.
pub struct Checked {
    pub(super) board: Board,
    pub(super) actors: Actors,
    rows: File,
    container: Container,
    pictures: BTreeMap<AssetId, String>,
}

/// Checks a file. Its history is written anew to `rows`, which is empty. Blocks the thread.
///
/// # Errors
/// [`FileError`]: what is wrong with it.
pub fn check(file: File, rows: File, now_ms: u64, wanted: &Wanted) -> Result<Checked, FileError> {
    let size = file.metadata().map_err(|error| FileError::io("the file", &error))?.len();
    if size > FILE_BYTES_MAX {
        return Err(FileError::too_large("bytes of the file", FILE_BYTES_MAX));
    }
    let container = Container::open(file)?;
    let manifest = Manifest::read(&container.bytes(MANIFEST, MANIFEST_BYTES_MAX)?)?;
    let mut pictures = BTreeMap::new();
    for name in container.names().filter(|name| ![MANIFEST, ROWS].contains(name)) {
        let picture = picture_of(name).ok_or_else(|| FileError::refused(shown(name), "a file of a board has no such entry"))?;
        if pictures.insert(picture, name.to_owned()).is_some() {
            return Err(FileError::refused(shown(name), "the picture is there twice"));
        }
    }
    if pictures.len() > PICTURES_MAX {
        return Err(FileError::too_large("pictures of the file", PICTURES_MAX as u64));
    }
    let failed = |error: std::io::Error| FileError::io("the history of a file", &error);
    let mut reading = Reading {
        now_ms,
        board: Board::default(),
        actors: Actors::default(),
        history: History::default(),
        named: BTreeSet::new(),
        state_bytes: 0,
        gatherer: Gatherer::default(),
        out: RowsWriter::new(BufWriter::new(rows)),
    };
    reading.rows(RowsReader::new(container.read(ROWS, ROWS_BYTES_MAX)?), wanted)?;
    let Reading { board, actors, history, named, out, .. } = reading;
    agree("its size or last checksum", &history, &manifest.history)?;
    // Another version may know more kinds of ops, and then a document has another digest.
    if manifest.protocol == PROTOCOL_VERSION {
        agree_on_documents(&board, &manifest.documents)?;
    }
    let mut rows = out.into_inner().into_inner().map_err(|error| failed(error.into_error()))?;
    rows.seek(SeekFrom::Start(0)).map_err(failed)?;
    let checked = Checked { board, actors, rows, container, pictures };
    checked.check_pictures(&manifest, &named, wanted)?;
    Ok(checked)
}

/// The picture that an entry of this name holds.
fn picture_of(name: &str) -> Option<AssetId> {
    let (picture, extension) = name.strip_prefix(PICTURES)?.split_once('.')?;
    AssetKind::of_extension(extension)?;
    picture.parse().ok()
}

fn agree<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, said: &T) -> Result<(), FileError> {
    if found == said { Ok(()) } else { Err(FileError::damaged(ROWS, format!("{what} is {found:?}, and {said:?} in {MANIFEST}"))) }
}

fn agree_on_documents(board: &Board, said: &[Document]) -> Result<(), FileError> {
    let mut said: BTreeMap<&str, &Document> = said.iter().map(|document| (&*document.document, document)).collect();
    for (id, content) in board.documents() {
        let name = id.to_string();
        let found = Document { records: content.records().len() as u64, digest: hex(&digest(content)), document: name.clone() };
        match said.remove(&*name) {
            Some(said) if *said == found => {}
            said => return Err(FileError::damaged(format!("document {name}"), format!("it is {found:?}, and {said:?} in {MANIFEST}"))),
        }
    }
    match said.keys().next() {
        Some(name) => Err(FileError::damaged(format!("document {}", shown(name)), format!("it is in {MANIFEST} alone"))),
        None => Ok(()),
    }
}

impl Checked {
    /// All pictures, each as an upload would be checked.
    fn check_pictures(&self, manifest: &Manifest, named: &BTreeSet<AssetId>, wanted: &Wanted) -> Result<(), FileError> {
        for said in &manifest.pictures {
            if !said.picture.parse().is_ok_and(|picture: AssetId| self.pictures.contains_key(&picture)) {
                return Err(FileError::damaged(MANIFEST, format!("the picture {} is missing", shown(&said.picture))));
            }
        }
        if manifest.pictures.len() != self.pictures.len() {
            return Err(FileError::damaged(MANIFEST, "it does not name each picture once"));
        }
        for (picture, name) in &self.pictures {
            wanted.check()?;
            if !named.contains(picture) {
                return Err(FileError::refused(shown(name), "nothing on the board shows this picture"));
            }
            self.picture(*picture)?;
        }
        Ok(())
    }

    /// The names of all pictures.
    pub(super) fn pictures(&self) -> impl Iterator<Item = AssetId> + '_ {
        self.pictures.keys().copied()
    }

    /// The bytes of a picture and their media type.
    pub(super) fn picture(&self, picture: AssetId) -> Result<(AssetKind, Vec<u8>), FileError> {
        let name = &self.pictures[&picture];
        let bytes = self.container.bytes(name, limits::ASSET_BYTES_MAX)?;
        if AssetId::of(&bytes) != picture {
            return Err(FileError::damaged(shown(name), "its bytes are not those it is named by"));
        }
        let kind = AssetKind::of_bytes(&bytes).ok_or_else(|| FileError::refused(shown(name), "it is of no type that is kept"))?;
        let asset = inspect(kind.media_type(), &bytes).map_err(|error| FileError::refused(shown(name), error))?;
        if asset.id != picture {
            return Err(FileError::refused(shown(name), "bytes follow after its end"));
        }
        Ok((kind, bytes))
    }

    /// The rows as they will be appended.
    pub(super) fn rows(&self) -> Result<RowsReader<BufReader<impl Read + '_>>, FileError> {
        let mut rows = &self.rows;
        rows.seek(SeekFrom::Start(0)).map_err(|error| FileError::io("the history of a file", &error))?;
        Ok(RowsReader::new(BufReader::new(rows)))
    }
}

/// The board as it grows from its rows.
struct Reading<W> {
    now_ms: u64,
    board: Board,
    actors: Actors,
    history: History,
    named: BTreeSet<AssetId>,
    state_bytes: u64,
    gatherer: Gatherer,
    out: RowsWriter<W>,
}

impl<W: Write> Reading<W> {
    fn rows(&mut self, mut rows: RowsReader<impl std::io::BufRead>, wanted: &Wanted) -> Result<(), FileError> {
        while let Some((seq, body)) = rows.next()? {
            wanted.check()?;
            let at = || format!("{ROWS}, row {}", seq.0);
            let known = self.actors.len();
            let row = read_row(&body, &mut self.actors).map_err(|error| FileError::damaged(at(), error))?;
            self.introductions(&row, known).map_err(|what| FileError::refused(at(), what))?;
            for entry in row.entries {
                self.entry(entry, &at)?;
            }
        }
        if let Some(rest) = self.gatherer.rest(&self.actors) {
            self.write(&rest)?;
        }
        let place = rows.place();
        if place.seq.0 == 0 {
            return Err(FileError::damaged(ROWS, "it is empty"));
        }
        self.history.rows = place.seq.0;
        self.history.check = hex(&place.check.0);
        self.history.actors = self.actors.len() as u64;
        Ok(())
    }

    fn introductions(&mut self, row: &Row, known: usize) -> Result<(), String> {
        if self.actors.len() != known + row.introductions.len() {
            return Err("it introduces an actor twice".to_owned());
        }
        if self.actors.len() > limits::ACTORS_MAX {
            return Err(format!("a board has at most {} actors", limits::ACTORS_MAX));
        }
        for introduction in &row.introductions {
            if introduction.actor.0 == 0 {
                return Err("it introduces actor zero, which does not write".to_owned());
            }
            self.gatherer.introduce(*introduction);
        }
        Ok(())
    }

    /// What a log would ask before it took a change, the server's own rights given: each was judged by
    /// those of its writer when it was made.
    fn entry(&mut self, entry: Entry, at: &impl Fn() -> String) -> Result<(), FileError> {
        let actor = entry.verdict.actor();
        let (first, end) = (entry.verdict.first(), entry.verdict.end());
        if self.actors.get(actor).is_none() || first != self.actors.next(actor) || end <= first {
            return Err(FileError::refused(at(), format!("ops {first} to {end} of actor {actor} do not follow its last")));
        }
        if entry.accepted_ms > self.now_ms.saturating_add(limits::CLOCK_AHEAD_MS_MAX) {
            return Err(FileError::refused(at(), format!("op {first} of actor {actor} was accepted more than a day from now")));
        }
        if let Verdict::Accepted(change) = &entry.verdict {
            let refused = |what: &dyn std::fmt::Display| FileError::refused(at(), format!("op {first} of actor {actor}: {what}"));
            let size = change.to_bytes().len();
            if size > limits::CHANGE_BYTES_MAX {
                return Err(refused(&format!("its change has {size} bytes, {} are allowed", limits::CHANGE_BYTES_MAX)));
            }
            self.state_bytes += state_bytes(change);
            if self.state_bytes > STATE_BYTES_MAX {
                return Err(FileError::too_large("bytes of memory for the board", STATE_BYTES_MAX));
            }
            self.board.judge(Role::Server, change, self.now_ms).map_err(|reason| refused(&reason))?;
            self.board.merge(change).map_err(|(_, reason)| refused(&reason))?;
            self.history.changes += 1;
            self.history.ops += change.ops.len() as u64;
            self.named.extend(pictures_of(change));
        }
        self.actors.decided(&entry.verdict, UNKNOWN_HASH);
        match self.gatherer.entry(entry, &self.actors) {
            Some(gathered) => self.write(&gathered),
            None => Ok(()),
        }
    }

    fn write(&mut self, row: &[u8]) -> Result<(), FileError> {
        self.out.row(row).map_err(|error| FileError::io("the history of a file", &error))
    }
}

/// About how many bytes of memory a change adds, at most.
fn state_bytes(change: &Change) -> u64 {
    let properties = |list: &[Property]| list.iter().map(|property| property.value.len() + 40).sum::<usize>();
    let bytes = change.ops.iter().map(|op| match &op.body {
        OpBody::Create { properties: list, .. } => 400 + properties(list),
        OpBody::Set { properties: list, .. } => properties(list),
        OpBody::AppendInk { ink, .. } => ink.len(),
        OpBody::InsertText { text, .. } => 200 + 4 * text.len(),
        OpBody::MarkText { spans, .. } => 100 * spans.len(),
        OpBody::Purge { .. } => 0,
        OpBody::Unknown { body, .. } => 100 + body.len(),
    });
    bytes.sum::<usize>() as u64
}
