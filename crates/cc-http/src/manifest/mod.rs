//! `/v3/spaces/{guid}/actions/apply_manifest`, `/v3/spaces/{guid}/manifest_diff`, `/v3/apps/{guid}/manifest`: the API's YAML.

mod apply;
mod diff;
mod generate;

use crate::operation::Gives::{Empty, One, Yaml};
use crate::operation::{Operation, Takes, on};

#[rustfmt::skip] // A line an operation.
pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/spaces/{guid}/actions/apply_manifest", "space_apply_manifest", Empty, on!(apply::handle)).takes(Takes::Yaml),
    Operation::post("/v3/spaces/{guid}/manifest_diff", "space_manifest_diff", One("manifest_diff"), on!(diff::handle)).takes(Takes::Yaml),
    Operation::get("/v3/apps/{guid}/manifest", "app_manifest_get", Yaml("manifest"), on!(generate::handle)),
];
