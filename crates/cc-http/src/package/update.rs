//! `package_update`

use super::present;
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, package};
use cc_domain::package::UpdatePackage;
use cc_domain::patch::Patch;
use cc_domain::secret::Secret;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let change = decode(request.json()?)?;
    let updated = package::update(ctx.call()?, &request.guid(), change).await?;
    Answer::ok(&present::package(&ctx.links, &updated))
}

/// Neither is checked: null leaves what is there, and what is no text is kept as its JSON.
fn as_text(value: Patch<Value>) -> Patch<String> {
    match value {
        Patch::Absent | Patch::Null => Patch::Absent,
        Patch::Value(Value::String(text)) => Patch::Value(text),
        Patch::Value(other) => Patch::Value(other.to_string()),
    }
}

fn decode(body: Map<String, Value>) -> Result<UpdatePackage, Fault> {
    let mut fields = Fields::new(body);
    let change = UpdatePackage {
        username: as_text(fields.take("username")),
        password: as_text(fields.take("password")).map(Secret::from),
        metadata: fields.metadata(),
    };
    fields.finish()?;
    Ok(change)
}
