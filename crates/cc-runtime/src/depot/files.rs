//! Folders of containers.

use crate::container::Users;
use crate::supervisor::{State, descendants};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;
use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

/// Makes a folder with exactly this mode.
pub(super) fn make_folder(path: &Path, mode: u32) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(mode).create(path)?;
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Makes a work tree: `vcap` and `tmp` belong to the container's user, `mnt` is where its root is mounted, and
/// `lifecycle` is the name of the lifecycle program where there is no such root.
pub(crate) fn make_work(work: &Path, users: Users, exe: &Path) -> io::Result<()> {
    make_folder(work, 0o711)?;
    make_folder(&work.join("mnt"), 0o755)?;
    symlink(exe, work.join("lifecycle"))?;
    for (name, mode) in [("vcap", 0o750), ("tmp", 0o1770)] {
        let path = work.join(name);
        make_folder(&path, mode)?;
        if let Some(owner) = users.owner() {
            chown(&path, Some(owner), Some(owner))?;
        }
    }
    Ok(())
}

/// Whether any user of the machine can get to this path: needed where apps run under other ids without a file
/// system of their own.
pub(crate) fn others_can_reach(path: &Path) -> bool {
    path.ancestors().all(|part| fs::metadata(part).is_ok_and(|known| known.mode() & 0o001 != 0))
}

/// Removes a tree; folders that forbid it are made writable first.
pub(crate) fn remove_tree(path: &Path) {
    if fs::symlink_metadata(path).is_err() {
        return;
    }
    if fs::remove_dir_all(path).is_err() {
        let mut open = vec![path.to_owned()];
        while let Some(folder) = open.pop() {
            let _ = fs::set_permissions(&folder, Permissions::from_mode(0o700));
            let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
            open.extend(entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir())).map(|e| e.path()));
        }
        if let Err(error) = fs::remove_dir_all(path) {
            tracing::warn!(path = %path.display(), %error, "a container's folder could not be removed");
        }
    }
}

/// Ends what is left of a container that is of no more use, in its folder.
pub(super) fn kill_leftovers(state: &State, folder: &Path) {
    let supervisor = Some(state.supervisor).filter(|process| process.is_at(folder));
    let init = state.init.filter(|process| process.is_alive());
    for process in [supervisor, init].into_iter().flatten() {
        let below = descendants(process.pid);
        for pid in below.into_iter().chain([process.pid]) {
            let _ = kill(Pid::from_raw(pid.cast_signed()), Signal::SIGKILL);
        }
    }
    // A server that is pid 1 of its own container is the parent of what its former self left.
    let _ = waitpid(Pid::from_raw(state.supervisor.pid.cast_signed()), None);
}
