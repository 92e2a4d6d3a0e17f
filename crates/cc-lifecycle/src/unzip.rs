//! Unpacks a zip that a stranger made.
//!
//! `cc_domain::archive` judges the whole directory first; only an archive without a fault is written, links last, so nothing is
//! ever written through a link of the archive. What an archive contains beyond its declared sizes ends the extraction.

use cc_domain::archive::{self, ArchiveFault, Entry, Limits, ReadError};
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use thiserror::Error;
use zip::ZipArchive;
use zip::result::ZipError;

/// Why an archive was not unpacked.
#[derive(Debug, Error)]
pub enum UnzipError {
    #[error("not a readable zip")]
    Zip(#[from] ZipError),
    #[error(transparent)]
    Refused(ArchiveFault),
    #[error("'{0}' in the zip is longer than it says")]
    LongerThanDeclared(PathBuf),
    #[error("'{path}' could not be written")]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

impl From<ReadError> for UnzipError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unreadable(error) => Self::Zip(error),
            ReadError::Refused(fault) => Self::Refused(fault),
        }
    }
}

/// What an archive held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    pub entries: usize,
    /// Bytes of all files.
    pub bytes: u64,
}

/// Unpacks `zip` into the existing, empty directory `into`.
///
/// Modes are kept as [`Entry`] has them. Times are those of now: the times in a zip are coarse, often made up, and would deceive
/// caches of what the app serves. An archive with an entry that would leave `into` is refused before anything is written; so is one
/// beyond `limits` by its own account.
pub fn extract(zip: File, into: &Path, limits: &Limits) -> Result<Unpacked, UnzipError> {
    let size = zip.metadata().map_err(ZipError::Io)?.len();
    let mut zip = ZipArchive::new(zip)?;
    let (contents, targets) = archive::read(&mut zip, size, limits)?;
    let mut done = Unpacked { entries: contents.entries().len(), bytes: 0 };
    for (path, entry) in contents.entries() {
        let at = into.join(path);
        match entry {
            Entry::Directory { mode } => make_dir(&at, mode).map_err(|source| written(path, source))?,
            Entry::File { index, mode, bytes } => {
                make_parents(&at).map_err(|source| written(path, source))?;
                copy(&mut zip, index, &at, path, mode, bytes)?;
                done.bytes += bytes;
            }
            Entry::Link { .. } => {}
        }
    }
    for (path, target) in &targets {
        let at = into.join(path);
        make_parents(&at).and_then(|()| symlink(target, &at)).map_err(|source| written(path, source))?;
    }
    Ok(done)
}

fn make_parents(at: &Path) -> io::Result<()> {
    match at.parent() {
        Some(parent) if !parent.is_dir() => DirBuilder::new().recursive(true).mode(0o755).create(parent),
        _ => Ok(()),
    }
}

fn make_dir(at: &Path, mode: u32) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o755).create(at)?;
    fs::set_permissions(at, Permissions::from_mode(mode))
}

fn copy<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    index: usize,
    at: &Path,
    path: &Path,
    mode: u32,
    size: u64,
) -> Result<(), UnzipError> {
    let entry = zip.by_index(index)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(at)
        .map_err(|source| written(path, source))?;
    let copied = io::copy(&mut entry.take(size.saturating_add(1)), &mut file)
        .map_err(|source| written(path, source))?;
    if copied > size {
        return Err(UnzipError::LongerThanDeclared(path.to_owned()));
    }
    file.set_permissions(Permissions::from_mode(mode)).map_err(|source| written(path, source))
}

fn written(path: &Path, source: io::Error) -> UnzipError {
    UnzipError::Write { path: path.to_owned(), source }
}
