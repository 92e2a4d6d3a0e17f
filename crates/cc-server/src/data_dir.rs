//! The data folder: made with tight rights, held by one server at a time.

mod rights;

pub use rights::{Ours, Part};

use crate::problem::Problem;
use cc_domain::secret::Secret;
use nix::fcntl::{Flock, FlockArg};
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Put behind the name of a SQLite file: who holds this file has the database.
const LOCK: &str = ".lock";

/// The folder, locked for as long as this value lives.
pub struct DataDir {
    path: PathBuf,
    is_new: bool,
    _lock: Flock<File>,
    /// That of a database file, which may lie elsewhere and be named by another folder too.
    database_lock: OnceLock<Flock<File>>,
}

impl DataDir {
    /// Makes the folder if it is missing and takes it. A folder that others may write to is refused.
    pub fn open(path: &Path) -> Result<Self, Problem> {
        let unusable = |why: String| Problem::DataDir { path: path.to_owned(), why };
        let path = std::path::absolute(path).map_err(|e| unusable(e.to_string()))?;
        let is_new = !path.exists();
        make(&path).map_err(|e| unusable(e.to_string()))?;
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
        for name in ["run", "keys", "blobs", "runtime"] {
            make(&path.join(name)).map_err(unusable)?;
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
        let held = Self { path, is_new, _lock: lock, database_lock: OnceLock::new() };
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
            _ => make(&path),
        };
        emptied.map_err(|e| Problem::DataDir { path: path.clone(), why: e.to_string() })?;
        Ok(path)
    }

    /// Takes from others what they could get at; what was there before may be older than we are. The bits follow in a thread of their
    /// own, since there may be many and their folder is closed already.
    pub fn close_to_others(&self, database: Option<&Path>) {
        let data = self.path.clone();
        let count = Ours { data: &data, database }.close_to_others(Part::Rest);
        if count > 0 {
            tracing::info!(count, "files and folders that others could get at were closed to them");
        }
        std::thread::spawn(move || {
            Ours { data: &data, database: None }.close_to_others(Part::Blobs);
        });
    }

