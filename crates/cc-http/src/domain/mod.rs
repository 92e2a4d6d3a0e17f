//! `/v3/domains`, and the domains of an organization

mod create;
mod delete;
mod get;
mod list;
mod of_organization;
pub(crate) mod present;
mod route_reservations;
mod sharing;
mod update;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/domains", "domain_create", One("domain"), on!(create::handle)),
    Operation::get("/v3/domains", "domains_list", ListOf("domain"), on!(list::handle)),
    Operation::get("/v3/domains/{guid}", "domain_get", One("domain"), on!(get::handle)),
    Operation::patch("/v3/domains/{guid}", "domain_update", One("domain"), on!(update::handle)),
    Operation::delete("/v3/domains/{guid}", "domain_delete", Empty, on!(delete::handle)),
    Operation::post("/v3/domains/{guid}/relationships/shared_organizations", "domain_share", One("domain_shared_organizations"), on!(sharing::share)),
    Operation::delete("/v3/domains/{guid}/relationships/shared_organizations/{org_guid}", "domain_unshare", Empty, on!(sharing::unshare)),
    Operation::get("/v3/domains/{guid}/route_reservations", "domain_route_reservations_get", One("route_reservation"), on!(route_reservations::handle)),
    Operation::get("/v3/organizations/{guid}/domains", "organization_domains_list", ListOf("domain"), on!(of_organization::list)),
    Operation::get("/v3/organizations/{guid}/domains/default", "organization_default_domain_get", One("domain"), on!(of_organization::default)),
];
