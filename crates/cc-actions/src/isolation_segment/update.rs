//! `isolation_segment_update`

use super::{NAME_KEY, RESOURCE, may_manage};
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::isolation_segment::{IsolationSegment, IsolationSegmentError, UpdateIsolationSegment};

/// Changes name and metadata of a segment that nothing is assigned to. The body is looked at behind the segment.
pub async fn update(
    call: Call<'_>,
    guid: &Guid<IsolationSegment>,
    change: Result<UpdateIsolationSegment, Fault>,
) -> Result<IsolationSegment, Fault> {
    may_manage(call.actor)?;
    transaction!(call.ports, |tx| {
        let gone = || Fault::not_found(RESOURCE);
        let segment = tx.lock_isolation_segment(guid).await?.ok_or_else(gone)?;
        let change = change?;
        segment.check_update(tx.uses_of_isolation_segment(guid).await?)?;
        let metadata = segment.metadata.patched(&change.metadata, call.ports.settings.metadata_limits)?;
        let segment = segment.updated(&change.name, metadata, call.ports.now())?;
        let updated = tx.update_isolation_segment(&segment).await;
        updated.map_err(when_taken(NAME_KEY, || IsolationSegmentError::NameTaken))?;
        Ok(segment)
    })
}
