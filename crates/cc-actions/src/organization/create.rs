//! `organization_create`

use super::{NAME_KEY, party};
use crate::fault::{Fault, catalogue, when_taken};
use crate::feature_flag;
use crate::ports::{Call, transaction};
use crate::role;
use cc_domain::access::{OrganizationStatus, RoleKind};
use cc_domain::audit_event::{Party, Place};
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::list::Scope;
use cc_domain::metadata::Metadata;
use cc_domain::organization::{CreateOrganization, Organization, OrganizationError};
use cc_domain::role::{Role, RoleTarget};
use cc_domain::store::DynTx;
use cc_domain::user::User;
use serde_json::{Value, json};

/// Admins, and everyone where the flag `user_org_creation` is on. Asked before the body is looked at.
pub async fn may_create(call: Call<'_>) -> Result<(), Fault> {
    if call.actor.scopes.admin
        || feature_flag::current(call.ports).await?.is_enabled(FeatureFlag::UserOrgCreation)
    {
        Ok(())
    } else {
        Err(Fault::not_authorized())
    }
}

/// Creates an organization with the default quota. Whoever is no admin becomes its user and manager, and may not suspend it.
pub async fn create(
    call: Call<'_>,
    command: CreateOrganization,
    request: Value,
) -> Result<Organization, Fault> {
    may_create(call).await?;
    if command.suspended && !call.actor.scopes.admin {
        return Err(Fault::not_authorized());
    }
    transaction!(call.ports, |tx| {
        let now = call.ports.now();
        let quota = tx.default_organization_quota().await?.ok_or_else(|| {
            Fault::new(catalogue::BAD_REQUEST, "Quota Definition could not be found: default")
        })?;
        let organization = Organization {
            guid: call.ports.new_guid(),
            name: command.name,
            status: if command.suspended {
                OrganizationStatus::Suspended
            } else {
                OrganizationStatus::Active
            },
            quota,
            metadata: Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?,
            created_at: now,
            updated_at: now,
        };
        let taken = || {
            let asked = request.get("name").and_then(Value::as_str).unwrap_or(organization.name.as_str());
            OrganizationError::NameTaken(asked.to_owned())
        };
        tx.insert_organization(&organization).await.map_err(when_taken(NAME_KEY, taken))?;
        let place = Place::organization(&organization.guid);
        call.record(
            tx,
            "audit.organization.create",
            party(&organization),
            place,
            json!({ "request": &request }),
        )
        .await?;
        if !call.actor.scopes.admin {
            enrol(tx, call, &organization, &request).await?;
        }
        Ok(organization)
    })
}

/// Makes the creator a user and manager of the new organization.
async fn enrol(
    tx: &mut DynTx,
    call: Call<'_>,
    organization: &Organization,
    request: &Value,
) -> Result<(), Fault> {
    let now = organization.created_at;
    let creator = call.actor.user.clone();
    let row = User {
        guid: creator.clone(),
        is_client: call.actor.principal().is_client,
        metadata: Metadata::default(),
        created_at: now,
        updated_at: now,
    };
    tx.ensure_user(&row).await?;
    let found = tx.find_user(&creator, &Scope::Everything).await?;
    // The row is that of a user with the client's name, whom the roles would go to.
    if found.is_none_or(|found| found.is_client != row.is_client) {
        return Err(Fault::not_authorized());
    }
    for kind in [RoleKind::OrganizationUser, RoleKind::OrganizationManager] {
        let role = Role {
            guid: call.ports.new_guid(),
            kind,
            user: creator.clone(),
            target: RoleTarget::Organization(organization.guid.clone()),
            created_at: now,
            updated_at: now,
        };
        tx.insert_role(&role).await?;
        let party = Party::new("user", creator.as_str(), &call.actor.name);
        let place = Place::organization(&organization.guid);
        call.record(tx, role::event::given(kind), party, place, json!({ "request": request })).await?;
    }
    Ok(())
}
