//! Which users a list has, and in which order.

use crate::any::paging::Rows;
use crate::list::Filter;
use crate::schema::users;
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::list::Scope;
use cc_domain::user::{User, UserFilter, policy};

impl Visible for User {
    type Filter = UserFilter;

    fn visible(scope: &Scope) -> Ways<users::table> {
        visibility::users(scope, &policy::GET)
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<users::table> {
        Filter::<Self>::listed(scope).common(&f.common).rows()
    }
}
