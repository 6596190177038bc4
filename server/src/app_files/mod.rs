//! The app's files, compiled into the binary or read from a folder: which there are, what they are,
//! and how they are compressed. How they are asked for stands in [`crate::http`].

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::OnceLock;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Path and content of each file.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/app_files.rs"));

/// The page for all addresses that the app itself understands.
const PAGE: &str = "index.html";

/// What is shown where the binary was built without the app.
const NO_APP: &[u8] = b"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Kakehashi</title>\
<h1>Kakehashi</h1><p>This server was built without the app. Build it with <code>cargo xtask build</code>, or \
<code>npm run build -w client-sdk/app</code> and then the server again. The API under <code>/api/v1</code> works.</p></html>\n";

/// How content may be compressed on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// Brotli (RFC 7932).
    Brotli,
    /// gzip (RFC 1952).
    Gzip,
}

/// One file.
pub struct AppFile {
    /// As it was built.
    pub bytes: Bytes,
    /// Its media type.
    pub media_type: &'static str,
    /// Changes with its content.
    pub etag: String,
    /// Whether its name changes with its content, so that it never has to be asked for again.
    pub immutable: bool,
    compressible: bool,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

impl AppFile {
    fn new(path: &str, bytes: Bytes) -> Self {
        let (media_type, compressible) = media_type(path);
        Self {
            media_type,
            etag: format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..32]),
            immutable: path.starts_with("assets/"),
            // Below this the header that says so costs more than is gained.
            compressible: compressible && bytes.len() >= 512,
            bytes,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
        }
    }

    /// The file compressed, if that is worth it. The first call takes up to a second; later ones
    /// are at once. Blocks the thread.
    pub fn encoded(&self, encoding: Encoding) -> Option<Bytes> {
        if !self.compressible {
            return None;
        }
        let bytes = match encoding {
            Encoding::Brotli => self.brotli.get_or_init(|| brotli(&self.bytes)),
            Encoding::Gzip => self.gzip.get_or_init(|| gzip(&self.bytes)),
        };
        (bytes.len() < self.bytes.len()).then(|| bytes.clone())
    }

    /// Whether it is a page or a script, which does what its policy lets it do.
    #[must_use]
    pub fn is_active(&self) -> bool {
        ["text/html", "text/javascript"].iter().any(|kind| self.media_type.starts_with(kind))
    }

    /// Whether [`Self::encoded`] answers at once.
    #[must_use]
    pub fn is_ready(&self, encoding: Encoding) -> bool {
        let place = match encoding {
            Encoding::Brotli => &self.brotli,
            Encoding::Gzip => &self.gzip,
        };
        !self.compressible || place.get().is_some()
    }
}

/// All files.
pub struct AppFiles {
    files: HashMap<String, AppFile>,
    page: AppFile,
}

impl Default for AppFiles {
    fn default() -> Self {
        Self::of(FILES.iter().map(|(path, bytes)| ((*path).to_owned(), Bytes::from_static(bytes))))
    }
}

impl AppFiles {
    fn of(files: impl Iterator<Item = (String, Bytes)>) -> Self {
        let mut files: HashMap<_, _> = files.map(|(path, bytes)| (path.clone(), AppFile::new(&path, bytes))).collect();
        let page = files.remove(PAGE).unwrap_or_else(|| AppFile::new(PAGE, Bytes::from_static(NO_APP)));
        Self { files, page }
    }

    /// All files of a folder, as they are now and uncompressed: for those who work on the app.
    ///
    /// # Errors
    /// The folder or one of its files cannot be read.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(inner) = folders.pop() {
            for entry in std::fs::read_dir(inner)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let place = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                    found.push((place, Bytes::from(std::fs::read(&path)?)));
                }
            }
        }
        let mut app = Self::of(found.into_iter());
        for file in app.files.values_mut().chain([&mut app.page]) {
            file.compressible = false;
        }
        Ok(app)
    }

    /// The app's page.
    #[must_use]
    pub const fn page(&self) -> &AppFile {
        &self.page
    }

    /// The file at a path, which begins without a slash.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&AppFile> {
        if path == PAGE { Some(&self.page) } else { self.files.get(path) }
    }

    /// Compresses all files, so that nobody waits for it. Blocks the thread for some seconds.
    pub fn prepare(&self) {
        let mut files: Vec<&AppFile> = self.files.values().chain([&self.page]).collect();
        files.sort_by_key(|file| file.bytes.len());
        for file in files {
            file.encoded(Encoding::Brotli);
            file.encoded(Encoding::Gzip);
        }
    }
}

