//! What quotas ask of the store.

use super::{Limits, PlaceLimits, Usage, UsageSummary};
use crate::app::App;
use crate::guid::Guid;
use crate::organization::Organization;
use crate::space::Space;
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait QuotaReads {
    /// The limits that hold in the space, with nothing counted as used. `None` if there is no such space.
    async fn limits_of_space(&mut self, space: &Guid<Space>) -> Result<Option<PlaceLimits>, StoreError>;
    /// Those that hold in the space of the app.
    async fn limits_of_app(&mut self, app: &Guid<App>) -> Result<Option<PlaceLimits>, StoreError>;
    /// The limits that the organization has itself. `None` if there is no such organization.
    async fn limits_of_organization(
        &mut self,
        organization: &Guid<Organization>,
    ) -> Result<Option<Limits>, StoreError>;
    /// What the started processes and the counted tasks of the organization use, by space, perhaps in several parts; spaces without any are
    /// left out. Two statements.
    async fn running_by_space(
        &mut self,
        organization: &Guid<Organization>,
    ) -> Result<Vec<(Guid<Space>, Usage)>, StoreError>;
    /// What is used in all organizations together: four statements.
    async fn usage_of_platform(&mut self) -> Result<UsageSummary, StoreError>;
    /// The routes of the organization, by space; spaces without any are left out. One statement.
    async fn routes_by_space(
        &mut self,
        organization: &Guid<Organization>,
    ) -> Result<Vec<(Guid<Space>, Usage)>, StoreError>;
}

#[async_trait]
pub trait QuotaWrites: QuotaReads {
    /// Locks the organization, then the space, until the transaction ends: what is counted after that stays true, since all who add to it
    /// do the same. Before any lock of an app.
    async fn hold_usage(
        &mut self,
        organization: &Guid<Organization>,
        space: &Guid<Space>,
    ) -> Result<(), StoreError>;
}
