//! `deployment_cancel`, `deployment_continue`

use super::{RESOURCE, hidden, locked, visible};
use crate::access;
use crate::app::{self, party, place};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::app::{App, AppError};
use cc_domain::deployment::{Deployment, policy};
use cc_domain::guid::Guid;
use cc_domain::store::DynTx;
use serde_json::json;

/// Turns back: the previous droplet is the app's again at once, its processes follow when the deployment is looked at next.
pub async fn cancel(call: Call<'_>, guid: &Guid<Deployment>) -> Result<(), Fault> {
    let app = transaction!(call.ports, |tx| {
        let (app, deployment) = managed(tx, call, guid).await?;
        let canceled = deployment.canceled(call.ports.now())?;
        let previous = canceled.previous_droplet.as_ref().ok_or(AppError::DropletNotOfApp)?;
        let (app, _) = app::assign_within(tx, call, app, previous).await?;
        tx.update_deployment(&canceled).await?;
        record(tx, call, &app, &canceled, "audit.app.deployment.cancel").await?;
        Ok(app)
    })?;
    call.ports.log_api(&app.guid, &format!("Cancelling deployment for app with guid {}", app.guid));
    Ok(())
}

/// Has a paused canary go on.
pub async fn resume(call: Call<'_>, guid: &Guid<Deployment>) -> Result<(), Fault> {
    let app = transaction!(call.ports, |tx| {
        let (app, deployment) = managed(tx, call, guid).await?;
        let continued = deployment.continued(call.ports.now())?;
        tx.update_deployment(&continued).await?;
        record(tx, call, &app, &continued, "audit.app.deployment.continue").await?;
        Ok(app)
    })?;
    call.ports.log_api(&app.guid, &format!("Continuing deployment for app with guid {}", app.guid));
    Ok(())
}

/// The deployment and its app, both locked, if the caller may manage the app.
async fn managed(
    tx: &mut DynTx,
    call: Call<'_>,
    guid: &Guid<Deployment>,
) -> Result<(App, Deployment), Fault> {
    let found = visible(tx, call.actor, guid).await?;
    let asked = access::on_app(tx, call.actor, &found.app, &policy::MANAGE, RESOURCE).await;
    hidden(asked, || Fault::not_found(RESOURCE))?;
    locked(tx, &found).await
}

async fn record(
    tx: &mut DynTx,
    call: Call<'_>,
    app: &App,
    deployment: &Deployment,
    kind: &str,
) -> Result<(), Fault> {
    let droplet = deployment.droplet.as_ref().map(Guid::as_str);
    let data = json!({ "deployment_guid": deployment.guid.as_str(), "droplet_guid": droplet });
    let place = place(tx, app).await?;
    call.record(tx, kind, party(app), place, data).await
}
