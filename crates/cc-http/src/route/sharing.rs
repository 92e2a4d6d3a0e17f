//! `route_shared_spaces_list`, `route_share`, `route_unshare`, `route_transfer_owner`

use crate::server::Ctx;
use crate::wire::rules::is_blank;
use crate::wire::{Answer, Fields, Link, Links, Request, ToMany};
use cc_actions::{Fault, route};
use cc_domain::guid::Guid;
use cc_domain::route::Route;
use cc_domain::ruby::inspected;
use cc_domain::space::Space;
use serde::Serialize;
use serde_json::{Map, Value, json};

#[derive(Serialize)]
struct SharedSpaces<'a> {
    #[serde(flatten)]
    spaces: ToMany<'a>,
    links: Own,
}

#[derive(Serialize)]
struct Own {
    #[serde(rename = "self")]
    itself: Link,
}

fn present<'a>(links: &Links, route: &Guid<Route>, spaces: &'a [Guid<Space>]) -> SharedSpaces<'a> {
    let itself = links.link(&format!("/v3/routes/{route}/relationships/shared_spaces"));
    SharedSpaces { spaces: ToMany::of(spaces), links: Own { itself } }
}

pub async fn list(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = request.guid();
    let spaces = route::shared_spaces(ctx.call()?, &guid).await?;
    Answer::ok(&present(&ctx.links, &guid, &spaces))
}

pub async fn share(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = request.guid();
    route::may_share(ctx.call()?, &guid).await?;
    let targets = targets(request.json()?)?;
    let spaces = route::share(ctx.call()?, &guid, &targets).await?;
    Answer::ok(&present(&ctx.links, &guid, &spaces))
}

fn targets(body: Map<String, Value>) -> Result<Vec<Guid<Space>>, Fault> {
    let mut fields = Fields::new(body);
    let data = fields.take("data").value().unwrap_or_default();
    if is_blank(&data) {
        fields.refuse("Data can't be blank");
    }
    let mut guids = Vec::new();
    match data {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                match item.get("guid").and_then(Value::as_str) {
                    Some(guid) => guids.push(Guid::new(guid)),
                    None => fields.refuse(format!("Invalid data type: Data[{at}] guid should be a string.")),
                }
            }
        }
        _ => fields.refuse("Data must be an array"),
    }
    fields.finish()?;
    Ok(guids)
}

pub async fn unshare(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let target = Guid::new(request.param("space_guid"));
    route::unshare(ctx.call()?, &request.guid(), &target).await?;
    Ok(Answer::no_content())
}

/// Answers with a body, which clients decode.
pub async fn transfer(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    route::require_sharing(&ctx.ports).await?;
    let target = new_owner(request.json()?)?;
    route::transfer(ctx.call()?, &request.guid(), &target).await?;
    Answer::ok(&json!({ "status": "ok" }))
}

fn new_owner(body: Map<String, Value>) -> Result<Guid<Space>, Fault> {
    let mut fields = Fields::new(body);
    let data = fields.take("data").value().unwrap_or_default();
    if is_blank(&data) {
        fields.refuse("Data can't be blank");
    }
    let mut guid = None;
    match data {
        Value::Object(members) => {
            if members.len() != 1 {
                fields.refuse("Data can only accept one key");
            }
            match members.get("guid") {
                None => fields.refuse("Data can only accept key 'guid'"),
                Some(Value::String(text)) if text.is_empty() => fields.refuse("Data guid can't be blank"),
                Some(Value::String(text)) => guid = Some(Guid::new(text.as_str())),
                // No guid is one that nothing has.
                Some(Value::Null) => guid = Some(Guid::new("")),
                Some(other) => fields.refuse(format!("Data {} must be a string", inspected(other))),
            }
        }
        _ => fields.refuse("Data must be an object"),
    }
    fields.finish()?;
    guid.ok_or_else(|| Fault::unprocessable("Data guid can't be blank"))
}
