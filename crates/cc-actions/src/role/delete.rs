//! `role_delete` and its job.

use super::{RESOURCE, event, find_space, place};
use crate::access;
use crate::fault::Fault;
use crate::job::{self, Deletion, Work};
use crate::ports::{Call, Ports, transaction};
use crate::user::name_of;
use cc_domain::access::RoleKind;
use cc_domain::audit_event::Party;
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::list::Scope;
use cc_domain::role::{Role, RoleError, RoleTarget, policy};
use cc_domain::store::DynTx;
use serde::{Deserialize, Serialize};

/// Takes the role and records it.
#[derive(Serialize, Deserialize)]
pub(crate) struct RoleDeletion {
    #[serde(flatten)]
    deletion: Deletion<Role>,
    /// The name of the user when the deletion was asked for, for the event.
    username: String,
}

/// Queues the deletion of a role.
pub async fn delete(call: Call<'_>, guid: &Guid<Role>) -> Result<Guid<Job>, Fault> {
    let found = call.ports.store.reader().await?.find_role(guid, &call.actor.scope()).await?;
    let role = found.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let username = name_of(call.ports, &role.user).await.unwrap_or_default();
    transaction!(call.ports, |tx| {
        match &role.target {
            RoleTarget::Space(space) => {
                access::in_space(tx, call.actor, space, &policy::DELETE_IN_SPACE, RESOURCE).await?;
            }
            RoleTarget::Organization(organization) => {
                access::in_organization(
                    tx,
                    call.actor,
                    organization,
                    &policy::DELETE_IN_ORGANIZATION,
                    RESOURCE,
                )
                .await?;
            }
        }
        check_membership(tx, &role).await?;
        job::enqueue(
            tx,
            call.ports,
            &RoleDeletion { deletion: Deletion::of(&role.guid, call.actor), username },
        )
        .await
    })
}

/// Space roles rest on the membership in the organization.
async fn check_membership(tx: &mut DynTx, role: &Role) -> Result<(), Fault> {
    let (RoleKind::OrganizationUser, RoleTarget::Organization(organization)) = (role.kind, &role.target)
    else {
        return Ok(());
    };
    if tx.has_space_role_in(&role.user, organization).await? {
        return Err(RoleError::SpaceRolesLeft.into());
    }
    Ok(())
}

/// A role that is gone already is a success; a membership that a space role came to rest on since it was asked for stays.
impl Work for RoleDeletion {
    const NAME: &'static str = "role.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("roles", &self.deletion.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        transaction!(ports, |tx| {
            let guid = &self.deletion.guid;
            let Some(role) = tx.find_role(guid, &Scope::Everything).await? else { return Ok(()) };
            let organization = match &role.target {
                RoleTarget::Organization(organization) => Some(organization.clone()),
                RoleTarget::Space(space) => find_space(tx, space).await?.map(|s| s.organization),
            };
            if let Some(organization) = organization {
                tx.lock_organization(&organization).await?;
            }
            check_membership(tx, &role).await?;
            if let Some(place) = place(tx, &role).await? {
                let party = Party::new("user", role.user.as_str(), &self.username);
                let data = serde_json::json!({ "request": {} });
                tx.record(&ports.event(event::taken(role.kind), &self.deletion.actor(), party, place, data))
                    .await?;
            }
            tx.delete_role(guid).await?;
            Ok(())
        })
    }
}
