//! `organization_create`

use super::{present, update};
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, organization};
use cc_domain::name::Name;
use cc_domain::organization::CreateOrganization;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let call = ctx.call()?;
    organization::may_create(call).await?;
    let command = decode(request.json()?)?;
    let created = organization::create(call, command, request.sent()).await?;
    Answer::created(&present::organization(&ctx.links, &created))
}

fn decode(body: Map<String, Value>) -> Result<CreateOrganization, Fault> {
    let mut fields = Fields::new(body);
    update::check(&mut fields);
    fields.must_be_present("name");
    let name = Name::parse(fields.text_of("name").unwrap_or_default());
    let suspended = fields.value("suspended").as_bool().unwrap_or(false);
    let metadata = fields.metadata();
    fields.finish()?;
    let name = name.map_err(|_| Fault::unprocessable("Name can't be blank"))?;
    Ok(CreateOrganization { name, suspended, metadata })
}
