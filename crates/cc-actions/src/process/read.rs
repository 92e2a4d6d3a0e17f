//! `process_get`, `processes_list`, `app_processes_list`, `app_process_get`

use super::{RESOURCE, visible};
use crate::access;
use crate::app;
use crate::fault::Fault;
use crate::ports::{Call, Ports};
use cc_domain::access::Standing;
use cc_domain::actor::Actor;
use cc_domain::app::App;
use cc_domain::app::ports::AppPlace;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::process::{self, Process, ProcessFilter, ProcessType, policy};
use cc_domain::space::Space;
use cc_domain::store::DynReader;
use std::collections::{BTreeSet, HashMap};

/// The process, without its command for those who may not see secrets.
pub async fn get(call: Call<'_>, guid: &Guid<Process>) -> Result<(Process, bool), Fault> {
    let mut reader = call.ports.store.reader().await?;
    let process = visible(reader.as_mut(), call.actor, guid).await?;
    let sees_secrets = sees_secrets(reader.as_mut(), call.actor, &process.app).await?;
    Ok((process, sees_secrets))
}

/// The newest process of a type. The second value is whether the caller may see its command.
pub async fn of_app_and_type(call: Call<'_>, app: &Guid<App>, kind: &str) -> Result<(Process, bool), Fault> {
    let mut reader = call.ports.store.reader().await?;
    reader.find_app(app, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(app::RESOURCE))?;
    let processes = reader.processes_of_app(app).await?;
    let found = ProcessType::parse(kind).and_then(|kind| process::current(&processes, &kind).cloned());
    let process = found.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let sees_secrets = sees_secrets(reader.as_mut(), call.actor, app).await?;
    Ok((process, sees_secrets))
}

async fn sees_secrets(reader: &mut DynReader, actor: &Actor, app: &Guid<App>) -> Result<bool, Fault> {
    let standing: Option<Standing> = reader.app_standing(app, &actor.principal()).await?;
    Ok(standing.is_some_and(|s| cc_domain::access::decide(&policy::READ_SECRETS, actor, &s).is_ok()))
}

pub async fn list(
    call: Call<'_>,
    filter: &ProcessFilter,
    page: &PageRequest,
) -> Result<Page<Process>, Fault> {
    let mut reader = call.ports.store.reader().await?;
    Ok(reader.list_processes(filter, page, &call.actor.scope()).await?)
}

/// Those of one app, which the caller must see.
pub async fn list_of_app(
    call: Call<'_>,
    app: &Guid<App>,
    filter: &ProcessFilter,
    page: &PageRequest,
) -> Result<Page<Process>, Fault> {
    let mut reader = call.ports.store.reader().await?;
    access::on_app(reader.as_mut(), call.actor, app, &policy::GET, app::RESOURCE).await?;
    let filter = ProcessFilter { app_guids: Some(vec![app.as_str().to_owned()]), ..filter.clone() };
    Ok(reader.list_processes(&filter, page, &call.actor.scope()).await?)
}

/// What a process is shown with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    /// For its link.
    pub space: Guid<Space>,
    /// Whom it runs as if it names nobody.
    pub default_user: &'static str,
    /// What it runs: its own command, or what staging found.
    pub command: Option<String>,
}

/// What a process is shown with.
pub async fn around(ports: &Ports, process: &Process) -> Result<Around, Fault> {
    let mut reader = ports.store.reader().await?;
    let missing = || Fault::not_found(RESOURCE);
    let app = reader.find_app(&process.app, &super::ALL).await?.ok_or_else(missing)?;
    let droplet = match &app.droplet {
        Some(droplet) if process.command.is_none() => reader.find_droplet(droplet, &super::ALL).await?,
        Some(_) | None => None,
    };
    let command = process.effective_command(droplet.as_ref()).map(str::to_owned);
    Ok(Around { default_user: app.lifecycle.kind().default_user(), space: app.space, command })
}

/// Where the apps of processes are: one question whatever their number.
pub async fn app_places(ports: &Ports, processes: &[Process]) -> Result<HashMap<Guid<App>, AppPlace>, Fault> {
    let apps: BTreeSet<&Guid<App>> = processes.iter().map(|process| &process.app).collect();
    let apps: Vec<Guid<App>> = apps.into_iter().cloned().collect();
    Ok(ports.store.reader().await?.app_places(&apps).await?)
}
