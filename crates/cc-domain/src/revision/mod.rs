//! Revisions: what an app was made of when it started (domain-rules 19).

pub mod policy;
pub mod ports;
mod snapshot;

pub use snapshot::Snapshot;

use crate::app::App;
use crate::droplet::{Droplet, DropletSidecar};
use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::Metadata;
use crate::process::Process;
use crate::process::process_type::ProcessType;
use crate::sidecar::Sidecar;
use crate::time::Timestamp;

/// A revision. Its environment variables are sealed and read apart, see [`ports::RevisionReads::revision_environment`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    pub guid: Guid<Revision>,
    pub app: Guid<App>,
    /// 1 to 9,999, unique in the app.
    pub version: u32,
    /// May be deleted since.
    pub droplet: Guid<Droplet>,
    /// Whether the droplet is still there to be run. Not stored.
    pub is_deployable: bool,
    /// The own command of each type of process, in the order of the processes.
    pub commands: Vec<(ProcessType, Option<String>)>,
    pub sidecars: Vec<DropletSidecar>,
    /// Why it was made.
    pub description: String,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How many revisions of an app are kept.
pub const KEPT: usize = 100;

const MAX_VERSION: u32 = 9_999;

/// Revisions of one app.
#[derive(Clone, Debug)]
pub struct RevisionFilter {
    pub common: Common,
    pub app: Guid<App>,
    pub versions: AnyOf,
    /// Those only that a started process of the app runs.
    pub is_deployed: bool,
}

impl Revision {
    /// The next revision of the app, if it would start with something else than what `latest` says. `latest` is its newest revision with
    /// what that was made of. After the version 9,999 comes 1 again, in place of the one that has it.
    pub fn next(
        guid: Guid<Self>,
        app: &App,
        latest: Option<(&Self, &Snapshot)>,
        now_made_of: &Snapshot,
        now: Timestamp,
    ) -> Option<Self> {
        let (version, description) = match latest {
            None => (1, "Initial revision.".to_owned()),
            Some((latest, before)) => {
                let reasons = now_made_of.differences(before);
                if reasons.is_empty() {
                    return None;
                }
                (latest.next_version(), reasons.join(" "))
            }
        };
        Some(Self::made(guid, &app.guid, version, description, now_made_of, now))
    }

    /// The next revision of its app, which goes back to what `target` was made of; `self` is the newest, made of `before`. `None` if they are
    /// the same.
    pub fn rolled_back(
        &self,
        guid: Guid<Self>,
        before: &Snapshot,
        (target, made_of): (&Self, &Snapshot),
        now: Timestamp,
    ) -> Option<Self> {
        let reasons = made_of.differences(before);
        if reasons.is_empty() {
            return None;
        }
        let description = format!("{} Rolled back to revision {}.", reasons.join(" "), target.version);
        Some(Self::made(guid, &self.app, self.next_version(), description, made_of, now))
    }

    fn next_version(&self) -> u32 {
        if self.version >= MAX_VERSION { 1 } else { self.version + 1 }
    }

    fn made(
        guid: Guid<Self>,
        app: &Guid<App>,
        version: u32,
        description: String,
        made_of: &Snapshot,
        now: Timestamp,
    ) -> Self {
        Self {
            guid,
            app: app.clone(),
            version,
            droplet: made_of.droplet.clone(),
            is_deployable: true,
            commands: made_of.commands.clone(),
            sidecars: made_of.sidecars.clone(),
            description,
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
        }
    }

    /// The own command of a type of process.
    pub fn command(&self, kind: &ProcessType) -> Option<&str> {
        self.commands.iter().find(|(of, _)| of == kind).and_then(|(_, command)| command.as_deref())
    }

    /// The process as it was started with this revision.
    pub fn process(&self, process: &Process) -> Process {
        Process { command: self.command(&process.kind).map(str::to_owned), ..process.clone() }
    }

    /// The sidecars as the app was started with them.
    pub fn sidecars(&self) -> Vec<Sidecar> {
        let sidecar = |s: &DropletSidecar| Sidecar::of_droplet(Guid::new(""), &self.app, s, self.created_at);
        self.sidecars.iter().map(sidecar).collect()
    }

    pub fn with_metadata(self, metadata: Metadata, now: Timestamp) -> Self {
        Self { metadata, updated_at: now, ..self }
    }
}
