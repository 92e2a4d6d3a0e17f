//! The builds of an app that goes.

use crate::fault::Fault;
use crate::job::{self, Work};
use crate::ports::Ports;
use cc_domain::app::App;
use cc_domain::build::{Build, BuildState};
use cc_domain::guid::Guid;
use cc_domain::runtime::{BuildId, RuntimeError};
use cc_domain::store::DynTx;
use serde::{Deserialize, Serialize};

/// Removes the builds of an app, whose row the caller has locked. What still stages is cancelled after the commit.
pub async fn delete_all_of(tx: &mut DynTx, ports: &Ports, app: &Guid<App>) -> Result<(), Fault> {
    for build in tx.builds_of_app(app).await? {
        tx.delete_build(&build.guid).await?;
        if build.state == BuildState::Staging {
            job::enqueue(tx, ports, &CancelBuild { guid: build.guid }).await?;
        }
    }
    Ok(())
}

/// The engine's report on it meets no row and is dropped.
#[derive(Serialize, Deserialize)]
pub(crate) struct CancelBuild {
    guid: Guid<Build>,
}

impl Work for CancelBuild {
    const NAME: &'static str = "build.cancel";

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        let id = BuildId::new(self.guid.clone()).map_err(Fault::internal)?;
        match ports.runtime.cancel_build(&id).await {
            Ok(()) | Err(RuntimeError::NotFound) => Ok(()),
            Err(error) => Err(Fault::unavailable("Runner is unavailable: the engine does not answer", error)),
        }
    }
}
