//! How organization quotas are kept.

use super::{OrganizationQuota, OrganizationQuotaFilter};
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::store::StoreError;
use async_trait::async_trait;

/// Everyone sees every quota; `scope` narrows the organizations that it names.
#[async_trait]
pub trait OrganizationQuotaReads {
    async fn find_organization_quota(
        &mut self,
        guid: &Guid<OrganizationQuota>,
        scope: &Scope,
    ) -> Result<Option<OrganizationQuota>, StoreError>;
    async fn list_organization_quotas(
        &mut self,
        filter: &OrganizationQuotaFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<OrganizationQuota>, StoreError>;
}
