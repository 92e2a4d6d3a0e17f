//! Which isolation segments a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{self, Filter, with_guids};
use crate::schema::{isolation_segment_entitlements, isolation_segments, organizations};
use crate::visibility;
use cc_domain::isolation_segment::{IsolationSegmentFilter, policy};
use cc_domain::list::{Order, OrderKey, Scope};
use cc_domain::name::fold;
use diesel::prelude::*;

/// Segments that an organization of the set is entitled to.
fn of_organizations(organizations: IdSet) -> Pred<isolation_segments::table> {
    let entitled = isolation_segment_entitlements::table
        .filter(isolation_segment_entitlements::organization_id.in_set(organizations))
        .select(isolation_segment_entitlements::isolation_segment_id);
    IdSet::of(entitled).holds(isolation_segments::id)
}

pub fn visible(scope: &Scope) -> Option<Pred<isolation_segments::table>> {
    visibility::organizations(scope, &policy::GET).map(of_organizations)
}

pub fn filter(f: &IsolationSegmentFilter, scope: &Scope) -> All<isolation_segments::table> {
    let names = f.names.as_ref().map(|names| names.iter().map(|name| fold(name)).collect());
    Filter::visible(visible(scope))
        .one_of(isolation_segments::name_key, names.as_ref())
        .and_if(f.organization_guids.as_ref(), |guids| {
            of_organizations(with_guids::<organizations::table>(organizations::guid, guids))
        })
        .common(
            &f.common,
            isolation_segments::guid,
            isolation_segments::created_at,
            isolation_segments::updated_at,
        )
        .labels(super::OWNER, &f.common.labels)
        .all()
}

pub fn order(order: Order) -> OrderBy<isolation_segments::table> {
    match order.by {
        OrderKey::Name => OrderBy::column(isolation_segments::name_key, order.descending),
        _ => list::order(order, isolation_segments::created_at, isolation_segments::updated_at),
    }
}
