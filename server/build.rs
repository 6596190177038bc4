//! Makes a table of the app's built files, each also compressed, to be compiled into the binary.
//! Without a built app the table is empty, and the server says how to build it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::GzEncoder;

/// Below this the header that names the encoding costs more than is gained.
const COMPRESS_BYTES_MIN: usize = 512;

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let dist = manifest.join("../client-sdk/app/dist");
    // A folder that is not there would make each build begin anew.
    fs::create_dir_all(&dist)?;
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    walk(&dist, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for (index, file) in files.iter().enumerate() {
        let path = file.strip_prefix(&dist).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        let bytes = fs::read(file)?;
        let brotli = keep(&bytes, brotli(&bytes)?, &out.join(format!("{index}.br")))?;
        let gzip = keep(&bytes, gzip(&bytes)?, &out.join(format!("{index}.gz")))?;
        let plain = file.canonicalize()?;
        writeln!(table, "BuiltFile {{ path: {path:?}, bytes: include_bytes!({plain:?}), brotli: {brotli}, gzip: {gzip} }},")
            .map_err(io::Error::other)?;
    }
    table.push_str("]\n");
    fs::write(out.join("app_files.rs"), table)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Writes what was compressed, if that is worth it: pictures mostly are compressed already. Gives the
/// expression that stands for it.
fn keep(plain: &[u8], compressed: Vec<u8>, file: &Path) -> io::Result<String> {
    if plain.len() < COMPRESS_BYTES_MIN || compressed.len() > plain.len() / 20 * 19 {
        return Ok("None".into());
    }
    fs::write(file, compressed)?;
    Ok(format!("Some(include_bytes!({file:?}))"))
}

/// The best there is: a file is compressed once and sent for months.
fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}
