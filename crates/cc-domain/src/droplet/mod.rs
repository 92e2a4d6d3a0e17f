//! Droplets: staged bits that can run (domain-rules 18).

pub mod policy;
pub mod ports;
mod process_types;

pub use process_types::ProcessTypes;

use crate::app::App;
use crate::build::Build;
use crate::guid::Guid;
use crate::lifecycle::{Lifecycle, LifecycleKind};
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::package::Package;
use crate::patch::Patch;
use crate::process::process_type::ProcessType;
use crate::quantity::Megabytes;
use crate::time::Timestamp;

/// A droplet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Droplet {
    pub guid: Guid<Droplet>,
    pub app: Guid<App>,
    /// `None` if it was uploaded or copied.
    pub package: Option<Guid<Package>>,
    /// `None` if it was uploaded or copied.
    pub build: Option<Guid<Build>>,
    pub state: DropletState,
    pub error: Option<String>,
    pub lifecycle: LifecycleKind,
    pub digests: Option<DropletDigests>,
    /// Those that staged it, in order.
    pub buildpacks: Vec<BuildpackReceipt>,
    /// `None` if nothing staged it: it runs on its app's.
    pub stack: Option<String>,
    /// Of docker droplets.
    pub image: Option<String>,
    pub execution_metadata: String,
    pub process_types: ProcessTypes,
    /// Those that buildpacks brought.
    pub sidecars: Vec<DropletSidecar>,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Hexadecimal, lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropletDigests {
    pub sha1: String,
    pub sha256: String,
    pub bytes: u64,
}

/// What a buildpack said of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildpackReceipt {
    /// Name or address as requested, or the admin buildpack that detected; without credentials.
    pub name: String,
    pub detect_output: Option<String>,
    /// What it calls itself.
    pub buildpack_name: Option<String>,
    pub version: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropletSidecar {
    pub name: String,
    pub command: String,
    pub process_types: Vec<ProcessType>,
    pub memory: Option<Megabytes>,
}

text_enum! {
    pub enum DropletState {
        AwaitingUpload = "AWAITING_UPLOAD",
        ProcessingUpload = "PROCESSING_UPLOAD",
        /// Hidden from lists.
        Staging = "STAGING",
        Copying = "COPYING",
        Staged = "STAGED",
        Failed = "FAILED",
        Expired = "EXPIRED",
    }
}

