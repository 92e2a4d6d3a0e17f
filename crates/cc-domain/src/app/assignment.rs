//! Giving an app another current droplet: what follows from it for processes and sidecars (domain-rules 13).

use super::{App, AppError};
use crate::droplet::{Droplet, DropletSidecar};
use crate::process::Process;
use crate::process::process_type::ProcessType;
use crate::quantity::Megabytes;
use crate::sidecar::{Sidecar, SidecarOrigin};

/// What to do besides pointing the app to the droplet. Processes are never removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DropletAssignment {
    /// Types that the app has no process of yet.
    pub new_processes: Vec<ProcessType>,
    /// Sidecars of the previous droplet, to be removed first.
    pub removed_sidecars: Vec<Sidecar>,
    /// Sidecars that the droplet brings.
    pub new_sidecars: Vec<DropletSidecar>,
}

/// What assigning the droplet means. `default_memory` is what new processes get.
pub fn assign(
    app: &App,
    droplet: &Droplet,
    processes: &[Process],
    sidecars: &[Sidecar],
    default_memory: Megabytes,
) -> Result<DropletAssignment, AppError> {
    if droplet.app != app.guid {
        return Err(AppError::DropletNotOfApp);
    }
    if !droplet.is_staged() {
        return Err(AppError::DropletNotStaged);
    }
    if droplet.process_types.is_empty() {
        return Err(AppError::DropletWithoutProcessTypes);
    }
    let (removed_sidecars, kept): (Vec<_>, Vec<_>) =
        sidecars.iter().cloned().partition(|s| s.origin == SidecarOrigin::Buildpack);
    if let Some(clash) = droplet.sidecars.iter().find(|new| kept.iter().any(|k| k.name == new.name)) {
        return Err(AppError::SidecarConflict(clash.name.clone()));
    }
    let memory_of =
        |kind: &ProcessType| crate::process::current(processes, kind).map_or(default_memory, |p| p.memory);
    for kind in droplet.sidecars.iter().flat_map(|s| &s.process_types) {
        let brought = droplet.sidecars.iter().filter(|s| s.process_types.contains(kind));
        let brought: u64 = brought.filter_map(|s| s.memory).map(|m| u64::from(m.get())).sum();
        let used = brought + crate::sidecar::memory_of(&kept, kind);
        if brought > 0 && used >= u64::from(memory_of(kind).get()) {
            return Err(AppError::SidecarTooBig(kind.clone()));
        }
    }
    let has = |kind: &ProcessType| processes.iter().any(|p| p.kind == *kind);
    let new_processes = droplet.process_types.kinds().filter(|kind| !has(kind)).cloned().collect();
    Ok(DropletAssignment { new_processes, removed_sidecars, new_sidecars: droplet.sidecars.clone() })
}
