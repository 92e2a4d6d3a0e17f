//! What all resources of apps have in common: they are seen through the app's space and found by their app.

use crate::any::sets::{IdSet, InSetExt};
use crate::list::with_guids;
use crate::schema::{apps, spaces};
use crate::space::spaces_in_organizations;
use crate::visibility;
use cc_domain::access::Rule;
use cc_domain::list::Scope;
use cc_domain::space::Space;
use diesel::QueryDsl;

fn in_spaces(these: IdSet<spaces::table>) -> IdSet<apps::table> {
    IdSet::of(apps::table.filter(apps::space_id.in_set(these)), apps::id)
}

/// Apps of which the rule lets the scope see what they have; `None` is all of them.
pub fn readable_apps(scope: &Scope, rule: &Rule) -> Option<IdSet<apps::table>> {
    visibility::spaces(scope, rule).map(in_spaces)
}

/// Apps in these spaces.
pub fn apps_in_spaces(guids: &[String]) -> IdSet<apps::table> {
    in_spaces(with_guids::<Space>(guids))
}

/// Apps in spaces of these organizations.
pub fn apps_in_organizations(guids: &[String]) -> IdSet<apps::table> {
    in_spaces(spaces_in_organizations(guids))
}
