//! How revisions are kept.

use super::{Revision, RevisionFilter};
use crate::app::{App, EnvironmentVariables};
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait RevisionReads {
    /// The revision if it exists and `scope` shows its space.
    async fn find_revision(
        &mut self,
        guid: &Guid<Revision>,
        scope: &Scope,
    ) -> Result<Option<Revision>, StoreError>;
    /// The app's visibility is the caller's to check.
    async fn list_revisions(
        &mut self,
        filter: &RevisionFilter,
        page: &PageRequest,
    ) -> Result<Page<Revision>, StoreError>;
    /// The one that was made last.
    async fn latest_revision(&mut self, app: &Guid<App>) -> Result<Option<Revision>, StoreError>;
    /// Opens the sealed environment variables. `None` if there is no such revision.
    async fn revision_environment(
        &mut self,
        guid: &Guid<Revision>,
    ) -> Result<Option<EnvironmentVariables>, StoreError>;
}

#[async_trait]
pub trait RevisionWrites: RevisionReads {
    /// Adds the app's newest, in place of the one with its version. The app is locked before.
    async fn insert_revision(
        &mut self,
        revision: &Revision,
        environment: &EnvironmentVariables,
    ) -> Result<(), StoreError>;
    /// Writes metadata and the time of the update; nothing else of a revision changes.
    async fn update_revision(&mut self, revision: &Revision) -> Result<(), StoreError>;
    /// Removes all but the newest `keep` of the app, with their metadata.
    async fn delete_revisions_beyond(&mut self, app: &Guid<App>, keep: usize) -> Result<(), StoreError>;
}
