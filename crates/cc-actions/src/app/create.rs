//! `app_create`

use super::{NAME_KEY, lifecycle, party};
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use crate::{access, process};
use cc_domain::app::{App, AppError, CreateApp, policy};
use cc_domain::audit_event::Place;
use cc_domain::metadata::Metadata;
use cc_domain::process::{Process, ProcessType};
use cc_domain::store::DynTx;
use serde_json::{Value, json};

/// Creates a stopped app with its `web` process, which has the app's guid. A space that the caller cannot see is an invalid relationship.
/// The second value are warnings. `request` is the body as the event shows it.
pub async fn create(call: Call<'_>, command: CreateApp, request: Value) -> Result<(App, Vec<String>), Fault> {
    let (app, warnings) = transaction!(call.ports, |tx| create_within(tx, call, command, request).await)?;
    call.ports.log_api(&app.guid, &format!("Created app with guid {}", app.guid));
    call.ports.log_api(&app.guid, &process::added(&ProcessType::web()));
    Ok((app, warnings))
}

/// The same within a transaction of the caller's, for manifests.
pub(crate) async fn create_within(
    tx: &mut DynTx,
    call: Call<'_>,
    command: CreateApp,
    request: Value,
) -> Result<(App, Vec<String>), Fault> {
    let invalid_space =
        || Fault::unprocessable("Invalid space. Ensure that the space exists and you have access to it.");
    let space = tx.find_space(&command.space, &call.actor.scope()).await?.ok_or_else(invalid_space)?;
    access::in_space(tx, call.actor, &space.guid, &policy::CREATE, "Space").await?;
    let mut warnings = Vec::new();
    let lifecycle = lifecycle::for_new(tx, call, command.lifecycle.as_ref(), &mut warnings).await?;
    let now = call.ports.now();
    let metadata = Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?;
    let app = App::new(call.ports.new_guid(), command.name, space.guid.clone(), lifecycle, metadata, now);
    tx.insert_app(&app, &command.environment)
        .await
        .map_err(when_taken(NAME_KEY, || AppError::NameTaken(app.name.clone())))?;
    let web = Process::new_web(&app, call.ports.new_guid(), &call.ports.settings.processes, now);
    tx.insert_process(&web).await?;
    let place = Place::space(&space.guid, &space.organization);
    // The process comes first, as the reference makes it.
    let data = json!({ "process_guid": web.guid.as_str(), "process_type": web.kind.as_str() });
    call.record(tx, "audit.app.process.create", party(&app), place.clone(), data).await?;
    call.record(tx, "audit.app.create", party(&app), place, json!({ "request": request })).await?;
    Ok((app, warnings))
}
