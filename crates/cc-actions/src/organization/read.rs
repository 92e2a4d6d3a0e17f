//! `organization_get`, `organizations_list`, `isolation_segment_organizations_list`, `organization_users_list`, `organization_usage_summary_get`

use super::RESOURCE;
use crate::fault::Fault;
use crate::isolation_segment;
use crate::ports::Call;
use crate::quota;
use crate::user::{self, Person};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::organization::{Organization, OrganizationFilter};
use cc_domain::quota::UsageSummary;
use cc_domain::user::{NameFilter, UserFilter};

/// The organization, if the caller holds any role in it.
pub async fn get(call: Call<'_>, guid: &Guid<Organization>) -> Result<Organization, Fault> {
    let mut reader = call.ports.store.reader().await?;
    reader.find_organization(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

/// One that is narrowed to those entitled to an isolation segment is none of the caller's if the segment is not.
pub async fn list(
    call: Call<'_>,
    filter: &OrganizationFilter,
    page: &PageRequest,
) -> Result<Page<Organization>, Fault> {
    let mut reader = call.ports.store.reader().await?;
    if let Some(segment) = &filter.isolation_segment {
        let found = reader.find_isolation_segment(segment, &call.actor.scope()).await?;
        found.ok_or_else(|| Fault::not_found(isolation_segment::RESOURCE))?;
    }
    Ok(reader.list_organizations(filter, page, &call.actor.scope()).await?)
}

/// What is used in the organization, as far as its quota counts it.
pub async fn usage(call: Call<'_>, guid: &Guid<Organization>) -> Result<UsageSummary, Fault> {
    get(call, guid).await?;
    quota::summary(call.ports, guid, None).await
}

/// A page of the users that hold any role in the organization itself.
pub async fn users(
    call: Call<'_>,
    guid: &Guid<Organization>,
    filter: UserFilter,
    names: Option<NameFilter>,
    page: &PageRequest,
) -> Result<Page<Person>, Fault> {
    get(call, guid).await?;
    let filter = user::resolve(call.ports, filter, names).await?;
    let found = call.ports.store.reader().await?.list_organization_users(guid, &filter, page).await?;
    user::page_with_names(call.ports, found).await
}
