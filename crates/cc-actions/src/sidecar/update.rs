//! `sidecar_update`

use super::managed;
use crate::fault::Fault;
use crate::ports::{Call, Ports, transaction};
use cc_domain::guid::Guid;
use cc_domain::sidecar::{Sidecar, UpdateSidecar};
use cc_domain::store::DynTx;

/// Changes a sidecar, also one of a buildpack. What is wrong with the body is said to those only who may do it.
pub async fn update(
    call: Call<'_>,
    guid: &Guid<Sidecar>,
    change: Result<UpdateSidecar, Fault>,
) -> Result<Sidecar, Fault> {
    transaction!(call.ports, |tx| {
        let sidecar = managed(tx, call, guid).await?;
        let change = change?;
        let others = tx.sidecars_of_app(&sidecar.app).await?;
        update_within(tx, call.ports, sidecar, change, &others).await
    })
}

/// Changes a sidecar of an app whose row is locked; `all` are those that the app has.
pub(crate) async fn update_within(
    tx: &mut DynTx,
    ports: &Ports,
    sidecar: Sidecar,
    change: UpdateSidecar,
    all: &[Sidecar],
) -> Result<Sidecar, Fault> {
    let processes = tx.processes_of_app(&sidecar.app).await?;
    let sidecar = sidecar.updated(change, all, &processes, ports.now())?;
    tx.update_sidecar(&sidecar).await?;
    Ok(sidecar)
}
