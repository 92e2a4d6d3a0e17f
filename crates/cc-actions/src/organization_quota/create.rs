//! `organization_quota_create`

use super::{NAME_KEY, may_manage, party};
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::organization_quota::{CreateOrganizationQuota, OrganizationQuota, OrganizationQuotaError};
use cc_domain::quota::unknown_guids;
use serde_json::{Value, json};

/// Creates a quota and makes it that of the organizations that are named. What runs there is not looked at.
pub async fn create(
    call: Call<'_>,
    command: CreateOrganizationQuota,
    request: Value,
) -> Result<OrganizationQuota, Fault> {
    may_manage(call.actor)?;
    transaction!(call.ports, |tx| {
        let now = call.ports.now();
        let quota = OrganizationQuota::new(call.ports.new_guid(), command.name, &command.limits, now)?;
        let taken = || OrganizationQuotaError::NameTaken(quota.name.clone());
        tx.insert_organization_quota(&quota).await.map_err(when_taken(NAME_KEY, taken))?;
        let found = tx.lock_organizations(&command.organizations).await?;
        let organizations: Vec<_> = found.into_iter().map(|organization| organization.guid).collect();
        if let Some(unknown) = unknown_guids(&command.organizations, &organizations) {
            return Err(OrganizationQuotaError::UnknownOrganizations(unknown).into());
        }
        tx.apply_organization_quota(&quota.guid, &organizations, now).await?;
        let data = json!({ "request": request });
        call.record(tx, "audit.organization_quota.create", party(&quota), Place::default(), data).await?;
        Ok(OrganizationQuota { organizations, ..quota })
    })
}
