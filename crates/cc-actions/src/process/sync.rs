//! The engine hears of processes: after each change by a job, and of what got lost by the periodic comparison.

use super::ALL;
use crate::fault::Fault;
use crate::job::{self, Work};
use crate::ports::{Ports, transaction};
use crate::wakes::Changed;
use cc_domain::app::{App, AppContext};
use cc_domain::droplet::Droplet;
use cc_domain::environment_variable_group::EnvironmentVariableGroupName;
use cc_domain::guid::Guid;
use cc_domain::process::Process;
use cc_domain::revision::Revision;
use cc_domain::runtime::{ProcessRef, ProcessSpec, RuntimeError};
use cc_domain::store::{DynReader, DynTx};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Has the engine do what is wanted of a process.
#[derive(Serialize, Deserialize)]
pub(crate) struct ProcessSync {
    process: Guid<Process>,
}

impl Work for ProcessSync {
    const NAME: &'static str = "process.sync";
    const PRIORITY: i32 = -1;

    fn key(&self) -> Option<String> {
        Some(format!("process:{}", self.process))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        sync(ports, &self.process).await
    }
}

/// Processes of one comparison step.
const BATCH: i64 = 500;

/// Has the engine hear of a process that this transaction changed or deleted, once it is committed. One job per process waits at a time
/// and one runs at a time, so a late one never overtakes a newer state.
pub(crate) async fn announce(tx: &mut DynTx, ports: &Ports, guid: &Guid<Process>) -> Result<(), Fault> {
    job::enqueue(tx, ports, &ProcessSync { process: guid.clone() }).await?;
    Ok(())
}

/// Reads the process as it is now, removes what the engine has of older versions, and makes it run what is wanted.
async fn sync(ports: &Ports, guid: &Guid<Process>) -> Result<(), Fault> {
    let spec = {
        let mut reader = ports.store.reader().await?;
        match reader.find_process(guid, &ALL).await? {
            Some(process) if process.is_wanted() => spec(reader.as_mut(), ports, &process).await?,
            Some(_) | None => None,
        }
    };
    for version in ports.runtime.versions_of(guid).await.map_err(engine)? {
        if spec.as_ref().is_none_or(|spec| spec.key != version) {
            ports.runtime.remove_process(&ProcessRef::Key(version)).await.map_err(engine)?;
        }
    }
    if let Some(spec) = &spec {
        ports.runtime.ensure_process(spec).await.map_err(engine)?;
    }
    ports.wakes.changed(Changed::Process, guid.as_str());
    Ok(())
}

/// What the engine is told of a wanted process; `None` if its app has no droplet to run.
async fn spec(
    reader: &mut DynReader,
    ports: &Ports,
    process: &Process,
) -> Result<Option<ProcessSpec>, Fault> {
    let Some(app) = reader.find_app(&process.app, &ALL).await? else { return Ok(None) };
    let revision = match &process.revision {
        Some(guid) if app.features.revisions => reader.find_revision(guid, &ALL).await?,
        Some(_) | None => None,
    };
    let Some(droplet) = droplet(reader, &app, revision.as_ref()).await? else { return Ok(None) };
    let Some(space) = reader.find_space(&app.space, &ALL).await? else { return Ok(None) };
    let Some(organization) = reader.find_organization(&space.organization, &ALL).await? else {
        return Ok(None);
    };
    let routes = reader.routes_of_app(&app.guid).await?;
    // What runs stays what was started, whatever is changed for the next start.
    let (process, sidecars, variables) = match &revision {
        Some(revision) => {
            let variables = reader.revision_environment(&revision.guid).await?;
            (revision.process(process), revision.sidecars(), variables)
        }
        None => {
            let variables = reader.app_environment(&app.guid).await?;
            (process.clone(), reader.sidecars_of_app(&app.guid).await?, variables)
        }
    };
    let variables = variables.unwrap_or_default();
    let group = reader.environment_variable_group(EnvironmentVariableGroupName::Running).await?;
    let context = AppContext {
        app: &app,
        space: &space,
        organization: &organization,
        routes: &routes,
        sidecars: &sidecars,
        variables: &variables,
        group: &group.variables,
        api_url: &ports.settings.external_url,
        fds: ports.settings.engine.fds,
    };
    let settings = &ports.settings;
    process.spec(&context, &droplet, &settings.processes, &settings.engine).map(Some).map_err(Fault::internal)
}

/// The droplet that the app was started with, or its current one if that is gone.
async fn droplet(
    reader: &mut DynReader,
    app: &App,
    revision: Option<&Revision>,
) -> Result<Option<Droplet>, Fault> {
    for guid in revision.map(|r| &r.droplet).into_iter().chain(&app.droplet) {
        if let Some(droplet) = reader.find_droplet(guid, &ALL).await? {
            return Ok(Some(droplet));
        }
    }
    Ok(None)
}

fn engine(error: RuntimeError) -> Fault {
    match error {
        RuntimeError::Invalid(_) | RuntimeError::Unsupported(_) => Fault::unprocessable(error.to_string()),
        _ => Fault::unavailable("The engine is not available right now.", error),
    }
}

/// Compares what is wanted with what the engine has, both ways, and queues a [`ProcessSync`] for every process that differs.
pub async fn sync_all(ports: &Ports) -> Result<(), Fault> {
    let observed = ports.runtime.list_processes().await.map_err(engine)?;
    let mut unknown: HashMap<String, u32> = HashMap::new();
    for process in &observed {
        if let ProcessRef::Key(key) = &process.key {
            unknown.insert(format!("{} {}", key.process(), key.version()), process.instances);
        }
    }
    let mut after: Option<Guid<Process>> = None;
    loop {
        let wanted = ports.store.reader().await?.wanted_processes(after.as_ref(), BATCH).await?;
        let Some(last) = wanted.last() else { break };
        after = Some(last.guid.clone());
        let differ = wanted
            .iter()
            .filter(|p| unknown.remove(&format!("{} {}", p.guid, p.version)) != Some(p.instances.get()));
        let guids: Vec<_> = differ.map(|p| p.guid.clone()).collect();
        announce_each(ports, &guids).await?;
    }
    let orphans: Vec<Guid<Process>> =
        unknown.keys().filter_map(|key| key.split(' ').next().map(Guid::from)).collect();
    announce_each(ports, &orphans).await
}

async fn announce_each(ports: &Ports, guids: &[Guid<Process>]) -> Result<(), Fault> {
    if guids.is_empty() {
        return Ok(());
    }
    transaction!(ports, |tx| {
        for guid in guids {
            announce(tx, ports, guid).await?;
        }
        Ok(())
    })
}
