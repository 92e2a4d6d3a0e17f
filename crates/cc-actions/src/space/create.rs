//! `space_create`

use super::{NAME_KEY, party, place};
use crate::access;
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::access::SpaceStatus;
use cc_domain::metadata::Metadata;
use cc_domain::space::{CreateSpace, Space, SpaceError, policy};
use serde_json::{Value, json};

/// Creates a space. An organization that the caller cannot see is an invalid relationship.
pub async fn create(call: Call<'_>, command: CreateSpace, request: Value) -> Result<Space, Fault> {
    transaction!(call.ports, |tx| {
        access::in_named_organization(
            tx,
            call.actor,
            &command.organization,
            &policy::CREATE,
            invalid_organization,
        )
        .await?;
        // Held, so that the organization cannot be deleted from under its new space.
        tx.lock_organization(&command.organization).await?.ok_or_else(invalid_organization)?;
        let now = call.ports.now();
        let space = Space {
            guid: call.ports.new_guid(),
            name: command.name,
            organization: command.organization,
            status: if command.suspended { SpaceStatus::Suspended } else { SpaceStatus::Active },
            quota: None,
            is_ssh_allowed: true,
            metadata: Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?,
            created_at: now,
            updated_at: now,
        };
        tx.insert_space(&space).await.map_err(when_taken(NAME_KEY, || SpaceError::NameTaken))?;
        let data = json!({ "request": request });
        call.record(tx, "audit.space.create", party(&space), place(&space), data).await?;
        Ok(space)
    })
}

fn invalid_organization() -> Fault {
    Fault::unprocessable("Invalid organization. Ensure the organization exists and you have access to it.")
}
