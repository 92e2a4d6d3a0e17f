//! `isolation_segment_create`

use super::{NAME_KEY, may_manage};
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::isolation_segment::{CreateIsolationSegment, IsolationSegment, IsolationSegmentError};
use cc_domain::metadata::Metadata;

/// Creates a segment that no organization is entitled to yet.
pub async fn create(call: Call<'_>, command: CreateIsolationSegment) -> Result<IsolationSegment, Fault> {
    may_manage(call.actor)?;
    let metadata = Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?;
    let segment = IsolationSegment::new(call.ports.new_guid(), &command.name, metadata, call.ports.now())?;
    transaction!(call.ports, |tx| {
        let inserted = tx.insert_isolation_segment(&segment).await;
        inserted.map_err(when_taken(NAME_KEY, || IsolationSegmentError::NameTaken))?;
        Ok(())
    })?;
    Ok(segment)
}
