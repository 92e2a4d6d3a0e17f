//! Which space quotas a list has, and in which order.

use crate::any::dsl::TextOneOf;
use crate::any::paging::Rows;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{Filter, with_guids};
use crate::schema::{space_quotas, spaces};
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::list::Scope;
use cc_domain::organization::Organization;
use cc_domain::space_quota::{SpaceQuota, SpaceQuotaFilter, policy};
use diesel::prelude::*;

impl Visible for SpaceQuota {
    type Filter = SpaceQuotaFilter;

    /// Quotas of organizations that the user manages, and those that apply to a space in which the user has a role.
    fn visible(scope: &Scope) -> Ways<space_quotas::table> {
        let managed = visibility::organizations(scope, &policy::GET)?.holds(space_quotas::organization_id);
        let applied = spaces::table
            .filter(spaces::id.in_set(visibility::spaces(scope, &policy::GET)?))
            .filter(spaces::quota_id.is_not_null());
        Some(vec![managed, IdSet::of(applied, spaces::quota_id.assume_not_null()).holds_row()])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<space_quotas::table> {
        Filter::<Self>::listed(scope)
            .one_of(space_quotas::name, f.names.as_ref())
            .and_if(f.organization_guids.as_ref(), |guids| {
                with_guids::<Organization>(guids).holds(space_quotas::organization_id)
            })
            .and_if(f.space_guids.as_ref(), |guids| {
                let applied =
                    spaces::table.filter(spaces::guid.one_of(guids)).filter(spaces::quota_id.is_not_null());
                IdSet::of(applied, spaces::quota_id.assume_not_null()).holds_row()
            })
            .common(&f.common)
            .rows()
    }
}
