//! Which roles a list has, and in which order.

use crate::any::paging::Rows;
use crate::list::{Filter, with_guids};
use crate::schema::roles;
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::list::Scope;
use cc_domain::organization::Organization;
use cc_domain::role::{Role, RoleFilter, policy};
use cc_domain::space::Space;
use cc_domain::user::User;

impl Visible for Role {
    type Filter = RoleFilter;

    /// A role shows where its space or organization does.
    fn visible(scope: &Scope) -> Ways<roles::table> {
        let of_spaces = visibility::spaces(scope, &policy::GET_IN_SPACE)?.holds(roles::space_id);
        let of_organizations =
            visibility::organizations(scope, &policy::GET_IN_ORGANIZATION)?.holds(roles::organization_id);
        Some(vec![of_spaces, of_organizations])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<roles::table> {
        let kinds = f
            .kinds
            .as_ref()
            .map(|kinds| kinds.iter().map(|kind| kind.as_str().to_owned()).collect::<Vec<_>>());
        Filter::<Self>::listed(scope)
            .one_of(roles::kind, kinds.as_ref())
            .and_if(f.user_guids.as_ref(), |guids| with_guids::<User>(guids).holds(roles::user_id))
            .and_if(f.organization_guids.as_ref(), |guids| {
                with_guids::<Organization>(guids).holds(roles::organization_id)
            })
            .and_if(f.space_guids.as_ref(), |guids| with_guids::<Space>(guids).holds(roles::space_id))
            .common(&f.common)
            .rows()
    }
}
