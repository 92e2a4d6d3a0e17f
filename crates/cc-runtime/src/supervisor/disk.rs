//! Keeping a container to its disk quota without help of the kernel: free space of the file system is asked for often, which is cheap, and
//! the container's files are counted as soon as it fell by a part of what the container has left.

use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open, openat2};
use nix::sys::stat::Mode;
use nix::sys::statvfs::statvfs;
use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Files are counted at least so often.
const PERIOD: Duration = Duration::from_secs(10);
/// Bytes a second that nobody writes faster.
const FASTEST: u64 = 2 << 30;
const SHORTEST: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_secs(1);
/// A count that takes longer gives a writer time.
const SLOW: Duration = Duration::from_millis(100);
/// Share of the time that counting may take, as its inverse.
const RARELY: u32 = 20;

/// What is known about the disk use of a container.
pub(super) struct Watch {
    quota: u64,
    /// At the last count.
    used: u64,
    free: u64,
    counted: Instant,
    took: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Advice {
    Wait,
    Count,
    /// With its processes stopped meanwhile.
    CountStopped,
}

impl Watch {
    pub fn new(quota: u64, free: u64, now: Instant) -> Self {
        Self { quota, used: 0, free, counted: now, took: Duration::ZERO }
    }

    pub fn used(&self) -> u64 {
        self.used
    }

    pub fn is_over(&self) -> bool {
        self.used > self.quota
    }

    fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.counted)
    }

    /// Whether the last count is too old to be shown.
    pub fn is_stale(&self, now: Instant) -> bool {
        self.age(now) >= self.took.saturating_mul(RARELY).max(Duration::from_secs(2))
    }

    fn left(&self) -> u64 {
        self.quota.saturating_sub(self.used)
    }

    /// Until free space has to be asked for again: what is left, or a quarter of the quota, takes at least this long to be written.
    pub fn pause(&self) -> Duration {
        let bytes = self.left().max(self.quota / 4);
        let milliseconds = u128::from(bytes) * 1000 / u128::from(FASTEST);
        Duration::from_millis(u64::try_from(milliseconds).unwrap_or(u64::MAX)).clamp(SHORTEST, LONGEST)
    }

    /// What to do now that so much is free.
    pub fn advise(&self, free: u64, now: Instant) -> Advice {
        let (fell, age) = (self.free.saturating_sub(free), self.age(now));
        let enough = (self.left() / 2).max(self.quota / 64).max(1 << 20);
        let is_urgent = fell >= enough.saturating_mul(4);
        let may_count = age >= self.took.saturating_mul(RARELY);
        match fell >= enough || age >= PERIOD {
            true if is_urgent && self.took >= SLOW => Advice::CountStopped,
            true if is_urgent || may_count => Advice::Count,
            _ => Advice::Wait,
        }
    }

    /// Takes the result of a count that began with so much free.
    pub fn counted(&mut self, used: u64, free: u64, begun: Instant) {
        *self = Self { used, free, counted: begun, took: begun.elapsed(), ..*self };
    }
}

/// Bytes that are free on the file system of this folder, those for root included. None: it does not say.
pub(super) fn free(folder: &Path) -> Option<u64> {
    let known = statvfs(folder).ok()?;
    Some(known.blocks_free().saturating_mul(known.fragment_size()))
}

/// Bytes on disk below a folder, with those of files that these processes hold open without a name.
pub(super) fn used(folder: &Path, processes: &[u32]) -> u64 {
    let mut sum: u64 = 0;
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        let Some(entries) = entries(folder, &below) else { continue };
        for entry in entries.flatten() {
            let Ok(known) = entry.metadata() else { continue };
            let links = if known.is_dir() { 1 } else { known.nlink().max(1) };
            sum = sum.saturating_add(known.blocks().saturating_mul(512) / links);
            if known.is_dir() {
                open.push(below.join(entry.file_name()));
            }
        }
    }
    let device = fs::metadata(folder).map_or(0, |known| known.dev());
    sum.saturating_add(nameless(processes, device))
}

