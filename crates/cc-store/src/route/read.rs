//! What is asked about routes.

use super::{list, port, port_column};
use crate::any::dsl::{All, Pred};
use crate::any::sets::{IdSet, InSetExt};
use crate::errors::failed;
use crate::list::with_guid;
use crate::schema::{domains, route_destinations, route_shares, routes, spaces};
use crate::session::{Access, Session};
use crate::stored::guids_where;
use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::domain::Domain;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::name::fold;
use cc_domain::route::ports::RouteReads;
use cc_domain::route::{Host, Route, RouteFilter, RoutePath};
use cc_domain::space::Space;
use cc_domain::store::StoreError;
use diesel::dsl::{count_star, exists, select};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::BTreeSet;

fn on_domain(domain: &Guid<Domain>) -> Pred<routes::table> {
    with_guid(domain).holds(routes::domain_id)
}

fn of_space(space: &Guid<Space>) -> Pred<routes::table> {
    with_guid(space).holds(routes::space_id)
}

#[async_trait]
impl<A: Access> RouteReads for Session<A> {
    async fn find_route(&mut self, guid: &Guid<Route>, scope: &Scope) -> Result<Option<Route>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_routes(
        &mut self,
        filter: &RouteFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Route>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn route_at(
        &mut self,
        domain: &Guid<Domain>,
        host: &Host,
        path: &RoutePath,
        port: Option<u16>,
    ) -> Result<Option<Route>, StoreError> {
        let which = Pred::all_of(vec![
            on_domain(domain),
            Pred::new(routes::host_key.eq(fold(host.as_str()))),
            Pred::new(routes::path_key.eq(fold(path.as_str()))),
            Pred::new(routes::port.eq(port_column(port))),
        ]);
        Ok(self.load_where(which).await?.pop())
    }

    async fn is_host_used_outside(
        &mut self,
        domain: &Guid<Domain>,
        host: &Host,
        space: &Guid<Space>,
    ) -> Result<bool, StoreError> {
        let others = routes::table
            .inner_join(domains::table)
            .inner_join(spaces::table)
            .filter(domains::guid.eq(domain.as_str()))
            .filter(routes::host_key.eq(fold(host.as_str())))
            .filter(spaces::guid.ne(space.as_str()));
        select(exists(others)).get_result(self.conn()).await.map_err(failed)
    }

    async fn routes_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Route>, StoreError> {
        let which = list::to_apps(with_guid(app)).holds(routes::id);
        self.load_where(which).await
    }

    async fn routes_of_domain(&mut self, domain: &Guid<Domain>, max: i64) -> Result<Vec<Route>, StoreError> {
        let ids: Vec<i64> = routes::table
            .inner_join(domains::table)
            .filter(domains::guid.eq(domain.as_str()))
            .order(routes::id.asc())
            .select(routes::id)
            .limit(max)
            .load(self.conn())
            .await
            .map_err(failed)?;
        self.load_all(IdSet::list(&ids)).await
    }

    async fn unmapped_routes_of_space(&mut self, space: &Guid<Space>) -> Result<Vec<Route>, StoreError> {
        let mapped = IdSet::of(route_destinations::table, route_destinations::route_id);
        let unmapped = Pred::new(routes::id.in_set(mapped)).negated();
        self.load_where(Pred::all_of(vec![of_space(space), unmapped])).await
    }

    async fn ports_taken(&mut self, router_group: &str) -> Result<BTreeSet<u16>, StoreError> {
        let ports: Vec<i32> = routes::table
            .inner_join(domains::table)
            .filter(domains::router_group_guid.eq(router_group))
            .filter(routes::port.ne(0))
            .select(routes::port)
            .load(self.conn())
            .await
            .map_err(failed)?;
        Ok(ports.into_iter().filter_map(|column| port(column).ok().flatten()).collect())
    }

    async fn spaces_of_route(&mut self, route: &Guid<Route>) -> Result<Vec<Guid<Space>>, StoreError> {
        let shares = route_shares::table.filter(route_shares::route_id.in_set(with_guid(route)));
        let these = IdSet::of(shares, route_shares::space_id).holds_row();
        guids_where(self.conn(), All::of(vec![these])).await
    }

    async fn count_routes_of_space(&mut self, space: &Guid<Space>) -> Result<u64, StoreError> {
        let count: i64 = routes::table
            .inner_join(spaces::table)
            .filter(spaces::guid.eq(space.as_str()))
            .select(count_star())
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
