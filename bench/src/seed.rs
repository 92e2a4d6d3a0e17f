//! 1,000 spaces, some thousand users, and as many apps as asked for, by SQL.

use crate::api::{Api, text};
use crate::database::Database;
use serde_json::json;

pub const DEVELOPER: &str = "bench-developer";
const PASSWORD: &str = "bench-developer-password";
/// Apps of each of the developer's five spaces, whatever there is besides.
const APPS_OF_DEVELOPER: u32 = 500;

pub struct Seeded {
    pub developer: String,
}

/// A developer's account and user, then organizations, spaces, users and roles. The developer has five of the spaces.
pub async fn places(database: &Database, admin: &mut Api) -> anyhow::Result<Seeded> {
    let account = json!({
        "userName": DEVELOPER, "password": PASSWORD, "emails": [{ "value": "d@example.com", "primary": true }],
        "name": { "givenName": "d", "familyName": "d" },
    });
    let developer = text(&admin.post("/Users", &account, 201).await?.json()?, "/id")?;
    admin.post("/v3/users", &json!({ "guid": developer }), 201).await?;
    let sql = PLACES.replace("{developer}", &developer);
    database.run(&for_database(database, &sql)).await?;
    Ok(Seeded { developer })
}

pub async fn developer(port: u16) -> anyhow::Result<Api> {
    Api::login(port, DEVELOPER, PASSWORD).await
}

/// Apps number `from` to `to` (from 1) with a web process and a label each. The first ones are the developer's.
pub async fn apps(database: &Database, from: u32, to: u32) -> anyhow::Result<()> {
    let sql = APPS
        .replace("{from}", &from.to_string())
        .replace("{to}", &to.to_string())
        .replace("{mine}", &APPS_OF_DEVELOPER.to_string());
    database.run(&for_database(database, &sql)).await
}

/// The guid of an app.
pub fn guid(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

pub fn space(number: u32) -> String {
    format!("00000000-0000-4000-9000-{number:012}")
}

/// `{pad}` is the number `i` in twelve digits.
fn for_database(database: &Database, sql: &str) -> String {
    match database {
        Database::Sqlite(_) => sql.replace("{pad}", "substr('000000000000' || i, -12)"),
        Database::Postgres(_) => sql.replace("{pad}", "right('000000000000' || i, 12)"),
    }
}

const PLACES: &str = "
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
INSERT INTO organizations (id, guid, name, name_key, status, quota_id, created_at, updated_at)
SELECT 1000 + i, 'o-' || {pad}, 'org-' || i, 'org-' || i, 'active', (SELECT MIN(id) FROM organization_quotas), i, i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
INSERT INTO spaces (id, guid, name, name_key, organization_id, status, is_ssh_allowed, created_at, updated_at)
SELECT 1000 + i, '00000000-0000-4000-9000-' || {pad}, 'space-' || i, 'space-' || i, 1000 + (i - 1) / 10 + 1, 'active', TRUE, i, i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
INSERT INTO users (id, guid, created_at, updated_at) SELECT 1000 + i, 'u-' || {pad}, i, i FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 4999)
INSERT INTO roles (guid, kind, user_id, space_id, created_at, updated_at)
SELECT 'r-' || {pad}, 'space_developer', 1001 + i / 5, 1001 + i % 1000, i, i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5)
INSERT INTO roles (guid, kind, user_id, space_id, created_at, updated_at)
SELECT 'd-' || {pad}, 'space_developer', (SELECT id FROM users WHERE guid = '{developer}'), 1000 + i, i, i FROM n;
INSERT INTO roles (guid, kind, user_id, organization_id, created_at, updated_at)
SELECT 'd-organization', 'organization_user', (SELECT id FROM users WHERE guid = '{developer}'), 1001, 1, 1;
COMMIT;
";

const APPS: &str = "
BEGIN;
WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})
INSERT INTO apps (id, guid, name, name_key, space_id, state, lifecycle, buildpacks, stack, is_ssh_enabled, has_revisions,
    has_service_binding_k8s, has_file_based_vcap_services, created_at, updated_at)
SELECT i, '00000000-0000-4000-8000-' || {pad}, 'app-' || i, 'app-' || i,
    CASE WHEN i <= {mine} THEN 1001 + i % 5 ELSE 1006 + i % 995 END, 'STOPPED', 'buildpack', '[]', 'cflinuxfs4', TRUE, TRUE, FALSE, FALSE,
    1700000000000000 + i, 1700000000000000 + i FROM n;
WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})
INSERT INTO processes (guid, app_id, kind, instances, memory_mb, disk_mb, log_rate_limit, state, version_guid, health_check,
    readiness_check, ports, created_at, updated_at)
SELECT '00000000-0000-4000-8000-' || {pad}, i, 'web', 1, 256, 1024, -1, 'STOPPED', 'v-' || {pad}, 'port', 'process', '[]',
    1700000000000000 + i, 1700000000000000 + i FROM n;
WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})
INSERT INTO labels (resource_kind, resource_id, key_prefix, key_name, value) SELECT 'app', i, '', 'team', 't' || i % 1000 FROM n;
COMMIT;
";

/// After seeding: statistics for the planner, and the sequence past the given ids.
pub async fn settle(database: &Database) -> anyhow::Result<()> {
    // VACUUM, as PostgreSQL would do by itself a minute later: an index alone then answers what it can.
    database
        .run(if matches!(database, Database::Postgres(_)) { "VACUUM ANALYZE" } else { "ANALYZE" })
        .await?;
    if matches!(database, Database::Postgres(_)) {
        for table in ["apps", "spaces", "organizations", "users"] {
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"
            );
            database.run(&sql).await?;
        }
    }
    Ok(())
}
