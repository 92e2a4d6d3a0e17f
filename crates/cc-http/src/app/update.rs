//! `app_update`

use super::{body, present};
use crate::service::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, app};
use cc_domain::app::UpdateApp;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let body = request.json()?;
    let change = decode(body.clone())?;
    let (updated, warnings) =
        app::update(&ctx.ports, ctx.actor()?, &request.guid(), change, Value::Object(body)).await?;
    Ok(Answer::ok(&present::app(&ctx.links, &updated))?.with_warnings(warnings))
}

fn decode(body: Map<String, Value>) -> Result<UpdateApp, Fault> {
    let mut fields = Fields::new(body, &["name", "lifecycle", "metadata"]);
    let change = UpdateApp {
        lifecycle: body::lifecycle(&mut fields, false),
        name: fields.optional_name(),
        metadata: fields.metadata(),
    };
    fields.finish()?;
    Ok(change)
}
