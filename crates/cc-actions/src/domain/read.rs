//! `domain_get`, `domains_list`, `organization_domains_list`, `organization_default_domain_get`, `domain_route_reservations_get`

use super::{RESOURCE, seen, seen_one, visible};
use crate::fault::Fault;
use crate::organization;
use crate::ports::Call;
use cc_domain::domain::{Domain, DomainFilter, default_for};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::organization::Organization;
use cc_domain::route::{Host, RoutePath};

/// The domain, if the caller can see it, with those of its sharing organizations that it can see too.
pub async fn get(call: Call<'_>, guid: &Guid<Domain>) -> Result<Domain, Fault> {
    let mut reader = call.ports.store.reader().await?;
    let domain = visible(reader.as_mut(), call.actor, guid).await?;
    seen_one(reader.as_mut(), call.actor, domain).await
}

pub async fn list(call: Call<'_>, filter: &DomainFilter, page: &PageRequest) -> Result<Page<Domain>, Fault> {
    let mut reader = call.ports.store.reader().await?;
    let found = reader.list_domains(filter, page, &call.actor.scope()).await?;
    Ok(Page { items: seen(reader.as_mut(), call.actor, found.items).await?, total: found.total })
}

/// Those that spaces of the organization may use.
pub async fn list_of_organization(
    call: Call<'_>,
    organization: &Guid<Organization>,
    filter: DomainFilter,
    page: &PageRequest,
) -> Result<Page<Domain>, Fault> {
    organization::get(call, organization).await?;
    list(call, &DomainFilter { usable_by: Some(organization.clone()), ..filter }, page).await
}

/// Where default routes of the organization go.
pub async fn default_of_organization(
    call: Call<'_>,
    organization: &Guid<Organization>,
) -> Result<Domain, Fault> {
    organization::get(call, organization).await?;
    let mut reader = call.ports.store.reader().await?;
    let usable = reader.domains_usable_by(organization).await?;
    let chosen = default_for(&usable, organization).ok_or_else(|| Fault::not_found(RESOURCE))?;
    let domain = visible(reader.as_mut(), call.actor, &chosen.guid).await?;
    seen_one(reader.as_mut(), call.actor, domain).await
}

/// Whether a route with exactly these exists on the domain, visible or not.
pub async fn has_route(
    call: Call<'_>,
    guid: &Guid<Domain>,
    host: &Host,
    path: &RoutePath,
    port: Option<u16>,
) -> Result<bool, Fault> {
    let mut reader = call.ports.store.reader().await?;
    let domain = visible(reader.as_mut(), call.actor, guid).await?;
    Ok(reader.route_at(&domain.guid, host, path, port).await?.is_some())
}
