//! From the bytes of a zip to its judged contents. The bytes come from the caller; nothing is opened here.

use super::{ArchiveFault, Contents, LONGEST_LINK, Limits, Listed, Packing};
use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::path::PathBuf;
use zip::read::ZipFile;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

/// Targets of symbolic links by the path of the link.
pub type Targets = BTreeMap<PathBuf, PathBuf>;

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("not a readable zip")]
    Unreadable(#[from] ZipError),
    #[error(transparent)]
    Refused(#[from] ArchiveFault),
}

/// Judges a zip of `archive_bytes` bytes, links included.
pub fn read<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    archive_bytes: u64,
    limits: &Limits,
) -> Result<(Contents, Targets), ReadError> {
    // Before the names are listed: an archive of too many entries is not worth the memory.
    if zip.len() > limits.entries {
        return Err(ArchiveFault::TooManyEntries { found: zip.len(), limit: limits.entries }.into());
    }
    let contents = Contents::of(list(zip)?.into_iter(), archive_bytes, limits)?;
    let targets = targets(zip, &contents)?;
    contents.check_links(&targets)?;
    Ok((contents, targets))
}

fn list<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Result<Vec<Listed>, ZipError> {
    let mut all = Vec::with_capacity(zip.len());
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index)?;
        let packing = match entry.compression() {
            _ if entry.encrypted() => Packing::Encrypted,
            CompressionMethod::Stored | CompressionMethod::Deflated => Packing::Plain,
            other => Packing::Other(method_name(other)),
        };
        all.push(Listed { name: name(&entry)?, mode: entry.unix_mode(), bytes: entry.size(), packing });
    }
    Ok(all)
}

/// Bytes that are UTF-8 are taken as such whatever the flag says, as Go and the Unix tools do: `zip` without a locale sets none.
fn name<R: Read>(entry: &ZipFile<'_, R>) -> Result<String, ZipError> {
    match std::str::from_utf8(entry.name_raw()) {
        Ok(name) => Ok(name.to_owned()),
        Err(_) => Ok(entry.name()?.into_owned()),
    }
}

/// Numbers of APPNOTE.TXT 4.4.5; the crate knows names only of what it can undo.
fn method_name(method: CompressionMethod) -> String {
    #[expect(deprecated, reason = "the only door to the number of a method that the crate does not know")]
    let CompressionMethod::Unsupported(number) = method else { return method.to_string() };
    match number {
        1 => "shrink".to_owned(),
        2..=5 => "reduce".to_owned(),
        6 => "implode".to_owned(),
        9 => "deflate64".to_owned(),
        12 => "bzip2".to_owned(),
        14 => "LZMA".to_owned(),
        20 | 93 => "Zstandard".to_owned(),
        95 => "xz".to_owned(),
        98 => "PPMd".to_owned(),
        other => format!("method {other}"),
    }
}

/// As they stand in the archive; one that cannot be read is empty, which the judgement refuses.
fn targets<R: Read + Seek>(zip: &mut ZipArchive<R>, contents: &Contents) -> Result<Targets, ZipError> {
    let mut targets = BTreeMap::new();
    for (path, index) in contents.links() {
        let mut target = String::new();
        if zip.by_index(index)?.take(LONGEST_LINK).read_to_string(&mut target).is_err() {
            target.clear();
        }
        targets.insert(path.to_owned(), PathBuf::from(target));
    }
    Ok(targets)
}
