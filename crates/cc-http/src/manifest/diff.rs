//! `space_manifest_diff`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, manifest};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Serialize)]
struct Entry {
    op: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let text = request.yaml()?;
    let diff = manifest::diff(ctx.call()?, &request.guid(), text).await?;
    let entries: Vec<_> = diff
        .into_iter()
        .map(|d| Entry { op: d.op.as_str(), from: d.from, path: d.path, was: d.was, value: d.value })
        .collect();
    Answer::created(&json!({ "diff": entries }))
}
