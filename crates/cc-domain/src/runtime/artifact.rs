//! Bits that an engine needs or makes: packages, buildpacks, droplets and caches.

use super::key::BuildId;
use crate::app::App;
use crate::droplet::Droplet;
use crate::guid::Guid;
use crate::package::Package;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use std::path::{Path, PathBuf};

/// What an artifact is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArtifactKind {
    Droplet(Guid<Droplet>),
    Package(Guid<Package>),
    BuildpackCache(Guid<App>),
    /// `key` is the guid of an uploaded buildpack, the URL of a custom one, or `builtin:<name>`.
    Buildpack {
        key: String,
        name: String,
    },
}

/// Something in the blob store, by name. `custom_url` is a buildpack that is fetched instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    pub kind: ArtifactKind,
    pub blob_key: String,
    /// None: not verified.
    pub checksum: Option<Checksum>,
    pub custom_url: Option<String>,
}

/// Hexadecimal, lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checksum {
    Sha1(String),
    Sha256(String),
}

/// What was stored. Hexadecimal, lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digests {
    pub sha1: String,
    pub sha256: String,
    pub bytes: u64,
}

/// The bits of an artifact.
pub enum ArtifactContent {
    /// A complete file that this process can read; it is opened before the call that asked for it goes on.
    File(PathBuf),
    Stream(BoxStream<'static, Result<Bytes, ArtifactError>>),
}

#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    #[error("the {0} does not exist")]
    Missing(String),
    /// Worth another try.
    #[error("the blob store does not answer: {0}")]
    Unavailable(String),
}

/// Where an engine on this machine gets bits from.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait ArtifactSource: Send + Sync + 'static {
    async fn open(&self, artifact: &Artifact) -> Result<ArtifactContent, ArtifactError>;
}

/// Where an engine on this machine puts the bits a build made. Both calls may come twice for one build, with equal
/// bits. The file is removed by the caller afterwards.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait ArtifactSink: Send + Sync + 'static {
    async fn store_droplet(&self, build: &BuildId, file: &Path) -> Result<Digests, ArtifactError>;

    /// The buildpack cache of an app for a stack.
    async fn store_cache(&self, app: &Guid<App>, stack: &str, file: &Path) -> Result<Digests, ArtifactError>;
}
