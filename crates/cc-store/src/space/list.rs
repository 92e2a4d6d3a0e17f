//! Which spaces a list has, and in which order.

use crate::any::paging::{OrderBy, Rows};
use crate::list::{self, Filter, with_guids};
use crate::schema::spaces;
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::list::{Order, OrderKey, Scope};
use cc_domain::organization::Organization;
use cc_domain::space::{Space, SpaceFilter, policy};

impl Visible for Space {
    type Filter = SpaceFilter;

    fn visible(scope: &Scope) -> Ways<spaces::table> {
        visibility::spaces(scope, &policy::GET).map(|set| vec![set.holds(spaces::id)])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<spaces::table> {
        Filter::<Self>::listed(scope)
            .one_of_folded(spaces::name_key, f.names.as_ref())
            .and_if(f.organization_guids.as_ref(), |guids| {
                with_guids::<Organization>(guids).holds(spaces::organization_id)
            })
            .common(&f.common)
            .rows()
    }

    fn order(order: Order) -> OrderBy<spaces::table> {
        match order.by {
            OrderKey::Name => OrderBy::column(spaces::name_key, order.descending),
            _ => list::order::<Self>(order),
        }
    }
}
