//! `isolation_segment_delete`

use super::{RESOURCE, may_manage};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::isolation_segment::IsolationSegment;

/// Deletes, at once, a segment that no organization is entitled to.
pub async fn delete(call: Call<'_>, guid: &Guid<IsolationSegment>) -> Result<(), Fault> {
    may_manage(call.actor)?;
    transaction!(call.ports, |tx| {
        let gone = || Fault::not_found(RESOURCE);
        let segment = tx.lock_isolation_segment(guid).await?.ok_or_else(gone)?;
        segment.check_delete(tx.uses_of_isolation_segment(guid).await?)?;
        Ok(tx.delete_isolation_segment(guid).await?)
    })
}
