//! What an app starts with becomes a revision, if it is not one already.

use crate::app::{party, place};
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::app::App;
use cc_domain::deployment::DeploymentError;
use cc_domain::process::Process;
use cc_domain::revision::{KEPT, Revision, Snapshot};
use cc_domain::store::DynTx;
use serde_json::{Value, json};

/// The revision that the app, locked as its `processes` are, starts with now: the latest, or a new one where something differs from it;
/// `None` where the feature is off.
pub(crate) async fn resolve(
    tx: &mut DynTx,
    call: Call<'_>,
    app: &App,
    processes: &[Process],
) -> Result<Option<Revision>, Fault> {
    if !app.features.revisions {
        return Ok(None);
    }
    let sidecars = tx.sidecars_of_app(&app.guid).await?;
    let environment = tx.app_environment(&app.guid).await?.unwrap_or_default();
    let Some(made_of) = Snapshot::of(app, environment, processes, &sidecars) else { return Ok(None) };
    let latest = latest(tx, app).await?;
    let known = latest.as_ref().map(|(latest, before)| (latest, before));
    let Some(revision) = Revision::next(call.ports.new_guid(), app, known, &made_of, call.ports.now()) else {
        return Ok(latest.map(|(latest, _)| latest));
    };
    keep(tx, call, app, &revision, &made_of).await?;
    Ok(Some(revision))
}

/// The revision that goes back to `target`: a new one, or a refusal if it is what the app would start with anyway.
pub(crate) async fn roll_back(
    tx: &mut DynTx,
    call: Call<'_>,
    app: &App,
    target: &Revision,
) -> Result<Revision, Fault> {
    let (latest, before) = latest(tx, app).await?.ok_or(DeploymentError::SameRevision)?;
    let environment = tx.revision_environment(&target.guid).await?.unwrap_or_default();
    let made_of = Snapshot::of_revision(target, environment);
    let (guid, now) = (call.ports.new_guid(), call.ports.now());
    let revision = latest.rolled_back(guid, &before, (target, &made_of), now);
    let revision = revision.ok_or(DeploymentError::SameRevision)?;
    keep(tx, call, app, &revision, &made_of).await?;
    Ok(revision)
}

async fn latest(tx: &mut DynTx, app: &App) -> Result<Option<(Revision, Snapshot)>, Fault> {
    let Some(latest) = tx.latest_revision(&app.guid).await? else { return Ok(None) };
    let environment = tx.revision_environment(&latest.guid).await?.unwrap_or_default();
    let before = Snapshot::of_revision(&latest, environment);
    Ok(Some((latest, before)))
}

async fn keep(
    tx: &mut DynTx,
    call: Call<'_>,
    app: &App,
    revision: &Revision,
    made_of: &Snapshot,
) -> Result<(), Fault> {
    tx.insert_revision(revision, &made_of.environment).await?;
    tx.delete_revisions_beyond(&app.guid, KEPT).await?;
    let place = place(tx, app).await?;
    call.record(tx, "audit.app.revision.create", party(app), place, named(revision)).await
}

/// How audit events name a revision.
pub(super) fn named(revision: &Revision) -> Value {
    json!({ "revision_guid": revision.guid.as_str(), "revision_version": revision.version })
}
