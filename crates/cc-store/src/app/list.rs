//! Which apps a list has, and in which order.

use crate::any::dsl::{Pred, TextOneOf};
use crate::any::paging::{OrderBy, Rows};
use crate::list::{self, Filter, with_guids};
use crate::schema::apps;
use crate::space::spaces_in_organizations;
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::app::{App, AppFilter, LifecycleKind, policy};
use cc_domain::list::{Order, OrderKey, Scope};
use cc_domain::space::Space;
use diesel::prelude::*;

impl Visible for App {
    type Filter = AppFilter;

    fn visible(scope: &Scope) -> Ways<apps::table> {
        visibility::spaces(scope, &policy::GET).map(|set| vec![set.holds(apps::space_id)])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<apps::table> {
        Filter::<Self>::listed(scope)
            .one_of_folded(apps::name_key, f.names.as_ref())
            .and_if(f.space_guids.as_ref(), |guids| with_guids::<Space>(guids).holds(apps::space_id))
            .and_if(f.organization_guids.as_ref(), |guids| {
                spaces_in_organizations(guids).holds(apps::space_id)
            })
            .and_if(f.stacks.as_ref(), |stacks| on_stacks(stacks))
            .and_if(f.lifecycle, |kind| Pred::new(apps::lifecycle.eq(kind.as_str())))
            .common(&f.common)
            .rows()
    }

    fn order(order: Order) -> OrderBy<apps::table> {
        match order.by {
            OrderKey::Name => OrderBy::column(apps::name_key, order.descending),
            OrderKey::State => OrderBy::column(apps::state, order.descending),
            OrderKey::Lifecycle => OrderBy::column(apps::lifecycle, order.descending),
            _ => list::order::<Self>(order),
        }
    }
}

/// An empty text among the names stands for buildpack apps without a stack.
fn on_stacks(stacks: &[String]) -> Pred<apps::table> {
    let mut either = vec![Pred::new(apps::stack.one_of(stacks))];
    if stacks.iter().any(String::is_empty) {
        let on_buildpacks = apps::lifecycle.eq(LifecycleKind::Buildpack.as_str());
        either.push(Pred::new(apps::stack.is_null().and(on_buildpacks)));
    }
    Pred::any_of(either)
}
