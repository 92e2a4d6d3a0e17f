//! Sidecars: further programs in the instances of a process. Developers, manifests and droplets make them; what runs gets them with its
//! next start.

mod create;
mod delete;
mod read;
mod update;

pub use create::create;
pub(crate) use create::create_within;
pub use delete::delete;
pub use read::{get, list_of_app, list_of_process};
pub use update::update;
pub(crate) use update::update_within;

use crate::access;
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::sidecar::{Sidecar, policy};
use cc_domain::store::DynTx;

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Sidecar";

/// The sidecar if the caller may change it, with its app locked.
async fn managed(tx: &mut DynTx, call: Call<'_>, guid: &Guid<Sidecar>) -> Result<Sidecar, Fault> {
    let not_found = || Fault::not_found(RESOURCE);
    let found = tx.find_sidecar(guid, &call.actor.scope()).await?.ok_or_else(not_found)?;
    access::on_app(tx, call.actor, &found.app, &policy::MANAGE, RESOURCE).await?;
    tx.lock_app(&found.app).await?.ok_or_else(not_found)?;
    tx.find_sidecar(guid, &Scope::Everything).await?.ok_or_else(not_found)
}
