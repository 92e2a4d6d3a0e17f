-- All tables of the first release. Kept in step with the other engine's file and with schema.rs: a test compares the three.
-- Times are microseconds since the epoch, UTC. Enums are texts that the domain checks.

-- Limits of organizations. NULL is unlimited.
CREATE TABLE organization_quotas (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    total_memory_mb BIGINT,
    per_process_memory_mb BIGINT,
    total_instances BIGINT,
    per_app_tasks BIGINT,
    log_rate_limit BIGINT,
    paid_services_allowed BOOLEAN NOT NULL,
    total_service_instances BIGINT,
    total_service_keys BIGINT,
    total_routes BIGINT,
    total_reserved_ports BIGINT,
    total_domains BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX organization_quotas_guid_key ON organization_quotas (guid);
CREATE UNIQUE INDEX organization_quotas_name_key_key ON organization_quotas (name_key);
CREATE INDEX organization_quotas_created_at_id_idx ON organization_quotas (created_at, id);
CREATE INDEX organization_quotas_updated_at_id_idx ON organization_quotas (updated_at, id);

CREATE TABLE organizations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    status TEXT NOT NULL,
    quota_id BIGINT NOT NULL REFERENCES organization_quotas (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX organizations_guid_key ON organizations (guid);
CREATE UNIQUE INDEX organizations_name_key_key ON organizations (name_key);
CREATE INDEX organizations_created_at_id_idx ON organizations (created_at, id);
CREATE INDEX organizations_updated_at_id_idx ON organizations (updated_at, id);
CREATE INDEX organizations_quota_id_idx ON organizations (quota_id);
CREATE INDEX organizations_name_id_idx ON organizations (name, id);

-- Limits of the spaces of one organization. NULL is unlimited.
CREATE TABLE space_quotas (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    total_memory_mb BIGINT,
    per_process_memory_mb BIGINT,
    total_instances BIGINT,
    per_app_tasks BIGINT,
    log_rate_limit BIGINT,
    paid_services_allowed BOOLEAN NOT NULL,
    total_service_instances BIGINT,
    total_service_keys BIGINT,
    total_routes BIGINT,
    total_reserved_ports BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX space_quotas_guid_key ON space_quotas (guid);
CREATE UNIQUE INDEX space_quotas_organization_id_name_key_key ON space_quotas (organization_id, name_key);
CREATE INDEX space_quotas_created_at_id_idx ON space_quotas (created_at, id);
CREATE INDEX space_quotas_updated_at_id_idx ON space_quotas (updated_at, id);

CREATE TABLE spaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    quota_id BIGINT REFERENCES space_quotas (id),
    status TEXT NOT NULL,
    is_ssh_allowed BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX spaces_guid_key ON spaces (guid);
CREATE UNIQUE INDEX spaces_organization_id_name_key_key ON spaces (organization_id, name_key);
CREATE INDEX spaces_created_at_id_idx ON spaces (created_at, id);
CREATE INDEX spaces_updated_at_id_idx ON spaces (updated_at, id);
CREATE INDEX spaces_organization_id_created_at_id_idx ON spaces (organization_id, created_at, id);
CREATE INDEX spaces_quota_id_idx ON spaces (quota_id);
CREATE INDEX spaces_name_id_idx ON spaces (name, id);

-- What roles refer to; names and passwords are the directory's.
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_guid_key ON users (guid);
CREATE INDEX users_created_at_id_idx ON users (created_at, id);
CREATE INDEX users_updated_at_id_idx ON users (updated_at, id);

-- All eight kinds: four are held in an organization, four in a space.
CREATE TABLE roles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    kind TEXT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    organization_id BIGINT REFERENCES organizations (id),
    space_id BIGINT REFERENCES spaces (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK ((organization_id IS NULL) <> (space_id IS NULL))
);
CREATE UNIQUE INDEX roles_guid_key ON roles (guid);
CREATE UNIQUE INDEX roles_user_id_space_id_kind_key ON roles (user_id, space_id, kind) WHERE space_id IS NOT NULL;
CREATE UNIQUE INDEX roles_user_id_organization_id_kind_key ON roles (user_id, organization_id, kind) WHERE organization_id IS NOT NULL;
CREATE INDEX roles_created_at_id_idx ON roles (created_at, id);
CREATE INDEX roles_updated_at_id_idx ON roles (updated_at, id);
CREATE INDEX roles_organization_id_idx ON roles (organization_id) WHERE organization_id IS NOT NULL;
CREATE INDEX roles_space_id_idx ON roles (space_id) WHERE space_id IS NOT NULL;

-- buildpacks: JSON list of names and URLs. droplet_guid: the current droplet; no foreign key, since droplets refer to apps.
CREATE TABLE apps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    space_id BIGINT NOT NULL REFERENCES spaces (id),
    state TEXT NOT NULL,
    lifecycle TEXT NOT NULL,
    buildpacks TEXT NOT NULL,
    stack TEXT,
    droplet_guid TEXT,
    is_ssh_enabled BOOLEAN NOT NULL,
    has_revisions BOOLEAN NOT NULL,
    has_service_binding_k8s BOOLEAN NOT NULL,
    has_file_based_vcap_services BOOLEAN NOT NULL,
    environment_ciphertext BLOB,
    environment_key_label TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX apps_guid_key ON apps (guid);
CREATE UNIQUE INDEX apps_space_id_name_key_key ON apps (space_id, name_key);
CREATE INDEX apps_created_at_id_idx ON apps (created_at, id);
CREATE INDEX apps_updated_at_id_idx ON apps (updated_at, id);
CREATE INDEX apps_space_id_created_at_id_idx ON apps (space_id, created_at, id);
CREATE INDEX apps_name_id_idx ON apps (name, id);
CREATE INDEX apps_name_key_idx ON apps (name_key);

-- ports: JSON list or NULL. log_rate_limit: bytes per second, -1 is unlimited.
CREATE TABLE processes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    app_id BIGINT NOT NULL REFERENCES apps (id),
    kind TEXT NOT NULL,
    command TEXT,
    run_as TEXT,
    instances INTEGER NOT NULL,
    memory_mb INTEGER NOT NULL,
    disk_mb INTEGER NOT NULL,
    log_rate_limit BIGINT NOT NULL,
    state TEXT NOT NULL,
    version_guid TEXT NOT NULL,
    health_check TEXT NOT NULL,
    health_check_timeout INTEGER,
    health_check_invocation_timeout INTEGER,
    health_check_interval INTEGER,
    health_check_endpoint TEXT,
    readiness_check TEXT NOT NULL,
    readiness_check_invocation_timeout INTEGER,
    readiness_check_interval INTEGER,
    readiness_check_endpoint TEXT,
    ports TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX processes_guid_key ON processes (guid);
CREATE INDEX processes_created_at_id_idx ON processes (created_at, id);
CREATE INDEX processes_updated_at_id_idx ON processes (updated_at, id);
CREATE INDEX processes_app_id_kind_created_at_id_idx ON processes (app_id, kind, created_at, id);
CREATE INDEX processes_app_id_created_at_id_idx ON processes (app_id, created_at, id);

CREATE TABLE sidecars (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    app_id BIGINT NOT NULL REFERENCES apps (id),
    name TEXT NOT NULL,
    command TEXT NOT NULL,
    memory_mb INTEGER,
    origin TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX sidecars_guid_key ON sidecars (guid);
CREATE UNIQUE INDEX sidecars_app_id_name_key ON sidecars (app_id, name);
CREATE INDEX sidecars_created_at_id_idx ON sidecars (created_at, id);
CREATE INDEX sidecars_updated_at_id_idx ON sidecars (updated_at, id);
CREATE INDEX sidecars_app_id_created_at_id_idx ON sidecars (app_id, created_at, id);

CREATE TABLE sidecar_process_types (
    sidecar_id BIGINT NOT NULL REFERENCES sidecars (id),
    kind TEXT NOT NULL,
    PRIMARY KEY (sidecar_id, kind)
) WITHOUT ROWID;

CREATE TABLE packages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    app_id BIGINT NOT NULL REFERENCES apps (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    error TEXT,
    sha1 TEXT,
    sha256 TEXT,
    bytes BIGINT,
    docker_image TEXT,
    docker_username TEXT,
    docker_password_ciphertext BLOB,
    docker_password_key_label TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX packages_guid_key ON packages (guid);
CREATE INDEX packages_created_at_id_idx ON packages (created_at, id);
CREATE INDEX packages_updated_at_id_idx ON packages (updated_at, id);
CREATE INDEX packages_app_id_created_at_id_idx ON packages (app_id, created_at, id);
CREATE INDEX packages_state_idx ON packages (state);

-- buildpacks: JSON list as requested. package_guid outlives the package.
CREATE TABLE builds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    app_id BIGINT NOT NULL REFERENCES apps (id),
    package_guid TEXT NOT NULL,
    droplet_guid TEXT,
    state TEXT NOT NULL,
    error TEXT,
    lifecycle TEXT NOT NULL,
    buildpacks TEXT NOT NULL,
    stack TEXT,
    staging_memory_mb INTEGER NOT NULL,
    staging_disk_mb INTEGER NOT NULL,
    staging_log_rate_limit BIGINT NOT NULL,
    environment_ciphertext BLOB,
    environment_key_label TEXT,
    created_by_guid TEXT NOT NULL,
    created_by_name TEXT NOT NULL,
    created_by_email TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX builds_guid_key ON builds (guid);
CREATE INDEX builds_created_at_id_idx ON builds (created_at, id);
CREATE INDEX builds_updated_at_id_idx ON builds (updated_at, id);
CREATE INDEX builds_app_id_created_at_id_idx ON builds (app_id, created_at, id);
CREATE INDEX builds_package_guid_idx ON builds (package_guid);
CREATE INDEX builds_droplet_guid_idx ON builds (droplet_guid);
CREATE INDEX builds_state_idx ON builds (state);

-- process_types: JSON map. buildpacks: JSON list of receipts. sidecars: JSON list from staging.
CREATE TABLE droplets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    app_id BIGINT NOT NULL REFERENCES apps (id),
    package_guid TEXT,
    build_guid TEXT,
    state TEXT NOT NULL,
    error TEXT,
    lifecycle TEXT NOT NULL,
    buildpacks TEXT NOT NULL,
    stack TEXT,
    image TEXT,
    docker_username TEXT,
    docker_password_ciphertext BLOB,
    docker_password_key_label TEXT,
    process_types TEXT NOT NULL,
    execution_metadata TEXT NOT NULL,
    sidecars TEXT NOT NULL,
    sha1 TEXT,
    sha256 TEXT,
    bytes BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX droplets_guid_key ON droplets (guid);
CREATE INDEX droplets_created_at_id_idx ON droplets (created_at, id);
CREATE INDEX droplets_updated_at_id_idx ON droplets (updated_at, id);
CREATE INDEX droplets_app_id_created_at_id_idx ON droplets (app_id, created_at, id);
CREATE INDEX droplets_package_guid_idx ON droplets (package_guid);
CREATE INDEX droplets_build_guid_idx ON droplets (build_guid);
CREATE INDEX droplets_state_idx ON droplets (state);

-- commands: JSON map of custom commands by process type. sidecars: JSON list. number wraps after 9999.
CREATE TABLE revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    app_id BIGINT NOT NULL REFERENCES apps (id),
    number INTEGER NOT NULL,
    description TEXT NOT NULL,
    droplet_guid TEXT,
    environment_ciphertext BLOB,
    environment_key_label TEXT,
    commands TEXT NOT NULL,
    sidecars TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX revisions_guid_key ON revisions (guid);
CREATE UNIQUE INDEX revisions_app_id_number_key ON revisions (app_id, number);
CREATE INDEX revisions_created_at_id_idx ON revisions (created_at, id);
CREATE INDEX revisions_updated_at_id_idx ON revisions (updated_at, id);
CREATE INDEX revisions_app_id_created_at_id_idx ON revisions (app_id, created_at, id);

-- canary_steps: JSON list or NULL.
CREATE TABLE deployments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    app_id BIGINT NOT NULL REFERENCES apps (id),
    state TEXT NOT NULL,
    status_value TEXT NOT NULL,
    status_reason TEXT NOT NULL,
    strategy TEXT NOT NULL,
    droplet_guid TEXT,
    previous_droplet_guid TEXT,
    revision_guid TEXT,
    revision_number INTEGER,
    deploying_process_guid TEXT,
    deploying_process_kind TEXT,
    original_web_instances INTEGER NOT NULL,
    max_in_flight INTEGER NOT NULL,
    web_instances INTEGER,
    memory_mb INTEGER,
    disk_mb INTEGER,
    log_rate_limit BIGINT,
    canary_steps TEXT,
    canary_current_step INTEGER,
    error TEXT,
    last_healthy_at BIGINT,
    status_changed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX deployments_guid_key ON deployments (guid);
CREATE INDEX deployments_created_at_id_idx ON deployments (created_at, id);
CREATE INDEX deployments_updated_at_id_idx ON deployments (updated_at, id);
CREATE INDEX deployments_app_id_created_at_id_idx ON deployments (app_id, created_at, id);
CREATE INDEX deployments_state_idx ON deployments (state);
CREATE INDEX deployments_deploying_process_guid_idx ON deployments (deploying_process_guid) WHERE deploying_process_guid IS NOT NULL;

-- No organization: shared with all. name is in lower case.
CREATE TABLE domains (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    organization_id BIGINT REFERENCES organizations (id),
    is_internal BOOLEAN NOT NULL,
    router_group_guid TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX domains_guid_key ON domains (guid);
CREATE UNIQUE INDEX domains_name_key_key ON domains (name_key);
CREATE INDEX domains_created_at_id_idx ON domains (created_at, id);
CREATE INDEX domains_updated_at_id_idx ON domains (updated_at, id);
CREATE INDEX domains_organization_id_created_at_id_idx ON domains (organization_id, created_at, id);

CREATE TABLE domain_shares (
    domain_id BIGINT NOT NULL REFERENCES domains (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    PRIMARY KEY (domain_id, organization_id)
) WITHOUT ROWID;
CREATE INDEX domain_shares_organization_id_idx ON domain_shares (organization_id);

-- port: 0 for none, so that the unique index holds. host and path may be empty; their keys are what is compared. options: JSON map or NULL.
CREATE TABLE routes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    domain_id BIGINT NOT NULL REFERENCES domains (id),
    space_id BIGINT NOT NULL REFERENCES spaces (id),
    host TEXT NOT NULL,
    host_key TEXT NOT NULL,
    path TEXT NOT NULL,
    path_key TEXT NOT NULL,
    port INTEGER NOT NULL,
    options TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX routes_guid_key ON routes (guid);
CREATE UNIQUE INDEX routes_host_key_path_key_port_domain_id_key ON routes (host_key, path_key, port, domain_id);
CREATE INDEX routes_created_at_id_idx ON routes (created_at, id);
CREATE INDEX routes_updated_at_id_idx ON routes (updated_at, id);
CREATE INDEX routes_domain_id_created_at_id_idx ON routes (domain_id, created_at, id);
CREATE INDEX routes_space_id_created_at_id_idx ON routes (space_id, created_at, id);

CREATE TABLE route_shares (
    route_id BIGINT NOT NULL REFERENCES routes (id),
    space_id BIGINT NOT NULL REFERENCES spaces (id),
    PRIMARY KEY (route_id, space_id)
) WITHOUT ROWID;
CREATE INDEX route_shares_space_id_idx ON route_shares (space_id);

-- port: 0 for the default of the app.
CREATE TABLE route_destinations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    route_id BIGINT NOT NULL REFERENCES routes (id),
    app_id BIGINT NOT NULL REFERENCES apps (id),
    process_kind TEXT NOT NULL,
    port INTEGER NOT NULL,
    weight INTEGER,
    protocol TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX route_destinations_guid_key ON route_destinations (guid);
CREATE UNIQUE INDEX route_destinations_route_id_app_id_process_kind_port_key ON route_destinations (route_id, app_id, process_kind, port);
CREATE INDEX route_destinations_created_at_id_idx ON route_destinations (created_at, id);
CREATE INDEX route_destinations_updated_at_id_idx ON route_destinations (updated_at, id);
CREATE INDEX route_destinations_app_id_created_at_id_idx ON route_destinations (app_id, created_at, id);

CREATE TABLE stacks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    state TEXT NOT NULL,
    state_reason TEXT,
    build_rootfs_image TEXT,
    run_rootfs_image TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX stacks_guid_key ON stacks (guid);
CREATE UNIQUE INDEX stacks_name_key ON stacks (name);
CREATE INDEX stacks_created_at_id_idx ON stacks (created_at, id);
CREATE INDEX stacks_updated_at_id_idx ON stacks (updated_at, id);

-- stack: empty for none, so that the unique index holds.
CREATE TABLE buildpacks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    name TEXT NOT NULL,
    stack TEXT NOT NULL,
    lifecycle TEXT NOT NULL,
    position INTEGER NOT NULL,
    builtin TEXT,
    filename TEXT,
    sha256 TEXT,
    is_enabled BOOLEAN NOT NULL,
    is_locked BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX buildpacks_guid_key ON buildpacks (guid);
CREATE UNIQUE INDEX buildpacks_name_stack_lifecycle_key ON buildpacks (name, stack, lifecycle);
CREATE INDEX buildpacks_created_at_id_idx ON buildpacks (created_at, id);
CREATE INDEX buildpacks_updated_at_id_idx ON buildpacks (updated_at, id);
CREATE INDEX buildpacks_position_id_idx ON buildpacks (position, id);

-- Only those that differ from their default.
CREATE TABLE feature_flags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    error_message TEXT,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX feature_flags_name_key ON feature_flags (name);

CREATE TABLE environment_variable_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    environment_ciphertext BLOB,
    environment_key_label TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX environment_variable_groups_name_key ON environment_variable_groups (name);

-- Queue and outbox in one. state: ready, running, complete, failed. is_polling: the last run left the work to somebody else. payload, errors, warnings: JSON. resource_*: by guid, since the job outlives it.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    operation TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    run_at BIGINT NOT NULL,
    lease_owner TEXT,
    lease_expires_at BIGINT,
    dedup_key TEXT,
    is_pollable BOOLEAN NOT NULL,
    is_polling BOOLEAN NOT NULL,
    resource_collection TEXT,
    resource_guid TEXT,
    errors TEXT NOT NULL,
    warnings TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX jobs_guid_key ON jobs (guid);
CREATE UNIQUE INDEX jobs_dedup_key_key ON jobs (dedup_key) WHERE dedup_key IS NOT NULL AND state = 'ready';
CREATE INDEX jobs_priority_run_at_id_idx ON jobs (priority, run_at, id) WHERE state = 'ready';
CREATE INDEX jobs_run_at_idx ON jobs (run_at) WHERE state = 'ready';
CREATE INDEX jobs_lease_expires_at_idx ON jobs (lease_expires_at) WHERE state = 'running';
CREATE INDEX jobs_updated_at_id_idx ON jobs (updated_at, id) WHERE state = 'complete' OR state = 'failed';

-- Periodic work that one replica does at a time.
CREATE TABLE leases (
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID;

-- Guids and names, no foreign keys: events outlive what they are about. data: JSON.
CREATE TABLE audit_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor_guid TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    target_guid TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_name TEXT NOT NULL,
    data TEXT NOT NULL,
    space_guid TEXT,
    organization_guid TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX audit_events_guid_key ON audit_events (guid);
CREATE INDEX audit_events_created_at_id_idx ON audit_events (created_at, id);
CREATE INDEX audit_events_space_guid_created_at_id_idx ON audit_events (space_guid, created_at, id);
CREATE INDEX audit_events_organization_guid_created_at_id_idx ON audit_events (organization_guid, created_at, id);
CREATE INDEX audit_events_target_guid_created_at_id_idx ON audit_events (target_guid, created_at, id);
CREATE INDEX audit_events_kind_created_at_id_idx ON audit_events (kind, created_at, id);

-- Of every kind of resource; without a foreign key, so whoever deletes a resource deletes these too.
CREATE TABLE labels (
    resource_kind TEXT NOT NULL,
    resource_id BIGINT NOT NULL,
    key_prefix TEXT NOT NULL,
    key_name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (resource_kind, resource_id, key_prefix, key_name)
) WITHOUT ROWID;
CREATE INDEX labels_resource_kind_key_prefix_key_name_value_resource_id_idx ON labels (resource_kind, key_prefix, key_name, value, resource_id);

-- Of every kind of resource; without a foreign key, so whoever deletes a resource deletes these too.
CREATE TABLE annotations (
    resource_kind TEXT NOT NULL,
    resource_id BIGINT NOT NULL,
    key_prefix TEXT NOT NULL,
    key_name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (resource_kind, resource_id, key_prefix, key_name)
) WITHOUT ROWID;

-- Users of the built-in login server.
CREATE TABLE accounts_users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL,
    origin TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    given_name TEXT,
    family_name TEXT,
    password_hash TEXT,
    is_active BOOLEAN NOT NULL,
    is_verified BOOLEAN NOT NULL,
    token_epoch BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_users_guid_key ON accounts_users (guid);
CREATE UNIQUE INDEX accounts_users_username_key_origin_key ON accounts_users (username_key, origin);
CREATE INDEX accounts_users_created_at_id_idx ON accounts_users (created_at, id);
CREATE INDEX accounts_users_updated_at_id_idx ON accounts_users (updated_at, id);

CREATE TABLE accounts_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_groups_guid_key ON accounts_groups (guid);
CREATE UNIQUE INDEX accounts_groups_name_key ON accounts_groups (name);

-- Which users are explicitly in which groups.
CREATE TABLE accounts_members (
    group_id BIGINT NOT NULL REFERENCES accounts_groups (id),
    user_id BIGINT NOT NULL REFERENCES accounts_users (id),
    PRIMARY KEY (group_id, user_id)
) WITHOUT ROWID;
CREATE INDEX accounts_members_user_id_idx ON accounts_members (user_id);

-- No secret_hash: the empty secret. Lists are JSON; no auto_approve: all scopes. Validities in seconds.
CREATE TABLE accounts_clients (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id TEXT NOT NULL,
    name TEXT,
    secret_hash TEXT,
    grant_types TEXT NOT NULL,
    scopes TEXT NOT NULL,
    authorities TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    auto_approve TEXT,
    access_token_seconds BIGINT,
    refresh_token_seconds BIGINT,
    token_epoch BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_clients_client_id_key ON accounts_clients (client_id);

-- Keys of our tokens: one is active and signs, all verify.
CREATE TABLE signing_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key_id TEXT NOT NULL,
    private_ciphertext BLOB NOT NULL,
    private_key_label TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX signing_keys_key_id_key ON signing_keys (key_id);

CREATE TABLE token_revocations (
    jti TEXT NOT NULL,
    revoked_from BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (jti)
) WITHOUT ROWID;
CREATE INDEX token_revocations_expires_at_idx ON token_revocations (expires_at);

-- Only a digest of the code is kept. scopes: JSON list.
CREATE TABLE authorization_codes (
    digest TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_guid TEXT NOT NULL,
    scopes TEXT NOT NULL,
    redirect_uri TEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (digest)
) WITHOUT ROWID;
CREATE INDEX authorization_codes_client_id_idx ON authorization_codes (client_id);
CREATE INDEX authorization_codes_user_guid_idx ON authorization_codes (user_guid);
CREATE INDEX authorization_codes_expires_at_idx ON authorization_codes (expires_at);

-- What slows down guessing.
CREATE TABLE login_failures (
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    failures INTEGER NOT NULL,
    last_failed_at BIGINT NOT NULL,
    PRIMARY KEY (account, address)
) WITHOUT ROWID;
CREATE INDEX login_failures_last_failed_at_idx ON login_failures (last_failed_at);
