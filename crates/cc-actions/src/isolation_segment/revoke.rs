//! `isolation_segment_revoke_organization`

use super::{RESOURCE, entitlements_of, may_manage};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::isolation_segment::IsolationSegment;
use cc_domain::organization::Organization;

/// Takes away an entitlement that nothing of the organization makes use of. Without one there is nothing to do.
pub async fn revoke(
    call: Call<'_>,
    guid: &Guid<IsolationSegment>,
    organization: &Guid<Organization>,
) -> Result<(), Fault> {
    may_manage(call.actor)?;
    transaction!(call.ports, |tx| {
        tx.lock_isolation_segment(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        tx.lock_organization(organization).await?.ok_or_else(|| Fault::not_found("Org"))?;
        let spaces = tx.spaces_assigned_to(guid, organization).await?;
        entitlements_of(tx, organization).await?.check_revoke(guid, spaces)?;
        Ok(tx.revoke_entitlement(guid, organization).await?)
    })
}
