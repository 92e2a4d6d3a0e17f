//! `organization_get`, `organizations_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::organization::{Organization, OrganizationFilter};

/// The organization, if the caller holds any role in it.
pub async fn get(ports: &Ports, actor: &Actor, guid: &Guid<Organization>) -> Result<Organization, Fault> {
    let mut reader = ports.store.reader().await?;
    reader.find_organization(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

pub async fn list(
    ports: &Ports,
    actor: &Actor,
    filter: &OrganizationFilter,
    page: &PageRequest,
) -> Result<Page<Organization>, Fault> {
    let mut reader = ports.store.reader().await?;
    Ok(reader.list_organizations(filter, page, &actor.scope()).await?)
}
