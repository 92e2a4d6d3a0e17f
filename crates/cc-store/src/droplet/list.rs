//! Which droplets a list has, and in which order.

use crate::any::dsl::{All, Pred, TextOneOf};
use crate::any::paging::OrderBy;
use crate::list::{self, Filter};
use crate::of_app::{apps_in_organizations, apps_in_spaces, apps_with, readable_apps};
use crate::schema::{apps, droplets};
use cc_domain::droplet::{DropletFilter, DropletState, policy};
use cc_domain::list::{Order, Scope};
use diesel::prelude::*;

pub fn visible(scope: &Scope) -> Option<Pred<droplets::table>> {
    readable_apps(scope, &policy::GET).map(|apps| apps.holds(droplets::app_id))
}

/// Those in STAGING are nobody's business but their build's.
pub fn filter(f: &DropletFilter, scope: &Scope) -> All<droplets::table> {
    let current = || {
        let its_app = apps::table
            .filter(apps::id.eq(droplets::app_id))
            .filter(apps::droplet_guid.eq(droplets::guid.nullable()));
        Pred::new(diesel::dsl::exists(its_app))
    };
    Filter::visible(visible(scope))
        .and(Pred::new(droplets::state.ne(DropletState::Staging.as_str())))
        .one_of(droplets::state, f.states.as_ref())
        .and_if(f.package_guids.as_ref(), |guids| {
            Pred::new(droplets::package_guid.assume_not_null().one_of(guids))
        })
        .and_if(f.app_guids.as_ref(), |guids| apps_with(guids).holds(droplets::app_id))
        .and_if(f.space_guids.as_ref(), |guids| apps_in_spaces(guids).holds(droplets::app_id))
        .and_if(f.organization_guids.as_ref(), |guids| apps_in_organizations(guids).holds(droplets::app_id))
        .and_if(f.is_current.then_some(()), |()| current())
        .common(&f.common, droplets::guid, droplets::created_at, droplets::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

pub fn order(order: Order) -> OrderBy<droplets::table> {
    list::order(order, droplets::created_at, droplets::updated_at)
}
