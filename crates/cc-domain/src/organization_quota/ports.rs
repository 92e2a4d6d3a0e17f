//! How organization quotas are kept.

use super::{OrganizationQuota, OrganizationQuotaFilter};
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::name::Name;
use crate::organization::Organization;
use crate::store::error::StoreError;
use crate::time::Timestamp;
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

#[async_trait]
pub trait OrganizationQuotaWrites: OrganizationQuotaReads {
    /// Reads the quota with all its organizations and locks its row until the transaction ends. Before any lock of an organization.
    async fn lock_organization_quota(
        &mut self,
        guid: &Guid<OrganizationQuota>,
    ) -> Result<Option<OrganizationQuota>, StoreError>;
    /// Without organizations. [`StoreError::Taken`] `organization_quotas_name_key_key` if the name is in use.
    async fn insert_organization_quota(&mut self, quota: &OrganizationQuota) -> Result<(), StoreError>;
    /// Writes name and limits. Same refusal as the insert.
    async fn update_organization_quota(&mut self, quota: &OrganizationQuota) -> Result<(), StoreError>;
    /// Makes it the quota of these organizations.
    async fn apply_organization_quota(
        &mut self,
        quota: &Guid<OrganizationQuota>,
        to: &[Guid<Organization>],
        now: Timestamp,
    ) -> Result<(), StoreError>;
    /// Names of those of the organizations that have a process without a log rate limit, started or not, in the order of names.
    async fn organizations_without_log_limit(
        &mut self,
        among: &[Guid<Organization>],
    ) -> Result<Vec<Name>, StoreError>;
    /// Removes the row. It must apply to nothing.
    async fn delete_organization_quota(&mut self, guid: &Guid<OrganizationQuota>) -> Result<(), StoreError>;
}
