//! What a user sees, as sets of ids for the predicates of lists and of single reads. The domain's policies say which roles count; here
//! they become SQL, in one place for all resources.

use crate::any::dsl::{All, Pred, TextOneOf};
use crate::any::sets::{IdSet, InSetExt as _};
use crate::schema::{organizations, roles, spaces, users};
use cc_domain::access::{RoleKind, RoleSet};
use cc_domain::actor::Principal;
use cc_domain::list::Scope;
use diesel::prelude::*;

/// The row of a user or client; there may be none.
fn row(who: &Principal) -> IdSet {
    IdSet::of(
        users::table
            .filter(users::guid.eq(who.guid.as_str().to_owned()))
            .filter(users::is_client.eq(who.is_client))
            .select(users::id),
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
pub fn organizations_with(who: &Principal, set: RoleSet) -> IdSet {
    let kinds = kinds_of(set, true);
    IdSet::of(
        roles::table
            .filter(held(who, &kinds))
            .filter(roles::organization_id.is_not_null())
            .select(roles::organization_id.assume_not_null()),
    )
}

/// Spaces in which the user holds one of these roles, or one of them in the space's organization.
pub fn spaces_with(who: &Principal, set: RoleSet) -> IdSet {
    let kinds = kinds_of(set, false);
    let direct = IdSet::of(
        roles::table
            .filter(held(who, &kinds))
            .filter(roles::space_id.is_not_null())
            .select(roles::space_id.assume_not_null()),
    );
    if kinds_of(set, true).is_empty() {
        return direct;
    }
    let managed = organizations_with(who, set);
    direct.union(IdSet::of(spaces::table.filter(spaces::organization_id.in_set(managed)).select(spaces::id)))
}

/// Organizations that the scope shows; `None` is all of them.
pub fn readable_organizations(scope: &Scope) -> Option<IdSet> {
    match scope {
        Scope::Everything => None,
        Scope::User(who) => Some(organizations_with(who, RoleSet::OF_ORGANIZATION)),
    }
}

/// Spaces that the scope shows, with most of what is in them; `None` is all of them.
pub fn readable_spaces(scope: &Scope) -> Option<IdSet> {
    match scope {
        Scope::Everything => None,
        Scope::User(who) => Some(spaces_with(who, RoleSet::SPACE_READERS)),
    }
}

/// Ways for users to show: oneself, and who holds a role of an organization in which one holds such a role too.
pub fn readable_users(scope: &Scope) -> Option<Vec<Pred<users::table>>> {
    let Scope::User(who) = scope else { return None };
    let mine = organizations_with(who, RoleSet::OF_ORGANIZATION);
    let colleagues = IdSet::of(
        roles::table.filter(roles::organization_id.assume_not_null().in_set(mine)).select(roles::user_id),
    );
    Some(vec![row(who).holds(users::id), colleagues.holds(users::id)])
}

/// Guids of the spaces of a set, for tables that keep guids.
pub fn space_guids(spaces_of: IdSet) -> IdSet {
    IdSet::of(spaces::table.filter(spaces::id.in_set(spaces_of)).select(spaces::guid))
}

/// Guids of the organizations of a set.
pub fn organization_guids(organizations_of: IdSet) -> IdSet {
    IdSet::of(
        organizations::table.filter(organizations::id.in_set(organizations_of)).select(organizations::guid),
    )
}
