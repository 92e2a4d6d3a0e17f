//! `space_create`

use super::present;
use crate::service::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, space};
use cc_domain::space::CreateSpace;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let body = request.json()?;
    let command = decode(body.clone())?;
    let created = space::create(&ctx.ports, ctx.actor()?, command, Value::Object(body)).await?;
    Answer::created(&present::space(&ctx.links, &created))
}

fn decode(body: Map<String, Value>) -> Result<CreateSpace, Fault> {
    let mut fields = Fields::new(body, &["name", "relationships", "suspended", "metadata"]);
    let name = fields.required_name();
    let mut organization = None;
    if let Some(mut relationships) = fields.relationships(&["organization"]) {
        organization = relationships.required_to_one("organization", "Organization");
        fields.nested("Relationships", relationships);
    }
    let suspended = fields.boolean("suspended", "Suspended").value().unwrap_or(false);
    let metadata = fields.metadata();
    fields.finish()?;
    match (name, organization) {
        (Some(name), Some(organization)) => Ok(CreateSpace { name, organization, suspended, metadata }),
        (None, _) => Err(Fault::unprocessable("Name can't be blank")),
        (_, None) => Err(Fault::unprocessable("Relationships Organization can't be blank")),
    }
}
