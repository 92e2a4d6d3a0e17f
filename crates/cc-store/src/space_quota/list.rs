//! Which space quotas a list has, and in which order.

use crate::any::dsl::{Pred, TextOneOf};
use crate::any::paging::{OrderBy, Rows};
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{self, Filter, with_guids};
use crate::schema::{organizations, space_quotas, spaces};
use crate::visibility;
use cc_domain::list::{Order, Scope};
use cc_domain::space_quota::{SpaceQuotaFilter, policy};
use diesel::prelude::*;

/// Quotas of organizations that the user manages, and those that apply to a space in which the user has a role.
pub fn visible(scope: &Scope) -> Option<Vec<Pred<space_quotas::table>>> {
    let managed = visibility::organizations(scope, &policy::GET)?.holds(space_quotas::organization_id);
    let applied = spaces::table
        .filter(spaces::id.in_set(visibility::spaces(scope, &policy::GET)?))
        .filter(spaces::quota_id.is_not_null())
        .select(spaces::quota_id.assume_not_null());
    Some(vec![managed, IdSet::of(applied).holds(space_quotas::id)])
}

pub fn filter(f: &SpaceQuotaFilter, scope: &Scope) -> Rows<space_quotas::table> {
    Filter::visible_by_any(visible(scope))
        .one_of(space_quotas::name, f.names.as_ref())
        .and_if(f.organization_guids.as_ref(), |guids| {
            with_guids::<organizations::table>(organizations::guid, guids)
                .holds(space_quotas::organization_id)
        })
        .and_if(f.space_guids.as_ref(), |guids| {
            let applied = spaces::table
                .filter(spaces::guid.one_of(guids))
                .filter(spaces::quota_id.is_not_null())
                .select(spaces::quota_id.assume_not_null());
            IdSet::of(applied).holds(space_quotas::id)
        })
        .common(&f.common, space_quotas::guid, space_quotas::created_at, space_quotas::updated_at)
        .rows()
}

pub fn order(order: Order) -> OrderBy<space_quotas::table> {
    list::order(order, space_quotas::created_at, space_quotas::updated_at)
}
