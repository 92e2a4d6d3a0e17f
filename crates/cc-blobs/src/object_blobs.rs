//! [`Blobs`] over an object store.

use crate::hashing::Hashing;
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use cc_domain::blob::ports::{Blob, BlobError, Blobs, Incoming, StoredBlob};
use cc_domain::blob::{BlobKey, BlobPrefix, Bucket};
use cc_domain::runtime::Digests;
use cc_domain::time::Timestamp;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::{Error, MultipartUpload, ObjectStore, ObjectStoreExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::AsyncReadExt;

/// What is held in memory of one upload, and the smallest part that S3 takes.
const PART: usize = 5 * 1024 * 1024;
/// How much of a file is read and hashed at a time.
const CHUNK: usize = 256 * 1024;

/// Blobs in an object store. Cheap to clone.
#[derive(Clone)]
pub struct ObjectBlobs {
    store: Arc<dyn ObjectStore>,
    /// The folder, if blobs are files.
    folder: Option<PathBuf>,
}

impl ObjectBlobs {
    /// Files below `folder`, which is made if it is missing. A blob is written beside its place and renamed, and is on disk when
    /// the call returns.
    ///
    /// Removes what an earlier process left half-written, so only one process may use the folder at a time.
    pub fn files(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        remove_half_written(&folder)?;
        let store = LocalFileSystem::new_with_prefix(&folder)
            .map_err(std::io::Error::other)?
            .with_fsync(true)
            .with_automatic_cleanup(true);
        Ok(Self { store: Arc::new(store), folder: Some(folder) })
    }

    /// Gone with the value.
    #[cfg(feature = "testing")]
    pub fn in_memory() -> Self {
        Self { store: Arc::new(object_store::memory::InMemory::new()), folder: None }
    }

    async fn store(&self, key: &BlobKey, content: Incoming, limit: u64) -> Result<Digests, BlobError> {
        let mut target =
            Target { store: self.store.as_ref(), location: location(key.as_str()), upload: None };
        match fill(&mut target, content, limit).await {
            Ok(digests) => Ok(digests),
            Err(error) => {
                target.abort().await;
                Err(error)
            }
        }
    }
}

#[async_trait]
impl Blobs for ObjectBlobs {
    async fn put_file(&self, key: &BlobKey, file: &Path) -> Result<Digests, BlobError> {
        let file = tokio::fs::File::open(file).await.map_err(|e| BlobError::Source(e.into()))?;
        let chunks = stream::try_unfold(file, |mut file| async move {
            let mut chunk = BytesMut::with_capacity(CHUNK);
            let read = file.read_buf(&mut chunk).await?;
            Ok((read > 0).then(|| (chunk.freeze(), file)))
        });
        self.store(key, chunks.boxed(), u64::MAX).await
    }

    async fn put_stream(&self, key: &BlobKey, content: Incoming, limit: u64) -> Result<Digests, BlobError> {
        self.store(key, content, limit).await
    }

    async fn open(&self, key: &BlobKey) -> Result<Blob, BlobError> {
        let found = self.store.get(&location(key.as_str())).await.map_err(|error| match error {
            Error::NotFound { .. } => BlobError::Missing(key.clone()),
            other => unavailable(other),
        })?;
        Ok(Blob { size: found.meta.size, content: found.into_stream().map_err(unavailable).boxed() })
    }

    async fn size(&self, key: &BlobKey) -> Result<Option<u64>, BlobError> {
        match self.store.head(&location(key.as_str())).await {
            Ok(found) => Ok(Some(found.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(other) => Err(unavailable(other)),
        }
    }

    async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        Ok(self.size(key).await?.is_some())
    }

    fn local_path(&self, key: &BlobKey) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(key.as_str()))
    }

    async fn copy(&self, from: &BlobKey, to: &BlobKey) -> Result<(), BlobError> {
        match self.store.copy(&location(from.as_str()), &location(to.as_str())).await {
            Ok(()) => Ok(()),
            Err(Error::NotFound { .. }) => Err(BlobError::Missing(from.clone())),
            Err(other) => Err(unavailable(other)),
        }
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        match self.store.delete(&location(key.as_str())).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(other) => Err(unavailable(other)),
        }
    }

    fn list(&self, bucket: Bucket) -> BoxStream<'static, Result<StoredBlob, BlobError>> {
        let found = self.store.list(Some(&location(bucket.everything().as_str()))).map_err(unavailable);
        let blobs = found.try_filter_map(|meta| async move {
            let stored_at = Timestamp::from_micros(meta.last_modified.timestamp_micros());
            let key = BlobKey::parse(meta.location.as_ref());
            Ok(key.map(|key| StoredBlob { key, bytes: meta.size, stored_at }))
        });
        blobs.boxed()
    }

    async fn delete_prefix(&self, prefix: &BlobPrefix) -> Result<u64, BlobError> {
        let found = self.store.list(Some(&location(prefix.as_str()))).map_ok(|meta| meta.location).boxed();
        self.store
            .delete_stream(found)
            .try_fold(0, |count, _| async move { Ok(count + 1) })
            .await
            .map_err(unavailable)
    }
}

/// Where an upload goes: in one piece while it is small, in parts once it is not.
struct Target<'a> {
    store: &'a dyn ObjectStore,
    location: Location,
    upload: Option<Box<dyn MultipartUpload>>,
}

impl Target<'_> {
    async fn part(&mut self, part: Bytes) -> Result<(), BlobError> {
        let mut upload = match self.upload.take() {
            Some(upload) => upload,
            None => self.store.put_multipart(&self.location).await.map_err(unavailable)?,
        };
        let put = upload.put_part(part.into()).await;
        self.upload = Some(upload);
        put.map_err(unavailable)
    }

    async fn finish(&mut self, rest: Bytes) -> Result<(), BlobError> {
        if self.upload.is_none() {
            return self.store.put(&self.location, rest.into()).await.map(drop).map_err(unavailable);
        }
        if !rest.is_empty() {
            self.part(rest).await?;
        }
        match self.upload.as_mut() {
            Some(upload) => upload.complete().await.map(drop).map_err(unavailable),
            None => Ok(()),
        }
    }

    /// The error that led here is the one to tell, so that of aborting is not.
    async fn abort(&mut self) {
        if let Some(mut upload) = self.upload.take() {
            let _ = upload.abort().await;
        }
    }
}

async fn fill(target: &mut Target<'_>, mut content: Incoming, limit: u64) -> Result<Digests, BlobError> {
    let mut hashing = Hashing::default();
    let mut held = BytesMut::new();
    while let Some(chunk) = content.try_next().await.map_err(BlobError::Source)? {
        hashing.update(&chunk);
        if hashing.bytes() > limit {
            return Err(BlobError::TooLarge { limit });
        }
        held.extend_from_slice(&chunk);
        while held.len() >= PART {
            target.part(held.split_to(PART).freeze()).await?;
        }
    }
    target.finish(held.freeze()).await?;
    Ok(hashing.finish())
}

/// Keys hold nothing that a location would encode.
fn location(key: &str) -> Location {
    Location::from(key)
}

fn unavailable(error: Error) -> BlobError {
    BlobError::Unavailable(Box::new(error))
}

/// The store writes to `<name>#<number>` first; no key has a `#`.
fn remove_half_written(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_half_written(&entry.path())?;
        } else if entry.file_name().to_string_lossy().contains('#') {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
