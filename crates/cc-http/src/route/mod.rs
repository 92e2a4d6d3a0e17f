//! `/v3/routes`, the routes of an app, and those of a space that lead nowhere

mod create;
mod delete;
mod destination;
mod get;
mod list;
mod options;
pub(crate) mod present;
mod sharing;
mod update;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/routes", "route_create", One("route"), on!(create::handle)),
    Operation::get("/v3/routes", "routes_list", ListOf("route"), on!(list::all)),
    Operation::get("/v3/routes/{guid}", "route_get", One("route"), on!(get::handle)),
    Operation::patch("/v3/routes/{guid}", "route_update", One("route"), on!(update::handle)),
    Operation::delete("/v3/routes/{guid}", "route_delete", Empty, on!(delete::handle)),
    Operation::get("/v3/routes/{guid}/destinations", "route_destinations_list", One("route_destinations"), on!(destination::list)),
    Operation::post("/v3/routes/{guid}/destinations", "route_destinations_insert", One("route_destinations"), on!(destination::insert)),
    Operation::patch("/v3/routes/{guid}/destinations", "route_destinations_replace_patch", One("route_destinations"), on!(destination::replace)),
    Operation::put("/v3/routes/{guid}/destinations", "route_destinations_replace_put", One("route_destinations"), on!(destination::replace)),
    Operation::patch("/v3/routes/{guid}/destinations/{destination_guid}", "route_destination_update", One("route_destination"), on!(destination::update)),
    Operation::delete("/v3/routes/{guid}/destinations/{destination_guid}", "route_destination_delete", Empty, on!(destination::delete)),
    Operation::get("/v3/routes/{guid}/relationships/shared_spaces", "route_shared_spaces_list", One("relationship_to_many"), on!(sharing::list)),
    Operation::post("/v3/routes/{guid}/relationships/shared_spaces", "route_share", One("relationship_to_many"), on!(sharing::share)),
    Operation::delete("/v3/routes/{guid}/relationships/shared_spaces/{space_guid}", "route_unshare", Empty, on!(sharing::unshare)),
    Operation::patch("/v3/routes/{guid}/relationships/space", "route_transfer_owner", One("status"), on!(sharing::transfer)),
    Operation::get("/v3/apps/{guid}/routes", "app_routes_list", ListOf("route"), on!(list::of_app)),
    Operation::delete("/v3/spaces/{guid}/routes", "space_unmapped_routes_delete", Empty, on!(delete::unmapped)),
];
