//! How space quotas are kept.

use super::{SpaceQuota, SpaceQuotaFilter};
use crate::access::Standing;
use crate::actor::Principal;
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::name::Name;
use crate::space::Space;
use crate::store::error::StoreError;
use crate::time::Timestamp;
use async_trait::async_trait;

/// `scope` also narrows the spaces that a quota names.
#[async_trait]
pub trait SpaceQuotaReads {
    /// The quota if it exists and `scope` shows it.
    async fn find_space_quota(
        &mut self,
        guid: &Guid<SpaceQuota>,
        scope: &Scope,
    ) -> Result<Option<SpaceQuota>, StoreError>;
    async fn list_space_quotas(
        &mut self,
        filter: &SpaceQuotaFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<SpaceQuota>, StoreError>;
    /// What `who` holds in the quota's organization and in the spaces that it applies to; `None` if there is no such quota.
    async fn space_quota_standing(
        &mut self,
        guid: &Guid<SpaceQuota>,
        who: &Principal,
    ) -> Result<Option<Standing>, StoreError>;
}

#[async_trait]
pub trait SpaceQuotaWrites: SpaceQuotaReads {
    /// Reads the quota with all its spaces and locks its row until the transaction ends. After the lock of its organization, before that
    /// of a space.
    async fn lock_space_quota(&mut self, guid: &Guid<SpaceQuota>) -> Result<Option<SpaceQuota>, StoreError>;
    /// Without spaces. [`StoreError::Taken`] `space_quotas_organization_id_name_key_key` if the name is in use.
    async fn insert_space_quota(&mut self, quota: &SpaceQuota) -> Result<(), StoreError>;
    /// Writes name and limits. Same refusal as the insert.
    async fn update_space_quota(&mut self, quota: &SpaceQuota) -> Result<(), StoreError>;
    /// Makes it the quota of these spaces; `None` leaves them without one.
    async fn apply_space_quota(
        &mut self,
        quota: Option<&Guid<SpaceQuota>>,
        to: &[Guid<Space>],
        now: Timestamp,
    ) -> Result<(), StoreError>;
    /// Names of those of the spaces that have a process without a log rate limit, started or not, in the order of names.
    async fn spaces_without_log_limit(&mut self, among: &[Guid<Space>]) -> Result<Vec<Name>, StoreError>;
    /// Removes the row. Spaces that it still applies to have no quota then.
    async fn delete_space_quota(&mut self, guid: &Guid<SpaceQuota>) -> Result<(), StoreError>;
}
