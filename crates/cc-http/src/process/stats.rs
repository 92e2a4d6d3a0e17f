//! `process_stats_get`, `process_instances_list` and their like below an app

use super::{guid_of, present};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, process};
use serde_json::json;

/// While nothing runs yet the answer is held a moment (architecture 5): a client that polls every 3 s learns at once.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = guid_of(&ctx, &request).await?;
    let shown = process::stats(ctx.call()?, &guid, &ctx.hold).await?;
    let now = ctx.ports.now();
    let resources: Vec<_> = shown.instances.iter().map(|i| present::stats(&shown.process, i, now)).collect();
    Answer::ok(&json!({ "resources": resources }))
}

pub async fn instances(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let guid = guid_of(&ctx, &request).await?;
    let instances = process::list_instances(ctx.call()?, &guid).await?;
    let resources: Vec<_> = instances.iter().map(present::instance).collect();
    let own = format!("/v3/processes/{guid}");
    Answer::ok(&json!({
        "resources": resources,
        "links": {
            "self": ctx.links.link(&format!("{own}/process_instances")),
            "process": ctx.links.link(&own),
        },
    }))
}
