//! `buildpack_get`, `buildpacks_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::buildpack::{Buildpack, BuildpackFilter};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};

pub async fn get(call: Call<'_>, guid: &Guid<Buildpack>) -> Result<Buildpack, Fault> {
    call.ports
        .store
        .reader()
        .await?
        .find_buildpack(guid, &call.actor.scope())
        .await?
        .ok_or_else(|| Fault::not_found(RESOURCE))
}

pub async fn list(
    call: Call<'_>,
    filter: &BuildpackFilter,
    page: &PageRequest,
) -> Result<Page<Buildpack>, Fault> {
    Ok(call.ports.store.reader().await?.list_buildpacks(filter, page, &call.actor.scope()).await?)
}
