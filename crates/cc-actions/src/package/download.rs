//! `package_download`

use super::RESOURCE;
use crate::access;
use crate::app;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::blob::BlobKey;
use cc_domain::blob::ports::Blob;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::package::{Package, policy};
use serde_json::json;

/// The zip. Needs the permission to see secrets.
pub async fn download(call: Call<'_>, guid: &Guid<Package>) -> Result<Blob, Fault> {
    let package = transaction!(call.ports, |tx| {
        let package =
            tx.find_package(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        access::on_app(tx, call.actor, &package.app, &policy::DOWNLOAD, RESOURCE).await?;
        package.check_download()?;
        if let Some(app) = tx.find_app(&package.app, &Scope::Everything).await? {
            let place = app::place(tx, &app).await?;
            let data = json!({ "package_guid": guid.as_str() });
            call.record(tx, "audit.app.package.download", app::party(&app), place, data).await?;
        }
        Ok(package)
    })?;
    call.ports.log_api(&package.app, &format!("Downloading app package for app with guid {}", package.app));
    Ok(call.ports.blobs.open(&BlobKey::package(guid)).await?)
}
