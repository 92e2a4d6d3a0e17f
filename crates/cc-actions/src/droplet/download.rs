//! `droplet_download`

use super::RESOURCE;
use crate::access;
use crate::app;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::blob::BlobKey;
use cc_domain::blob::ports::Blob;
use cc_domain::droplet::{Droplet, policy};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use serde_json::json;

/// The gzipped tar.
pub async fn download(call: Call<'_>, guid: &Guid<Droplet>) -> Result<Blob, Fault> {
    let droplet = transaction!(call.ports, |tx| {
        let droplet =
            tx.find_droplet(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        access::on_app(tx, call.actor, &droplet.app, &policy::DOWNLOAD, RESOURCE).await?;
        droplet.check_download()?;
        if let Some(app) = tx.find_app(&droplet.app, &Scope::Everything).await? {
            let place = app::place(tx, &app).await?;
            let data = json!({ "droplet_guid": guid.as_str() });
            call.record(tx, "audit.app.droplet.download", app::party(&app), place, data).await?;
        }
        Ok(droplet)
    })?;
    call.ports.log_api(&droplet.app, &format!("Downloading droplet for app with guid {}", droplet.app));
    Ok(call.ports.blobs.open(&BlobKey::droplet(guid)).await?)
}
