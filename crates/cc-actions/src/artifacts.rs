//! The bits that an engine on this machine reads and writes, over the blob store.

use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::blob::BlobKey;
use cc_domain::blob::ports::{BlobError, Blobs, Outgoing};
use cc_domain::build::Build;
use cc_domain::droplet::Droplet;
use cc_domain::guid::Guid;
use cc_domain::runtime::{
    Artifact, ArtifactContent, ArtifactError, ArtifactKind, ArtifactSink, ArtifactSource, BuildId, Checksum,
    Digests,
};
use futures_util::{StreamExt, stream};
use sha1::{Digest, Sha1};
use sha2::Sha256;
use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Source and sink in one. Bits with a known checksum are given out only if they have it.
pub struct Artifacts {
    blobs: Arc<dyn Blobs>,
}

impl Artifacts {
    pub fn new(blobs: Arc<dyn Blobs>) -> Self {
        Self { blobs }
    }
}

/// The droplet of a build is known by the build's guid, so that its bits can be stored, and stored again, before its row is there.
pub(crate) fn droplet_of(build: &Guid<Build>) -> Guid<Droplet> {
    build.cast()
}

#[async_trait]
impl ArtifactSource for Artifacts {
    async fn open(&self, artifact: &Artifact) -> Result<ArtifactContent, ArtifactError> {
        let name = name(artifact);
        let key = BlobKey::parse(&artifact.blob_key).ok_or_else(|| ArtifactError::Missing(name.clone()))?;
        if let Some(path) = self.blobs.local_path(&key) {
            check_file(path.clone(), artifact.checksum.clone(), &name).await?;
            return Ok(ArtifactContent::File(path));
        }
        let blob = self.blobs.open(&key).await.map_err(|error| failure(error, &name))?;
        Ok(ArtifactContent::Stream(checked(blob.content, artifact.checksum.clone(), name).boxed()))
    }
}

#[async_trait]
impl ArtifactSink for Artifacts {
    async fn store_droplet(&self, build: &BuildId, file: &Path) -> Result<Digests, ArtifactError> {
        let key = BlobKey::droplet(&droplet_of(build.guid()));
        self.blobs.put_file(&key, file).await.map_err(|error| failure(error, "droplet"))
    }

    async fn store_cache(&self, app: &Guid<App>, stack: &str, file: &Path) -> Result<Digests, ArtifactError> {
        let key = BlobKey::buildpack_cache(app, stack);
        self.blobs.put_file(&key, file).await.map_err(|error| failure(error, "buildpack cache"))
    }
}

fn name(artifact: &Artifact) -> String {
    match &artifact.kind {
        ArtifactKind::Droplet(guid) => format!("droplet {guid}"),
        ArtifactKind::Package(guid) => format!("package {guid}"),
        ArtifactKind::BuildpackCache(app) => format!("buildpack cache of {app}"),
        ArtifactKind::Buildpack { name, .. } => format!("buildpack {name}"),
    }
}

fn failure(error: BlobError, name: &str) -> ArtifactError {
    match error {
        BlobError::Missing(_) => ArtifactError::Missing(name.to_owned()),
        other => ArtifactError::Unavailable(format!("{name}: {other}")),
    }
}

/// A digest on its way, compared in the end.
enum Check {
    Nothing,
    Sha1(Sha1, String),
    Sha256(Sha256, String),
}

impl Check {
    fn of(checksum: Option<Checksum>) -> Self {
        match checksum {
            None => Self::Nothing,
            Some(Checksum::Sha1(hex)) => Self::Sha1(Sha1::new(), hex),
            Some(Checksum::Sha256(hex)) => Self::Sha256(Sha256::new(), hex),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Nothing => {}
            Self::Sha1(hasher, _) => hasher.update(bytes),
            Self::Sha256(hasher, _) => hasher.update(bytes),
        }
    }

    fn agrees(self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Sha1(hasher, wanted) => hex(&hasher.finalize()) == wanted,
            Self::Sha256(hasher, wanted) => hex(&hasher.finalize()) == wanted,
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

async fn check_file(path: PathBuf, checksum: Option<Checksum>, name: &str) -> Result<(), ArtifactError> {
    let read = move || -> std::io::Result<bool> {
        let mut file = std::fs::File::open(path)?;
        let mut check = Check::of(checksum);
        if matches!(check, Check::Nothing) {
            return Ok(true);
        }
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = file.read(&mut buffer)?;
            match buffer.get(..count) {
                Some([]) | None => return Ok(check.agrees()),
                Some(bytes) => check.update(bytes),
            }
        }
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(mismatch(name)),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(ArtifactError::Missing(name.to_owned()))
        }
        Ok(Err(error)) => Err(ArtifactError::Unavailable(format!("{name}: {error}"))),
        Err(error) => Err(ArtifactError::Unavailable(format!("{name}: {error}"))),
    }
}

/// Bits that are not what was recorded are as good as none.
fn mismatch(name: &str) -> ArtifactError {
    ArtifactError::Missing(format!("{name} with the recorded checksum"))
}

/// The stream, with an error at its end if the bits were others.
fn checked(
    content: Outgoing,
    checksum: Option<Checksum>,
    name: String,
) -> impl futures_util::Stream<Item = Result<bytes::Bytes, ArtifactError>> + Send {
    stream::unfold(Some((content, Check::of(checksum), name)), |state| async move {
        let (mut content, mut check, name) = state?;
        match content.next().await {
            Some(Ok(bytes)) => {
                check.update(&bytes);
                Some((Ok(bytes), Some((content, check, name))))
            }
            Some(Err(error)) => Some((Err(failure(error, &name)), None)),
            None if check.agrees() => None,
            None => Some((Err(mismatch(&name)), None)),
        }
    })
}

/// The guid that the droplet of this build gets.
pub(crate) fn droplet_guid(build: &Build) -> Guid<Droplet> {
    droplet_of(&build.guid)
}
