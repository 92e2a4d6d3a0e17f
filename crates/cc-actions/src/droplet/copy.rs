//! `droplet_create` with `source_guid`: a droplet of another app's bits or image.

use super::RESOURCE;
use crate::access;
use crate::app;
use crate::fault::Fault;
use crate::job::{self, Work};
use crate::ports::{Call, Ports, transaction};
use cc_domain::app::App;
use cc_domain::blob::BlobKey;
use cc_domain::blob::ports::BlobError;
use cc_domain::droplet::{Droplet, DropletDigests, DropletState, policy};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::store::DynTx;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Copies a staged droplet for an app, without metadata. Bits follow by the job `droplet.copy`.
pub async fn copy(call: Call<'_>, source: &Guid<Droplet>, app: &Guid<App>) -> Result<Droplet, Fault> {
    let droplet = transaction!(call.ports, |tx| {
        let found =
            tx.find_droplet(source, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        access::on_app(tx, call.actor, app, &policy::MANAGE, app::RESOURCE).await?;
        let target = tx.find_app(app, &Scope::Everything).await?;
        let target = target.ok_or_else(|| Fault::not_found(app::RESOURCE))?;
        let droplet = found.copy_to(call.ports.new_guid(), &target, call.ports.now())?;
        tx.insert_droplet(&droplet).await?;
        let place = app::place(tx, &target).await?;
        let data = json!({
            "droplet_guid": droplet.guid.as_str(),
            "request": { "source_droplet_guid": source.as_str() },
        });
        call.record(tx, "audit.app.droplet.create", app::party(&target), place, data).await?;
        if droplet.state == DropletState::Copying {
            let bits = CopyBits { from: source.clone(), to: droplet.guid.clone() };
            job::enqueue(tx, call.ports, &bits).await?;
        }
        Ok(droplet)
    })?;
    call.ports.log_api(app, &format!("Creating droplet for app with guid {app}"));
    Ok(droplet)
}

/// The bits, then the state. Run again, it copies again.
#[derive(Serialize, Deserialize)]
pub(crate) struct CopyBits {
    from: Guid<Droplet>,
    to: Guid<Droplet>,
}

impl Work for CopyBits {
    const NAME: &'static str = "droplet.copy";

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        let Self { from, to } = &self;
        let digests = {
            let mut reader = ports.store.reader().await?;
            reader.find_droplet(from, &Scope::Everything).await?.and_then(|d| d.digests)
        };
        let copied = match digests {
            None => None,
            Some(digests) => match ports.blobs.copy(&BlobKey::droplet(from), &BlobKey::droplet(to)).await {
                Ok(()) => Some(digests),
                Err(BlobError::Missing(_)) => None,
                Err(error) => return Err(error.into()),
            },
        };
        if transaction!(ports, |tx| record(tx, ports, to, copied).await)? {
            return Ok(());
        }
        Ok(ports.blobs.delete(&BlobKey::droplet(to)).await?)
    }
}

/// `false` if the droplet is gone.
async fn record(
    tx: &mut DynTx,
    ports: &Ports,
    guid: &Guid<Droplet>,
    copied: Option<DropletDigests>,
) -> Result<bool, Fault> {
    let Some(droplet) = tx.lock_droplet(guid).await? else { return Ok(false) };
    let droplet = match copied {
        Some(digests) => droplet.bits_stored(digests, ports.now()),
        None => droplet.failed("failed to copy - source droplet has no bits", ports.now()),
    };
    tx.update_droplet(&droplet).await?;
    Ok(true)
}
