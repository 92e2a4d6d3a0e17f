//! `route_update`

use super::{MAX_OPTIONS_BYTES, announce, locked};
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::route::{Route, UpdateRoute, policy};

/// Changes options and metadata. Leaves no audit event.
pub async fn update(call: Call<'_>, guid: &Guid<Route>, change: &UpdateRoute) -> Result<Route, Fault> {
    transaction!(call.ports, |tx| {
        let route = locked(tx, call.actor, guid, &policy::MANAGE).await?;
        let metadata = route.metadata.patched(&change.metadata, call.ports.settings.metadata_limits)?;
        let route = route.updated(change, MAX_OPTIONS_BYTES, metadata, call.ports.now())?;
        tx.update_route(&route).await?;
        announce(tx, call.ports, guid).await?;
        Ok(route)
    })
}
