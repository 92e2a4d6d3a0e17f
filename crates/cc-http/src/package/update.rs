//! `package_update`

use super::present;
use crate::service::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, package};
use cc_domain::package::UpdatePackage;
use cc_domain::secret::Secret;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let change = decode(request.json()?)?;
    let updated = package::update(&ctx.ports, ctx.actor()?, &request.guid(), change).await?;
    Answer::ok(&present::package(&ctx.links, &updated))
}

fn decode(body: Map<String, Value>) -> Result<UpdatePackage, Fault> {
    let mut fields = Fields::new(body, &["username", "password", "metadata"]);
    let change = UpdatePackage {
        username: fields.text("username", "Username"),
        password: fields.text("password", "Password").map(Secret::from),
        metadata: fields.metadata(),
    };
    fields.finish()?;
    Ok(change)
}
