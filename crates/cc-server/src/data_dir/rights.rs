//! Who may get at what is ours: files 0600, folders 0700, whatever the umask was and whoever made them.

use std::ffi::OsString;
use std::fs::{self, Metadata, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// What only we make in a data folder, beside the database.
const FOLDERS: [&str; 5] = ["run", "keys", "blobs", "uploads", "runtime"];
const FILES: [&str; 2] = ["admin-password", "lost+found"];
/// What SQLite and we put beside a database file.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// Bits are many and lie behind a folder that is closed at once; the rest is few.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Blobs,
    Rest,
}

/// A data folder and the SQLite file that belongs to it.
pub struct Ours<'a> {
    pub data: &'a Path,
    pub database: Option<&'a Path>,
}

impl Ours<'_> {
    /// What others could get at, in the order of the walk.
    pub fn open_to_others(&self, part: Part) -> Vec<PathBuf> {
        let mut found = Vec::new();
        self.each(part, &mut |path, meta| {
            if meta.mode() & 0o077 != 0 {
                found.push(path.to_owned());
            }
        });
        found
    }

    /// Takes from others what they could get at; how many that were.
    pub fn close_to_others(&self, part: Part) -> usize {
        let mut count = 0;
        self.each(part, &mut |path, meta| {
            let for_others = meta.mode() & 0o077;
            if for_others == 0 {
                return;
            }
            match fs::set_permissions(path, Permissions::from_mode(meta.mode() & 0o700)) {
                Ok(()) => count += 1,
                Err(error) => tracing::warn!(path = %path.display(), %error, "others may get at this"),
            }
        });
        count
    }

    fn each(&self, part: Part, visit: &mut impl FnMut(&Path, &Metadata)) {
        if part == Part::Blobs {
            walk(&self.data.join("blobs"), visit);
            return;
        }
        let is_passed = is_passed(self.data);
        if !is_passed && self.is_ours_alone() {
            look(self.data, visit);
        }
        for name in ["run", "keys", "uploads"] {
            walk(&self.data.join(name), visit);
        }
        for name in ["blobs", "admin-password"] {
            look(&self.data.join(name), visit);
        }
        runtime(&self.data.join("runtime"), is_passed, visit);
        if let Some(database) = self.database {
            for end in BESIDE.iter().chain(&[super::LOCK]) {
                look(&with_end(database, end), visit);
            }
        }
    }

    /// Whether nothing but ours is in the data folder. Somebody may have named a folder that others need.
    fn is_ours_alone(&self) -> bool {
        let database = self.database.and_then(Path::file_name).map(|n| n.to_string_lossy().into_owned());
        let is_ours = |name: &str| {
            FOLDERS.contains(&name)
                || FILES.contains(&name)
                || name.starts_with("cc.db")
                || database.as_deref().is_some_and(|d| name.starts_with(d))
        };
        let Ok(entries) = fs::read_dir(self.data) else { return false };
        entries.flatten().all(|entry| entry.file_name().to_str().is_some_and(is_ours))
    }
}

/// Whether apps that an earlier version runs as processes have to pass through the folder to their work trees.
fn is_passed(data: &Path) -> bool {
    fs::read_dir(data.join("runtime/work")).is_ok_and(|mut trees| trees.next().is_some())
}

/// The engine's folder without what belongs to the apps.
fn runtime(folder: &Path, is_passed: bool, visit: &mut impl FnMut(&Path, &Metadata)) {
    if !is_passed {
        look(folder, visit);
    }
    for entry in entries(folder) {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match name.as_str() {
            "containers" => {
                look(&entry, visit);
                for container in entries(&entry) {
                    look(&container, visit);
                    for file in entries(&container).iter().filter(|path| !path.ends_with("data")) {
                        look(file, visit);
                    }
                }
            }
            "probe" => {
                look(&entry, visit);
            }
            // What apps execute where they run as processes.
            "work" => {}
            _ if name.starts_with("lifecycle-") => {}
            _ => walk(&entry, visit),
        }
    }
}

fn walk(path: &Path, visit: &mut impl FnMut(&Path, &Metadata)) {
    if look(path, visit) {
        for entry in entries(path) {
            walk(&entry, visit);
        }
    }
}

/// Whether it is a folder. A link is not followed: what it leads to is not ours.
fn look(path: &Path, visit: &mut impl FnMut(&Path, &Metadata)) -> bool {
    let Ok(meta) = fs::symlink_metadata(path) else { return false };
    if !meta.is_symlink() {
        visit(path, &meta);
    }
    meta.is_dir()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    all.sort_unstable();
    all
}

/// `end` is put behind the whole name: `cc.db` and `-wal`.
pub fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}
