//! `sidecar_get`, `app_sidecars_list`, `process_sidecars_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::{Call, Ports};
use crate::{app, process};
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::{Common, Page, PageRequest};
use cc_domain::process::Process;
use cc_domain::sidecar::{Sidecar, SidecarFilter, SidecarOwner};

pub async fn get(call: Call<'_>, guid: &Guid<Sidecar>) -> Result<Sidecar, Fault> {
    let mut reader = call.ports.store.reader().await?;
    reader.find_sidecar(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

/// Those of an app that the caller sees.
pub async fn list_of_app(
    call: Call<'_>,
    app: &Guid<App>,
    common: Common,
    page: &PageRequest,
) -> Result<Page<Sidecar>, Fault> {
    app::visible(call, app).await?;
    list(call.ports, SidecarOwner::App(app.clone()), common, page).await
}

/// Those of the app that run beside a process that the caller sees.
pub async fn list_of_process(
    call: Call<'_>,
    process: &Guid<Process>,
    common: Common,
    page: &PageRequest,
) -> Result<Page<Sidecar>, Fault> {
    process::get(call, process).await?;
    list(call.ports, SidecarOwner::Process(process.clone()), common, page).await
}

async fn list(
    ports: &Ports,
    owner: SidecarOwner,
    common: Common,
    page: &PageRequest,
) -> Result<Page<Sidecar>, Fault> {
    Ok(ports.store.reader().await?.list_sidecars(&SidecarFilter { common, owner }, page).await?)
}
