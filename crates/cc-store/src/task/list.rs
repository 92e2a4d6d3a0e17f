//! Which tasks a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::list::{self, Filter};
use crate::of_app::{apps_in_organizations, apps_in_spaces, apps_with, readable_apps};
use crate::schema::tasks;
use cc_domain::list::{Order, Scope};
use cc_domain::task::{TaskFilter, policy};
use diesel::prelude::*;

pub fn visible(scope: &Scope) -> Option<Pred<tasks::table>> {
    readable_apps(scope, &policy::GET).map(|apps| apps.holds(tasks::app_id))
}

pub fn filter(f: &TaskFilter, scope: &Scope) -> All<tasks::table> {
    Filter::visible(visible(scope))
        .one_of(tasks::name, f.names.as_ref())
        .one_of(tasks::state, f.states.as_ref())
        .and_if(f.sequence_ids.as_ref(), |texts| numbered(texts))
        .and_if(f.app_guids.as_ref(), |guids| apps_with(guids).holds(tasks::app_id))
        .and_if(f.space_guids.as_ref(), |guids| apps_in_spaces(guids).holds(tasks::app_id))
        .and_if(f.organization_guids.as_ref(), |guids| apps_in_organizations(guids).holds(tasks::app_id))
        .common(&f.common, tasks::guid, tasks::created_at, tasks::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

/// A text that is no number is that of no task.
fn numbered(texts: &[String]) -> Pred<tasks::table> {
    let numbers = texts.iter().filter_map(|text| text.parse::<i64>().ok());
    Pred::any_of(numbers.map(|number| Pred::new(tasks::sequence_id.eq(number))).collect())
}

pub fn order(order: Order) -> OrderBy<tasks::table> {
    list::order(order, tasks::created_at, tasks::updated_at)
}
