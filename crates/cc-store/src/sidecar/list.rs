//! Which sidecars a list has, and in which order.

use crate::any::paging::Rows;
use crate::any::sets::IdSet;
use crate::list::{Filter, with_guid};
use crate::of_app::readable_apps;
use crate::schema::{processes, sidecar_process_types, sidecars};
use crate::stored::{Visible, Ways};
use cc_domain::list::Scope;
use cc_domain::sidecar::{Sidecar, SidecarFilter, SidecarOwner, policy};
use diesel::prelude::*;

impl Visible for Sidecar {
    type Filter = SidecarFilter;

    fn visible(scope: &Scope) -> Ways<sidecars::table> {
        readable_apps(scope, &policy::GET).map(|apps| vec![apps.holds(sidecars::app_id)])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<sidecars::table> {
        let owner = match &f.owner {
            SidecarOwner::App(app) => with_guid(app).holds(sidecars::app_id),
            SidecarOwner::Process(process) => {
                let attached = sidecar_process_types::table
                    .inner_join(sidecars::table)
                    .inner_join(
                        processes::table.on(processes::app_id
                            .eq(sidecars::app_id)
                            .and(processes::kind.eq(sidecar_process_types::kind))),
                    )
                    .filter(processes::guid.eq(process.as_str().to_owned()));
                IdSet::of(attached, sidecar_process_types::sidecar_id).holds_row()
            }
        };
        Filter::<Self>::listed(scope).and(owner).common(&f.common).rows()
    }
}
