//! What happens to the rows that refer to what is deleted: of every foreign key of the schema there is a row, and somebody who deletes
//! what it refers to.

use crate::api_tests;
use crate::harness::{Engine, TestApi};
use cc_domain::identity::Accounts;
use std::collections::BTreeSet;

/// A row for every foreign key, in an order in which they can be made. Ids and guids tell which is which; times are zero.
const WORLD: &[&str] = &[
    "INSERT INTO organizations (id, guid, name, name_key, status, quota_id, created_at, updated_at) \
     SELECT 11, 'org', 'org', 'org', 'active', id, 0, 0 FROM organization_quotas",
    "INSERT INTO organization_quotas (id, guid, name, name_key, paid_services_allowed, created_at, updated_at) \
     VALUES (12, 'quota', 'quota', 'quota', TRUE, 0, 0)",
    "INSERT INTO organizations (id, guid, name, name_key, status, quota_id, created_at, updated_at) \
     VALUES (12, 'other', 'other', 'other', 'active', 12, 0, 0)",
    "INSERT INTO space_quotas (id, guid, name, name_key, organization_id, paid_services_allowed, created_at, updated_at) \
     VALUES (11, 'own-quota', 'q', 'q', 11, TRUE, 0, 0), (12, 'space-quota', 'q', 'q', 12, TRUE, 0, 0)",
    "INSERT INTO spaces (id, guid, name, name_key, organization_id, quota_id, status, is_ssh_allowed, created_at, updated_at) \
     VALUES (11, 'space', 'space', 'space', 11, 11, 'active', TRUE, 0, 0), \
            (12, 'other-space', 'other', 'other', 12, 12, 'active', TRUE, 0, 0)",
    "INSERT INTO isolation_segments (id, guid, name, name_key, created_at, updated_at) \
     VALUES (11, 'segment', 's', 's', 0, 0), (12, 'other-segment', 'o', 'o', 0, 0)",
    "INSERT INTO isolation_segment_entitlements (isolation_segment_id, organization_id) VALUES (11, 11), (12, 12)",
    "UPDATE organizations SET default_isolation_segment_id = id WHERE id IN (11, 12)",
    "UPDATE spaces SET isolation_segment_id = id WHERE id IN (11, 12)",
    "INSERT INTO security_groups (id, guid, name, rules, is_enabled_running, is_enabled_staging, created_at, updated_at) \
     VALUES (11, 'group', 'g', '[]', FALSE, FALSE, 0, 0)",
    "INSERT INTO security_group_spaces (security_group_id, space_id, phase) VALUES (11, 11, 'running'), (11, 12, 'staging')",
    "INSERT INTO users (id, guid, created_at, updated_at) VALUES (11, 'user', 0, 0)",
    "INSERT INTO roles (id, guid, kind, user_id, organization_id, space_id, created_at, updated_at) \
     VALUES (11, 'in-org', 'organization_user', 11, 11, NULL, 0, 0), (12, 'in-space', 'space_developer', 11, NULL, 11, 0, 0)",
    "INSERT INTO apps (id, guid, name, name_key, space_id, state, lifecycle, buildpacks, is_ssh_enabled, has_revisions, \
     has_service_binding_k8s, has_file_based_vcap_services, created_at, updated_at) \
     VALUES (11, 'app', 'app', 'app', 11, 'STOPPED', 'buildpack', '[]', TRUE, TRUE, FALSE, FALSE, 0, 0)",
    "INSERT INTO processes (id, guid, app_id, kind, instances, memory_mb, disk_mb, log_rate_limit, state, version_guid, \
     health_check, readiness_check, ports, created_at, updated_at) \
     VALUES (11, 'app', 11, 'web', 1, 64, 64, -1, 'STOPPED', 'v', 'port', 'process', '[]', 0, 0)",
    "INSERT INTO sidecars (id, guid, app_id, name, command, origin, created_at, updated_at) \
     VALUES (11, 'sidecar', 11, 's', 'c', 'user', 0, 0)",
    "INSERT INTO sidecar_process_types (sidecar_id, kind) VALUES (11, 'web')",
    "INSERT INTO packages (id, guid, app_id, kind, state, created_at, updated_at) \
     VALUES (11, 'package', 11, 'bits', 'READY', 0, 0)",
    "INSERT INTO builds (id, guid, app_id, package_guid, state, lifecycle, buildpacks, staging_memory_mb, staging_disk_mb, \
     staging_log_rate_limit, created_by_guid, created_by_name, created_at, updated_at) \
     VALUES (11, 'build', 11, 'package', 'STAGED', 'buildpack', '[]', 64, 64, -1, 'user', 'user', 0, 0)",
    "INSERT INTO tasks (id, guid, app_id, sequence_id, name, name_key, command, state, memory_mb, disk_mb, log_rate_limit, droplet_guid, \
     created_at, updated_at) VALUES (11, 'task', 11, 1, 't', 't', 'c', 'SUCCEEDED', 64, 64, -1, 'droplet', 0, 0)",
    "INSERT INTO droplets (id, guid, app_id, package_guid, build_guid, state, lifecycle, buildpacks, process_types, \
     execution_metadata, sidecars, created_at, updated_at) \
     VALUES (11, 'droplet', 11, 'package', 'build', 'STAGED', 'buildpack', '[]', '{}', '', '[]', 0, 0)",
    "INSERT INTO revisions (id, guid, app_id, number, description, commands, sidecars, created_at, updated_at) \
     VALUES (11, 'revision', 11, 1, 'Initial revision.', '{}', '[]', 0, 0)",
    "INSERT INTO deployments (id, guid, app_id, state, status_value, status_reason, strategy, original_web_instances, \
     max_in_flight, status_changed_at, created_at, updated_at) \
     VALUES (11, 'deployment', 11, 'DEPLOYED', 'FINALIZED', 'DEPLOYED', 'rolling', 1, 1, 0, 0, 0)",
    "INSERT INTO domains (id, guid, name, name_key, organization_id, is_internal, created_at, updated_at) \
     VALUES (11, 'domain', 'own.org', 'own.org', 11, FALSE, 0, 0), (12, 'shared', 'other.org', 'other.org', 12, FALSE, 0, 0)",
    "INSERT INTO domain_shares (domain_id, organization_id) VALUES (12, 11)",
    "INSERT INTO routes (id, guid, domain_id, space_id, host, host_key, path, path_key, port, created_at, updated_at) \
     VALUES (11, 'route', 11, 11, 'a', 'a', '', '', 0, 0, 0), (12, 'other-route', 12, 12, 'b', 'b', '', '', 0, 0, 0)",
    "INSERT INTO route_shares (route_id, space_id) VALUES (11, 12), (12, 11)",
    "INSERT INTO route_destinations (id, guid, route_id, app_id, process_kind, port, created_at, updated_at) \
     VALUES (11, 'own-destination', 11, 11, 'web', 0, 0, 0), (12, 'other-destination', 12, 11, 'web', 0, 0, 0)",
    "INSERT INTO accounts_users (id, guid, username, username_key, origin, email, email_key, is_active, is_verified, \
     token_epoch, version, created_at, updated_at) \
     VALUES (11, 'user', 'ann', 'ann', 'uaa', 'a@b', 'a@b', TRUE, TRUE, 0, 0, 0, 0)",
    "INSERT INTO accounts_groups (id, guid, name, name_key, description, created_at) VALUES (11, 'g', 'g.g', 'g.g', '', 0)",
    "INSERT INTO accounts_members (group_id, user_id) VALUES (11, 11)",
];

