//! `/v3/spaces/{guid}/actions/apply_manifest`, `/v3/spaces/{guid}/manifest_diff`, `/v3/apps/{guid}/manifest`: the API's YAML.

mod apply;
mod diff;
mod generate;

use crate::operation::{Operation, Takes};

pub const OPERATIONS: &[Operation] = &[
    Operation::post("/v3/spaces/{guid}/actions/apply_manifest", "space_apply_manifest", "empty", |c, r| {
        Box::pin(apply::handle(c, r))
    })
    .takes(Takes::Yaml),
    Operation::post("/v3/spaces/{guid}/manifest_diff", "space_manifest_diff", "manifest_diff", |c, r| {
        Box::pin(diff::handle(c, r))
    })
    .takes(Takes::Yaml),
    Operation::get("/v3/apps/{guid}/manifest", "app_manifest_get", "manifest", |c, r| {
        Box::pin(generate::handle(c, r))
    }),
];
