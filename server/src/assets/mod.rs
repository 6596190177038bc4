//! Pictures that people put on boards: files named by the hash of their content.
//!
//! `AB/ABCD...` holds the content, once however many boards show it; an empty file
//! `boards/BOARD/ABCD...` says that a board may show it. Nobody gets a picture by its hash alone.

mod kind;
mod measure;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::limits::{ASSET_BYTES_MAX, ASSET_PAINTED_PIXELS_MAX, ASSET_PIXELS_MAX};

use crate::disk::{self, Access};
pub use kind::AssetKind;
pub use measure::{Measure, measure};

/// The BLAKE3 hash of a picture's bytes; shown as 64 hexadecimal digits, lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AssetId(pub [u8; 32]);

impl AssetId {
    /// The name of this content.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl fmt::Display for AssetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(blake3::Hash::from_bytes(self.0).to_hex().as_str())
    }
}

/// A text that names no asset.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an asset must be written as 64 hexadecimal digits, lower case")]
pub struct ParseAssetIdError;

impl FromStr for AssetId {
    type Err = ParseAssetIdError;

    fn from_str(text: &str) -> Result<Self, ParseAssetIdError> {
        // One spelling only, since it becomes a file's name.
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(ParseAssetIdError);
        }
        blake3::Hash::from_hex(text).map(|hash| Self(*hash.as_bytes())).map_err(|_| ParseAssetIdError)
    }
}

/// What is known of a picture that was kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asset {
    /// Its name.
    pub id: AssetId,
    /// What it is.
    pub kind: AssetKind,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Its bytes, up to its end: what followed is not kept.
    pub bytes: usize,
}

/// Why a picture is not kept or not given.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AssetError {
    /// More bytes than a picture may have.
    #[error("a picture may have {ASSET_BYTES_MAX} bytes, this one has {bytes}")]
    TooLarge {
        /// Its bytes.
        bytes: usize,
    },
    /// More pixels than a picture may have, however few bytes it has.
    #[error("a picture may have {ASSET_PIXELS_MAX} pixels, this one has {width} x {height}")]
    TooManyPixels {
        /// Its width in pixels.
        width: u64,
        /// Its height in pixels.
        height: u64,
    },
    /// So many frames, or refinements of the whole, that it is a burden to show.
    #[error("a picture may have {ASSET_PAINTED_PIXELS_MAX} pixels in all its frames, this one has {frames} of {width} x {height}")]
    TooManyFrames {
        /// Its width in pixels.
        width: u64,
        /// Its height in pixels.
        height: u64,
        /// How often the whole of it is painted.
        frames: u64,
    },
    /// A type that is not kept, SVG among them: it can carry scripts.
    #[error("pictures of type {declared:?} are not kept; allowed are {}", AssetKind::ALLOWED)]
    NotAllowed {
        /// The type the sender says it is.
        declared: String,
    },
    /// The bytes are not of the type they are said to be.
    #[error("this was sent as {declared}, but its bytes are {}", found.map_or("of no type that is kept", AssetKind::media_type))]
    WrongType {
        /// The type the sender says it is.
        declared: AssetKind,
        /// The type of its bytes, if it is one that is kept.
        found: Option<AssetKind>,
    },
    /// A picture whose width and height cannot be read.
    #[error("this {kind} is not whole: its width and height cannot be read")]
    NotWhole {
        /// What it begins as.
        kind: AssetKind,
    },
    /// This board has no such picture.
    #[error("this board has no picture {0}")]
    Unknown(AssetId),
    /// The file no longer holds what its name says.
    #[error("the picture {0} is damaged on the server's disk")]
    Damaged(AssetId),
    /// There is no room for it.
    #[error("the server's disk is full")]
    DiskFull,
    /// The disk failed.
    #[error("{}: {what}", file.display())]
    Io {
        /// The file or folder.
        file: PathBuf,
        /// What failed, in the system's words.
        what: String,
    },
}

/// The folder of pictures. Clones are the same folder.
#[derive(Clone, Debug)]
pub struct AssetStore(Arc<Folder>);

#[derive(Debug)]
struct Folder {
    dir: PathBuf,
    /// Names files that are being written.
    next_temporary: AtomicU64,
}

impl AssetStore {
    /// Opens the folder, creates it if it is not there, and clears away what a crash left half
    /// written. Blocks the thread.
    ///
    /// # Errors
    /// [`AssetError::DiskFull`], [`AssetError::Io`].
    pub fn open(dir: &Path) -> Result<Self, AssetError> {
        let folder = Folder { dir: dir.to_owned(), next_temporary: AtomicU64::new(0) };
        let clear = || {
            let temporary = folder.temporary_dir();
            disk::create_dir(&temporary)?;
            for entry in fs::read_dir(&temporary)? {
                fs::remove_file(entry?.path())?;
            }
            Ok(())
        };
        clear().map_err(|error| io_error(dir, &error))?;
        Ok(Self(Arc::new(folder)))
    }

    /// Keeps a picture for a board; durable when it answers. `declared` is the media type its sender
    /// says it has; what stands behind a semicolon is not looked at.
    ///
    /// # Errors
    /// [`AssetError`], all but `Unknown` and `Damaged`.
    pub async fn put(&self, board: BoardId, declared: &str, bytes: Bytes) -> Result<Asset, AssetError> {
        let declared = declared.to_owned();
        self.blocking(move |folder| {
            let asset = inspect(&declared, &bytes)?;
            folder.put(board, asset.id, &bytes[..asset.bytes])?;
            Ok(asset)
        })
        .await
    }

