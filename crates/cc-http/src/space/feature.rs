//! `space_features_list`, `space_feature_get`, `space_feature_update`

use crate::server::Ctx;
use crate::wire::rules::Null;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, space};
use cc_domain::space::Space;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The only feature of spaces.
const SSH: &str = "ssh";

#[derive(Serialize)]
struct Feature {
    name: &'static str,
    description: &'static str,
    enabled: bool,
}

fn present(space: &Space) -> Feature {
    Feature { name: SSH, description: "Enable SSHing into apps in the space.", enabled: space.is_ssh_allowed }
}

pub async fn list(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (found, _) = space::get(ctx.call()?, &request.guid(), false).await?;
    Answer::ok(&json!({ "resources": [present(&found)] }))
}

pub async fn get(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (found, _) = space::get(ctx.call()?, &request.guid(), false).await?;
    check_name(&request)?;
    Answer::ok(&present(&found))
}

/// The body is looked at first, then the space, then the feature's name.
pub async fn update(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let is_enabled = decode(request.json()?)?;
    let (call, guid) = (ctx.call()?, request.guid());
    space::get(call, &guid, false).await?;
    check_name(&request)?;
    let updated = space::update_feature(call, &guid, is_enabled).await?;
    Answer::ok(&present(&updated))
}

fn check_name(request: &Request) -> Result<(), Fault> {
    if request.param("name") == SSH { Ok(()) } else { Err(Fault::not_found("Feature")) }
}

fn decode(body: Map<String, Value>) -> Result<bool, Fault> {
    let mut fields = Fields::new(body);
    fields.must_be_boolean("enabled", Null::Checked);
    let is_enabled = fields.value("enabled").as_bool().unwrap_or_default();
    fields.finish().map(|()| is_enabled)
}
