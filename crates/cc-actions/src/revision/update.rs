//! `revision_update`

use super::RESOURCE;
use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataPatch;
use cc_domain::revision::{Revision, policy};

/// Changes metadata; nothing else of a revision changes.
pub async fn update(call: Call<'_>, guid: &Guid<Revision>, change: MetadataPatch) -> Result<Revision, Fault> {
    transaction!(call.ports, |tx| {
        let gone = || Fault::not_found(RESOURCE);
        let found = tx.find_revision(guid, &call.actor.scope()).await?.ok_or_else(gone)?;
        access::on_app(tx, call.actor, &found.app, &policy::UPDATE, RESOURCE).await?;
        tx.lock_app(&found.app).await?.ok_or_else(gone)?;
        let revision = tx.find_revision(guid, &call.actor.scope()).await?.ok_or_else(gone)?;
        let metadata = revision.metadata.patched(&change, call.ports.settings.metadata_limits)?;
        let revision = revision.with_metadata(metadata, call.ports.now());
        tx.update_revision(&revision).await?;
        Ok(revision)
    })
}
