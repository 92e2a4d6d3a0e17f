//! `sidecar_get`, `app_sidecars_list`, `process_sidecars_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Call;
use crate::{access, app, process};
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::{Common, Page, PageRequest};
use cc_domain::process::Process;
use cc_domain::sidecar::{Sidecar, SidecarFilter, SidecarOwner, policy};
use cc_domain::store::DynReader;

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
    let mut reader = call.ports.store.reader().await?;
    access::on_app(reader.as_mut(), call.actor, app, &policy::GET, app::RESOURCE).await?;
    list(reader.as_mut(), SidecarOwner::App(app.clone()), common, page).await
}

/// Those of the app that run beside a process that the caller sees.
pub async fn list_of_process(
    call: Call<'_>,
    process: &Guid<Process>,
    common: Common,
    page: &PageRequest,
) -> Result<Page<Sidecar>, Fault> {
    let mut reader = call.ports.store.reader().await?;
    let found = process::visible(reader.as_mut(), call.actor, process).await?;
    access::on_app(reader.as_mut(), call.actor, &found.app, &policy::GET, process::RESOURCE).await?;
    list(reader.as_mut(), SidecarOwner::Process(process.clone()), common, page).await
}

async fn list(
    reader: &mut DynReader,
    owner: SidecarOwner,
    common: Common,
    page: &PageRequest,
) -> Result<Page<Sidecar>, Fault> {
    Ok(reader.list_sidecars(&SidecarFilter { common, owner }, page).await?)
}
