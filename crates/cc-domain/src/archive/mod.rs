//! What the zip of a stranger may hold: one judgement for whoever takes it and for whoever unpacks it.
//!
//! The whole directory of the archive is judged before anything is written: names, kinds, symbolic links, methods and declared
//! sizes. [`read`] is the one reader of archives: of packages and buildpacks as they are taken, and as they are unpacked.

mod links;
mod reader;
#[cfg(test)]
mod tests;

pub use reader::{ReadError, Targets, read};

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

const MIB: u64 = 1 << 20;
/// Bytes of the target of a symbolic link, as in the kernel.
pub const LONGEST_LINK: u64 = 4_096;

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
    /// Those of an app's package. What it unpacks to is bounded by the largest upload where it is taken.
    pub const APP: Self = Self { entries: 100_000, total: 8 << 30, ratio: u64::MAX, ratio_floor: 0 };
    /// Those of a buildpack.
    pub const BUILDPACK: Self =
        Self { entries: 1_000_000, total: 16 << 30, ratio: 200, ratio_floor: 256 * MIB };

    fn bytes_for(&self, archive: u64) -> u64 {
        self.total.min(archive.saturating_mul(self.ratio).max(self.ratio_floor))
    }
}

/// An entry as the directory of the archive has it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub name: String,
    /// The Unix mode with its type bits; `None` where the maker wrote none.
    pub mode: Option<u32>,
    /// Unpacked, as declared.
    pub bytes: u64,
    pub packing: Packing,
}

/// How the bytes of an entry are packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Stored or deflated, which every reader can undo.
    Plain,
    /// By a method of this name, which not every reader knows: bzip2, LZMA and others.
    Other(String),
    Encrypted,
}

/// What is to be made of an entry; modes without type and set-id bits, whose owner can always read, write and enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Directory {
        mode: u32,
    },
    /// `index` is the place in the archive's directory.
    File {
        index: usize,
        mode: u32,
        bytes: u64,
    },
    Link {
        index: usize,
    },
}

/// Why an archive is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveFault {
    #[error("the zip has {found} entries, more than {limit}")]
    TooManyEntries { found: usize, limit: usize },
    #[error("the zip unpacks to more than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("the name '{0}' in the zip leads outside")]
    Outside(String),
    #[error("'{0}' in the zip is neither a file, a directory nor a symbolic link")]
    Special(String),
    #[error("'{0}' in the zip is at once a directory and something else")]
    Conflict(String),
    #[error("the symbolic link '{0}' in the zip leads outside")]
    LinkOutside(String),
    #[error("the symbolic link '{0}' in the zip has no usable target")]
    LinkTarget(String),
    #[error("'{name}' in the zip is compressed with {method}, only deflate is understood")]
    Method { name: String, method: String },
    #[error("'{0}' in the zip is encrypted")]
    Encrypted(String),
}

/// A judged archive: what to make, by path below the root. No path leads outside, none lies below a file or a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    entries: BTreeMap<PathBuf, Entry>,
}

impl Contents {
    /// Judges the entries of an archive of `archive_bytes` bytes, in the order of its directory. Of a name that is there twice the
    /// last entry counts. Where links lead is judged by [`Self::check_links`].
    pub fn of(
        listed: impl ExactSizeIterator<Item = Listed>,
        archive_bytes: u64,
        limits: &Limits,
    ) -> Result<Self, ArchiveFault> {
        if listed.len() > limits.entries {
            return Err(ArchiveFault::TooManyEntries { found: listed.len(), limit: limits.entries });
        }
        let most = limits.bytes_for(archive_bytes);
        let (mut entries, mut total) = (BTreeMap::new(), 0_u64);
        for (index, listed) in listed.enumerate() {
            let path = inside(&listed.name)?;
            let entry = judge(index, &listed)?;
            if let Entry::File { bytes, .. } = entry {
                total = total.saturating_add(bytes);
            }
            if total > most {
                return Err(ArchiveFault::TooLarge { limit: most });
            }
            if path.as_os_str().is_empty() {
                if matches!(entry, Entry::Directory { .. }) {
                    continue;
                }
                return Err(ArchiveFault::Outside(shown(&listed.name)));
            }
            entries.insert(path, entry);
        }
        for path in entries.keys() {
            for parent in path.ancestors().skip(1) {
                if matches!(entries.get(parent), Some(Entry::File { .. } | Entry::Link { .. })) {
                    return Err(ArchiveFault::Conflict(shown(&parent.to_string_lossy())));
                }
            }
        }
        Ok(Self { entries })
    }

    /// In the order of paths, so that a directory comes before what is in it.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&Path, Entry)> {
        self.entries.iter().map(|(path, entry)| (path.as_path(), *entry))
    }

    /// Paths and places of the symbolic links.
    pub fn links(&self) -> impl Iterator<Item = (&Path, usize)> {
        self.entries().filter_map(|(path, entry)| match entry {
            Entry::Link { index } => Some((path, index)),
            Entry::Directory { .. } | Entry::File { .. } => None,
        })
    }

    /// Refuses the first link that leads outside, by itself or through others. `targets` are those of [`Self::links`], as they
    /// stand in the archive; one of [`LONGEST_LINK`] bytes or more was cut off.
    pub fn check_links(&self, targets: &Targets) -> Result<(), ArchiveFault> {
        for (link, _) in self.links() {
            let is_usable = targets.get(link).and_then(|target| target.to_str()).is_some_and(|target| {
                !target.is_empty() && !target.contains('\0') && (target.len() as u64) < LONGEST_LINK
            });
            if !is_usable {
                return Err(ArchiveFault::LinkTarget(shown(&link.to_string_lossy())));
            }
        }
        links::check(targets)
    }
}

fn judge(index: usize, listed: &Listed) -> Result<Entry, ArchiveFault> {
    match &listed.packing {
        Packing::Plain => {}
        Packing::Other(method) => {
            return Err(ArchiveFault::Method { name: shown(&listed.name), method: method.clone() });
        }
        Packing::Encrypted => return Err(ArchiveFault::Encrypted(shown(&listed.name))),
    }
    let mode = listed.mode.unwrap_or(0);
    // Go's writer, and so the CLI, gives directories the type bits of a file: the slash decides, as it does for Info-ZIP and Go.
    if listed.name.ends_with('/') {
        return Ok(Entry::Directory { mode: directory_mode(mode) });
    }
    match mode & 0o170_000 {
        0o040_000 => Ok(Entry::Directory { mode: directory_mode(mode) }),
        0o120_000 => Ok(Entry::Link { index }),
        0 | 0o100_000 => Ok(Entry::File { index, mode: file_mode(mode), bytes: listed.bytes }),
        _ => Err(ArchiveFault::Special(shown(&listed.name))),
    }
}

/// The path below the root that a name means: `..` is left out wherever it stands, and a backslash is a character like any other, both as
/// the reference's stagers have it.
fn inside(name: &str) -> Result<PathBuf, ArchiveFault> {
    let refused = || ArchiveFault::Outside(shown(name));
    if name.is_empty() || name.contains('\0') {
        return Err(refused());
    }
    let mut path = PathBuf::new();
    for component in Path::new(name).components() {
        match component {
            Component::Normal(part) => path.push(part),
            Component::CurDir | Component::ParentDir => {}
            Component::RootDir | Component::Prefix(_) => return Err(refused()),
        }
    }
    Ok(path)
}

fn directory_mode(mode: u32) -> u32 {
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

/// A name from the archive, fit for a line of text.
fn shown(name: &str) -> String {
    name.escape_debug().to_string()
}
