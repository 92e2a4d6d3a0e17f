//! `droplet_upload`: the bits are taken and stored before the answer; a job makes them those of the droplet.

use super::RESOURCE;
use crate::access;
use crate::app;
use crate::blob::Received;
use crate::fault::Fault;
use crate::job::{self, Work};
use crate::ports::{Call, Ports, transaction};
use cc_domain::blob::BlobKey;
use cc_domain::droplet::{Droplet, DropletDigests, DropletError, policy};
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::list::Scope;
use cc_domain::store::DynTx;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A file as it was sent; removed when this is dropped.
pub struct DropletFile {
    pub bits: Received,
    /// As the client called it.
    pub name: String,
}

/// The stored bits become those of the droplet.
#[derive(Serialize, Deserialize)]
pub(crate) struct Upload {
    guid: Guid<Droplet>,
    sha1: String,
    sha256: String,
    bytes: u64,
}

/// Whether the caller may upload a file of this name to this droplet now. Asked before the file is read, so that nobody else fills the disk.
pub async fn admit_upload(
    call: Call<'_>,
    guid: &Guid<Droplet>,
    file_name: Option<&str>,
) -> Result<(), Fault> {
    DropletError::check_name(file_name.ok_or(DropletError::NoFile)?)?;
    let mut reader = call.ports.store.reader().await?;
    let found = reader.find_droplet(guid, &call.actor.scope()).await?;
    let droplet = found.ok_or_else(|| Fault::not_found(RESOURCE))?;
    access::on_app(reader.as_mut(), call.actor, &droplet.app, &policy::MANAGE, RESOURCE).await?;
    droplet.upload_begun(call.ports.now())?;
    Ok(())
}

/// Stores the bits, and has them recorded by the job `droplet.upload`.
pub async fn upload(
    call: Call<'_>,
    guid: &Guid<Droplet>,
    file: Option<DropletFile>,
) -> Result<(Droplet, Guid<Job>), Fault> {
    let file = file.ok_or(DropletError::NoFile)?;
    let bytes = tokio::fs::metadata(&file.bits).await.map_err(Fault::internal)?.len();
    DropletError::check_file(&file.name, bytes)?;
    let droplet = transaction!(call.ports, |tx| {
        let found =
            tx.find_droplet(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        access::on_app(tx, call.actor, &found.app, &policy::MANAGE, RESOURCE).await?;
        let droplet = tx.lock_droplet(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let droplet = droplet.upload_begun(call.ports.now())?;
        tx.update_droplet(&droplet).await?;
        if let Some(app) = tx.find_app(&droplet.app, &Scope::Everything).await? {
            let place = app::place(tx, &app).await?;
            let data = json!({ "droplet_guid": guid.as_str() });
            call.record(tx, "audit.app.droplet.upload", app::party(&app), place, data).await?;
        }
        Ok(droplet)
    })?;
    call.ports.log_api(&droplet.app, &format!("Uploading droplet for app with guid {}", droplet.app));
    let stored = call.ports.blobs.put_file(&BlobKey::droplet(guid), &file.bits).await;
    let job = transaction!(call.ports, |tx| match stored {
        Ok(d) => {
            let upload = Upload { guid: guid.clone(), sha1: d.sha1, sha256: d.sha256, bytes: d.bytes };
            job::enqueue(tx, call.ports, &upload).await.map(Ok)
        }
        Err(error) => give_up(tx, call.ports, guid).await.map(|()| Err(Fault::from(error))),
    })?;
    Ok((droplet, job?))
}

async fn give_up(tx: &mut DynTx, ports: &Ports, guid: &Guid<Droplet>) -> Result<(), Fault> {
    let Some(droplet) = tx.lock_droplet(guid).await? else { return Ok(()) };
    Ok(tx.update_droplet(&droplet.failed("the bits could not be stored", ports.now())).await?)
}

/// Run again, it changes nothing. The bits of a droplet that is gone go too.
impl Work for Upload {
    const NAME: &'static str = "droplet.upload";

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("droplets", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        let digests = DropletDigests { sha1: self.sha1, sha256: self.sha256, bytes: self.bytes };
        let is_kept = transaction!(ports, |tx| {
            let Some(droplet) = tx.lock_droplet(&self.guid).await? else { return Ok(false) };
            let droplet = droplet.bits_stored(digests, ports.now());
            tx.update_droplet(&droplet).await?;
            app::expire_bits_later(tx, ports, &droplet.app).await?;
            Ok(true)
        })?;
        if is_kept {
            return Ok(());
        }
        Ok(ports.blobs.delete(&BlobKey::droplet(&self.guid)).await?)
    }
}
