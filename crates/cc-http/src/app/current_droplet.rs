//! `app_current_droplet_set`, `app_current_droplet_relationship_get`

use crate::service::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, app, droplet};
use cc_domain::app::App;
use cc_domain::droplet::Droplet;
use cc_domain::guid::Guid;
use cc_domain::patch::Patch;
use serde_json::{Value, json};

const NOT_REMOVABLE: &str = "Current droplet cannot be removed. Replace it with a preferred droplet.";

/// Only `data.guid` is read from the body; other keys do not count.
pub async fn set(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let mut fields =
        Fields::new(request.json()?.into_iter().filter(|(key, _)| key == "data").collect(), &["data"]);
    let data = match fields.take("data") {
        Patch::Null | Patch::Absent => return Err(Fault::unprocessable(NOT_REMOVABLE)),
        Patch::Value(data) => data,
    };
    let droplet = fields.check_guid(data.get("guid").unwrap_or(&Value::Null), "Data guid");
    fields.finish()?;
    let Some(droplet) = droplet else { return Err(Fault::parse_error()) };
    let guid = request.guid();
    app::assign_current_droplet(&ctx.ports, ctx.actor()?, &guid, &droplet).await?;
    present(&ctx, &guid, &droplet)
}

pub async fn get(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = request.guid();
    let droplet = droplet::current_guid(&ctx.ports, ctx.actor()?, &guid).await?;
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
