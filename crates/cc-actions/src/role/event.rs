//! The names of the events of roles, spelled out so that they are found.

use cc_domain::access::RoleKind;

/// That the role was given.
pub(crate) fn given(kind: RoleKind) -> &'static str {
    match kind {
        RoleKind::OrganizationUser => "audit.user.organization_user_add",
        RoleKind::OrganizationAuditor => "audit.user.organization_auditor_add",
        RoleKind::OrganizationManager => "audit.user.organization_manager_add",
        RoleKind::OrganizationBillingManager => "audit.user.organization_billing_manager_add",
        RoleKind::SpaceAuditor => "audit.user.space_auditor_add",
        RoleKind::SpaceDeveloper => "audit.user.space_developer_add",
        RoleKind::SpaceManager => "audit.user.space_manager_add",
        RoleKind::SpaceSupporter => "audit.user.space_supporter_add",
    }
}

/// That the role was taken.
pub(crate) fn taken(kind: RoleKind) -> &'static str {
    match kind {
        RoleKind::OrganizationUser => "audit.user.organization_user_remove",
        RoleKind::OrganizationAuditor => "audit.user.organization_auditor_remove",
        RoleKind::OrganizationManager => "audit.user.organization_manager_remove",
        RoleKind::OrganizationBillingManager => "audit.user.organization_billing_manager_remove",
        RoleKind::SpaceAuditor => "audit.user.space_auditor_remove",
        RoleKind::SpaceDeveloper => "audit.user.space_developer_remove",
        RoleKind::SpaceManager => "audit.user.space_manager_remove",
        RoleKind::SpaceSupporter => "audit.user.space_supporter_remove",
    }
}
