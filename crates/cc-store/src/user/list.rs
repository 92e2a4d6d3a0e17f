//! Which users a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::list::{self, Filter};
use crate::schema::users;
use cc_domain::list::Order;
use cc_domain::user::UserFilter;

/// `among` is who may be on the list at all; `None` is everyone.
pub fn filter(f: &UserFilter, among: Option<Pred<users::table>>) -> All<users::table> {
    Filter::visible(among)
        .common(&f.common, users::guid, users::created_at, users::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

pub fn order(order: Order) -> OrderBy<users::table> {
    list::order(order, users::created_at, users::updated_at)
}
