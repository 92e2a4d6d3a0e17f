//! Starting, stopping, restarting an app with its processes, and taking one apart (domain-rules 13).

use super::{App, AppError, DesiredState};
use crate::guid::Guid;
use crate::process::{Process, ProcessError, ProcessVersion};
use crate::quota::{Quotas, Usage};
use crate::revision::Revision;
use crate::time::Timestamp;

/// An app and all its processes in their new state; those processes only that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    pub app: App,
    pub processes: Vec<Process>,
}

impl Transition {
    /// The processes that changed name what they were started with; without one they keep what they name.
    pub fn with_revision(mut self, revision: Option<&Revision>) -> Self {
        if let Some(revision) = revision {
            for process in &mut self.processes {
                process.revision = Some(revision.guid.clone());
            }
        }
        self
    }

    /// Whether the quotas let everything run that starts, one after the other. `before` are the processes as they were, which the usage
    /// contains.
    pub fn check_quotas(&self, before: &[Process], quotas: &Quotas) -> Result<(), ProcessError> {
        let starts = |process: &&Process| self.processes.iter().any(|changed| changed.guid == process.guid);
        let held =
            before.iter().filter(starts).fold(Usage::default(), |sum, process| sum.and(process.usage()));
        let mut quotas = quotas.clone().using(|usage| usage.without(held));
        for process in &self.processes {
            process.check_start(&quotas)?;
            quotas = quotas.using(|usage| usage.and(process.usage()));
        }
        Ok(())
    }
}

/// Starts what is not started yet; each process that starts gets a new version.
pub fn start(
    app: App,
    processes: &[Process],
    version: impl FnMut() -> Guid<ProcessVersion>,
    now: Timestamp,
) -> Result<Transition, AppError> {
    if app.droplet.is_none() {
        return Err(AppError::NoDroplet);
    }
    Ok(into(DesiredState::Started, app, processes, version, now))
}

/// Stops everything; the version stays, so that an engine is told what to remove.
pub fn stop(app: App, processes: &[Process], now: Timestamp) -> Transition {
    into(DesiredState::Stopped, app, processes, || Guid::new(""), now)
}

/// Stops and starts: every process gets a new version, whatever its state was.
pub fn restart(
    app: App,
    processes: &[Process],
    mut version: impl FnMut() -> Guid<ProcessVersion>,
    now: Timestamp,
) -> Result<Transition, AppError> {
    if app.droplet.is_none() {
        return Err(AppError::NoDroplet);
    }
    let processes = processes.iter().map(|p| p.clone().restarted(version(), now)).collect();
    Ok(Transition { app: in_state(app, DesiredState::Started, now), processes })
}

fn into(
    state: DesiredState,
    app: App,
    processes: &[Process],
    mut version: impl FnMut() -> Guid<ProcessVersion>,
    now: Timestamp,
) -> Transition {
    let changed = processes.iter().filter(|p| p.state != state);
    let processes = changed.map(|p| p.clone().in_state(state, version(), now)).collect();
    Transition { app: in_state(app, state, now), processes }
}

fn in_state(mut app: App, state: DesiredState, now: Timestamp) -> App {
    if app.state != state {
        app.state = state;
        app.updated_at = now;
    }
    app
}
