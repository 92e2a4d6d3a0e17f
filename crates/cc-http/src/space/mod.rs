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
mod usage_summary;
mod users;

use crate::operation::Gives::{AllOf, Empty, ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/spaces", "space_create", One("space"), on!(create::handle)),
    Operation::get("/v3/spaces", "spaces_list", ListOf("space"), on!(list::handle)),
    Operation::get("/v3/spaces/{guid}", "space_get", One("space"), on!(get::handle)),
    Operation::patch("/v3/spaces/{guid}", "space_update", One("space"), on!(update::handle)),
    Operation::delete("/v3/spaces/{guid}", "space_delete", Empty, on!(delete::handle)),
    Operation::get("/v3/spaces/{guid}/features", "space_features_list", AllOf("space_feature"), on!(feature::list)),
    Operation::get("/v3/spaces/{guid}/features/{name}", "space_feature_get", One("space_feature"), on!(feature::get)),
    Operation::patch("/v3/spaces/{guid}/features/{name}", "space_feature_update", One("space_feature"), on!(feature::update)),
    Operation::get("/v3/spaces/{guid}/relationships/isolation_segment", "space_isolation_segment_get", One("relationship_to_one"), on!(isolation_segment::get)),
    Operation::patch("/v3/spaces/{guid}/relationships/isolation_segment", "space_isolation_segment_set", One("relationship_to_one"), on!(isolation_segment::set)),
    Operation::get("/v3/spaces/{guid}/running_security_groups", "space_running_security_groups_list", ListOf("security_group"), on!(security_groups::running)),
    Operation::get("/v3/spaces/{guid}/staging_security_groups", "space_staging_security_groups_list", ListOf("security_group"), on!(security_groups::staging)),
    Operation::get("/v3/spaces/{guid}/users", "space_users_list", ListOf("user"), on!(users::handle)),
    Operation::get("/v3/spaces/{guid}/usage_summary", "space_usage_summary_get", One("space_usage_summary"), on!(usage_summary::handle)),
];
