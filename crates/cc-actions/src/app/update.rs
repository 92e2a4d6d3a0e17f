//! `app_update`

use super::{NAME_KEY, RESOURCE, lifecycle, party, place};
use crate::access;
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::app::{App, AppError, UpdateApp, policy};
use cc_domain::guid::Guid;
use cc_domain::store::DynTx;
use serde_json::{Value, json};

/// Changes name, lifecycle data and metadata. A running app keeps its droplet. The second value are warnings.
pub async fn update(
    call: Call<'_>,
    guid: &Guid<App>,
    change: UpdateApp,
    request: Value,
) -> Result<(App, Vec<String>), Fault> {
    let (app, warnings) =
        transaction!(call.ports, |tx| update_within(tx, call, guid, change, json!({ "request": request }))
            .await)?;
    call.ports.log_api(&app.guid, &format!("Updated app with guid {}", app.guid));
    Ok((app, warnings))
}

/// The same within a transaction of the caller's, for manifests. `data` is that of the event.
pub(crate) async fn update_within(
    tx: &mut DynTx,
    call: Call<'_>,
    guid: &Guid<App>,
    change: UpdateApp,
    data: Value,
) -> Result<(App, Vec<String>), Fault> {
    access::on_app(tx, call.actor, guid, &policy::UPDATE, RESOURCE).await?;
    let mut app = tx.lock_app(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let mut warnings = Vec::new();
    if let Some(request) = &change.lifecycle {
        app.lifecycle = lifecycle::changed(tx, call.ports, &app, request, &mut warnings).await?;
    }
    app.metadata = app.metadata.patched(&change.metadata, call.ports.settings.metadata_limits)?;
    if let Some(name) = change.name {
        app.name = name;
    }
    app.updated_at = call.ports.now();
    // Only creation uses the uniqueness error; here it is an ordinary 422 with the same words.
    let taken = || Fault::unprocessable(AppError::NameTaken(app.name.clone()).to_string());
    tx.update_app(&app).await.map_err(when_taken(NAME_KEY, taken))?;
    let place = place(tx, &app).await?;
    call.record(tx, "audit.app.update", party(&app), place, data).await?;
    Ok((app, warnings))
}
