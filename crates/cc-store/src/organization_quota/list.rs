//! Which organization quotas a list has, and in which order.

use crate::any::paging::Rows;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{Filter, with_guids};
use crate::schema::{organization_quotas, organizations};
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::list::Scope;
use cc_domain::organization::Organization;
use cc_domain::organization_quota::{OrganizationQuota, OrganizationQuotaFilter, policy};
use diesel::prelude::*;

impl Visible for OrganizationQuota {
    type Filter = OrganizationQuotaFilter;

    fn visible(scope: &Scope) -> Ways<organization_quotas::table> {
        visibility::nowhere(scope, &policy::GET)
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<organization_quotas::table> {
        Filter::<Self>::listed(scope)
            .one_of_folded(organization_quotas::name_key, f.names.as_ref())
            .and_if(f.organization_guids.as_ref(), |guids| {
                let these = with_guids::<Organization>(guids).holds_row();
                let seen = IdSet::matching(Filter::<Organization>::visible(scope).and(these).joined());
                let applied = organizations::table.filter(organizations::id.in_set(seen));
                IdSet::of(applied, organizations::quota_id).holds_row()
            })
            .common(&f.common)
            .rows()
    }
}