/// What there is for each foreign key.
enum Ending {
    /// What this request deletes takes the rows along, or leaves them without it.
    Deleted(&'static str),
    /// This request is refused with that text, and everything stays.
    Refused(&'static str, &'static str),
    /// A user of the login server, who has no job.
    Account,
    /// No operation deletes it.
    Never,
}

fn ending(child: &str, parent: &str) -> Ending {
    match (child, parent) {
        ("domain_shares", "domains") => Ending::Refused(
            "/v3/domains/shared",
            "422 10008 CF-UnprocessableEntity: This domain is shared with other organizations. Unshare before deleting.",
        ),
        (_, "organizations") => Ending::Deleted("/v3/organizations/org"),
        (_, "space_quotas") => Ending::Refused(
            "/v3/space_quotas/space-quota",
            "422 10008 CF-UnprocessableEntity: This quota is applied to one or more spaces. Remove this quota from all spaces before deleting.",
        ),
        (_, "organization_quotas") => Ending::Refused(
            "/v3/organization_quotas/quota",
            "422 10008 CF-UnprocessableEntity: This quota is applied to one or more organizations. Apply different quotas to those \
             organizations before deleting.",
        ),
        (_, "isolation_segments") => Ending::Refused(
            "/v3/isolation_segments/other-segment",
            "422 10008 CF-UnprocessableEntity: Revoke the Organization entitlements for your Isolation Segment.",
        ),
        (_, "security_groups") => Ending::Deleted("/v3/security_groups/group"),
        (_, "spaces") => Ending::Deleted("/v3/spaces/space"),
        (_, "users") => Ending::Deleted("/v3/users/user"),
        (_, "apps" | "sidecars") => Ending::Deleted("/v3/apps/app"),
        (_, "domains") => Ending::Deleted("/v3/domains/domain"),
        (_, "routes") => Ending::Deleted("/v3/routes/route"),
        (_, "accounts_users") => Ending::Account,
        (_, "accounts_groups") => Ending::Never,
        _ => panic!("nobody says what happens to {child} when its {parent} is deleted"),
    }
}

async fn foreign_keys(api: &TestApi) -> BTreeSet<(String, String, String)> {
    let sql = match api.database.engine() {
        Engine::Postgres => {
            "SELECT c.conrelid::regclass::text, a.attname::text, c.confrelid::regclass::text FROM pg_constraint c \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'f'"
        }
        Engine::Sqlite => {
            "SELECT m.name, f.\"from\", f.\"table\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f \
             WHERE m.type = 'table'"
        }
    };
    let rows = api.database.sql(sql).await;
    rows.into_iter().map(|mut row| (row.remove(0), row.remove(0), row.remove(0))).collect()
}

/// Rows of the child that refer to the one that is deleted, which has the id 11 (12 in the refused case).
async fn count(api: &TestApi, child: &str, column: &str, id: u8) -> String {
    api.database.sql(&format!("SELECT count(*) FROM {child} WHERE {column} = {id}")).await.remove(0).remove(0)
}

async fn check(api: &TestApi, child: &str, column: &str, parent: &str) {
    for statement in WORLD {
        api.database.sql(statement).await;
    }
    let what = format!("{child}.{column} of {parent}");
    match ending(child, parent) {
        Ending::Deleted(path) => {
            assert_ne!(count(api, child, column, 11).await, "0", "{what}: there is a row");
            let job = api.delete_now("admin", path).await;
            assert_eq!(
                (job.text("/state"), job.at("/errors/0")),
                ("COMPLETE", &serde_json::Value::Null),
                "{what}"
            );
            assert_eq!(count(api, child, column, 11).await, "0", "{what}");
            assert_eq!(count(api, parent, "id", 11).await, "0", "{what}");
        }
        Ending::Refused(path, text) => {
            assert_eq!(count(api, child, column, 12).await, "1", "{what}: there is a row");
            assert_eq!(api.delete("admin", path).await.refusal(), text, "{what}");
            assert_eq!(count(api, child, column, 12).await, "1", "{what}");
        }
        Ending::Account => {
            assert_eq!(count(api, child, column, 11).await, "1", "{what}: there is a row");
            Accounts::delete_user(api.database.store.as_ref(), "user").await.unwrap();
            assert_eq!(count(api, child, column, 11).await, "0", "{what}");
        }
        Ending::Never => {}
    }
}

/// Each on a fresh database, since one deletion takes the others' rows along.
async fn check_all(first: TestApi) {
    let engine = first.database.engine();
    let keys = foreign_keys(&first).await;
    assert!(keys.len() > 25, "the catalogue was read: {keys:?}");
    for (child, column, parent) in keys {
        check(&TestApi::start(engine).await.unwrap(), &child, &column, &parent).await;
    }
}

async fn nothing_that_refers_to_it_stops_a_deletion(api: TestApi) {
    check_all(api).await;
}

api_tests![nothing_that_refers_to_it_stops_a_deletion];
