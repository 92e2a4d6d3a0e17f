//! Which sidecars a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::any::sets::IdSet;
use crate::list::{self, Filter};
use crate::of_app::readable_apps;
use crate::schema::{apps, processes, sidecar_process_types, sidecars};
use cc_domain::list::{Order, Scope};
use cc_domain::sidecar::{SidecarFilter, SidecarOwner, policy};
use diesel::prelude::*;

pub fn visible(scope: &Scope) -> Option<Pred<sidecars::table>> {
    readable_apps(scope, &policy::GET).map(|apps| apps.holds(sidecars::app_id))
}

pub fn filter(f: &SidecarFilter) -> All<sidecars::table> {
    let owner = match &f.owner {
        SidecarOwner::App(app) => {
            let app = apps::table.filter(apps::guid.eq(app.as_str().to_owned())).select(apps::id);
            IdSet::of(app).holds(sidecars::app_id)
        }
        SidecarOwner::Process(process) => {
            let attached = sidecar_process_types::table
                .inner_join(sidecars::table)
                .inner_join(
                    processes::table.on(processes::app_id
                        .eq(sidecars::app_id)
                        .and(processes::kind.eq(sidecar_process_types::kind))),
                )
                .filter(processes::guid.eq(process.as_str().to_owned()))
                .select(sidecar_process_types::sidecar_id);
            IdSet::of(attached).holds(sidecars::id)
        }
    };
    Filter::visible(None)
        .and(owner)
        .common(&f.common, sidecars::guid, sidecars::created_at, sidecars::updated_at)
        .all()
}

pub fn order(order: Order) -> OrderBy<sidecars::table> {
    list::order(order, sidecars::created_at, sidecars::updated_at)
}
