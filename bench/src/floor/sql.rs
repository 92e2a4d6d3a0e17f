//! The statements, as the store of ours sends them. `?` stands for a value; `{in}` for membership in a list that is one value.

use std::fmt::Write;

/// As PostgreSQL writes it.
pub fn postgres(sql: &str) -> String {
    let mut numbered = String::new();
    for (at, part) in sql.replace("{in}", "= ANY(?)").split('?').enumerate() {
        if at > 0 {
            let _ = write!(numbered, "${at}");
        }
        numbered.push_str(part);
    }
    numbered
}

pub fn sqlite(sql: &str) -> String {
    sql.replace("{in}", "IN (SELECT value FROM json_each(?))")
}

macro_rules! app_rows { ($which:literal) => { concat!(
    "SELECT apps.id, apps.guid, apps.name, spaces.guid, apps.state, apps.lifecycle, apps.buildpacks, apps.stack, apps.droplet_guid, ",
    "apps.is_ssh_enabled, apps.has_revisions, apps.has_service_binding_k8s, apps.has_file_based_vcap_services, apps.created_at, ",
    "apps.updated_at FROM apps INNER JOIN spaces ON apps.space_id = spaces.id WHERE apps.id ", $which, " ORDER BY apps.id ASC"
) } }

macro_rules! visible { () => {
    "apps.space_id IN (SELECT roles.space_id FROM roles WHERE roles.user_id IN (SELECT users.id FROM users WHERE users.guid = ?) \
     AND roles.space_id IS NOT NULL UNION SELECT spaces.id FROM spaces WHERE spaces.organization_id IN (SELECT roles.organization_id \
     FROM roles WHERE roles.user_id IN (SELECT users.id FROM users WHERE users.guid = ?) AND roles.kind {in} \
     AND roles.organization_id IS NOT NULL))"
} }

pub const APP: &str = app_rows!("IN (SELECT apps.id FROM apps WHERE apps.guid = ?)");
pub const APPS: &str = app_rows!("{in}");
pub const LABELS: &str = "SELECT resource_id, key_prefix, key_name, value FROM labels WHERE resource_kind = ? AND resource_id {in}";
pub const ANNOTATIONS: &str = "SELECT resource_id, key_prefix, key_name, value FROM annotations WHERE resource_kind = ? AND resource_id {in}";
pub const ALL_IDS: &str = "SELECT apps.id FROM apps WHERE 1 = 1 ORDER BY apps.id ASC LIMIT ? OFFSET ?";
pub const ALL_COUNT: &str = "SELECT COUNT(*) FROM apps WHERE 1 = 1";
pub const USER_IDS: &str =
    concat!("SELECT apps.id FROM apps WHERE ", visible!(), " ORDER BY apps.id ASC LIMIT ? OFFSET ?");
pub const USER_COUNT: &str = concat!("SELECT COUNT(*) FROM apps WHERE ", visible!());

pub const SPACE: &str = "SELECT spaces.id, spaces.guid, spaces.name, organizations.guid, spaces.quota_id, spaces.status, \
     spaces.is_ssh_allowed, spaces.created_at, spaces.updated_at FROM spaces INNER JOIN organizations \
     ON spaces.organization_id = organizations.id WHERE spaces.id IN (SELECT spaces.id FROM spaces WHERE spaces.guid = ?) ORDER BY spaces.id";
pub const SPACE_ID: &str = "SELECT id FROM spaces WHERE guid = ?";
pub const STANDING: &str = "SELECT organizations.id, organizations.status, spaces.status FROM spaces INNER JOIN organizations \
     ON spaces.organization_id = organizations.id WHERE spaces.id = ?";
pub const ROLES: &str = "SELECT kind FROM roles WHERE user_id IN (SELECT id FROM users WHERE guid = ?) AND (organization_id = ? OR space_id = ?)";
pub const FLAGS: &str = "SELECT name, is_enabled, error_message FROM feature_flags";
pub const APP_ID: &str = "SELECT id FROM apps WHERE guid = ?";
pub const NEW_APP: &str = "INSERT INTO apps (guid, name, name_key, space_id, state, lifecycle, buildpacks, stack, is_ssh_enabled, \
     has_revisions, has_service_binding_k8s, has_file_based_vcap_services, created_at, updated_at) \
     VALUES (?, ?, ?, ?, 'STOPPED', 'buildpack', '[]', 'cflinuxfs4', TRUE, TRUE, FALSE, FALSE, ?, ?) RETURNING id";
pub const NEW_PROCESS: &str = "INSERT INTO processes (guid, app_id, kind, instances, memory_mb, disk_mb, log_rate_limit, state, \
     version_guid, health_check, readiness_check, ports, created_at, updated_at) \
     VALUES (?, ?, 'web', 1, 1024, 1024, -1, 'STOPPED', ?, 'port', 'process', '[]', ?, ?) RETURNING id";
pub const NEW_EVENT: &str = "INSERT INTO audit_events (guid, kind, actor_guid, actor_kind, actor_name, target_guid, target_kind, \
     target_name, data, space_guid, organization_guid, created_at) VALUES (?, ?, 'u', 'user', 'u', ?, 'app', ?, ?, ?, ?, ?)";

#[cfg(test)]
mod tests {
    #[test]
    fn values_are_numbered_for_postgresql_and_lists_are_one_value_on_both() {
        assert_eq!(super::postgres("a = ? AND b {in} AND c = ?"), "a = $1 AND b = ANY($2) AND c = $3");
        assert_eq!(super::sqlite("a = ? AND b {in}"), "a = ? AND b IN (SELECT value FROM json_each(?))");
    }
}
