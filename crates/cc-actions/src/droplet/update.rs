//! `droplet_update`

use super::RESOURCE;
use crate::access;
use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::droplet::{Droplet, UpdateDroplet, policy};
use cc_domain::guid::Guid;
use cc_domain::store::{DynTx, finish};

/// Changes metadata; the image is for admins and external stagers.
pub async fn update(
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Droplet>,
    change: UpdateDroplet,
) -> Result<Droplet, Fault> {
    let mut tx = ports.store.begin().await?;
    let outcome = steps(tx.as_mut(), ports, actor, guid, change).await;
    finish(tx, outcome).await
}

async fn steps(
    tx: &mut DynTx,
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Droplet>,
    change: UpdateDroplet,
) -> Result<Droplet, Fault> {
    let found = tx.find_droplet(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    access::on_app(tx, actor, &found.app, &policy::MANAGE, RESOURCE).await?;
    if !change.image.is_absent() && !actor.scopes.admin && !actor.scopes.update_build_state {
        return Err(Fault::not_authorized());
    }
    let droplet = tx.lock_droplet(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let metadata = droplet.metadata.patched(&change.metadata, ports.settings.metadata_limits)?;
    let droplet = droplet.updated(&change, metadata, ports.now())?;
    tx.update_droplet(&droplet).await?;
    Ok(droplet)
}
