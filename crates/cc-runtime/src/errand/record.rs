//! An errand as it lies on disk, sealed, in a file that only the server can read: it holds credentials.

use super::ErrandKey;
use crate::runner::stored::{
    StoredArtifact, StoredCommand, StoredFiles, StoredLimits, StoredOwner, StoredTags,
};
use cc_domain::runtime::Digests;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ErrandKind {
    Task,
    Build,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredErrand {
    pub id: String,
    pub owner: StoredOwner,
    pub stack: String,
    pub limits: StoredLimits,
    pub tags: StoredTags,
    pub files: StoredFiles,
    pub work: StoredWork,
    /// Name of its container, once that was about to be made.
    pub container: Option<String>,
    /// How often its container was lost and it began again.
    #[serde(default)]
    pub cut_off: u32,
    /// What is to be reported.
    pub outcome: Option<Outcome>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum StoredWork {
    Task(StoredTask),
    Build(StoredBuild),
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredTask {
    pub command: StoredCommand,
    pub container_env: Vec<(String, String)>,
    pub droplet: Option<StoredArtifact>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredBuild {
    pub package: StoredArtifact,
    pub cache: Option<StoredArtifact>,
    pub buildpacks: Vec<StoredArtifact>,
    pub skip_detect: bool,
    pub env: Vec<(String, String)>,
    pub timeout_ms: u64,
    pub start_after: bool,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub at_ns: i64,
    /// Why it failed.
    pub failure: Option<String>,
    /// Of a build: the staging result as JSON text.
    pub result: String,
    pub droplet: Option<StoredDigests>,
    pub cache: Option<StoredDigests>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredDigests {
    pub sha1: String,
    pub sha256: String,
    pub bytes: u64,
}

impl From<Digests> for StoredDigests {
    fn from(from: Digests) -> Self {
        let Digests { sha1, sha256, bytes } = from;
        Self { sha1, sha256, bytes }
    }
}

impl From<StoredDigests> for Digests {
    fn from(from: StoredDigests) -> Self {
        let StoredDigests { sha1, sha256, bytes } = from;
        Self { sha1, sha256, bytes }
    }
}

impl StoredErrand {
    pub fn key(&self) -> ErrandKey {
        let kind = match self.work {
            StoredWork::Task(_) => ErrandKind::Task,
            StoredWork::Build(_) => ErrandKind::Build,
        };
        (kind, self.id.clone())
    }
}

impl Outcome {
    pub fn failed(reason: impl Into<String>) -> Self {
        let failure = Some(reason.into());
        Self { at_ns: crate::clock::now_ns(), failure, result: String::new(), droplet: None, cache: None }
    }

    pub fn succeeded() -> Self {
        Self { failure: None, ..Self::failed("") }
    }
}
