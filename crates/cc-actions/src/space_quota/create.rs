//! `space_quota_create`

use super::{NAME_KEY, party};
use crate::access;
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::quota::unknown_guids;
use cc_domain::space_quota::{CreateSpaceQuota, SpaceQuota, SpaceQuotaError, policy};
use serde_json::{Value, json};

/// Creates a quota and makes it that of the spaces that are named. What runs there is not looked at.
pub async fn create(call: Call<'_>, command: CreateSpaceQuota, request: Value) -> Result<SpaceQuota, Fault> {
    transaction!(call.ports, |tx| {
        let organization = &command.organization;
        let unknown = || Fault::from(SpaceQuotaError::UnknownOrganization(organization.clone()));
        access::in_named_organization(tx, call.actor, organization, &policy::CREATE, unknown).await?;
        let organization = tx.lock_organization(organization).await?.ok_or_else(unknown)?;
        let now = call.ports.now();
        let around = tx.limits_of_organization(&organization.guid).await?.unwrap_or_default();
        let quota = SpaceQuota::new(call.ports.new_guid(), &command, &around, now)?;
        let taken = || SpaceQuotaError::NameTaken(quota.name.clone());
        tx.insert_space_quota(&quota).await.map_err(when_taken(NAME_KEY, taken))?;
        let found = tx.lock_spaces(&command.spaces).await?;
        let own = found.into_iter().filter(|space| space.organization == organization.guid);
        let spaces: Vec<_> = own.map(|space| space.guid).collect();
        if let Some(unknown) = unknown_guids(&command.spaces, &spaces) {
            return Err(SpaceQuotaError::UnknownSpaces(unknown).into());
        }
        tx.apply_space_quota(Some(&quota.guid), &spaces, now).await?;
        let (place, data) = (Place::organization(&organization.guid), json!({ "request": request }));
        call.record(tx, "audit.space_quota.create", party(&quota), place, data).await?;
        Ok(SpaceQuota { spaces, ..quota })
    })
}
