//! `space_quota_update`

use super::{NAME_KEY, locked, party};
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::patch::Patch;
use cc_domain::quota::{Unlimited, UpdateQuota};
use cc_domain::space_quota::{SpaceQuota, SpaceQuotaError};
use serde_json::{Value, json};

/// Changes name and limits. Usage above a new limit is let be, but for processes that log without any. What is wrong with the body is said
/// to those only who may do it.
pub async fn update(
    call: Call<'_>,
    guid: &Guid<SpaceQuota>,
    change: Result<UpdateQuota, Fault>,
    request: Value,
) -> Result<SpaceQuota, Fault> {
    transaction!(call.ports, |tx| {
        let quota = locked(tx, call.actor, guid).await?;
        let change = change?;
        if matches!(change.limits.log_rate, Patch::Value(_)) {
            let names = tx.spaces_without_log_limit(&quota.spaces).await?;
            if !names.is_empty() {
                return Err(SpaceQuotaError::from(Unlimited { kind: "space", names }).into());
            }
        }
        let around = tx.limits_of_organization(&quota.organization).await?.unwrap_or_default();
        let quota = quota.updated(&change, &around, call.ports.now())?;
        let taken = || SpaceQuotaError::NameTaken(quota.name.clone());
        tx.update_space_quota(&quota).await.map_err(when_taken(NAME_KEY, taken))?;
        let (place, data) = (Place::organization(&quota.organization), json!({ "request": request }));
        call.record(tx, "audit.space_quota.update", party(&quota), place, data).await?;
        Ok(quota)
    })
}
