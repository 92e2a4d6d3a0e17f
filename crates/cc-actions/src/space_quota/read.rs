//! `space_quota_get`, `space_quotas_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::space_quota::{SpaceQuota, SpaceQuotaFilter};

/// The quota, if the caller manages its organization or has a role in a space that it applies to, with the spaces that the caller sees.
pub async fn get(call: Call<'_>, guid: &Guid<SpaceQuota>) -> Result<SpaceQuota, Fault> {
    let mut reader = call.ports.store.reader().await?;
    reader.find_space_quota(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

pub async fn list(
    call: Call<'_>,
    filter: &SpaceQuotaFilter,
    page: &PageRequest,
) -> Result<Page<SpaceQuota>, Fault> {
    let mut reader = call.ports.store.reader().await?;
    Ok(reader.list_space_quotas(filter, page, &call.actor.scope()).await?)
}
