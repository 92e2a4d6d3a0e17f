//! Which spaces a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::list::{self, Filter, with_guids};
use crate::schema::{organizations, spaces};
use crate::visibility;
use cc_domain::list::{Order, OrderKey, Scope};
use cc_domain::name::fold;
use cc_domain::space::{SpaceFilter, policy};

pub fn visible(scope: &Scope) -> Option<Pred<spaces::table>> {
    visibility::spaces(scope, &policy::GET).map(|set| set.holds(spaces::id))
}

pub fn filter(f: &SpaceFilter, scope: &Scope) -> All<spaces::table> {
    let names = f.names.as_ref().map(|names| names.iter().map(|name| fold(name)).collect());
    Filter::visible(visible(scope))
        .one_of(spaces::name_key, names.as_ref())
        .and_if(f.organization_guids.as_ref(), |guids| {
            with_guids::<organizations::table>(organizations::guid, guids).holds(spaces::organization_id)
        })
        .common(&f.common, spaces::guid, spaces::created_at, spaces::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

pub fn order(order: Order) -> OrderBy<spaces::table> {
    match order.by {
        OrderKey::Name => OrderBy::column(spaces::name_key, order.descending),
        _ => list::order(order, spaces::created_at, spaces::updated_at),
    }
}
