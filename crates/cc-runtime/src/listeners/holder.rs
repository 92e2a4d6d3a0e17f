//! Whether a port is in the hands of one container.

use super::{Listener, find};
use crate::supervisor::{State, descendants};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// How a port stands to a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// All who listen there are its own processes.
    Own,
    Nobody,
    /// Somebody else listens there, alone or beside it.
    Foreign,
}

/// Tells the listeners of one container from others.
#[derive(Debug)]
pub(crate) struct Holder {
    folder: PathBuf,
    host: IpAddr,
    /// Sockets that were found to be its own.
    known: Mutex<BTreeSet<u64>>,
}

impl Holder {
    /// Of the container in this folder, which is reached under `host`.
    pub fn new(folder: PathBuf, host: IpAddr) -> Self {
        Self { folder, host, known: Mutex::default() }
    }

    /// Blocking: some milliseconds if it looks at the container's processes.
    pub fn look(&self, port: u16) -> io::Result<Hold> {
        Ok(self.judge(&find(Some(port))?))
    }

    /// What these listeners, all of one port, mean. Blocking as [`Holder::look`].
    pub fn judge(&self, listeners: &[Listener]) -> Hold {
        let inodes = self.relevant(listeners);
        if inodes.is_empty() {
            return Hold::Nobody;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !inodes.is_subset(&known) {
            *known = sockets_of(&self.folder);
        }
        if inodes.is_subset(&known) { Hold::Own } else { Hold::Foreign }
    }

    /// True: nothing has changed since these were found to be its own, or nobody listens.
    pub fn knows(&self, listeners: &[Listener]) -> bool {
        self.relevant(listeners).is_subset(&self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn relevant(&self, listeners: &[Listener]) -> BTreeSet<u64> {
        let takes = |listener: &&Listener| listener.is_listening && listener.takes(self.host);
        listeners.iter().filter(takes).map(|listener| listener.inode).collect()
    }
}

/// Inodes of all sockets that processes of the container in this folder have open.
pub(crate) fn sockets_of(folder: &Path) -> BTreeSet<u64> {
    let init = State::read(folder).and_then(|state| state.init).filter(|init| init.is_alive());
    let Some(init) = init else { return BTreeSet::new() };
    let mut all = BTreeSet::new();
    for pid in descendants(init.pid) {
        let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        all.extend(descriptors.filter_map(|descriptor| socket(&fs::read_link(descriptor.path()).ok()?)));
    }
    all
}

fn socket(link: &Path) -> Option<u64> {
    link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}
