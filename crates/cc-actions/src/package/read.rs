//! `package_get`, `packages_list`, `app_packages_list`

use super::RESOURCE;
use crate::app;
use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::package::{Package, PackageFilter};

pub async fn get(ports: &Ports, actor: &Actor, guid: &Guid<Package>) -> Result<Package, Fault> {
    let mut reader = ports.store.reader().await?;
    reader.find_package(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

pub async fn list(
    ports: &Ports,
    actor: &Actor,
    filter: &PackageFilter,
    page: &PageRequest,
) -> Result<Page<Package>, Fault> {
    Ok(ports.store.reader().await?.list_packages(filter, page, &actor.scope()).await?)
}

/// Those of one app that the caller can see.
pub async fn list_of_app(
    ports: &Ports,
    actor: &Actor,
    app: &Guid<App>,
    filter: PackageFilter,
    page: &PageRequest,
) -> Result<Page<Package>, Fault> {
    app::visible(ports, actor, app).await?;
    let filter = PackageFilter { app_guids: Some(vec![app.to_string()]), ..filter };
    list(ports, actor, &filter, page).await
}