    /// A picture that was put for this board.
    ///
    /// # Errors
    /// [`AssetError::Unknown`], also if only other boards have it; [`AssetError::Damaged`],
    /// [`AssetError::Io`].
    pub async fn get(&self, board: BoardId, id: AssetId) -> Result<(AssetKind, Bytes), AssetError> {
        self.blocking(move |folder| folder.get(board, id)).await
    }

    /// Takes all pictures away from a board. What other boards show stays, and so do the contents:
    /// another board may be taking them in at this moment.
    ///
    /// # Errors
    /// [`AssetError::Io`].
    pub async fn forget(&self, board: BoardId) -> Result<(), AssetError> {
        self.blocking(move |folder| folder.forget(board)).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Folder) -> Result<T, AssetError> + Send + 'static,
    ) -> Result<T, AssetError> {
        let folder = Arc::clone(&self.0);
        match tokio::task::spawn_blocking(move || run(&folder)).await {
            Ok(answer) => answer,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(error) => Err(AssetError::Io { file: self.0.dir.clone(), what: error.to_string() }),
        }
    }
}

/// What a picture is, from its structure; refuses what is not kept. Nothing is decoded: a picture of a
/// few bytes may say that it is a terapixel wide.
///
/// # Errors
/// [`AssetError::TooLarge`], [`AssetError::NotAllowed`], [`AssetError::WrongType`],
/// [`AssetError::NotWhole`], [`AssetError::TooManyPixels`], [`AssetError::TooManyFrames`].
pub fn inspect(declared: &str, bytes: &[u8]) -> Result<Asset, AssetError> {
    if bytes.len() > ASSET_BYTES_MAX {
        return Err(AssetError::TooLarge { bytes: bytes.len() });
    }
    let Some(kind) = AssetKind::of_media_type(declared) else {
        return Err(AssetError::NotAllowed { declared: declared.chars().take(100).collect() });
    };
    let found = AssetKind::of_bytes(bytes);
    if found != Some(kind) {
        return Err(AssetError::WrongType { declared: kind, found });
    }
    let Measure { width, height, frames, scans, bytes: end } = measure(kind, bytes).ok_or(AssetError::NotWhole { kind })?;
    let pixels = width.saturating_mul(height);
    let too_many_pixels = AssetError::TooManyPixels { width, height };
    if pixels > ASSET_PIXELS_MAX {
        return Err(too_many_pixels);
    }
    let frames = frames.saturating_mul(scans);
    if pixels.saturating_mul(frames) > ASSET_PAINTED_PIXELS_MAX {
        return Err(AssetError::TooManyFrames { width, height, frames });
    }
    let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else { return Err(too_many_pixels) };
    Ok(Asset { id: AssetId::of(&bytes[..end]), kind, width, height, bytes: end })
}

impl Folder {
    fn temporary_dir(&self) -> PathBuf {
        self.dir.join("temporary")
    }

    fn file(&self, id: AssetId) -> PathBuf {
        let name = id.to_string();
        self.dir.join(&name[..2]).join(name)
    }

    fn marker(&self, board: BoardId, id: AssetId) -> PathBuf {
        self.dir.join("boards").join(board.to_string()).join(id.to_string())
    }

    fn forget(&self, board: BoardId) -> Result<(), AssetError> {
        let markers = self.dir.join("boards").join(board.to_string());
        match fs::remove_dir_all(&markers) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(io_error(&markers, &error)),
            _ => Ok(()),
        }
    }

    fn put(&self, board: BoardId, id: AssetId, bytes: &[u8]) -> Result<(), AssetError> {
        let file = self.file(id);
        // What is there and whole need not be written again; what is damaged is healed.
        let there = fs::read(&file).is_ok_and(|there| there == bytes);
        if !there {
            let number = self.next_temporary.fetch_add(1, Ordering::Relaxed);
            let temporary = self.temporary_dir().join(number.to_string());
            create_parent(&file)
                .and_then(|()| disk::write_whole(&file, &temporary, Access::Usual, bytes))
                .map_err(|error| io_error(&file, &error))?;
        }
        // The content first: a marker always leads to something.
        let marker = self.marker(board, id);
        let mark = || {
            create_parent(&marker)?;
            File::create(&marker)?.sync_all()?;
            marker.parent().map_or(Ok(()), disk::sync_dir)
        };
        mark().map_err(|error| io_error(&marker, &error))
    }

    fn get(&self, board: BoardId, id: AssetId) -> Result<(AssetKind, Bytes), AssetError> {
        let marker = self.marker(board, id);
        if !marker.try_exists().map_err(|error| io_error(&marker, &error))? {
            return Err(AssetError::Unknown(id));
        }
        let file = self.file(id);
        let bytes = match fs::read(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(AssetError::Damaged(id)),
            read => read.map_err(|error| io_error(&file, &error))?,
        };
        if AssetId::of(&bytes) != id {
            return Err(AssetError::Damaged(id));
        }
        let kind = AssetKind::of_bytes(&bytes).ok_or(AssetError::Damaged(id))?;
        Ok((kind, bytes.into()))
    }
}

fn create_parent(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), disk::create_dir)
}

fn io_error(file: &Path, error: &io::Error) -> AssetError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => AssetError::DiskFull,
        _ => AssetError::Io { file: file.to_owned(), what: error.to_string() },
    }
}

#[cfg(test)]
mod tests;
