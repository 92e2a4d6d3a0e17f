//! How builds are kept.

use super::{Build, BuildFilter};
use crate::app::{App, EnvironmentVariables};
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::store::error::StoreError;
use crate::time::Timestamp;
use async_trait::async_trait;

#[async_trait]
pub trait BuildReads {
    /// The build if it exists and `scope` shows its space.
    async fn find_build(&mut self, guid: &Guid<Build>, scope: &Scope) -> Result<Option<Build>, StoreError>;
    async fn list_builds(
        &mut self,
        filter: &BuildFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Build>, StoreError>;
    /// All of an app, in insertion order.
    async fn builds_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Build>, StoreError>;
    /// Builds in STAGING that began before this moment, at most `max`: the engine should have ended them.
    async fn stuck_builds(&mut self, before: Timestamp, max: i64) -> Result<Vec<Build>, StoreError>;
    /// Opens the sealed variables of the request. `None` if there is no such build.
    async fn build_environment(
        &mut self,
        guid: &Guid<Build>,
    ) -> Result<Option<EnvironmentVariables>, StoreError>;
}

#[async_trait]
pub trait BuildWrites: BuildReads {
    /// Reads the build and locks its row until the transaction ends. `None` if there is none.
    async fn lock_build(&mut self, guid: &Guid<Build>) -> Result<Option<Build>, StoreError>;
    /// Seals the variables of the request.
    async fn insert_build(
        &mut self,
        build: &Build,
        environment: &EnvironmentVariables,
    ) -> Result<(), StoreError>;
    /// Writes state, error, droplet, metadata.
    async fn update_build(&mut self, build: &Build) -> Result<(), StoreError>;
    /// Removes the row and its metadata; its droplet stays.
    async fn delete_build(&mut self, guid: &Guid<Build>) -> Result<(), StoreError>;
}
