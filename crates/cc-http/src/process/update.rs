//! `process_update`, `app_process_update`

use super::{guid_of, health_check, present};
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Request};
use cc_actions::{Fault, process};
use cc_domain::patch::Patch;
use cc_domain::process::UpdateProcess;
use serde_json::{Map, Value};

pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let change = decode(request.json()?);
    let guid = guid_of(&ctx, &request).await?;
    let updated = process::update(ctx.call()?, &guid, change, request.sent()).await?;
    // Whoever may change a process is answered with its command, as the reference does.
    let around = process::around(&ctx.ports, &updated).await?;
    let command = present::Command::Shown(around.command.as_deref().unwrap_or_default());
    Answer::ok(&present::process(&ctx.links, &updated, &around.space, around.default_user, command, None))
}

fn decode(body: Map<String, Value>) -> Result<UpdateProcess, Fault> {
    let mut fields = Fields::new(body);
    let change = UpdateProcess {
        command: bounded(&mut fields, "command", UpdateProcess::MAX_COMMAND),
        user: bounded(&mut fields, "user", UpdateProcess::MAX_USER),
        health_check: health_check::health_check(&mut fields),
        readiness_check: health_check::readiness_check(&mut fields),
        metadata: fields.metadata(),
    };
    fields.finish()?;
    Ok(change)
}

fn bounded(fields: &mut Fields, name: &'static str, max: usize) -> Patch<String> {
    let text = fields.text(name);
    if let Patch::Value(text) = &text
        && !(1..=max).contains(&text.chars().count())
    {
        fields.refuse(format!("{} must be between 1 and {max} characters", fields.label(name)));
    }
    text
}
