//! `security_group_get`, `security_groups_list`, `space_running_security_groups_list`, `space_staging_security_groups_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Call;
use crate::space;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::security_group::{Phase, SecurityGroup, SecurityGroupFilter};
use cc_domain::space::Space;

/// The group, if it is globally enabled or bound to a space that the caller sees, with the spaces that the caller sees.
pub async fn get(call: Call<'_>, guid: &Guid<SecurityGroup>) -> Result<SecurityGroup, Fault> {
    let found = call.ports.store.reader().await?.find_security_group(guid, &call.actor.scope()).await?;
    found.ok_or_else(|| Fault::not_found(RESOURCE))
}

pub async fn list(
    call: Call<'_>,
    filter: &SecurityGroupFilter,
    page: &PageRequest,
) -> Result<Page<SecurityGroup>, Fault> {
    Ok(call.ports.store.reader().await?.list_security_groups(filter, page, &call.actor.scope()).await?)
}

/// A page of the groups that hold in a space.
pub async fn list_of_space(
    call: Call<'_>,
    guid: &Guid<Space>,
    phase: Phase,
    filter: &SecurityGroupFilter,
    page: &PageRequest,
) -> Result<Page<SecurityGroup>, Fault> {
    space::get(call, guid, false).await?;
    let mut reader = call.ports.store.reader().await?;
    Ok(reader.list_security_groups_of_space(guid, phase, filter, page).await?)
}
