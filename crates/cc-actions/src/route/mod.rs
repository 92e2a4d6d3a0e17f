//! Routes: addresses of apps, where their traffic goes, and how the router hears of it ([`sync`]).

mod create;
mod delete;
mod destination;
mod endpoints;
mod event;
mod read;
mod sharing;
mod traffic;
mod unmap;
mod update;

pub(crate) use create::create_within;
pub use create::{create, may_create};
pub(crate) use delete::{UnmappedDeletion, delete_all_of_space, delete_along};
pub use delete::{delete, delete_unmapped};
pub use destination::{
    WantedDestination, delete_destination, insert_destinations, replace_destinations, update_destination,
};
pub use endpoints::{Endpoints, InstanceEndpoint};
pub use read::{Included, Wanted, get, is_hash_routing_on, list, list_of_app};
pub use sharing::{may_share, require_sharing, share, shared_spaces, transfer, unshare};
pub(crate) use traffic::TrafficSync;
pub use traffic::load;
pub(crate) use traffic::{announce, announce_app};
pub use unmap::unmap_app;
pub use update::update;

use crate::access;
use crate::fault::Fault;
use cc_domain::access::Rule;
use cc_domain::actor::Actor;
use cc_domain::audit_event::{Party, Place};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::route::Route;
use cc_domain::space::Space;
use cc_domain::store::{DynTx, Reader};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Route";
/// The unique constraint on domain, host, path and port.
pub(crate) const ADDRESS_KEY: &str = "routes_host_key_path_key_port_domain_id_key";
/// Of the options as JSON.
pub(crate) const MAX_OPTIONS_BYTES: usize = 1_024;

fn party(route: &Route) -> Party {
    Party::new("route", route.guid.as_str(), route.host.as_str())
}

async fn place<R: Reader + ?Sized>(reader: &mut R, space: &Guid<Space>) -> Result<Place, Fault> {
    let found = reader.find_space(space, &Scope::Everything).await?;
    Ok(Place { space: Some(space.clone()), organization: found.map(|s| s.organization) })
}

/// The route if the caller sees its owning space; one that is merely shared is not found.
async fn visible<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    guid: &Guid<Route>,
) -> Result<Route, Fault> {
    reader.find_route(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

/// The route with its row locked, if the rule lets the caller change it in its owning space.
async fn locked(tx: &mut DynTx, actor: &Actor, guid: &Guid<Route>, rule: &Rule) -> Result<Route, Fault> {
    let route = visible(tx, actor, guid).await?;
    access::in_space(tx, actor, &route.space, rule, RESOURCE).await?;
    tx.lock_route(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}
