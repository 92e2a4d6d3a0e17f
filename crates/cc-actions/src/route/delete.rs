//! `route_delete`, `space_unmapped_routes_delete`: the requests queue the jobs that [`super::deletion`] has.

use super::{RESOURCE, UnmappedDeletion, visible};
use crate::access;
use crate::fault::Fault;
use crate::job::{self, Deletion};
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::job::Job;
use cc_domain::route::{Route, policy};
use cc_domain::space::Space;

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
