//! Which builds a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::list::{self, Filter};
use crate::of_app::{apps_with, readable_apps};
use crate::schema::builds;
use cc_domain::build::{BuildFilter, policy};
use cc_domain::list::{Order, Scope};

pub fn visible(scope: &Scope) -> Option<Pred<builds::table>> {
    readable_apps(scope, &policy::GET).map(|apps| apps.holds(builds::app_id))
}

pub fn filter(f: &BuildFilter, scope: &Scope) -> All<builds::table> {
    Filter::visible(visible(scope))
        .one_of(builds::state, f.states.as_ref())
        .one_of(builds::package_guid, f.package_guids.as_ref())
        .and_if(f.app_guids.as_ref(), |guids| apps_with(guids).holds(builds::app_id))
        .common(&f.common, builds::guid, builds::created_at, builds::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

pub fn order(order: Order) -> OrderBy<builds::table> {
    list::order(order, builds::created_at, builds::updated_at)
}
