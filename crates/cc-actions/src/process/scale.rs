//! `process_scale`, `app_process_scale`

use super::{allowed, locked, sync};
use crate::app::{party, place};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use crate::{deployment, quota};
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::guid::Guid;
use cc_domain::process::{Process, ScaleProcess, policy};
use serde_json::{Value, json};

/// Changes instances, memory, disk and log rate. Instances change at once, the rest with the next start.
/// What is wrong with the body is said to those only who may do it.
pub async fn scale(
    call: Call<'_>,
    guid: &Guid<Process>,
    change: Result<ScaleProcess, Fault>,
    request: Value,
) -> Result<Process, Fault> {
    let process = transaction!(call.ports, |tx| {
        let found = allowed(tx, call.actor, guid, &policy::MANAGE).await?;
        let quotas = quota::of_running(tx, &found.app).await?;
        let (app, process) = locked(tx, &found).await?;
        tx.feature_flags().await?.check(FeatureFlag::AppScaling, call.actor)?;
        let change = change?;
        let sidecars = tx.sidecars_of_app(&app.guid).await?;
        let settings = &call.ports.settings.processes;
        let is_deploying = deployment::is_in_flight(tx, &app.guid).await?;
        let process =
            process.scaled(&change, is_deploying, settings, &sidecars, &quotas, call.ports.now())?;
        tx.update_process(&process).await?;
        sync::announce(tx, call.ports, &process.guid).await?;
        let place = place(tx, &app).await?;
        let data = json!({ "process_guid": process.guid.as_str(), "process_type": process.kind.as_str(), "request": request });
        call.record(tx, "audit.app.process.scale", party(&app), place, data).await?;
        Ok(process)
    })?;
    call.ports.log_api(&process.app, &format!("Scaling process: \"{}\"", process.kind));
    Ok(process)
}
