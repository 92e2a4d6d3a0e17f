//! `task_get`, `tasks_list`, `app_tasks_list`

use super::RESOURCE;
use crate::access;
use crate::app;
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::access::{Standing, decide};
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::task::{Task, TaskFilter, policy};

/// The task. The second value is whether the caller may see its command.
pub async fn get(call: Call<'_>, guid: &Guid<Task>) -> Result<(Task, bool), Fault> {
    let mut reader = call.ports.store.reader().await?;
    let found =
        reader.find_task(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let standing = reader.app_standing(&found.app, &call.actor.principal()).await?;
    Ok((found, standing.is_some_and(|standing| sees_secrets(call, &standing))))
}

fn sees_secrets(call: Call<'_>, standing: &Standing) -> bool {
    decide(&policy::READ_SECRETS, call.actor, standing).is_ok()
}

pub async fn list(call: Call<'_>, filter: &TaskFilter, page: &PageRequest) -> Result<Page<Task>, Fault> {
    Ok(call.ports.store.reader().await?.list_tasks(filter, page, &call.actor.scope()).await?)
}

/// Those of one app, which the caller must see. The second value is whether the caller may see their commands.
pub async fn list_of_app(
    call: Call<'_>,
    app: &Guid<App>,
    filter: TaskFilter,
    page: &PageRequest,
) -> Result<(Page<Task>, bool), Fault> {
    let mut reader = call.ports.store.reader().await?;
    let standing = access::on_app(reader.as_mut(), call.actor, app, &policy::GET, app::RESOURCE).await?;
    let filter = TaskFilter { app_guids: Some(vec![app.to_string()]), ..filter };
    let found = reader.list_tasks(&filter, page, &call.actor.scope()).await?;
    Ok((found, sees_secrets(call, &standing)))
}