/// What a folder has in it. One that its owner closed to hide what is in it is opened for this moment.
fn entries(base: &Path, below: &Path) -> Option<fs::ReadDir> {
    let path = base.join(below);
    match fs::read_dir(&path) {
        Ok(entries) => Some(entries),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            // Never through a link: it could lead to a folder of ours.
            let base =
                open(base, OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty()).ok()?;
            let how = OpenHow::new()
                .flags(OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC)
                .resolve(ResolveFlag::RESOLVE_NO_SYMLINKS | ResolveFlag::RESOLVE_BENEATH);
            let held: OwnedFd = openat2(&base, below, how).ok()?;
            let held = File::from(held);
            let own = format!("/proc/self/fd/{}", held.as_raw_fd());
            let mode = held.metadata().ok()?.permissions();
            fs::set_permissions(&own, Permissions::from_mode(0o700)).ok()?;
            let entries = fs::read_dir(&own);
            let _ = fs::set_permissions(&own, mode);
            entries.ok()
        }
        Err(_) => None,
    }
}

/// Bytes of removed files on this device that are still open.
fn nameless(processes: &[u32], device: u64) -> u64 {
    let mut seen = BTreeSet::new();
    let mut sum: u64 = 0;
    for pid in processes {
        for descriptor in fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten() {
            let Ok(known) = fs::metadata(descriptor.path()) else { continue };
            let is_one = known.is_file() && known.nlink() == 0 && known.dev() == device;
            if is_one && seen.insert(known.ino()) {
                sum = sum.saturating_add(known.blocks().saturating_mul(512));
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{Advice, SLOW, Watch, used};
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    use std::time::{Duration, Instant};

    const MB: u64 = 1 << 20;

    fn watch(used: u64, took: Duration) -> (Watch, Instant) {
        let now = Instant::now();
        (Watch { quota: 128 * MB, used, free: 10_000 * MB, counted: now, took }, now)
    }

    #[test]
    fn a_fall_by_half_of_what_is_left_is_looked_into() {
        let (watch, now) = watch(28 * MB, Duration::ZERO);
        assert_eq!(watch.advise(9_951 * MB, now), Advice::Wait);
        assert_eq!(watch.advise(9_950 * MB, now), Advice::Count);
        assert_eq!(watch.advise(10_000 * MB, now + Duration::from_secs(10)), Advice::Count);
    }

    #[test]
    fn a_large_tree_is_counted_rarely_until_it_is_urgent_and_then_stands_still() {
        let (watch, now) = watch(28 * MB, SLOW);
        assert_eq!(watch.advise(9_940 * MB, now), Advice::Wait);
        assert_eq!(watch.advise(9_940 * MB, now + SLOW * 20), Advice::Count);
        assert_eq!(watch.advise(9_700 * MB, now), Advice::CountStopped);
    }

    #[test]
    fn the_less_is_left_the_sooner_it_is_asked_again() {
        let pause = |used| watch(used, Duration::ZERO).0.pause();
        assert_eq!(pause(0), Duration::from_millis(62));
        assert_eq!(pause(128 * MB), Duration::from_millis(20));
    }

    #[test]
    fn closed_folders_and_removed_files_count() {
        let folder = tempfile::tempdir().unwrap();
        let closed = folder.path().join("a/b");
        std::fs::create_dir_all(&closed).unwrap();
        std::fs::write(closed.join("file"), vec![1; 1 << 20]).unwrap();
        for path in [&closed, &folder.path().join("a")] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o000)).unwrap();
        }
        let mut removed = tempfile::tempfile_in(folder.path()).unwrap();
        removed.write_all(&vec![1; 1 << 20]).unwrap();
        let without = used(folder.path(), &[]);
        assert!((MB..MB + MB / 2).contains(&without), "{without}");
        let with = used(folder.path(), &[std::process::id()]);
        assert!(with >= without + MB, "{with}");
        let closed_again = std::fs::symlink_metadata(folder.path().join("a")).unwrap().permissions().mode();
        assert_eq!(closed_again & 0o777, 0);
        std::fs::set_permissions(folder.path().join("a"), std::fs::Permissions::from_mode(0o700)).unwrap();
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
}
