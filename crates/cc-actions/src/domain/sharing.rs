//! `domain_share`, `domain_unshare`

use super::{RESOURCE, check_manage, seen_one, visible};
use crate::access;
use crate::fault::{Fault, denied};
use crate::ports::{Call, transaction};
use cc_domain::access::{Denied, OrganizationStatus, RoleKind, RoleSet, decide};
use cc_domain::actor::Actor;
use cc_domain::domain::{Domain, DomainError, policy};
use cc_domain::guid::Guid;
use cc_domain::organization::Organization;
use cc_domain::store::{DynTx, Reader};
use std::collections::BTreeSet;

/// Shares a private domain with more organizations, all of which the caller must manage. None at all is no change.
pub async fn share(
    call: Call<'_>,
    guid: &Guid<Domain>,
    targets: &[Guid<Organization>],
) -> Result<Domain, Fault> {
    transaction!(call.ports, |tx| {
        let domain = visible(tx, call.actor, guid).await?;
        check_manage(tx, call.actor, &domain).await?;
        let mut domain = tx.lock_domain(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        check_targets(tx, call.actor, targets, domain.owner()).await?;
        if domain.is_shared() {
            return Err(DomainError::NotPrivate.into());
        }
        for target in targets {
            domain = domain.shared_with(target)?;
        }
        tx.update_domain(&domain).await?;
        seen_one(tx, call.actor, domain).await
    })
}

/// Whether the caller may share a domain with these: each exists, can be read, is managed by the caller and active.
pub(super) async fn check_targets<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    targets: &[Guid<Organization>],
    owner: Option<&Guid<Organization>>,
) -> Result<(), Fault> {
    let found = reader.organizations_by_guid(targets).await?;
    if found.len() != targets.len() {
        let known: BTreeSet<_> = found.iter().map(|o| &o.guid).collect();
        // A guid that is named twice is answered like an unknown one, with an empty guid.
        let missing = targets.iter().find(|guid| !known.contains(guid)).cloned();
        return Err(DomainError::UnknownTarget(missing.unwrap_or_else(|| Guid::new(""))).into());
    }
    for target in found.iter().filter(|_| !actor.scopes.admin) {
        let roles =
            reader.organization_standing(&target.guid, &actor.principal()).await?.unwrap_or_default().roles;
        if !(actor.is_global_reader() || roles.intersects(RoleSet::OF_ORGANIZATION)) {
            return Err(DomainError::UnreadableTarget(target.guid.clone()).into());
        }
        if !roles.contains(RoleKind::OrganizationManager) {
            return Err(DomainError::TargetNotManaged(target.name.to_string()).into());
        }
        if target.status != OrganizationStatus::Active {
            return Err(DomainError::TargetSuspended(target.name.to_string()).into());
        }
    }
    if owner.is_some_and(|owner| targets.contains(owner)) {
        return Err(DomainError::SharedWithOwner.into());
    }
    Ok(())
}

/// Takes a private domain back from an organization. Managers of either side may.
pub async fn unshare(call: Call<'_>, guid: &Guid<Domain>, target: &Guid<Organization>) -> Result<(), Fault> {
    transaction!(call.ports, |tx| {
        let domain = visible(tx, call.actor, guid).await?;
        let unknown = || Fault::from(DomainError::UnknownOwner(target.clone()));
        let organizations = tx.organizations_by_guid(std::slice::from_ref(target)).await?;
        let organization = organizations.into_iter().next().ok_or_else(unknown)?;
        check_unshare(tx, call.actor, &domain, target).await?;
        if tx.find_organization(target, &call.actor.scope()).await?.is_none() {
            return Err(unknown());
        }
        let domain = tx.lock_domain(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let has_routes = tx.has_routes_in(guid, target).await?;
        let domain = domain.unshared_from(target, organization.name.as_str(), has_routes)?;
        tx.update_domain(&domain).await?;
        Ok(())
    })
}

/// Whether the caller manages the owner or the target and that one takes changes. Of two refusals, that of the side it manages stands.
async fn check_unshare(
    tx: &mut DynTx,
    actor: &Actor,
    domain: &Domain,
    target: &Guid<Organization>,
) -> Result<(), Fault> {
    let Some(owner) = domain.owner() else { return access::anywhere(actor, &policy::MANAGE_SHARED) };
    let mut blocked = None;
    for side in [owner, target] {
        let standing = tx.organization_standing(side, &actor.principal()).await?.unwrap_or_default();
        match decide(&policy::MANAGE_PRIVATE, actor, &standing) {
            Ok(()) => return Ok(()),
            Err(Denied::NotAuthorized | Denied::NotVisible) => {}
            Err(reason) => blocked = blocked.or(Some(reason)),
        }
    }
    Err(denied(blocked.unwrap_or(Denied::NotAuthorized), RESOURCE))
}
