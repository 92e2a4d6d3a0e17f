//! Tasks.
//!
//! [`create`] writes the row, and [`RunTask`] hands the task to the engine: at once where the request meets the engine, by the job
//! otherwise. The engine reports to [`finished`]. What got lost in between is found by [`sync_all`].

mod cancel;
mod create;
mod finish;
mod read;
mod run;
mod sync;
mod update;

pub use cancel::cancel;
pub(crate) use cancel::{CancelTask, delete_all_of};
pub use create::create;
pub use finish::finished;
pub use read::{get, list, list_of_app};
pub(crate) use run::RunTask;
pub use sync::sync_all;
pub use update::update;

use crate::access;
use crate::fault::Fault;
use cc_domain::access::Rule;
use cc_domain::actor::Actor;
use cc_domain::audit_event::HIDDEN;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::runtime::RuntimeError;
use cc_domain::store::DynTx;
use cc_domain::task::Task;
use serde_json::{Value, json};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Task";
/// Scope of reads that come after the access was decided.
const ALL: Scope = Scope::Everything;

/// The task, locked, if the caller may do this to it.
async fn allowed(tx: &mut DynTx, actor: &Actor, guid: &Guid<Task>, rule: &Rule) -> Result<Task, Fault> {
    let not_found = || Fault::not_found(RESOURCE);
    let found = tx.find_task(guid, &actor.scope()).await?.ok_or_else(not_found)?;
    access::on_app(tx, actor, &found.app, rule, RESOURCE).await?;
    tx.lock_task(guid).await?.ok_or_else(not_found)
}

/// What an audit event says of a task.
fn described(task: &Task) -> Value {
    let request = json!({ "name": task.name, "memory_in_mb": task.memory.get(), "command": HIDDEN });
    json!({ "task_guid": task.guid.as_str(), "request": request })
}

fn engine(error: RuntimeError) -> Fault {
    Fault::unavailable("Runner is unavailable: the engine does not answer", error)
}
