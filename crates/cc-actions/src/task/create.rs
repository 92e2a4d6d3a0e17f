//! `task_create`

use super::{ALL, RunTask, described, run};
use crate::fault::Fault;
use crate::job;
use crate::ports::{Call, transaction};
use crate::{access, app, quota};
use cc_domain::app::App;
use cc_domain::droplet::Droplet;
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::guid::Guid;
use cc_domain::metadata::Metadata;
use cc_domain::patch::Patch;
use cc_domain::store::DynTx;
use cc_domain::task::{CreateTask, Task, TaskError, TaskInput, TaskTemplate, policy};

/// Makes a task and has the engine run it. What is wrong with the body is said before the app is looked for.
pub async fn create(
    call: Call<'_>,
    app: &Guid<App>,
    command: Result<CreateTask, Fault>,
) -> Result<Task, Fault> {
    let ports = call.ports;
    // An engine elsewhere is reached by its job only.
    let is_here = ports.runtime.capabilities().tasks;
    let task = transaction!(ports, |tx| {
        tx.feature_flags().await?.check(FeatureFlag::TaskCreation, call.actor)?;
        let command = command?;
        access::on_app(tx, call.actor, app, &policy::MANAGE, app::RESOURCE).await?;
        let droplet = droplet(tx, app, &command.droplet).await?;
        command.check_disk(&ports.settings.processes)?;
        let quotas = quota::of_running(tx, app).await?;
        let found = tx.lock_app(app).await?.ok_or_else(|| Fault::not_found(app::RESOURCE))?;
        let noise: Guid<Task> = ports.new_guid();
        let input = TaskInput {
            template: template(tx, &command).await?,
            sequence_id: tx.next_sequence_id(app).await?,
            droplet: &droplet,
            metadata: Metadata::default().patched(&command.metadata, ports.settings.metadata_limits)?,
            noise: noise.as_str(),
        };
        let (settings, now) = (&ports.settings.processes, ports.now());
        let task = Task::new(ports.new_guid(), command, input, settings, &quotas, now)?;
        tx.insert_task(&task).await?;
        let place = app::place(tx, &found).await?;
        call.record(tx, "audit.app.task.create", app::party(&found), place, described(&task)).await?;
        let run = RunTask { guid: task.guid.clone() };
        job::enqueue_in(tx, ports, &run, if is_here { run::HEAD_START_SECONDS } else { 0 }).await?;
        Ok(task)
    })?;
    if is_here { run::at_once(ports, task).await } else { Ok(task) }
}

/// The one that is named, which has to be of the app, or the app's current one.
async fn droplet(tx: &mut DynTx, app: &Guid<App>, named: &Patch<Guid<Droplet>>) -> Result<Droplet, Fault> {
    let guid = match named {
        Patch::Absent => {
            tx.find_app(app, &ALL).await?.and_then(|app| app.droplet).ok_or(TaskError::NoDroplet)?
        }
        Patch::Null => return Err(Fault::not_found("Droplet")),
        Patch::Value(guid) => guid.clone(),
    };
    let found = tx.find_droplet(&guid, &ALL).await?;
    found.filter(|droplet| droplet.app == *app).ok_or_else(|| match named {
        Patch::Absent => TaskError::NoDroplet.into(),
        Patch::Null | Patch::Value(_) => Fault::not_found("Droplet"),
    })
}

/// What the process that the request names lends, of whatever app.
async fn template(tx: &mut DynTx, command: &CreateTask) -> Result<Option<TaskTemplate>, Fault> {
    let Some(guid) = &command.template else { return Ok(None) };
    let unknown = || TaskError::UnknownTemplate(guid.clone());
    let process = tx.find_process(guid, &ALL).await?.ok_or_else(unknown)?;
    let app = tx.find_app(&process.app, &ALL).await?.ok_or_else(unknown)?;
    let droplet = match &app.droplet {
        Some(droplet) => tx.find_droplet(droplet, &ALL).await?,
        None => None,
    };
    Ok(Some(TaskTemplate::of(&process, droplet.as_ref())))
}
