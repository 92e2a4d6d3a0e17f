//! What an app starts with becomes a revision, if it is not one already.

use crate::app::{party, place};
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::app::App;
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
    let latest = match tx.latest_revision(&app.guid).await? {
        None => None,
        Some(latest) => {
            let environment = tx.revision_environment(&latest.guid).await?.unwrap_or_default();
            let before = Snapshot::of_revision(&latest, environment);
            Some((latest, before))
        }
    };
    let known = latest.as_ref().map(|(latest, before)| (latest, before));
    let Some(revision) = Revision::next(call.ports.new_guid(), app, known, &made_of, call.ports.now()) else {
        return Ok(latest.map(|(latest, _)| latest));
    };
    tx.insert_revision(&revision, &made_of.environment).await?;
    tx.delete_revisions_beyond(&app.guid, KEPT).await?;
    let place = place(tx, app).await?;
    call.record(tx, "audit.app.revision.create", party(app), place, named(&revision)).await?;
    Ok(Some(revision))
}

/// How audit events name a revision.
pub(super) fn named(revision: &Revision) -> Value {
    json!({ "revision_guid": revision.guid.as_str(), "revision_version": revision.version })
}
