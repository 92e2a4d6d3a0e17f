//! `stack_create`

use super::{bounded, present, state, state_reason};
use crate::service::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, stack};
use cc_domain::stack::{CreateStack, Stack};
use serde_json::{Map, Value};

const KNOWN: &[&str] = &["name", "description", "state", "state_reason", "metadata"];

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    stack::may_manage(ctx.actor()?)?;
    let body = request.json()?;
    let command = decode(body.clone())?;
    let created = stack::create(&ctx.ports, ctx.actor()?, command, Value::Object(body)).await?;
    Answer::created(&present::stack(&ctx.links, &created, &ctx.ports.settings.default_stack))
}

/// Unknown keys do not count here.
fn decode(mut body: Map<String, Value>) -> Result<CreateStack, Fault> {
    body.retain(|key, _| KNOWN.contains(&key.as_str()));
    let mut fields = Fields::new(body, KNOWN);
    let name = fields.required_name();
    if name.as_ref().is_some_and(|name| name.as_str().chars().count() > Stack::MAX_NAME) {
        fields.refuse(format!("Name is too long (maximum is {} characters)", Stack::MAX_NAME));
    }
    let description = bounded(&mut fields, "description", "Description", Stack::MAX_DESCRIPTION).value();
    let state = state(&mut fields).unwrap_or_default();
    let state_reason = state_reason(&mut fields).value();
    let metadata = fields.metadata();
    fields.finish()?;
    let Some(name) = name else { return Err(Fault::parse_error()) };
    Ok(CreateStack { name, description, state, state_reason, metadata })
}
