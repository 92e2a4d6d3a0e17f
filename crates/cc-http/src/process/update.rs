//! `process_update`, `app_process_update`

use super::{body, guid_of, present};
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, process};
use cc_domain::patch::Patch;
use cc_domain::process::UpdateProcess;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let body = request.json()?;
    let change = decode(body.clone());
    let guid = guid_of(&ctx, &request).await?;
    let updated = process::update(ctx.call()?, &guid, change, body).await?;
    // Whoever may change a process is answered with its command, as the reference does.
    let around = process::around(&ctx.ports, &updated).await?;
    let command = present::Command::Shown(around.command.as_deref().unwrap_or_default());
    Answer::ok(&present::process(&ctx.links, &updated, &around.space, around.default_user, command, None))
}

fn decode(body: Map<String, Value>) -> Result<UpdateProcess, Fault> {
    let mut fields =
        Fields::new(body, &["command", "user", "health_check", "readiness_health_check", "metadata"]);
    let change = UpdateProcess {
        command: bounded(&mut fields, "command", "Command", UpdateProcess::MAX_COMMAND),
        user: bounded(&mut fields, "user", "User", UpdateProcess::MAX_USER),
        health_check: body::health_check(&mut fields),
        readiness_check: body::readiness_check(&mut fields),
        metadata: fields.metadata(),
    };
    fields.finish()?;
    Ok(change)
}

fn bounded(fields: &mut Fields, name: &str, label: &str, max: usize) -> Patch<String> {
    let text = fields.text(name, label);
    if let Patch::Value(text) = &text
        && !(1..=max).contains(&text.chars().count())
    {
        fields.refuse(format!("{label} must be between 1 and {max} characters"));
    }
    text
}
