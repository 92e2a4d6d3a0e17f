//! `app_create`

use super::{body, present};
use crate::service::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, app};
use cc_domain::app::CreateApp;
use cc_domain::audit_event::HIDDEN;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let body = request.json()?;
    let command = decode(body.clone())?;
    let (created, warnings) = app::create(&ctx.ports, ctx.actor()?, command, for_event(body)).await?;
    Ok(Answer::created(&present::app(&ctx.links, &created))?.with_warnings(warnings))
}

/// The body as the audit event shows it: without the values of variables.
fn for_event(mut body: Map<String, Value>) -> Value {
    if let Some(variables) = body.get_mut("environment_variables") {
        *variables = Value::from(HIDDEN);
    }
    Value::Object(body)
}

fn decode(body: Map<String, Value>) -> Result<CreateApp, Fault> {
    let mut fields =
        Fields::new(body, &["name", "environment_variables", "relationships", "lifecycle", "metadata"]);
    let space = fields.relationships(&["space"]).and_then(|mut inner| {
        let space = inner.required_to_one("space", "Space");
        fields.nested("Relationships", inner);
        space
    });
    let lifecycle = body::lifecycle(&mut fields, true);
    let name = fields.required_name();
    let environment = body::environment_variables(&mut fields);
    let metadata = fields.metadata();
    fields.finish()?;
    match (name, space) {
        (Some(name), Some(space)) => Ok(CreateApp { name, space, lifecycle, environment, metadata }),
        _ => Err(Fault::parse_error()),
    }
}
