//! `app_current_droplet_set`, `app_current_droplet_relationship_get`

use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, app, droplet};
use cc_domain::app::App;
use cc_domain::droplet::Droplet;
use cc_domain::guid::Guid;
use serde_json::{Value, json};

const NOT_REMOVABLE: &str = "Current droplet cannot be removed. Replace it with a preferred droplet.";

/// Only `data.guid` is read from the body; other keys do not count, and what is no text is no droplet's guid.
pub async fn set(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let body = request.json()?;
    let data = body.get("data");
    let named = data.and_then(|data| data.get("guid"));
    if data.is_some() && named.is_none_or(Value::is_null) {
        return Err(Fault::unprocessable(NOT_REMOVABLE));
    }
    let named = named.and_then(Value::as_str);
    let (guid, droplet) = (request.guid(), Guid::new(named.unwrap_or_default()));
    app::assign_current_droplet(ctx.call()?, &guid, &droplet).await?;
    present(&ctx, &guid, &droplet)
}

pub async fn get(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = request.guid();
    let droplet = droplet::current_guid(ctx.call()?, &guid).await?;
    present(&ctx, &guid, &droplet)
}

fn present(ctx: &Ctx, app: &Guid<App>, droplet: &Guid<Droplet>) -> Result<Answer, Fault> {
    let own = format!("/v3/apps/{app}");
    Answer::ok(&json!({
        "data": { "guid": droplet.as_str() },
        "links": {
            "self": ctx.links.link(&format!("{own}/relationships/current_droplet")),
            "related": ctx.links.link(&format!("{own}/droplets/current")),
        },
    }))
}
