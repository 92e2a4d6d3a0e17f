//! `process_get`, `processes_list`, `app_processes_list`, `app_process_get`

use super::{RESOURCE, visible};
use crate::access;
use crate::app;
use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::access::Standing;
use cc_domain::actor::Actor;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::process::{self, Process, ProcessFilter, ProcessType, policy};
use cc_domain::store::DynReader;

/// The process, without its command for those who may not see secrets.
pub async fn get(ports: &Ports, actor: &Actor, guid: &Guid<Process>) -> Result<(Process, bool), Fault> {
    let mut reader = ports.store.reader().await?;
    let process = visible(reader.as_mut(), actor, guid).await?;
    let sees_secrets = sees_secrets(reader.as_mut(), actor, &process.app).await?;
    Ok((process, sees_secrets))
}

/// The newest process of a type. The second value is whether the caller may see its command.
pub async fn of_app_and_type(
    ports: &Ports,
    actor: &Actor,
    app: &Guid<App>,
    kind: &str,
) -> Result<(Process, bool), Fault> {
    let mut reader = ports.store.reader().await?;
    reader.find_app(app, &actor.scope()).await?.ok_or_else(|| Fault::not_found(app::RESOURCE))?;
    let processes = reader.processes_of_app(app).await?;
    let found = ProcessType::parse(kind).and_then(|kind| process::current(&processes, &kind).cloned());
    let process = found.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let sees_secrets = sees_secrets(reader.as_mut(), actor, app).await?;
    Ok((process, sees_secrets))
}

async fn sees_secrets(reader: &mut DynReader, actor: &Actor, app: &Guid<App>) -> Result<bool, Fault> {
    let standing: Option<Standing> = reader.app_standing(app, &actor.user).await?;
    Ok(standing.is_some_and(|s| cc_domain::access::decide(&policy::READ_SECRETS, actor, &s).is_ok()))
}

pub async fn list(
    ports: &Ports,
    actor: &Actor,
    filter: &ProcessFilter,
    page: &PageRequest,
) -> Result<Page<Process>, Fault> {
    let mut reader = ports.store.reader().await?;
    Ok(reader.list_processes(filter, page, &actor.scope()).await?)
}

/// Those of one app, which the caller must see.
pub async fn list_of_app(
    ports: &Ports,
    actor: &Actor,
    app: &Guid<App>,
    filter: &ProcessFilter,
    page: &PageRequest,
) -> Result<Page<Process>, Fault> {
    let mut reader = ports.store.reader().await?;
    access::on_app(reader.as_mut(), actor, app, &policy::GET, app::RESOURCE).await?;
    let filter = ProcessFilter { app_guids: Some(vec![app.as_str().to_owned()]), ..filter.clone() };
    Ok(reader.list_processes(&filter, page, &actor.scope()).await?)
}
