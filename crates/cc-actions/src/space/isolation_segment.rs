//! `space_isolation_segment_get`, `space_isolation_segment_set`

use super::{RESOURCE, get, party, place};
use crate::access;
use crate::fault::Fault;
use crate::isolation_segment::entitlements_of;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::isolation_segment::IsolationSegment;
use cc_domain::list::Scope;
use cc_domain::space::{Space, policy};
use serde_json::{Value, json};

/// The space's own segment.
pub async fn isolation_segment(
    call: Call<'_>,
    guid: &Guid<Space>,
) -> Result<Option<Guid<IsolationSegment>>, Fault> {
    get(call, guid, false).await?;
    Ok(call.ports.store.reader().await?.isolation_segment_of_space(guid).await?)
}

/// Makes a segment that the organization is entitled to the space's own, or leaves it without one. What is wrong with the body is said to
/// those only who may do it.
pub async fn set_isolation_segment(
    call: Call<'_>,
    guid: &Guid<Space>,
    segment: Result<Option<Guid<IsolationSegment>>, Fault>,
    request: Value,
) -> Result<Option<Guid<IsolationSegment>>, Fault> {
    transaction!(call.ports, |tx| {
        access::in_space(tx, call.actor, guid, &policy::SET_ISOLATION_SEGMENT, RESOURCE).await?;
        let segment = segment?;
        let gone = || Fault::not_found(RESOURCE);
        let found = tx.find_space(guid, &Scope::Everything).await?.ok_or_else(gone)?;
        tx.lock_organization(&found.organization).await?.ok_or_else(gone)?;
        let space = tx.lock_space(guid).await?.ok_or_else(gone)?;
        if let Some(segment) = &segment {
            entitlements_of(tx, &space.organization).await?.check_space(segment)?;
        }
        tx.set_isolation_segment_of_space(guid, segment.as_ref(), call.ports.now()).await?;
        let data = json!({ "request": request });
        call.record(tx, "audit.space.update", party(&space), place(&space), data).await?;
        Ok(segment)
    })
}
