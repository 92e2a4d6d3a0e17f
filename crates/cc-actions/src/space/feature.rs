//! `space_feature_update`

use super::RESOURCE;
use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::space::{Space, policy};

/// Allows or forbids ssh, the only feature that a space has. Leaves no audit event.
pub async fn update_feature(
    call: Call<'_>,
    guid: &Guid<Space>,
    is_ssh_allowed: bool,
) -> Result<Space, Fault> {
    transaction!(call.ports, |tx| {
        access::in_space(tx, call.actor, guid, &policy::UPDATE_FEATURE, RESOURCE).await?;
        let mut space = tx.lock_space(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        space.is_ssh_allowed = is_ssh_allowed;
        space.updated_at = call.ports.now();
        tx.update_space(&space).await?;
        Ok(space)
    })
}
