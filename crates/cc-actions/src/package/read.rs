//! `package_get`, `packages_list`, `app_packages_list`

use super::RESOURCE;
use crate::app;
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::package::{Package, PackageFilter};

pub async fn get(call: Call<'_>, guid: &Guid<Package>) -> Result<Package, Fault> {
    let mut reader = call.ports.store.reader().await?;
    reader.find_package(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

pub async fn list(
    call: Call<'_>,
    filter: &PackageFilter,
    page: &PageRequest,
) -> Result<Page<Package>, Fault> {
    Ok(call.ports.store.reader().await?.list_packages(filter, page, &call.actor.scope()).await?)
}

/// Those of one app that the caller can see.
pub async fn list_of_app(
    call: Call<'_>,
    app: &Guid<App>,
    filter: PackageFilter,
    page: &PageRequest,
) -> Result<Page<Package>, Fault> {
    app::visible(call, app).await?;
    let filter = PackageFilter { app_guids: Some(vec![app.to_string()]), ..filter };
    list(call, &filter, page).await
}
