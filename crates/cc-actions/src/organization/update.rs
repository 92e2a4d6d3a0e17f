//! `organization_update`

use super::{NAME_KEY, RESOURCE, party};
use crate::access;
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::organization::{Organization, OrganizationError, UpdateOrganization, policy};
use serde_json::{Value, json};

/// Changes name, suspension and metadata. Suspending is for admins. The target and the caller's rights are looked at before what is wrong
/// with the body.
pub async fn update(
    call: Call<'_>,
    guid: &Guid<Organization>,
    change: Result<UpdateOrganization, Fault>,
    request: Value,
) -> Result<Organization, Fault> {
    transaction!(call.ports, |tx| {
        access::in_organization(tx, call.actor, guid, &policy::UPDATE, RESOURCE).await?;
        let organization = tx.lock_organization(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let change = change?;
        let metadata =
            organization.metadata.patched(&change.metadata, call.ports.settings.metadata_limits)?;
        let organization =
            organization.updated(&change, call.actor.scopes.admin, metadata, call.ports.now())?;
        tx.update_organization(&organization)
            .await
            .map_err(when_taken(NAME_KEY, || OrganizationError::RenamedToTaken(organization.name.clone())))?;
        let place = Place::organization(&organization.guid);
        call.record(
            tx,
            "audit.organization.update",
            party(&organization),
            place,
            json!({ "request": request }),
        )
        .await?;
        Ok(organization)
    })
}
