//! `organization_quota_apply`

use super::{RESOURCE, may_manage, party};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::organization::Organization;
use cc_domain::organization_quota::{OrganizationQuota, OrganizationQuotaError};
use cc_domain::quota::unknown_guids;
use serde_json::json;

/// Makes it the quota of these organizations, all or none, in place of the ones they have. The answer is the quota with all of its own.
pub async fn apply(
    call: Call<'_>,
    guid: &Guid<OrganizationQuota>,
    to: &[Guid<Organization>],
) -> Result<OrganizationQuota, Fault> {
    may_manage(call.actor)?;
    transaction!(call.ports, |tx| {
        let gone = || Fault::not_found(RESOURCE);
        let quota = tx.lock_organization_quota(guid).await?.ok_or_else(gone)?;
        let organizations = tx.lock_organizations(to).await?;
        let found: Vec<_> = organizations.iter().map(|organization| organization.guid.clone()).collect();
        if let Some(unknown) = unknown_guids(to, &found) {
            return Err(OrganizationQuotaError::UnknownTargets(unknown).into());
        }
        if quota.limits.log_rate.is_some() && !tx.organizations_without_log_limit(&found).await?.is_empty() {
            return Err(OrganizationQuotaError::UnlimitedTargets.into());
        }
        tx.apply_organization_quota(guid, &found, call.ports.now()).await?;
        for organization in &organizations {
            let place = Place::organization(&organization.guid);
            let data = json!({
                "organization_guid": organization.guid.as_str(),
                "organization_name": organization.name.as_str(),
            });
            call.record(tx, "audit.organization_quota.apply", party(&quota), place, data).await?;
        }
        tx.lock_organization_quota(guid).await?.ok_or_else(gone)
    })
}
