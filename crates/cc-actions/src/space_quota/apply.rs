//! `space_quota_apply`, `space_quota_remove`

use super::{RESOURCE, locked, party};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::quota::unknown_guids;
use cc_domain::space::Space;
use cc_domain::space_quota::{SpaceQuota, SpaceQuotaError};
use cc_domain::store::DynTx;
use serde_json::json;
use std::collections::BTreeSet;

/// Makes it the quota of these spaces, all or none, in place of the ones they have. The answer is the quota with all of its own. What is
/// wrong with the body is said to those only who may do it.
pub async fn apply(
    call: Call<'_>,
    guid: &Guid<SpaceQuota>,
    to: Result<Vec<Guid<Space>>, Fault>,
) -> Result<SpaceQuota, Fault> {
    transaction!(call.ports, |tx| {
        let quota = locked(tx, call.actor, guid).await?;
        let mut to = to?;
        // Unlike an organization, a space may be named twice.
        let mut seen = BTreeSet::new();
        to.retain(|space| seen.insert(space.clone()));
        let visible = tx.spaces_by_guid(&to, &call.actor.scope()).await?;
        let visible: Vec<_> = visible.into_iter().map(|space| space.guid).collect();
        if let Some(unknown) = unknown_guids(&to, &visible) {
            return Err(SpaceQuotaError::UnknownTargets(unknown).into());
        }
        let spaces = tx.lock_spaces(&to).await?;
        if spaces.iter().any(|space| space.organization != quota.organization) {
            return Err(SpaceQuotaError::OtherOrganization.into());
        }
        if quota.limits.log_rate.is_some() && !tx.spaces_without_log_limit(&to).await?.is_empty() {
            return Err(SpaceQuotaError::UnlimitedTargets.into());
        }
        tx.apply_space_quota(Some(guid), &to, call.ports.now()).await?;
        for space in &spaces {
            record(tx, call, "audit.space_quota.apply", &quota, space).await?;
        }
        tx.lock_space_quota(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))
    })
}

/// Takes the quota from a space that has it.
pub async fn remove(call: Call<'_>, guid: &Guid<SpaceQuota>, from: &Guid<Space>) -> Result<(), Fault> {
    transaction!(call.ports, |tx| {
        let quota = locked(tx, call.actor, guid).await?;
        let space = tx.lock_space(from).await?.filter(|space| space.quota.as_ref() == Some(guid));
        let space = space.ok_or_else(|| SpaceQuotaError::NotApplied(from.clone()))?;
        tx.apply_space_quota(None, std::slice::from_ref(from), call.ports.now()).await?;
        record(tx, call, "audit.space_quota.remove", &quota, &space).await
    })
}

async fn record(
    tx: &mut DynTx,
    call: Call<'_>,
    kind: &str,
    quota: &SpaceQuota,
    space: &Space,
) -> Result<(), Fault> {
    let place = Place::space(&space.guid, &space.organization);
    let data = json!({ "space_guid": space.guid.as_str(), "space_name": space.name.as_str() });
    call.record(tx, kind, party(quota), place, data).await
}
