//! How routes are kept.

use super::{Destination, Destinations, Host, Route, RouteFilter, RoutePath};
use crate::app::App;
use crate::domain::Domain;
use crate::guid::Guid;
use crate::list::{Page, PageRequest, Scope};
use crate::space::Space;
use crate::store::error::StoreError;
use async_trait::async_trait;
use std::collections::BTreeSet;

/// Routes come with their destinations.
#[async_trait]
pub trait RouteReads {
    /// The route if it exists and `scope` shows its owning space; route readers include the organization's auditors.
    async fn find_route(&mut self, guid: &Guid<Route>, scope: &Scope) -> Result<Option<Route>, StoreError>;
    /// Also those that are shared into a visible space.
    async fn list_routes(
        &mut self,
        filter: &RouteFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Route>, StoreError>;
    /// The one with exactly these, ignoring case, whether visible or not.
    async fn route_at(
        &mut self,
        domain: &Guid<Domain>,
        host: &Host,
        path: &RoutePath,
        port: Option<u16>,
    ) -> Result<Option<Route>, StoreError>;
    /// Whether a space other than this one has a route with the domain and host, whatever its path.
    async fn is_host_used_outside(
        &mut self,
        domain: &Guid<Domain>,
        host: &Host,
        space: &Guid<Space>,
    ) -> Result<bool, StoreError>;
    /// All with a destination in the app, in insertion order.
    async fn routes_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Route>, StoreError>;
    /// All of the domain, in insertion order, at most `max`.
    async fn routes_of_domain(&mut self, domain: &Guid<Domain>, max: i64) -> Result<Vec<Route>, StoreError>;
    /// Those of the space that have no destination.
    async fn unmapped_routes_of_space(&mut self, space: &Guid<Space>) -> Result<Vec<Route>, StoreError>;
    /// Ports that routes of all domains of the router group have.
    async fn ports_taken(&mut self, router_group: &str) -> Result<BTreeSet<u16>, StoreError>;
    /// The spaces a route is shared with, in insertion order, visible or not.
    async fn spaces_of_route(&mut self, route: &Guid<Route>) -> Result<Vec<Guid<Space>>, StoreError>;
    /// Routes owned by the space.
    async fn count_routes_of_space(&mut self, space: &Guid<Space>) -> Result<u64, StoreError>;
}

#[async_trait]
pub trait RouteWrites: RouteReads {
    /// Reads the route and locks its row until the transaction ends. `None` if there is none.
    async fn lock_route(&mut self, guid: &Guid<Route>) -> Result<Option<Route>, StoreError>;
    /// Without destinations. [`StoreError::Taken`] if domain, host, path and port are in use together.
    async fn insert_route(&mut self, route: &Route) -> Result<(), StoreError>;
    /// Writes space, options and metadata.
    async fn update_route(&mut self, route: &Route) -> Result<(), StoreError>;
    /// Removes and adds what the change says.
    async fn write_destinations(
        &mut self,
        route: &Guid<Route>,
        change: &Destinations,
    ) -> Result<(), StoreError>;
    /// Writes protocol and time of change.
    async fn update_destination(&mut self, destination: &Destination) -> Result<(), StoreError>;
    /// Makes these the only spaces the route is shared with.
    async fn share_route(&mut self, route: &Guid<Route>, spaces: &[Guid<Space>]) -> Result<(), StoreError>;
    /// Removes the row with its destinations, shares and metadata.
    async fn delete_route(&mut self, guid: &Guid<Route>) -> Result<(), StoreError>;
}
