//! Which buildpacks a list has, and in which order: by lifecycle and position within it, unless something else is asked for.

use crate::any::dsl::Pred;
use crate::any::paging::{OrderBy, Rows};
use crate::list::{self, Filter};
use crate::schema::buildpacks;
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::buildpack::{Buildpack, BuildpackFilter, policy};
use cc_domain::list::{Order, OrderKey, Scope};
use diesel::prelude::*;

impl Visible for Buildpack {
    type Filter = BuildpackFilter;

    fn visible(scope: &Scope) -> Ways<buildpacks::table> {
        visibility::nowhere(scope, &policy::GET)
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<buildpacks::table> {
        Filter::<Self>::listed(scope)
            .one_of(buildpacks::name, f.names.as_ref())
            .one_of(buildpacks::stack, f.stacks.as_ref())
            .and_if(f.lifecycle, |kind| Pred::new(buildpacks::lifecycle.eq(kind.as_str())))
            .common(&f.common)
            .rows()
    }

    fn order(order: Order) -> OrderBy<buildpacks::table> {
        match order.by {
            OrderKey::Insertion => {
                OrderBy::column(buildpacks::lifecycle, order.descending).then(buildpacks::position)
            }
            OrderKey::Position => OrderBy::column(buildpacks::position, order.descending),
            OrderKey::Lifecycle => OrderBy::column(buildpacks::lifecycle, order.descending),
            OrderKey::Name => OrderBy::column(buildpacks::name, order.descending),
            _ => list::order::<Self>(order),
        }
    }
}
