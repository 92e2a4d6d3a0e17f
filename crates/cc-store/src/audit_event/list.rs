//! Which audit events a list has, and in which order.

use crate::any::dsl::{Pred, TextOneOf};
use crate::any::paging::Rows;
use crate::list::Filter;
use crate::schema::audit_events;
use crate::stored::{Visible, Ways};
use crate::visibility::{self, organization_guids, space_guids};
use cc_domain::audit_event::{AuditEvent, AuditEventFilter, policy};
use cc_domain::list::Scope;
use diesel::ExpressionMethods;

impl Visible for AuditEvent {
    type Filter = AuditEventFilter;

    /// An event shows to those who may read events of its space or of its organization. One without a place shows to global readers only.
    fn visible(scope: &Scope) -> Ways<audit_events::table> {
        let organizations = organization_guids(visibility::organizations(scope, &policy::GET)?);
        let spaces = space_guids(visibility::spaces(scope, &policy::GET)?);
        Some(vec![
            spaces.holds(audit_events::space_guid),
            organizations.holds(audit_events::organization_guid),
        ])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<audit_events::table> {
        Filter::<Self>::listed(scope)
            .one_of(audit_events::kind, f.kinds.as_ref())
            .one_of(audit_events::target_guid, f.target_guids.as_ref())
            .and_if(f.not_target_guids.as_ref(), |g| Pred::new(audit_events::target_guid.one_of(g)).negated())
            .and_if(f.space_guids.as_ref(), |g| {
                or_none(
                    Pred::new(audit_events::space_guid.one_of(g)),
                    Pred::new(audit_events::space_guid.is_null()),
                    g,
                )
            })
            .and_if(f.organization_guids.as_ref(), |g| {
                or_none(
                    Pred::new(audit_events::organization_guid.one_of(g)),
                    Pred::new(audit_events::organization_guid.is_null()),
                    g,
                )
            })
            .common(&f.common)
            .rows()
    }
}

/// A blank guid stands for events that have no place of that kind, which the reference keeps with an empty text.
fn or_none(
    within: Pred<audit_events::table>,
    without: Pred<audit_events::table>,
    guids: &[String],
) -> Pred<audit_events::table> {
    if guids.iter().any(String::is_empty) { Pred::any_of(vec![within, without]) } else { within }
}
