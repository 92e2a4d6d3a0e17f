//! Which stacks a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::list::{self, Filter};
use crate::schema::stacks;
use cc_domain::list::{Order, OrderKey};
use cc_domain::stack::{DefaultFilter, StackFilter};
use diesel::prelude::*;

pub fn filter(f: &StackFilter) -> All<stacks::table> {
    Filter::visible(None)
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
