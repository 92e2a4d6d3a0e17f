//! `package_upload`: the bits are kept before the answer; a job looks at them and completes them from the pool.

use super::archive::{self, ArchiveError, Extra};
use super::{RESOURCE, cut_off};
use crate::access;
use crate::app;
use crate::fault::Fault;
use crate::feature_flag;
use crate::hold::Hold;
use crate::job::{self, Work};
use crate::ports::{Call, Ports, transaction};
use crate::wakes::Changed;
use cc_domain::blob::ports::{Blob, BlobError};
use cc_domain::blob::{BlobKey, ResourceLimits, Sha1};
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::package::{Package, PackageDigests, PackageError, PackageState, policy};
use cc_domain::resource_match::Resource;
use cc_domain::store::DynTx;
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::Path;
use tempfile::TempPath;
use tokio::io::AsyncWriteExt;
use tokio::task::spawn_blocking;

/// Files of one package that are remembered for later uploads.
const MAX_REMEMBERED: usize = 1_000;

/// What came with an upload.
pub struct PackageUpload {
    /// A zip; removed when this is dropped.
    pub bits: Option<TempPath>,
    /// Files that the platform has already.
    pub resources: Vec<Resource>,
}

/// Why the bits were not stored.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("Could not find object '{0}'")]
    UnknownResource(String),
    #[error("Failed to perform blobstore operation after three retries.")]
    Blobs(#[source] BlobError),
    #[error("The upload was cut off.")]
    CutOff,
}

/// Whether the caller may upload bits to this package now. Asked before the body is read, so that nobody else fills the disk.
pub async fn admit_upload(call: Call<'_>, guid: &Guid<Package>) -> Result<(), Fault> {
    feature_flag::current(call.ports).await?.check(FeatureFlag::AppBitsUpload, call.actor)?;
    let mut reader = call.ports.store.reader().await?;
    let found = reader.find_package(guid, &call.actor.scope()).await?;
    let package = found.ok_or_else(|| Fault::not_found(RESOURCE))?;
    access::on_app(reader.as_mut(), call.actor, &package.app, &policy::MANAGE, RESOURCE).await?;
    package.upload_begun(call.ports.now())?;
    Ok(())
}

/// Looks at what was stored and completes it from the pool.
#[derive(Serialize, Deserialize)]
pub(crate) struct Upload {
    guid: Guid<Package>,
    /// What was stored of the client's own zip, if there was one.
    sent: Option<Sent>,
    resources: Vec<Resource>,
}

#[derive(Serialize, Deserialize)]
struct Sent {
    sha1: String,
    sha256: String,
    bytes: u64,
}

