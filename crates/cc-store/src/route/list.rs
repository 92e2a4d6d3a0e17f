//! Which routes a list has, and in which order.

use crate::any::dsl::{IdOneOf, Pred};
use crate::any::paging::{OrderBy, Rows};
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{self, Filter, with_guids};
use crate::schema::{apps, domains, organizations, route_destinations, route_shares, routes, spaces};
use crate::visibility;
use cc_domain::list::{Order, Scope};
use cc_domain::name::fold;
use cc_domain::route::{RouteFilter, policy};
use diesel::prelude::*;

fn readable(scope: &Scope) -> Option<IdSet> {
    visibility::spaces(scope, &policy::GET)
}

/// Routes owned by a readable space: what a single read finds.
pub fn owned(scope: &Scope) -> Option<Pred<routes::table>> {
    readable(scope).map(|spaces| spaces.holds(routes::space_id))
}

/// Owned ones, and those shared into a readable space.
fn listed(scope: &Scope) -> Option<Vec<Pred<routes::table>>> {
    let shared = route_shares::table
        .filter(route_shares::space_id.in_set(readable(scope)?))
        .select(route_shares::route_id);
    Some(vec![owned(scope)?, IdSet::of(shared).holds(routes::id)])
}

pub fn filter(f: &RouteFilter, scope: &Scope) -> Rows<routes::table> {
    let folded =
        |values: &Option<Vec<String>>| values.as_ref().map(|v| v.iter().map(|t| fold(t)).collect::<Vec<_>>());
    let filtered = Filter::visible_by_any(listed(scope))
        .one_of(routes::host_key, folded(&f.hosts).as_ref())
        .one_of(routes::path_key, folded(&f.paths).as_ref())
        .and_if(f.ports.as_ref(), |ports| {
            let wanted: Vec<i64> = ports.iter().map(|p| i64::from(*p)).collect();
            Pred::new(diesel::dsl::sql::<diesel::sql_types::BigInt>("routes.port").one_of_ids(&wanted))
        })
        .and_if(f.domain_guids.as_ref(), |guids| {
            with_guids::<domains::table>(domains::guid, guids).holds(routes::domain_id)
        })
        .and_any_if(f.space_guids.as_ref(), |guids| in_spaces(guids))
        .and_if(f.organization_guids.as_ref(), |guids| {
            let these = with_guids::<organizations::table>(organizations::guid, guids);
            IdSet::of(spaces::table.filter(spaces::organization_id.in_set(these)).select(spaces::id))
                .holds(routes::space_id)
        })
        .and_if(f.app_guids.as_ref(), |guids| to_apps(guids).holds(routes::id));
    // No service instance can be bound to a route yet.
    let filtered = filtered.and_if(f.service_instance_guids.as_ref(), |_| IdSet::list(&[]).holds(routes::id));
    filtered
        .common(&f.common, routes::guid, routes::created_at, routes::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .rows()
}

/// Owned by one of the spaces, or shared into it.
fn in_spaces(guids: &[String]) -> Vec<Pred<routes::table>> {
    let these = || with_guids::<spaces::table>(spaces::guid, guids);
    let shared =
        route_shares::table.filter(route_shares::space_id.in_set(these())).select(route_shares::route_id);
    vec![these().holds(routes::space_id), IdSet::of(shared).holds(routes::id)]
}

/// Routes with a destination in one of the apps.
pub fn to_apps(guids: &[String]) -> IdSet {
    let apps = with_guids::<apps::table>(apps::guid, guids);
    IdSet::of(
        route_destinations::table
            .filter(route_destinations::app_id.in_set(apps))
            .select(route_destinations::route_id),
    )
}

pub fn order(order: Order) -> OrderBy<routes::table> {
    list::order(order, routes::created_at, routes::updated_at)
}
