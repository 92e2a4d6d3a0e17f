//! `domain_create`

use super::sharing::check_targets;
use super::{NAME_KEY, seen_one};
use crate::access;
use crate::fault::{Fault, catalogue, when_taken};
use crate::ports::{Call, Settings, transaction};
use cc_domain::domain::{CreateDomain, Domain, DomainError, DomainKind, DomainName, policy};
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::metadata::Metadata;
use cc_domain::organization::Organization;
use cc_domain::quota::admit_domain;
use cc_domain::store::DynTx;

/// Creates a shared domain, or one that is private to an organization.
pub async fn create(call: Call<'_>, command: CreateDomain) -> Result<Domain, Fault> {
    transaction!(call.ports, |tx| {
        let owner = match &command.kind {
            DomainKind::Private { owner, shared_with } => {
                let unknown = || DomainError::UnknownOwner(owner.clone()).into();
                access::in_named_organization(tx, call.actor, owner, &policy::MANAGE_PRIVATE, unknown)
                    .await?;
                tx.feature_flags().await?.check(FeatureFlag::PrivateDomainCreation, call.actor)?;
                check_targets(tx, call.actor, shared_with, Some(owner)).await?;
                // Held, so that its quota is counted by one creation at a time and it cannot be deleted from under its new domain.
                Some(
                    tx.lock_organization(owner)
                        .await?
                        .ok_or_else(|| DomainError::UnknownOwner(owner.clone()))?,
                )
            }
            DomainKind::Shared { router_group, .. } => {
                access::anywhere(call.actor, &policy::MANAGE_SHARED)?;
                if router_group.is_some() {
                    return Err(Fault::new(catalogue::SERVICE_UNAVAILABLE, "The Routing API is disabled."));
                }
                None
            }
        };
        let mut neighbours = tx.domain_neighbours(&command.name).await?;
        neighbours.system_hosts = names_at_or_above_system_hosts(&call.ports.settings);
        let metadata = Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?;
        let domain = Domain::new(call.ports.new_guid(), command, &neighbours, metadata, call.ports.now())?;
        if let Some(owner) = &owner {
            call.ports.settings.reserved_domains.check(&domain.name)?;
            check_quota(tx, owner).await?;
        }
        let taken = taken(&domain.name);
        tx.insert_domain(&domain).await.map_err(when_taken(NAME_KEY, || taken))?;
        seen_one(tx, call.actor, domain).await
    })
}

fn taken(name: &DomainName) -> DomainError {
    DomainError::Taken(name.clone())
}

/// A domain above the system's own host would let its owner have routes beside it, so these are refused like the host itself.
fn names_at_or_above_system_hosts(settings: &Settings) -> Vec<String> {
    settings.system_hosts().iter().flat_map(|host| DomainName::stored(host.as_str()).suffixes()).collect()
}

async fn check_quota(tx: &mut DynTx, owner: &Organization) -> Result<(), Fault> {
    let limits = tx.limits_of_organization(&owner.guid).await?.unwrap_or_default();
    if limits.total_domains.is_some() {
        let owned = tx.count_private_domains(&owner.guid).await?;
        admit_domain(limits.total_domains, owned, owner.name.as_str()).map_err(DomainError::from)?;
    }
    Ok(())
}
