//! Who may do what: one decision for every operation, fed by rules that each resource keeps in its `policy.rs`.
//!
//! The order of the answers is the reference's (domain-rules 3.4, 3.5): token scope, visible, allowed, writable. What a caller cannot
//! see is answered as not found, so that existence does not leak.

mod roles;
mod rule;

pub use roles::{OrganizationStatus, RoleKind, RoleSet, SpaceStatus, Standing};
pub use rule::{Blocked, Rule, Verb};

use crate::actor::Actor;

/// Why an operation is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    #[error("not visible to the caller")]
    NotVisible,
    #[error("not allowed to the caller")]
    NotAuthorized,
    #[error("the organization is being deleted")]
    OrganizationDeleting,
    #[error("the organization is suspended")]
    OrganizationSuspended,
    #[error("the space is being deleted")]
    SpaceDeleting,
    #[error("the space is suspended")]
    SpaceSuspended,
}

/// Whether the token may be used for this kind of request at all: reads need `cloud_controller.read` or an admin-like scope, everything
/// else `cloud_controller.write` or admin (domain-rules 3.1).
pub fn admits_verb(actor: &Actor, verb: Verb) -> Result<(), Denied> {
    let s = &actor.scopes;
    let fine = match verb {
        Verb::Read => s.read || s.admin || s.admin_read_only || s.global_auditor,
        Verb::Write => s.write || s.admin,
    };
    if fine { Ok(()) } else { Err(Denied::NotAuthorized) }
}

/// Decides one operation on one target. `standing` is what the caller holds there.
pub fn decide(rule: &Rule, actor: &Actor, standing: &Standing) -> Result<(), Denied> {
    admits_verb(actor, rule.verb)?;
    if actor.scopes.admin {
        return Ok(());
    }
    if !(rule.visible_to_everyone || actor.is_global_reader() || standing.roles.intersects(rule.visible_to)) {
        return Err(Denied::NotVisible);
    }
    if !is_allowed(rule, actor, standing) {
        return Err(Denied::NotAuthorized);
    }
    writable(rule.blocked_by, standing)
}

fn is_allowed(rule: &Rule, actor: &Actor, standing: &Standing) -> bool {
    rule.allowed_to_everyone
        || standing.roles.intersects(rule.allowed)
        || (rule.read_only_admin && actor.scopes.admin_read_only)
        || (rule.global_auditor && actor.scopes.global_auditor)
}

/// Whether the organization and space of the target take changes (domain-rules 3.5). Admins never come here.
fn writable(blocked_by: Blocked, standing: &Standing) -> Result<(), Denied> {
    if blocked_by == Blocked::Never {
        return Ok(());
    }
    match standing.organization {
        OrganizationStatus::Deleting => return Err(Denied::OrganizationDeleting),
        OrganizationStatus::Suspended => return Err(Denied::OrganizationSuspended),
        OrganizationStatus::Active => {}
    }
    if blocked_by == Blocked::ByOrganization || standing.roles.contains(RoleKind::OrganizationManager) {
        return Ok(());
    }
    match standing.space {
        SpaceStatus::Deleting => Err(Denied::SpaceDeleting),
        SpaceStatus::Suspended => Err(Denied::SpaceSuspended),
        SpaceStatus::Active => Ok(()),
    }
}

#[cfg(test)]
mod tests;
