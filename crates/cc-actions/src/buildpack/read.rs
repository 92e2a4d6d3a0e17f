//! `buildpack_get`, `buildpacks_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::buildpack::{Buildpack, BuildpackFilter};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};

pub async fn get(ports: &Ports, actor: &Actor, guid: &Guid<Buildpack>) -> Result<Buildpack, Fault> {
    ports
        .store
        .reader()
        .await?
        .find_buildpack(guid, &actor.scope())
        .await?
        .ok_or_else(|| Fault::not_found(RESOURCE))
}

pub async fn list(
    ports: &Ports,
    actor: &Actor,
    filter: &BuildpackFilter,
    page: &PageRequest,
) -> Result<Page<Buildpack>, Fault> {
    Ok(ports.store.reader().await?.list_buildpacks(filter, page, &actor.scope()).await?)
}
