//! What a supervisor leaves on disk for a server that comes later.

use super::protocol::Exit;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub version: u32,
    pub supervisor: Process,
    pub init: Option<Process>,
    pub started_ns: i64,
    pub exit: Option<Exit>,
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
}

pub(crate) const FILE: &str = "state.json";

impl State {
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(FILE)).ok()?).ok()
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