/// A file's media type by its ending, and whether it is worth compressing.
fn media_type(path: &str) -> (&'static str, bool) {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => ("text/html; charset=utf-8", true),
        "js" | "mjs" => ("text/javascript; charset=utf-8", true),
        "css" => ("text/css; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        "svg" => ("image/svg+xml", true),
        "json" | "map" => ("application/json", true),
        "webmanifest" => ("application/manifest+json", true),
        "txt" => ("text/plain; charset=utf-8", true),
        "ttf" => ("font/ttf", true),
        "woff2" => ("font/woff2", false),
        "png" => ("image/png", false),
        "jpg" | "jpeg" => ("image/jpeg", false),
        "webp" => ("image/webp", false),
        "ico" => ("image/x-icon", false),
        _ => ("application/octet-stream", false),
    }
}

/// The best there is: a file is compressed once and sent for months.
fn brotli(bytes: &[u8]) -> Bytes {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::with_capacity(bytes.len() / 3);
    match brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters) {
        Ok(_) => out.into(),
        // Writing to memory does not fail; if it did, the bytes would go as they are.
        Err(_) => Bytes::copy_from_slice(bytes),
    }
}

fn gzip(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::best());
    match encoder.write_all(bytes).and_then(|()| encoder.finish()) {
        Ok(out) => out.into(),
        Err(_) => Bytes::copy_from_slice(bytes),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_compressed_reads_back() {
        let content: &'static [u8] = "stroke and stroke ".repeat(100).leak().as_bytes();
        let file = AppFile::new("assets/app-1a2b.js", Bytes::from_static(content));
        assert!(file.immutable && !file.is_ready(Encoding::Brotli));
        let mut read = Vec::new();
        let packed = file.encoded(Encoding::Brotli).expect("it is smaller");
        brotli::BrotliDecompress(&mut &*packed, &mut read).expect("it is brotli");
        assert_eq!(read, content);
        read.clear();
        let packed = file.encoded(Encoding::Gzip).expect("it is smaller");
        flate2::read::GzDecoder::new(&*packed).read_to_end(&mut read).expect("it is gzip");
        assert_eq!(read, content);
        assert!(file.is_ready(Encoding::Brotli));
    }

    #[test]
    fn wasm_has_its_type_and_pictures_are_left_as_they_are() {
        assert_eq!(media_type("assets/core-1a.wasm").0, "application/wasm");
        let picture = AppFile::new("icon.png", Bytes::from_static(&[0; 4096]));
        assert!(picture.encoded(Encoding::Gzip).is_none() && !picture.immutable);
    }

    #[test]
    fn a_folder_takes_the_place_of_what_is_built_in() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("assets")).expect("a folder in it");
        std::fs::write(folder.path().join("index.html"), "<p>here</p>").expect("a file");
        std::fs::write(folder.path().join("assets/a.js"), "1".repeat(1024)).expect("a file");
        let files = AppFiles::read(folder.path()).expect("it can be read");
        assert_eq!(files.page().bytes, "<p>here</p>");
        let script = files.get("assets/a.js").expect("it is there");
        assert!(script.is_ready(Encoding::Brotli) && script.encoded(Encoding::Brotli).is_none());
        assert!(AppFiles::read(&folder.path().join("none")).is_err());
    }

    #[test]
    fn there_is_always_a_page() {
        let files = AppFiles::default();
        assert!(files.page().media_type.starts_with("text/html"));
        assert!(files.get("index.html").is_some());
        assert!(files.get("../Cargo.toml").is_none());
    }
}
