//! `isolation_segment_get`, `isolation_segments_list`, `isolation_segment_organizations_relationship_list`,
//! `isolation_segment_spaces_relationship_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::guid::Guid;
use cc_domain::isolation_segment::{IsolationSegment, IsolationSegmentFilter};
use cc_domain::list::{Page, PageRequest};
use cc_domain::organization::Organization;
use cc_domain::space::Space;

/// The segment, if the caller holds any role in an organization that is entitled to it.
pub async fn get(call: Call<'_>, guid: &Guid<IsolationSegment>) -> Result<IsolationSegment, Fault> {
    let found = call.ports.store.reader().await?.find_isolation_segment(guid, &call.actor.scope()).await?;
    found.ok_or_else(|| Fault::not_found(RESOURCE))
}

pub async fn list(
    call: Call<'_>,
    filter: &IsolationSegmentFilter,
    page: &PageRequest,
) -> Result<Page<IsolationSegment>, Fault> {
    Ok(call.ports.store.reader().await?.list_isolation_segments(filter, page, &call.actor.scope()).await?)
}

/// The organizations that are entitled to it, as far as the caller sees them.
pub async fn organizations(
    call: Call<'_>,
    guid: &Guid<IsolationSegment>,
) -> Result<Vec<Guid<Organization>>, Fault> {
    get(call, guid).await?;
    let mut reader = call.ports.store.reader().await?;
    Ok(reader.organizations_of_isolation_segment(guid, &call.actor.scope()).await?)
}

/// The spaces that have it as their own, as far as the caller sees them.
pub async fn spaces(call: Call<'_>, guid: &Guid<IsolationSegment>) -> Result<Vec<Guid<Space>>, Fault> {
    get(call, guid).await?;
    let mut reader = call.ports.store.reader().await?;
    Ok(reader.spaces_of_isolation_segment(guid, &call.actor.scope()).await?)
}
