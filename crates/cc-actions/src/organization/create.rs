//! `organization_create`

use super::{NAME_KEY, party};
use crate::fault::{Fault, catalogue, when_taken};
use crate::ports::Ports;
use cc_domain::access::OrganizationStatus;
use cc_domain::actor::Actor;
use cc_domain::audit_event::Place;
use cc_domain::metadata::Metadata;
use cc_domain::organization::{CreateOrganization, Organization, OrganizationError};
use cc_domain::store::{DynTx, finish};
use serde_json::{Value, json};

/// Admins only, as the flag `user_org_creation` is off by default. Asked before the body is looked at.
pub fn may_create(actor: &Actor) -> Result<(), Fault> {
    if actor.scopes.admin { Ok(()) } else { Err(Fault::not_authorized()) }
}

/// Creates an organization with the default quota.
pub async fn create(
    ports: &Ports,
    actor: &Actor,
    command: CreateOrganization,
    request: Value,
) -> Result<Organization, Fault> {
    let mut tx = ports.store.begin().await?;
    let outcome = steps(tx.as_mut(), ports, actor, command, request).await;
    finish(tx, outcome).await
}

async fn steps(
    tx: &mut DynTx,
    ports: &Ports,
    actor: &Actor,
    command: CreateOrganization,
    request: Value,
) -> Result<Organization, Fault> {
    may_create(actor)?;
    let now = ports.now();
    let quota = tx
        .default_organization_quota()
        .await?
        .ok_or_else(|| Fault::new(catalogue::BAD_REQUEST, "Quota Definition could not be found: default"))?;
    let organization = Organization {
        guid: ports.new_guid(),
        name: command.name,
        status: if command.suspended { OrganizationStatus::Suspended } else { OrganizationStatus::Active },
        quota,
        metadata: Metadata::default().patched(&command.metadata, ports.settings.metadata_limits)?,
        created_at: now,
        updated_at: now,
    };
    tx.insert_organization(&organization)
        .await
        .map_err(when_taken(NAME_KEY, || OrganizationError::NameTaken(organization.name.clone())))?;
    let place = Place::organization(&organization.guid);
    tx.record(&ports.event(
        "audit.organization.create",
        actor,
        party(&organization),
        place,
        json!({ "request": request }),
    ))
    .await?;
    Ok(organization)
}
