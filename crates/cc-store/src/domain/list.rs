//! Which domains a list has, and in which order.

use crate::any::dsl::{All, Pred};
use crate::any::paging::OrderBy;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{self, Filter, with_guids};
use crate::schema::{domain_shares, domains, organizations, spaces};
use crate::visibility::{organizations_with, spaces_with};
use cc_domain::domain::{DomainFilter, policy};
use cc_domain::list::{Order, Scope};
use cc_domain::name::fold;
use diesel::prelude::*;

/// Shared domains, and private ones of organizations in which the user is a reader by role, as owner or by share.
pub fn visible(scope: &Scope) -> Option<Pred<domains::table>> {
    let Scope::User(guid) = scope else { return None };
    let reading = || {
        let of_spaces = spaces::table
            .filter(spaces::id.in_set(spaces_with(guid, policy::READERS)))
            .select(spaces::organization_id);
        organizations_with(guid, policy::READERS).union(IdSet::of(of_spaces))
    };
    Some(Pred::any_of(vec![
        Pred::new(domains::organization_id.is_null()),
        Pred::new(domains::organization_id.assume_not_null().in_set(reading())),
        shared_to(reading()).holds(domains::id),
    ]))
}

/// Domains shared with one of these organizations.
fn shared_to(organizations: IdSet) -> IdSet {
    IdSet::of(
        domain_shares::table
            .filter(domain_shares::organization_id.in_set(organizations))
            .select(domain_shares::domain_id),
    )
}

/// Domains that the organization can use: shared, its own, or shared with it.
pub fn usable_by(organization: &str) -> Pred<domains::table> {
    let this = || with_guids::<organizations::table>(organizations::guid, &[organization.to_owned()]);
    Pred::any_of(vec![
        Pred::new(domains::organization_id.is_null()),
        Pred::new(domains::organization_id.assume_not_null().in_set(this())),
        shared_to(this()).holds(domains::id),
    ])
}

pub fn filter(f: &DomainFilter, scope: &Scope) -> All<domains::table> {
    let names = f.names.as_ref().map(|names| names.iter().map(|name| fold(name)).collect());
    Filter::visible(visible(scope))
        .one_of(domains::name_key, names.as_ref())
        .and_if(f.organization_guids.as_ref(), |guids| {
            let these = with_guids::<organizations::table>(organizations::guid, guids);
            Pred::new(domains::organization_id.assume_not_null().in_set(these))
        })
        .and_if(f.usable_by.as_ref(), |organization| usable_by(organization.as_str()))
        .common(&f.common, domains::guid, domains::created_at, domains::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

pub fn order(order: Order) -> OrderBy<domains::table> {
    list::order(order, domains::created_at, domains::updated_at)
}