#[derive(Clone, Debug)]
pub struct CreateDroplet {
    pub app: Guid<App>,
    /// `None` is one `web` without a command.
    pub process_types: Option<ProcessTypes>,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct UpdateDroplet {
    /// For whoever may update build states.
    pub image: Patch<String>,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct DropletFilter {
    pub common: Common,
    pub states: AnyOf,
    pub app_guids: AnyOf,
    pub package_guids: AnyOf,
    pub space_guids: AnyOf,
    pub organization_guids: AnyOf,
    /// Only the current droplets of their apps.
    pub is_current: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DropletError {
    #[error("App with guid \"{0}\" does not exist, or you do not have access to it.")]
    InvalidApp(Guid<App>),
    #[error("Droplet creation is not available for apps with {} lifecycles.", .0.as_str())]
    NotForLifecycle(LifecycleKind),
    #[error("source droplet is not staged")]
    SourceNotStaged,
    #[error("source and destination lifecycle types do not match")]
    LifecycleMismatch,
    #[error("Droplet may be uploaded only once. Create a new droplet to upload bits.")]
    AlreadyUploaded,
    #[error("Uploaded droplet file is invalid: A droplet tgz file must be uploaded as 'bits'")]
    NoFile,
    #[error("Uploaded droplet file is invalid: {0} is not a tgz")]
    NotATarball(String),
    #[error("Uploaded droplet file is invalid: {0} cannot be empty")]
    EmptyFile(String),
    #[error("The droplet is currently used by app with guid \"{0}\".")]
    InUse(Guid<App>),
    #[error("Cannot download droplets with 'docker' lifecycle.")]
    DownloadOfDocker,
    #[error("Only staged droplets can be downloaded.")]
    DownloadOfUnstaged,
    /// ResourceNotFound.
    #[error("Blobstore key not present on droplet. This may be due to a failed build.")]
    NoBits,
    #[error("Droplet image can only be updated on staged droplets")]
    ImageOfUnstaged,
    #[error("Images can only be updated for docker droplets")]
    ImageOfBits,
}

impl DropletError {
    /// What is wrong with the name of a file that was sent as a droplet.
    pub fn check_name(name: &str) -> Result<(), Self> {
        let is_tgz = [".tgz", ".tar.gz"].iter().any(|ending| name.ends_with(ending));
        if is_tgz { Ok(()) } else { Err(Self::NotATarball(name.to_owned())) }
    }

    /// What is wrong with a file that was sent as a droplet.
    pub fn check_file(name: &str, bytes: u64) -> Result<(), Self> {
        Self::check_name(name)?;
        if bytes == 0 { Err(Self::EmptyFile(name.to_owned())) } else { Ok(()) }
    }
}

impl Droplet {
    fn blank(
        guid: Guid<Self>,
        app: Guid<App>,
        state: DropletState,
        lifecycle: LifecycleKind,
        now: Timestamp,
    ) -> Self {
        Self {
            guid,
            app,
            package: None,
            build: None,
            state,
            error: None,
            lifecycle,
            digests: None,
            buildpacks: Vec::new(),
            stack: None,
            image: None,
            execution_metadata: String::new(),
            process_types: ProcessTypes::default(),
            sidecars: Vec::new(),
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
        }
    }

    /// One to be uploaded.
    pub fn new(
        guid: Guid<Self>,
        command: CreateDroplet,
        lifecycle: &Lifecycle,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, DropletError> {
        if !matches!(lifecycle, Lifecycle::Buildpack { .. }) {
            return Err(DropletError::NotForLifecycle(lifecycle.kind()));
        }
        let process_types = command
            .process_types
            .unwrap_or_else(|| std::iter::once((ProcessType::web(), String::new())).collect());
        Ok(Self {
            process_types,
            metadata,
            ..Self::blank(guid, command.app, DropletState::AwaitingUpload, lifecycle.kind(), now)
        })
    }

    /// The one that a build makes, before its outcome is recorded.
    pub fn staging(guid: Guid<Self>, build: &Build, now: Timestamp) -> Self {
        Self {
            package: Some(build.package.clone()),
            build: Some(build.guid.clone()),
            ..Self::blank(guid, build.app.clone(), DropletState::Staging, build.lifecycle.kind(), now)
        }
    }

    /// A copy for another app: docker at once, bits by a job.
    pub fn copy_to(&self, guid: Guid<Self>, app: &App, now: Timestamp) -> Result<Self, DropletError> {
        if self.state != DropletState::Staged {
            return Err(DropletError::SourceNotStaged);
        }
        if self.lifecycle != app.lifecycle.kind() {
            return Err(DropletError::LifecycleMismatch);
        }
        let state = if self.lifecycle == LifecycleKind::Docker {
            DropletState::Staged
        } else {
            DropletState::Copying
        };
        Ok(Self {
            guid,
            app: app.guid.clone(),
            package: None,
            build: None,
            state,
            error: None,
            digests: None,
            metadata: Metadata::default(),
            created_at: now,
            updated_at: now,
            ..self.clone()
        })
    }

    pub fn updated(
        mut self,
        change: &UpdateDroplet,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, DropletError> {
        if !change.image.is_absent() {
            if self.state != DropletState::Staged {
                return Err(DropletError::ImageOfUnstaged);
            }
            if self.lifecycle != LifecycleKind::Docker {
                return Err(DropletError::ImageOfBits);
            }
        }
        self.image = change.image.clone().apply(self.image);
        self.metadata = metadata;
        self.updated_at = now;
        Ok(self)
    }

    pub fn is_staged(&self) -> bool {
        self.state == DropletState::Staged
    }

    /// The upload is taken; only once.
    pub fn upload_begun(mut self, now: Timestamp) -> Result<Self, DropletError> {
        if self.state != DropletState::AwaitingUpload {
            return Err(DropletError::AlreadyUploaded);
        }
        self.state = DropletState::ProcessingUpload;
        self.updated_at = now;
        Ok(self)
    }

    /// The uploaded or copied bits are stored. Unchanged in a final state.
    pub fn bits_stored(mut self, digests: DropletDigests, now: Timestamp) -> Self {
        if matches!(self.state, DropletState::ProcessingUpload | DropletState::Copying) {
            self.digests = Some(digests);
            self.state = DropletState::Staged;
            self.updated_at = now;
        }
        self
    }

    /// Upload, copy or staging failed. Unchanged in a final state.
    pub fn failed(mut self, error: &str, now: Timestamp) -> Self {
        if matches!(
            self.state,
            DropletState::ProcessingUpload | DropletState::Copying | DropletState::Staging
        ) {
            self.state = DropletState::Failed;
            self.error = Some(error.to_owned());
            self.updated_at = now;
        }
        self
    }

    /// Only STAGED and FAILED droplets expire.
    pub fn can_expire(&self) -> bool {
        matches!(self.state, DropletState::Staged | DropletState::Failed)
    }

    /// Retention gave it up; unchanged if it cannot expire.
    pub fn expired(mut self, now: Timestamp) -> Self {
        if self.can_expire() {
            self.state = DropletState::Expired;
            self.updated_at = now;
        }
        self
    }

    pub fn check_download(&self) -> Result<&DropletDigests, DropletError> {
        if self.lifecycle == LifecycleKind::Docker {
            return Err(DropletError::DownloadOfDocker);
        }
        if self.state != DropletState::Staged {
            return Err(DropletError::DownloadOfUnstaged);
        }
        self.digests.as_ref().ok_or(DropletError::NoBits)
    }

    pub fn check_delete(&self, app: &App) -> Result<(), DropletError> {
        if app.droplet.as_ref() == Some(&self.guid) {
            Err(DropletError::InUse(app.guid.clone()))
        } else {
            Ok(())
        }
    }

    /// The command that staging found for a process type; empty counts as none.
    pub fn detected_command(&self, kind: &ProcessType) -> Option<&str> {
        self.process_types.get(kind).filter(|c| !c.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uploaded() -> Droplet {
        let command =
            CreateDroplet { app: Guid::new("a"), process_types: None, metadata: MetadataPatch::default() };
        let lifecycle = Lifecycle::Buildpack { buildpacks: Vec::new(), stack: None };
        Droplet::new(Guid::new("d"), command, &lifecycle, Metadata::default(), Timestamp::from_seconds(0))
            .unwrap()
    }

    #[test]
    fn a_droplet_is_uploaded_once() {
        let now = Timestamp::from_seconds(1);
        let droplet = uploaded().upload_begun(now).unwrap();
        assert_eq!(droplet.clone().upload_begun(now), Err(DropletError::AlreadyUploaded));
        assert_eq!(droplet.check_download(), Err(DropletError::DownloadOfUnstaged));
        let digests = DropletDigests { sha1: "1".into(), sha256: "2".into(), bytes: 3 };
        let droplet = droplet.bits_stored(digests.clone(), now);
        assert_eq!(droplet.check_download(), Ok(&digests));
        assert_eq!(droplet.clone().failed("late", now), droplet);
    }

    #[test]
    fn docker_apps_take_no_uploaded_droplet() {
        let command =
            CreateDroplet { app: Guid::new("a"), process_types: None, metadata: MetadataPatch::default() };
        let refusal = Droplet::new(
            Guid::new("d"),
            command,
            &Lifecycle::Docker,
            Metadata::default(),
            Timestamp::from_seconds(0),
        );
        assert_eq!(
            refusal.unwrap_err().to_string(),
            "Droplet creation is not available for apps with docker lifecycles."
        );
    }
}
