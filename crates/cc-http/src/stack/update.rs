//! `stack_update`

use super::{present, state, state_reason};
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, stack};
use cc_domain::stack::UpdateStack;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (call, guid) = (ctx.call()?, request.guid());
    stack::get(call, &guid).await?;
    stack::may_manage(call.actor)?;
    let change = decode(request.json()?)?;
    let (updated, warning) = stack::update(call, &guid, change, request.sent()).await?;
    let shown = present::stack(&ctx.links, &updated, &ctx.ports.settings.default_stack);
    Ok(Answer::ok(&shown)?.with_warnings(warning))
}

fn decode(body: Map<String, Value>) -> Result<UpdateStack, Fault> {
    let mut fields = Fields::new(body);
    let change = UpdateStack {
        state: state(&mut fields),
        state_reason: state_reason(&mut fields),
        metadata: fields.metadata(),
    };
    fields.finish()?;
    Ok(change)
}
