//! Organization quotas. Every caller may read them all.

use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::organization_quota::{OrganizationQuota, OrganizationQuotaFilter};

/// `organization_quota_get`, with the organizations that the caller sees.
pub async fn get(call: Call<'_>, guid: &Guid<OrganizationQuota>) -> Result<OrganizationQuota, Fault> {
    let mut reader = call.ports.store.reader().await?;
    let found = reader.find_organization_quota(guid, &call.actor.scope()).await?;
    found.ok_or_else(|| Fault::not_found("Organization quota"))
}

/// `organization_quotas_list`
pub async fn list(
    call: Call<'_>,
    filter: &OrganizationQuotaFilter,
    page: &PageRequest,
) -> Result<Page<OrganizationQuota>, Fault> {
    let mut reader = call.ports.store.reader().await?;
    Ok(reader.list_organization_quotas(filter, page, &call.actor.scope()).await?)
}
