//! Processes: what of an app runs, and how the engine hears of it ([`ProcessSync`]).

mod events;
mod read;
mod scale;
mod stats;
mod sync;
mod terminate;
mod update;

pub use events::instance_event;
pub use read::{Around, app_places, around, get, list, list_of_app, of_app_and_type};
pub use scale::scale;
pub use stats::{Shown, embedded, list_instances, stats};
pub use sync::sync_all;
pub(crate) use sync::{ProcessSync, announce};
pub use terminate::terminate;
pub use update::update;

use crate::access;
use crate::fault::Fault;
use cc_domain::access::Rule;
use cc_domain::actor::Actor;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::process::{Process, ProcessType};
use cc_domain::store::{DynTx, Reader};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Process";

/// How an app's log tells of a new process.
pub(crate) fn added(kind: &ProcessType) -> String {
    format!("Added process: \"{kind}\"")
}

/// The process if the caller sees it.
pub(crate) async fn visible<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    guid: &Guid<Process>,
) -> Result<Process, Fault> {
    reader.find_process(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

/// The process if the caller may do this to it.
async fn allowed(tx: &mut DynTx, actor: &Actor, guid: &Guid<Process>, rule: &Rule) -> Result<Process, Fault> {
    let found = visible(tx, actor, guid).await?;
    access::on_app(tx, actor, &found.app, rule, RESOURCE).await?;
    Ok(found)
}

/// The process and its app, both locked.
async fn locked(tx: &mut DynTx, found: &Process) -> Result<(App, Process), Fault> {
    let guid = &found.guid;
    let app = tx.lock_app(&found.app).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let processes = tx.lock_processes_of_app(&found.app).await?;
    let process =
        processes.into_iter().find(|p| p.guid == *guid).ok_or_else(|| Fault::not_found(RESOURCE))?;
    Ok((app, process))
}

/// Scope of reads that come after the access was decided.
const ALL: Scope = Scope::Everything;
