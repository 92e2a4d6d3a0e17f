//! The columns of the grid.

use cc_domain::access::RoleKind;

/// Somebody who asks, for what is in one of the two organizations.
pub struct Caller {
    /// Two characters or so, the head of the column.
    pub code: &'static str,
    pub name: String,
    pub token: String,
    /// Asks for what is in the suspended organization.
    pub is_suspended: bool,
}

const ROLES: [(&str, &str, RoleKind); 8] = [
    ("OU", "!OU", RoleKind::OrganizationUser),
    ("OM", "!OM", RoleKind::OrganizationManager),
    ("OB", "!OB", RoleKind::OrganizationBillingManager),
    ("OA", "!OA", RoleKind::OrganizationAuditor),
    ("SD", "!SD", RoleKind::SpaceDeveloper),
    ("SM", "!SM", RoleKind::SpaceManager),
    ("SA", "!SA", RoleKind::SpaceAuditor),
    ("SS", "!SS", RoleKind::SpaceSupporter),
];

/// Holders of a role in the organization, or the suspended one; the guid of the user, which is the token too.
pub fn holder(kind: RoleKind, is_suspended: bool) -> String {
    format!("{}{kind}", if is_suspended { "suspended-" } else { "" })
}

pub const MANAGER_ELSEWHERE: &str = "manager-elsewhere";
pub const DEVELOPER_ELSEWHERE: &str = "developer-elsewhere";
pub const DEVELOPER_NEXT_DOOR: &str = "developer-next-door";

pub fn all() -> Vec<Caller> {
    let plain = |code, name: &str, token: &str| Caller {
        code,
        name: name.to_owned(),
        token: token.to_owned(),
        is_suspended: false,
    };
    let role = |code, kind: RoleKind, is_suspended| Caller {
        code,
        name: format!("{kind}{}", if is_suspended { ", the organization is suspended" } else { "" }),
        token: holder(kind, is_suspended),
        is_suspended,
    };
    let mut all = vec![plain("--", "no token", ""), plain("no", "a user without roles", "nobody")];
    all.extend(ROLES.map(|(code, _, kind)| role(code, kind, false)));
    all.extend([
        plain("xM", "organization_manager of another organization", MANAGER_ELSEWHERE),
        plain("xD", "space_developer in another organization", DEVELOPER_ELSEWHERE),
        plain("xS", "space_developer in another space of the organization", DEVELOPER_NEXT_DOOR),
        plain("C", "a client without roles", "client-of-nobody"),
        plain("A", "admin", "admin"),
        plain("AR", "read-only admin", "admin_read_only"),
        plain("GA", "global auditor", "global_auditor"),
    ]);
    all.extend(ROLES.map(|(_, code, kind)| role(code, kind, true)));
    let admin = plain("!A", "admin, the organization is suspended", "admin");
    all.push(Caller { is_suspended: true, ..admin });
    all
}

/// The column of a role of the contract.
pub fn of_contract(role: &str) -> Option<&'static str> {
    Some(match role {
        "Admin" => "A",
        "Admin Read-Only" => "AR",
        "Global Auditor" => "GA",
        "Org Manager" => "OM",
        "Org Billing Manager" => "OB",
        "Org Auditor" => "OA",
        "Space Developer" => "SD",
        "Space Manager" => "SM",
        "Space Auditor" => "SA",
        "Space Supporter" => "SS",
        _ => return None,
    })
}