    /// Takes the database file too: two servers on one would both run its jobs and its apps. Held as long as the folder.
    pub fn lock_database(&self, file: &Path) -> Result<(), Problem> {
        let unusable =
            |e: std::io::Error| Problem::Database(format!("{} cannot be used: {e}", file.display()));
        let name = file.file_name().ok_or_else(|| unusable(std::io::ErrorKind::InvalidFilename.into()))?;
        // However the folder is called, the lock is one file.
        let folder = file.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder).map_err(unusable)?;
        let mut beside = name.to_owned();
        beside.push(LOCK);
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(folder.join(beside))
            .map_err(unusable)?;
        let lock = Flock::lock(lock, FlockArg::LockExclusiveNonblock)
            .map_err(|_| Problem::DatabaseInUse(folder.join(name)))?;
        let _ = self.database_lock.set(lock);
        Ok(())
    }

    /// Whether bits were ever stored here.
    pub fn is_used(&self) -> bool {
        has_files(&self.join("blobs"))
    }

    /// The key of 32 bytes under `keys/`; `None` if there is none.
    pub fn find_key(&self, name: &str) -> Result<Option<[u8; 32]>, Problem> {
        let path = self.key_file(name);
        let unusable = |why: String| Problem::DataDir { path: path.clone(), why };
        match fs::read(&path) {
            Ok(bytes) => <[u8; 32]>::try_from(bytes.as_slice())
                .map(Some)
                .map_err(|_| unusable("the key does not have 32 bytes".to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unusable(error.to_string())),
        }
    }

    /// Where the key of this name is, or would be.
    pub fn key_file(&self, name: &str) -> PathBuf {
        self.join("keys").join(name)
    }

    /// Keeps a key that was made for a new installation.
    pub fn keep_key(&self, name: &str, key: &[u8; 32]) -> Result<(), Problem> {
        self.write(&format!("keys/{name}"), key)
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
        if let Some((password, path)) = self.kept_password() {
            return Ok((password, Some(path)));
        }
        let text: String = random::<18>()?
            .iter()
            .filter_map(|b| ALPHABET.get(usize::from(b % 32)).copied().map(char::from))
            .collect();
        self.write("admin-password", format!("{text}\n").as_bytes())?;
        Ok((Secret::from(text), Some(self.join("admin-password"))))
    }

    /// The password that an earlier start has kept, and where.
    pub fn kept_password(&self) -> Option<(Secret, PathBuf)> {
        let path = self.join("admin-password");
        let text = fs::read_to_string(&path).ok()?;
        Some((Secret::new(text.trim()), path))
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

/// From the system.
pub fn random<const N: usize>() -> Result<[u8; N], Problem> {
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

fn make(path: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Whether there is a file somewhere below the folder.
fn has_files(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => has_files(&entry.path()),
        Ok(_) => true,
        Err(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_folder_is_held_by_one_server_and_keeps_its_keys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let held = DataDir::open(&path).unwrap();
        assert_eq!(held.find_key("db.key").unwrap(), None);
        held.keep_key("db.key", &[7; 32]).unwrap();
        let (password, _) = held.admin_password(None).unwrap();
        assert!(matches!(DataDir::open(&path), Err(Problem::DataDirInUse(_))));
        assert_eq!(running_server(&path), i32::try_from(std::process::id()).ok());
        drop(held);
        assert_eq!(running_server(&path), None);
        let again = DataDir::open(&path).unwrap();
        assert_eq!(again.find_key("db.key").unwrap(), Some([7; 32]));
        assert_eq!(again.admin_password(None).unwrap().0.expose(), password.expose());
    }

    #[test]
    fn a_database_file_is_held_by_one_server_however_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        let (one, two) = (DataDir::open(&one).unwrap(), DataDir::open(&two).unwrap());
        std::os::unix::fs::symlink(folder.path().join("one"), folder.path().join("other")).unwrap();
        one.lock_database(&folder.path().join("one/cc.db")).unwrap();
        let again = two.lock_database(&folder.path().join("other/cc.db"));
        assert!(matches!(again, Err(Problem::DatabaseInUse(_))), "{again:?}");
        drop(one);
        two.lock_database(&folder.path().join("other/cc.db")).unwrap();
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        set_mode(folder.path(), 0o777);
        assert!(matches!(DataDir::open(folder.path()), Err(Problem::DataDir { .. })));
    }

    #[test]
    fn what_others_can_get_at_is_found_and_closed_and_what_is_the_apps_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let database = path.join("cc.db");
        let held = DataDir::open(&path).unwrap();
        let app = path.join("runtime/containers/0123/data/vcap");
        fs::create_dir_all(&app).unwrap();
        fs::create_dir_all(path.join("blobs/packages")).unwrap();
        let files = ["cc.db", "cc.db-wal", "keys/db.key", "runtime/processes.json", "blobs/packages/one"];
        let ours = files.iter().map(|name| path.join(name));
        for file in ours.clone().chain([app.join("file"), path.join("runtime/containers/0123/meta.json")]) {
            fs::write(&file, "x").unwrap();
            set_mode(&file, 0o644);
        }
        symlink("/etc/passwd", path.join("keys/link")).unwrap();
        for name in ["", "keys", "runtime", "blobs/packages", "runtime/containers/0123"] {
            set_mode(&path.join(name), 0o755);
        }
        set_mode(&path.join("runtime/containers/0123/data"), 0o711);
        let all = Ours { data: &path, database: Some(&database) };
        assert!(all.open_to_others(Part::Rest).contains(&database));
        assert_eq!(all.open_to_others(Part::Blobs).len(), 2);
        assert!(all.close_to_others(Part::Rest) > 0 && all.close_to_others(Part::Blobs) == 2);
        assert_eq!(all.open_to_others(Part::Rest), [] as [PathBuf; 0]);
        assert_eq!((mode(&path), mode(&path.join("runtime/containers/0123"))), (0o700, 0o700));
        for file in ours {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
        assert_eq!(mode(&app.join("file")), 0o644);
        assert_eq!(mode(&path.join("runtime/containers/0123/data")), 0o711);
        drop(held);
    }

    #[test]
    fn a_folder_that_holds_more_than_ours_stays_open_and_only_what_is_ours_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("of-others"), "x").unwrap();
        set_mode(&path, 0o755);
        let _held = DataDir::open(&path).unwrap();
        set_mode(&path.join("keys"), 0o755);
        Ours { data: &path, database: None }.close_to_others(Part::Rest);
        assert_eq!((mode(&path), mode(&path.join("keys"))), (0o755, 0o700));
    }
}
