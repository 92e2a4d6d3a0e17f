//! Which processes a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::list::{self, Filter};
use crate::of_app::{apps_in_organizations, apps_in_spaces, apps_with, readable_apps};
use crate::schema::processes;
use cc_domain::list::{Order, Scope};
use cc_domain::process::{ProcessFilter, policy};

pub fn visible(scope: &Scope) -> Option<Pred<processes::table>> {
    readable_apps(scope, &policy::GET).map(|apps| apps.holds(processes::app_id))
}

pub fn filter(f: &ProcessFilter, scope: &Scope) -> All<processes::table> {
    Filter::visible(visible(scope))
        .one_of(processes::kind, f.types.as_ref())
        .and_if(f.app_guids.as_ref(), |guids| apps_with(guids).holds(processes::app_id))
        .and_if(f.space_guids.as_ref(), |guids| apps_in_spaces(guids).holds(processes::app_id))
        .and_if(f.organization_guids.as_ref(), |guids| apps_in_organizations(guids).holds(processes::app_id))
        .common(&f.common, processes::guid, processes::created_at, processes::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

pub fn order(order: Order) -> OrderBy<processes::table> {
    list::order(order, processes::created_at, processes::updated_at)
}
