//! Deployments.
//!
//! [`create`] makes a new web process beside the old one and starts it; [`advance`] looks at the engine now and then and takes each
//! deployment one step further, as the domain plans it, until it is over.

mod advance;
mod create;
mod read;
mod transition;
mod update;

pub use advance::advance_all;
pub use create::create;
pub use read::{get, list};
pub use transition::{cancel, resume};
pub use update::update;

use crate::fault::{Fault, catalogue};
use cc_domain::access::Standing;
use cc_domain::actor::Actor;
use cc_domain::app::App;
use cc_domain::deployment::Deployment;
use cc_domain::guid::Guid;
use cc_domain::store::{DynTx, Reader};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Deployment";

/// The deployment if the caller sees it.
async fn visible<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    guid: &Guid<Deployment>,
) -> Result<Deployment, Fault> {
    reader.find_deployment(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

/// The deployment and its app, both locked.
async fn locked(tx: &mut DynTx, found: &Deployment) -> Result<(App, Deployment), Fault> {
    let gone = || Fault::not_found(RESOURCE);
    let app = tx.lock_app(&found.app).await?.ok_or_else(gone)?;
    let deployment = tx.lock_deployment(&found.guid).await?.ok_or_else(gone)?;
    Ok((app, deployment))
}

/// Who may not manage apps is told that there is nothing, but for a place that is suspended.
fn hidden(unless: Result<Standing, Fault>, gone: impl FnOnce() -> Fault) -> Result<(), Fault> {
    match unless {
        Ok(_) => Ok(()),
        Err(fault) if *fault.kind == *catalogue::NOT_AUTHORIZED => Err(gone()),
        Err(fault) => Err(fault),
    }
}

/// Whether a deployment of the app is on its way, so that nobody else changes the web process or the droplet.
pub(crate) async fn is_in_flight<R: Reader + ?Sized>(reader: &mut R, app: &Guid<App>) -> Result<bool, Fault> {
    let active = reader.active_deployment(app).await?;
    Ok(active.is_some_and(|deployment| deployment.state.is_progressing()))
}
