//! `space_get`, `spaces_list`, `space_users_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Call;
use crate::user::{self, Person};
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::organization::Organization;
use cc_domain::space::{Space, SpaceFilter};
use cc_domain::store::DynReader;
use cc_domain::user::{NameFilter, UserFilter};

/// The space, if the caller can see it, and its organization if `with_organization`.
pub async fn get(
    call: Call<'_>,
    guid: &Guid<Space>,
    with_organization: bool,
) -> Result<(Space, Vec<Organization>), Fault> {
    let mut reader = call.ports.store.reader().await?;
    let space = visible(reader.as_mut(), call.actor, guid).await?;
    let organizations = if with_organization {
        reader.organizations_by_guid(std::slice::from_ref(&space.organization)).await?
    } else {
        Vec::new()
    };
    Ok((space, organizations))
}

/// A page of the spaces that the caller can see, and their organizations if `with_organizations`.
pub async fn list(
    call: Call<'_>,
    filter: &SpaceFilter,
    page: &PageRequest,
    with_organizations: bool,
) -> Result<(Page<Space>, Vec<Organization>), Fault> {
    let mut reader = call.ports.store.reader().await?;
    let found = reader.list_spaces(filter, page, &call.actor.scope()).await?;
    let organizations = if with_organizations {
        let mut guids: Vec<_> = found.items.iter().map(|s| s.organization.clone()).collect();
        guids.sort();
        guids.dedup();
        reader.organizations_by_guid(&guids).await?
    } else {
        Vec::new()
    };
    Ok((found, organizations))
}

/// A page of the users that hold any role in the space.
pub async fn users(
    call: Call<'_>,
    guid: &Guid<Space>,
    filter: UserFilter,
    names: Option<NameFilter>,
    page: &PageRequest,
) -> Result<Page<Person>, Fault> {
    visible(call.ports.store.reader().await?.as_mut(), call.actor, guid).await?;
    let filter = user::resolve(call.ports, filter, names).await?;
    let found = call.ports.store.reader().await?.list_space_users(guid, &filter, page).await?;
    user::page_with_names(call.ports, found).await
}

async fn visible(reader: &mut DynReader, actor: &Actor, guid: &Guid<Space>) -> Result<Space, Fault> {
    reader.find_space(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}
