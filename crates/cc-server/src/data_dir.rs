//! The data folder: made with tight rights, held by one server at a time.

use crate::problem::Problem;
use cc_domain::secret::Secret;
use nix::fcntl::{Flock, FlockArg};
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The folder, locked for as long as this value lives.
pub struct DataDir {
    path: PathBuf,
    is_new: bool,
    _lock: Flock<File>,
}

impl DataDir {
    /// Makes the folder if it is missing and takes it. A folder that others may write to is refused.
    pub fn open(path: &Path) -> Result<Self, Problem> {
        let unusable = |why: String| Problem::DataDir { path: path.to_owned(), why };
        let path = std::path::absolute(path).map_err(|e| unusable(e.to_string()))?;
        let is_new = !path.exists();
        make(&path, 0o711).map_err(|e| unusable(e.to_string()))?;
        let meta = fs::metadata(&path).map_err(|e| unusable(e.to_string()))?;
        if meta.mode() & 0o022 != 0 {
            return Err(unusable(format!(
                "others may write to it (mode {:o}); run `chmod go-w` on it",
                meta.mode() & 0o777
            )));
        }
        let result = Self::take(path.clone(), is_new);
        if result.is_err() && is_new {
            let _ = fs::remove_dir_all(&path);
        }
        result
    }

    fn take(path: PathBuf, is_new: bool) -> Result<Self, Problem> {
        let unusable = |e: std::io::Error| Problem::DataDir { path: path.clone(), why: e.to_string() };
        for (name, mode) in [("run", 0o700), ("keys", 0o700), ("blobs", 0o700), ("runtime", 0o711)] {
            make(&path.join(name), mode).map_err(unusable)?;
        }
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path.join("run/lock"))
            .map_err(unusable)?;
        let lock = Flock::lock(lock, FlockArg::LockExclusiveNonblock)
            .map_err(|_| Problem::DataDirInUse(path.clone()))?;
        let held = Self { path, is_new, _lock: lock };
        held.write("run/server.pid", std::process::id().to_string().as_bytes())?;
        Ok(held)
    }

    /// After a start that failed: a folder that it made goes again, one that was there stays as it is.
    pub fn discard_if_new(self) {
        if self.is_new {
            let _ = fs::remove_dir_all(&self.path);
        }
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The folder where bits are kept while they arrive; what a crash left in it is removed.
    pub fn uploads(&self) -> Result<PathBuf, Problem> {
        let path = self.join("uploads");
        let emptied = match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => make(&path, 0o700),
        };
        emptied.map_err(|e| Problem::DataDir { path: path.clone(), why: e.to_string() })?;
        Ok(path)
    }

    /// A key of 32 random bytes under `keys/`, made at the first start.
    pub fn key(&self, name: &str) -> Result<[u8; 32], Problem> {
        let file = format!("keys/{name}");
        if let Ok(bytes) = fs::read(self.join(&file)) {
            return <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| Problem::DataDir {
                path: self.join(&file),
                why: "the key does not have 32 bytes".to_owned(),
            });
        }
        let key = random::<32>()?;
        self.write(&file, &key)?;
        Ok(key)
    }

    /// A token of 64 hexadecimal digits under `keys/`, made at the first start, for a person to read.
    pub fn token(&self, name: &str) -> Result<Secret, Problem> {
        let file = format!("keys/{name}");
        if let Ok(text) = fs::read_to_string(self.join(&file)) {
            return Ok(Secret::new(text.trim()));
        }
        let mut text = String::with_capacity(64);
        for byte in random::<32>()? {
            let _ = write!(text, "{byte:02x}");
        }
        self.write(&file, text.as_bytes())?;
        Ok(Secret::from(text))
    }

    /// The admin's first password: `given`, or a random one that is kept in a file beside the database and returned with that file's path.
    pub fn admin_password(&self, given: Option<Secret>) -> Result<(Secret, Option<PathBuf>), Problem> {
        if let Some(password) = given {
            return Ok((password, None));
        }
        let path = self.join("admin-password");
        if let Ok(text) = fs::read_to_string(&path) {
            return Ok((Secret::new(text.trim()), Some(path)));
        }
        let text: String = random::<18>()?
            .iter()
            .filter_map(|b| ALPHABET.get(usize::from(b % 32)).copied().map(char::from))
            .collect();
        self.write("admin-password", format!("{text}\n").as_bytes())?;
        Ok((Secret::from(text), Some(path)))
    }

    /// Writes a file that only the server may read, whole or not at all.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Problem> {
        let path = self.join(name);
        let temporary = path.with_extension("new");
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&temporary)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&temporary, &path));
        written.map_err(|e| Problem::DataDir { path, why: e.to_string() })
    }
}

/// Letters and digits that are not mistaken for each other.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(Problem::internal("there are no random bytes"))?;
    Ok(bytes)
}

/// The process id of the server that holds the folder, if one does.
pub fn running_server(path: &Path) -> Option<i32> {
    let lock = File::open(path.join("run/lock")).ok()?;
    if Flock::lock(lock, FlockArg::LockSharedNonblock).is_ok() {
        return None;
    }
    fs::read_to_string(path.join("run/server.pid")).ok()?.trim().parse().ok()
}

fn make(path: &Path, mode: u32) -> std::io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o711).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_by_one_server_and_keeps_its_keys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let held = DataDir::open(&path).unwrap();
        let key = held.key("db.key").unwrap();
        let (password, _) = held.admin_password(None).unwrap();
        assert!(matches!(DataDir::open(&path), Err(Problem::DataDirInUse(_))));
        assert_eq!(running_server(&path), i32::try_from(std::process::id()).ok());
        drop(held);
        assert_eq!(running_server(&path), None);
        let again = DataDir::open(&path).unwrap();
        assert_eq!(again.key("db.key").unwrap(), key);
        assert_eq!(again.admin_password(None).unwrap().0.expose(), password.expose());
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(DataDir::open(folder.path()), Err(Problem::DataDir { .. })));
    }
}
