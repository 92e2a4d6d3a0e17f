//! Ports to the bits.

use super::{BlobKey, BlobPrefix, Bucket, Resource, Sha1};
use crate::runtime::Digests;
use crate::store::error::StoreError;
use crate::time::Timestamp;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Bits on their way in. An error ends the upload, and nothing of it is kept.
pub type Incoming = BoxStream<'static, Result<Bytes, Cause>>;
/// Bits on their way out.
pub type Outgoing = BoxStream<'static, Result<Bytes, BlobError>>;

/// A blob that was found.
pub struct Blob {
    /// Bytes in all.
    pub size: u64,
    /// Goes on with the bits as they were found, even if the blob is replaced or deleted meanwhile.
    pub content: Outgoing,
}

/// A blob as the store lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBlob {
    pub key: BlobKey,
    pub bytes: u64,
    /// When its bits were stored, by the store's clock; that of a copy may be the time of its original.
    pub stored_at: Timestamp,
}

/// Who owns blobs.
#[async_trait]
pub trait BlobOwners {
    /// Those of `guids` that own blobs of this bucket: packages; droplets, and builds that are STAGING; buildpacks; apps.
    async fn blob_owners(&mut self, bucket: Bucket, guids: &[String]) -> Result<HashSet<String>, StoreError>;
}

#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    #[error("there is no blob {0}")]
    Missing(BlobKey),
    /// More bytes than the caller allowed. Nothing was kept.
    #[error("more than {limit} bytes")]
    TooLarge { limit: u64 },
    /// What was to be stored could not be read to its end (a client that went away, a file that is gone). Nothing was kept.
    #[error("the bits cannot be read")]
    Source(#[source] Cause),
    /// Full, gone, or not answering; worth another try.
    #[error("the blob store does not answer")]
    Unavailable(#[source] Cause),
}

/// Where packages, droplets and the like are kept. A blob is either there as a whole or not at all; a later one replaces an earlier.
/// What was stored lasts once the call is back.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait Blobs: Send + Sync + 'static {
    /// Copies a file in. The file stays.
    async fn put_file(&self, key: &BlobKey, file: &Path) -> Result<Digests, BlobError>;

    /// Stores a stream of at most `limit` bytes, hashing on the way.
    async fn put_stream(&self, key: &BlobKey, content: Incoming, limit: u64) -> Result<Digests, BlobError>;

    async fn open(&self, key: &BlobKey) -> Result<Blob, BlobError>;

    /// Bytes of the blob; `None` if there is none.
    async fn size(&self, key: &BlobKey) -> Result<Option<u64>, BlobError>;

    async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError>;

    /// Where the blob is a file of this machine, if this store keeps files. Does not say that it is there.
    fn local_path(&self, key: &BlobKey) -> Option<PathBuf>;

    async fn copy(&self, from: &BlobKey, to: &BlobKey) -> Result<(), BlobError>;

    /// A blob that is not there is deleted already.
    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError>;

    /// Every blob of a bucket, in no order. Files that are no blobs of ours are passed over.
    fn list(&self, bucket: Bucket) -> BoxStream<'static, Result<StoredBlob, BlobError>>;

    /// Deletes everything below and says how many blobs that were. Blobs stored meanwhile may stay.
    async fn delete_prefix(&self, prefix: &BlobPrefix) -> Result<u64, BlobError>;
}

/// Files known by their digest, for resource matching.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait Resources: Send + Sync + 'static {
    /// Those of `wanted` that are known with that size, in the order given.
    async fn known(&self, wanted: &[Resource]) -> Result<Vec<Resource>, BlobError>;

    /// Remembers a file if its size is worth it, under the digest of what it really holds. `None` if it was not kept.
    async fn remember(&self, file: &Path) -> Result<Option<Sha1>, BlobError>;

    async fn open(&self, sha1: &Sha1) -> Result<Blob, BlobError>;
}
