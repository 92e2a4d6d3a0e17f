//! `buildpack_get`, `buildpacks_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::buildpack::{Buildpack, BuildpackFilter};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};

/// Everyone sees every buildpack.
pub async fn get(ports: &Ports, guid: &Guid<Buildpack>) -> Result<Buildpack, Fault> {
    ports.store.reader().await?.find_buildpack(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

pub async fn list(
    ports: &Ports,
    filter: &BuildpackFilter,
    page: &PageRequest,
) -> Result<Page<Buildpack>, Fault> {
    Ok(ports.store.reader().await?.list_buildpacks(filter, page).await?)
}
