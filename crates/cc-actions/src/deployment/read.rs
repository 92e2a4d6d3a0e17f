//! `deployment_get`, `deployments_list`

use super::visible;
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::deployment::{Deployment, DeploymentFilter};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};

pub async fn get(call: Call<'_>, guid: &Guid<Deployment>) -> Result<Deployment, Fault> {
    visible(call.ports.store.reader().await?.as_mut(), call.actor, guid).await
}

pub async fn list(
    call: Call<'_>,
    filter: &DeploymentFilter,
    page: &PageRequest,
) -> Result<Page<Deployment>, Fault> {
    Ok(call.ports.store.reader().await?.list_deployments(filter, page, &call.actor.scope()).await?)
}
