//! Which apps a list has, and in which order.

use crate::any::dsl::{All, Pred, TextOneOf};
use crate::any::paging::OrderBy;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{self, Filter, with_guids};
use crate::schema::{apps, organizations, spaces};
use crate::visibility;
use cc_domain::app::{AppFilter, LifecycleKind, policy};
use cc_domain::list::{Order, OrderKey, Scope};
use cc_domain::name::fold;
use diesel::prelude::*;

pub fn visible(scope: &Scope) -> Option<Pred<apps::table>> {
    visibility::spaces(scope, &policy::GET).map(|set| set.holds(apps::space_id))
}

pub fn filter(f: &AppFilter, scope: &Scope) -> All<apps::table> {
    let names = f.names.as_ref().map(|names| names.iter().map(|name| fold(name)).collect());
    Filter::visible(visible(scope))
        .one_of(apps::name_key, names.as_ref())
        .and_if(f.space_guids.as_ref(), |guids| {
            with_guids::<spaces::table>(spaces::guid, guids).holds(apps::space_id)
        })
        .and_if(f.organization_guids.as_ref(), |guids| in_organizations(guids))
        .and_if(f.stacks.as_ref(), |stacks| on_stacks(stacks))
        .and_if(f.lifecycle, |kind| Pred::new(apps::lifecycle.eq(kind.as_str())))
        .common(&f.common, apps::guid, apps::created_at, apps::updated_at)
        .labels(super::OWNER, &f.common.labels)
        .all()
}

fn in_organizations(guids: &[String]) -> Pred<apps::table> {
    let these = with_guids::<organizations::table>(organizations::guid, guids);
    IdSet::of(spaces::table.filter(spaces::organization_id.in_set(these)).select(spaces::id))
        .holds(apps::space_id)
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

pub fn order(order: Order) -> OrderBy<apps::table> {
    match order.by {
        OrderKey::Name => OrderBy::column(apps::name_key, order.descending),
        OrderKey::State => OrderBy::column(apps::state, order.descending),
        OrderKey::Lifecycle => OrderBy::column(apps::lifecycle, order.descending),
        _ => list::order(order, apps::created_at, apps::updated_at),
    }
}
