//! Which buildpacks a list has, and in which order: by lifecycle and position within it, unless something else is asked for.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::list::{self, Filter};
use crate::schema::buildpacks;
use crate::visibility;
use cc_domain::buildpack::{BuildpackFilter, policy};
use cc_domain::list::{Order, OrderKey, Scope};
use diesel::prelude::*;

pub fn visible(scope: &Scope) -> Option<Pred<buildpacks::table>> {
    visibility::nowhere(scope, &policy::GET)
}

pub fn filter(f: &BuildpackFilter, scope: &Scope) -> All<buildpacks::table> {
    Filter::visible(visible(scope))
        .one_of(buildpacks::name, f.names.as_ref())
        .one_of(buildpacks::stack, f.stacks.as_ref())
        .and_if(f.lifecycle, |kind| Pred::new(buildpacks::lifecycle.eq(kind.as_str())))
        .common(&f.common, buildpacks::guid, buildpacks::created_at, buildpacks::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

pub fn order(order: Order) -> OrderBy<buildpacks::table> {
    match order.by {
        OrderKey::Insertion => {
            OrderBy::column(buildpacks::lifecycle, order.descending).then(buildpacks::position)
        }
        OrderKey::Position => OrderBy::column(buildpacks::position, order.descending),
        OrderKey::Lifecycle => OrderBy::column(buildpacks::lifecycle, order.descending),
        OrderKey::Name => OrderBy::column(buildpacks::name, order.descending),
        _ => list::order(order, buildpacks::created_at, buildpacks::updated_at),
    }
}
