//! `organization_default_isolation_segment_get`, `organization_default_isolation_segment_set`

use super::{RESOURCE, get};
use crate::access;
use crate::fault::Fault;
use crate::isolation_segment::entitlements_of;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::isolation_segment::IsolationSegment;
use cc_domain::organization::{Organization, policy};
use cc_domain::patch::Patch;

/// The segment of spaces without one of their own.
pub async fn default_isolation_segment(
    call: Call<'_>,
    guid: &Guid<Organization>,
) -> Result<Option<Guid<IsolationSegment>>, Fault> {
    get(call, guid).await?;
    Ok(call.ports.store.reader().await?.default_isolation_segment(guid).await?)
}

/// Makes a segment that the organization is entitled to its default, or leaves it without one.
pub async fn set_default_isolation_segment(
    call: Call<'_>,
    guid: &Guid<Organization>,
    segment: Patch<Guid<IsolationSegment>>,
) -> Result<Option<Guid<IsolationSegment>>, Fault> {
    transaction!(call.ports, |tx| {
        access::in_organization(tx, call.actor, guid, &policy::UPDATE, RESOURCE).await?;
        tx.lock_organization(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        if segment.is_absent() {
            return Ok(None);
        }
        let segment = segment.value();
        if let Some(segment) = &segment {
            entitlements_of(tx, guid).await?.check_default(segment)?;
        }
        let organizations = std::slice::from_ref(guid);
        tx.set_default_isolation_segment(organizations, segment.as_ref(), call.ports.now()).await?;
        Ok(segment)
    })
}
