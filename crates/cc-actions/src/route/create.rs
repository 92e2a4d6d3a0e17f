//! `route_create`

use super::{ADDRESS_KEY, MAX_OPTIONS_BYTES, party};
use crate::access;
use crate::fault::{Fault, when_taken};
use crate::feature_flag;
use crate::ports::{Call, Ports, transaction};
use cc_domain::audit_event::Place;
use cc_domain::domain::Domain;
use cc_domain::feature_flag::{FeatureFlag, FeatureFlags};
use cc_domain::list::{PageRequest, Scope};
use cc_domain::metadata::Metadata;
use cc_domain::organization::Organization;
use cc_domain::route::{
    CreateRoute, PortRequest, Route, RouteError, RouteFilter, RouteSurroundings, check_wildcard, policy,
};
use cc_domain::space::Space;
use cc_domain::store::DynTx;
use serde_json::{Value, json};

/// Whether the flag `route_creation` lets the caller go on. Asked before the body is looked at; gives all flags for reading it.
pub async fn may_create(call: Call<'_>) -> Result<FeatureFlags, Fault> {
    let flags = feature_flag::current(call.ports).await?;
    flags.check(FeatureFlag::RouteCreation, call.actor)?;
    Ok(flags)
}

/// Creates a route without destinations. `request` is the body as the event shows it.
pub async fn create(call: Call<'_>, command: CreateRoute, request: Value) -> Result<Route, Fault> {
    transaction!(call.ports, |tx| create_within(tx, call, command, json!({ "request": request })).await)
}

/// The same within a transaction of the caller's, for manifests. Locks the organization, then the space. `data` is that of the event.
pub(crate) async fn create_within(
    tx: &mut DynTx,
    call: Call<'_>,
    command: CreateRoute,
    data: Value,
) -> Result<Route, Fault> {
    let invalid_space = || Fault::from(RouteError::InvalidSpace);
    let space = tx.find_space(&command.space, &Scope::Everything).await?.ok_or_else(invalid_space)?;
    let domains = tx.domains_by_guid(std::slice::from_ref(&command.domain)).await?;
    let domain = domains.into_iter().next().ok_or(RouteError::InvalidDomain)?;
    access::in_named_space(tx, call.actor, &space.guid, &policy::CREATE, invalid_space).await?;
    check_wildcard(&command.host, &domain, call.actor.scopes.admin)?;
    // Held, so that quotas are counted by one creation at a time and the space cannot be deleted from under its new route.
    let organization = tx.lock_organization(&space.organization).await?.ok_or_else(invalid_space)?;
    let space = tx.lock_space(&space.guid).await?.ok_or_else(invalid_space)?;
    let around = surroundings(tx, call.ports, &command, &domain, &organization).await?;
    if around.is_domain_usable {
        check_quota(tx, &organization).await?;
    }
    let metadata = Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?;
    // Nothing chooses a port: there are no router groups.
    let seed = 0;
    let route =
        Route::new(call.ports.new_guid(), command, &domain, &around, seed, metadata, call.ports.now())?;
    tx.insert_route(&route).await.map_err(when_taken(ADDRESS_KEY, || taken(&route)))?;
    record(tx, call, &route, &space, data).await?;
    Ok(route)
}

async fn record(
    tx: &mut DynTx,
    call: Call<'_>,
    route: &Route,
    space: &Space,
    data: Value,
) -> Result<(), Fault> {
    let place = Place::space(&space.guid, &space.organization);
    call.record(tx, "audit.route.create", party(route), place, data).await?;
    Ok(())
}

async fn surroundings(
    tx: &mut DynTx,
    ports: &Ports,
    command: &CreateRoute,
    domain: &Domain,
    organization: &Organization,
) -> Result<RouteSurroundings, Fault> {
    let port = match command.port {
        PortRequest::Given(port) => Some(port),
        PortRequest::Absent | PortRequest::None => None,
    };
    let full_name = cc_domain::route::fqdn(&command.host, &domain.name);
    Ok(RouteSurroundings {
        is_domain_usable: domain.is_usable_by(&organization.guid),
        organization: organization.name.clone(),
        is_taken: tx.route_at(&domain.guid, &command.host, &command.path, port).await?.is_some(),
        is_host_in_other_space: tx.is_host_used_outside(&domain.guid, &command.host, &command.space).await?,
        is_domain_name: !tx.domains_by_name(&[full_name]).await?.is_empty(),
        system_hosts: ports.settings.system_hosts(),
        ports: None,
        max_options_bytes: MAX_OPTIONS_BYTES,
    })
}

fn taken(route: &Route) -> RouteError {
    RouteError::Taken {
        host: route.host.clone(),
        path: route.path.clone(),
        port: route.port,
        domain: route.domain.name.clone(),
    }
}

async fn check_quota(tx: &mut DynTx, organization: &Organization) -> Result<(), Fault> {
    let quota = tx.find_organization_quota(&organization.quota, &Scope::Everything).await?;
    let Some(limit) = quota.and_then(|q| q.limits.total_routes) else { return Ok(()) };
    let filter = RouteFilter {
        organization_guids: Some(vec![organization.guid.as_str().to_owned()]),
        ..RouteFilter::default()
    };
    let one = PageRequest { per_page: 1, ..PageRequest::default() };
    if tx.list_routes(&filter, &one, &Scope::Everything).await?.total >= limit {
        return Err(RouteError::OrganizationQuota(organization.name.to_string()).into());
    }
    Ok(())
}
