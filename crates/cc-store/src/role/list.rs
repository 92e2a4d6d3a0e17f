//! Which roles a list has, and in which order.

use crate::any::dsl::Pred;
use crate::any::paging::{OrderBy, Rows};
use crate::list::{self, Filter, with_guids};
use crate::schema::{organizations, roles, spaces, users};
use crate::visibility;
use cc_domain::list::{Order, Scope};
use cc_domain::role::{RoleFilter, policy};

/// A role shows where its space or organization does.
pub fn visible(scope: &Scope) -> Option<Vec<Pred<roles::table>>> {
    let of_spaces = visibility::spaces(scope, &policy::GET_IN_SPACE)?.holds(roles::space_id);
    let of_organizations =
        visibility::organizations(scope, &policy::GET_IN_ORGANIZATION)?.holds(roles::organization_id);
    Some(vec![of_spaces, of_organizations])
}

pub fn filter(f: &RoleFilter, scope: &Scope) -> Rows<roles::table> {
    let kinds = f.kinds.as_ref().map(|kinds| kinds.iter().map(|kind| kind.as_str().to_owned()).collect());
    Filter::visible_by_any(visible(scope))
        .one_of(roles::kind, kinds.as_ref())
        .and_if(f.user_guids.as_ref(), |guids| {
            with_guids::<users::table>(users::guid, guids).holds(roles::user_id)
        })
        .and_if(f.organization_guids.as_ref(), |guids| {
            with_guids::<organizations::table>(organizations::guid, guids).holds(roles::organization_id)
        })
        .and_if(f.space_guids.as_ref(), |guids| {
            with_guids::<spaces::table>(spaces::guid, guids).holds(roles::space_id)
        })
        .common(&f.common, roles::guid, roles::created_at, roles::updated_at)
        .rows()
}

pub fn order(order: Order) -> OrderBy<roles::table> {
    list::order(order, roles::created_at, roles::updated_at)
}
