//! `package_create` with `source_guid`: a package of another app's bits or image.

use crate::access;
use crate::app;
use crate::fault::Fault;
use crate::job::{self, Work};
use crate::ports::{Call, Ports, transaction};
use cc_domain::app::App;
use cc_domain::blob::BlobKey;
use cc_domain::blob::ports::BlobError;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::package::{Package, PackageDigests, PackageError, PackageState, policy};
use cc_domain::store::DynTx;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Copies a package for another app, without metadata and credentials. Bits follow by the job `package.copy`.
pub async fn copy(call: Call<'_>, source: &Guid<Package>, app: &Guid<App>) -> Result<Package, Fault> {
    let package = transaction!(call.ports, |tx| {
        access::on_named_app(tx, call.actor, app, &policy::MANAGE, || PackageError::InvalidApp.into())
            .await?;
        let invalid_source = || Fault::from(PackageError::InvalidSource);
        let found = tx.find_package(source, &call.actor.scope()).await?.ok_or_else(invalid_source)?;
        access::on_named_app(tx, call.actor, &found.app, &policy::MANAGE, invalid_source).await?;
        let target = tx.find_app(app, &Scope::Everything).await?.ok_or(PackageError::InvalidApp)?;
        let package = found.copy_to(call.ports.new_guid(), app, call.ports.now())?;
        tx.insert_package(&package, None).await?;
        let place = app::place(tx, &target).await?;
        let data = json!({
            "package_guid": package.guid.as_str(),
            "request": { "source_package_guid": source.as_str() },
        });
        call.record(tx, "audit.app.package.create", app::party(&target), place, data).await?;
        if package.state == PackageState::Copying {
            let bits = CopyBits { from: source.clone(), to: package.guid.clone() };
            job::enqueue(tx, call.ports, &bits).await?;
        }
        Ok(package)
    })?;
    call.ports.log_api(
        app,
        &format!("Adding app package for app with guid {app} copied from package with guid {source}"),
    );
    Ok(package)
}

/// The bits, then the state. Run again, it copies again.
#[derive(Serialize, Deserialize)]
pub(crate) struct CopyBits {
    from: Guid<Package>,
    to: Guid<Package>,
}

impl Work for CopyBits {
    const NAME: &'static str = "package.copy";

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        let Self { from, to } = &self;
        let digests = {
            let mut reader = ports.store.reader().await?;
            reader.find_package(from, &Scope::Everything).await?.and_then(|p| p.digests().cloned())
        };
        let copied = match digests {
            None => None,
            Some(digests) => match ports.blobs.copy(&BlobKey::package(from), &BlobKey::package(to)).await {
                Ok(()) => Some(digests),
                Err(BlobError::Missing(_)) => None,
                Err(error) => return Err(error.into()),
            },
        };
        if transaction!(ports, |tx| record(tx, ports, from, to, copied).await)? {
            return Ok(());
        }
        Ok(ports.blobs.delete(&BlobKey::package(to)).await?)
    }
}

/// `false` if the package is gone.
async fn record(
    tx: &mut DynTx,
    ports: &Ports,
    from: &Guid<Package>,
    guid: &Guid<Package>,
    copied: Option<PackageDigests>,
) -> Result<bool, Fault> {
    let Some(package) = tx.lock_package(guid).await? else { return Ok(false) };
    let package = match copied {
        Some(digests) => package.bits_stored(digests, ports.now()),
        None => package.bits_failed(&format!("failed to copy - Could not find object '{from}'"), ports.now()),
    };
    tx.update_package(&package).await?;
    Ok(true)
}
