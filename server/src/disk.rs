//! Files and folders that are there after the power fails.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// As the process's umask has it.
    Usual,
    /// Nobody but the server's own account.
    OwnerOnly,
}

/// Creates a folder and those above it.
///
/// # Errors
/// Those of the disk.
pub fn create_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    if let Some(above) = parent(dir) {
        create_dir(above)?;
    }
    match fs::create_dir(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    parent(dir).map_or(Ok(()), sync_dir)
}

/// Makes the names in a folder durable.
///
/// # Errors
/// Those of the disk.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    // Only Unix opens a folder as a file; elsewhere the file system keeps its names by itself.
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

/// Writes a whole file, so that after a crash it holds either all of `bytes` or what it held before.
/// `temporary` is a name in the same file system that nobody else uses.
///
/// # Errors
/// Those of the disk; the temporary file is removed then.
pub fn write_whole(file: &Path, temporary: &Path, access: Access, bytes: &[u8]) -> io::Result<()> {
    let written = write_new(temporary, access, bytes).and_then(|()| fs::rename(temporary, file));
    if written.is_err() {
        // The first error counts; a file that cannot be removed either is removed at the next start.
        let _ = fs::remove_file(temporary);
    }
    written?;
    parent(file).map_or(Ok(()), sync_dir)
}

fn write_new(file: &Path, access: Access, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if access == Access::OwnerOnly {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut out = options.open(file)?;
    out.write_all(bytes)?;
    out.sync_all()
}

/// The folder that holds `path`; none for a name without a folder and for the root.
fn parent(path: &Path) -> Option<&Path> {
    path.parent().filter(|above| !above.as_os_str().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("a/b");
        create_dir(&inner).unwrap();
        create_dir(&inner).unwrap();
        let (file, temporary) = (inner.join("file"), inner.join("temporary"));
        write_whole(&file, &temporary, Access::Usual, b"one").unwrap();
        write_whole(&file, &temporary, Access::OwnerOnly, b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert!(!temporary.exists());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(write_whole(&inner.join("no/such/folder"), &temporary, Access::Usual, b"x").is_err());
        assert!(!temporary.exists());
    }
}
