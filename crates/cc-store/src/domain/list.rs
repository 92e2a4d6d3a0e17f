//! Which domains a list has, and in which order.

use crate::any::dsl::Pred;
use crate::any::paging::{OrderBy, Rows};
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{self, Filter, with_guids};
use crate::schema::{domain_shares, domains, organizations, spaces};
use crate::visibility;
use cc_domain::domain::{DomainFilter, policy};
use cc_domain::list::{Order, Scope};
use cc_domain::name::fold;
use diesel::prelude::*;

/// Shared domains, and private ones of organizations in which the user is a reader by role, as owner or by share.
pub fn visible(scope: &Scope) -> Option<Vec<Pred<domains::table>>> {
    let mut ways = of_organizations(readers_in(scope)?, readers_in(scope)?);
    if policy::GET_SHARED.visible_to_everyone {
        ways.insert(0, shared_with_everybody());
    }
    Some(ways)
}

/// Organizations in which, or in a space of which, the user is a reader.
fn readers_in(scope: &Scope) -> Option<IdSet> {
    let of_spaces = spaces::table
        .filter(spaces::id.in_set(visibility::spaces(scope, &policy::GET_PRIVATE)?))
        .select(spaces::organization_id);
    Some(visibility::organizations(scope, &policy::GET_PRIVATE)?.union(IdSet::of(of_spaces)))
}

/// Domains shared with one of these organizations.
fn shared_to(organizations: IdSet) -> IdSet {
    IdSet::of(
        domain_shares::table
            .filter(domain_shares::organization_id.in_set(organizations))
            .select(domain_shares::domain_id),
    )
}

fn shared_with_everybody() -> Pred<domains::table> {
    Pred::new(domains::organization_id.is_null())
}

/// Owned by one of the organizations, or shared with one; they are asked for twice.
fn of_organizations(these: IdSet, again: IdSet) -> Vec<Pred<domains::table>> {
    vec![
        Pred::new(domains::organization_id.assume_not_null().in_set(these)),
        shared_to(again).holds(domains::id),
    ]
}

/// Domains that the organization can use.
pub fn usable_by(organization: &str) -> Pred<domains::table> {
    let this = || with_guids::<organizations::table>(organizations::guid, &[organization.to_owned()]);
    let mut ways = vec![shared_with_everybody()];
    ways.extend(of_organizations(this(), this()));
    list::any_way(ways)
}

pub fn filter(f: &DomainFilter, scope: &Scope) -> Rows<domains::table> {
    let names = f.names.as_ref().map(|names| names.iter().map(|name| fold(name)).collect());
    Filter::visible_by_any(visible(scope))
        .one_of(domains::name_key, names.as_ref())
        .and_if(f.organization_guids.as_ref(), |guids| {
            let these = with_guids::<organizations::table>(organizations::guid, guids);
            Pred::new(domains::organization_id.assume_not_null().in_set(these))
        })
        .and_if(f.usable_by.as_ref(), |organization| usable_by(organization.as_str()))
        .common(&f.common, domains::guid, domains::created_at, domains::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .rows()
}

pub fn order(order: Order) -> OrderBy<domains::table> {
    list::order(order, domains::created_at, domains::updated_at)
}
