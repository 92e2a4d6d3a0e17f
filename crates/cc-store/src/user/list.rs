//! Which users a list has, and in which order.

use crate::any::paging::{OrderBy, Rows};
use crate::list::{self, Filter};
use crate::schema::users;
use cc_domain::list::Order;
use cc_domain::user::UserFilter;

/// `among` is who may be on the list at all.
pub fn filter(f: &UserFilter, among: Filter<users::table>) -> Rows<users::table> {
    among
        .common(&f.common, users::guid, users::created_at, users::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .rows()
}

pub fn order(order: Order) -> OrderBy<users::table> {
    list::order(order, users::created_at, users::updated_at)
}
