//! `droplet_get`, `droplets_list`, `app_droplets_list`, `package_droplets_list`, `app_current_droplet_get`

use super::RESOURCE;
use crate::access;
use crate::app;
use crate::fault::Fault;
use crate::package;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::app::App;
use cc_domain::droplet::{Droplet, DropletFilter, policy};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::package::Package;

/// The droplet, and whether the caller may see its commands.
pub async fn get(ports: &Ports, actor: &Actor, guid: &Guid<Droplet>) -> Result<(Droplet, bool), Fault> {
    let mut reader = ports.store.reader().await?;
    let found = reader.find_droplet(guid, &actor.scope()).await?;
    let droplet = found.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let rule = &policy::READ_SECRETS;
    let sees_secrets = access::on_app(reader.as_mut(), actor, &droplet.app, rule, RESOURCE).await.is_ok();
    Ok((droplet, sees_secrets))
}

pub async fn list(
    ports: &Ports,
    actor: &Actor,
    filter: &DropletFilter,
    page: &PageRequest,
) -> Result<Page<Droplet>, Fault> {
    Ok(ports.store.reader().await?.list_droplets(filter, page, &actor.scope()).await?)
}

/// Those of one app that the caller can see.
pub async fn list_of_app(
    ports: &Ports,
    actor: &Actor,
    app: &Guid<App>,
    filter: DropletFilter,
    page: &PageRequest,
) -> Result<Page<Droplet>, Fault> {
    app::visible(ports, actor, app).await?;
    let filter = DropletFilter { app_guids: Some(vec![app.to_string()]), ..filter };
    list(ports, actor, &filter, page).await
}

/// Those of one package that the caller can see.
pub async fn list_of_package(
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Package>,
    filter: DropletFilter,
    page: &PageRequest,
) -> Result<Page<Droplet>, Fault> {
    package::get(ports, actor, guid).await?;
    let filter = DropletFilter { package_guids: Some(vec![guid.to_string()]), ..filter };
    list(ports, actor, &filter, page).await
}

/// The droplet that the app runs or would run.
pub async fn current(ports: &Ports, actor: &Actor, app: &Guid<App>) -> Result<Droplet, Fault> {
    let guid = current_guid(ports, actor, app).await?;
    get(ports, actor, &guid).await.map(|(droplet, _)| droplet)
}

/// Only its guid, for the relationship.
pub async fn current_guid(ports: &Ports, actor: &Actor, app: &Guid<App>) -> Result<Guid<Droplet>, Fault> {
    let found = app::visible(ports, actor, app).await?;
    found.droplet.ok_or_else(|| Fault::not_found(RESOURCE))
}
