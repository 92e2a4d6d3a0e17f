//! Which domains a list has, and in which order.

use crate::any::dsl::Pred;
use crate::any::paging::Rows;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{self, Filter, with_guid, with_guids};
use crate::schema::{domain_shares, domains, organizations, spaces};
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::domain::{Domain, DomainFilter, policy};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::organization::Organization;
use diesel::prelude::*;

impl Visible for Domain {
    type Filter = DomainFilter;

    /// Shared domains, and private ones of organizations in which the user is a reader by role, as owner or by share.
    fn visible(scope: &Scope) -> Ways<domains::table> {
        let mut ways = of_organizations(readers_in(scope)?, readers_in(scope)?);
        if policy::GET_SHARED.visible_to_everyone {
            ways.insert(0, shared_with_everybody());
        }
        Some(ways)
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<domains::table> {
        Filter::<Self>::listed(scope)
            .one_of_folded(domains::name_key, f.names.as_ref())
            .and_if(f.organization_guids.as_ref(), |guids| {
                let these = with_guids::<Organization>(guids);
                Pred::new(domains::organization_id.assume_not_null().in_set(these))
            })
            .and_if(f.usable_by.as_ref(), usable_by)
            .common(&f.common)
            .rows()
    }
}

/// Organizations in which, or in a space of which, the user is a reader.
fn readers_in(scope: &Scope) -> Option<IdSet<organizations::table>> {
    let readable = visibility::spaces(scope, &policy::GET_PRIVATE)?;
    let of_spaces = IdSet::of(spaces::table.filter(spaces::id.in_set(readable)), spaces::organization_id);
    Some(visibility::organizations(scope, &policy::GET_PRIVATE)?.union(of_spaces))
}

/// Domains shared with one of these organizations.
fn shared_to(organizations: IdSet<organizations::table>) -> IdSet<domains::table> {
    IdSet::of(
        domain_shares::table.filter(domain_shares::organization_id.in_set(organizations)),
        domain_shares::domain_id,
    )
}

fn shared_with_everybody() -> Pred<domains::table> {
    Pred::new(domains::organization_id.is_null())
}

/// Owned by one of the organizations, or shared with one; they are asked for twice.
fn of_organizations(
    these: IdSet<organizations::table>,
    again: IdSet<organizations::table>,
) -> Vec<Pred<domains::table>> {
    vec![
        Pred::new(domains::organization_id.assume_not_null().in_set(these)),
        shared_to(again).holds(domains::id),
    ]
}

/// Domains that the organization can use.
pub fn usable_by(organization: &Guid<Organization>) -> Pred<domains::table> {
    let this = || with_guid(organization);
    let mut ways = vec![shared_with_everybody()];
    ways.extend(of_organizations(this(), this()));
    list::any_way(ways)
}
