//! `role_get`, `roles_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::{Call, Ports};
use crate::user::{Person, with_names};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::organization::Organization;
use cc_domain::role::{Role, RoleFilter, RoleTarget};
use cc_domain::space::Space;
use cc_domain::store::DynReader;

/// What is to come along with roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub users: bool,
    pub organizations: bool,
    pub spaces: bool,
}

/// What came along; `None` where it was not asked for. Each once, whether the caller could read it by itself or not.
#[derive(Clone, Debug, Default)]
pub struct Included {
    pub users: Option<Vec<Person>>,
    pub organizations: Option<Vec<Organization>>,
    pub spaces: Option<Vec<Space>>,
}

/// The role, if the caller can see where it is held.
pub async fn get(call: Call<'_>, guid: &Guid<Role>, wanted: Wanted) -> Result<(Role, Included), Fault> {
    let mut reader = call.ports.store.reader().await?;
    let role =
        reader.find_role(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let included = include(call.ports, reader, std::slice::from_ref(&role), wanted).await?;
    Ok((role, included))
}

pub async fn list(
    call: Call<'_>,
    filter: &RoleFilter,
    page: &PageRequest,
    wanted: Wanted,
) -> Result<(Page<Role>, Included), Fault> {
    let mut reader = call.ports.store.reader().await?;
    let found = reader.list_roles(filter, page, &call.actor.scope()).await?;
    let included = include(call.ports, reader, &found.items, wanted).await?;
    Ok((found, included))
}

/// The directory is asked last, after the connection is given back.
async fn include(
    ports: &Ports,
    mut reader: Box<DynReader>,
    roles: &[Role],
    wanted: Wanted,
) -> Result<Included, Fault> {
    let mut included = Included::default();
    if wanted.organizations {
        let guids = once(roles.iter().filter_map(|r| match &r.target {
            RoleTarget::Organization(guid) => Some(guid),
            RoleTarget::Space(_) => None,
        }));
        included.organizations = Some(reader.organizations_by_guid(&guids).await?);
    }
    if wanted.spaces {
        let guids = once(roles.iter().filter_map(|r| match &r.target {
            RoleTarget::Space(guid) => Some(guid),
            RoleTarget::Organization(_) => None,
        }));
        included.spaces = Some(reader.spaces_by_guid(&guids, &Scope::Everything).await?);
    }
    if wanted.users {
        let users = reader.users_by_guid(&once(roles.iter().map(|r| &r.user))).await?;
        drop(reader);
        included.users = Some(with_names(ports, users).await?);
    }
    Ok(included)
}

fn once<'a, T: 'a>(guids: impl Iterator<Item = &'a Guid<T>>) -> Vec<Guid<T>> {
    let mut list: Vec<_> = guids.cloned().collect();
    list.sort();
    list.dedup();
    list
}
