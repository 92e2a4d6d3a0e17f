//! `build_update`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::build::{BuildChange, StagerEnd};
use cc_actions::{Fault, build};
use cc_domain::build::BuildState;
use cc_domain::patch::Patch;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (call, guid) = (ctx.call()?, request.guid());
    let body = request.json()?;
    build::admit_update(call, &guid, body.contains_key("state")).await?;
    let change = decode(body)?;
    let updated = build::update(&ctx.ports, &guid, &change).await?;
    Answer::ok(&present::build(&ctx.links, &updated))
}

fn decode(body: Map<String, Value>) -> Result<BuildChange, Fault> {
    let mut fields = Fields::new(body);
    let state = fields.take("state");
    let lifecycle = fields.take("lifecycle");
    let ends = if state.is_absent() { None } else { final_state(&mut fields, state, &lifecycle) };
    let error = match fields.text("error") {
        Patch::Value(text) => text,
        Patch::Absent | Patch::Null => String::new(),
    };
    let metadata = fields.metadata();
    fields.finish()?;
    let end = ends.map(|state| match state {
        BuildState::Failed => StagerEnd::Failed(error),
        BuildState::Staged | BuildState::Staging => StagerEnd::Staged,
    });
    Ok(BuildChange { metadata, end })
}

fn final_state(fields: &mut Fields, state: Patch<Value>, lifecycle: &Patch<Value>) -> Option<BuildState> {
    let text = match state {
        Patch::Value(Value::String(text)) => text,
        Patch::Value(other) => other.to_string(),
        Patch::Absent | Patch::Null => String::new(),
    };
    let has_lifecycle = matches!(lifecycle, Patch::Value(Value::Object(l)) if !l.is_empty());
    match text.parse() {
        Ok(BuildState::Staged) if !has_lifecycle => {
            fields.refuse("Lifecycle 'STAGED' builds require lifecycle data");
            None
        }
        Ok(state @ (BuildState::Staged | BuildState::Failed)) => Some(state),
        Ok(BuildState::Staging) | Err(()) => {
            fields.refuse(format!("State '{text}' is not a valid state"));
            None
        }
    }
}
