//! Which organizations a list has, and in which order.

use crate::any::dsl::Pred;
use crate::any::paging::{OrderBy, Rows};
use crate::list::{self, Filter};
use crate::schema::organizations;
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::list::{Order, OrderKey, Scope};
use cc_domain::organization::{Organization, OrganizationFilter, policy};

impl Visible for Organization {
    type Filter = OrganizationFilter;

    fn visible(scope: &Scope) -> Ways<organizations::table> {
        visibility::organizations(scope, &policy::GET).map(|set| vec![set.holds(organizations::id)])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<organizations::table> {
        Filter::<Self>::listed(scope)
            .one_of_folded(organizations::name_key, f.names.as_ref())
            .and_if(f.isolation_segment_guids.as_ref(), |_| Pred::any_of(Vec::new()))
            .common(&f.common)
            .rows()
    }

    fn order(order: Order) -> OrderBy<organizations::table> {
        match order.by {
            OrderKey::Name => OrderBy::column(organizations::name_key, order.descending),
            _ => list::order::<Self>(order),
        }
    }
}
