//! What mapping and unmapping leave in the audit log.

use super::place;
use crate::app;
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::app::App;
use cc_domain::route::{Destination, Destinations, Route};
use cc_domain::store::DynTx;
use serde_json::{Map, Value, json};

/// One event of each destination that comes or goes, with the app as its target.
pub(super) async fn record_changes(
    tx: &mut DynTx,
    call: Call<'_>,
    route: &Route,
    change: &Destinations,
    apps: &[App],
) -> Result<(), Fault> {
    let removed = change.removed.iter().map(|d| ("audit.app.unmap-route", d));
    let added = change.added.iter().map(|d| ("audit.app.map-route", d));
    for (kind, destination) in removed.chain(added) {
        let app = match apps.iter().find(|app| app.guid == destination.app) {
            Some(app) => Some(app.clone()),
            None => tx.find_app(&destination.app, &cc_domain::list::Scope::Everything).await?,
        };
        let Some(app) = app else { continue };
        let place = place(tx, &app.space).await?;
        call.record(tx, kind, app::party(&app), place, data(route, destination)).await?;
    }
    Ok(())
}

fn data(route: &Route, destination: &Destination) -> Value {
    let mut data = json!({
        "route_guid": route.guid.as_str(),
        "app_port": destination.port,
        "route_mapping_guid": destination.guid.as_str(),
        "destination_guid": destination.guid.as_str(),
        "process_type": destination.process_type.as_str(),
        "weight": destination.weight,
        "protocol": destination.protocol.as_str(),
    });
    if !route.options.is_empty()
        && let Value::Object(members) = &mut data
    {
        let options: Map<String, Value> =
            route.options.entries().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
        members.insert("route_options".to_owned(), Value::Object(options));
    }
    data
}
