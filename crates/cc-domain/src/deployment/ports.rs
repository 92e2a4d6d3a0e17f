//! How deployments are kept.

use super::{Deployment, DeploymentFilter};
use crate::app::App;
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait DeploymentReads {
    /// The deployment if it exists and `scope` shows its space.
    async fn find_deployment(
        &mut self,
        guid: &Guid<Deployment>,
        scope: &Scope,
    ) -> Result<Option<Deployment>, StoreError>;
    async fn list_deployments(
        &mut self,
        filter: &DeploymentFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Deployment>, StoreError>;
    /// The active one of an app, if it has one.
    async fn active_deployment(&mut self, app: &Guid<App>) -> Result<Option<Deployment>, StoreError>;
    /// Those of all apps that go forward or back by themselves, in insertion order.
    async fn moving_deployments(&mut self) -> Result<Vec<Deployment>, StoreError>;
    /// Those of an app that were superseded, in insertion order.
    async fn superseded_deployments(&mut self, app: &Guid<App>) -> Result<Vec<Deployment>, StoreError>;
}

#[async_trait]
pub trait DeploymentWrites: DeploymentReads {
    /// Reads the deployment and locks its row until the transaction ends. The app is locked before.
    async fn lock_deployment(&mut self, guid: &Guid<Deployment>) -> Result<Option<Deployment>, StoreError>;
    async fn insert_deployment(&mut self, deployment: &Deployment) -> Result<(), StoreError>;
    /// Writes state, canary step, error, times, process and metadata; nothing else of a deployment changes.
    async fn update_deployment(&mut self, deployment: &Deployment) -> Result<(), StoreError>;
    /// Removes all of an app but the newest `keep` and an active one, with their metadata.
    async fn delete_deployments_beyond(&mut self, app: &Guid<App>, keep: usize) -> Result<(), StoreError>;
}
