//! `/v3/spaces`

mod create;
mod delete;
mod feature;
mod get;
mod isolation_segment;
mod list;
pub(crate) mod present;
mod security_groups;
mod update;
mod users;

use crate::operation::Operation;

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/spaces", "space_create", "space", |c, r| Box::pin(create::handle(c, r))),
    Operation::get("/v3/spaces", "spaces_list", "list of space", |c, r| Box::pin(list::handle(c, r))),
    Operation::get("/v3/spaces/{guid}", "space_get", "space", |c, r| Box::pin(get::handle(c, r))),
    Operation::patch("/v3/spaces/{guid}", "space_update", "space", |c, r| Box::pin(update::handle(c, r))),
    Operation::delete("/v3/spaces/{guid}", "space_delete", "empty", |c, r| Box::pin(delete::handle(c, r))),
    Operation::get("/v3/spaces/{guid}/features", "space_features_list", "list of space_feature", |c, r| {
        Box::pin(feature::list(c, r))
    }),
    Operation::get("/v3/spaces/{guid}/features/{name}", "space_feature_get", "space_feature", |c, r| {
        Box::pin(feature::get(c, r))
    }),
    Operation::patch("/v3/spaces/{guid}/features/{name}", "space_feature_update", "space_feature", |c, r| {
        Box::pin(feature::update(c, r))
    }),
    Operation::get(
        "/v3/spaces/{guid}/relationships/isolation_segment",
        "space_isolation_segment_get",
        "relationship_to_one",
        |c, r| Box::pin(isolation_segment::handle(c, r)),
    ),
    Operation::get(
        "/v3/spaces/{guid}/running_security_groups",
        "space_running_security_groups_list",
        "list of security_group",
        |c, r| Box::pin(security_groups::handle(c, r)),
    ),
    Operation::get(
        "/v3/spaces/{guid}/staging_security_groups",
        "space_staging_security_groups_list",
        "list of security_group",
        |c, r| Box::pin(security_groups::handle(c, r)),
    ),
    Operation::get("/v3/spaces/{guid}/users", "space_users_list", "list of user", |c, r| {
        Box::pin(users::handle(c, r))
    }),
];
