//! `build_update`

use super::present;
use crate::service::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, Hold, build};
use cc_domain::build::BuildState;
use cc_domain::metadata::MetadataPatch;
use cc_domain::patch::Patch;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (actor, guid) = (ctx.actor()?, request.guid());
    build::get(&ctx.ports, actor, &guid, &Hold::none()).await?;
    let (change, has_state) = decode(request.json()?)?;
    if has_state {
        build::check_state_report(actor)?;
    }
    let updated = build::update(&ctx.ports, actor, &guid, &change).await?;
    Answer::ok(&present::build(&ctx.links, &updated))
}

/// The second value is whether the body reports the end of a build.
fn decode(body: Map<String, Value>) -> Result<(MetadataPatch, bool), Fault> {
    let mut fields = Fields::new(body, &["state", "error", "lifecycle", "metadata"]);
    let state = fields.take("state");
    let has_lifecycle = matches!(fields.take("lifecycle"), Patch::Value(Value::Object(l)) if !l.is_empty());
    let has_state = !state.is_absent();
    if has_state {
        let text = match state {
            Patch::Value(Value::String(text)) => text,
            Patch::Value(other) => other.to_string(),
            Patch::Absent | Patch::Null => String::new(),
        };
        match text.parse() {
            Ok(BuildState::Staged) if !has_lifecycle => {
                fields.refuse("Lifecycle 'STAGED' builds require lifecycle data");
            }
            Ok(BuildState::Staged | BuildState::Failed) => {}
            Ok(BuildState::Staging) | Err(()) => {
                fields.refuse(format!("State '{text}' is not a valid state"));
            }
        }
    }
    fields.text("error", "Error");
    let metadata = fields.metadata();
    fields.finish()?;
    Ok((metadata, has_state))
}
