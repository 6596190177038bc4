//! The files of pictures, which are named by their content, and the empty files that say which board
//! shows which (see [`crate::assets`]).

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{BackupError, Copied, failed};
use crate::assets::AssetId;
use crate::disk::{self, Access};

/// Copies all pictures; those that are damaged are named in `copied` and left out.
pub(super) fn copy(from: &Path, to: &Path, copied: &mut Copied) -> Result<(), BackupError> {
    disk::create_dir(to).map_err(failed(to))?;
    for folder in names(from)? {
        let (below, copy) = (from.join(&folder), to.join(&folder));
        if folder == "boards" {
            for board in names(&below)? {
                copy_markers(&below.join(&board), &copy.join(&board))?;
            }
        } else if folder.len() == 2 {
            for picture in names(&below)? {
                copy_picture(&below, &copy, &picture, copied)?;
            }
        }
    }
    Ok(())
}

/// The names in a folder, in order; none if it is not there.
fn names(folder: &Path) -> Result<Vec<String>, BackupError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let read = || fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect::<io::Result<Vec<_>>>();
    let mut names = read().map_err(failed(folder))?;
    names.sort_unstable();
    Ok(names)
}

fn copy_markers(from: &Path, to: &Path) -> Result<(), BackupError> {
    let markers = names(from)?;
    disk::create_dir(to).map_err(failed(to))?;
    for marker in markers {
        let file = to.join(marker);
        File::create(&file).and_then(|file| file.sync_all()).map_err(failed(&file))?;
    }
    disk::sync_dir(to).map_err(failed(to))
}

fn copy_picture(from: &Path, to: &Path, name: &str, copied: &mut Copied) -> Result<(), BackupError> {
    let Ok(id) = name.parse::<AssetId>() else { return Ok(()) };
    let (file, copy) = (from.join(name), to.join(name));
    let bytes = fs::read(&file).map_err(failed(&file))?;
    if AssetId::of(&bytes) != id {
        copied.damaged.push(format!("picture {id}: its bytes do not fit its name"));
        return Ok(());
    }
    disk::create_dir(to).map_err(failed(to))?;
    disk::write_whole(&copy, &to.join("temporary"), Access::Usual, &bytes).map_err(failed(&copy))?;
    copied.pictures += 1;
    Ok(())
}
