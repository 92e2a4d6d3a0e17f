//! `deployment_update`

use super::{RESOURCE, locked, visible};
use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::deployment::{Deployment, policy};
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataPatch;

/// Changes the metadata. What is wrong with the body is said to those only who may do it.
pub async fn update(
    call: Call<'_>,
    guid: &Guid<Deployment>,
    change: Result<MetadataPatch, Fault>,
) -> Result<Deployment, Fault> {
    transaction!(call.ports, |tx| {
        let found = visible(tx, call.actor, guid).await?;
        access::on_app(tx, call.actor, &found.app, &policy::UPDATE, RESOURCE).await?;
        let (_, deployment) = locked(tx, &found).await?;
        let metadata = deployment.metadata.patched(&change?, call.ports.settings.metadata_limits)?;
        let deployment = Deployment { metadata, updated_at: call.ports.now(), ..deployment };
        tx.update_deployment(&deployment).await?;
        Ok(deployment)
    })
}
