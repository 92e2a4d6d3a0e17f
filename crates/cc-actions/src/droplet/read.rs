//! `droplet_get`, `droplets_list`, `app_droplets_list`, `package_droplets_list`, `app_current_droplet_get`

use super::RESOURCE;
use crate::access;
use crate::app;
use crate::fault::Fault;
use crate::package;
use crate::ports::Call;
use cc_domain::app::App;
use cc_domain::droplet::{Droplet, DropletFilter, policy};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::package::Package;

/// The droplet, and whether the caller may see its commands.
pub async fn get(call: Call<'_>, guid: &Guid<Droplet>) -> Result<(Droplet, bool), Fault> {
    let mut reader = call.ports.store.reader().await?;
    let found = reader.find_droplet(guid, &call.actor.scope()).await?;
    let droplet = found.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let rule = &policy::READ_SECRETS;
    let sees_secrets =
        access::on_app(reader.as_mut(), call.actor, &droplet.app, rule, RESOURCE).await.is_ok();
    Ok((droplet, sees_secrets))
}

pub async fn list(
    call: Call<'_>,
    filter: &DropletFilter,
    page: &PageRequest,
) -> Result<Page<Droplet>, Fault> {
    Ok(call.ports.store.reader().await?.list_droplets(filter, page, &call.actor.scope()).await?)
}

/// Those of one app that the caller can see.
pub async fn list_of_app(
    call: Call<'_>,
    app: &Guid<App>,
    filter: DropletFilter,
    page: &PageRequest,
) -> Result<Page<Droplet>, Fault> {
    app::visible(call, app).await?;
    let filter = DropletFilter { app_guids: Some(vec![app.to_string()]), ..filter };
    list(call, &filter, page).await
}

/// Those of one package that the caller can see.
pub async fn list_of_package(
    call: Call<'_>,
    guid: &Guid<Package>,
    filter: DropletFilter,
    page: &PageRequest,
) -> Result<Page<Droplet>, Fault> {
    package::get(call, guid).await?;
    let filter = DropletFilter { package_guids: Some(vec![guid.to_string()]), ..filter };
    list(call, &filter, page).await
}

/// The droplet that the app runs or would run.
pub async fn current(call: Call<'_>, app: &Guid<App>) -> Result<Droplet, Fault> {
    let guid = current_guid(call, app).await?;
    get(call, &guid).await.map(|(droplet, _)| droplet)
}

/// Only its guid, for the relationship.
pub async fn current_guid(call: Call<'_>, app: &Guid<App>) -> Result<Guid<Droplet>, Fault> {
    let found = app::visible(call, app).await?;
    found.droplet.ok_or_else(|| Fault::not_found(RESOURCE))
}
