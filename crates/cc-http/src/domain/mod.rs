//! `/v3/domains`, and the domains of an organization

mod create;
mod delete;
mod get;
mod list;
mod of_organization;
pub(crate) mod present;
mod route_reservations;
mod shared_organizations;
mod update;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/domains", "domain_create", "domain", |c, r| Box::pin(create::handle(c, r))),
    Operation::get("/v3/domains", "domains_list", "list of domain", |c, r| Box::pin(list::handle(c, r))),
    Operation::get("/v3/domains/{guid}", "domain_get", "domain", |c, r| Box::pin(get::handle(c, r))),
    Operation::patch("/v3/domains/{guid}", "domain_update", "domain", |c, r| Box::pin(update::handle(c, r))),
    Operation::delete("/v3/domains/{guid}", "domain_delete", "empty", |c, r| Box::pin(delete::handle(c, r))),
    Operation::post(
        "/v3/domains/{guid}/relationships/shared_organizations",
        "domain_share",
        "domain_shared_organizations",
        |c, r| Box::pin(shared_organizations::share(c, r)),
    ),
    Operation::delete(
        "/v3/domains/{guid}/relationships/shared_organizations/{org_guid}",
        "domain_unshare",
        "empty",
        |c, r| Box::pin(shared_organizations::unshare(c, r)),
    ),
    Operation::get(
        "/v3/domains/{guid}/route_reservations",
        "domain_route_reservations_get",
        "route_reservation",
        |c, r| Box::pin(route_reservations::handle(c, r)),
    ),
    Operation::get(
        "/v3/organizations/{guid}/domains",
        "organization_domains_list",
        "list of domain",
        |c, r| Box::pin(of_organization::list(c, r)),
    ),
    Operation::get(
        "/v3/organizations/{guid}/domains/default",
        "organization_default_domain_get",
        "domain",
        |c, r| Box::pin(of_organization::default(c, r)),
    ),
];
