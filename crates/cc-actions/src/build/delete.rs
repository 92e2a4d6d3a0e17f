//! The builds of an app that goes.

use crate::fault::Fault;
use crate::job;
use crate::ports::Ports;
use cc_domain::app::App;
use cc_domain::build::{Build, BuildState};
use cc_domain::guid::Guid;
use cc_domain::runtime::{BuildId, RuntimeError};
use cc_domain::store::DynTx;
use serde_json::json;

/// Removes the builds of an app, whose row the caller has locked. What still stages is cancelled after the commit.
pub async fn delete_all_of(tx: &mut DynTx, ports: &Ports, app: &Guid<App>) -> Result<(), Fault> {
    for build in tx.builds_of_app(app).await? {
        tx.delete_build(&build.guid).await?;
        if build.state == BuildState::Staging {
            let payload = json!({ "guid": build.guid.as_str() });
            job::enqueue_internal(tx, ports, "build.cancel", None, payload).await?;
        }
    }
    Ok(())
}

/// The job `build.cancel`. The engine's report on it meets no row and is dropped.
pub async fn cancel(ports: &Ports, guid: &Guid<Build>) -> Result<(), Fault> {
    let id = BuildId::new(guid.clone()).map_err(Fault::internal)?;
    match ports.runtime.cancel_build(&id).await {
        Ok(()) | Err(RuntimeError::NotFound) => Ok(()),
        Err(error) => Err(Fault::unavailable("Runner is unavailable: the engine does not answer", error)),
    }
}
