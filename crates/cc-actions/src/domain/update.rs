//! `domain_update`

use super::{RESOURCE, check_manage, seen_one, visible};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::domain::Domain;
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataPatch;

/// Changes metadata, which is all that changes of a domain.
pub async fn update(call: Call<'_>, guid: &Guid<Domain>, metadata: &MetadataPatch) -> Result<Domain, Fault> {
    transaction!(call.ports, |tx| {
        let domain = visible(tx, call.actor, guid).await?;
        check_manage(tx, call.actor, &domain).await?;
        let domain = tx.lock_domain(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let metadata = domain.metadata.patched(metadata, call.ports.settings.metadata_limits)?;
        let domain = domain.updated(metadata, call.ports.now());
        tx.update_domain(&domain).await?;
        seen_one(tx, call.actor, domain).await
    })
}
