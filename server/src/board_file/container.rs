//! The ZIP around the parts of a file. What its directory says is not believed: entries are counted
//! as they are read, names are compared with those a board's file has, and of each entry no more is
//! unpacked than it may have. Nothing is ever written under a name from the file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, FileReader, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipArchiveEntryWayfinder, ZipArchiveWriter};

use super::{ENTRIES_MAX, FileError};

/// How well the parts are compressed: most bytes are ink, which gains little.
const LEVEL: Compression = Compression::new(5);

/// A ZIP that is read.
pub(super) struct Container {
    archive: ZipArchive<FileReader>,
    entries: BTreeMap<String, Entry>,
}

struct Entry {
    place: ZipArchiveEntryWayfinder,
    deflated: bool,
}

impl Container {
    /// Reads the directory.
    pub(super) fn open(file: File) -> Result<Self, FileError> {
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let no_zip = |error: rawzip::Error| FileError::NotABoard { what: format!("it is no ZIP archive ({error})") };
        let archive = ZipArchive::from_file(file, &mut buffer).map_err(no_zip)?;
        let mut entries = BTreeMap::new();
        let mut directory = archive.entries(&mut buffer);
        let damaged = |what: String| FileError::damaged("the directory of the ZIP archive", what);
        let mut count = 0;
        while let Some(entry) = directory.next_entry().map_err(|error| damaged(error.to_string()))? {
            count += 1;
            if count > ENTRIES_MAX {
                return Err(FileError::too_large("entries of the ZIP archive", ENTRIES_MAX as u64));
            }
            let name = entry.file_path();
            let name = std::str::from_utf8(name.as_bytes()).map_err(|_| damaged("a name is not UTF-8".to_owned()))?;
            if entry.is_dir() {
                continue;
            }
            let deflated = match entry.compression_method() {
                CompressionMethod::STORE => false,
                CompressionMethod::DEFLATE => true,
                _ => return Err(FileError::refused(shown(name), "it is packed in another way than by deflate")),
            };
            if entry.flags().is_encrypted() {
                return Err(FileError::refused(shown(name), "it is encrypted"));
            }
            let entry = Entry { place: entry.wayfinder(), deflated };
            if entries.insert(name.to_owned(), entry).is_some() {
                return Err(FileError::damaged(shown(name), "there are two entries of this name"));
            }
        }
        Ok(Self { archive, entries })
    }

    /// The names of all entries, in their order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Reads an entry of at most `bytes_max` bytes; its checksum is looked at when its end is read.
    pub(super) fn read(&self, name: &str, bytes_max: u64) -> Result<impl BufRead + '_, FileError> {
        let Some(entry) = self.entries.get(name) else {
            return Err(FileError::NotABoard { what: format!("it has no {name}") });
        };
        let found = self.archive.get_entry(entry.place).map_err(|error| FileError::damaged(shown(name), error))?;
        let packed = BufReader::new(found.reader());
        let unpacked: Box<dyn Read + '_> = if entry.deflated { Box::new(DeflateDecoder::new(packed)) } else { Box::new(packed) };
        let limited = Limited { inner: found.verifying_reader(unpacked), left: bytes_max, max: bytes_max };
        Ok(BufReader::with_capacity(RECOMMENDED_BUFFER_SIZE, limited))
    }

    /// An entry as a whole.
    pub(super) fn bytes(&self, name: &str, bytes_max: usize) -> Result<Vec<u8>, FileError> {
        let mut out = Vec::new();
        self.read(name, bytes_max as u64)?.read_to_end(&mut out).map_err(|error| read_error(&shown(name), &error))?;
        Ok(out)
    }
}

/// A name as it may stand in a sentence: short, and without what could pass for something else.
pub(super) fn shown(name: &str) -> String {
    let short: String = name.chars().take(100).collect();
    if short.len() == name.len() && short.chars().all(|char| char.is_ascii_graphic()) { short } else { format!("{short:?}") }
}

/// What it means that a part could not be read.
pub(super) fn read_error(place: &str, error: &io::Error) -> FileError {
    match error.kind() {
        ErrorKind::FileTooLarge => {
            let max = error.get_ref().and_then(|inner| inner.downcast_ref::<LimitReached>()).map_or(0, |limit| limit.0);
            FileError::too_large(format!("bytes of {place}, unpacked"), max)
        }
        ErrorKind::UnexpectedEof => FileError::damaged(place, "it ends too early"),
        _ => FileError::damaged(place, error),
    }
}

/// Gives up at a limit, whatever the entry said of its size.
struct Limited<R> {
    inner: R,
    left: u64,
    max: u64,
}

/// There was more than so many bytes.
#[derive(Debug, thiserror::Error)]
#[error("more than {0} bytes")]
struct LimitReached(u64);

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::new(ErrorKind::FileTooLarge, LimitReached(self.max))),
        }
        Ok(read)
    }
}

/// A ZIP that is written.
pub(super) struct Packer<W: Write> {
    archive: ZipArchiveWriter<W>,
    time: UtcDateTime,
}

impl<W: Write> Packer<W> {
    /// `time`: of all its entries.
    pub(super) fn new(out: W, time: UtcDateTime) -> Self {
        Self { archive: ZipArchiveWriter::new(out), time }
    }

    /// Adds a part that `write` writes, and gives what it gave.
    pub(super) fn part<T>(&mut self, name: &str, write: impl FnOnce(&mut dyn Write) -> Result<T, FileError>) -> Result<T, FileError> {
        let zip = |error: rawzip::Error| write_error(name, &error);
        let io = |error: io::Error| FileError::io(format!("writing {name}"), &error);
        let new = self.archive.new_file(name).compression_method(CompressionMethod::DEFLATE).last_modified(self.time);
        let (mut entry, config) = new.unix_permissions(0o644).start().map_err(zip)?;
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, LEVEL));
        let given = write(&mut writer)?;
        let (encoder, descriptor) = writer.finish().map_err(zip)?;
        encoder.finish().map_err(io)?;
        entry.finish(descriptor).map_err(zip)?;
        Ok(given)
    }

    /// Adds a part as it is, for what is compressed already.
    pub(super) fn stored(&mut self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let zip = |error: rawzip::Error| write_error(name, &error);
        let new = self.archive.new_file(name).compression_method(CompressionMethod::STORE).last_modified(self.time);
        let (mut entry, config) = new.unix_permissions(0o644).start().map_err(zip)?;
        let mut writer = config.wrap(&mut entry);
        writer.write_all(bytes).map_err(|error| FileError::io(format!("writing {name}"), &error))?;
        let (_, descriptor) = writer.finish().map_err(zip)?;
        entry.finish(descriptor).map(drop).map_err(zip)
    }

    /// How many bytes were written.
    pub(super) fn bytes(&self) -> u64 {
        self.archive.stream_offset()
    }

    /// Writes the directory and gives the file back.
    pub(super) fn finish(self) -> Result<W, FileError> {
        self.archive.finish().map_err(|error| write_error("the directory of the ZIP archive", &error))
    }
}

fn write_error(place: &str, error: &rawzip::Error) -> FileError {
    match error.kind() {
        rawzip::ErrorKind::IO(error) => FileError::io(format!("writing {place}"), error),
        _ => FileError::Io { place: format!("writing {place}"), what: error.to_string(), full: false },
    }
}