/// Keeps what was sent where the package's bits will be, and has it looked at and completed by the job `package.upload`. The answer is held
/// up to `hold` until the package is READY or FAILED.
pub async fn upload(
    call: Call<'_>,
    guid: &Guid<Package>,
    upload: PackageUpload,
    hold: &Hold,
) -> Result<Package, Fault> {
    if upload.bits.is_none() && upload.resources.is_empty() {
        return Err(PackageError::NothingUploaded.into());
    }
    let package = transaction!(call.ports, |tx| {
        let found =
            tx.find_package(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        access::on_app(tx, call.actor, &found.app, &policy::MANAGE, RESOURCE).await?;
        let package = tx.lock_package(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let package = package.upload_begun(call.ports.now())?;
        tx.update_package(&package).await?;
        cut_off::watch(tx, call.ports, guid).await?;
        if let Some(app) = tx.find_app(&package.app, &Scope::Everything).await? {
            let place = app::place(tx, &app).await?;
            let data = json!({ "package_guid": guid.as_str() });
            call.record(tx, "audit.app.package.upload", app::party(&app), place, data).await?;
        }
        Ok(package)
    })?;
    call.ports.log_api(&package.app, &format!("Uploading app package for app with guid {}", package.app));
    let mut waiting = call.ports.wakes.listen();
    let sent = match &upload.bits {
        None => Ok(None),
        Some(zip) => call.ports.blobs.put_file(&BlobKey::package(guid), zip).await.map(Some),
    };
    transaction!(call.ports, |tx| match sent {
        Ok(sent) => {
            let sent = sent.map(|d| Sent { sha1: d.sha1, sha256: d.sha256, bytes: d.bytes });
            let upload = Upload { guid: guid.clone(), sent, resources: upload.resources };
            job::enqueue(tx, call.ports, &upload).await.map(|_| ())
        }
        Err(error) => record(tx, call.ports, guid, Err(Failure::Blobs(error))).await.map(|_| ()),
    })?;
    if hold.is_none() {
        return Ok(package);
    }
    waiting.until(Changed::Package, guid.as_str(), hold.begin()).await;
    let now = call.ports.store.reader().await?.find_package(guid, &Scope::Everything).await?;
    Ok(now.unwrap_or(package))
}

impl Upload {
    /// Of all jobs that end an upload of this package.
    pub(super) fn key_of(package: &Guid<Package>) -> String {
        format!("package.upload:{package}")
    }
}

/// Run again, it makes the same zip of what lies there: a file that was added before is not added twice. The bits of a package that is gone
/// or FAILED go.
impl Work for Upload {
    const NAME: &'static str = "package.upload";

    fn key(&self) -> Option<String> {
        Some(Self::key_of(&self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        let guid = &self.guid;
        let found = ports.store.reader().await?.find_package(guid, &Scope::Everything).await?;
        let is_begun = found.as_ref().is_some_and(|package| package.state == PackageState::ProcessingUpload);
        let package = if is_begun {
            let stored = process(ports, guid, self.sent, &self.resources).await;
            transaction!(ports, |tx| record(tx, ports, guid, stored).await)?
        } else {
            found
        };
        if package.is_none_or(|package| package.state == PackageState::Failed) {
            ports.blobs.delete(&BlobKey::package(guid)).await?;
        }
        ports.wakes.changed(Changed::Package, guid.as_str());
        Ok(())
    }
}

/// `None` if the package was deleted meanwhile.
pub(super) async fn record(
    tx: &mut DynTx,
    ports: &Ports,
    guid: &Guid<Package>,
    stored: Result<PackageDigests, Failure>,
) -> Result<Option<Package>, Fault> {
    let Some(package) = tx.lock_package(guid).await? else { return Ok(None) };
    let package = match stored {
        Ok(digests) => package.bits_stored(digests, ports.now()),
        Err(failure) => {
            tracing::info!(package = guid.as_str(), error = ?failure, "an upload was not taken");
            package.bits_failed(&failure.to_string(), ports.now())
        }
    };
    tx.update_package(&package).await?;
    app::expire_bits_later(tx, ports, &package.app).await?;
    Ok(Some(package))
}

async fn process(
    ports: &Ports,
    guid: &Guid<Package>,
    sent: Option<Sent>,
    resources: &[Resource],
) -> Result<PackageDigests, Failure> {
    let limits = ResourceLimits::DEFAULT;
    let max_bytes = ports.settings.uploads.max_bytes;
    let key = BlobKey::package(guid);
    let is_new = sent.is_none();
    let as_sent = sent.filter(|_| resources.is_empty());
    // What is only looked at need not be copied from a store of files.
    let kept = as_sent.as_ref().and_then(|_| ports.blobs.local_path(&key));
    let own = match &kept {
        Some(_) => None,
        None if is_new => Some(scratch(ports)?),
        None => Some(copied(ports, ports.blobs.open(&key).await.map_err(Failure::Blobs)?).await?),
    };
    let zip = kept.or_else(|| own.as_ref().map(|own| own.to_path_buf())).unwrap_or_default();
    let mut worth = Vec::new();
    if !is_new {
        let path = zip.clone();
        worth = blocking(move || archive::check(&path, max_bytes, (limits.smallest, limits.largest))).await?;
    }
    let stored = match as_sent {
        Some(sent) => PackageDigests { sha1: sent.sha1, sha256: sent.sha256, bytes: sent.bytes },
        None => {
            // Held until the zip is complete.
            let (extras, _files) = fetch(ports, resources).await?;
            let path = zip.clone();
            blocking(move || {
                archive::add(&path, is_new, &extras)?;
                archive::check(&path, max_bytes, (1, 0)).map(|_| ())
            })
            .await?;
            let stored = ports.blobs.put_file(&key, &zip).await.map_err(Failure::Blobs)?;
            PackageDigests { sha1: stored.sha1, sha256: stored.sha256, bytes: stored.bytes }
        }
    };
    remember(ports, &zip, &worth).await;
    Ok(stored)
}

/// A file of this machine with the bits of a blob.
async fn copied(ports: &Ports, mut blob: Blob) -> Result<TempPath, Failure> {
    let scratch = scratch(ports)?;
    let mut file = tokio::fs::File::create(&scratch).await.map_err(ArchiveError::Io)?;
    while let Some(bytes) = blob.content.try_next().await.map_err(Failure::Blobs)? {
        file.write_all(&bytes).await.map_err(ArchiveError::Io)?;
    }
    file.flush().await.map_err(ArchiveError::Io)?;
    Ok(scratch)
}

fn scratch(ports: &Ports) -> Result<TempPath, Failure> {
    let file = tempfile::NamedTempFile::new_in(&ports.settings.uploads.folder).map_err(ArchiveError::Io)?;
    Ok(file.into_temp_path())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ArchiveError> + Send + 'static,
) -> Result<T, Failure> {
    match spawn_blocking(work).await {
        Ok(outcome) => Ok(outcome?),
        Err(error) => Err(ArchiveError::Io(std::io::Error::other(error)).into()),
    }
}

/// The files of the pool that the client did not send, with their names in the zip.
async fn fetch(ports: &Ports, resources: &[Resource]) -> Result<(Vec<Extra>, Vec<TempPath>), Failure> {
    let (mut extras, mut files) = (Vec::new(), Vec::new());
    for resource in resources {
        let path = archive::safe_path(resource.path.as_deref())?;
        let mode = archive::file_mode(resource.mode.as_deref(), &path)?;
        let unknown = || Failure::UnknownResource(resource.sha1.clone());
        let sha1 = Sha1::parse(&resource.sha1).ok_or_else(unknown)?;
        let blob = match ports.resources.open(&sha1).await {
            Ok(blob) => blob,
            Err(BlobError::Missing(_)) => return Err(unknown()),
            Err(error) => return Err(Failure::Blobs(error)),
        };
        let scratch = copied(ports, blob).await?;
        extras.push(Extra { path, mode, file: scratch.to_path_buf() });
        files.push(scratch);
    }
    Ok((extras, files))
}

/// Puts the bigger files into the pool. Only a saving: what goes wrong here does not concern the package.
async fn remember(ports: &Ports, zip: &Path, worth: &[usize]) {
    match feature_flag::current(ports).await {
        Ok(flags) if flags.is_enabled(FeatureFlag::ResourceMatching) => {}
        _ => return,
    }
    for index in worth.iter().copied().take(MAX_REMEMBERED) {
        let Ok(file) = scratch(ports) else { return };
        let (from, to) = (zip.to_path_buf(), file.to_path_buf());
        if blocking(move || archive::extract(&from, index, &to)).await.is_err() {
            continue;
        }
        if let Err(error) = ports.resources.remember(&file).await {
            tracing::debug!(%error, "a file was not remembered");
            return;
        }
    }
}
