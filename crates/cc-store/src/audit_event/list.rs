//! Which audit events a list has, and in which order.

use crate::any::dsl::{Pred, TextOneOf};
use crate::any::paging::{OrderBy, Rows};
use crate::list::{self, Filter};
use crate::schema::audit_events;
use crate::visibility::{organization_guids, organizations_with, space_guids, spaces_with};
use cc_domain::audit_event::{AuditEventFilter, policy};
use cc_domain::list::{Order, Scope};

/// An event shows to those who may read events of its space or of its organization. One without a place shows to global readers only.
pub fn visible(scope: &Scope) -> Option<Vec<Pred<audit_events::table>>> {
    let Scope::User(user) = scope else { return None };
    let readers = policy::GET.visible_to;
    let organizations = organization_guids(organizations_with(user, readers));
    let spaces = space_guids(spaces_with(user, readers));
    Some(vec![spaces.holds(audit_events::space_guid), organizations.holds(audit_events::organization_guid)])
}

pub fn filter(f: &AuditEventFilter, scope: &Scope) -> Rows<audit_events::table> {
    Filter::visible_by_any(visible(scope))
        .one_of(audit_events::kind, f.kinds.as_ref())
        .one_of(audit_events::target_guid, f.target_guids.as_ref())
        .and_if(f.not_target_guids.as_ref(), |g| Pred::new(audit_events::target_guid.one_of(g)).negated())
        .and_if(f.space_guids.as_ref(), |g| Pred::new(audit_events::space_guid.one_of(g)))
        .and_if(f.organization_guids.as_ref(), |g| Pred::new(audit_events::organization_guid.one_of(g)))
        .common(&f.common, audit_events::guid, audit_events::created_at, audit_events::created_at)
        .rows()
}

pub fn order(order: Order) -> OrderBy<audit_events::table> {
    list::order(order, audit_events::created_at, audit_events::created_at)
}
