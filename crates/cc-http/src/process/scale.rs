//! `process_scale`, `app_process_scale`

use super::{guid_of, present};
use crate::server::Ctx;
use crate::wire::{Answer, Fields, Min, Request};
use axum::http::StatusCode;
use cc_actions::{Fault, process};
use cc_domain::patch::Patch;
use cc_domain::process::ScaleProcess;
use cc_domain::quantity::{InstanceCount, LogRate, Megabytes};
use serde_json::{Map, Value};

/// The only member that may be null, which is as if it were not there.
const LOG_RATE: &str = "log_rate_limit_in_bytes_per_second";

/// Answers 202 without a job, as the reference does.
pub async fn handle(ctx: Ctx, request: Request) -> Result<Answer, Fault> {
    let change = decode(request.json()?);
    let guid = guid_of(&ctx, &request).await?;
    let scaled = process::scale(ctx.call()?, &guid, change, request.sent()).await?;
    // Whoever may change a process is answered with its command, as the reference does.
    let around = process::around(&ctx.ports, &scaled).await?;
    let command = present::Command::Shown(around.command.as_deref().unwrap_or_default());
    Answer::json(
        StatusCode::ACCEPTED,
        &present::process(&ctx.links, &scaled, &around.space, around.default_user, command, None),
    )
}

fn decode(body: Map<String, Value>) -> Result<ScaleProcess, Fault> {
    let mut fields = Fields::new(body);
    let change = ScaleProcess {
        instances: given(&mut fields, "instances", Min::AtLeast(0), InstanceCount::new),
        memory: given(&mut fields, "memory_in_mb", Min::MoreThan(0), Megabytes::new),
        disk: given(&mut fields, "disk_in_mb", Min::MoreThan(0), Megabytes::new),
        log_rate: fields.number(LOG_RATE, Min::AtLeast(-1), i64::MAX, LogRate::new).value(),
    };
    fields.finish()?;
    Ok(change)
}

fn given<T>(
    fields: &mut Fields,
    name: &'static str,
    min: Min,
    checked: impl FnOnce(i64) -> Option<T>,
) -> Option<T> {
    let number = fields.number(name, min, i32::MAX, checked);
    if matches!(number, Patch::Null) {
        fields.refuse(format!("{} is not a number", fields.label(name)));
    }
    number.value()
}
