//! Which droplets a list has, and in which order.

use crate::any::dsl::{Pred, TextOneOf};
use crate::any::paging::Rows;
use crate::list::{Filter, with_guids};
use crate::of_app::{apps_in_organizations, apps_in_spaces, readable_apps};
use crate::schema::{apps, droplets};
use crate::stored::{Visible, Ways};
use cc_domain::app::App;
use cc_domain::droplet::{Droplet, DropletFilter, DropletState, policy};
use cc_domain::list::Scope;
use diesel::prelude::*;

impl Visible for Droplet {
    type Filter = DropletFilter;

    fn visible(scope: &Scope) -> Ways<droplets::table> {
        readable_apps(scope, &policy::GET).map(|apps| vec![apps.holds(droplets::app_id)])
    }

    /// Those in STAGING are nobody's business but their build's.
    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<droplets::table> {
        let current = || {
            let its_app = apps::table
                .filter(apps::id.eq(droplets::app_id))
                .filter(apps::droplet_guid.eq(droplets::guid.nullable()));
            Pred::new(diesel::dsl::exists(its_app))
        };
        Filter::<Self>::listed(scope)
            .and(Pred::new(droplets::state.ne(DropletState::Staging.as_str())))
            .one_of(droplets::state, f.states.as_ref())
            .and_if(f.package_guids.as_ref(), |guids| {
                Pred::new(droplets::package_guid.assume_not_null().one_of(guids))
            })
            .and_if(f.app_guids.as_ref(), |guids| with_guids::<App>(guids).holds(droplets::app_id))
            .and_if(f.space_guids.as_ref(), |guids| apps_in_spaces(guids).holds(droplets::app_id))
            .and_if(f.organization_guids.as_ref(), |guids| {
                apps_in_organizations(guids).holds(droplets::app_id)
            })
            .and_if(f.is_current.then_some(()), |()| current())
            .common(&f.common)
            .rows()
    }
}
