//! `build_update`: metadata. States are for external stagers, which this installation has none of.

use super::RESOURCE;
use crate::access;
use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::build::{Build, policy};
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataPatch;
use cc_domain::store::{DynTx, finish};

pub async fn update(
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Build>,
    change: &MetadataPatch,
) -> Result<Build, Fault> {
    let mut tx = ports.store.begin().await?;
    let outcome = steps(tx.as_mut(), ports, actor, guid, change).await;
    finish(tx, outcome).await
}

async fn steps(
    tx: &mut DynTx,
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Build>,
    change: &MetadataPatch,
) -> Result<Build, Fault> {
    let found = tx.find_build(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    access::on_app(tx, actor, &found.app, &policy::UPDATE, RESOURCE).await?;
    let build = tx.lock_build(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let metadata = build.metadata.patched(change, ports.settings.metadata_limits)?;
    let build = Build { metadata, updated_at: ports.now(), ..build };
    tx.update_build(&build).await?;
    Ok(build)
}

/// The end of a build is reported by the engine of this installation and by nobody else, whatever their scopes.
pub fn check_state_report(actor: &Actor) -> Result<(), Fault> {
    if actor.scopes.admin || actor.scopes.update_build_state {
        Err(Fault::unprocessable("State is reported by the engine of this installation"))
    } else {
        Err(Fault::not_authorized())
    }
}
