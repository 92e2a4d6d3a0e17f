//! What all resources of apps have in common: they are seen through the app's space and found by their app.

use crate::any::Conn;
use crate::any::sets::{IdSet, InSetExt};
use crate::errors::failed;
use crate::list::with_guids;
use crate::schema::{apps, organizations, spaces};
use crate::visibility;
use cc_domain::access::Rule;
use cc_domain::list::Scope;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

fn in_spaces(these: IdSet) -> IdSet {
    IdSet::of(apps::table.filter(apps::space_id.in_set(these)).select(apps::id))
}

/// Apps of which the rule lets the scope see what they have; `None` is all of them.
pub fn readable_apps(scope: &Scope, rule: &Rule) -> Option<IdSet> {
    visibility::spaces(scope, rule).map(in_spaces)
}

/// The apps with these guids.
pub fn apps_with(guids: &[String]) -> IdSet {
    with_guids::<apps::table>(apps::guid, guids)
}

/// Apps in these spaces.
pub fn apps_in_spaces(guids: &[String]) -> IdSet {
    in_spaces(with_guids::<spaces::table>(spaces::guid, guids))
}

/// Apps in spaces of these organizations.
pub fn apps_in_organizations(guids: &[String]) -> IdSet {
    let these = with_guids::<organizations::table>(organizations::guid, guids);
    in_spaces(IdSet::of(spaces::table.filter(spaces::organization_id.in_set(these)).select(spaces::id)))
}

/// The row id of an app that must be there.
pub async fn app_id(conn: &mut Conn, guid: &str) -> Result<i64, StoreError> {
    apps::table.filter(apps::guid.eq(guid)).select(apps::id).first(conn).await.map_err(failed)
}
