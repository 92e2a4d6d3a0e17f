//! Which stacks a list has, and in which order.

use crate::any::dsl::Pred;
use crate::any::paging::{OrderBy, Rows};
use crate::list::{self, Filter};
use crate::schema::stacks;
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::list::{Order, OrderKey, Scope};
use cc_domain::stack::{DefaultFilter, Stack, StackFilter, policy};
use diesel::prelude::*;

impl Visible for Stack {
    type Filter = StackFilter;

    fn visible(scope: &Scope) -> Ways<stacks::table> {
        visibility::nowhere(scope, &policy::GET)
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<stacks::table> {
        Filter::<Self>::listed(scope)
            .one_of(stacks::name, f.names.as_ref())
            .and_if(f.default.as_ref(), |default| match default {
                DefaultFilter::Only(name) => Pred::new(stacks::name.eq(name.clone())),
                DefaultFilter::Except(name) => Pred::new(stacks::name.ne(name.clone())),
            })
            .common(&f.common)
            .rows()
    }

    fn order(order: Order) -> OrderBy<stacks::table> {
        match order.by {
            OrderKey::Name => OrderBy::column(stacks::name, order.descending),
            _ => list::order::<Self>(order),
        }
    }
}
