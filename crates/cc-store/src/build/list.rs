//! Which builds a list has, and in which order.

use crate::any::paging::Rows;
use crate::list::{Filter, with_guids};
use crate::of_app::readable_apps;
use crate::schema::builds;
use crate::stored::{Visible, Ways};
use cc_domain::app::App;
use cc_domain::build::{Build, BuildFilter, policy};
use cc_domain::list::Scope;

impl Visible for Build {
    type Filter = BuildFilter;

    fn visible(scope: &Scope) -> Ways<builds::table> {
        readable_apps(scope, &policy::GET).map(|apps| vec![apps.holds(builds::app_id)])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<builds::table> {
        Filter::<Self>::listed(scope)
            .one_of(builds::state, f.states.as_ref())
            .one_of(builds::package_guid, f.package_guids.as_ref())
            .and_if(f.app_guids.as_ref(), |guids| with_guids::<App>(guids).holds(builds::app_id))
            .common(&f.common)
            .rows()
    }
}
