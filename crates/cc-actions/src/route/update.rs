//! `route_update`

use super::{MAX_OPTIONS_BYTES, announce, locked};
use crate::fault::Fault;
use crate::ports::{Ports, transaction};
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::route::{Route, UpdateRoute, policy};

/// Changes options and metadata. Leaves no audit event.
pub async fn update(
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<Route>,
    change: &UpdateRoute,
) -> Result<Route, Fault> {
    transaction!(ports, |tx| {
        let route = locked(tx, actor, guid, &policy::MANAGE).await?;
        let metadata = route.metadata.patched(&change.metadata, ports.settings.metadata_limits)?;
        let route = route.updated(change, MAX_OPTIONS_BYTES, metadata, ports.now())?;
        tx.update_route(&route).await?;
        announce(tx, ports, guid).await?;
        Ok(route)
    })
}
