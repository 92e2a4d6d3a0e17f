//! `organization_quota_update`

use super::{NAME_KEY, RESOURCE, may_manage, party};
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::organization_quota::{OrganizationQuota, OrganizationQuotaError};
use cc_domain::patch::Patch;
use cc_domain::quota::{Unlimited, UpdateQuota};
use serde_json::{Value, json};

/// Changes name and limits. Usage above a new limit is let be, but for processes that log without any.
pub async fn update(
    call: Call<'_>,
    guid: &Guid<OrganizationQuota>,
    change: &UpdateQuota,
    request: Value,
) -> Result<OrganizationQuota, Fault> {
    may_manage(call.actor)?;
    transaction!(call.ports, |tx| {
        let quota = tx.lock_organization_quota(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        if matches!(change.limits.log_rate, Patch::Value(_)) {
            let names = tx.organizations_without_log_limit(&quota.organizations).await?;
            if !names.is_empty() {
                return Err(OrganizationQuotaError::from(Unlimited { kind: "org", names }).into());
            }
        }
        let quota = quota.updated(change, call.ports.now())?;
        let taken = || OrganizationQuotaError::NameTaken(quota.name.clone());
        tx.update_organization_quota(&quota).await.map_err(when_taken(NAME_KEY, taken))?;
        let data = json!({ "request": request });
        call.record(tx, "audit.organization_quota.update", party(&quota), Place::default(), data).await?;
        Ok(quota)
    })
}
