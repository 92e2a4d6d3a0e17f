//! Organization quotas. Every caller may read them all.

use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::organization_quota::{OrganizationQuota, OrganizationQuotaFilter};

/// `organization_quota_get`, with the organizations that the caller sees.
pub async fn get(
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<OrganizationQuota>,
) -> Result<OrganizationQuota, Fault> {
    let mut reader = ports.store.reader().await?;
    let found = reader.find_organization_quota(guid, &actor.scope()).await?;
    found.ok_or_else(|| Fault::not_found("Organization quota"))
}

/// `organization_quotas_list`
pub async fn list(
    ports: &Ports,
    actor: &Actor,
    filter: &OrganizationQuotaFilter,
    page: &PageRequest,
) -> Result<Page<OrganizationQuota>, Fault> {
    let mut reader = ports.store.reader().await?;
    Ok(reader.list_organization_quotas(filter, page, &actor.scope()).await?)
}
