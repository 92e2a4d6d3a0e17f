//! Which tasks a list has, and in which order.

use crate::any::dsl::Pred;
use crate::any::paging::Rows;
use crate::list::{Filter, with_guids};
use crate::of_app::{apps_in_organizations, apps_in_spaces, readable_apps};
use crate::schema::tasks;
use crate::stored::{Visible, Ways};
use cc_domain::app::App;
use cc_domain::list::Scope;
use cc_domain::task::{Task, TaskFilter, policy};
use diesel::ExpressionMethods;

impl Visible for Task {
    type Filter = TaskFilter;

    fn visible(scope: &Scope) -> Ways<tasks::table> {
        readable_apps(scope, &policy::GET).map(|apps| vec![apps.holds(tasks::app_id)])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<tasks::table> {
        Filter::<Self>::listed(scope)
            .one_of_folded(tasks::name_key, f.names.as_ref())
            .one_of(tasks::state, f.states.as_ref())
            .and_if(f.sequence_ids.as_ref(), |texts| numbered(texts))
            .and_if(f.app_guids.as_ref(), |guids| with_guids::<App>(guids).holds(tasks::app_id))
            .and_if(f.space_guids.as_ref(), |guids| apps_in_spaces(guids).holds(tasks::app_id))
            .and_if(f.organization_guids.as_ref(), |guids| apps_in_organizations(guids).holds(tasks::app_id))
            .common(&f.common)
            .rows()
    }
}

/// A text that is no number is that of no task.
fn numbered(texts: &[String]) -> Pred<tasks::table> {
    let numbers = texts.iter().filter_map(|text| text.parse::<i64>().ok());
    Pred::any_of(numbers.map(|number| Pred::new(tasks::sequence_id.eq(number))).collect())
}
