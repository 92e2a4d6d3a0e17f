//! `route_destinations_insert`, `route_destinations_replace_*`, `route_destination_update`, `route_destination_delete`

use super::event::record_changes;
use super::{announce, locked};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::actor::Actor;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::process::ProcessType;
use cc_domain::route::{
    Destination, DestinationError, DestinationProtocol, Destinations, NewDestination, Route, policy,
};
use cc_domain::store::DynTx;

/// A destination as a request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedDestination {
    pub app: Guid<App>,
    pub process_type: ProcessType,
    pub port: Option<u16>,
    pub protocol: Option<DestinationProtocol>,
    /// 1 to 100.
    pub weight: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Insert,
    Replace,
}

/// Adds destinations; the route as it then is.
pub async fn insert_destinations(
    call: Call<'_>,
    guid: &Guid<Route>,
    wanted: Vec<WantedDestination>,
) -> Result<Route, Fault> {
    change(call, guid, wanted, How::Insert).await
}

/// Makes these the only destinations; the route as it then is.
pub async fn replace_destinations(
    call: Call<'_>,
    guid: &Guid<Route>,
    wanted: Vec<WantedDestination>,
) -> Result<Route, Fault> {
    change(call, guid, wanted, How::Replace).await
}

async fn change(
    call: Call<'_>,
    guid: &Guid<Route>,
    wanted: Vec<WantedDestination>,
    how: How,
) -> Result<Route, Fault> {
    transaction!(call.ports, |tx| {
        let route = locked(tx, call.actor, guid, &policy::MANAGE).await?;
        let apps = apps_of(tx, call.actor, &route, &wanted).await?;
        let new = wanted.into_iter().filter_map(|w| with_lifecycle(w, &apps)).collect();
        let change = match how {
            How::Insert => route.insert_destinations(new, || call.ports.new_guid(), call.ports.now()),
            How::Replace => route.replace_destinations(new, || call.ports.new_guid(), call.ports.now()),
        }?;
        write(tx, call, route, change, &apps).await
    })
}

/// Writes a change of destinations, records it and has the router hear of it: for manifests and deletions too. The route is locked.
pub(crate) async fn write(
    tx: &mut DynTx,
    call: Call<'_>,
    route: Route,
    change: Destinations,
    apps: &[App],
) -> Result<Route, Fault> {
    if !(change.removed.is_empty() && change.added.is_empty()) {
        tx.write_destinations(&route.guid, &change).await?;
        record_changes(tx, call, &route, &change, apps).await?;
        announce(tx, call.ports, &route.guid).await?;
    }
    let mut destinations = change.all;
    destinations.sort_by(|a, b| a.guid.cmp(&b.guid));
    Ok(Route { destinations, ..route })
}

/// The apps that the request names: they exist, the caller sees them, and the route may lead to their spaces.
async fn apps_of(
    tx: &mut DynTx,
    actor: &Actor,
    route: &Route,
    wanted: &[WantedDestination],
) -> Result<Vec<App>, Fault> {
    let (mut apps, mut unknown, mut unreadable): (Vec<App>, Vec<_>, Vec<_>) = Default::default();
    for guid in wanted.iter().map(|w| &w.app) {
        if apps.iter().any(|app| app.guid == *guid) {
            continue;
        }
        if unknown.contains(guid) {
            // Said as often as it is named.
            unknown.push(guid.clone());
            continue;
        }
        match tx.find_app(guid, &Scope::Everything).await? {
            None => unknown.push(guid.clone()),
            Some(app) => {
                if tx.find_app(guid, &actor.scope()).await?.is_none() {
                    unreadable.push(guid.clone());
                }
                apps.push(app);
            }
        }
    }
    if !unknown.is_empty() {
        return Err(DestinationError::UnknownApps(unknown).into());
    }
    if !unreadable.is_empty() {
        return Err(DestinationError::UnreadableApps(unreadable).into());
    }
    let spaces = tx.spaces_of_route(&route.guid).await?;
    if apps.iter().any(|app| app.space != route.space && !spaces.contains(&app.space)) {
        return Err(DestinationError::OtherSpace.into());
    }
    Ok(apps)
}

fn with_lifecycle(wanted: WantedDestination, apps: &[App]) -> Option<NewDestination> {
    let lifecycle = apps.iter().find(|app| app.guid == wanted.app)?.lifecycle.kind();
    let WantedDestination { app, process_type, port, protocol, weight } = wanted;
    Some(NewDestination { app, lifecycle, process_type, port, protocol, weight })
}

/// Changes the protocol of one destination, if one is given. Leaves no audit event.
pub async fn update_destination(
    call: Call<'_>,
    route: &Guid<Route>,
    destination: &Guid<Destination>,
    protocol: Option<DestinationProtocol>,
) -> Result<Destination, Fault> {
    transaction!(call.ports, |tx| {
        let route = locked(tx, call.actor, route, &policy::MANAGE).await?;
        if !route.destinations.iter().any(|d| d.guid == *destination) {
            return Err(DestinationError::Unknown.into());
        }
        let updated = route.destination_with_protocol(destination, protocol, call.ports.now())?;
        tx.update_destination(&updated).await?;
        announce(tx, call.ports, &route.guid).await?;
        Ok(updated)
    })
}

/// Takes one destination away.
pub async fn delete_destination(
    call: Call<'_>,
    route: &Guid<Route>,
    destination: &Guid<Destination>,
) -> Result<(), Fault> {
    transaction!(call.ports, |tx| {
        let route = locked(tx, call.actor, route, &policy::MANAGE).await?;
        let change = route.remove_destination(destination)?;
        write(tx, call, route, change, &[]).await?;
        Ok(())
    })
}
