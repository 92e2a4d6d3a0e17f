//! Which organizations a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::isolation_segment::assignments::entitled;
use crate::list::{self, Filter};
use crate::schema::organizations;
use crate::visibility;
use cc_domain::list::{Order, OrderKey, Scope};
use cc_domain::name::fold;
use cc_domain::organization::{OrganizationFilter, policy};

pub fn visible(scope: &Scope) -> Option<Pred<organizations::table>> {
    visibility::organizations(scope, &policy::GET).map(|set| set.holds(organizations::id))
}

pub fn filter(f: &OrganizationFilter, scope: &Scope) -> All<organizations::table> {
    let names = f.names.as_ref().map(|names| names.iter().map(|name| fold(name)).collect());
    Filter::visible(visible(scope))
        .one_of(organizations::name_key, names.as_ref())
        .and_if(f.isolation_segment.as_ref(), |segment| entitled(segment).holds(organizations::id))
        .common(&f.common, organizations::guid, organizations::created_at, organizations::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

pub fn order(order: Order) -> OrderBy<organizations::table> {
    match order.by {
        OrderKey::Name => OrderBy::column(organizations::name_key, order.descending),
        _ => list::order(order, organizations::created_at, organizations::updated_at),
    }
}
