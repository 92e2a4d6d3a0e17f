//! `stack_create`

use super::{bounded, present, state, state_reason};
use crate::server::Ctx;
use crate::wire::rules::{self, Null};
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, stack};
use cc_domain::name::Name;
use cc_domain::stack::{CreateStack, Stack};
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    stack::may_manage(ctx.actor()?)?;
    let command = decode(request.json()?)?;
    let created = stack::create(ctx.call()?, command, request.sent()).await?;
    Answer::created(&present::stack(&ctx.links, &created, &ctx.ports.settings.default_stack))
}

/// Unknown keys do not count here.
fn decode(body: Map<String, Value>) -> Result<CreateStack, Fault> {
    let mut fields = Fields::open(body);
    fields.must_be_present("name");
    fields.must_be_at_most("name", Stack::MAX_NAME, Null::Checked);
    let name = Name::parse(&rules::as_column(fields.value("name")).unwrap_or_default());
    let description = bounded(&mut fields, "description", Stack::MAX_DESCRIPTION).value();
    let state = state(&mut fields).unwrap_or_default();
    let state_reason = state_reason(&mut fields).value();
    let metadata = fields.metadata();
    fields.finish()?;
    let name = name.map_err(|_| Fault::unprocessable("name presence"))?;
    Ok(CreateStack { name, description, state, state_reason, metadata })
}
