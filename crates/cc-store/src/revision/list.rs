//! Which revisions a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{self, Filter};
use crate::of_app::{apps_with, readable_apps};
use crate::schema::{processes, revisions};
use cc_domain::app::DesiredState;
use cc_domain::list::{Order, Scope};
use cc_domain::revision::{RevisionFilter, policy};
use diesel::prelude::*;

pub fn visible(scope: &Scope) -> Option<Pred<revisions::table>> {
    readable_apps(scope, &policy::GET).map(|apps| apps.holds(revisions::app_id))
}

pub fn filter(f: &RevisionFilter) -> All<revisions::table> {
    let app = [f.app.as_str().to_owned()];
    Filter::visible(None)
        .and(apps_with(&app).holds(revisions::app_id))
        .and_if(f.is_deployed.then_some(()), |()| deployed(&app))
        .and_if(f.versions.as_ref(), |versions| numbered(versions))
        .common(&f.common, revisions::guid, revisions::created_at, revisions::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

/// A text that is no number is the version of none.
fn numbered(versions: &[String]) -> Pred<revisions::table> {
    let numbers = versions.iter().filter_map(|text| text.parse::<i32>().ok());
    Pred::any_of(numbers.map(|number| Pred::new(revisions::number.eq(number))).collect())
}

/// Those that started processes of the app name.
fn deployed(app: &[String]) -> Pred<revisions::table> {
    let named = processes::table
        .inner_join(revisions::table.on(processes::revision_guid.eq(revisions::guid.nullable())))
        .filter(processes::state.eq(DesiredState::Started.as_str()))
        .filter(processes::app_id.in_set(apps_with(app)))
        .select(revisions::id);
    IdSet::of(named).holds(revisions::id)
}

pub fn order(order: Order) -> OrderBy<revisions::table> {
    list::order(order, revisions::created_at, revisions::updated_at)
}
