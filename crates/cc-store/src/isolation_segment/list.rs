//! Which isolation segments a list has, and in which order.

use crate::any::dsl::Pred;
use crate::any::paging::{OrderBy, Rows};
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{self, Filter, with_guids};
use crate::schema::{isolation_segment_entitlements, isolation_segments, organizations};
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::isolation_segment::{IsolationSegment, IsolationSegmentFilter, policy};
use cc_domain::list::{Order, OrderKey, Scope};
use cc_domain::organization::Organization;
use diesel::prelude::*;

/// Segments that an organization of the set is entitled to.
fn of_organizations(organizations: IdSet<organizations::table>) -> Pred<isolation_segments::table> {
    let entitled = isolation_segment_entitlements::table
        .filter(isolation_segment_entitlements::organization_id.in_set(organizations));
    IdSet::of(entitled, isolation_segment_entitlements::isolation_segment_id).holds_row()
}

impl Visible for IsolationSegment {
    type Filter = IsolationSegmentFilter;

    fn visible(scope: &Scope) -> Ways<isolation_segments::table> {
        visibility::organizations(scope, &policy::GET).map(|readable| vec![of_organizations(readable)])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<isolation_segments::table> {
        Filter::<Self>::listed(scope)
            .one_of_folded(isolation_segments::name_key, f.names.as_ref())
            .and_if(f.organization_guids.as_ref(), |guids| {
                of_organizations(with_guids::<Organization>(guids))
            })
            .common(&f.common)
            .rows()
    }

    fn order(order: Order) -> OrderBy<isolation_segments::table> {
        match order.by {
            OrderKey::Name => OrderBy::column(isolation_segments::name_key, order.descending),
            _ => list::order::<Self>(order),
        }
    }
}
