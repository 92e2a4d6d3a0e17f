//! Unpacks a zip that a stranger made.
//!
//! The whole directory of the archive is judged first: names, kinds, symbolic links and declared sizes. Only
//! an archive without a fault is written, links last, so nothing is ever written through a link of the
//! archive. What an archive contains beyond its declared sizes ends the extraction.

mod links;

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use thiserror::Error;
use zip::ZipArchive;
use zip::result::ZipError;

const MIB: u64 = 1 << 20;
const LONGEST_LINK: u64 = 4096;

/// How much an archive may unpack to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub entries: usize,
    /// Bytes of all files together.
    pub total: u64,
    /// Unpacked bytes for one byte of archive.
    pub ratio: u64,
    /// Bytes that are fine whatever the ratio, for small archives of very regular files.
    pub ratio_floor: u64,
}

impl Limits {
    /// The limits of an app's package.
    pub const APP: Self = Self { entries: 100_000, total: 8 << 30, ratio: 100, ratio_floor: 64 * MIB };
    /// The limits of a buildpack.
    pub const BUILDPACK: Self =
        Self { entries: 1_000_000, total: 16 << 30, ratio: 200, ratio_floor: 256 * MIB };

    fn bytes_for(&self, archive: u64) -> u64 {
        self.total.min(archive.saturating_mul(self.ratio).max(self.ratio_floor))
    }
}

/// Why an archive was not unpacked.
#[derive(Debug, Error)]
pub enum UnzipError {
    #[error("not a readable zip")]
    Zip(#[from] ZipError),
    #[error("the zip has {found} entries, more than {limit}")]
    TooManyEntries { found: usize, limit: usize },
    #[error("the zip unpacks to more than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("the name '{0}' in the zip leads outside")]
    Outside(String),
    #[error("'{0}' in the zip is neither a file, a directory nor a symbolic link")]
    Special(String),
    #[error("'{0}' in the zip is at once a directory and something else")]
    Conflict(PathBuf),
    #[error("the symbolic link '{0}' in the zip leads outside")]
    LinkOutside(PathBuf),
    #[error("the symbolic link '{0}' in the zip has no usable target")]
    LinkTarget(PathBuf),
    #[error("'{0}' in the zip is longer than it says")]
    LongerThanDeclared(PathBuf),
    #[error("'{path}' could not be written")]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

/// What an archive held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    pub entries: usize,
    /// Bytes of all files.
    pub bytes: u64,
}

enum Entry {
    Dir { mode: u32 },
    File { index: usize, mode: u32, size: u64 },
    Link { index: usize },
}

/// Unpacks `archive` into the existing, empty directory `into`.
///
/// Modes are kept but for set-id bits, and the owner can always read, write and enter. Times are those of
/// now: the times in a zip are coarse, often made up, and would deceive caches of what the app serves. An
/// archive with an entry that would leave `into` is refused before anything is written; so is one beyond
/// `limits` by its own account.
pub fn extract(archive: File, into: &Path, limits: &Limits) -> Result<Unpacked, UnzipError> {
    let size = archive.metadata().map_err(ZipError::Io)?.len();
    let mut zip = ZipArchive::new(archive)?;
    let plan = plan(&mut zip, limits, limits.bytes_for(size))?;
    let targets = link_targets(&mut zip, &plan)?;
    links::check(&targets)?;
    let mut done = Unpacked { entries: plan.len(), bytes: 0 };
    for (path, entry) in &plan {
        let at = into.join(path);
        match *entry {
            Entry::Dir { mode } => make_dir(&at, mode).map_err(|source| written(path, source))?,
            Entry::File { index, mode, size } => {
                make_parents(&at).map_err(|source| written(path, source))?;
                copy(&mut zip, index, &at, path, mode, size)?;
                done.bytes += size;
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

fn plan<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    limits: &Limits,
    bytes: u64,
) -> Result<BTreeMap<PathBuf, Entry>, UnzipError> {
    if zip.len() > limits.entries {
        return Err(UnzipError::TooManyEntries { found: zip.len(), limit: limits.entries });
    }
    let mut plan = BTreeMap::new();
    let mut total = 0_u64;
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index)?;
        let name = entry.name()?.into_owned();
        let path = inside(&name)?;
        let mode = entry.unix_mode().unwrap_or(0);
        let planned = match mode & 0o170_000 {
            0o040_000 => Entry::Dir { mode: dir_mode(mode) },
            0 if name.ends_with('/') => Entry::Dir { mode: dir_mode(mode) },
            0o120_000 => Entry::Link { index },
            0 | 0o100_000 => {
                total = total.saturating_add(entry.size());
                Entry::File { index, mode: file_mode(mode), size: entry.size() }
            }
            _ => return Err(UnzipError::Special(name)),
        };
        if total > bytes {
            return Err(UnzipError::TooLarge { limit: bytes });
        }
        if path.as_os_str().is_empty() {
            if matches!(planned, Entry::Dir { .. }) {
                continue;
            }
            return Err(UnzipError::Outside(name));
        }
        plan.insert(path, planned);
    }
    for path in plan.keys() {
        for parent in path.ancestors().skip(1) {
            if matches!(plan.get(parent), Some(Entry::File { .. } | Entry::Link { .. })) {
                return Err(UnzipError::Conflict(parent.to_owned()));
            }
        }
    }
    Ok(plan)
}

/// The path below the target directory that a name means. `..` is refused even where it would stay inside.
fn inside(name: &str) -> Result<PathBuf, UnzipError> {
    let refused = || UnzipError::Outside(name.escape_debug().to_string());
    if name.is_empty() || name.contains('\0') {
        return Err(refused());
    }
    let mut path = PathBuf::new();
    for component in Path::new(name).components() {
        match component {
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return Err(refused()),
        }
    }
    Ok(path)
}

fn dir_mode(mode: u32) -> u32 {
    match mode & 0o777 {
        0 => 0o755,
        kept => kept | 0o700,
    }
}

fn file_mode(mode: u32) -> u32 {
    match mode & 0o777 {
        0 => 0o644,
        kept => kept | 0o600,
    }
}

fn link_targets<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    plan: &BTreeMap<PathBuf, Entry>,
) -> Result<BTreeMap<PathBuf, PathBuf>, UnzipError> {
    let mut targets = BTreeMap::new();
    for (path, entry) in plan {
        let Entry::Link { index } = entry else { continue };
        let mut target = String::new();
        let read = zip.by_index(*index)?.take(LONGEST_LINK).read_to_string(&mut target);
        if read.is_err() || target.is_empty() || target.contains('\0') || target.len() as u64 >= LONGEST_LINK
        {
            return Err(UnzipError::LinkTarget(path.clone()));
        }
        targets.insert(path.clone(), PathBuf::from(target));
    }
    Ok(targets)
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
