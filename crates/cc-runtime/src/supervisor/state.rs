//! What a supervisor leaves on disk for a server that comes later.

use super::protocol::Exit;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub version: u32,
    pub supervisor: Process,
    pub init: Option<Process>,
    pub started_ns: i64,
    pub exit: Option<Exit>,
    /// The folder in which it lives.
    pub home: Option<Home>,
}

/// Which folder of this machine: a copy of it has all its content, but is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Home {
    pub device: u64,
    pub inode: u64,
}

impl Home {
    /// None: there is no such folder, or it may not be looked at.
    pub fn of(folder: &Path) -> Option<Self> {
        let known = fs::metadata(folder).ok()?;
        Some(Self { device: known.dev(), inode: known.ino() })
    }
}

/// A process of this boot; the time of its start tells it from a later one with its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Process {
    pub pid: u32,
    pub start: u64,
}

impl Process {
    /// None: there is no such process.
    pub fn find(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (_, rest) = text.rsplit_once(") ")?;
        let mut fields = rest.split(' ');
        let state = fields.next()?;
        let start = fields.nth(18)?.parse().ok()?;
        (state != "Z").then_some(Self { pid, start })
    }

    pub fn is_alive(self) -> bool {
        Self::find(self.pid) == Some(self)
    }

    /// Whether it lives and works in this folder, as a supervisor does in its container's.
    pub fn is_at(self, folder: &Path) -> bool {
        let at = Home::of(Path::new(&format!("/proc/{}/cwd", self.pid)));
        self.is_alive() && at.is_some() && at == Home::of(folder)
    }
}

pub(crate) const FILE: &str = "state.json";

impl State {
    /// What the supervisor of this very folder left. None as well for what was copied here from another one: the processes and
    /// control groups it names belong to that.
    pub fn read(folder: &Path) -> Option<Self> {
        let state: Self = serde_json::from_slice(&fs::read(folder.join(FILE)).ok()?).ok()?;
        let is_here = match state.home {
            Some(home) => Home::of(folder) == Some(home),
            None => !state.supervisor.is_alive() || state.supervisor.is_at(folder),
        };
        is_here.then_some(state)
    }

    pub fn write(&self, folder: &Path) -> io::Result<()> {
        write_atomically(&folder.join(FILE), &serde_json::to_vec(self)?)
    }
}

/// Replaces a file as a whole, readable by its owner only, safe against a power cut.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let new = path.with_extension("new");
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)
}

#[cfg(test)]
mod tests {
    use super::{FILE, Home, Process, State};

    #[test]
    fn a_copied_folder_says_nothing_about_processes() {
        let folder = tempfile::tempdir().unwrap();
        let (first, copy) = (folder.path().join("first"), folder.path().join("copy"));
        std::fs::create_dir(&first).unwrap();
        std::fs::create_dir(&copy).unwrap();
        let supervisor = Process::find(std::process::id()).unwrap();
        for home in [Home::of(&first), None] {
            State { version: 1, supervisor, init: None, started_ns: 0, exit: None, home }
                .write(&first)
                .unwrap();
            std::fs::copy(first.join(FILE), copy.join(FILE)).unwrap();
            assert_eq!(State::read(&first).is_some(), home.is_some());
            assert!(State::read(&copy).is_none());
        }
    }
}
