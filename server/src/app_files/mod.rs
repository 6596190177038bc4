//! The app's files, compiled into the binary or read from a folder: which there are, what they are,
//! and how they are compressed. How they are asked for stands in [`crate::http`].

use std::collections::HashMap;
use std::io;
use std::path::Path;

use bytes::Bytes;

/// A file as it was compiled in. Compressing the app takes seconds, so it is done when the server is built.
struct BuiltFile {
    path: &'static str,
    bytes: &'static [u8],
    /// Where it is worth it.
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static FILES: &[BuiltFile] = include!(concat!(env!("OUT_DIR"), "/app_files.rs"));

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
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl AppFile {
    fn new(path: &str, bytes: Bytes) -> Self {
        Self {
            media_type: media_type(path),
            etag: format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..32]),
            immutable: path.starts_with("assets/"),
            bytes,
            brotli: None,
            gzip: None,
        }
    }

    /// The file compressed, if that is worth it and was done.
    #[must_use]
    pub const fn encoded(&self, encoding: Encoding) -> Option<&Bytes> {
        match encoding {
            Encoding::Brotli => self.brotli.as_ref(),
            Encoding::Gzip => self.gzip.as_ref(),
        }
    }

    /// Whether it is a page or a script, which does what its policy lets it do.
    #[must_use]
    pub fn is_active(&self) -> bool {
        ["text/html", "text/javascript"].iter().any(|kind| self.media_type.starts_with(kind))
    }
}

/// All files.
pub struct AppFiles {
    files: HashMap<String, AppFile>,
    page: AppFile,
}

impl Default for AppFiles {
    fn default() -> Self {
        let compressed = |bytes: Option<&'static [u8]>| bytes.map(Bytes::from_static);
        Self::of(FILES.iter().map(|&BuiltFile { path, bytes, brotli, gzip }| {
            let file = AppFile::new(path, Bytes::from_static(bytes));
            (path.to_owned(), AppFile { brotli: compressed(brotli), gzip: compressed(gzip), ..file })
        }))
    }
}

impl AppFiles {
    fn of(files: impl Iterator<Item = (String, AppFile)>) -> Self {
        let mut files: HashMap<_, _> = files.collect();
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
                    let file = AppFile::new(&place, std::fs::read(&path)?.into());
                    found.push((place, file));
                }
            }
        }
        Ok(Self::of(found.into_iter()))
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
}

/// A file's media type by its ending.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "ttf" => "font/ttf",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_was_compressed_reads_back() {
        for file in AppFiles::default().files.values() {
            let mut read = Vec::new();
            if let Some(packed) = file.encoded(Encoding::Brotli) {
                brotli::BrotliDecompress(&mut &**packed, &mut read).expect("it is brotli");
                assert_eq!(read, file.bytes);
            }
            if let Some(packed) = file.encoded(Encoding::Gzip) {
                read.clear();
                flate2::read::GzDecoder::new(&**packed).read_to_end(&mut read).expect("it is gzip");
                assert_eq!(read, file.bytes);
            }
            let worth_it = file.media_type.starts_with("text/javascript") && file.bytes.len() > 4_096;
            assert!(!worth_it || file.brotli.is_some() && file.gzip.is_some(), "{}", file.etag);
        }
    }

    #[test]
    fn wasm_has_its_type() {
        assert_eq!(media_type("assets/core-1a.wasm"), "application/wasm");
        assert!(AppFile::new("assets/core-1a.wasm", Bytes::new()).immutable && !AppFile::new("icon.png", Bytes::new()).immutable);
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
        assert!(script.encoded(Encoding::Brotli).is_none() && script.encoded(Encoding::Gzip).is_none());
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
