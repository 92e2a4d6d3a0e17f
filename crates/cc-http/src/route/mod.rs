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

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/routes", "route_create", "route", |c, r| Box::pin(create::handle(c, r))),
    Operation::get("/v3/routes", "routes_list", "list of route", |c, r| Box::pin(list::all(c, r))),
    Operation::get("/v3/routes/{guid}", "route_get", "route", |c, r| Box::pin(get::handle(c, r))),
    Operation::patch("/v3/routes/{guid}", "route_update", "route", |c, r| Box::pin(update::handle(c, r))),
    Operation::delete("/v3/routes/{guid}", "route_delete", "empty", |c, r| Box::pin(delete::handle(c, r))),
    Operation::get(
        "/v3/routes/{guid}/destinations",
        "route_destinations_list",
        "route_destinations",
        |c, r| Box::pin(destination::list(c, r)),
    ),
    Operation::post(
        "/v3/routes/{guid}/destinations",
        "route_destinations_insert",
        "route_destinations",
        |c, r| Box::pin(destination::insert(c, r)),
    ),
    Operation::patch(
        "/v3/routes/{guid}/destinations",
        "route_destinations_replace_patch",
        "route_destinations",
        |c, r| Box::pin(destination::replace(c, r)),
    ),
    Operation::put(
        "/v3/routes/{guid}/destinations",
        "route_destinations_replace_put",
        "route_destinations",
        |c, r| Box::pin(destination::replace(c, r)),
    ),
    Operation::patch(
        "/v3/routes/{guid}/destinations/{destination_guid}",
        "route_destination_update",
        "route_destination",
        |c, r| Box::pin(destination::update(c, r)),
    ),
    Operation::delete(
        "/v3/routes/{guid}/destinations/{destination_guid}",
        "route_destination_delete",
        "empty",
        |c, r| Box::pin(destination::delete(c, r)),
    ),
    Operation::get(
        "/v3/routes/{guid}/relationships/shared_spaces",
        "route_shared_spaces_list",
        "relationship_to_many",
        |c, r| Box::pin(sharing::list(c, r)),
    ),
    Operation::post(
        "/v3/routes/{guid}/relationships/shared_spaces",
        "route_share",
        "relationship_to_many",
        |c, r| Box::pin(sharing::share(c, r)),
    ),
    Operation::delete(
        "/v3/routes/{guid}/relationships/shared_spaces/{space_guid}",
        "route_unshare",
        "empty",
        |c, r| Box::pin(sharing::unshare(c, r)),
    ),
    Operation::patch(
        "/v3/routes/{guid}/relationships/space",
        "route_transfer_owner",
        "object {\"status\":\"ok\"}",
        |c, r| Box::pin(sharing::transfer(c, r)),
    ),
    Operation::get("/v3/apps/{guid}/routes", "app_routes_list", "list of route", |c, r| {
        Box::pin(list::of_app(c, r))
    }),
    Operation::delete("/v3/spaces/{guid}/routes", "space_unmapped_routes_delete", "empty", |c, r| {
        Box::pin(delete::unmapped(c, r))
    }),
];
