//! The zip that a client sent: looked at, and completed with the files it did not send. All of it blocks.

use cc_domain::archive::{ArchiveFault, Entry, Limits, ReadError};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// What is wrong with an upload, in the words that the package shows.
#[derive(Debug, thiserror::Error)]
pub(super) enum ArchiveError {
    #[error("The app upload is invalid: Invalid zip archive{}.", .0.as_ref().map(|why| format!(" ({why})")).unwrap_or_default())]
    Invalid(Option<String>),
    #[error("The app upload is invalid: Symlink(s) point outside of root folder")]
    LinkOutside,
    #[error("The app package is invalid: Package may not be larger than {0} bytes")]
    TooLarge(u64),
    #[error("The resource file path is invalid: File path '{0}' is not safe.")]
    UnsafePath(String),
    /// As the reference's language says it.
    #[error("no implicit conversion of nil into String")]
    NoPath,
    #[error(
        "The resource file mode is invalid: File mode '{mode}' with path '{path}' is invalid. Minimum file mode is '0600'"
    )]
    Mode { mode: String, path: String },
    #[error("the upload cannot be processed")]
    Io(#[from] io::Error),
}

/// A file of the pool, on its way into the zip.
pub(super) struct Extra {
    /// Checked by [`safe_path`].
    pub path: String,
    pub mode: u32,
    pub file: PathBuf,
}

/// A path of a resource that stays within the app.
pub(super) fn safe_path(path: Option<&str>) -> Result<String, ArchiveError> {
    let text = path.ok_or(ArchiveError::NoPath)?;
    let is_safe = !text.is_empty()
        && !text.contains('\0')
        && Path::new(text).components().all(|c| matches!(c, Component::Normal(_)));
    if is_safe { Ok(text.to_owned()) } else { Err(ArchiveError::UnsafePath(text.to_owned())) }
}

/// The mode of a resource; its owner must be able to read and write.
pub(super) fn file_mode(mode: Option<&str>, path: &str) -> Result<u32, ArchiveError> {
    let Some(text) = mode else { return Ok(0o744) };
    match u32::from_str_radix(text, 8) {
        Ok(mode) if mode & 0o600 == 0o600 => Ok(mode & 0o777),
        _ => Err(ArchiveError::Mode { mode: text.to_owned(), path: path.to_owned() }),
    }
}

/// Refuses what cannot be unpacked safely. The answer are the indices of the files whose size is between the bounds, both included.
pub(super) fn check(zip: &Path, max_bytes: u64, worth: (u64, u64)) -> Result<Vec<usize>, ArchiveError> {
    let mut archive = open(zip)?;
    if archive.is_empty() {
        return Err(ArchiveError::Invalid(Some("zipfile is empty".to_owned())));
    }
    let limits = Limits { total: max_bytes, ..Limits::APP };
    // What it unpacks to is bounded by `max_bytes`, however well it is packed.
    let (contents, _) = cc_domain::archive::read(&mut archive, u64::MAX, &limits)?;
    let files = contents.entries().filter_map(|(_, entry)| match entry {
        Entry::File { index, bytes, .. } if (worth.0..=worth.1).contains(&bytes) => Some(index),
        _ => None,
    });
    let mut found: Vec<usize> = files.collect();
    found.sort_unstable();
    Ok(found)
}

fn open(zip: &Path) -> Result<ZipArchive<File>, ArchiveError> {
    let file = File::open(zip)?;
    ZipArchive::new(file).map_err(|_| ArchiveError::Invalid(None))
}

/// In the reference's words where it has any.
impl From<ReadError> for ArchiveError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Refused(ArchiveFault::TooLarge { limit }) => Self::TooLarge(limit),
            ReadError::Refused(ArchiveFault::LinkOutside(_)) => Self::LinkOutside,
            ReadError::Refused(ArchiveFault::Outside(_)) | ReadError::Unreadable(_) => Self::Invalid(None),
            ReadError::Refused(other) => Self::Invalid(Some(other.to_string())),
        }
    }
}

/// Unpacks one file. One that holds more than it says is refused.
pub(super) fn extract(zip: &Path, index: usize, to: &Path) -> Result<(), ArchiveError> {
    let mut archive = open(zip)?;
    let entry = archive.by_index(index).map_err(|_| ArchiveError::Invalid(None))?;
    let size = entry.size();
    let mut file = File::create(to)?;
    let written = io::copy(&mut entry.take(size.saturating_add(1)), &mut file)
        .map_err(|_| ArchiveError::Invalid(None))?;
    if written == size { Ok(()) } else { Err(ArchiveError::Invalid(None)) }
}

/// Adds files to the zip, which is made if it is not there. A name that the zip has already keeps what was sent.
pub(super) fn add(zip: &Path, is_new: bool, extras: &[Extra]) -> Result<(), ArchiveError> {
    let broken = |_| ArchiveError::Invalid(None);
    let mut names = HashSet::new();
    let mut writer = if is_new {
        ZipWriter::new(File::create(zip)?)
    } else {
        names.extend(open(zip)?.file_names().filter_map(Result::ok).map(Cow::into_owned));
        let file = OpenOptions::new().read(true).write(true).open(zip)?;
        ZipWriter::new_append(file).map_err(broken)?
    };
    for extra in extras {
        if !names.insert(extra.path.clone()) {
            continue;
        }
        let options = SimpleFileOptions::default().unix_permissions(extra.mode).large_file(true);
        writer.start_file(extra.path.as_str(), options).map_err(broken)?;
        io::copy(&mut File::open(&extra.file)?, &mut writer)?;
    }
    writer.finish().map_err(broken)?.sync_all()?;
    Ok(())
}
