//! The tables as queries see them, in the order of `migrations/0001_core.sql`. Written by hand: printed schemas differ between the
//! engines. A test compares this file with both catalogues.

use crate::any::sets::{Guids, Holds, Ids};
use diesel::{
    allow_columns_to_appear_in_same_group_by_clause, allow_tables_to_appear_in_same_query, joinable, table,
};

/// `child.column -> parent`: the column joins the two tables, and holds ids of the parent.
macro_rules! references { ($($child:ident.$column:ident -> $parent:ident;)*) => { $(
    joinable!($child -> $parent ($column));
    impl Holds<Ids<$parent::table>> for $child::$column {}
)* } }

macro_rules! keys { ($($table:ident)*) => { $(
    impl Holds<Ids<$table::table>> for $table::id {}
    impl Holds<Guids<$table::table>> for $table::guid {}
)* } }

table! {
    organization_quotas (id) {
        id -> BigInt,
        guid -> Text,
        name -> Text,
        name_key -> Text,
        total_memory_mb -> Nullable<BigInt>,
        per_process_memory_mb -> Nullable<BigInt>,
        total_instances -> Nullable<BigInt>,
        per_app_tasks -> Nullable<BigInt>,
        log_rate_limit -> Nullable<BigInt>,
        paid_services_allowed -> Bool,
        total_service_instances -> Nullable<BigInt>,
        total_service_keys -> Nullable<BigInt>,
        total_routes -> Nullable<BigInt>,
        total_reserved_ports -> Nullable<BigInt>,
        total_domains -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    organizations (id) {
        id -> BigInt,
        guid -> Text,
        name -> Text,
        name_key -> Text,
        status -> Text,
        quota_id -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        default_isolation_segment_id -> Nullable<BigInt>,
    }
}

table! {
    isolation_segments (id) {
        id -> BigInt,
        guid -> Text,
        name -> Text,
        name_key -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    isolation_segment_entitlements (isolation_segment_id, organization_id) {
        isolation_segment_id -> BigInt,
        organization_id -> BigInt,
    }
}

table! {
    space_quotas (id) {
        id -> BigInt,
        guid -> Text,
        name -> Text,
        name_key -> Text,
        organization_id -> BigInt,
        total_memory_mb -> Nullable<BigInt>,
        per_process_memory_mb -> Nullable<BigInt>,
        total_instances -> Nullable<BigInt>,
        per_app_tasks -> Nullable<BigInt>,
        log_rate_limit -> Nullable<BigInt>,
        paid_services_allowed -> Bool,
        total_service_instances -> Nullable<BigInt>,
        total_service_keys -> Nullable<BigInt>,
        total_routes -> Nullable<BigInt>,
        total_reserved_ports -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    spaces (id) {
        id -> BigInt,
        guid -> Text,
        name -> Text,
        name_key -> Text,
        organization_id -> BigInt,
        quota_id -> Nullable<BigInt>,
        status -> Text,
        is_ssh_allowed -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        isolation_segment_id -> Nullable<BigInt>,
    }
}

table! {
    users (id) {
        id -> BigInt,
        guid -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        is_client -> Bool,
    }
}

table! {
    roles (id) {
        id -> BigInt,
        guid -> Text,
        kind -> Text,
        user_id -> BigInt,
        organization_id -> Nullable<BigInt>,
        space_id -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    apps (id) {
        id -> BigInt,
        guid -> Text,
        name -> Text,
        name_key -> Text,
        space_id -> BigInt,
        state -> Text,
        lifecycle -> Text,
        buildpacks -> Text,
        stack -> Nullable<Text>,
        droplet_guid -> Nullable<Text>,
        is_ssh_enabled -> Bool,
        has_revisions -> Bool,
        has_service_binding_k8s -> Bool,
        has_file_based_vcap_services -> Bool,
        environment_ciphertext -> Nullable<Binary>,
        environment_key_label -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        next_task -> BigInt,
    }
}

table! {
    tasks (id) {
        id -> BigInt,
        guid -> Text,
        app_id -> BigInt,
        sequence_id -> BigInt,
        name -> Text,
        name_key -> Text,
        command -> Text,
        run_as -> Nullable<Text>,
        state -> Text,
        memory_mb -> Integer,
        disk_mb -> Integer,
        log_rate_limit -> BigInt,
        failure_reason -> Nullable<Text>,
        droplet_guid -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    processes (id) {
        id -> BigInt,
        guid -> Text,
        app_id -> BigInt,
        kind -> Text,
        command -> Nullable<Text>,
        run_as -> Nullable<Text>,
        instances -> Integer,
        memory_mb -> Integer,
        disk_mb -> Integer,
        log_rate_limit -> BigInt,
        state -> Text,
        version_guid -> Text,
        health_check -> Text,
        health_check_timeout -> Nullable<Integer>,
        health_check_invocation_timeout -> Nullable<Integer>,
        health_check_interval -> Nullable<Integer>,
        health_check_endpoint -> Nullable<Text>,
        readiness_check -> Text,
        readiness_check_invocation_timeout -> Nullable<Integer>,
        readiness_check_interval -> Nullable<Integer>,
        readiness_check_endpoint -> Nullable<Text>,
        ports -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        revision_guid -> Nullable<Text>,
    }
}

table! {
    sidecars (id) {
        id -> BigInt,
        guid -> Text,
        app_id -> BigInt,
        name -> Text,
        command -> Text,
        memory_mb -> Nullable<Integer>,
        origin -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    sidecar_process_types (sidecar_id, kind) {
        sidecar_id -> BigInt,
        kind -> Text,
    }
}

table! {
    packages (id) {
        id -> BigInt,
        guid -> Text,
        app_id -> BigInt,
        kind -> Text,
        state -> Text,
        error -> Nullable<Text>,
        sha1 -> Nullable<Text>,
        sha256 -> Nullable<Text>,
        bytes -> Nullable<BigInt>,
        docker_image -> Nullable<Text>,
        docker_username -> Nullable<Text>,
        docker_password_ciphertext -> Nullable<Binary>,
        docker_password_key_label -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    builds (id) {
        id -> BigInt,
        guid -> Text,
        app_id -> BigInt,
        package_guid -> Text,
        droplet_guid -> Nullable<Text>,
        state -> Text,
        error -> Nullable<Text>,
        lifecycle -> Text,
        buildpacks -> Text,
        stack -> Nullable<Text>,
        staging_memory_mb -> Integer,
        staging_disk_mb -> Integer,
        staging_log_rate_limit -> BigInt,
        environment_ciphertext -> Nullable<Binary>,
        environment_key_label -> Nullable<Text>,
        created_by_guid -> Text,
        created_by_name -> Text,
        created_by_email -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    droplets (id) {
        id -> BigInt,
        guid -> Text,
        app_id -> BigInt,
        package_guid -> Nullable<Text>,
        build_guid -> Nullable<Text>,
        state -> Text,
        error -> Nullable<Text>,
        lifecycle -> Text,
        buildpacks -> Text,
        stack -> Nullable<Text>,
        image -> Nullable<Text>,
        docker_username -> Nullable<Text>,
        docker_password_ciphertext -> Nullable<Binary>,
        docker_password_key_label -> Nullable<Text>,
        process_types -> Text,
        execution_metadata -> Text,
        sidecars -> Text,
        sha1 -> Nullable<Text>,
        sha256 -> Nullable<Text>,
        bytes -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    revisions (id) {
        id -> BigInt,
        guid -> Text,
        app_id -> BigInt,
        number -> Integer,
        description -> Text,
        droplet_guid -> Nullable<Text>,
        environment_ciphertext -> Nullable<Binary>,
        environment_key_label -> Nullable<Text>,
        commands -> Text,
        sidecars -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    deployments (id) {
        id -> BigInt,
        guid -> Text,
        app_id -> BigInt,
        state -> Text,
        status_value -> Text,
        status_reason -> Text,
        strategy -> Text,
        droplet_guid -> Nullable<Text>,
        previous_droplet_guid -> Nullable<Text>,
        revision_guid -> Nullable<Text>,
        revision_number -> Nullable<Integer>,
        deploying_process_guid -> Nullable<Text>,
        deploying_process_kind -> Nullable<Text>,
        original_web_instances -> Integer,
        max_in_flight -> Integer,
        web_instances -> Nullable<Integer>,
        memory_mb -> Nullable<Integer>,
        disk_mb -> Nullable<Integer>,
        log_rate_limit -> Nullable<BigInt>,
        canary_steps -> Nullable<Text>,
        canary_current_step -> Nullable<Integer>,
        error -> Nullable<Text>,
        last_healthy_at -> Nullable<BigInt>,
        status_changed_at -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    domains (id) {
        id -> BigInt,
        guid -> Text,
        name -> Text,
        name_key -> Text,
        organization_id -> Nullable<BigInt>,
        is_internal -> Bool,
        router_group_guid -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    domain_shares (domain_id, organization_id) {
        domain_id -> BigInt,
        organization_id -> BigInt,
        position -> Integer,
    }
}

table! {
    routes (id) {
        id -> BigInt,
        guid -> Text,
        domain_id -> BigInt,
        space_id -> BigInt,
        host -> Text,
        host_key -> Text,
        path -> Text,
        path_key -> Text,
        port -> Integer,
        options -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    route_shares (route_id, space_id) {
        route_id -> BigInt,
        space_id -> BigInt,
    }
}

table! {
    route_destinations (id) {
        id -> BigInt,
        guid -> Text,
        route_id -> BigInt,
        app_id -> BigInt,
        process_kind -> Text,
        port -> Integer,
        weight -> Nullable<Integer>,
        protocol -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    stacks (id) {
        id -> BigInt,
        guid -> Text,
        name -> Text,
        description -> Nullable<Text>,
        state -> Text,
        state_reason -> Nullable<Text>,
        build_rootfs_image -> Nullable<Text>,
        run_rootfs_image -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    buildpacks (id) {
        id -> BigInt,
        guid -> Text,
        name -> Text,
        stack -> Text,
        lifecycle -> Text,
        position -> Integer,
        builtin -> Nullable<Text>,
        filename -> Nullable<Text>,
        sha256 -> Nullable<Text>,
        is_enabled -> Bool,
        is_locked -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    feature_flags (id) {
        id -> BigInt,
        name -> Text,
        is_enabled -> Bool,
        error_message -> Nullable<Text>,
        updated_at -> BigInt,
    }
}

table! {
    environment_variable_groups (id) {
        id -> BigInt,
        name -> Text,
        environment_ciphertext -> Nullable<Binary>,
        environment_key_label -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    jobs (id) {
        id -> BigInt,
        guid -> Text,
        operation -> Text,
        payload -> Text,
        state -> Text,
        priority -> Integer,
        attempts -> Integer,
        run_at -> BigInt,
        lease_owner -> Nullable<Text>,
        lease_expires_at -> Nullable<BigInt>,
        dedup_key -> Nullable<Text>,
        is_pollable -> Bool,
        is_polling -> Bool,
        resource_collection -> Nullable<Text>,
        resource_guid -> Nullable<Text>,
        errors -> Text,
        warnings -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    leases (name) {
        name -> Text,
        owner -> Text,
        expires_at -> BigInt,
    }
}

table! {
    audit_events (id) {
        id -> BigInt,
        guid -> Text,
        kind -> Text,
        actor_guid -> Text,
        actor_kind -> Text,
        actor_name -> Text,
        target_guid -> Text,
        target_kind -> Text,
        target_name -> Text,
        data -> Text,
        space_guid -> Nullable<Text>,
        organization_guid -> Nullable<Text>,
        created_at -> BigInt,
    }
}

table! {
    labels (resource_kind, resource_id, key_prefix, key_name) {
        resource_kind -> Text,
        resource_id -> BigInt,
        key_prefix -> Text,
        key_name -> Text,
        value -> Text,
    }
}

table! {
    annotations (resource_kind, resource_id, key_prefix, key_name) {
        resource_kind -> Text,
        resource_id -> BigInt,
        key_prefix -> Text,
        key_name -> Text,
        value -> Nullable<Text>,
    }
}

table! {
    accounts_users (id) {
        id -> BigInt,
        guid -> Text,
        username -> Text,
        username_key -> Text,
        origin -> Text,
        email -> Text,
        email_key -> Text,
        given_name -> Nullable<Text>,
        family_name -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        is_active -> Bool,
        is_verified -> Bool,
        token_epoch -> BigInt,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    accounts_groups (id) {
        id -> BigInt,
        guid -> Text,
        name -> Text,
        name_key -> Text,
        description -> Text,
        created_at -> BigInt,
    }
}

table! {
    accounts_members (group_id, user_id) {
        group_id -> BigInt,
        user_id -> BigInt,
    }
}

table! {
    accounts_clients (id) {
        id -> BigInt,
        client_id -> Text,
        name -> Nullable<Text>,
        secret_hash -> Nullable<Text>,
        grant_types -> Text,
        scopes -> Text,
        authorities -> Text,
        redirect_uris -> Text,
        auto_approve -> Nullable<Text>,
        access_token_seconds -> Nullable<BigInt>,
        refresh_token_seconds -> Nullable<BigInt>,
        token_epoch -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    signing_keys (id) {
        id -> BigInt,
        key_id -> Text,
        private_ciphertext -> Binary,
        private_key_label -> Text,
        is_active -> Bool,
        created_at -> BigInt,
    }
}

table! {
    token_revocations (jti) {
        jti -> Text,
        revoked_from -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    authorization_codes (digest) {
        digest -> Text,
        client_id -> Text,
        user_guid -> Text,
        scopes -> Text,
        redirect_uri -> Nullable<Text>,
        expires_at -> BigInt,
    }
}

table! {
    login_failures (account, address) {
        account -> Text,
        address -> Text,
        failures -> Integer,
        last_failed_at -> BigInt,
    }
}

table! {
    security_groups (id) {
        id -> BigInt,
        guid -> Text,
        name -> Text,
        rules -> Text,
        is_enabled_running -> Bool,
        is_enabled_staging -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    security_group_spaces (id) {
        id -> BigInt,
        security_group_id -> BigInt,
        space_id -> BigInt,
        phase -> Text,
    }
}

keys! {
    accounts_users apps audit_events builds buildpacks deployments domains droplets isolation_segments organization_quotas
    organizations packages processes revisions roles routes security_groups sidecars space_quotas spaces stacks tasks users
}

impl Holds<Guids<organizations::table>> for audit_events::organization_guid {}
impl Holds<Guids<spaces::table>> for audit_events::space_guid {}

references! {
    accounts_members.group_id -> accounts_groups;
    accounts_members.user_id -> accounts_users;
    organizations.quota_id -> organization_quotas;
    organizations.default_isolation_segment_id -> isolation_segments;
    isolation_segment_entitlements.isolation_segment_id -> isolation_segments;
    isolation_segment_entitlements.organization_id -> organizations;
    space_quotas.organization_id -> organizations;
    spaces.organization_id -> organizations;
    spaces.quota_id -> space_quotas;
    spaces.isolation_segment_id -> isolation_segments;
    roles.user_id -> users;
    roles.organization_id -> organizations;
    roles.space_id -> spaces;
    security_group_spaces.security_group_id -> security_groups;
    security_group_spaces.space_id -> spaces;
    apps.space_id -> spaces;
    processes.app_id -> apps;
    sidecars.app_id -> apps;
    sidecar_process_types.sidecar_id -> sidecars;
    packages.app_id -> apps;
    builds.app_id -> apps;
    tasks.app_id -> apps;
    droplets.app_id -> apps;
    revisions.app_id -> apps;
    deployments.app_id -> apps;
    domains.organization_id -> organizations;
    domain_shares.domain_id -> domains;
    domain_shares.organization_id -> organizations;
    routes.domain_id -> domains;
    routes.space_id -> spaces;
    route_shares.route_id -> routes;
    route_shares.space_id -> spaces;
    route_destinations.route_id -> routes;
    route_destinations.app_id -> apps;
}

allow_tables_to_appear_in_same_query!(organizations, organization_quotas);
allow_tables_to_appear_in_same_query!(organizations, isolation_segments);
allow_tables_to_appear_in_same_query!(spaces, isolation_segments);
allow_tables_to_appear_in_same_query!(isolation_segment_entitlements, isolation_segments);
allow_tables_to_appear_in_same_query!(isolation_segment_entitlements, organizations);
allow_tables_to_appear_in_same_query!(spaces, organizations);
allow_tables_to_appear_in_same_query!(apps, spaces);
allow_tables_to_appear_in_same_query!(spaces, space_quotas);
allow_tables_to_appear_in_same_query!(space_quotas, organizations);
allow_tables_to_appear_in_same_query!(security_group_spaces, security_groups);
allow_tables_to_appear_in_same_query!(security_group_spaces, spaces);
allow_tables_to_appear_in_same_query!(security_groups, spaces);
allow_tables_to_appear_in_same_query!(roles, users);
allow_tables_to_appear_in_same_query!(roles, organizations);
allow_tables_to_appear_in_same_query!(roles, spaces);
allow_tables_to_appear_in_same_query!(processes, apps);
allow_tables_to_appear_in_same_query!(processes, spaces);
allow_tables_to_appear_in_same_query!(sidecars, apps);
allow_tables_to_appear_in_same_query!(sidecar_process_types, sidecars);
allow_tables_to_appear_in_same_query!(packages, apps);
allow_tables_to_appear_in_same_query!(builds, apps);
allow_tables_to_appear_in_same_query!(tasks, apps);
allow_tables_to_appear_in_same_query!(tasks, droplets);
allow_tables_to_appear_in_same_query!(tasks, spaces);
allow_tables_to_appear_in_same_query!(droplets, apps);
allow_tables_to_appear_in_same_query!(revisions, apps);
allow_tables_to_appear_in_same_query!(revisions, processes);
allow_tables_to_appear_in_same_query!(deployments, apps);
allow_tables_to_appear_in_same_query!(domains, organizations);
allow_tables_to_appear_in_same_query!(routes, domains);
allow_tables_to_appear_in_same_query!(routes, spaces);
allow_tables_to_appear_in_same_query!(route_destinations, routes);
allow_tables_to_appear_in_same_query!(route_destinations, apps);
allow_tables_to_appear_in_same_query!(domain_shares, organizations);
allow_tables_to_appear_in_same_query!(domain_shares, domains);
allow_tables_to_appear_in_same_query!(route_shares, spaces);
allow_tables_to_appear_in_same_query!(route_shares, routes);
allow_tables_to_appear_in_same_query!(users, organizations);
allow_tables_to_appear_in_same_query!(users, spaces);
allow_tables_to_appear_in_same_query!(domains, spaces);
allow_tables_to_appear_in_same_query!(routes, organizations);
allow_tables_to_appear_in_same_query!(sidecar_process_types, processes);
allow_tables_to_appear_in_same_query!(sidecars, processes);
allow_tables_to_appear_in_same_query!(accounts_members, accounts_groups);
allow_tables_to_appear_in_same_query!(accounts_members, accounts_users);

allow_columns_to_appear_in_same_group_by_clause!(
    spaces::guid,
    processes::memory_mb,
    processes::instances,
    processes::log_rate_limit,
);
allow_columns_to_appear_in_same_group_by_clause!(spaces::guid, tasks::memory_mb, tasks::log_rate_limit);
