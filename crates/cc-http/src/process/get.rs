//! `process_get`, `app_process_get`

use super::{named, present};
use crate::list::{Check, ListQuery, ListSpec, Takes};
use crate::server::Ctx;
use crate::wire::{Answer, Request};
use cc_actions::{Fault, process};

/// Only `embed` may be asked here.
const SPEC: ListSpec = ListSpec {
    parameters: &[("embed", Takes::Embed(super::list::EMBED))],
    checks: &[Check::Unknown, Check::Embed],
    ..ListSpec::SHOW
};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let (found, sees_secrets) = named(&ctx, &request).await?;
    let query = ListQuery::read(&request.query, &SPEC)?;
    let around = process::around(&ctx.ports, &found).await?;
    let embedded = if query.embed.is_empty() {
        None
    } else {
        process::embedded(&ctx.ports, std::slice::from_ref(&found)).await?.remove(found.guid.as_str())
    };
    let command = present::Command::for_reader(around.command.as_deref(), sees_secrets);
    Answer::ok(&present::process(
        &ctx.links,
        &found,
        &around.space,
        around.default_user,
        command,
        embedded.as_deref(),
    ))
}
