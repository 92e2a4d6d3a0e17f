//! `organization_get`, `organizations_list`, `organization_users_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Ports;
use crate::user::{self, Person};
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::organization::{Organization, OrganizationFilter};
use cc_domain::user::{NameFilter, UserFilter};

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

/// A page of the users that hold any role in the organization itself.
pub async fn users(
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Organization>,
    filter: UserFilter,
    names: Option<NameFilter>,
    page: &PageRequest,
) -> Result<Page<Person>, Fault> {
    get(ports, actor, guid).await?;
    let filter = user::resolve(ports, filter, names).await?;
    let found = ports.store.reader().await?.list_organization_users(guid, &filter, page).await?;
    user::page_with_names(ports, found).await
}
