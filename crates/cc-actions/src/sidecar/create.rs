//! `sidecar_create`

use crate::fault::Fault;
use crate::ports::{Call, Ports, transaction};
use crate::{access, app};
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::sidecar::{CreateSidecar, Sidecar, policy};
use cc_domain::store::DynTx;

/// Makes a sidecar of an app. What is wrong with the body is said to those only who may do it.
pub async fn create(
    call: Call<'_>,
    app: &Guid<App>,
    command: Result<CreateSidecar, Fault>,
) -> Result<Sidecar, Fault> {
    transaction!(call.ports, |tx| {
        access::on_app(tx, call.actor, app, &policy::MANAGE, app::RESOURCE).await?;
        tx.lock_app(app).await?.ok_or_else(|| Fault::not_found(app::RESOURCE))?;
        let command = command?;
        let others = tx.sidecars_of_app(app).await?;
        let made = create_within(tx, call.ports, app, vec![command], others).await?;
        made.into_iter().last().ok_or_else(|| Fault::not_found(super::RESOURCE))
    })
}

/// Adds sidecars to those that an app has, whose row is locked. Gives all of them, the new ones last.
pub(crate) async fn create_within(
    tx: &mut DynTx,
    ports: &Ports,
    app: &Guid<App>,
    commands: Vec<CreateSidecar>,
    mut all: Vec<Sidecar>,
) -> Result<Vec<Sidecar>, Fault> {
    let processes = tx.processes_of_app(app).await?;
    let known = all.len();
    for command in commands {
        all.push(Sidecar::new(ports.new_guid(), app, command, &all, &processes, ports.now())?);
    }
    tx.insert_sidecars(all.get(known..).unwrap_or_default()).await?;
    Ok(all)
}
