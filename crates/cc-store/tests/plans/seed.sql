-- 100 organizations, 1,000 spaces, 20,000 apps and what belongs to them. `developer` and 1,000 others develop in five spaces each. The apps
-- of a space are spread over the table, as if all spaces had been pushing all the time.
SET session_replication_role = replica; -- Foreign keys hold by construction; checking them takes most of the time.

INSERT INTO organizations (id, guid, name, name_key, status, quota_id, created_at, updated_at)
SELECT i, 'o' || i, 'o' || i, 'o' || i, 'active', 1, i, i FROM generate_series(1, 100) i;
INSERT INTO spaces (id, guid, name, name_key, organization_id, status, is_ssh_allowed, created_at, updated_at)
SELECT i, 's' || i, 's' || i, 's' || i, (i - 1) / 10 + 1, 'active', TRUE, i, i FROM generate_series(1, 1000) i;
INSERT INTO users (id, guid, created_at, updated_at)
SELECT i, CASE WHEN i = 1 THEN 'developer' ELSE 'u' || i END, i, i FROM generate_series(1, 20001) i;
INSERT INTO roles (guid, kind, user_id, space_id, created_at, updated_at)
SELECT 'r' || i || '-' || k, 'space_developer', i, (i * 5 + k) % 1000 + 1, i, i FROM generate_series(1, 1001) i, generate_series(0, 4) k;
INSERT INTO roles (guid, kind, user_id, organization_id, created_at, updated_at)
SELECT 'q' || i, 'organization_user', i, (i - 1) % 100 + 1, i, i FROM generate_series(1, 20001) i;

INSERT INTO apps (id, guid, name, name_key, space_id, state, lifecycle, buildpacks, stack, droplet_guid, is_ssh_enabled, has_revisions,
    has_service_binding_k8s, has_file_based_vcap_services, created_at, updated_at)
SELECT i, 'a' || i, 'n' || i, 'n' || i, i % 1000 + 1, 'STARTED', 'buildpack', '[]', 'cflinuxfs4', 'd' || i, TRUE, TRUE, FALSE, FALSE, i, i
FROM generate_series(1, 20000) i;
INSERT INTO processes (guid, app_id, kind, instances, memory_mb, disk_mb, log_rate_limit, state, version_guid, health_check,
    readiness_check, ports, created_at, updated_at)
SELECT 'a' || i, i, 'web', 1, 256, 1024, -1, 'STARTED', 'v' || i, 'port', 'process', '[]', i, i FROM generate_series(1, 20000) i;
INSERT INTO sidecars (id, guid, app_id, name, command, origin, created_at, updated_at)
SELECT i, 'sc' || i, i, 'side', 'run', 'user', i, i FROM generate_series(1, 6000) i;
INSERT INTO sidecar_process_types (sidecar_id, kind) SELECT i, 'web' FROM generate_series(1, 6000) i;
INSERT INTO packages (guid, app_id, kind, state, created_at, updated_at)
SELECT 'p' || i, i, 'bits', 'READY', i, i FROM generate_series(1, 20000) i;
INSERT INTO builds (guid, app_id, package_guid, droplet_guid, state, lifecycle, buildpacks, staging_memory_mb, staging_disk_mb,
    staging_log_rate_limit, created_by_guid, created_by_name, created_at, updated_at)
SELECT 'b' || i, i, 'p' || i, 'd' || i, 'STAGED', 'buildpack', '[]', 1024, 1024, -1, 'u', 'u', i, i FROM generate_series(1, 20000) i;
INSERT INTO droplets (guid, app_id, package_guid, build_guid, state, lifecycle, buildpacks, process_types, execution_metadata, sidecars,
    created_at, updated_at)
SELECT 'd' || i, i, 'p' || i, 'b' || i, CASE WHEN i % 7 = 0 THEN 'FAILED' WHEN i % 5 = 0 THEN 'EXPIRED' ELSE 'STAGED' END, 'buildpack', '[]', '{}', '', '[]', i, i FROM generate_series(1, 20000) i;

INSERT INTO tasks (guid, app_id, sequence_id, name, name_key, command, state, memory_mb, disk_mb, log_rate_limit, droplet_guid, created_at, updated_at)
SELECT 't' || i, i, 1, 'n' || i, 'n' || i, 'c', CASE WHEN i % 1000 = 0 THEN 'RUNNING' ELSE 'SUCCEEDED' END, 64, 64, -1, 'd' || i, i, i
FROM generate_series(1, 20000) i;

INSERT INTO domains (id, guid, name, name_key, organization_id, is_internal, created_at, updated_at)
SELECT i, 'dom' || i, 'd' || i || '.x', 'd' || i || '.x', NULLIF(i, 1) % 100 + 1, FALSE, i, i FROM generate_series(1, 1000) i;
INSERT INTO domain_shares (domain_id, organization_id) SELECT i, (i + 1) % 100 + 1 FROM generate_series(2, 1000) i;
INSERT INTO routes (id, guid, domain_id, space_id, host, host_key, path, path_key, port, created_at, updated_at)
SELECT i, 'ro' || i, 1, i % 1000 + 1, 'h' || i, 'h' || i, '', '', 0, i, i FROM generate_series(1, 20000) i;
INSERT INTO route_shares (route_id, space_id) SELECT i, (i + 1) % 1000 + 1 FROM generate_series(1, 6000) i;
INSERT INTO route_destinations (guid, route_id, app_id, process_kind, port, created_at, updated_at)
SELECT 'de' || i, i, i, 'web', 0, i, i FROM generate_series(1, 20000) i;

INSERT INTO audit_events (guid, kind, actor_guid, actor_kind, actor_name, target_guid, target_kind, target_name, data, space_guid,
    organization_guid, created_at)
SELECT 'e' || i, 'audit.app.' || CASE WHEN i % 2 = 0 THEN 'create' ELSE 'update' END, 'u', 'user', 'u', 'a' || (i % 20000 + 1), 'app', 'n',
    '{}', 's' || ((i + 1) % 1000 + 1), 'o' || ((i + 1) % 1000 / 10 + 1), i FROM generate_series(1, 40000) i;
INSERT INTO labels (resource_kind, resource_id, key_prefix, key_name, value)
SELECT 'app', i, '', 'colour', 'c' || i % 1000 FROM generate_series(1, 20000) i;
INSERT INTO annotations (resource_kind, resource_id, key_prefix, key_name, value)
SELECT 'app', i, '', 'note', 'x' FROM generate_series(1, 20000) i;
ANALYZE;
