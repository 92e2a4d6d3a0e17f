INSERT INTO processes (guid, app_id, kind, instances, memory_mb, disk_mb, log_rate_limit, state, version_guid, health_check,
    readiness_check, ports, created_at, updated_at)
SELECT 'process', id, 'web', 1, 256, 1024, -1, 'STARTED', 'v', 'port', 'process', '[]', 1, 1 FROM apps WHERE guid = 'app-o1-s1';
INSERT INTO sidecars (guid, app_id, name, command, origin, created_at, updated_at)
SELECT 'sidecar', id, 'side', 'run', 'user', 1, 1 FROM apps WHERE guid = 'app-o1-s1';
INSERT INTO packages (guid, app_id, kind, state, created_at, updated_at)
SELECT 'package', id, 'bits', 'READY', 1, 1 FROM apps WHERE guid = 'app-o1-s1';
INSERT INTO builds (guid, app_id, package_guid, droplet_guid, state, lifecycle, buildpacks, staging_memory_mb, staging_disk_mb,
    staging_log_rate_limit, created_by_guid, created_by_name, created_at, updated_at)
SELECT 'build', id, 'package', 'droplet', 'STAGED', 'buildpack', '[]', 1024, 1024, -1, 'u', 'u', 1, 1 FROM apps WHERE guid = 'app-o1-s1';
INSERT INTO droplets (guid, app_id, state, lifecycle, buildpacks, process_types, execution_metadata, sidecars, created_at, updated_at)
SELECT 'droplet', id, 'STAGED', 'buildpack', '[]', '{}', '', '[]', 1, 1 FROM apps WHERE guid = 'app-o1-s1';
INSERT INTO tasks (guid, app_id, sequence_id, name, name_key, command, state, memory_mb, disk_mb, log_rate_limit, droplet_guid, created_at, updated_at)
SELECT 'task', id, 1, 't', 't', 'c', 'RUNNING', 64, 64, -1, 'droplet', 1, 1 FROM apps WHERE guid = 'app-o1-s1';
INSERT INTO revisions (guid, app_id, number, description, droplet_guid, commands, sidecars, created_at, updated_at)
SELECT 'revision', id, 1, '', 'droplet', '[]', '[]', 1, 1 FROM apps WHERE guid = 'app-o1-s1';
INSERT INTO domains (guid, name, name_key, is_internal, created_at, updated_at) VALUES ('shared', 'a.io', 'a.io', FALSE, 1, 1);
INSERT INTO domains (guid, name, name_key, organization_id, is_internal, created_at, updated_at)
SELECT 'private', 'b.io', 'b.io', id, FALSE, 1, 1 FROM organizations WHERE guid = 'o1';
INSERT INTO routes (guid, domain_id, space_id, host, host_key, path, path_key, port, created_at, updated_at)
SELECT 'route', domains.id, spaces.id, 'h', 'h', '', '', 0, 1, 1 FROM domains, spaces WHERE domains.guid = 'private' AND spaces.guid = 'o1-s1';
INSERT INTO stacks (guid, name, state, build_rootfs_image, run_rootfs_image, created_at, updated_at)
VALUES ('stack', 's', 'ACTIVE', 's', 's', 1, 1);
INSERT INTO buildpacks (guid, name, stack, lifecycle, position, is_enabled, is_locked, created_at, updated_at)
VALUES ('buildpack', 'b', '', 'buildpack', 1, TRUE, FALSE, 1, 1);
INSERT INTO audit_events (guid, kind, actor_guid, actor_kind, actor_name, target_guid, target_kind, target_name, data, space_guid,
    organization_guid, created_at)
VALUES ('event', 'audit.app.create', 'u', 'user', 'u', 'app-o1-s1', 'app', 'n', '{}', 'o1-s1', 'o1', 1);
INSERT INTO space_quotas (guid, name, name_key, organization_id, paid_services_allowed, created_at, updated_at)
SELECT 'space-quota', 'q', 'q', id, TRUE, 1, 1 FROM organizations WHERE guid = 'o1';
INSERT INTO isolation_segments (guid, name, name_key, created_at, updated_at) VALUES ('segment', 's', 's', 1, 1);
INSERT INTO isolation_segment_entitlements (isolation_segment_id, organization_id)
SELECT isolation_segments.id, organizations.id FROM isolation_segments, organizations WHERE organizations.guid = 'o1';
INSERT INTO security_groups (guid, name, rules, is_enabled_running, is_enabled_staging, created_at, updated_at)
VALUES ('group', 'g', '[]', TRUE, FALSE, 1, 1);
INSERT INTO security_group_spaces (security_group_id, space_id, phase)
SELECT security_groups.id, spaces.id, 'running' FROM security_groups, spaces WHERE spaces.guid = 'o1-s1';
UPDATE spaces SET quota_id = (SELECT id FROM space_quotas WHERE guid = 'space-quota') WHERE guid = 'o1-s1'
