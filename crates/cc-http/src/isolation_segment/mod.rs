//! `/v3/isolation_segments`

mod create;
mod delete;
mod get;
mod list;
mod organizations;
mod present;
mod spaces;
mod update;

use crate::operation::Gives::{Empty, ListOf, One};
use crate::operation::{Operation, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/isolation_segments", "isolation_segment_create", One("isolation_segment"), on!(create::handle)),
    Operation::get("/v3/isolation_segments", "isolation_segments_list", ListOf("isolation_segment"), on!(list::handle)),
    Operation::get("/v3/isolation_segments/{guid}", "isolation_segment_get", One("isolation_segment"), on!(get::handle)),
    Operation::patch("/v3/isolation_segments/{guid}", "isolation_segment_update", One("isolation_segment"), on!(update::handle)),
    Operation::delete("/v3/isolation_segments/{guid}", "isolation_segment_delete", Empty, on!(delete::handle)),
    Operation::get("/v3/isolation_segments/{guid}/organizations", "isolation_segment_organizations_list", ListOf("organization"), on!(organizations::list)),
    Operation::get("/v3/isolation_segments/{guid}/relationships/organizations", "isolation_segment_organizations_relationship_list", One("relationship_to_many"), on!(organizations::relationship)),
    Operation::post("/v3/isolation_segments/{guid}/relationships/organizations", "isolation_segment_entitle_organizations", One("relationship_to_many"), on!(organizations::entitle)),
    Operation::delete("/v3/isolation_segments/{guid}/relationships/organizations/{org_guid}", "isolation_segment_revoke_organization", Empty, on!(organizations::revoke)),
    Operation::get("/v3/isolation_segments/{guid}/relationships/spaces", "isolation_segment_spaces_relationship_list", One("relationship_to_many"), on!(spaces::handle)),
];
