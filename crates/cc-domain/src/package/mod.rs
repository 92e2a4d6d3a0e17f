//! Packages: what is pushed, before staging (domain-rules 16).

pub mod policy;
pub mod ports;

use crate::app::App;
use crate::guid::Guid;
use crate::lifecycle::LifecycleKind;
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::patch::Patch;
use crate::secret::Secret;
use crate::time::Timestamp;

/// A package. The password of a docker registry is sealed and read apart, see [`ports::PackageReads::package_password`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    pub guid: Guid<Package>,
    pub app: Guid<App>,
    pub content: PackageContent,
    pub state: PackageState,
    pub error: Option<String>,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackageContent {
    /// A zip of the app's files; digests once it is READY.
    Bits {
        digests: Option<PackageDigests>,
    },
    Docker {
        image: String,
        username: Option<String>,
        has_password: bool,
    },
}

/// Hexadecimal, lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageDigests {
    pub sha1: String,
    pub sha256: String,
    pub bytes: u64,
}

text_enum! {
    pub enum PackageKind {
        Bits = "bits",
        Docker = "docker",
    }
}

text_enum! {
    pub enum PackageState {
        AwaitingUpload = "AWAITING_UPLOAD",
        ProcessingUpload = "PROCESSING_UPLOAD",
        Copying = "COPYING",
        Ready = "READY",
        Failed = "FAILED",
        Expired = "EXPIRED",
    }
}

/// A decoded request for a new package.
#[derive(Clone)]
pub struct CreatePackage {
    pub app: Guid<App>,
    pub source: PackageRequest,
    pub metadata: MetadataPatch,
}

#[derive(Clone)]
pub enum PackageRequest {
    Bits,
    Docker {
        image: String,
        username: Option<String>,
        password: Option<Secret>,
    },
    /// A list of types: what it is to be nobody knows, but no bits.
    Unnamed,
}

/// A decoded change. No `Debug`: the password.
#[derive(Clone, Default)]
pub struct UpdatePackage {
    pub username: Patch<String>,
    pub password: Patch<Secret>,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct PackageFilter {
    pub common: Common,
    pub states: AnyOf,
    pub types: AnyOf,
    pub app_guids: AnyOf,
    pub space_guids: AnyOf,
    pub organization_guids: AnyOf,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    #[error("App is invalid. Ensure it exists and you have access to it.")]
    InvalidApp,
    #[error("Type must be one of 'bits, docker'")]
    Type,
    #[error("Cannot create Docker package for a buildpack app.")]
    DockerForBuildpackApp,
    #[error("Cannot create bits package for a Docker app.")]
    BitsForDockerApp,
    #[error("docker_password can be up to 5,000 characters")]
    PasswordTooLong,
    #[error("Source package is invalid. Ensure it exists and you have access to it.")]
    InvalidSource,
    #[error("Source and destination app cannot be the same")]
    SameApp,
    #[error("Cannot update Docker credentials for a buildpack app.")]
    CredentialsOfBits,
    #[error("Package type must be bits.")]
    NotBits,
    #[error("Package has no bits to download.")]
    NoBits,
    #[error("Upload must include either resources or bits")]
    NothingUploaded,
    #[error("Resources must be valid JSON.")]
    ResourcesNotJson,
    /// PackageBitsAlreadyUploaded (150004), status 400.
    #[error("Bits may be uploaded only once. Create a new package to upload different bits.")]
    AlreadyUploaded,
}

impl Package {
    pub const MAX_PASSWORD: usize = 5_000;

