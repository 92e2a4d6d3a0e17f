//! `route_delete`, `space_unmapped_routes_delete`, their jobs, and the step of the cascade of a space.

use super::{RESOURCE, announce, party, place, visible};
use crate::access;
use crate::fault::Fault;
use crate::job::{self, Deletion, Work};
use crate::ports::{Call, Ports, transaction};
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::list::{PageRequest, Scope};
use cc_domain::route::{Route, RouteFilter, policy};
use cc_domain::space::Space;
use cc_domain::store::DynTx;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Queues the deletion of the route with its destinations.
pub async fn delete(call: Call<'_>, guid: &Guid<Route>) -> Result<Guid<Job>, Fault> {
    transaction!(call.ports, |tx| {
        let route = visible(tx, call.actor, guid).await?;
        access::in_space(tx, call.actor, &route.space, &policy::MANAGE, RESOURCE).await?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })
}

/// Queues the deletion of all routes of the space that lead nowhere.
pub async fn delete_unmapped(call: Call<'_>, space: &Guid<Space>) -> Result<Guid<Job>, Fault> {
    transaction!(call.ports, |tx| {
        access::in_space(tx, call.actor, space, &policy::DELETE_UNMAPPED, "Space").await?;
        job::enqueue(tx, call.ports, &UnmappedDeletion::of(space, call.actor)).await
    })
}

/// The route goes with its destinations. One that is gone already is a success.
impl Work for Deletion<Route> {
    const NAME: &'static str = "route.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("routes", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        transaction!(ports, |tx| {
            let Some(route) = remove(tx, ports, &self.guid).await? else { return Ok(()) };
            let place = place(tx, &route.space).await?;
            let data = json!({ "request": { "recursive": true } });
            tx.record(&ports.event("audit.route.delete-request", &self.actor(), party(&route), place, data))
                .await?;
            Ok(())
        })
    }
}

/// Deletes the routes of a space that still lead nowhere, without audit events, as the reference does.
#[derive(Serialize, Deserialize)]
pub(crate) struct UnmappedDeletion(Deletion<Space>);

impl UnmappedDeletion {
    pub(super) fn of(space: &Guid<Space>, actor: &Actor) -> Self {
        Self(Deletion::of(space, actor))
    }
}

impl Work for UnmappedDeletion {
    const NAME: &'static str = "space.delete_unmapped_routes";

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("spaces", &self.0.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        transaction!(ports, |tx| {
            if tx.lock_space(&self.0.guid).await?.is_none() {
                return Ok(());
            }
            for found in tx.unmapped_routes_of_space(&self.0.guid).await? {
                // Locked and looked at again: it may have been mapped since.
                if let Some(route) = tx.lock_route(&found.guid).await?
                    && route.destinations.is_empty()
                {
                    tx.delete_route(&route.guid).await?;
                    announce(tx, ports, &route.guid).await?;
                }
            }
            Ok(())
        })
    }
}

/// One route in a transaction of its own, because what it belongs to goes: that leaves no audit event of its own, as with the reference.
pub(crate) async fn delete_along(ports: &Ports, guid: &Guid<Route>) -> Result<(), Fault> {
    transaction!(ports, |tx| remove(tx, ports, guid).await)?;
    Ok(())
}

/// The route that was there.
async fn remove(tx: &mut DynTx, ports: &Ports, guid: &Guid<Route>) -> Result<Option<Route>, Fault> {
    let Some(route) = tx.lock_route(guid).await? else { return Ok(None) };
    tx.delete_route(guid).await?;
    announce(tx, ports, guid).await?;
    Ok(Some(route))
}

/// Deletes all routes that the space owns. A refusal of ours is impossible, so nothing is ever left.
pub(crate) fn delete_all_of_space<'a>(
    call: Call<'a>,
    space: &'a Space,
) -> BoxFuture<'a, Result<Vec<Fault>, Fault>> {
    Box::pin(async move {
        for guid in routes_of(call.ports, &space.guid).await? {
            delete_along(call.ports, &guid).await?;
        }
        Ok(Vec::new())
    })
}

async fn routes_of(ports: &Ports, space: &Guid<Space>) -> Result<Vec<Guid<Route>>, Fault> {
    let filter = RouteFilter { space_guids: Some(vec![space.as_str().to_owned()]), ..RouteFilter::default() };
    let mut guids = Vec::new();
    for number in 1.. {
        let page =
            PageRequest { page: number, per_page: PageRequest::MAX_PER_PAGE, ..PageRequest::default() };
        let found = ports.store.reader().await?.list_routes(&filter, &page, &Scope::Everything).await?;
        if found.items.is_empty() {
            break;
        }
        // The filter also finds those that are shared into the space.
        guids.extend(found.items.into_iter().filter(|r| r.space == *space).map(|r| r.guid));
    }
    Ok(guids)
}
