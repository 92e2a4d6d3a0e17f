//! What a user sees, as sets of ids for the predicates of lists and of single reads. Which roles count is said by the rule that a
//! resource's `policy.rs` has for reading it; here it becomes SQL, in one place for all resources.

use crate::any::dsl::{All, Pred, TextOneOf};
use crate::any::sets::{GuidSet, IdSet, InSetExt as _};
use crate::schema::{organizations, roles, spaces, users};
use crate::stored::Ways;
use cc_domain::access::{RoleKind, RoleSet, Rule};
use cc_domain::actor::Principal;
use cc_domain::list::Scope;
use diesel::prelude::*;

/// The row of a user or client; there may be none.
fn row(who: &Principal) -> IdSet<users::table> {
    IdSet::of(
        users::table
            .filter(users::guid.eq(who.guid.as_str().to_owned()))
            .filter(users::is_client.eq(who.is_client)),
        users::id,
    )
}

fn kinds_of(set: RoleSet, of_organization: bool) -> Vec<String> {
    RoleKind::ALL
        .into_iter()
        .filter(|kind| kind.is_of_organization() == of_organization && set.contains(*kind))
        .map(|kind| kind.as_str().to_owned())
        .collect()
}

/// Roles of the user of the given kinds. All four kinds need no condition, which leaves the index enough to answer from.
fn held(who: &Principal, kinds: &[String]) -> All<roles::table> {
    let mut predicates = vec![row(who).holds(roles::user_id)];
    if kinds.len() < 4 {
        predicates.push(Pred::new(roles::kind.one_of(kinds)));
    }
    All::of(predicates)
}

/// Organizations in which the user holds one of these roles of an organization.
fn organizations_with(who: &Principal, set: RoleSet) -> IdSet<organizations::table> {
    let kinds = kinds_of(set, true);
    IdSet::of(
        roles::table.filter(held(who, &kinds)).filter(roles::organization_id.is_not_null()),
        roles::organization_id.assume_not_null(),
    )
}

/// Spaces in which the user holds one of these roles, or one of them in the space's organization.
fn spaces_with(who: &Principal, set: RoleSet) -> IdSet<spaces::table> {
    let kinds = kinds_of(set, false);
    let direct = IdSet::of(
        roles::table.filter(held(who, &kinds)).filter(roles::space_id.is_not_null()),
        roles::space_id.assume_not_null(),
    );
    if kinds_of(set, true).is_empty() {
        return direct;
    }
    let managed = organizations_with(who, set);
    direct.union(IdSet::of(spaces::table.filter(spaces::organization_id.in_set(managed)), spaces::id))
}

/// Whose roles decide what the rule shows; `None` if it shows everything.
fn limited<'a>(scope: &'a Scope, rule: &Rule) -> Option<&'a Principal> {
    match scope {
        Scope::User(who) if !rule.visible_to_everyone => Some(who),
        Scope::User(_) | Scope::Everything => None,
    }
}

/// Organizations in which the rule lets the scope see; `None` is all of them.
pub fn organizations(scope: &Scope, rule: &Rule) -> Option<IdSet<organizations::table>> {
    limited(scope, rule).map(|who| organizations_with(who, rule.visible_to))
}

/// Spaces in which the rule lets the scope see; `None` is all of them.
pub fn spaces(scope: &Scope, rule: &Rule) -> Option<IdSet<spaces::table>> {
    limited(scope, rule).map(|who| spaces_with(who, rule.visible_to))
}

/// What is of no organization, where roles do not count: shown to everyone, or to nobody but global readers.
pub fn nowhere<T>(scope: &Scope, rule: &Rule) -> Ways<T> {
    limited(scope, rule).map(|_| Vec::new())
}

/// Ways for users to show: oneself, and who holds a role of an organization in which one holds a role that the rule names.
pub fn users(scope: &Scope, rule: &Rule) -> Ways<users::table> {
    let who = limited(scope, rule)?;
    let mine = organizations_with(who, rule.visible_to);
    let colleagues =
        IdSet::of(roles::table.filter(roles::organization_id.assume_not_null().in_set(mine)), roles::user_id);
    Some(vec![row(who).holds(users::id), colleagues.holds(users::id)])
}

/// Guids of the spaces of a set, for tables that keep guids.
pub fn space_guids(spaces_of: IdSet<spaces::table>) -> GuidSet<spaces::table> {
    GuidSet::of(spaces::table.filter(spaces::id.in_set(spaces_of)), spaces::guid)
}

/// Guids of the organizations of a set.
pub fn organization_guids(organizations_of: IdSet<organizations::table>) -> GuidSet<organizations::table> {
    GuidSet::of(organizations::table.filter(organizations::id.in_set(organizations_of)), organizations::guid)
}
