//! How apps are kept.

use super::{App, AppFilter, EnvironmentVariables, LifecycleKind};
use crate::access::Standing;
use crate::actor::Principal;
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::space::Space;
use crate::store::StoreError;
use async_trait::async_trait;
use std::collections::HashMap;

/// What lists of an app's parts tell of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppPlace {
    pub space: Guid<Space>,
    pub lifecycle: LifecycleKind,
}

#[async_trait]
pub trait AppReads {
    /// The app if it exists and `scope` shows its space.
    async fn find_app(&mut self, guid: &Guid<App>, scope: &Scope) -> Result<Option<App>, StoreError>;
    async fn list_apps(
        &mut self,
        filter: &AppFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<App>, StoreError>;
    /// What `who` holds in the app's space and organization; `None` if there is no such app.
    async fn app_standing(
        &mut self,
        guid: &Guid<App>,
        who: &Principal,
    ) -> Result<Option<Standing>, StoreError>;
    /// Opens the sealed environment variables. `None` if there is no such app.
    async fn app_environment(&mut self, guid: &Guid<App>)
    -> Result<Option<EnvironmentVariables>, StoreError>;
    /// Where those of the apps are that exist, and how they are staged.
    async fn app_places(&mut self, apps: &[Guid<App>]) -> Result<HashMap<Guid<App>, AppPlace>, StoreError>;
    /// Guids of all apps of a space, in insertion order.
    async fn apps_of_space(&mut self, space: &Guid<Space>) -> Result<Vec<Guid<App>>, StoreError>;
}

#[async_trait]
pub trait AppWrites: AppReads {
    /// Reads the app and locks its row until the transaction ends. `None` if there is none.
    async fn lock_app(&mut self, guid: &Guid<App>) -> Result<Option<App>, StoreError>;
    /// [`StoreError::Taken`] `apps_space_id_name_key_key` if the name is in use in the space.
    async fn insert_app(&mut self, app: &App, environment: &EnvironmentVariables) -> Result<(), StoreError>;
    /// Writes everything but guid, space, environment and creation time. Same refusal as the insert.
    async fn update_app(&mut self, app: &App) -> Result<(), StoreError>;
    /// Seals and writes the environment variables.
    async fn update_app_environment(
        &mut self,
        guid: &Guid<App>,
        environment: &EnvironmentVariables,
    ) -> Result<(), StoreError>;
    /// Removes the row, its revisions, deployments and metadata. Processes, packages, builds, droplets and destinations must be gone before.
    async fn delete_app(&mut self, guid: &Guid<App>) -> Result<(), StoreError>;
}
