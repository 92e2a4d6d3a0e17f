//! Which stacks a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::list::{self, Filter};
use crate::schema::stacks;
use crate::visibility;
use cc_domain::list::{Order, OrderKey, Scope};
use cc_domain::stack::{DefaultFilter, StackFilter, policy};
use diesel::prelude::*;

pub fn visible(scope: &Scope) -> Option<Pred<stacks::table>> {
    visibility::nowhere(scope, &policy::GET)
}

pub fn filter(f: &StackFilter, scope: &Scope) -> All<stacks::table> {
    Filter::visible(visible(scope))
        .one_of(stacks::name, f.names.as_ref())
        .and_if(f.default.as_ref(), |default| match default {
            DefaultFilter::Only(name) => Pred::new(stacks::name.eq(name.clone())),
            DefaultFilter::Except(name) => Pred::new(stacks::name.ne(name.clone())),
        })
        .common(&f.common, stacks::guid, stacks::created_at, stacks::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

pub fn order(order: Order) -> OrderBy<stacks::table> {
    match order.by {
        OrderKey::Name => OrderBy::column(stacks::name, order.descending),
        _ => list::order(order, stacks::created_at, stacks::updated_at),
    }
}
