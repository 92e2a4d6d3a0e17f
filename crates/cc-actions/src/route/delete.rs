//! `route_delete`, `space_unmapped_routes_delete`: the requests queue the jobs that [`super::deletion`] has.

use super::{RESOURCE, UnmappedDeletion, visible};
use crate::access;
use crate::fault::Fault;
use crate::job::{self, Deletion};
use crate::ports::{Ports, transaction};
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::job::Job;
use cc_domain::route::{Route, policy};
use cc_domain::space::Space;

/// Queues the deletion of the route with its destinations.
pub async fn delete(ports: &Ports, actor: &Actor, guid: &Guid<Route>) -> Result<Guid<Job>, Fault> {
    transaction!(ports, |tx| {
        let route = visible(tx, actor, guid).await?;
        access::in_space(tx, actor, &route.space, &policy::MANAGE, RESOURCE).await?;
        job::enqueue(tx, ports, &Deletion::of(guid, actor)).await
    })
}

/// Queues the deletion of all routes of the space that lead nowhere.
pub async fn delete_unmapped(ports: &Ports, actor: &Actor, space: &Guid<Space>) -> Result<Guid<Job>, Fault> {
    transaction!(ports, |tx| {
        access::in_space(tx, actor, space, &policy::DELETE_UNMAPPED, "Space").await?;
        job::enqueue(tx, ports, &UnmappedDeletion::of(space, actor)).await
    })
}
