//! The store as the use cases see it: a reader for questions, a transaction for changes.

use crate::app::ports::{AppReads, AppWrites};
use crate::audit_event::ports::{AuditEventReads, AuditEventWrites};
use crate::blob::ports::BlobOwners;
use crate::build::ports::{BuildReads, BuildWrites};
use crate::buildpack::ports::{BuildpackReads, BuildpackWrites};
use crate::domain::ports::{DomainReads, DomainWrites};
use crate::droplet::ports::{DropletReads, DropletWrites};
use crate::environment_variable_group::ports::{
    EnvironmentVariableGroupReads, EnvironmentVariableGroupWrites,
};
use crate::feature_flag::ports::{FeatureFlagReads, FeatureFlagWrites};
use crate::job::ports::{JobReads, JobWrites};
use crate::organization::ports::{OrganizationReads, OrganizationWrites};
use crate::organization_quota::ports::{OrganizationQuotaReads, OrganizationQuotaWrites};
use crate::package::ports::{PackageReads, PackageWrites};
use crate::process::ports::{ProcessReads, ProcessWrites};
use crate::quota::ports::{QuotaReads, QuotaWrites};
use crate::revision::ports::{RevisionReads, RevisionWrites};
use crate::role::ports::{RoleReads, RoleWrites};
use crate::route::ports::{RouteReads, RouteWrites};
use crate::sidecar::ports::{SidecarReads, SidecarWrites};
use crate::space::ports::{SpaceReads, SpaceWrites};
use crate::space_quota::ports::{SpaceQuotaReads, SpaceQuotaWrites};
use crate::stack::ports::{StackReads, StackWrites};
use crate::task::ports::{TaskReads, TaskWrites};
use crate::user::ports::{UserReads, UserWrites};
use async_trait::async_trait;

/// What storing can come to, in domain words first.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique constraint refused the row. The name is `<table>_<column>_<column>_key` on both databases.
    #[error("taken: {0}")]
    Taken(String),
    /// The row changed since it was read (its `version` moved on). Read again.
    #[error("the row changed meanwhile")]
    Stale,
    /// Deadlock, serialization failure, a locked file: the use case may be run again.
    #[error("the database is busy")]
    Busy,
    /// No connection within the limit, or the database is gone.
    #[error("the database cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no room on the disk of the database. Nothing was written; reads still work.
    #[error("the disk of the database is full")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A sealed column does not open: wrong key or moved value.
    #[error("a sealed value cannot be opened")]
    Sealed,
    /// A text with U+0000, which PostgreSQL cannot keep and SQLite therefore may not. It came from a caller.
    #[error("a text holds U+0000")]
    Unstorable,
    /// A constraint or a type refused the statement, which it will do each time.
    #[error("the database refuses the statement each time")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else is a defect of ours.
    #[error("the database refused a statement")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
}

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
    + DomainReads
    + DropletReads
    + EnvironmentVariableGroupReads
    + FeatureFlagReads
    + PackageReads
    + ProcessReads
    + RevisionReads
    + RouteReads
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
    + DomainWrites
    + DropletWrites
    + EnvironmentVariableGroupWrites
    + FeatureFlagWrites
    + PackageWrites
    + ProcessWrites
    + RevisionWrites
    + RouteWrites
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
