//! `build_get`, `builds_list`, `app_builds_list`

use super::RESOURCE;
use crate::app;
use crate::fault::Fault;
use crate::ports::Ports;
use crate::wakes::Changed;
use cc_domain::actor::Actor;
use cc_domain::app::App;
use cc_domain::build::{Build, BuildFilter, BuildState};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use std::time::Duration;

/// The build. One in STAGING is held up to `hold`, and answered the moment it ends.
pub async fn get(ports: &Ports, actor: &Actor, guid: &Guid<Build>, hold: Duration) -> Result<Build, Fault> {
    let mut waiting = ports.wakes.listen();
    let found = read(ports, actor, guid).await?;
    if found.state != BuildState::Staging || hold.is_zero() {
        return Ok(found);
    }
    waiting.until(Changed::Build, guid.as_str(), hold).await;
    read(ports, actor, guid).await
}

async fn read(ports: &Ports, actor: &Actor, guid: &Guid<Build>) -> Result<Build, Fault> {
    let mut reader = ports.store.reader().await?;
    reader.find_build(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

pub async fn list(
    ports: &Ports,
    actor: &Actor,
    filter: &BuildFilter,
    page: &PageRequest,
) -> Result<Page<Build>, Fault> {
    Ok(ports.store.reader().await?.list_builds(filter, page, &actor.scope()).await?)
}

/// Those of one app that the caller can see.
pub async fn list_of_app(
    ports: &Ports,
    actor: &Actor,
    app: &Guid<App>,
    filter: BuildFilter,
    page: &PageRequest,
) -> Result<Page<Build>, Fault> {
    app::visible(ports, actor, app).await?;
    let filter = BuildFilter { app_guids: Some(vec![app.to_string()]), ..filter };
    list(ports, actor, &filter, page).await
}
