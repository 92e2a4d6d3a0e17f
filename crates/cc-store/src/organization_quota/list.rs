//! Which organization quotas a list has, and in which order.

use crate::any::dsl::{All, Pred, TextOneOf};
use crate::any::paging::OrderBy;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{self, Filter};
use crate::schema::{organization_quotas, organizations};
use crate::visibility;
use cc_domain::list::{Order, Scope};
use cc_domain::name::fold;
use cc_domain::organization;
use cc_domain::organization_quota::{OrganizationQuotaFilter, policy};
use diesel::prelude::*;

pub fn visible(scope: &Scope) -> Option<Pred<organization_quotas::table>> {
    visibility::nowhere(scope, &policy::GET)
}

pub fn filter(f: &OrganizationQuotaFilter, scope: &Scope) -> All<organization_quotas::table> {
    let names = f.names.as_ref().map(|names| names.iter().map(|name| fold(name)).collect());
    Filter::visible(visible(scope))
        .one_of(organization_quotas::name_key, names.as_ref())
        .and_if(f.organization_guids.as_ref(), |guids| {
            let applied = organizations::table.filter(organizations::guid.one_of(guids));
            let applied = match visibility::organizations(scope, &organization::policy::GET) {
                None => IdSet::of(applied.select(organizations::quota_id)),
                Some(readable) => {
                    let seen = applied.filter(organizations::id.in_set(readable));
                    IdSet::of(seen.select(organizations::quota_id))
                }
            };
            applied.holds(organization_quotas::id)
        })
        .common(
            &f.common,
            organization_quotas::guid,
            organization_quotas::created_at,
            organization_quotas::updated_at,
        )
        .all()
}

pub fn order(order: Order) -> OrderBy<organization_quotas::table> {
    list::order(order, organization_quotas::created_at, organization_quotas::updated_at)
}
