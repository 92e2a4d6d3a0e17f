//! `droplet_update`

use super::RESOURCE;
use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, Ports, transaction};
use cc_domain::droplet::{Droplet, UpdateDroplet, policy};
use cc_domain::guid::Guid;

/// Whether the caller may change the droplet, asked before the body is looked at: an image is for those who may report builds, the rest for
/// those who manage the app. The answer is whether the caller sees its commands.
pub async fn admit_update(call: Call<'_>, guid: &Guid<Droplet>, has_image: bool) -> Result<bool, Fault> {
    let (found, sees_secrets) = super::get(call, guid).await?;
    match has_image {
        true if call.actor.scopes.admin || call.actor.scopes.update_build_state => {}
        true => return Err(Fault::not_authorized()),
        false => {
            let mut reader = call.ports.store.reader().await?;
            access::on_app(reader.as_mut(), call.actor, &found.app, &policy::MANAGE, RESOURCE).await?;
        }
    }
    Ok(sees_secrets)
}

/// Changes the droplet for a caller who was admitted.
pub async fn update(ports: &Ports, guid: &Guid<Droplet>, change: UpdateDroplet) -> Result<Droplet, Fault> {
    transaction!(ports, |tx| {
        let droplet = tx.lock_droplet(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let metadata = droplet.metadata.patched(&change.metadata, ports.settings.metadata_limits)?;
        let droplet = droplet.updated(&change, metadata, ports.now())?;
        tx.update_droplet(&droplet).await?;
        Ok(droplet)
    })
}
