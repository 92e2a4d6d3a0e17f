//! The table of all operations: the tables of the resources, one after the other.

use crate::operation::Operation;
use crate::{
    app, audit_event, domain, environment_variable_group, feature_flag, isolation_segment, job, manifest,
    organization, organization_quota, process, role, root, route, service_credential_binding,
    service_instance, service_offering, service_plan, service_route_binding, space, space_quota, user,
};
use crate::{
    build, buildpack, deployment, droplet, package, resource_match, revision, security_group, sidecar, stack,
    task,
};

/// Every operation that is routed.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    [
        root::OPERATIONS,
        organization::OPERATIONS,
        organization_quota::OPERATIONS,
        space::OPERATIONS,
        role::OPERATIONS,
        user::OPERATIONS,
        isolation_segment::OPERATIONS,
        space_quota::OPERATIONS,
        security_group::OPERATIONS,
        feature_flag::OPERATIONS,
        environment_variable_group::OPERATIONS,
        audit_event::OPERATIONS,
        service_offering::OPERATIONS,
        service_plan::OPERATIONS,
        service_instance::OPERATIONS,
        service_credential_binding::OPERATIONS,
        service_route_binding::OPERATIONS,
        app::OPERATIONS,
        process::OPERATIONS,
        domain::OPERATIONS,
        route::OPERATIONS,
        package::OPERATIONS,
        build::OPERATIONS,
        droplet::OPERATIONS,
        resource_match::OPERATIONS,
        stack::OPERATIONS,
        buildpack::OPERATIONS,
        deployment::OPERATIONS,
        revision::OPERATIONS,
        sidecar::OPERATIONS,
        task::OPERATIONS,
        manifest::OPERATIONS,
        job::OPERATIONS,
    ]
    .into_iter()
    .flatten()
}
