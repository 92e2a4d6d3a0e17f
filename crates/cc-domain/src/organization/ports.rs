//! How organizations are kept.

use super::{Organization, OrganizationFilter, OrganizationQuota};
use crate::access::Standing;
use crate::actor::Principal;
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::store::error::StoreError;
use crate::time::Timestamp;
use async_trait::async_trait;

#[async_trait]
pub trait OrganizationReads {
    /// The organization if it exists and `scope` shows it.
    async fn find_organization(
        &mut self,
        guid: &Guid<Organization>,
        scope: &Scope,
    ) -> Result<Option<Organization>, StoreError>;
    async fn list_organizations(
        &mut self,
        filter: &OrganizationFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Organization>, StoreError>;
    /// Those of the given organizations that exist, in insertion order, whether visible or not: for `include`.
    async fn organizations_by_guid(
        &mut self,
        guids: &[Guid<Organization>],
    ) -> Result<Vec<Organization>, StoreError>;
    /// What `who` holds in the organization; `None` if there is no such organization.
    async fn organization_standing(
        &mut self,
        guid: &Guid<Organization>,
        who: &Principal,
    ) -> Result<Option<Standing>, StoreError>;
    /// The quota that new organizations get; `None` before it is seeded.
    async fn default_organization_quota(&mut self) -> Result<Option<Guid<OrganizationQuota>>, StoreError>;
}

#[async_trait]
pub trait OrganizationWrites: OrganizationReads {
    /// Reads the organization and locks its row until the transaction ends. `None` if there is none.
    async fn lock_organization(
        &mut self,
        guid: &Guid<Organization>,
    ) -> Result<Option<Organization>, StoreError>;
    /// Those of the organizations that exist, in insertion order, all locked until the transaction ends.
    async fn lock_organizations(
        &mut self,
        guids: &[Guid<Organization>],
    ) -> Result<Vec<Organization>, StoreError>;
    /// [`StoreError::Taken`] `organizations_name_key_key` if the name is in use.
    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError>;
    /// Writes name, status and metadata. Same refusal as the insert.
    async fn update_organization(&mut self, organization: &Organization) -> Result<(), StoreError>;
    /// Makes sure that there is the quota that new organizations get, without limits.
    async fn ensure_default_organization_quota(
        &mut self,
        guid: &Guid<OrganizationQuota>,
        now: Timestamp,
    ) -> Result<(), StoreError>;
    /// Removes the row, its roles, space quotas, shares of domains with it, entitlements to isolation segments and metadata. Spaces and owned domains must be gone before.
    async fn delete_organization(&mut self, guid: &Guid<Organization>) -> Result<(), StoreError>;
}
