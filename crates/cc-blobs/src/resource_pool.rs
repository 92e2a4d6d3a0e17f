//! [`Resources`] over any [`Blobs`].

use crate::hashing::hex;
use async_trait::async_trait;
use cc_domain::blob::ports::{Blob, BlobError, Blobs, Resources};
use cc_domain::blob::{BlobKey, Resource, ResourceLimits, Sha1};
use futures_util::{StreamExt, TryStreamExt, stream};
use sha1::{Digest, Sha1 as Hasher};
use std::path::Path;
use std::sync::Arc;
use tokio::io::AsyncReadExt;

/// How many files are asked for at once in one match.
const AT_ONCE: usize = 16;

/// The files that apps have in common.
#[derive(Clone)]
pub struct ResourcePool {
    blobs: Arc<dyn Blobs>,
    limits: ResourceLimits,
}

impl ResourcePool {
    pub fn new(blobs: Arc<dyn Blobs>, limits: ResourceLimits) -> Self {
        Self { blobs, limits }
    }

    async fn is_known(&self, resource: &Resource) -> Result<bool, BlobError> {
        if !self.limits.admit(resource.size) {
            return Ok(false);
        }
        Ok(self.blobs.size(&BlobKey::resource(&resource.sha1)).await? == Some(resource.size))
    }
}

#[async_trait]
impl Resources for ResourcePool {
    async fn known(&self, wanted: &[Resource]) -> Result<Vec<Resource>, BlobError> {
        stream::iter(wanted.to_vec())
            .map(|resource| async move { Ok(self.is_known(&resource).await?.then_some(resource)) })
            .buffered(AT_ONCE)
            .try_filter_map(|known| async move { Ok(known) })
            .try_collect()
            .await
    }

    async fn remember(&self, file: &Path) -> Result<Option<Sha1>, BlobError> {
        let size = tokio::fs::metadata(file).await.map_err(unreadable)?.len();
        if !self.limits.admit(size) {
            return Ok(None);
        }
        let sha1 = digest(file).await?;
        let resource = Resource { sha1, size };
        if self.is_known(&resource).await? {
            return Ok(Some(resource.sha1));
        }
        let key = BlobKey::resource(&resource.sha1);
        let stored = self.blobs.put_file(&key, file).await?;
        if stored.sha1 == resource.sha1.as_str() {
            return Ok(Some(resource.sha1));
        }
        // The file changed between the two readings: what lies under the key is not what the key says.
        self.blobs.delete(&key).await?;
        Ok(None)
    }

    async fn open(&self, sha1: &Sha1) -> Result<Blob, BlobError> {
        self.blobs.open(&BlobKey::resource(sha1)).await
    }
}

async fn digest(file: &Path) -> Result<Sha1, BlobError> {
    let mut file = tokio::fs::File::open(file).await.map_err(unreadable)?;
    let mut hasher = Hasher::new();
    let mut chunk = bytes::BytesMut::with_capacity(256 * 1024);
    while file.read_buf(&mut chunk).await.map_err(unreadable)? > 0 {
        hasher.update(&chunk);
        chunk.clear();
    }
    Ok(Sha1::parse(&hex(&hasher.finalize())).expect("twenty bytes are forty hexadecimal digits"))
}

fn unreadable(error: std::io::Error) -> BlobError {
    BlobError::Source(error.into())
}
