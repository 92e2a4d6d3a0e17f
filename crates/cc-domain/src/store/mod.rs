//! The store as the use cases see it: a reader for questions, a transaction for changes.

pub mod error;

pub use error::StoreError;

use crate::app::ports::{AppReads, AppWrites};
use crate::audit_event::ports::{AuditEventReads, AuditEventWrites};
use crate::blob::ports::BlobOwners;
use crate::build::ports::{BuildReads, BuildWrites};
use crate::buildpack::ports::{BuildpackReads, BuildpackWrites};
use crate::deployment::ports::{DeploymentReads, DeploymentWrites};
use crate::domain::ports::{DomainReads, DomainWrites};
use crate::droplet::ports::{DropletReads, DropletWrites};
use crate::environment_variable_group::ports::{
    EnvironmentVariableGroupReads, EnvironmentVariableGroupWrites,
};
use crate::feature_flag::ports::{FeatureFlagReads, FeatureFlagWrites};
use crate::isolation_segment::ports::{IsolationSegmentReads, IsolationSegmentWrites};
use crate::job::ports::{JobReads, JobWrites};
use crate::organization::ports::{OrganizationReads, OrganizationWrites};
use crate::organization_quota::ports::{OrganizationQuotaReads, OrganizationQuotaWrites};
use crate::package::ports::{PackageReads, PackageWrites};
use crate::process::ports::{ProcessReads, ProcessWrites};
use crate::quota::ports::{QuotaReads, QuotaWrites};
use crate::revision::ports::{RevisionReads, RevisionWrites};
use crate::role::ports::{RoleReads, RoleWrites};
use crate::route::ports::{RouteReads, RouteWrites};
use crate::security_group::ports::{SecurityGroupReads, SecurityGroupWrites};
use crate::sidecar::ports::{SidecarReads, SidecarWrites};
use crate::space::ports::{SpaceReads, SpaceWrites};
use crate::space_quota::ports::{SpaceQuotaReads, SpaceQuotaWrites};
use crate::stack::ports::{StackReads, StackWrites};
use crate::task::ports::{TaskReads, TaskWrites};
use crate::user::ports::{UserReads, UserWrites};
use async_trait::async_trait;

/// Everything that can be asked, on one connection. Statements see different moments; a list is not a snapshot.
pub trait Reader:
    OrganizationReads
    + OrganizationQuotaReads
    + QuotaReads
    + SpaceReads
    + SpaceQuotaReads
    + AppReads
    + RoleReads
    + UserReads
    + JobReads
    + AuditEventReads
    + BuildpackReads
    + BlobOwners
    + BuildReads
    + DeploymentReads
    + DomainReads
    + DropletReads
    + EnvironmentVariableGroupReads
    + FeatureFlagReads
    + IsolationSegmentReads
    + PackageReads
    + ProcessReads
    + RevisionReads
    + RouteReads
    + SecurityGroupReads
    + SidecarReads
    + StackReads
    + TaskReads
    + Send
{
}

/// One transaction: everything that can be asked and changed. Ended with [`finish`]; dropped without it, nothing of it remains.
#[async_trait]
pub trait Tx:
    Reader
    + OrganizationWrites
    + OrganizationQuotaWrites
    + QuotaWrites
    + SpaceWrites
    + SpaceQuotaWrites
    + AppWrites
    + RoleWrites
    + UserWrites
    + JobWrites
    + AuditEventWrites
    + BuildpackWrites
    + BuildWrites
    + DeploymentWrites
    + DomainWrites
    + DropletWrites
    + EnvironmentVariableGroupWrites
    + FeatureFlagWrites
    + IsolationSegmentWrites
    + PackageWrites
    + ProcessWrites
    + RevisionWrites
    + RouteWrites
    + SecurityGroupWrites
    + SidecarWrites
    + StackWrites
    + TaskWrites
{
    /// Makes the changes last and wakes the workers if jobs were enqueued.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
    async fn rollback(self: Box<Self>);
}

pub type DynTx = dyn Tx;
pub type DynReader = dyn Reader;

/// Where everything is kept.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Starts a transaction. On SQLite it takes the write lock at once.
    async fn begin(&self) -> Result<Box<DynTx>, StoreError>;
    /// A connection for questions only.
    async fn reader(&self) -> Result<Box<DynReader>, StoreError>;
    /// Whether the database answers and has exactly the migrations of this binary.
    async fn ping(&self) -> Result<(), StoreError>;
}

/// Ends a transaction: commits what went well, rolls back what did not.
pub async fn finish<T, E: From<StoreError>>(tx: Box<DynTx>, outcome: Result<T, E>) -> Result<T, E> {
    match outcome {
        Ok(value) => tx.commit().await.map(|()| value).map_err(E::from),
        Err(refusal) => {
            tx.rollback().await;
            Err(refusal)
        }
    }
}
