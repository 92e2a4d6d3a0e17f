//! Which revisions a list has, and in which order.

use crate::any::dsl::Pred;
use crate::any::paging::Rows;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{Filter, with_guid};
use crate::of_app::readable_apps;
use crate::schema::{processes, revisions};
use crate::stored::{Visible, Ways};
use cc_domain::app::{App, DesiredState};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::revision::{Revision, RevisionFilter, policy};
use diesel::prelude::*;

impl Visible for Revision {
    type Filter = RevisionFilter;

    fn visible(scope: &Scope) -> Ways<revisions::table> {
        readable_apps(scope, &policy::GET).map(|apps| vec![apps.holds(revisions::app_id)])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<revisions::table> {
        Filter::<Self>::listed(scope)
            .and(with_guid(&f.app).holds(revisions::app_id))
            .and_if(f.is_deployed.then_some(()), |()| deployed(&f.app))
            .and_if(f.versions.as_ref(), |versions| numbered(versions))
            .common(&f.common)
            .rows()
    }
}

/// A text that is no number is the version of none.
fn numbered(versions: &[String]) -> Pred<revisions::table> {
    let numbers = versions.iter().filter_map(|text| text.parse::<i32>().ok());
    Pred::any_of(numbers.map(|number| Pred::new(revisions::number.eq(number))).collect())
}

/// Those that started processes of the app name.
fn deployed(app: &Guid<App>) -> Pred<revisions::table> {
    let named = processes::table
        .inner_join(revisions::table.on(processes::revision_guid.eq(revisions::guid.nullable())))
        .filter(processes::state.eq(DesiredState::Started.as_str()))
        .filter(processes::app_id.in_set(with_guid(app)));
    IdSet::of(named, revisions::id).holds_row()
}
