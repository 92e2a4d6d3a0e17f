//! Which deployments a list has, and in which order.

use crate::any::paging::Rows;
use crate::list::{Filter, with_guids};
use crate::of_app::readable_apps;
use crate::schema::deployments;
use crate::stored::{Visible, Ways};
use cc_domain::app::App;
use cc_domain::deployment::{Deployment, DeploymentFilter, policy};
use cc_domain::list::Scope;

impl Visible for Deployment {
    type Filter = DeploymentFilter;

    fn visible(scope: &Scope) -> Ways<deployments::table> {
        readable_apps(scope, &policy::GET).map(|apps| vec![apps.holds(deployments::app_id)])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<deployments::table> {
        Filter::<Self>::listed(scope)
            .one_of(deployments::state, f.states.as_ref())
            .one_of(deployments::status_reason, f.status_reasons.as_ref())
            .one_of(deployments::status_value, f.status_values.as_ref())
            .and_if(f.app_guids.as_ref(), |guids| with_guids::<App>(guids).holds(deployments::app_id))
            .common(&f.common)
            .rows()
    }
}