    /// A new package of an app with this lifecycle: bits await their upload, docker is ready.
    pub fn new(
        guid: Guid<Self>,
        command: &CreatePackage,
        lifecycle: LifecycleKind,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, PackageError> {
        let (content, state) = match (&command.source, lifecycle) {
            (PackageRequest::Bits, LifecycleKind::Docker) => return Err(PackageError::BitsForDockerApp),
            (
                PackageRequest::Docker { .. } | PackageRequest::Unnamed,
                LifecycleKind::Buildpack | LifecycleKind::Cnb,
            ) => {
                return Err(PackageError::DockerForBuildpackApp);
            }
            (PackageRequest::Unnamed, LifecycleKind::Docker) => return Err(PackageError::Type),
            (PackageRequest::Bits, _) => {
                (PackageContent::Bits { digests: None }, PackageState::AwaitingUpload)
            }
            (PackageRequest::Docker { image, username, password }, LifecycleKind::Docker) => {
                if password.as_ref().is_some_and(|p| p.expose().chars().count() > Self::MAX_PASSWORD) {
                    return Err(PackageError::PasswordTooLong);
                }
                let (image, username, has_password) = (image.clone(), username.clone(), password.is_some());
                (PackageContent::Docker { image, username, has_password }, PackageState::Ready)
            }
        };
        let app = command.app.clone();
        Ok(Self { guid, app, content, state, error: None, metadata, created_at: now, updated_at: now })
    }

    /// A copy for another app, without metadata and credentials. Bits are copied by a job.
    pub fn copy_to(&self, guid: Guid<Self>, app: &Guid<App>, now: Timestamp) -> Result<Self, PackageError> {
        if self.app == *app {
            return Err(PackageError::SameApp);
        }
        let (content, state) = match &self.content {
            PackageContent::Bits { .. } => (PackageContent::Bits { digests: None }, PackageState::Copying),
            PackageContent::Docker { image, .. } => {
                let image = image.clone();
                (PackageContent::Docker { image, username: None, has_password: false }, PackageState::Ready)
            }
        };
        let (app, metadata) = (app.clone(), Metadata::default());
        Ok(Self { guid, app, content, state, error: None, metadata, created_at: now, updated_at: now })
    }

    /// After a change; a new password is written apart.
    pub fn updated(
        mut self,
        change: &UpdatePackage,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, PackageError> {
        match &mut self.content {
            PackageContent::Bits { .. } => {
                if !change.username.is_absent() || !change.password.is_absent() {
                    return Err(PackageError::CredentialsOfBits);
                }
            }
            PackageContent::Docker { username, has_password, .. } => {
                *username = change.username.clone().apply(username.take());
                *has_password = match &change.password {
                    Patch::Absent => *has_password,
                    Patch::Null => false,
                    Patch::Value(password) if password.expose().chars().count() > Self::MAX_PASSWORD => {
                        return Err(PackageError::PasswordTooLong);
                    }
                    Patch::Value(_) => true,
                };
            }
        }
        self.metadata = metadata;
        self.updated_at = now;
        Ok(self)
    }

    pub fn kind(&self) -> PackageKind {
        match self.content {
            PackageContent::Bits { .. } => PackageKind::Bits,
            PackageContent::Docker { .. } => PackageKind::Docker,
        }
    }

    pub fn digests(&self) -> Option<&PackageDigests> {
        match &self.content {
            PackageContent::Bits { digests } => digests.as_ref(),
            PackageContent::Docker { .. } => None,
        }
    }

    /// The upload is taken; only once.
    pub fn upload_begun(mut self, now: Timestamp) -> Result<Self, PackageError> {
        match (&self.content, self.state) {
            (PackageContent::Docker { .. }, _) => Err(PackageError::NotBits),
            (_, PackageState::AwaitingUpload) => {
                self.state = PackageState::ProcessingUpload;
                self.updated_at = now;
                Ok(self)
            }
            _ => Err(PackageError::AlreadyUploaded),
        }
    }

    /// The bits are stored. Unchanged in a final state: a late report changes nothing.
    pub fn bits_stored(mut self, digests: PackageDigests, now: Timestamp) -> Self {
        if self.is_in_progress() {
            self.content = PackageContent::Bits { digests: Some(digests) };
            self.state = PackageState::Ready;
            self.updated_at = now;
        }
        self
    }

    /// The bits could not be stored. Unchanged in a final state.
    pub fn bits_failed(mut self, error: &str, now: Timestamp) -> Self {
        if self.is_in_progress() {
            self.state = PackageState::Failed;
            self.error = Some(error.to_owned());
            self.updated_at = now;
        }
        self
    }

    /// Only READY and FAILED packages expire.
    pub fn can_expire(&self) -> bool {
        matches!(self.state, PackageState::Ready | PackageState::Failed)
    }

    /// Retention gave it up; unchanged if it cannot expire.
    pub fn expired(mut self, now: Timestamp) -> Self {
        if self.can_expire() {
            self.state = PackageState::Expired;
            self.updated_at = now;
        }
        self
    }

    fn is_in_progress(&self) -> bool {
        matches!(self.state, PackageState::ProcessingUpload | PackageState::Copying)
    }

    pub fn check_download(&self) -> Result<&PackageDigests, PackageError> {
        match &self.content {
            PackageContent::Docker { .. } => Err(PackageError::NotBits),
            PackageContent::Bits { digests: Some(digests) } if self.state == PackageState::Ready => {
                Ok(digests)
            }
            PackageContent::Bits { .. } => Err(PackageError::NoBits),
        }
    }
}

#[cfg(test)]
mod tests;
