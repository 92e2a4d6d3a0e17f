//! Which routes a list has, and in which order.

use crate::any::dsl::{IdOneOf, Pred};
use crate::any::paging::Rows;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{Filter, with_guids};
use crate::schema::{apps, route_destinations, route_shares, routes, spaces};
use crate::space::spaces_in_organizations;
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::app::App;
use cc_domain::domain::Domain;
use cc_domain::list::Scope;
use cc_domain::route::{Route, RouteFilter, policy};
use cc_domain::space::Space;
use diesel::prelude::*;

impl Visible for Route {
    type Filter = RouteFilter;

    /// Routes owned by a readable space: what a single read finds.
    fn visible(scope: &Scope) -> Ways<routes::table> {
        readable(scope).map(|spaces| vec![spaces.holds(routes::space_id)])
    }

    /// Owned ones, and those shared into a readable space.
    fn listed(scope: &Scope) -> Ways<routes::table> {
        let (owning, sharing) = (readable(scope)?, readable(scope)?);
        Some(vec![owning.holds(routes::space_id), shared_into(sharing).holds(routes::id)])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<routes::table> {
        let filtered = Filter::<Self>::listed(scope)
            .one_of_folded(routes::host_key, f.hosts.as_ref())
            .one_of_folded(routes::path_key, f.paths.as_ref())
            .and_if(f.ports.as_ref(), |ports| {
                let wanted: Vec<i64> = ports.iter().map(|p| i64::from(*p)).collect();
                Pred::new(diesel::dsl::sql::<diesel::sql_types::BigInt>("routes.port").one_of_ids(&wanted))
            })
            .and_if(f.domain_guids.as_ref(), |guids| with_guids::<Domain>(guids).holds(routes::domain_id))
            .and_any_if(f.space_guids.as_ref(), |guids| in_spaces(guids))
            .and_if(f.organization_guids.as_ref(), |guids| {
                spaces_in_organizations(guids).holds(routes::space_id)
            })
            .and_if(f.app_guids.as_ref(), |guids| to_apps(with_guids::<App>(guids)).holds(routes::id));
        // No service instance can be bound to a route yet.
        let filtered = filtered.and_if(f.service_instance_guids.as_ref(), |_| IdSet::list(&[]).holds_row());
        filtered.common(&f.common).rows()
    }
}

fn readable(scope: &Scope) -> Option<IdSet<spaces::table>> {
    visibility::spaces(scope, &policy::GET)
}

/// Routes shared into one of the spaces.
fn shared_into(these: IdSet<spaces::table>) -> IdSet<routes::table> {
    IdSet::of(route_shares::table.filter(route_shares::space_id.in_set(these)), route_shares::route_id)
}

/// Owned by one of the spaces, or shared into it.
fn in_spaces(guids: &[String]) -> Vec<Pred<routes::table>> {
    let these = || with_guids::<Space>(guids);
    vec![these().holds(routes::space_id), shared_into(these()).holds(routes::id)]
}

/// Routes with a destination in one of the apps.
pub fn to_apps(these: IdSet<apps::table>) -> IdSet<routes::table> {
    IdSet::of(
        route_destinations::table.filter(route_destinations::app_id.in_set(these)),
        route_destinations::route_id,
    )
}
