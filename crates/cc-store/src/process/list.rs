//! Which processes a list has, and in which order.

use crate::any::paging::Rows;
use crate::list::{Filter, with_guids};
use crate::of_app::{apps_in_organizations, apps_in_spaces, readable_apps};
use crate::schema::processes;
use crate::stored::{Visible, Ways};
use cc_domain::app::App;
use cc_domain::list::Scope;
use cc_domain::process::{Process, ProcessFilter, policy};

impl Visible for Process {
    type Filter = ProcessFilter;

    fn visible(scope: &Scope) -> Ways<processes::table> {
        readable_apps(scope, &policy::GET).map(|apps| vec![apps.holds(processes::app_id)])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<processes::table> {
        Filter::<Self>::listed(scope)
            .one_of(processes::kind, f.types.as_ref())
            .and_if(f.app_guids.as_ref(), |guids| with_guids::<App>(guids).holds(processes::app_id))
            .and_if(f.space_guids.as_ref(), |guids| apps_in_spaces(guids).holds(processes::app_id))
            .and_if(f.organization_guids.as_ref(), |guids| {
                apps_in_organizations(guids).holds(processes::app_id)
            })
            .common(&f.common)
            .rows()
    }
}
