//! Room on the disk of the data folder: what is said before it is full, and when it is.

use nix::sys::statvfs::statvfs;
use std::path::{Path, PathBuf};

/// With less than this a database cannot be trusted to take the next change.
const LEAST: u64 = 64 << 20;
/// With less than this `doctor` and the log warn.
const SCARCE: u64 = 1 << 30;

/// The file system that holds the data folder.
#[derive(Clone)]
pub struct Disk(PathBuf);

/// How much room there is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    Enough(u64),
    Scarce(u64),
    Full(u64),
}

impl Room {
    const fn of(free: u64) -> Self {
        match free {
            0..LEAST => Self::Full(free),
            LEAST..SCARCE => Self::Scarce(free),
            _ => Self::Enough(free),
        }
    }
}

impl Disk {
    pub fn of(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// `None` if the file system does not say.
    pub fn room(&self) -> Option<Room> {
        let stat = statvfs(&self.0).ok()?;
        let free = stat.blocks_available().saturating_mul(stat.fragment_size());
        metrics::gauge!("cc_disk_free_bytes").set(as_float(free));
        Some(Room::of(free))
    }

    /// What is wrong with it, in a sentence; `None` while there is room.
    pub fn complaint(&self) -> Option<String> {
        let folder = self.0.display();
        match self.room()? {
            Room::Enough(_) => None,
            Room::Scarce(free) => {
                Some(format!("only {} MiB are free on the disk of {folder}; make room", free >> 20))
            }
            Room::Full(free) => {
                Some(format!("the disk of {folder} is full: {} MiB are free; make room", free >> 20))
            }
        }
    }
}

/// Exact enough for a gauge.
fn as_float(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes >> 10).unwrap_or(u32::MAX)) * 1_024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_judged_by_what_is_free() {
        assert_eq!(Room::of(LEAST - 1), Room::Full(LEAST - 1));
        assert_eq!(Room::of(LEAST), Room::Scarce(LEAST));
        assert_eq!(Room::of(SCARCE), Room::Enough(SCARCE));
        assert!(Disk::of(Path::new("/")).room().is_some());
        assert_eq!(Disk::of(Path::new("/no/such/folder")).room(), None);
    }
}
