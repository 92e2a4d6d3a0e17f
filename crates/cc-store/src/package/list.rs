//! Which packages a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::list::{self, Filter};
use crate::of_app::{apps_in_organizations, apps_in_spaces, apps_with, readable_apps};
use crate::schema::packages;
use cc_domain::list::{Order, Scope};
use cc_domain::package::{PackageFilter, policy};

pub fn visible(scope: &Scope) -> Option<Pred<packages::table>> {
    readable_apps(scope, &policy::GET).map(|apps| apps.holds(packages::app_id))
}

pub fn filter(f: &PackageFilter, scope: &Scope) -> All<packages::table> {
    Filter::visible(visible(scope))
        .one_of(packages::state, f.states.as_ref())
        .one_of(packages::kind, f.types.as_ref())
        .and_if(f.app_guids.as_ref(), |guids| apps_with(guids).holds(packages::app_id))
        .and_if(f.space_guids.as_ref(), |guids| apps_in_spaces(guids).holds(packages::app_id))
        .and_if(f.organization_guids.as_ref(), |guids| apps_in_organizations(guids).holds(packages::app_id))
        .common(&f.common, packages::guid, packages::created_at, packages::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

pub fn order(order: Order) -> OrderBy<packages::table> {
    list::order(order, packages::created_at, packages::updated_at)
}
