//! `isolation_segment_entitle_organizations`

use super::{RESOURCE, may_manage};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::isolation_segment::{IsolationSegment, IsolationSegmentError};
use cc_domain::list::Scope;
use cc_domain::organization::Organization;

/// Entitles these organizations, all or none. The answer is all that are entitled then. The body is looked at behind the segment.
pub async fn entitle(
    call: Call<'_>,
    guid: &Guid<IsolationSegment>,
    organizations: Result<Vec<Guid<Organization>>, Fault>,
) -> Result<Vec<Guid<Organization>>, Fault> {
    may_manage(call.actor)?;
    transaction!(call.ports, |tx| {
        let gone = || Fault::not_found(RESOURCE);
        let segment = tx.lock_isolation_segment(guid).await?.ok_or_else(gone)?;
        let asked = organizations?;
        let found = tx.lock_organizations(&asked).await?;
        let found: Vec<_> = found.into_iter().map(|organization| organization.guid).collect();
        let unknown: Vec<_> = asked.into_iter().filter(|guid| !found.contains(guid)).collect();
        if !unknown.is_empty() {
            return Err(IsolationSegmentError::UnknownOrganizations(unknown).into());
        }
        let (mut newly, mut with_new_default) = (Vec::new(), Vec::new());
        for before in tx.entitlements(&found).await? {
            let after = before.clone().entitled_to(&segment);
            if !before.segments.contains(guid) {
                newly.push(before.organization);
            }
            if after.default != before.default {
                with_new_default.push(after.organization);
            }
        }
        tx.entitle(guid, &newly).await?;
        if !with_new_default.is_empty() {
            tx.set_default_isolation_segment(&with_new_default, Some(guid), call.ports.now()).await?;
        }
        Ok(tx.organizations_of_isolation_segment(guid, &Scope::Everything).await?)
    })
}
