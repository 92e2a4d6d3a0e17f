//! What is asked about deployments.

use super::SUPERSEDED;
use crate::any::dsl::{All, Pred, TextOneOf};
use crate::any::sets::IdSet;
use crate::list::with_guid;
use crate::schema::deployments;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::deployment::ports::DeploymentReads;
use cc_domain::deployment::{Deployment, DeploymentFilter, DeploymentState};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::store::StoreError;

fn in_state(states: &[DeploymentState]) -> Pred<deployments::table> {
    let states: Vec<String> = states.iter().map(|state| state.as_str().to_owned()).collect();
    Pred::new(deployments::state.one_of(&states))
}

fn of_app(app: &Guid<App>, condition: Pred<deployments::table>) -> IdSet<deployments::table> {
    IdSet::matching(All::of(vec![with_guid(app).holds(deployments::app_id), condition]))
}

#[async_trait]
impl<A: Access> DeploymentReads for Session<A> {
    async fn find_deployment(
        &mut self,
        guid: &Guid<Deployment>,
        scope: &Scope,
    ) -> Result<Option<Deployment>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_deployments(
        &mut self,
        filter: &DeploymentFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Deployment>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn active_deployment(&mut self, app: &Guid<App>) -> Result<Option<Deployment>, StoreError> {
        Ok(self.load_all(of_app(app, in_state(DeploymentState::ACTIVE))).await?.pop())
    }

    async fn moving_deployments(&mut self) -> Result<Vec<Deployment>, StoreError> {
        self.load_where(in_state(DeploymentState::MOVING)).await
    }

    async fn superseded_deployments(&mut self, app: &Guid<App>) -> Result<Vec<Deployment>, StoreError> {
        self.load_all(of_app(app, Pred::is(deployments::status_reason, SUPERSEDED))).await
    }
}
